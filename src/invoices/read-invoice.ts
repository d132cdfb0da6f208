import type { BillingDetails } from '../contracts/details/billing-details.ts'
import { detailsBehind } from '../contracts/details/say-details.ts'
import { type OpenPeriod, periodsBilledBy } from '../contracts/ledger/coverage-store.ts'
import { type Parties, partiesOf } from '../contracts/parties.ts'
import { noteOf } from '../contracts/readjustment/price-note.ts'
import { priceChangesOf } from '../contracts/readjustment/readjustment-store.ts'
import type { PriceNote } from '../contracts/readjustment/readjustment-words.ts'
import { ruleOf } from '../contracts/rules/rule-store.ts'
import { type CivilDate, minDate } from '../core/dates.ts'
import { calendarOf, lateUntilOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import type { Receipt } from '../receivables/receipt.ts'
import { receiptsOf } from '../receivables/receipt-store.ts'
import { isLate, type Receivable } from '../receivables/receivable.ts'
import { receivablesOfInvoices } from '../receivables/receivable-store.ts'
import { attachmentsOf } from './attachments/attachment-store.ts'
import { type KnownAttachment, withAddresses } from './attachments/read-attachment.ts'
import { requireInvoice } from './claim.ts'
import type { Invoice } from './invoice.ts'
import { type InvoiceFilter, listInvoices, templateBehind } from './invoice-store.ts'
import { linesOf, type PlacedLine, withholdingsOf } from './line-store.ts'
import { type Adjustment, adjustmentsOf, type Comment, commentsOf } from './note-store.ts'
import type { Withholding } from './withholding.ts'

export interface KnownInvoice extends Parties {
  invoice: Invoice
  /** The earliest due date that is still to be received, else the earliest; null: nothing is asked for. */
  dueOn: CivilDate | null
  /** Something of it was to be paid by yesterday's last business day. */
  isLate: boolean
}

export interface InvoiceDetail extends KnownInvoice {
  /** The template that it was made of. */
  templateId: number | null
  details: BillingDetails | null
  lines: (PlacedLine & { readjustment: PriceNote | null })[]
  withholdings: Withholding[]
  receivables: (Receivable & { isLate: boolean; receipts: Receipt[] })[]
  /** The periods of its rule that ended in it; none after a release. */
  periods: OpenPeriod[]
  /** They can only be waived then: nothing of an archived rule opens again. */
  isRuleArchived: boolean
  adjustments: Adjustment[]
  attachments: KnownAttachment[]
  /** The latest of them. */
  comments: Comment[]
}

export function getInvoice(ctx: Ctx, id: number): Promise<InvoiceDetail> {
  return ctx.transact(tx => invoiceDetail(tx, ctx, id))
}

const SHOWN_COMMENTS = 100

/** As it stands in the open transaction. */
export async function invoiceDetail(tx: Reader, ctx: Ctx, id: number): Promise<InvoiceDetail> {
  const invoice = await requireInvoice(tx, id)
  const { lateUntil } = await calendarOf(tx, ctx.clock.now(), invoice.organizationId)
  const asked = (await receivablesOfInvoices(tx, [id])).get(id) ?? []
  const receipts = Map.groupBy(
    await receiptsOf(
      tx,
      asked.map(({ id }) => id),
    ),
    receipt => receipt.receivableId,
  )
  const receivables = asked.map(receivable => ({
    ...receivable,
    isLate: isLate(receivable, lateUntil),
    receipts: receipts.get(receivable.id) ?? [],
  }))
  return {
    invoice,
    ...(await partiesOf(tx, [invoice]))(invoice),
    dueOn: firstDueOf(receivables.filter(({ state }) => state === 'to_receive')) ?? firstDueOf(receivables),
    isLate: receivables.some(receivable => receivable.isLate),
    templateId: invoice.ruleId === null ? await templateBehind(tx, id) : null,
    details: await detailsBehind(tx, invoice.detailsId),
    lines: await linesWithNotes(tx, invoice),
    withholdings: await withholdingsOf(tx, id),
    receivables,
    periods: await periodsBilledBy(tx, id),
    isRuleArchived: invoice.ruleId !== null && (await ruleOf(tx, invoice.ruleId))?.archivedAt != null,
    adjustments: await adjustmentsOf(tx, id),
    attachments: await withAddresses(tx, await attachmentsOf(tx, id)),
    comments: await commentsOf(tx, id, SHOWN_COMMENTS),
  }
}

/** Each line of the rule with the readjustment that made its price. */
async function linesWithNotes(tx: Reader, { id, ruleId, period, termsVersion }: Invoice): Promise<InvoiceDetail['lines']> {
  const lines = await linesOf(tx, id)
  if (ruleId === null || period === null || termsVersion === null) return lines.map(line => ({ ...line, readjustment: null }))
  const readjusted = (await priceChangesOf(tx, [ruleId])).get(ruleId) ?? []
  const { startsOn } = period
  return lines.map(line => ({
    ...line,
    readjustment: line.source === 'rule' ? noteOf(readjusted, { ...line, startsOn, termsVersion }) : null,
  }))
}

function firstDueOf(receivables: readonly Receivable[]): CivilDate | null {
  const [first, ...others] = receivables.map(({ dueOn }) => dueOn)
  return first === undefined ? null : minDate(first, ...others)
}

/** Newest first, from the one before `before`; one more than `limit` when there are further ones. */
export function searchInvoices(ctx: Ctx, filter: InvoiceFilter, before: number | null, limit: number): Promise<KnownInvoice[]> {
  return ctx.transact(async tx => {
    const lateUntil = await lateUntilOf(tx, ctx.clock.now())
    const rows = await listInvoices(tx, filter, lateUntil, before, limit + 1)
    const parties = await partiesOf(
      tx,
      rows.map(({ invoice }) => invoice),
    )
    return rows.map(({ invoice, openSince, firstDueOn }) => {
      const until = lateUntil.get(invoice.organizationId)
      const isLate = openSince !== null && until !== undefined && openSince <= until
      return { invoice, ...parties(invoice), dueOn: openSince ?? firstDueOn, isLate }
    })
  })
}
