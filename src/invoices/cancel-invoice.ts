import { settleDifferences } from '../contracts/events/settle-differences.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { requireReason } from '../receivables/reason.ts'
import { cancellation, restoration } from './cancellation.ts'
import { claimInvoice, type InvoiceClaim } from './claim.ts'
import { emitHeldOf } from './emit-held.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { requirePartiesInUse } from './require-parties.ts'
import { saveChanges } from './save-changes.ts'

/** Cancels an invoice while nothing but credit was received. Its period and its events stay with it until it is released. */
export function cancelInvoice(ctx: Ctx, invoiceId: number, reason: string): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId, { withLedger: true })
    await saveChanges(tx, ctx, [cancellation(claim.dossier, requireReason(reason), ctx.clock.now())])
    await settleDays(tx, ctx, claim)
    await emitHeldOf(tx, ctx, claim)
    return invoiceDetail(tx, ctx, invoiceId)
  })
}

/** Back to the state it was cancelled from; refused once what it billed was released, or its contract or customer is out of use. */
export function undoCancellation(ctx: Ctx, invoiceId: number, reason: string | null): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId, { withLedger: true })
    await requirePartiesInUse(tx, claim.dossier.invoice)
    await saveChanges(tx, ctx, [restoration(claim.dossier, given(reason), claim.creditCents)])
    await settleDays(tx, ctx, claim)
    return invoiceDetail(tx, ctx, invoiceId)
  })
}

/** Of what the customer does not owe no day is given back, and of what it owes again every one that was billed too much. */
async function settleDays(tx: Tx, ctx: Ctx, { dossier }: InvoiceClaim): Promise<void> {
  const { ruleId } = dossier.invoice
  if (ruleId !== null) await record(tx, ctx, (await settleDifferences(tx, ruleId, ctx.clock.now())).entries)
}
