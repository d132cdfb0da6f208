import type { Run, RunItem } from '../answers.ts'
import type { ServerCall } from '../cli.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { Progress } from '../progress.ts'
import { followRun } from './follow-run.ts'
import { leftOversOf } from './items-of.ts'
import { isQuiet, nothingDueLines } from './nothing-due.ts'
import { emissionLines, leftOver, outcomeSentence, runHeading, tallyTable } from './run-words.ts'

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
  const left = isJson ? [] : await leftOversOf(client, run)
  const command = nextCommand(client.target)
  const nothing = isQuiet(run) && !isJson ? await nothingDueLines(client, run, command) : []
  show(run, () => [finishedWords(run, left, command), ...nothing].join('\n'))
  return run.state === 'done' ? exitCodes.ok : exitCodes.findings
}

/** `left` are the first of those that were left. */
export function finishedWords(run: Run, left: readonly RunItem[], command: (args: string) => string): string {
  if (isQuiet(run)) return runHeading(run)
  const rest = run.counters.notBilled + run.counters.parked - left.length
  return [
    runHeading(run),
    '',
    tallyTable(run),
    '',
    outcomeSentence(run),
    ...emissionLines(run),
    ...left.flatMap(item => ['', leftOver(run, item, command)]),
    ...(rest > 0 ? ['', `… e mais ${rest}:\n  ${command(`run items ${run.id} --class não-faturado`)}`] : []),
  ].join('\n')
}
