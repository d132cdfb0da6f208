import { found } from '../core/current.ts'
import type { Instant } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import { externalIdsOf } from '../platform/external-ids.ts'
import { type HistoryItem, historyOf } from '../platform/history.ts'
import { type CreditBalance, type CreditEntry, creditBalancesOf, listCreditEntries } from './customer-credit-store.ts'
import { customerOf } from './customer-store.ts'
import type { CustomerTies } from './customer-ties.ts'
import type { KnownCustomer } from './read-customer.ts'

export interface CustomerExport {
  exportedAt: Instant
  customer: KnownCustomer
  credit: { balances: CreditBalance[]; entries: CreditEntry[] }
  history: HistoryItem[]
  /** Contracts, invoices and the like, by kind. */
  records: Record<string, unknown[]>
}

/** A life's worth; beyond it a person is helped by other means than one answer. */
const MOST = 100_000

/** LGPD, art. 18 II and V: all that is kept about a customer, in one file. */
export function exportCustomer(ctx: Ctx, ties: CustomerTies, id: number): Promise<CustomerExport> {
  return ctx.transact(async tx => {
    const customer = found(await customerOf(tx, id), 'Cliente não encontrado.')
    const externalIds = (await externalIdsOf(tx, 'customer', [id])).get(id) ?? []
    return {
      exportedAt: ctx.clock.now(),
      customer: { ...customer, externalIds },
      credit: { balances: await creditBalancesOf(tx, id), entries: await listCreditEntries(tx, id, null, MOST) },
      history: await historyOf(tx, 'customer', id, null, MOST),
      records: await ties.recordsOf(tx, id),
    }
  })
}
