// All SQL of their searches for invoices and receivables: by attributes of theirs, in pages that are counted, in a total order.

import { type RawBuilder, sql } from 'kysely'
import type { CivilDate } from '../../../core/dates.ts'
import { account } from '../../../platform/account.ts'
import type { Reader } from '../../../platform/db/db.ts'
import type { AttributeType, Condition, Page, Predicate, SearchValue } from '../ransack.ts'

const states = ['to_emit', 'to_receive', 'received', 'cancelled'] as const

/** Attributes of an invoice by which it is found; `late` is a state to them that none of ours is. */
export const invoiceAttributes = {
  id: 'whole',
  contract_id: 'whole',
  customer_id: 'whole',
  issue_date: 'day',
  estimated_issue_date: 'day',
  state: [...states, 'late'],
  gross_value: 'decimal',
  description: 'text',
  approval_status: ['approved', 'blocked'],
  receivables_due_date: 'day',
  receivables_state: states,
  receivables_received_at: 'day',
} as const satisfies Record<string, AttributeType>

export type InvoiceAttribute = keyof typeof invoiceAttributes

const columns: Readonly<Record<InvoiceAttribute, RawBuilder<unknown>>> = {
  id: sql`i.id`,
  contract_id: sql`i.contract_id`,
  customer_id: sql`i.customer_id`,
  issue_date: sql`coalesce(i.issue_on, i.estimated_issue_on)`,
  estimated_issue_date: sql`i.estimated_issue_on`,
  state: sql`i.state`,
  gross_value: sql`(i.gross_cents / 100.0)`,
  description: sql`i.description`,
  approval_status: sql`i.approval`,
  receivables_due_date: sql`r.due_on`,
  receivables_state: sql`r.state`,
  receivables_received_at: sql`r.received_on`,
}

export interface InvoiceSearch {
  organizationId: number
  conditions: readonly Condition<InvoiceAttribute>[]
  /** The latest due date that is late today; where that is asked. */
  lateUntil: CivilDate | null
}

export function asksWhoIsLate(conditions: InvoiceSearch['conditions']): boolean {
  return conditions.some(asksForLate)
}

function asksForLate({ attribute, values }: Condition<InvoiceAttribute>): boolean {
  return attribute === 'state' && values.includes('late')
}

/** Newest first; `total` is how many there are in all. */
export async function findInvoices(
  tx: Reader,
  search: InvoiceSearch,
  { page, perPage }: Page,
): Promise<{ ids: number[]; total: number }> {
  const where = conditionsOf(search)
  const { rows } = await sql<{ id: number | null; total: number }>`
    select found.id, counted.total from (select count(*)::bigint as total from invoice i where ${where}) as counted
    left join (
      select i.id from invoice i where ${where} order by i.id desc limit ${perPage} offset ${(page - 1) * perPage}
    ) as found on true
    order by found.id desc`.execute(tx)
  return { ids: rows.flatMap(({ id }) => id ?? []), total: rows[0]?.total ?? 0 }
}

function conditionsOf({ organizationId, conditions, lateUntil }: InvoiceSearch): RawBuilder<unknown> {
  const late = sql`(i.state = 'to_receive' and exists (select from receivable r where r.account_id = i.account_id
    and r.invoice_id = i.id and r.state = 'to_receive' and r.due_on <= ${lateUntil}))`
  const own = conditions.filter(({ attribute }) => !attribute.startsWith('receivables_'))
  const ofReceivables = conditions.filter(({ attribute }) => attribute.startsWith('receivables_'))
  const all = [
    sql`i.account_id = ${account}`,
    sql`i.organization_id = ${organizationId}`,
    stands,
    ...own.map(condition =>
      asksForLate(condition)
        ? lateOr(condition, late)
        : holds(columns[condition.attribute], condition.predicate, condition.values),
    ),
  ]
  // All of them of one and the same receivable.
  if (ofReceivables.length > 0) {
    const held = ofReceivables.map(({ attribute, predicate, values }) => holds(columns[attribute], predicate, values))
    all.push(
      sql`exists (select from receivable r where r.account_id = i.account_id and r.invoice_id = i.id and ${sql.join(held, sql` and `)})`,
    )
  }
  return sql.join(all, sql` and `)
}

/** What was deleted before it was issued is gone for them. */
const stands = sql`not (i.state = 'cancelled' and i.cancelled_from = 'to_emit' and i.released_at is not null and i.released_at = i.cancelled_at)`

function lateOr({ predicate, values }: Condition<InvoiceAttribute>, late: RawBuilder<unknown>): RawBuilder<unknown> {
  const others = values.filter(value => value !== 'late')
  const found = others.length === 0 ? late : sql`(${late} or ${holds(columns.state, 'in', others)})`
  return predicate === 'not_eq' || predicate === 'not_in' ? sql`not ${found}` : found
}

function holds(column: RawBuilder<unknown>, predicate: Predicate, values: readonly SearchValue[]): RawBuilder<unknown> {
  const [value] = values
  switch (predicate) {
    case 'eq':
      return sql`${column} = ${value}`
    case 'not_eq':
      return sql`${column} is distinct from ${value}`
    case 'gteq':
      return sql`${column} >= ${value}`
    case 'lteq':
      return sql`${column} <= ${value}`
    case 'in':
      return sql`${column} in (${sql.join(values.map(each => sql`${each}`))})`
    case 'not_in':
      return sql`${column} not in (${sql.join(values.map(each => sql`${each}`))})`
  }
}

/** Of one contract, newest first; between days of issue, and late ones alone, where that is asked. */
export async function invoicesOfContract(
  tx: Reader,
  contractId: number,
  { from, to, lateUntil }: { from?: CivilDate; to?: CivilDate; lateUntil?: CivilDate } = {},
): Promise<number[]> {
  const conditions = [sql`i.account_id = ${account}`, sql`i.contract_id = ${contractId}`, stands]
  if (from !== undefined) conditions.push(sql`coalesce(i.issue_on, i.estimated_issue_on) >= ${from}`)
  if (to !== undefined) conditions.push(sql`coalesce(i.issue_on, i.estimated_issue_on) <= ${to}`)
  if (lateUntil !== undefined) {
    conditions.push(sql`exists (select from receivable r where r.account_id = i.account_id and r.invoice_id = i.id
      and r.state = 'to_receive' and r.due_on <= ${lateUntil})`)
  }
  const { rows } = await sql<{ id: number }>`
    select i.id from invoice i where ${sql.join(conditions, sql` and `)} order by i.id desc`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Receivables of one contract's invoices, by due date. */
export async function receivablesOfContract(
  tx: Reader,
  contractId: number,
  { from, to, state }: { from: CivilDate; to: CivilDate; state: string | null },
): Promise<{ id: number; invoiceId: number }[]> {
  const { rows } = await sql<{ id: number; invoiceId: number }>`
    select r.id, r.invoice_id as "invoiceId" from invoice i
      join receivable r on r.account_id = i.account_id and r.invoice_id = i.id
     where i.account_id = ${account} and i.contract_id = ${contractId} and ${stands} and r.due_on between ${from} and ${to}
       and (cast(${state} as text) is null or r.state = ${state})
     order by r.due_on, r.id`.execute(tx)
  return rows
}
