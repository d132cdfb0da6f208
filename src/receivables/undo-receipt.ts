import { found } from '../core/current.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { claimReceivable, type ReceivableClaim } from './claim-receivable.ts'
import { type ReceivableDetail, receivableDetail } from './read-receivable.ts'
import type { Receipt } from './receipt.ts'
import { receiptsOf } from './receipt-store.ts'
import { requireNotRenegotiated, requireReceiptsCount, requireSurplusUnspent } from './receivable.ts'
import { receivableWith, saveReceivable } from './save-receivable.ts'

export interface UndoInput {
  receivableId: number
  receiptId: number
  reason?: string | null | undefined
}

/**
 * Undoes one receipt: a payment, an abatement, or credit that was spent, which goes back to the customer. What a payment had put into
 * the customer's credit is taken out of it, and must still be there.
 */
export function undoReceipt(ctx: Ctx, input: UndoInput): Promise<ReceivableDetail> {
  return ctx.transact(async tx => {
    const claim = await claimReceivable(tx, ctx, input.receivableId)
    const receipt = await standingReceipt(tx, claim, input.receiptId)
    requireNotRenegotiated(claim.receivable)
    requireReceiptsCount(claim.receivable.state)
    requireSurplusUnspent(receipt.surplusCents, claim.creditCents)
    await saveReceivable(tx, ctx, claim, {
      action: receipt.kind === 'abatement' ? 'undo_abatement' : 'undo_receipt',
      after: receivableWith(claim, { undone: receipt }),
      undoneReceipts: [receipt],
      reason: given(input.reason),
    })
    return receivableDetail(tx, ctx, input.receivableId)
  })
}

async function standingReceipt(tx: Tx, { receipts, receivable }: ReceivableClaim, id: number): Promise<Receipt> {
  const standing = receipts.find(receipt => receipt.id === id)
  if (standing !== undefined) return standing
  const undone = found(
    (await receiptsOf(tx, [receivable.id])).find(receipt => receipt.id === id),
    'Baixa não encontrada.',
  )
  return refuse('receipt_already_undone', 'Esta baixa já foi desfeita.', { status: 409, details: { undoneAt: undone.undoneAt } })
}
