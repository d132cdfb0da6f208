// An invoice with all that is asked and received for it. Verbs hold it locked and change it as one; what a verb makes of it is a value,
// a Change, and `saveChanges` writes any of them.

import type { NewReceipt, Receipt } from '../receivables/receipt.ts'
import { areAllReceived, type Receivable } from '../receivables/receivable.ts'
import { type Invoice, invoiceAfter } from './invoice.ts'

export interface Dossier {
  readonly invoice: Invoice
  /** In order of installment. */
  readonly receivables: readonly Receivable[]
  /** Those that stand. */
  readonly receipts: readonly Receipt[]
}

export type InvoiceAction =
  | 'create'
  | 'update'
  | 'adjust'
  | 'approve'
  | 'block'
  | 'hold'
  | 'unhold'
  | 'emit'
  | 'undo_emission'
  | 'confirm_receival'
  | 'undo_receival'
  | 'cancel'
  | 'undo_cancellation'
  | 'release'
  | 'delete'

/** One version of an invoice: what was done, and what the invoice became by it. */
export interface Step {
  readonly action: InvoiceAction
  readonly invoice: Invoice
  readonly receivables: readonly Receivable[]
  /** Said by a person, kept in the history. */
  readonly reason?: string | null
  /** What goes along with it, before and after, where that was said anew. */
  readonly details?: readonly [before: object | null, after: object | null]
}

export interface Change {
  readonly before: Dossier
  /** In order; the last one is what is saved. Each raises the version by one, so that each can be told to subscribers. */
  readonly steps: readonly Step[]
  readonly addedReceipts: readonly NewReceipt[]
  readonly undoneReceipts: readonly Receipt[]
  /** Why receipts were undone. */
  readonly undoReason: string | null
}

/** A change that moves no money. */
export function plainChange(before: Dossier, steps: readonly Step[]): Change {
  return { before, steps, addedReceipts: [], undoneReceipts: [], undoReason: null }
}

export function lastStep(change: Change): Step {
  const last = change.steps.at(-1)
  if (last === undefined) throw new Error('a change has at least one step')
  return last
}

/** The dossier as a change leaves it, for a change that follows at once. What the change added are no receipts yet. */
export function dossierAfter(change: Change): Dossier {
  const { invoice, receivables } = lastStep(change)
  return { invoice, receivables, receipts: change.before.receipts.filter(receipt => !change.undoneReceipts.includes(receipt)) }
}

/** One change after another on the same dossier, saved as one. */
export function chained(first: Change, second: Change): Change {
  return {
    before: first.before,
    steps: [...first.steps, ...second.steps],
    addedReceipts: [...first.addedReceipts, ...second.addedReceipts],
    undoneReceipts: [...first.undoneReceipts, ...second.undoneReceipts],
    undoReason: second.undoReason ?? first.undoReason,
  }
}

/** The invoice one version further. */
export function revised(invoice: Invoice, changes: Partial<Invoice>): Invoice {
  return { ...invoice, ...changes, version: invoice.version + 1 }
}

/** An issued invoice follows its receivables: received once all are, and back when one no longer is. Null when it need not move. */
export function following(invoice: Invoice, receivables: readonly Receivable[]): Step | null {
  const isReceived = areAllReceived(receivables)
  if (isReceived === (invoice.state === 'received')) return null
  const action = isReceived ? 'confirm_receival' : 'undo_receival'
  return { action, invoice: revised(invoice, { state: invoiceAfter(invoice.state, action) }), receivables }
}
