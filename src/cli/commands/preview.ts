import type { Command } from 'commander'
import type { Contract, Page, Run, RunItem } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { Progress } from '../progress.ts'
import { followRun } from '../runs/follow-run.ts'
import { firstItemsOf, itemsOf, leftOversOf } from '../runs/items-of.ts'
import { addRunOptions, newRunOf, type RunOptions } from '../runs/run-options.ts'
import { leftOver, outcomeSentence, planTable, runHeading, tallyTable } from '../runs/run-words.ts'
import { counted, dayWords } from '../words.ts'

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
  /** The first day on which something is due, where nothing is now; null: not known. */
  next: string | null
}

const nothing: Shown = { planned: [], left: [], next: null }

/** Unusual ones first: they are what a person looks for. */
async function shownOf(client: Client, run: Run, isWhole: boolean): Promise<Shown> {
  const unusual = await firstItemsOf(client, run, { class: 'pending', unusual: true })
  const first = await (isWhole ? itemsOf : firstItemsOf)(client, run, { class: 'pending' })
  const others = first.filter(({ item }) => unusual.every(one => one.item !== item))
  const next = run.counters.due === 0 ? await nextDueOn(client) : null
  return { planned: [...unusual, ...others], left: await leftOversOf(client, run), next }
}

/** Of an account so small that one page tells it: there a new user wonders why nothing is due. */
async function nextDueOn(client: Client): Promise<string | null> {
  const { data, nextCursor } = await client.get<Page<Contract>>('/v1/contracts', { limit: 200 })
  if (nextCursor !== null) return null
  const days = data.flatMap(({ nextDueOn }) => nextDueOn ?? [])
  return days.reduce<string | null>((first, day) => (first === null || day < first ? day : first), null)
}

function nextSentence(next: string | null): string {
  const begins =
    'Um contrato importado sem "faturado_ate" nem "faturar_desde" é cobrado do próximo período em diante, e não pelo passado.'
  return `${next === null ? '' : `O próximo vencimento é em ${dayWords(next)}. `}${begins} De um contrato, conta por quê:`
}

function previewWords(run: Run, { planned, left, next }: Shown, columns: number, command: (args: string) => string): string {
  const { due, pending, notBilled, parked } = run.counters
  if (due === 0) return [runHeading(run), `Nada vence neste dia. ${nextSentence(next)}`, command('explain <contrato>')].join('\n')
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
    ...(leftRest > 0 ? ['', `… e mais ${leftRest}:\n  ${command(`run items ${run.id} --class não-faturado`)}`] : []),
    '',
    run.state === 'previewed' ? `Para faturar exatamente isto:\n  ${command(`bill ${run.id}`)}` : outcomeSentence(run),
  ].join('\n')
}
