// All SQL of templates, with their lines and readjustments.

import { sql } from 'kysely'
import { decimal } from '../../core/money.ts'
import { likePart } from '../../core/text.ts'
import { account } from '../../platform/account.ts'
import { insertRows, isAmong } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { InvoiceTemplate, TemplateDue, TemplateLine, TemplateReadjustment, TemplateType } from './invoice-template.ts'

const columns = sql`
  id, organization_id as "organizationId", name, recurrence_unit as "recurrenceUnit", recurrence_every as "recurrenceEvery", management,
  payment_method as "paymentMethod", competence_shift as "competenceShift", description, gross_cents as "grossCents", due_kind as "dueKind",
  due_day as "dueDay", due_days as "dueDays", due_months as "dueMonths", due_only_business_days as "dueOnlyBusinessDays",
  due_roll as "dueRoll", installments, create_parcels as "createParcels", notify_customer as "notifyCustomer",
  allows_negative as "allowsNegative", details_id as "detailsId", version, created_at as "createdAt", updated_at as "updatedAt",
  archived_at as "archivedAt"`

type Row = Omit<InvoiceTemplate, 'recurrence' | 'due' | 'lines' | 'readjustments'> & {
  recurrenceUnit: 'week' | 'month' | null
  recurrenceEvery: number | null
  dueKind: TemplateDue['kind'] | null
  dueDay: number | null
  dueDays: number | null
  dueMonths: number | null
  dueOnlyBusinessDays: boolean | null
  dueRoll: TemplateDue['roll']
  installments: number | null
}

/** `hold` makes whoever changes it wait; `use`, so that it is read as one; `leaving`, that nobody makes anything of it meanwhile. */
export type TemplateLock = 'none' | 'use' | 'hold' | 'leaving'

export async function templateOf(tx: Reader, id: number, lock: TemplateLock = 'none'): Promise<InvoiceTemplate | null> {
  const locking = { none: sql``, use: sql`for share`, hold: sql`for no key update`, leaving: sql`for update` }[lock]
  const { rows } = await sql<Row>`
    select ${columns} from invoice_template where account_id = ${account} and id = ${id} ${locking}`.execute(tx)
  return (await whole(tx, rows))[0] ?? null
}

export interface TemplateFilter {
  archived: boolean
  type?: TemplateType | undefined
  organizationId?: number | undefined
  /** Part of the name. */
  q?: string | undefined
  id?: number | undefined
}

/** They are listed by name. */
export interface TemplatePlace {
  name: string
  id: number
}

/** With the name as it sorts. */
export type ListedTemplate = InvoiceTemplate & { place: string }

export async function listTemplates(
  tx: Reader,
  filter: TemplateFilter,
  after: TemplatePlace | null,
  limit: number,
): Promise<ListedTemplate[]> {
  const conditions = [sql`account_id = ${account}`, filter.archived ? sql`archived_at is not null` : sql`archived_at is null`]
  if (after !== null) conditions.push(sql`(lower(name), id) > (${after.name}, cast(${after.id} as bigint))`)
  if (filter.id !== undefined) conditions.push(sql`id = ${filter.id}`)
  if (filter.type !== undefined) {
    conditions.push(filter.type === 'invoice' ? sql`recurrence_unit is null` : sql`recurrence_unit is not null`)
  }
  if (filter.organizationId !== undefined) conditions.push(sql`organization_id = ${filter.organizationId}`)
  if (filter.q !== undefined) conditions.push(sql`lower(name) like ${`%${likePart(filter.q.toLowerCase())}%`}`)
  const { rows } = await sql<Row & { place: string }>`
    select ${columns}, lower(name) as place from invoice_template where ${sql.join(conditions, sql` and `)}
    order by lower(name), id limit ${limit}`.execute(tx)
  const templates = await whole(
    tx,
    rows.map(({ place: _, ...row }) => row),
  )
  return templates.map((template, i) => ({ ...template, place: rows[i]?.place ?? '' }))
}

/** With what hangs on them: two statements, however many. */
async function whole(tx: Reader, rows: readonly Row[]): Promise<InvoiceTemplate[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const lines = await sql<TemplateLine & { templateId: number }>`
    select id, template_id as "templateId", service_item_id as "serviceItemId", description, quantity, unit_price as "unitPrice"
    from invoice_template_line where account_id = ${account} and ${isAmong('template_id', ids)} order by template_id, position`.execute(
    tx,
  )
  const readjustments = await sql<TemplateReadjustment & { templateId: number }>`
    select id, template_id as "templateId", service_item_id as "serviceItemId", index_code as index, every_months as "everyMonths",
      notice_days as "noticeDays"
    from invoice_template_readjustment where account_id = ${account} and ${isAmong('template_id', ids)} order by template_id, position`.execute(
    tx,
  )
  return rows.map(row => ({
    ...withoutColumns(row),
    // The columns pad their scale with zeros: '2.500000' is the quantity '2.5'.
    lines: ofTemplate(lines.rows, row.id).map(({ quantity, unitPrice, ...line }) => ({
      ...line,
      quantity: decimal(quantity),
      unitPrice: decimal(unitPrice),
    })),
    readjustments: ofTemplate(readjustments.rows, row.id),
  }))
}

