import type { CivilDate } from '../../../core/dates.ts'
import { isLate, type Receivable } from '../../../receivables/receivable.ts'

/** `status_titulo`; 'PAGTO PARCIAL' is asked for only, since such a title is late, due or to come besides. */
export type ReceivableStatus = 'CANCELADO' | 'RECEBIDO' | 'ATRASADO' | 'VENCE HOJE' | 'A VENCER' | 'PAGTO PARCIAL'

/** What was renegotiated is asked for no more: what replaced it is a title of its own. */
export function statusOf(
  { state, dueOn }: Pick<Receivable, 'state' | 'dueOn'>,
  { today, lateUntil }: { today: CivilDate; lateUntil: CivilDate },
): ReceivableStatus {
  if (state === 'cancelled' || state === 'renegotiated') return 'CANCELADO'
  if (state === 'received') return 'RECEBIDO'
  if (isLate({ state, dueOn }, lateUntil)) return 'ATRASADO'
  return dueOn <= today ? 'VENCE HOJE' : 'A VENCER'
}

/** What `filtrar_por_status` asks for: clients write it without blanks, and with an underscore. */
const asked: ReadonlyMap<string, readonly ReceivableStatus[]> = new Map([
  ['CANCELADO', ['CANCELADO']],
  ['RECEBIDO', ['RECEBIDO']],
  ['PAGO', ['RECEBIDO']],
  ['LIQUIDADO', ['RECEBIDO']],
  ['EMABERTO', ['ATRASADO', 'VENCE HOJE', 'A VENCER']],
  ['ATRASADO', ['ATRASADO']],
  ['VENCEHOJE', ['VENCE HOJE']],
  ['AVENCER', ['A VENCER']],
  ['PAGTOPARCIAL', ['PAGTO PARCIAL']],
])

/** Null: it is none of theirs. */
export function statusesAsked(text: string): readonly ReceivableStatus[] | null {
  return asked.get(text.toUpperCase().replace(/[\s_]/g, '')) ?? null
}
