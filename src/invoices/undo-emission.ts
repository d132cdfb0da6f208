import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import { claimInvoice } from './claim.ts'
import { undoneEmission } from './emission.ts'
import { emitHeldOf } from './emit-held.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { requirePartiesThere } from './require-parties.ts'
import { saveChanges } from './save-changes.ts'

/** Takes an emission back while nothing but credit was received. The number is not given again: the history keeps whose it was. */
export function undoEmission(ctx: Ctx, invoiceId: number, reason: string | null): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId)
    const undone = undoneEmission(claim.dossier, given(reason))
    await requirePartiesThere(tx, claim.dossier.invoice)
    await saveChanges(tx, ctx, [undone])
    await emitHeldOf(tx, ctx, claim)
    return invoiceDetail(tx, ctx, invoiceId)
  })
}
