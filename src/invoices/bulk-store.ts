import type { Cents, Decimal } from '../core/money.ts'
import { type BulkRow, insertRows } from '../platform/db/bulk.ts'
import type { Tx } from '../platform/db/db.ts'
import type { LineSource } from './invoice.ts'
import type { Withholding } from './withholding.ts'

// How a billing run saves: one statement a table, however many invoices.

const invoiceColumns = {
  id: 'bigint',
  organization_id: 'bigint',
  customer_id: 'bigint',
  contract_id: 'bigint',
  rule_id: 'bigint',
  terms_version: 'integer',
  planned_seq: 'bigint',
  prorated_days: 'smallint',
  prorated_of: 'smallint',
  run_id: 'bigint',
  state: 'text',
  approval: 'text',
  management: 'text',
  emit_wanted: 'boolean',
  held_by: 'text',
  number: 'bigint',
  scheduled_on: 'date',
  period_start: 'date',
  period_end: 'date',
  competence: 'date',
  estimated_issue_on: 'date',
  issue_on: 'date',
  gross_cents: 'bigint',
  discount_cents: 'bigint',
  withheld_cents: 'bigint',
  net_cents: 'bigint',
  payment_method: 'text',
  description: 'text',
  due_by_rule: 'boolean',
  details_id: 'bigint',
  version: 'integer',
  created_at: 'timestamptz',
  emitted_at: 'timestamptz',
} as const

export type InvoiceRow = BulkRow<typeof invoiceColumns>

export async function insertInvoices(tx: Tx, account: number, rows: readonly InvoiceRow[]): Promise<void> {
  await insertRows(tx, account, 'invoice', invoiceColumns, rows)
}

export interface LineRow {
  invoiceId: number
  position: number
  source: LineSource
  serviceItemId: number | null
  eventPartId: number | null
  description: string
  quantity: Decimal
  unitPrice: Decimal
  grossCents: Cents
  discountCents: Cents
  categoryId: number | null
}

const lineColumns = {
  invoice_id: 'bigint',
  position: 'smallint',
  source: 'text',
  service_item_id: 'bigint',
  event_part_id: 'bigint',
  description: 'text',
  quantity: 'numeric',
  unit_price: 'numeric',
  gross_cents: 'bigint',
  discount_cents: 'bigint',
  category_id: 'bigint',
} as const

export async function insertLines(tx: Tx, account: number, lines: readonly LineRow[]): Promise<void> {
  const rows = lines.map(line => ({
    invoice_id: line.invoiceId,
    position: line.position,
    source: line.source,
    service_item_id: line.serviceItemId,
    event_part_id: line.eventPartId,
    description: line.description,
    quantity: line.quantity,
    unit_price: line.unitPrice,
    gross_cents: line.grossCents,
    discount_cents: line.discountCents,
    category_id: line.categoryId,
  }))
  await insertRows(tx, account, 'invoice_line', lineColumns, rows)
}

const withholdingColumns = {
  invoice_id: 'bigint',
  tax: 'text',
  rate_micros: 'integer',
  base_cents: 'bigint',
  amount_cents: 'bigint',
  lines: 'jsonb',
  fixed_cents: 'bigint',
  least_base_cents: 'bigint',
} as const

export type WithholdingRow = Withholding & { readonly invoiceId: number }

export async function insertWithholdings(tx: Tx, account: number, withholdings: readonly WithholdingRow[]): Promise<void> {
  const rows = withholdings.map(({ invoiceId, tax, rateMicros, baseCents, amountCents, lines, fixedCents, leastBaseCents }) => ({
    invoice_id: invoiceId,
    tax,
    rate_micros: rateMicros,
    base_cents: baseCents,
    amount_cents: amountCents,
    lines: lines ? JSON.stringify(lines) : null,
    fixed_cents: fixedCents ?? null,
    least_base_cents: leastBaseCents ?? 0,
  }))
  await insertRows(tx, account, 'invoice_withholding', withholdingColumns, rows)
}
