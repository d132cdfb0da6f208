import type { CivilDate } from '../core/dates.ts'
import { type Cents, zeroCents } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { notRenegotiated, type Receivable } from './receivable.ts'
import { insertReceivables, toBulkRow } from './receivable-store.ts'

export interface OpenReceivable {
  organizationId: number
  customerId: number
  contractId: number | null
  /** The schedule whose occurrence it is. */
  scheduleId?: number | null
  /** i of n in the other system; 1 of 1 when not known. */
  installment?: number
  installments?: number
  dueOn: CivilDate
  /** Above zero. */
  amountCents: Cents
}

/**
 * Enters what customers owe without an invoice: what another system asked for, or what a schedule does. It is to be received from the
 * start, and counts for lateness like any other. Answers them in the same order.
 */
export async function enterReceivables(tx: Tx, ctx: Ctx, open: readonly OpenReceivable[]): Promise<Receivable[]> {
  if (open.length === 0) return []
  const firstId = await takeIds(tx, 'receivable', open.length)
  const receivables = open.map(
    ({ installment = 1, installments = 1, scheduleId = null, ...asked }, i): Receivable => ({
      ...asked,
      scheduleId,
      id: firstId + i,
      invoiceId: null,
      installment,
      installments,
      receivedCents: zeroCents,
      abatedCents: zeroCents,
      receivedOn: null,
      state: 'to_receive',
      ...notRenegotiated,
      version: 1,
      createdAt: ctx.clock.now(),
    }),
  )
  await insertReceivables(tx, ctx.account, receivables.map(toBulkRow))
  await record(
    tx,
    ctx,
    receivables.map(after => {
      const subject = { noun: 'receivable', id: after.id, version: after.version } as const
      return { action: 'create', event: 'create', subject, after }
    }),
  )
  return receivables
}
