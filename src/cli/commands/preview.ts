import type { Command } from 'commander'
import type { Run, RunItem } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { Progress } from '../progress.ts'
import { followRun } from '../runs/follow-run.ts'
import { itemsOf } from '../runs/items-of.ts'
import { addRunOptions, newRunOf, type RunOptions } from '../runs/run-options.ts'
import { leftOver, outcomeSentence, planTable, runHeading, tallyTable } from '../runs/run-words.ts'
import { counted } from '../words.ts'

const shownItems = 20

export function addPreview(program: Command, cli: Cli): void {
  const command = program.command('preview').description('mostra o que seria faturado num dia, sem faturar nada')
  addRunOptions(command)
    .option('--all', 'mostra todos os itens, e não só os primeiros')
    .addHelpText(
      'after',
      `
Exemplos:
  bordero preview
  bordero preview --day 31/01/2027 --organization 12.345.678/0001-95
  bordero preview --contract C-0042
  bordero bill run_7            fatura exatamente o que a prévia run_7 mostrou`,
    )
    .action(
      onServer<RunOptions & { all?: true }>(cli, async ({ client, options, terminal, isJson, show }) => {
        const started = await client.post<Run>('/v1/billing-runs', { ...(await newRunOf(client, options)), preview: true })
        const progress = new Progress(terminal)
        const run = await followRun(client, started, ({ counters }) =>
          terminal.draw(`Calculando… ${counted(counters.due, 'item', 'itens')}`),
        )
        progress.clear()
        const items = isJson ? [] : await itemsOf(client, run)
        show(run, () => previewWords(run, items, options.all === true, terminal.columns, nextCommand(client.target)))
        return run.state === 'previewed' ? exitCodes.ok : exitCodes.findings
      }),
    )
}

function previewWords(
  run: Run,
  items: readonly RunItem[],
  isWhole: boolean,
  columns: number,
  command: (args: string) => string,
): string {
  const planned = items.filter(item => item.class === 'pending')
  const unusual = planned.filter(item => item.unusual)
  const left = items.filter(item => item.class !== 'pending')
  // Unusual ones first: they are what a person looks for.
  const inOrder = [...unusual, ...planned.filter(item => !item.unusual)]
  const shown = isWhole ? inOrder : inOrder.slice(0, shownItems)
  const rest = planned.length - shown.length
  return [
    runHeading(run),
    '',
    planTable(shown, columns),
    ...(rest > 0 ? [`… e mais ${counted(rest, 'item', 'itens')} (--all mostra todos).`] : []),
    ...(unusual.length > 0 ? ['', `Com "!": ${counted(unusual.length, 'item foge', 'itens fogem')} do costume da regra.`] : []),
    '',
    tallyTable(run),
    ...left.flatMap(item => ['', leftOver(run, item, command)]),
    '',
    run.state === 'previewed' ? `Para faturar exatamente isto:\n  ${command(`bill ${run.id}`)}` : outcomeSentence(run),
  ].join('\n')
}
