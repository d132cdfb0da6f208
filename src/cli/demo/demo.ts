import type { Run, Verification } from '../answers.ts'
import { Client } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { Progress } from '../progress.ts'
import { outcomeSentence, previewSentence } from '../runs/run-words.ts'
import type { StartedServer } from '../serve/start-server.ts'
import { untilStopped } from '../serve/until-stopped.ts'
import type { Terminal } from '../terminal.ts'
import { followVerification } from '../verify/follow-verification.ts'
import { verificationSentence } from '../verify/verification-words.ts'
import { counted } from '../words.ts'
import { forgetDemo, startDemoServer } from './demo-server.ts'
import { billPreview, countContracts, createOrganization, importExample, previewDay, readExample } from './demo-steps.ts'
import { billedWords, invitation, opening, seconds, step } from './demo-words.ts'

export interface DemoOptions {
  exit?: true
  memory?: true
}

/** The last line of `--json`. */
interface Summary {
  contracts: number
  due: number
  billed: number
  /** Every due item that was not billed. */
  parked: number
  totalCents: number
  seconds: number
  verify: 'clean' | 'findings'
}

/** From an empty folder to a proven run, through the API as any client would. It stays up until Ctrl-C unless told to exit. */
export async function runDemo(terminal: Terminal, options: DemoOptions, isJson: boolean): Promise<ExitCode> {
  const say = (text: string) => (isJson ? undefined : terminal.out(text))
  const start = () => startDemoServer({ inMemory: options.memory === true })
  const { started: server, stopped } = options.exit ? { started: await start(), stopped: undefined } : await untilStopped(start)
  try {
    const summary = await showAll(server, terminal, say)
    if (isJson) terminal.out(JSON.stringify(summary))
    if (stopped !== undefined) {
      say(invitation(server))
      await stopped
      say('Parando…')
    }
    return summary.verify === 'clean' ? exitCodes.ok : exitCodes.findings
  } finally {
    await server.close()
    forgetDemo(server)
  }
}

async function showAll(server: StartedServer, terminal: Terminal, say: (text: string) => void): Promise<Summary> {
  const { account, url } = server
  if (account === null) throw new Error('the demo serves an account of its own')
  const client = new Client({ url, key: account.apiKey, source: account.credentialsFile }, fetch)
  say(opening(server))

  const organization = await createOrganization(client)
  say(step('Organização', `${organization.legalName} (${organization.id})`))

  const report = await importExample(client, readExample())
  const contracts = await countContracts(client)
  say(
    step(
      'Importação',
      `examples/contratos.csv: ${counted(report.rows, 'linha', 'linhas')}, ${counted(contracts, 'contrato', 'contratos')}`,
    ),
  )

  const preview = await previewDay(client)
  say(step('Prévia', previewSentence(preview)))

  const firstInvoices = new FirstInvoices(terminal)
  const billed = await billPreview(client, preview, run => firstInvoices.look(run))
  say(step('Faturamento', outcomeSentence(billed.run)))
  say(step('', `primeiras faturas ${seconds(firstInvoices.atSeconds)} depois do comando`))
  say(billedWords(billed, terminal.columns, nextCommand(client.target)))

  const verification = await followVerification(client, await client.post<Verification>('/v1/verifications', { full: true }))
  say(step('Verify', verificationSentence(verification)))
  return summaryOf(contracts, billed.run, verification)
}

class FirstInvoices {
  readonly #progress: Progress
  atSeconds = 0

  constructor(terminal: Terminal) {
    this.#progress = new Progress(terminal)
  }

  look({ state, counters }: Run): void {
    const { due, pending, billed } = counters
    if (this.atSeconds === 0 && billed > 0) this.atSeconds = process.uptime()
    if (state === 'running') this.#progress.show('Faturando', due - pending, due)
    else this.#progress.clear()
  }
}

function summaryOf(contracts: number, { counters, totals }: Run, { result }: Verification): Summary {
  const { due, billed, notBilled, parked } = counters
  return {
    contracts,
    due,
    billed,
    parked: notBilled + parked,
    totalCents: totals.billedCents,
    seconds: Math.round(process.uptime() * 10) / 10,
    verify: result?.clean ? 'clean' : 'findings',
  }
}
