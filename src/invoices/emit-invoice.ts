import { contractOf } from '../contracts/contract-store.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { hasLate } from '../receivables/receivable-store.ts'
import { claimInvoice, type InvoiceClaim } from './claim.ts'
import type { Change, Dossier } from './dossier.ts'
import { dueRulesOf } from './due-rules.ts'
import { emission } from './emission.ts'
import { requireToEmit } from './invoice.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { requirePartiesThere } from './require-parties.ts'
import { saveChanges } from './save-changes.ts'

export interface EmitInput {
  invoiceId: number
  /** Needed when the customer has something late and the contract does not go on meanwhile. */
  reason?: string | null | undefined
}

/** A person emits an invoice today, whatever its management and its day. */
export function emitInvoice(ctx: Ctx, { invoiceId, reason }: EmitInput): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId)
    const { invoice } = claim.dossier
    requireToEmit(invoice.state)
    if (invoice.approval === 'blocked') {
      refuse('awaiting_approval', 'A fatura está bloqueada: aprove-a antes de emitir.', { status: 409 })
    }
    const said = given(reason)
    if (said === null && (await isHeldBack(tx, claim))) {
      refuse('customer_overdue', 'O cliente tem parcela vencida com esta organização: para emitir assim mesmo, diga o motivo.', {
        status: 409,
        path: '/reason',
      })
    }
    await saveChanges(tx, ctx, [await emissionOf(tx, ctx, claim, claim.dossier, said)])
    return invoiceDetail(tx, ctx, invoiceId)
  })
}

/** Whether the customer has something late and the contract does not go on meanwhile. */
export async function isHeldBack(tx: Tx, { dossier, owner, calendar }: InvoiceClaim): Promise<boolean> {
  const contract = await contractOf(tx, dossier.invoice.contractId)
  return contract?.billWhileOverdue === false && (await hasLate(tx, owner, calendar.lateUntil))
}

/** The emission of a claimed invoice, as it is now or as another change of it left it. */
export async function emissionOf(
  tx: Tx,
  ctx: Ctx,
  { calendar, creditCents }: InvoiceClaim,
  dossier: Dossier,
  reason: string | null = null,
): Promise<Change> {
  const { id } = dossier.invoice
  await requirePartiesThere(tx, dossier.invoice)
  const dueRule = (await dueRulesOf(tx, [dossier.invoice])).get(id) ?? null
  return emission(dossier, { ...calendar, at: ctx.clock.now(), dueRule, creditCents, reason })
}
