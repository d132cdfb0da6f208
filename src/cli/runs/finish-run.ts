import type { Run, RunItem } from '../answers.ts'
import type { ServerCall } from '../cli.ts'
import type { Client } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { Progress } from '../progress.ts'
import { emissionLines, goingOutLines, waitingLines } from './emission-words.ts'
import { followRun } from './follow-run.ts'
import { goingOutOf, leftOversOf } from './items-of.ts'
import { isQuiet, nothingDueLines } from './nothing-due.ts'
import { leftOver, outcomeSentence, runHeading, tallyTable } from './run-words.ts'

/** Follows a run that bills to where it stands still, and says what became of it. */
export async function finishRun(
  { client, terminal, isJson, show }: ServerCall<unknown, readonly unknown[]>,
  started: Run,
): Promise<ExitCode> {
  const progress = new Progress(terminal)
  const run = await followRun(client, started, ({ state, counters, emissions }) => {
    const due = counters.due + emissions.due
    const pending = counters.pending + emissions.pending
    if (state === 'preparing') terminal.draw(`Preparando… ${due} itens`)
    else progress.show('Faturando', due - pending, due)
  })
  progress.clear()
  const items = isJson ? nothing : await toldItemsOf(client, run)
  const command = nextCommand(client.target)
  const quiet = isQuiet(run) && !isJson ? await nothingDueLines(client, run, command) : []
  show(run, () => [finishedWords(run, items, terminal.columns, command), ...quiet].join('\n'))
  return run.state === 'done' ? exitCodes.ok : exitCodes.findings
}

/** The first items of what is told one by one. */
interface ToldItems {
  left: readonly RunItem[]
  /** Invoices that were there before and went out. */
  emitted: readonly RunItem[]
}

const nothing: ToldItems = { left: [], emitted: [] }

export async function toldItemsOf(client: Client, run: Run): Promise<ToldItems> {
  return { left: await leftOversOf(client, run), emitted: await goingOutOf(client, run) }
}

export function finishedWords(
  run: Run,
  { left, emitted }: ToldItems,
  columns: number,
  command: (args: string) => string,
): string {
  if (isQuiet(run)) return runHeading(run)
  const rest = run.counters.notBilled + run.counters.parked - left.length
  const periods = ['', tallyTable(run), '', outcomeSentence(run)]
  return [
    runHeading(run),
    ...(run.counters.due > 0 ? periods : ['Nenhum período vence neste dia.']),
    ...emissionLines(run),
    ...goingOutLines(run, emitted, columns, command),
    ...waitingLines(run, command),
    ...left.flatMap(item => ['', leftOver(run, item, command)]),
    ...(rest > 0 ? ['', `… e mais ${rest}:\n  ${command(`run items ${run.id} --class não-faturado`)}`] : []),
  ].join('\n')
}
