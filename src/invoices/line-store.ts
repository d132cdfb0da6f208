// All SQL of what an invoice is made of: its lines and what is withheld.

import { sql } from 'kysely'
import { decimal } from '../core/money.ts'
import { account } from '../platform/account.ts'
import { isAmong, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { InvoiceLine } from './invoice.ts'
import type { WithheldLine, Withholding } from './withholding.ts'

export interface PlacedLine extends InvoiceLine {
  /** From 1, in the order in which the invoice shows them. */
  readonly position: number
}

/** In order of position. */
export async function linesOf(tx: Reader, invoiceId: number): Promise<PlacedLine[]> {
  const { rows } = await sql<PlacedLine>`
    select position, source, service_item_id as "serviceItemId", event_part_id as "eventPartId", description, quantity,
           unit_price as "unitPrice", gross_cents as "grossCents", discount_cents as "discountCents",
           category_id as "categoryId"
      from invoice_line where account_id = ${account} and invoice_id = ${invoiceId} order by position`.execute(tx)
  // numeric(20, 6) answers trailing zeros.
  return rows.map(row => ({ ...row, quantity: decimal(row.quantity), unitPrice: decimal(row.unitPrice) }))
}

/** As `linesOf`, of many invoices in one statement. */
export async function linesOfInvoices(tx: Reader, invoiceIds: readonly number[]): Promise<Map<number, PlacedLine[]>> {
  if (invoiceIds.length === 0) return new Map()
  const { rows } = await sql<PlacedLine & { invoiceId: number }>`
    select invoice_id as "invoiceId", position, source, service_item_id as "serviceItemId", event_part_id as "eventPartId", description,
           quantity, unit_price as "unitPrice", gross_cents as "grossCents", discount_cents as "discountCents",
           category_id as "categoryId"
      from invoice_line where account_id = ${account} and ${isAmong('invoice_id', invoiceIds)} order by invoice_id, position`.execute(
    tx,
  )
  const lines = rows.map(row => ({ ...row, quantity: decimal(row.quantity), unitPrice: decimal(row.unitPrice) }))
  return Map.groupBy(lines, ({ invoiceId }) => invoiceId)
}

/** Whether an invoice that was emitted, or still may be, charges the service. */
export async function hasInvoiceWith(tx: Reader, serviceItemId: number): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select exists (
      select 1 from invoice_line l join invoice i on i.account_id = l.account_id and i.id = l.invoice_id
      where l.account_id = ${account} and l.service_item_id = ${serviceItemId}
        and (i.state <> 'cancelled' or i.issue_on is not null)
    ) as has`.execute(tx)
  return rows[0]?.has === true
}

export async function withholdingsOf(tx: Reader, invoiceId: number): Promise<Withholding[]> {
  const { rows } = await sql<Withholding>`
    select tax, rate_micros as "rateMicros", base_cents as "baseCents", amount_cents as "amountCents", lines, fixed_cents as "fixedCents",
           least_base_cents as "leastBaseCents"
      from invoice_withholding where account_id = ${account} and invoice_id = ${invoiceId} order by tax, rate_micros`.execute(tx)
  return rows.map(({ lines, fixedCents, leastBaseCents, ...each }) => ({
    ...each,
    ...(lines && { lines }),
    ...(fixedCents && { fixedCents }),
    ...(leastBaseCents && { leastBaseCents }),
  }))
}

/** As what was planned of it is reckoned anew: lines that reimburse an expense, of which nothing is withheld, are marked. */
export async function linesToWithholdFrom(tx: Reader, invoiceId: number): Promise<(PlacedLine & WithheldLine)[]> {
  const lines = await linesOf(tx, invoiceId)
  const parts = lines.flatMap(({ eventPartId }) => eventPartId ?? [])
  if (parts.length === 0) return lines
  const { rows } = await sql<{ id: number }>`
    select p.id from billing_event_part p join billing_event e on e.account_id = p.account_id and e.id = p.event_id
     where p.account_id = ${account} and ${isAmong('p.id', parts)} and e.is_reimbursement`.execute(tx)
  const reimbursed = new Set(rows.map(({ id }) => id))
  return lines.map(line => ({ ...line, isReimbursement: line.eventPartId !== null && reimbursed.has(line.eventPartId) }))
}

/** The same taxes on another base. */
export async function saveWithholdings(tx: Tx, invoiceId: number, withholdings: readonly Withholding[]): Promise<void> {
  if (withholdings.length === 0) return
  const rows = withholdings.map(({ tax, rateMicros, baseCents, amountCents }) => ({
    tax,
    rate_micros: rateMicros,
    base_cents: baseCents,
    amount_cents: amountCents,
  }))
  await sql`
    update invoice_withholding w set base_cents = r.base_cents, amount_cents = r.amount_cents
      from ${rowsOf({ tax: 'text', rate_micros: 'integer', base_cents: 'bigint', amount_cents: 'bigint' }, rows)} as r
     where w.account_id = ${account} and w.invoice_id = ${invoiceId} and w.tax = r.tax and w.rate_micros = r.rate_micros`.execute(
    tx,
  )
}

/** Those that a person wrote: they come again as they are to be from now on. */
export async function deleteManualLines(tx: Tx, invoiceId: number): Promise<void> {
  await sql`delete from invoice_line where account_id = ${account} and invoice_id = ${invoiceId} and source = 'manual'`.execute(
    tx,
  )
}
