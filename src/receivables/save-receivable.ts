import { following, revised, type Step } from '../invoices/dossier.ts'
import { emitHeldOf } from '../invoices/emit-held.ts'
import type { Invoice } from '../invoices/invoice.ts'
import { saveChanges, told } from '../invoices/save-changes.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import type { HistoryEntry } from '../platform/history.ts'
import type { ReceivableClaim } from './claim-receivable.ts'
import type { NewReceipt, Receipt } from './receipt.ts'
import { type Receivable, settled } from './receivable.ts'
import { saveAlong } from './save-along.ts'
import { settlements } from './settlement.ts'

export type ReceivableAction = 'receive' | 'undo_receipt' | 'abate' | 'undo_abatement' | 'change_due_date'

export interface ReceivableChange {
  readonly action: ReceivableAction
  readonly after: Receivable
  readonly addedReceipts?: readonly NewReceipt[]
  readonly undoneReceipts?: readonly Receipt[]
  readonly reason?: string | null
  /** What else of the invoice changes along. */
  readonly invoice?: Partial<Invoice>
}

/** The claimed receivable as its receipts make it, one version further. */
export function receivableWith(
  { receivable, receipts, dossier }: ReceivableClaim,
  change: { added?: NewReceipt; undone?: Receipt },
): Receivable {
  const stand = [...receipts.filter(receipt => receipt !== change.undone), ...(change.added ? [change.added] : [])]
  return { ...settled(receivable, stand, dossier?.invoice.issueOn ?? null), version: receivable.version + 1 }
}

/**
 * What every change of a receivable ends with: it is saved, its invoice follows (received once all is, and back), or what it replaced
 * with the invoices of that; all is told in the history, and what was held until nothing is late goes out if that is so now.
 */
export async function saveReceivable(tx: Tx, ctx: Ctx, claim: ReceivableClaim, change: ReceivableChange): Promise<void> {
  const { dossier } = claim
  const { after, addedReceipts = [], undoneReceipts = [] } = change
  const undoReason = undoneReceipts.length === 0 ? null : (change.reason ?? null)
  const movement = { addedReceipts, undoneReceipts, undoReason }
  const entry = (added: readonly Receipt[]) => entryOf(claim.receivable, change, added)
  if (dossier === null) {
    const followed = settlements(claim.together.map(one => (one.id === after.id ? after : one)))
    const along = { ...movement, changed: [after, ...followed], dossiers: claim.dossiers }
    // Of what has an invoice others are told with it.
    await saveAlong(tx, ctx, along, added => [
      { ...entry(added), event: change.action },
      ...settlementEntries(claim.together, followed),
    ])
  } else {
    const receivables = dossier.receivables.map(receivable => (receivable.id === after.id ? after : receivable))
    const invoice = { ...dossier.invoice, ...change.invoice }
    const updated: Step = { action: 'update', invoice: revised(invoice, {}), receivables }
    const step = following(invoice, receivables) ?? updated
    await saveChanges(tx, ctx, [{ ...movement, before: dossier, steps: [step] }], added => [entry(added)])
  }
  await emitHeldOf(tx, ctx, claim)
}

/** Of those that were settled by something that replaced them, or are open again because that is. */
function settlementEntries(before: readonly Receivable[], after: readonly Receivable[]): HistoryEntry[] {
  return after.map(one => ({
    action: one.settledOn === null ? 'unsettle' : 'settle',
    subject: { noun: 'receivable', id: one.id, version: one.version },
    before: before.find(({ id }) => id === one.id) ?? null,
    after: one,
  }))
}

function entryOf(
  before: Receivable,
  { action, after, undoneReceipts = [], reason }: ReceivableChange,
  added: readonly Receipt[],
): HistoryEntry {
  return {
    action,
    subject: { noun: 'receivable', id: after.id, version: after.version },
    before,
    after: {
      ...after,
      ...told(added, undoneReceipts),
      ...(reason != null && { reason }),
    },
  }
}
