import { zeroCents } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { takeIds } from '../platform/ids.ts'
import { notRenegotiated, type Receivable } from '../receivables/receivable.ts'
import { deleteReceivables, insertReceivables, toBulkRow } from '../receivables/receivable-store.ts'
import type { Invoice, PlannedReceivable } from './invoice.ts'
import type { Resplit } from './resplit.ts'

/** Adds and takes away what a new split asks for, and answers all of it in order of installment; what was kept is saved by the change. */
export async function saveResplit(
  tx: Tx,
  ctx: Ctx,
  invoice: Invoice,
  { kept, added, droppedIds }: Resplit,
): Promise<Receivable[]> {
  await deleteReceivables(tx, droppedIds)
  const fresh = await addReceivables(tx, ctx, invoice, added, kept.length + added.length)
  return [...kept, ...fresh].sort((a, b) => a.installment - b.installment)
}

/** New receivables of an invoice that is not issued yet. */
export async function addReceivables(
  tx: Tx,
  ctx: Ctx,
  invoice: Invoice,
  planned: readonly PlannedReceivable[],
  installments: number,
): Promise<Receivable[]> {
  if (planned.length === 0) return []
  const firstId = await takeIds(tx, 'receivable', planned.length)
  const fresh = planned.map((part, i) => ({
    ...part,
    id: firstId + i,
    invoiceId: invoice.id,
    scheduleId: null,
    organizationId: invoice.organizationId,
    customerId: invoice.customerId,
    contractId: invoice.contractId,
    installments,
    receivedCents: zeroCents,
    abatedCents: zeroCents,
    receivedOn: null,
    state: 'to_emit' as const,
    ...notRenegotiated,
    version: 1,
    createdAt: ctx.clock.now(),
  }))
  await insertReceivables(tx, ctx.account, fresh.map(toBulkRow))
  return fresh
}
