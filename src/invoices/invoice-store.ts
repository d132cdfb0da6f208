// All SQL of the invoice itself.

import { type RawBuilder, sql } from 'kysely'
import { type CivilDate, firstDayOfMonth, monthOf } from '../core/dates.ts'
import type { CreditOwner } from '../customers/customer-credit-store.ts'
import type { LateUntil } from '../organizations/calendar.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import { isAmong, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { holdsText } from '../platform/db/plain-text.ts'
import { isLateBy } from '../receivables/late-store.ts'
import type { Approval, Invoice, InvoiceState } from './invoice.ts'

const columns = sql`
  i.id, i.organization_id as "organizationId", i.customer_id as "customerId", i.contract_id as "contractId", i.rule_id as "ruleId",
  i.terms_version as "termsVersion", i.prorated_days as "proratedDays", i.prorated_of as "proratedOf", i.run_id as "runId", i.state,
  i.approval, i.management, i.emit_wanted as "emitWanted", i.held_by as "heldBy", i.number, i.scheduled_on as "scheduledOn",
  i.period_start as "periodStart", i.period_end as "periodEnd", i.competence as "competenceOn",
  i.estimated_issue_on as "estimatedIssueOn", i.issue_on as "issueOn", i.gross_cents as "grossCents",
  i.discount_cents as "discountCents", i.withheld_cents as "withheldCents", i.net_cents as "netCents",
  i.payment_method as "paymentMethod", i.description, i.due_by_rule as "dueByRule", i.details_id as "detailsId", i.cancel_reason as "cancelReason",
  i.cancelled_from as "cancelledFrom", i.released_at as "releasedAt", i.version, i.created_at as "createdAt",
  i.emitted_at as "emittedAt", i.cancelled_at as "cancelledAt"`

type FlatRow = Omit<Invoice, 'proration' | 'period' | 'competence'> & {
  proratedDays: number | null
  proratedOf: number | null
  periodStart: CivilDate | null
  periodEnd: CivilDate | null
  competenceOn: CivilDate
}

function fromRow({ proratedDays, proratedOf, periodStart, periodEnd, competenceOn, ...row }: FlatRow): Invoice {
  return {
    ...row,
    proration: proratedDays === null || proratedOf === null ? null : { days: proratedDays, of: proratedOf },
    period: periodStart === null || periodEnd === null ? null : { startsOn: periodStart, endsOn: periodEnd },
    competence: monthOf(competenceOn),
  }
}

// --- Reading ---

export async function invoiceOf(tx: Reader, id: number): Promise<Invoice | null> {
  const { rows } = await sql<FlatRow>`select ${columns} from invoice i where i.account_id = ${account} and i.id = ${id}`.execute(
    tx,
  )
  return rows[0] === undefined ? null : fromRow(rows[0])
}

export async function invoicesOf(tx: Reader, ids: readonly number[]): Promise<Invoice[]> {
  const { rows } = await sql<FlatRow>`
    select ${columns} from invoice i
     where i.account_id = ${account} and i.id in (select unnest(cast(${pgArray(ids)}::text as bigint[]))) order by i.id`.execute(
    tx,
  )
  return rows.map(fromRow)
}

export async function lockInvoicesById(tx: Tx, ids: readonly number[]): Promise<Invoice[]> {
  const { rows } = await sql<FlatRow>`
    select ${columns} from invoice i
     where i.account_id = ${account} and i.id in (select unnest(cast(${pgArray(ids)}::text as bigint[]))) order by i.id
       for no key update`.execute(tx)
  return rows.map(fromRow)
}

/**
 * Locks invoices together with those of the same customer and organization that are held until nothing is late, in order of id: what
 * happens to the former may let the latter go. Without ids it locks the held ones alone.
 */
export async function lockInvoices(tx: Tx, ids: readonly number[], owner: CreditOwner): Promise<Invoice[]> {
  const { rows } = await sql<FlatRow>`
    select ${columns} from invoice i
     where i.account_id = ${account}
       and (${isAmong('i.id', ids)} or (i.customer_id = ${owner.customerId} and i.organization_id = ${owner.organizationId}
            and i.state = 'to_emit' and i.held_by is not null))
     order by i.id
       for no key update`.execute(tx)
  return rows.map(fromRow)
}

/** Those of a contract that were cancelled and not released, locked in order of id. */
export async function lockCancelledOf(tx: Tx, contractId: number): Promise<Invoice[]> {
  const { rows } = await sql<FlatRow>`
    select ${columns} from invoice i
     where i.account_id = ${account} and i.contract_id = ${contractId} and i.state = 'cancelled' and i.released_at is null
     order by i.id
       for no key update`.execute(tx)
  return rows.map(fromRow)
}

