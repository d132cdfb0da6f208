import { found } from '../core/current.ts'
import { calendarOf, lateUntilOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { notFound } from './claim-receivable.ts'
import type { Receipt } from './receipt.ts'
import { receiptsOf } from './receipt-store.ts'
import { isLate, type Receivable } from './receivable.ts'
import { listReceivables, type ReceivableFilter, type ReceivablePlace, receivableOf } from './receivable-store.ts'

export type KnownReceivable = Receivable & { isLate: boolean }

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
  return { ...receivable, isLate: isLate(receivable, lateUntil), receipts: await receiptsOf(tx, [id]) }
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
    const rows = await listReceivables(tx, filter, lateUntil, after, limit + 1)
    return rows.map(receivable => {
      const until = lateUntil.get(receivable.organizationId)
      return { ...receivable, isLate: until !== undefined && isLate(receivable, until) }
    })
  })
}
