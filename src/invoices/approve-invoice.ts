import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { claimInvoice, type InvoiceClaim } from './claim.ts'
import { type Change, chained, dossierAfter, plainChange, revised } from './dossier.ts'
import { emissionOf, isHeldBack } from './emit-invoice.ts'
import { emitsByItself, requireToEmit } from './invoice.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { saveChanges } from './save-changes.ts'

/**
 * Approves an invoice. An automatic one whose day has come, and one that a run asked to emit, goes out at once, or is held while its
 * customer has something late; a draft waits for its person. Approved already, it stays as it is.
 */
export function approveInvoice(ctx: Ctx, invoiceId: number): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId)
    const { invoice } = claim.dossier
    requireToEmit(invoice.state)
    if (invoice.approval === 'blocked') await saveChanges(tx, ctx, [await approval(tx, ctx, claim)])
    return invoiceDetail(tx, ctx, invoiceId)
  })
}

async function approval(tx: Tx, ctx: Ctx, claim: InvoiceClaim): Promise<Change> {
  const { invoice, receivables } = claim.dossier
  const goesOut = emitsByItself(invoice, claim.calendar.today)
  const isHeld = goesOut && (await isHeldBack(tx, claim))
  const approved = revised(invoice, { approval: 'approved', heldBy: isHeld ? 'customer_overdue' : null })
  const change = plainChange(claim.dossier, [{ action: 'approve', invoice: approved, receivables }])
  if (!goesOut || isHeld) return change
  return chained(change, await emissionOf(tx, ctx, claim, dossierAfter(change)))
}

/** Stops an invoice from being emitted, by a person, the scheduler or a run, until it is approved. Blocked already, it stays as it is. */
export function blockInvoice(ctx: Ctx, invoiceId: number, reason: string | null): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const { dossier } = await claimInvoice(tx, ctx, invoiceId)
    const { invoice, receivables } = dossier
    requireToEmit(invoice.state)
    if (invoice.approval === 'approved') {
      const blocked = revised(invoice, { approval: 'blocked' })
      await saveChanges(tx, ctx, [
        plainChange(dossier, [{ action: 'block', invoice: blocked, receivables, reason: given(reason) }]),
      ])
    }
    return invoiceDetail(tx, ctx, invoiceId)
  })
}
