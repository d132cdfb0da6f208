// Cancelling an invoice, undoing that, and releasing what it billed, as pure decisions.

import type { Instant } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { requireOnlyCredit } from '../receivables/receipt.ts'
import { receivableAfter, requireNoneRenegotiated } from '../receivables/receivable.ts'
import { type Change, type Dossier, plainChange, revised } from './dossier.ts'
import { emptied, issued } from './emission.ts'
import { type Invoice, invoiceAfter, requireToEmit } from './invoice.ts'

/** Its number, its period and its events stay with it; credit is given back. */
export function cancellation(dossier: Dossier, reason: string, at: Instant): Change {
  return withdrawn(dossier, 'cancel', { cancelReason: reason, cancelledAt: at })
}

/** Never issued and no longer wanted: cancelled and released in one step, so that it cannot come back. */
export function deletion(dossier: Dossier, reason: string, at: Instant): Change {
  requireToEmit(dossier.invoice.state)
  return withdrawn(dossier, 'delete', { cancelReason: reason, cancelledAt: at, releasedAt: at })
}

function withdrawn(dossier: Dossier, action: 'cancel' | 'delete', changes: Partial<Invoice>): Change {
  const { invoice, receivables, receipts } = dossier
  const state = invoiceAfter(invoice.state, 'cancel')
  requireNoneRenegotiated(receivables)
  requireOnlyCredit(receipts)
  const cancelledFrom = invoice.state === 'to_emit' ? 'to_emit' : 'to_receive'
  const cancelled = revised(invoice, { ...changes, state, cancelledFrom, heldBy: null })
  const closed = receivables.map(receivable => ({ ...emptied(receivable), state: receivableAfter(receivable.state, 'cancel') }))
  return {
    ...plainChange(dossier, [{ action, invoice: cancelled, receivables: closed, reason: cancelled.cancelReason }]),
    undoneReceipts: receipts,
    undoReason: action,
  }
}

/**
 * Back to where it was cancelled from. One that was issued keeps its number and dates, and spends credit as an emission does: what its
 * cancellation gave back, as far as it is still there.
 */
export function restoration(dossier: Dossier, reason: string | null, creditCents: Cents): Change {
  const { invoice, receivables } = dossier
  requireNotReleased(invoice)
  const verb = invoice.cancelledFrom === 'to_receive' ? 'restore_to_receive' : 'restore_to_emit'
  const state = invoiceAfter(invoice.state, verb)
  const restored = revised(invoice, { state, cancelledFrom: null, cancelReason: null, cancelledAt: null })
  const open = receivables.map(receivable => ({
    ...receivable,
    state: receivableAfter(receivable.state, verb),
    version: receivable.version + 1,
  }))
  const step = { action: 'undo_cancellation', invoice: restored, receivables: open, reason } as const
  return invoice.issueOn === null ? plainChange(dossier, [step]) : issued(dossier, step, invoice.issueOn, creditCents)
}

/** Its periods may be billed again and its events are given back; it stays cancelled for good. */
export function release(dossier: Dossier, reason: string | null, at: Instant): Change {
  const { invoice, receivables } = dossier
  if (invoice.state !== 'cancelled') {
    refuse('not_cancelled', 'Só uma fatura cancelada pode ser liberada: cancele-a primeiro.', {
      status: 409,
      details: { state: invoice.state },
    })
  }
  requireNotReleased(invoice)
  return plainChange(dossier, [{ action: 'release', invoice: revised(invoice, { releasedAt: at }), receivables, reason }])
}

function requireNotReleased({ releasedAt }: Invoice): void {
  if (releasedAt === null) return
  refuse('already_released', 'A fatura já foi liberada: o período dela pode ter sido faturado de novo.', {
    status: 409,
    details: { releasedAt },
  })
}
