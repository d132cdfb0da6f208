import type { Contract } from '../contracts/contract.ts'
import { cents } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import type { Receivable } from '../receivables/receivable.ts'
import { insertReceivables, toBulkRow } from '../receivables/receivable-store.ts'
import type { OpenReceivable } from './file/cells.ts'
import { inBatches } from './in-batches.ts'

/**
 * What customers owed when their contracts came over: receivables to be received, without an invoice. An invoice would claim a number,
 * lines, a revenue and a note that another system has issued already.
 */
export async function createOpenReceivables(
  tx: Tx,
  ctx: Ctx,
  owed: readonly { contract: Contract; open: readonly OpenReceivable[] }[],
): Promise<void> {
  const count = owed.reduce((sum, { open }) => sum + open.length, 0)
  if (count === 0) return
  let nextId = await takeIds(tx, 'receivable', count)
  const receivables = owed.flatMap(({ contract, open }) =>
    open.map((each, i) => receivableOf(nextId++, contract, each, i + 1, open.length, ctx)),
  )
  for (const batch of inBatches(receivables)) {
    await insertReceivables(tx, ctx.account, batch.map(toBulkRow))
    await record(tx, ctx, batch.map(creation))
  }
}

function receivableOf(
  id: number,
  contract: Contract,
  open: OpenReceivable,
  installment: number,
  installments: number,
  ctx: Ctx,
): Receivable {
  return {
    id,
    invoiceId: null,
    organizationId: contract.organizationId,
    customerId: contract.customerId,
    contractId: contract.id,
    installment,
    installments,
    dueOn: open.dueOn,
    amountCents: open.amountCents,
    receivedCents: cents(0),
    abatedCents: cents(0),
    receivedOn: null,
    state: 'to_receive',
    version: 1,
    createdAt: ctx.clock.now(),
  }
}

function creation(after: Receivable): HistoryEntry {
  return { action: 'create', event: 'create', subject: { noun: 'receivable', id: after.id, version: after.version }, after }
}
