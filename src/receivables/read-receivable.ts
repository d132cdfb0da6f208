import { contractNames, customerNames, type NamedContract, type NamedCustomer } from '../contracts/parties.ts'
import { found } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import { invoicesOf } from '../invoices/invoice-store.ts'
import { calendarOf, type LateUntil, lateUntilOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { notFound } from './claim-receivable.ts'
import type { Receipt } from './receipt.ts'
import { listReceipts, type ReceiptFilter, receiptsOf } from './receipt-store.ts'
import { isLate, type Receivable } from './receivable.ts'
import { listReceivables, type ReceivableFilter, type ReceivablePlace, receivableOf, receivablesOf } from './receivable-store.ts'

/** Whom it is asked from, and for what, as people call them. One that an import brought along has neither contract nor invoice. */
interface Named {
  customer: NamedCustomer
  contract: NamedContract | null
  invoiceNumber: number | null
}

export type KnownReceivable = Receivable & Named & { isLate: boolean }

export type ReceivableDetail = KnownReceivable & {
  /** Those that were undone too, in the order in which they were made. */
  receipts: Receipt[]
}

export function getReceivable(ctx: Ctx, id: number): Promise<ReceivableDetail> {
  return ctx.transact(tx => receivableDetail(tx, ctx, id))
}

/** As it stands in the open transaction. */
export async function receivableDetail(tx: Reader, ctx: Ctx, id: number): Promise<ReceivableDetail> {
  const receivable = found(await receivableOf(tx, id), notFound)
  const { lateUntil } = await calendarOf(tx, ctx.clock.now(), receivable.organizationId)
  const named = (await namesOf(tx, [receivable]))(receivable)
  return { ...receivable, ...named, isLate: isLate(receivable, lateUntil), receipts: await receiptsOf(tx, [id]) }
}

/** By due date, from the one after `after`; one more than `limit` when there are further ones. */
export function searchReceivables(
  ctx: Ctx,
  filter: ReceivableFilter,
  after: ReceivablePlace | null,
  limit: number,
): Promise<KnownReceivable[]> {
  return ctx.transact(async tx => {
    const lateUntil = await lateUntilOf(tx, ctx.clock.now())
    return withNames(tx, await listReceivables(tx, filter, lateUntil, after, limit + 1), lateUntil)
  })
}

/** Receivables as people call them, and whether they are late. */
export async function knownReceivables(tx: Reader, ctx: Ctx, receivables: readonly Receivable[]): Promise<KnownReceivable[]> {
  return withNames(tx, receivables, await lateUntilOf(tx, ctx.clock.now()))
}

async function withNames(tx: Reader, rows: readonly Receivable[], lateUntil: LateUntil): Promise<KnownReceivable[]> {
  const named = await namesOf(tx, rows)
  return rows.map(receivable => {
    const until = lateUntil.get(receivable.organizationId)
    return { ...receivable, ...named(receivable), isLate: until !== undefined && isLate(receivable, until) }
  })
}

export type KnownReceipt = Receipt & Named & { invoiceId: number | null; scheduleId: number | null }

/** What was received, by day, from the one after `after`; one more than `limit` when there are further ones. */
export function searchReceipts(
  ctx: Ctx,
  filter: ReceiptFilter,
  after: { receivedOn: CivilDate; id: number } | null,
  limit: number,
): Promise<KnownReceipt[]> {
  return ctx.transact(async tx => {
    const rows = await listReceipts(tx, filter, after, limit + 1)
    const receivables = await receivablesOf(tx, [...new Set(rows.map(row => row.receivableId))])
    const named = await namesOf(tx, [...receivables.values()])
    return rows.map(receipt => {
      const receivable = receivables.get(receipt.receivableId)
      // A foreign key sees to it.
      if (receivable === undefined) throw new Error('a receipt of no receivable')
      return { ...receipt, ...named(receivable), invoiceId: receivable.invoiceId, scheduleId: receivable.scheduleId }
    })
  })
}

/** Of a page of rows: three statements, however many rows. */
async function namesOf(tx: Reader, rows: readonly Receivable[]): Promise<(row: Receivable) => Named> {
  const customer = await customerNames(
    tx,
    rows.map(row => row.customerId),
  )
  const contract = await contractNames(
    tx,
    rows.flatMap(row => row.contractId ?? []),
  )
  const invoices = await invoicesOf(
    tx,
    rows.flatMap(row => row.invoiceId ?? []),
  )
  const numbers = new Map(invoices.map(({ id, number }) => [id, number]))
  return ({ customerId, contractId, invoiceId }) => ({
    customer: customer(customerId),
    contract: contractId === null ? null : contract(contractId),
    invoiceNumber: (invoiceId === null ? null : numbers.get(invoiceId)) ?? null,
  })
}
