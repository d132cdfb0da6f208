import { addCreditEntries, type CreditOwner } from '../customers/customer-credit-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { takeIds } from '../platform/ids.ts'
import { type CreditMove, creditMoveOf, creditMoveOfUndoing, type NewReceipt, type Receipt } from './receipt.ts'
import { insertReceipts, undoReceipts } from './receipt-store.ts'
import type { Receivable } from './receivable.ts'
import { saveReceivables } from './receivable-store.ts'

/** What was moved: receivables as they became, receipts that came and went. The customers' credit follows from the receipts. */
export interface Movement {
  readonly receivables: readonly Receivable[]
  readonly addedReceipts: readonly NewReceipt[]
  readonly undoneReceipts: readonly Receipt[]
  readonly undoReason: string | null
}

/**
 * Saves a movement: every receipt is of one of its receivables, and the credit of their customers is locked. Answers the receipts that
 * were added, in order.
 */
export async function saveMovement(tx: Tx, ctx: Ctx, movement: Movement): Promise<Receipt[]> {
  const at = ctx.clock.now()
  const undoneIds = movement.undoneReceipts.map(receipt => receipt.id)
  await saveReceivables(tx, movement.receivables)
  await undoReceipts(tx, undoneIds, at, movement.undoReason)

  const count = movement.addedReceipts.length
  const firstId = count === 0 ? 0 : await takeIds(tx, 'receipt', count)
  const fresh = { createdAt: at, undoneAt: null, undoReason: null }
  const added = movement.addedReceipts.map((receipt, i) => ({ ...receipt, ...fresh, id: firstId + i }))
  await insertReceipts(tx, ctx.account, added)

  const moves = [...movesOf(movement.undoneReceipts, creditMoveOfUndoing), ...movesOf(added, creditMoveOf)]
  if (moves.length > 0) await saveCredit(tx, ctx, moves, movement.receivables)
  return added
}

type Move = CreditMove & { receipt: Receipt }

function movesOf(receipts: readonly Receipt[], moveOf: (receipt: NewReceipt) => CreditMove | null): Move[] {
  return receipts.flatMap(receipt => {
    const move = moveOf(receipt)
    return move === null ? [] : [{ ...move, receipt }]
  })
}

async function saveCredit(tx: Tx, ctx: Ctx, moves: readonly Move[], receivables: readonly Receivable[]): Promise<void> {
  const owners = new Map(receivables.map(({ id, customerId, organizationId }) => [id, { customerId, organizationId }]))
  const firstId = await takeIds(tx, 'customer_credit_entry', moves.length)
  const entries = moves.map(({ receipt, amountCents, cause }, i) => ({
    ...ownerOf(receipt, owners),
    id: firstId + i,
    amountCents,
    cause,
    receiptId: receipt.id,
    createdAt: ctx.clock.now(),
  }))
  await addCreditEntries(tx, entries)
}

function ownerOf({ receivableId }: Receipt, owners: ReadonlyMap<number, CreditOwner>): CreditOwner {
  const owner = owners.get(receivableId)
  if (owner === undefined) throw new Error(`a receipt moves receivable ${receivableId}, which did not change`)
  return owner
}