export interface InvoiceFilter {
  state?: InvoiceState | undefined
  approval?: Approval | undefined
  organizationId?: number | undefined
  customerId?: number | undefined
  contractId?: number | undefined
  ruleId?: number | undefined
  runId?: number | undefined
  scheduledFrom?: CivilDate | undefined
  scheduledUntil?: CivilDate | undefined
  issueFrom?: CivilDate | undefined
  issueUntil?: CivilDate | undefined
  /** Of any of its receivables. */
  dueFrom?: CivilDate | undefined
  dueUntil?: CivilDate | undefined
  late?: boolean | undefined
  /** Its number; or part of its description, the customer's name or tax id, the contract's code, number or name. */
  q?: string | undefined
}

export interface ListedInvoice {
  invoice: Invoice
  /** The earliest due date that is still to be received; null: none is. */
  openSince: CivilDate | null
  /** The earliest of all. */
  firstDueOn: CivilDate | null
}

/** Newest first, from the one before `before`. */
export async function listInvoices(
  tx: Reader,
  filter: InvoiceFilter,
  lateUntil: LateUntil,
  before: number | null,
  limit: number,
): Promise<ListedInvoice[]> {
  const { rows } = await sql<FlatRow & Omit<ListedInvoice, 'invoice'>>`
    select ${columns}, d.open_since as "openSince", d.first_due_on as "firstDueOn"
      from (select i.* from invoice i
             where ${sql.join([sql`i.account_id = ${account}`, ...conditionsOf(filter, lateUntil, before)], sql` and `)}
             order by i.id desc limit ${limit}) i
      cross join lateral (select min(r.due_on) filter (where r.state = 'to_receive') as open_since, min(r.due_on) as first_due_on
                            from receivable r where r.account_id = i.account_id and r.invoice_id = i.id) d
     order by i.id desc`.execute(tx)
  return rows.map(({ openSince, firstDueOn, ...row }) => ({ invoice: fromRow(row), openSince, firstDueOn }))
}

function conditionsOf(filter: InvoiceFilter, lateUntil: LateUntil, before: number | null): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = []
  const where = <T>(value: T | null | undefined, condition: (value: T) => RawBuilder<unknown>) => {
    if (value !== undefined && value !== null) conditions.push(condition(value))
  }
  where(before, id => sql`i.id < ${id}`)
  where(filter.state, state => sql`i.state = ${state}`)
  where(filter.approval, approval => sql`i.approval = ${approval}`)
  where(filter.organizationId, id => sql`i.organization_id = ${id}`)
  where(filter.customerId, id => sql`i.customer_id = ${id}`)
  where(filter.contractId, id => sql`i.contract_id = ${id}`)
  where(filter.ruleId, id => sql`i.rule_id = ${id}`)
  where(filter.runId, id => sql`i.run_id = ${id}`)
  where(filter.scheduledFrom, day => sql`i.scheduled_on >= ${day}`)
  where(filter.scheduledUntil, day => sql`i.scheduled_on <= ${day}`)
  where(filter.issueFrom, day => sql`i.issue_on >= ${day}`)
  where(filter.issueUntil, day => sql`i.issue_on <= ${day}`)
  if (filter.dueFrom !== undefined || filter.dueUntil !== undefined) {
    conditions.push(
      hasReceivable(
        sql`r.due_on between coalesce(cast(${filter.dueFrom ?? null} as date), '-infinity')
                         and coalesce(cast(${filter.dueUntil ?? null} as date), 'infinity')`,
      ),
    )
  }
  where(filter.late, late => (late ? isLate(lateUntil) : sql`not ${isLate(lateUntil)}`))
  where(filter.q, matches)
  return conditions
}

function hasReceivable(condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`exists (select from receivable r where r.account_id = i.account_id and r.invoice_id = i.id and ${condition})`
}

function isLate(lateUntil: LateUntil): RawBuilder<unknown> {
  return hasReceivable(isLateBy(lateUntil))
}

function matches(q: string): RawBuilder<unknown> {
  const bare = q.replace(/[./\-\s]/g, '').toUpperCase()
  const byNumber = /^[1-9]\d{0,14}$/.test(bare) ? sql`i.number = ${Number(bare)}` : sql`false`
  const byTaxId = /^[0-9A-Z]{11,14}$/.test(bare) ? sql`c.tax_id = ${bare}` : sql`false`
  return sql`(${byNumber} or ${holdsText('i.description', q)}
    or exists (select from customer c where c.account_id = i.account_id and c.id = i.customer_id and (${holdsText('c.name', q)} or ${byTaxId}))
    or exists (select from contract t where t.account_id = i.account_id and t.id = i.contract_id
                and (${holdsText('t.code', q)} or ${holdsText('t.number', q)} or ${holdsText('t.name', q)})))`
}

