import type { Command } from 'commander'
import type { Run, RunItem } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { Progress } from '../progress.ts'
import { followRun } from '../runs/follow-run.ts'
import { firstItemsOf, itemsOf, leftOversOf } from '../runs/items-of.ts'
import { addRunOptions, newRunOf, type RunOptions } from '../runs/run-options.ts'
import { leftOver, outcomeSentence, planTable, runHeading, tallyTable } from '../runs/run-words.ts'
import { counted } from '../words.ts'

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
        const shown = isJson ? nothing : await shownOf(client, run, options.all === true)
        show(run, () => previewWords(run, shown, terminal.columns, nextCommand(client.target)))
        return run.state === 'previewed' ? exitCodes.ok : exitCodes.findings
      }),
    )
}

interface Shown {
  planned: readonly RunItem[]
  left: readonly RunItem[]
}

const nothing: Shown = { planned: [], left: [] }

/** Unusual ones first: they are what a person looks for. */
async function shownOf(client: Client, run: Run, isWhole: boolean): Promise<Shown> {
  const unusual = await firstItemsOf(client, run, { class: 'pending', unusual: true })
  const first = await (isWhole ? itemsOf : firstItemsOf)(client, run, { class: 'pending' })
  const others = first.filter(({ item }) => unusual.every(one => one.item !== item))
  return { planned: [...unusual, ...others], left: await leftOversOf(client, run) }
}

function previewWords(run: Run, { planned, left }: Shown, columns: number, command: (args: string) => string): string {
  const { due, pending, notBilled, parked } = run.counters
  if (due === 0) return `${runHeading(run)}\nNada vence neste dia; ${command('explain <contrato>')} conta por quê.`
  const rest = pending - planned.length
  const leftRest = notBilled + parked - left.length
  return [
    runHeading(run),
    '',
    planTable(planned, columns),
    ...(rest > 0 ? [`… e mais ${counted(rest, 'item', 'itens')} (--all mostra todos).`] : []),
    ...(planned.some(item => item.unusual) ? ['Com "!": foge do costume da regra.'] : []),
    '',
    tallyTable(run),
    ...left.flatMap(item => ['', leftOver(run, item, command)]),
    ...(leftRest > 0 ? ['', `… e mais ${leftRest}:\n  ${command(`run items ${run.id} --class not_billed`)}`] : []),
    '',
    run.state === 'previewed' ? `Para faturar exatamente isto:\n  ${command(`bill ${run.id}`)}` : outcomeSentence(run),
  ].join('\n')
}
