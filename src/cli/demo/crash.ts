import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Run, Verification } from '../answers.ts'
import type { Client } from '../client.ts'
import { dataFolders } from '../credentials.ts'
import { CliError, type ExitCode, exitCodes } from '../exit-codes.ts'
import { followRun } from '../runs/follow-run.ts'
import { outcomeSentence, previewSentence } from '../runs/run-words.ts'
import { queryFolder } from '../sql/query-folder.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { followVerification } from '../verify/follow-verification.ts'
import { verificationSentence } from '../verify/verification-words.ts'
import { counted } from '../words.ts'
import { ChildServer } from './child-server.ts'
import { freeFolder } from './demo-server.ts'
import { createOrganization, importExample, manyOf, previewDay, readExample } from './demo-steps.ts'
import { seconds, step } from './demo-words.ts'

const countsFile = fileURLToPath(new URL('crash-counts.sql', import.meta.url))
const countsSql = readFileSync(countsFile, 'utf8')
/**
 * How often the example's contracts are imported, so that a run lasts long enough to be killed in its middle. Nobody holds the run
 * back, so a computer may be done before it can be interrupted: then it gets more to do.
 */
const copies = [10, 20, 40, 80]

/** Bills in a server of its own process, kills it in the middle, starts it again, and counts on the disk what it left. */
export async function runCrash(terminal: Terminal, isJson: boolean): Promise<ExitCode> {
  const say = (text: string) => (isJson ? undefined : terminal.out(text))
  for (const many of copies) {
    const crash = await crashWith(many, say)
    if (crash !== null) {
      if (isJson) terminal.out(JSON.stringify(crash))
      return crash.verify === 'clean' ? exitCodes.ok : exitCodes.findings
    }
    say(step('Rápido demais', 'a execução terminou antes de ser interrompida: de novo, com o dobro de contratos\n'))
  }
  throw new CliError(exitCodes.failure, 'A execução terminou antes que desse tempo de interrompê-la.', {
    details: { code: 'too_fast' },
  })
}

/** What `--json` prints. */
interface Crash {
  due: number
  acknowledged: number
  atDeath: Counts
  atEnd: Counts
  verify: 'clean' | 'findings'
}

/** Null when the run was over before it could be interrupted. */
async function crashWith(many: number, say: (text: string) => void): Promise<Crash | null> {
  const data = freeFolder(dataFolders.crash)
  let server = await ChildServer.start(data)
  try {
    say(step('Servidor', `processo ${server.pid}, banco de dados embutido em ${data}`))
    await createOrganization(server.client)
    const report = await importExample(server.client, manyOf(readExample(), many))
    say(step('Importação', `${counted(report.rows, 'linha', 'linhas')}: o exemplo ${many} vezes`))

    const preview = await previewDay(server.client)
    say(step('Prévia', previewSentence(preview)))
    const run = await killInTheMiddle(server, preview)
    const atDeath = await countsOf(data)
    // It may have billed its last ones after it had answered.
    if (run === null || atDeath[openItems] === 0) return null
    const { counters } = run
    say(
      step(
        'SIGKILL',
        `no meio da execução ${run.id}, quando o servidor disse ${counters.billed} de ${counters.due} itens faturados`,
      ),
    )

    const restartedAt = performance.now()
    server = await ChildServer.start(data)
    say(step('De novo', `processo ${server.pid}, a mesma pasta`))
    const finished = await followRun(server.client, await server.client.get<Run>(`/v1/billing-runs/${run.id}`))
    say(
      step(
        'Retomada',
        `sozinha: ${finished.id} terminou ${seconds((performance.now() - restartedAt) / 1000)} depois do novo início. ${outcomeSentence(finished)}`,
      ),
    )
    const verification = await verifyAll(server.client)
    say(step('Verify', verificationSentence(verification)))
    await server.stop()

    const atEnd = await countsOf(data)
    say(`\n${comparison(atDeath, atEnd)}\n\n${howToCount(data)}`)
    return {
      due: finished.counters.due,
      acknowledged: counters.billed,
      atDeath,
      atEnd,
      verify: verification.result?.clean === true ? 'clean' : 'findings',
    }
  } finally {
    await server.kill()
  }
}

const sleepMs = 2

/**
 * What the server last said of the run before it was gone. A preview is billed, since all its items are known from the beginning: a
 * run without one decides its items while it bills the first of them, and "200 of 200" would be no middle.
 */
async function killInTheMiddle(server: ChildServer, { id, planHash }: Run): Promise<Run | null> {
  let run = await server.client.post<Run>(`/v1/billing-runs/${id}/bill`, planHash === null ? {} : { planHash })
  while (run.state === 'preparing' || (run.state === 'running' && run.counters.billed * 3 < run.counters.due)) {
    await wait(sleepMs)
    run = await server.client.get<Run>(`/v1/billing-runs/${run.id}`)
  }
  await server.kill()
  return run.state === 'running' && run.counters.pending > 0 ? run : null
}

async function verifyAll(client: Client): Promise<Verification> {
  return followVerification(client, await client.post<Verification>('/v1/verifications', { full: true }))
}

type Counts = Record<string, number>
/** As crash-counts.sql calls them. */
const openItems = 'itens ainda por faturar'

async function countsOf(data: string): Promise<Counts> {
  const rows = await queryFolder(data, countsSql)
  return Object.fromEntries(rows.map(({ conta, total }) => [String(conta), Number(total)]))
}

function comparison(atDeath: Counts, atEnd: Counts): string {
  const columns = [
    { head: 'No disco', of: (name: string) => name },
    { head: 'Depois do SIGKILL', of: (name: string) => String(atDeath[name]), right: true },
    { head: 'No fim', of: (name: string) => String(atEnd[name]), right: true },
  ]
  return renderTable(columns, Object.keys(atEnd))
}

function howToCount(data: string): string {
  return `Para contar por conta própria, com o servidor parado:\n  npx bordero sql @src/cli/demo/crash-counts.sql --data ${data}\n\n${countsSql}`
}
