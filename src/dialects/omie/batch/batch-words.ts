import type { RunCause } from '../../../billing-run/billing-run.ts'
import { type ItemKind, type OutcomeClass, type OutcomeCode, outcomeSentence } from '../../../billing-run/plan/outcomes.ts'

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

export function isFaulty(outcome: OutcomeCode | null): boolean {
  return outcome !== null && faulty.has(outcome)
}

/** In terms of their methods, where our own sentence speaks of ours. */
const texts: Partial<Record<OutcomeCode, string>> = {
  emitted: 'Ordem de Serviço faturada com sucesso!',
  billed: 'Ordem de Serviço faturada com sucesso!',
  invalid_tax_id:
    'O cliente está sem CPF ou CNPJ válido. Corrija a tag [cnpj_cpf] do cliente com AlterarCliente e fature o lote novamente.',
  needs_catch_up: 'Este período anterior ficou em aberto e não é faturado em lote. Fature-o com FaturarContrato.',
  not_yet_due: 'Não há período a faturar neste contrato.',
  already_billed: 'O período já foi faturado. Nada a fazer.',
  run_cancelled: 'O lote foi cancelado antes deste contrato. Fature o lote novamente.',
  failed: 'Erro ao gravar este contrato; os outros não foram afetados. Corrija o cadastro e fature o lote novamente.',
}

export interface Ended {
  kind: ItemKind
  outcomeClass: OutcomeClass
  outcome: OutcomeCode | null
  detail: Record<string, unknown> | null
}

/** How one of a batch stands, and what is to be done about it; `stopped` says why nothing of it goes on. */
export function itemStatus(
  { kind, outcome, detail }: Ended,
  stopped: string | null,
): { cStatus: BatchStatus; cMensagem: string } {
  if (outcome === null) return stopped === null ? { cStatus: 'RUNNING', cMensagem: '' } : { cStatus: 'ERROR', cMensagem: stopped }
  const known = kind === 'bill' || outcome === 'emitted' ? texts[outcome] : undefined
  return { cStatus: isFaulty(outcome) ? 'ERROR' : 'DONE', cMensagem: known ?? outcomeSentence(kind, outcome, detail) }
}

/** Why a paused batch waits for somebody; null: it goes on by itself. */
export function stoppedBecause(state: string, pauseReason: string | null): string | null {
  if (state !== 'paused') return null
  if (pauseReason === 'above_run_bounds') {
    return 'O lote passa do limite de segurança da organização e espera que alguém o libere no Bordero.'
  }
  return pauseReason === 'paused_by_person' ? 'O lote foi pausado no Bordero e espera que alguém o continue.' : null
}
