import type { Command } from 'commander'
import type { Run, RunItem } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { Progress } from '../progress.ts'
import { emissionLines, goingOutLines, waitingLines } from '../runs/emission-words.ts'
import { followRun } from '../runs/follow-run.ts'
import { firstItemsOf, goingOutOf, itemsOf, leftOversOf } from '../runs/items-of.ts'
import { isQuiet, nothingDueLines } from '../runs/nothing-due.ts'
import { planTable } from '../runs/plan-table.ts'
import { addRunOptions, newRunOf, type RunOptions } from '../runs/run-options.ts'
import { leftOver, outcomeSentence, runHeading, tallyTable } from '../runs/run-words.ts'
import { startedAs } from '../started-as.ts'
import { counted } from '../words.ts'

export function addPreview(program: Command, cli: Cli): void {
  const command = program
    .command('preview')
    .description('mostra o que seria faturado num dia, de hoje ou por vir, sem faturar nada')
  addRunOptions(command)
    .option('--all', 'mostra todos os itens, e não só os primeiros')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} preview
  ${startedAs} preview --day 31/01/2027 --organization 12.345.678/0001-95
  ${startedAs} preview --contract C-0042
  ${startedAs} preview --day 31/12/2027                      de um dia por vir, até um ano à frente: só uma previsão
  ${startedAs} preview --contract C-0042 --ahead             o próximo período dele, antes do dia
  ${startedAs} bill run_7            fatura exatamente o que a prévia run_7 mostrou`,
    )
    .action(
      onServer<RunOptions & { all?: true }>(cli, async ({ client, options, terminal, isJson, show }) => {
        const started = await client.post<Run>('/v1/billing-runs', { ...(await newRunOf(client, options)), preview: true })
        const progress = new Progress(terminal)
        const run = await followRun(client, started, ({ counters }) =>
          terminal.draw(`Calculando… ${counted(counters.due, 'item', 'itens')}`),
        )
        progress.clear()
        const command = nextCommand(client.target)
        const shown = isJson ? nothing : await shownOf(client, run, options.all === true, command)
        show(run, () => previewWords(run, shown, terminal.columns, command))
        return run.state === 'previewed' ? exitCodes.ok : exitCodes.findings
      }),
    )
}

interface Shown {
  planned: readonly RunItem[]
  left: readonly RunItem[]
  /** Invoices that were there before and go out. */
  emitting: readonly RunItem[]
  /** What is said where nothing at all is due. */
  quiet: readonly string[]
}

const nothing: Shown = { planned: [], left: [], emitting: [], quiet: [] }

/** Unusual ones first: they are what a person looks for. */
async function plannedOf(client: Client, run: Run, isWhole: boolean): Promise<RunItem[]> {
  const unusual = await firstItemsOf(client, run, { kind: 'bill', class: 'pending', unusual: true })
  const first = await (isWhole ? itemsOf : firstItemsOf)(client, run, { kind: 'bill', class: 'pending' })
  return [...unusual, ...first.filter(({ item }) => unusual.every(one => one.item !== item))]
}

async function shownOf(client: Client, run: Run, isWhole: boolean, command: (args: string) => string): Promise<Shown> {
  if (isQuiet(run)) return { ...nothing, quiet: await nothingDueLines(client, run, command) }
  const planned = run.counters.pending > 0 ? await plannedOf(client, run, isWhole) : []
  const emitting = await goingOutOf(client, run, isWhole)
  return { planned, left: await leftOversOf(client, run), emitting, quiet: [] }
}

function previewWords(
  run: Run,
  { planned, left, emitting, quiet }: Shown,
  columns: number,
  command: (args: string) => string,
): string {
  if (quiet.length > 0) return [runHeading(run), ...quiet].join('\n')
  const { due, pending, notBilled, parked } = run.counters
  const rest = pending - planned.length
  const leftRest = notBilled + parked - left.length
  const table = [
    ...(planned.length > 0 ? ['', planTable(planned, columns)] : []),
    ...(rest > 0 ? [`… e mais ${counted(rest, 'item', 'itens')} (--all mostra todos).`] : []),
    ...(planned.some(item => item.unusual) ? ['Com "!": foge do costume da regra.'] : []),
    '',
    tallyTable(run),
  ]
  return [
    runHeading(run),
    ...(due > 0 ? table : ['Nenhum período vence neste dia.']),
    ...emissionLines(run),
    ...goingOutLines(run, emitting, columns, command),
    ...waitingLines(run, command),
    ...left.flatMap(item => ['', leftOver(run, item, command)]),
    ...(leftRest > 0 ? ['', `… e mais ${leftRest}:\n  ${command(`run items ${run.id} --class não-faturado`)}`] : []),
    '',
    nextStep(run, command),
  ].join('\n')
}

/** Whether nothing is left to be done by anybody: what was asked for was billed before, or is not due yet. */
function isSettled({ outcomes, emissions }: Run): boolean {
  return emissions.due === 0 && outcomes.every(({ outcome }) => outcome === 'already_billed' || outcome === 'not_yet_due')
}

function nextStep(run: Run, command: (args: string) => string): string {
  if (run.forecast) {
    return 'Este dia ainda não chegou: é uma previsão com o que se sabe hoje, e não se fatura. Cada período é faturado no seu dia; o que só se fatura a pedido entra como se pedido nele.'
  }
  if (run.state === 'previewed' && run.counters.pending === 0 && run.emissions.goingOut === 0) {
    return isSettled(run)
      ? 'Não há nada a faturar nem a emitir.'
      : 'Nada disto se fatura ou emite como está: veja acima o que falta de cada um.'
  }
  return run.state === 'previewed' ? `Para faturar exatamente isto:\n  ${command(`bill ${run.id}`)}` : outcomeSentence(run)
}
