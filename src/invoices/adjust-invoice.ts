import { unchangedSince } from '../core/current.ts'
import { type Cents, decimal, decimalOf, zeroCents } from '../core/money.ts'
import { given } from '../core/text.ts'
import { type Ctx, showActor } from '../platform/context.ts'
import { takeIds } from '../platform/ids.ts'
import { requireReason } from '../receivables/reason.ts'
import { insertLines } from './bulk-store.ts'
import { claimInvoice } from './claim.ts'
import { plainChange, revised } from './dossier.ts'
import { dueRulesOf } from './due-rules.ts'
import { amountsOf, type InvoiceLine, requireToEmit } from './invoice.ts'
import { linesToWithholdFrom, saveWithholdings, withholdingsOf } from './line-store.ts'
import { type AdjustmentKind, insertAdjustment } from './note-store.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { plannedAnew, resplit } from './resplit.ts'
import { saveChanges } from './save-changes.ts'
import { saveResplit } from './save-resplit.ts'

export interface AdjustInput {
  invoiceId: number
  expectedVersion?: number | undefined
  kind: AdjustmentKind
  amountCents: Cents
  /** Why, for the history; also what the line says unless `description` does. */
  reason: string
  description?: string | null | undefined
}

/**
 * Adds to or takes from an invoice that is not issued yet, by a line of its own: taxes are withheld on the new base and the receivables
 * are split anew. Terms, plan and events stay as they are.
 */
export function adjustInvoice(ctx: Ctx, input: AdjustInput): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const { dossier, calendar } = await claimInvoice(tx, ctx, input.invoiceId)
    const { invoice } = dossier
    if (input.expectedVersion !== undefined) unchangedSince(invoice, input.expectedVersion)
    requireToEmit(invoice.state)
    const reason = requireReason(input.reason)

    const lines = await linesToWithholdFrom(tx, invoice.id)
    const line = { ...adjustmentLine(input, reason), position: (lines.at(-1)?.position ?? 0) + 1 }
    const { amounts, withholdings } = amountsOf([...lines, line], await withholdingsOf(tx, invoice.id))
    const dueRule = (await dueRulesOf(tx, [invoice])).get(invoice.id) ?? null
    const planned = plannedAnew(dossier, amounts.netCents, dueRule, calendar.holidays)

    await insertLines(tx, ctx.account, [{ ...line, invoiceId: invoice.id }])
    await saveWithholdings(tx, invoice.id, withholdings)
    const receivables = await saveResplit(tx, ctx, invoice, resplit(dossier.receivables, planned))
    await insertAdjustment(tx, invoice.id, {
      id: await takeIds(tx, 'invoice_adjustment'),
      linePosition: line.position,
      kind: input.kind,
      amountCents: input.amountCents,
      reason,
      madeBy: showActor(ctx.actor),
      createdAt: ctx.clock.now(),
    })
    await saveChanges(tx, ctx, [
      plainChange(dossier, [{ action: 'adjust', invoice: revised(invoice, amounts), receivables, reason }]),
    ])
    return invoiceDetail(tx, ctx, invoice.id)
  })
}

/** A discount is a line without a gross of its own, so that the gross stays what the services cost. */
function adjustmentLine({ kind, amountCents, description }: AdjustInput, reason: string): InvoiceLine {
  const isSurcharge = kind === 'surcharge'
  return {
    source: 'adjustment',
    serviceItemId: null,
    eventPartId: null,
    description: given(description) ?? reason,
    quantity: decimal('1'),
    unitPrice: isSurcharge ? decimalOf(amountCents) : decimal('0'),
    grossCents: isSurcharge ? amountCents : zeroCents,
    discountCents: isSurcharge ? zeroCents : amountCents,
    categoryId: null,
  }
}
