import type { Run, RunItem } from '../answers.ts'
import type { ServerCall } from '../cli.ts'
import type { Client } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { Progress } from '../progress.ts'
import { followRun } from './follow-run.ts'
import { itemsOf } from './items-of.ts'
import { leftOver, outcomeSentence, runHeading, tallyTable } from './run-words.ts'

const mostLeftOvers = 20

/** Follows a run that bills to where it stands still, and says what became of it. */
export async function finishRun(
  { client, terminal, isJson, show }: ServerCall<unknown, readonly unknown[]>,
  started: Run,
): Promise<ExitCode> {
  const progress = new Progress(terminal)
  const run = await followRun(client, started, ({ state, counters }) => {
    const { due, pending } = counters
    if (state === 'preparing') terminal.draw(`Preparando… ${due} itens`)
    else progress.show('Faturando', due - pending, due)
  })
  progress.clear()
  const left = isJson ? [] : await leftOversOf(client, run)
  show(run, () => finishedWords(run, left, nextCommand(client.target)))
  return run.state === 'done' ? exitCodes.ok : exitCodes.findings
}

/** What was due and did not become an invoice. */
export async function leftOversOf(client: Client, run: Run): Promise<RunItem[]> {
  return [...(await itemsOf(client, run, { class: 'not_billed' })), ...(await itemsOf(client, run, { class: 'parked' }))]
}

export function finishedWords(run: Run, left: readonly RunItem[], command: (args: string) => string): string {
  const rest = left.length - mostLeftOvers
  return [
    runHeading(run),
    '',
    tallyTable(run),
    '',
    outcomeSentence(run),
    ...left.slice(0, mostLeftOvers).flatMap(item => ['', leftOver(run, item, command)]),
    ...(rest > 0 ? ['', `… e mais ${rest}:\n  ${command(`run items ${run.id} --class not_billed`)}`] : []),
  ].join('\n')
}
