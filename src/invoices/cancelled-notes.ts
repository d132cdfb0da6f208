import type { OpenPeriod } from '../contracts/ledger/coverage-store.ts'
import { addDays, formatDate } from '../core/dates.ts'
import { showId } from '../core/ids.ts'
import type { Invoice } from './invoice.ts'

interface Cancelled {
  readonly invoice: Invoice
  readonly periods: readonly OpenPeriod[]
  readonly isRuleArchived: boolean
}

/** What a cancelled invoice leaves behind until it is released: periods that stay closed and that no run bills. */
export function cancelledNotes({ invoice, periods, isRuleArchived }: Cancelled): string[] {
  if (invoice.state !== 'cancelled' || invoice.releasedAt !== null) return []
  const id = showId('invoice', invoice.id)
  const next = isRuleArchived ? 'a regra foi excluída, e ele só pode ser dispensado' : `para faturá-lo de novo, libere a ${id}`
  return periods.map(
    ({ startsOn, endsOn }) =>
      `O período de ${formatDate(startsOn)} a ${formatDate(addDays(endsOn, -1))} continua fechado e não será faturado; ${next}.`,
  )
}