function ofTemplate<T extends { templateId: number }>(rows: readonly T[], id: number): Omit<T, 'templateId'>[] {
  return rows.flatMap(({ templateId, ...row }) => (templateId === id ? [row] : []))
}

function withoutColumns({
  recurrenceUnit: unit,
  recurrenceEvery: every,
  dueKind: kind,
  dueDay: day,
  dueDays: days,
  dueMonths: months,
  dueOnlyBusinessDays: onlyBusinessDays,
  dueRoll: roll,
  installments,
  ...row
}: Row) {
  return {
    ...row,
    recurrence: unit === null || every === null ? null : { unit, every },
    due: kind === null ? null : { kind, day, days, months, onlyBusinessDays, roll, installments },
  }
}

// --- Writing ---

const templateColumns = {
  id: 'bigint',
  organization_id: 'bigint',
  name: 'text',
  recurrence_unit: 'text',
  recurrence_every: 'smallint',
  management: 'text',
  payment_method: 'text',
  competence_shift: 'smallint',
  description: 'text',
  gross_cents: 'bigint',
  due_kind: 'text',
  due_day: 'smallint',
  due_days: 'smallint',
  due_months: 'smallint',
  due_only_business_days: 'boolean',
  due_roll: 'text',
  installments: 'smallint',
  create_parcels: 'boolean',
  notify_customer: 'boolean',
  allows_negative: 'boolean',
  details_id: 'bigint',
  version: 'integer',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  archived_at: 'timestamptz',
} as const

function toRow(it: InvoiceTemplate) {
  return {
    id: it.id,
    organization_id: it.organizationId,
    name: it.name,
    recurrence_unit: it.recurrence?.unit ?? null,
    recurrence_every: it.recurrence?.every ?? null,
    management: it.management,
    payment_method: it.paymentMethod,
    competence_shift: it.competenceShift,
    description: it.description,
    gross_cents: it.grossCents,
    due_kind: it.due?.kind ?? null,
    due_day: it.due?.day ?? null,
    due_days: it.due?.days ?? null,
    due_months: it.due?.months ?? null,
    due_only_business_days: it.due?.onlyBusinessDays ?? null,
    due_roll: it.due?.roll ?? null,
    installments: it.due?.installments ?? null,
    create_parcels: it.createParcels,
    notify_customer: it.notifyCustomer,
    allows_negative: it.allowsNegative,
    details_id: it.detailsId,
    version: it.version,
    created_at: it.createdAt,
    updated_at: it.updatedAt,
    archived_at: it.archivedAt,
  }
}

export async function insertTemplate(tx: Tx, account: number, it: InvoiceTemplate): Promise<void> {
  await insertRows(tx, account, 'invoice_template', templateColumns, [toRow(it)])
  await insertParts(tx, account, it)
}

/** Everything that may change, with its lines and readjustments. The caller holds the row. */
export async function saveTemplate(tx: Tx, owner: number, it: InvoiceTemplate): Promise<void> {
  const row = toRow(it)
  const { id, organization_id, created_at, ...changing } = templateColumns
  // The names of `changing` are columns of the row.
  const names = Object.keys(changing) as (keyof typeof changing)[]
  const sets = names.map(name => sql`${sql.ref(name)} = cast(${row[name]} as ${sql.raw(changing[name])})`)
  await sql`update invoice_template set ${sql.join(sets)} where account_id = ${account} and id = ${it.id}`.execute(tx)
  await sql`delete from invoice_template_line where account_id = ${account} and template_id = ${it.id}`.execute(tx)
  await sql`delete from invoice_template_readjustment where account_id = ${account} and template_id = ${it.id}`.execute(tx)
  await insertParts(tx, owner, it)
}

const lineColumns = {
  id: 'bigint',
  template_id: 'bigint',
  position: 'smallint',
  service_item_id: 'bigint',
  description: 'text',
  quantity: 'numeric',
  unit_price: 'numeric',
} as const

const readjustmentColumns = {
  id: 'bigint',
  template_id: 'bigint',
  position: 'smallint',
  service_item_id: 'bigint',
  index_code: 'text',
  every_months: 'smallint',
  notice_days: 'smallint',
} as const

async function insertParts(tx: Tx, account: number, it: InvoiceTemplate): Promise<void> {
  const lines = it.lines.map((line, i) => ({
    id: line.id,
    template_id: it.id,
    position: i + 1,
    service_item_id: line.serviceItemId,
    description: line.description,
    quantity: line.quantity,
    unit_price: line.unitPrice,
  }))
  await insertRows(tx, account, 'invoice_template_line', lineColumns, lines)
  const readjustments = it.readjustments.map((one, i) => ({
    id: one.id,
    template_id: it.id,
    position: i + 1,
    service_item_id: one.serviceItemId,
    index_code: one.index,
    every_months: one.everyMonths,
    notice_days: one.noticeDays,
  }))
  await insertRows(tx, account, 'invoice_template_readjustment', readjustmentColumns, readjustments)
}
