import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import { requireReason } from '../receivables/reason.ts'
import { cancellation, restoration } from './cancellation.ts'
import { claimInvoice } from './claim.ts'
import { emitHeldOf } from './emit-held.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { saveChanges } from './save-changes.ts'

/** Cancels an invoice while nothing but credit was received. Its period and its events stay with it until it is released. */
export function cancelInvoice(ctx: Ctx, invoiceId: number, reason: string): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId)
    await saveChanges(tx, ctx, [cancellation(claim.dossier, requireReason(reason), ctx.clock.now())])
    await emitHeldOf(tx, ctx, claim)
    return invoiceDetail(tx, ctx, invoiceId)
  })
}

/** Back to the state it was cancelled from; refused once what it billed was released. */
export function undoCancellation(ctx: Ctx, invoiceId: number, reason: string | null): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId)
    await saveChanges(tx, ctx, [restoration(claim.dossier, given(reason), claim.creditCents)])
    return invoiceDetail(tx, ctx, invoiceId)
  })
}
