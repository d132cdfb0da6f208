import type { Contract } from '../contracts/contract.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { enterReceivables } from '../receivables/enter-receivables.ts'
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
  const entered = owed.flatMap(({ contract: { id: contractId, organizationId, customerId }, open }) =>
    open.map(({ dueOn, amountCents }, i) => {
      const owner = { organizationId, customerId, contractId }
      return { ...owner, installment: i + 1, installments: open.length, dueOn, amountCents }
    }),
  )
  for (const batch of inBatches(entered)) await enterReceivables(tx, ctx, batch)
}