// --- Writing ---

/** What may change in an invoice's life. */
const changing = {
  id: 'bigint',
  state: 'text',
  approval: 'text',
  management: 'text',
  emit_wanted: 'boolean',
  held_by: 'text',
  number: 'bigint',
  competence: 'date',
  issue_on: 'date',
  gross_cents: 'bigint',
  discount_cents: 'bigint',
  withheld_cents: 'bigint',
  net_cents: 'bigint',
  payment_method: 'text',
  description: 'text',
  due_by_rule: 'boolean',
  details_id: 'bigint',
  cancel_reason: 'text',
  cancelled_from: 'text',
  released_at: 'timestamptz',
  version: 'integer',
  emitted_at: 'timestamptz',
  cancelled_at: 'timestamptz',
} as const

function changingRow(invoice: Invoice) {
  return {
    id: invoice.id,
    state: invoice.state,
    approval: invoice.approval,
    management: invoice.management,
    emit_wanted: invoice.emitWanted,
    held_by: invoice.heldBy,
    number: invoice.number,
    competence: firstDayOfMonth(invoice.competence),
    issue_on: invoice.issueOn,
    gross_cents: invoice.grossCents,
    discount_cents: invoice.discountCents,
    withheld_cents: invoice.withheldCents,
    net_cents: invoice.netCents,
    payment_method: invoice.paymentMethod,
    description: invoice.description,
    due_by_rule: invoice.dueByRule,
    details_id: invoice.detailsId,
    cancel_reason: invoice.cancelReason,
    cancelled_from: invoice.cancelledFrom,
    released_at: invoice.releasedAt,
    version: invoice.version,
    emitted_at: invoice.emittedAt,
    cancelled_at: invoice.cancelledAt,
  }
}

/** Everything that may change. The caller holds the rows. */
export async function saveInvoices(tx: Tx, invoices: readonly Invoice[]): Promise<void> {
  if (invoices.length === 0) return
  const result = await sql`
    update invoice i
       set state = r.state, approval = r.approval, management = r.management, emit_wanted = r.emit_wanted, held_by = r.held_by,
           number = r.number, competence = r.competence, issue_on = r.issue_on, gross_cents = r.gross_cents,
           discount_cents = r.discount_cents, withheld_cents = r.withheld_cents, net_cents = r.net_cents,
           payment_method = r.payment_method, description = r.description, due_by_rule = r.due_by_rule,
           details_id = r.details_id, cancel_reason = r.cancel_reason,
           cancelled_from = r.cancelled_from, released_at = r.released_at, version = r.version, emitted_at = r.emitted_at,
           cancelled_at = r.cancelled_at
      from ${rowsOf(changing, invoices.map(changingRow))} as r
     where i.account_id = ${account} and i.id = r.id and ${isAmong(
       'i.id',
       invoices.map(({ id }) => id),
     )}`.execute(tx)
  if (Number(result.numAffectedRows) !== invoices.length) throw new Error('an invoice that was held is gone')
}

/** The next place in the order in which facts became known: whatever lies before it was known to a plan that is made now. */
export async function nextFactSeq(tx: Tx): Promise<number> {
  const { rows } = await sql<{ seq: number }>`select nextval('fact_seq') as seq`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error('a sequence answers one row')
  return row.seq
}

/** When it is meant to be issued, of one that a person made. The caller holds the row. */
export async function moveForecast(tx: Tx, id: number, issueOn: CivilDate): Promise<void> {
  await sql`
    update invoice set estimated_issue_on = ${issueOn}, scheduled_on = ${issueOn}
     where account_id = ${account} and id = ${id} and rule_id is null`.execute(tx)
}

// --- The template that one was made of: told to whoever asks, and nothing is decided by it ---

export async function rememberTemplate(tx: Tx, id: number, templateId: number): Promise<void> {
  await sql`update invoice set template_id = ${templateId} where account_id = ${account} and id = ${id}`.execute(tx)
}

export async function templateBehind(tx: Reader, id: number): Promise<number | null> {
  const { rows } = await sql<{ templateId: number | null }>`
    select template_id as "templateId" from invoice where account_id = ${account} and id = ${id}`.execute(tx)
  return rows[0]?.templateId ?? null
}
