import type { RunCause } from '../../../billing-run/billing-run.ts'
import type { ClosedPeriod } from '../../../billing-run/kanban/kanban-store.ts'
import { type ItemKind, type OutcomeClass, type OutcomeCode, outcomeSentence } from '../../../billing-run/plan/outcomes.ts'
import { addDays, type CivilDate, formatDate } from '../../../core/dates.ts'
import { cents, formatBrl } from '../../../core/money.ts'

export type BatchStatus = 'RUNNING' | 'DONE' | 'ERROR'

export const originOf: Record<RunCause, string> = { person: 'MAN', scheduler: 'SCH', dialect: 'API' }

/** What somebody must see to before it can be billed. What only waits for its day, or was billed by another batch, is no error. */
const faulty: ReadonlySet<OutcomeCode> = new Set([
  'failed',
  'invalid_tax_id',
  'above_safety_bound',
  'index_missing',
  'readjustment_unapproved',
  'readjustment_pending',
  'needs_catch_up',
  'changed_since_preview',
  'run_cancelled',
])

/** An older period is none of the scheduler's, which never bills one: that it stands open is no error of what it did. */
export function isFaulty(outcome: OutcomeCode | null, cause: RunCause): boolean {
  return outcome !== null && faulty.has(outcome) && !(outcome === 'needs_catch_up' && cause === 'scheduler')
}

/** Outcomes that make a batch of that cause one in error. */
export function faultyOutcomes(cause: RunCause): OutcomeCode[] {
  return [...faulty].filter(outcome => isFaulty(outcome, cause))
}

/** In terms of their methods, where our own sentence speaks of ours. */
const texts: Partial<Record<OutcomeCode, string>> = {
  emitted: 'Ordem de Serviço faturada com sucesso!',
  billed: 'Ordem de Serviço faturada com sucesso!',
  invalid_tax_id:
    'O cliente está sem CPF ou CNPJ válido. Corrija a tag [cnpj_cpf] do cliente com AlterarCliente e fature o lote novamente.',
  needs_catch_up:
    'Este período anterior ficou em aberto e não é faturado em lote. Fature-o com FaturarContrato, que fatura um período por chamada, do mais antigo em diante.',
  not_yet_due: 'Não há período a faturar neste contrato.',
  already_billed: 'O período já foi faturado. Nada a fazer.',
  run_cancelled: 'O lote foi cancelado antes deste contrato. Fature o lote novamente.',
  failed: 'Erro ao gravar este contrato; os outros não foram afetados. Corrija o cadastro e fature o lote novamente.',
}

/** Why this month's period is not there to be billed, though no order bills it. */
const closedTexts: Record<ClosedPeriod, string> = {
  invoice_cancelled:
    'A fatura do período foi cancelada. Para faturar o período de novo, libere no Bordero a fatura cancelada; o próximo período é faturado no mês dele.',
  period_waived: 'O período deste mês foi dispensado no Bordero; o próximo é faturado no mês dele.',
  period_uncharged:
    'O período deste mês foi encerrado sem cobrança, porque no dia dele o contrato estava suspenso ou fora da vigência; o próximo é faturado no mês dele.',
}

export interface Ended {
  kind: ItemKind
  outcomeClass: OutcomeClass
  outcome: OutcomeCode | null
  detail: Record<string, unknown> | null
  closed?: ClosedPeriod
}

/** How one of a batch stands, and what is to be done about it; `stopped` says why nothing of it goes on. */
export function itemStatus(
  { kind, outcome, detail, closed }: Ended,
  stopped: string | null,
  cause: RunCause = 'dialect',
): { cStatus: BatchStatus; cMensagem: string } {
  if (outcome === null) return stopped === null ? { cStatus: 'RUNNING', cMensagem: '' } : { cStatus: 'ERROR', cMensagem: stopped }
  if (closed !== undefined) return { cStatus: 'DONE', cMensagem: closedTexts[closed] }
  const known = kind === 'bill' || outcome === 'emitted' ? (boundText(outcome, detail) ?? texts[outcome]) : undefined
  return { cStatus: isFaulty(outcome, cause) ? 'ERROR' : 'DONE', cMensagem: known ?? outcomeSentence(kind, outcome, detail) }
}

/** Their clients have no bound and no item to let go: what they can do is correct the amount, or ask whoever has the bound. */
function boundText(outcome: OutcomeCode, detail: Record<string, unknown> | null): string | null {
  if (outcome !== 'above_safety_bound') return null
  const gross = typeof detail?.grossCents === 'number' ? `, ${formatBrl(cents(detail.grossCents))},` : ''
  return `O valor da fatura${gross} passa do limite de segurança deste contrato no Bordero. Confira os itens e corrija-os com AlterarContrato, ou mude o limite no Bordero, e fature novamente.`
}

/** Which of several of one contract is meant: 'O período de 15/03/2027 a 14/04/2027: …'. */
export function ofPeriod(
  { periodStart, periodEnd }: { periodStart: CivilDate | null; periodEnd: CivilDate | null },
  cMensagem: string,
): string {
  if (periodStart === null || periodEnd === null || cMensagem === '') return cMensagem
  // The end of a period is the first day of the next one.
  return `O período de ${formatDate(periodStart)} a ${formatDate(addDays(periodEnd, -1))}: ${cMensagem}`
}

/** Why a paused batch waits for somebody; null: it goes on by itself. */
export function stoppedBecause(state: string, pauseReason: string | null): string | null {
  if (state !== 'paused') return null
  if (pauseReason === 'above_run_bounds') {
    return 'O lote passa do limite de segurança da organização e espera que alguém o libere no Bordero.'
  }
  return pauseReason === 'paused_by_person' ? 'O lote foi pausado no Bordero e espera que alguém o continue.' : null
}
