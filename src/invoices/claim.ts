// What every verb does first: it locks the customer with the organization, then what it is going to change, and reads that under the
// lock. One lock for a customer keeps receipts, emissions and cancellations of that customer in a row, in any order of their rows.

import { lockContract } from '../contracts/contract-store.ts'
import { lockRules } from '../contracts/ledger/coverage-store.ts'
import { found } from '../core/current.ts'
import type { Cents } from '../core/money.ts'
import { type CreditOwner, lockCredit } from '../customers/customer-credit-store.ts'
import { type Calendar, calendarOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { isStanding } from '../receivables/receipt.ts'
import { receiptsOf } from '../receivables/receipt-store.ts'
import { lockReceivablesOfInvoices } from '../receivables/receivable-store.ts'
import type { Dossier } from './dossier.ts'
import type { Invoice } from './invoice.ts'
import { invoiceOf, lockInvoices } from './invoice-store.ts'

export interface CustomerClaim {
  readonly owner: CreditOwner
  readonly creditCents: Cents
  readonly calendar: Calendar
  /** Other invoices of this customer that wait until nothing is late. */
  readonly held: readonly Dossier[]
}

export interface InvoiceClaim extends CustomerClaim {
  readonly dossier: Dossier
}

export async function requireInvoice(tx: Reader, id: number): Promise<Invoice> {
  return found(await invoiceOf(tx, id), 'Fatura não encontrada.')
}

/** `withLedger`: the verb gives periods or events back, or comes back for them, so it holds the contract and its rules too, first of all. */
export async function claimInvoice(tx: Tx, ctx: Ctx, id: number, options: { withLedger?: boolean } = {}): Promise<InvoiceClaim> {
  const { customerId, organizationId, contractId } = await requireInvoice(tx, id)
  if (options.withLedger) {
    await lockContract(tx, contractId)
    await lockRules(tx, contractId)
  }
  const { claim, dossiers } = await claimCustomer(tx, ctx, { customerId, organizationId }, [id])
  const dossier = dossiers.get(id)
  if (dossier === undefined) throw new Error(`invoice ${id} went away, which none ever does`)
  return { ...claim, dossier }
}

/** Locks what belongs to a customer and may change: invoices, if any are meant, and those that are held. */
export async function claimCustomer(
  tx: Tx,
  ctx: Ctx,
  owner: CreditOwner,
  invoiceIds: readonly number[],
): Promise<{ claim: CustomerClaim; dossiers: ReadonlyMap<number, Dossier> }> {
  const creditCents = await lockCredit(tx, owner)
  const invoices = await lockInvoices(tx, invoiceIds, owner)
  const receivables = await lockReceivablesOfInvoices(
    tx,
    invoices.map(invoice => invoice.id),
  )
  const receipts = (
    await receiptsOf(
      tx,
      [...receivables.values()].flat().map(receivable => receivable.id),
    )
  ).filter(isStanding)
  const dossiers = new Map(
    invoices.map(invoice => {
      const own = receivables.get(invoice.id) ?? []
      const ids = new Set(own.map(receivable => receivable.id))
      return [invoice.id, { invoice, receivables: own, receipts: receipts.filter(receipt => ids.has(receipt.receivableId)) }]
    }),
  )
  const calendar = await calendarOf(tx, ctx.clock.now(), owner.organizationId)
  const held = [...dossiers.values()].filter(({ invoice }) => !invoiceIds.includes(invoice.id))
  return { claim: { owner, creditCents, calendar, held }, dossiers }
}
