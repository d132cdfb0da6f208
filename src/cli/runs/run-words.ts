import type { Run, RunItem } from '../answers.ts'
import { startedAs } from '../started-as.ts'
import { renderTable } from '../table.ts'
import { brl, counted, dayWords, figure, outcomeWord, periodWords, runStateWords } from '../words.ts'

/** 'Execução run_2 de 31/01/2027: concluída em 0,4 s' */
export function runHeading(run: Run): string {
  const kind = run.state === 'previewing' || run.state === 'previewed' ? 'Prévia' : 'Execução'
  return `${kind} ${run.id} do dia ${dayWords(run.day)}: ${runStateWords[run.state]}.`
}

interface Tally {
  word: string
  items: number
  netCents: number
}

const tallyColumns = [
  { head: 'Desfecho', of: (row: Tally) => row.word },
  { head: 'Itens', of: (row: Tally) => row.items.toLocaleString('pt-BR'), right: true },
  { head: 'Valor (R$)', of: (row: Tally) => figure(row.netCents), right: true },
]

/** How many items ended how, with their total; of a preview, how they would. */
export function tallyTable(run: Run): string {
  const { due, pending } = run.counters
  const decided = run.outcomes
    .filter(({ kind }) => kind === 'bill')
    .map(({ outcome, items, netCents }) => ({ word: outcomeWord(outcome), items, netCents }))
  const waiting = { word: 'a faturar', items: pending, netCents: run.totals.pendingCents }
  const rows = pending > 0 ? [waiting, ...decided] : decided
  const footer = { word: 'Total', items: due, netCents: rows.reduce((total, row) => total + row.netCents, 0) }
  return renderTable(tallyColumns, rows, { footer })
}

/** What an item is about. */
export const itemHeads = [
  { head: 'Item', of: (item: RunItem) => String(item.item), right: true },
  { head: 'Contrato', of: (item: RunItem) => item.contract.code ?? item.contract.id, least: 10 },
  { head: 'Cliente', of: (item: RunItem) => item.customer.name, least: 12 },
  { head: 'Período', of: periodOf },
]

export const netColumn = { head: 'Líquido (R$)', of: (item: RunItem) => figure(item.netCents), right: true }
const outcomeColumn = {
  head: 'Desfecho',
  of: stateOfItem,
  least: 12,
}

export const itemColumns = [...itemHeads, netColumn, outcomeColumn]

/** How an item ended, or what is still to be done with it. */
function stateOfItem({ kind, outcome, waits }: RunItem): string {
  if (kind === 'bill') return outcome === null ? 'a faturar' : outcomeWord(outcome)
  const code = outcome ?? waits
  return code === null ? 'a emitir' : (emissionOutcomeWords.get(code) ?? outcomeWord(code))
}

/** What a code means of an invoice that was there before the run. */
const emissionOutcomeWords: ReadonlyMap<string, string> = new Map([
  ['emitted', 'emitida'],
  ['awaiting_approval', 'aguarda aprovação'],
  ['customer_overdue', 'cliente em atraso'],
  ['already_billed', 'já sem nada a emitir'],
])

function periodOf({ periodStart, periodEnd, scheduledOn }: RunItem): string {
  return periodStart === null || periodEnd === null ? dayWords(scheduledOn) : periodWords(periodStart, periodEnd)
}

/** One item that did not become an invoice: what, why, and the command that goes on from there. */
export function leftOver(run: Run, item: RunItem, command: (args: string) => string): string {
  const { contract, customer, netCents } = item
  const period = item.periodStart === null ? '' : `, ${periodOf(item)}`
  const what = `Item ${item.item}: ${contract.code ?? contract.id}, ${customer.name}${period}, ${brl(netCents)}`
  const lines = [`${what} (${stateOfItem(item)})`, `  ${item.sentence ?? ''}`]
  // What is only foreseen is mended when its day comes.
  const remedy = run.forecast ? null : remedyOf(run, item)
  if (remedy !== null) lines.push(`  ${command(remedy)}`)
  return lines.join('\n')
}

/** What a person would type next about an item, when one command does it. */
export function remedyOf(run: Pick<Run, 'id'>, { item, contract, outcome }: RunItem): string | null {
  switch (outcome) {
    case 'above_safety_bound':
      return `run allow ${run.id} ${item}`
    case 'needs_catch_up':
      return `bill --contract ${contract.id} --catch-up`
    case 'changed_since_preview':
      return `preview --contract ${contract.id}`
    case 'run_cancelled':
      return `bill --contract ${contract.id}`
    case 'failed':
    case 'invalid_tax_id':
      return `run retry ${run.id}`
    default:
      return null
  }
}

/** What became of the whole, in a sentence. */
export function outcomeSentence(run: Run): string {
  const { counters, totals, pauseReason, error } = run
  const billed = `${counted(counters.billed, 'faturado', 'faturados')}, ${brl(totals.billedCents)}`
  const left = counters.notBilled + counters.parked
  const rest =
    left === 0 ? 'nenhum ficou de fora' : `${counted(left, 'não faturado', 'não faturados')}, ${brl(totals.notBilledCents)}`
  const reason = pauseReason ?? error
  const why = reason === null ? '' : ` ${reasonWords.get(reason)?.(run.id) ?? `Motivo: ${reason}.`}`
  const open = counters.pending === 0 ? '' : `; ${counters.pending} por faturar, ${brl(totals.pendingCents)}`
  return `${allWords(run)}: ${billed}${open}; ${rest}.${why}`
}

/** What a preview shows, adding up as the table below it does. */
export function previewSentence(run: Run): string {
  const { pending, notBilled, parked } = run.counters
  const left = notBilled + parked
  const rest = left === 0 ? '' : `; ${counted(left, 'fica de fora', 'ficam de fora')}, ${brl(run.totals.notBilledCents)}`
  return `${run.id}, ${allWords(run)}: ${pending.toLocaleString('pt-BR')} a faturar, ${brl(run.totals.pendingCents)}${rest}; nada foi faturado ainda`
}

/** '161 itens, R$ 389.627,53': whatever became of them. */
function allWords(run: Run): string {
  const { billedCents, pendingCents, notBilledCents } = run.totals
  return `${counted(run.counters.due, 'item', 'itens')}, ${brl(billedCents + pendingCents + notBilledCents)}`
}

/** Why a run stands still or ended in error; a reason of a newer server is shown by its code. */
const reasonWords: ReadonlyMap<string, (run: string) => string> = new Map([
  ['paused_by_person', (_run: string) => 'Alguém a pausou.'],
  [
    'above_run_bounds',
    (run: string) => `Passa do limite da organização: confira, e libere com "${startedAs} run resume ${run}".`,
  ],
  ['items_parked', (run: string) => `Corrija o que falhou e tente de novo com "${startedAs} run retry ${run}".`],
])
