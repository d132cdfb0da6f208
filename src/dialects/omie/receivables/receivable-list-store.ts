// Pages of *contas a receber*, each of which is one receivable of ours, whatever made it: an invoice, another system, a schedule, a
// renegotiation. What was never asked for, and what the organization itself owes, is none.

import { type RawBuilder, sql } from 'kysely'
import type { CivilDate } from '../../../core/dates.ts'
import type { Calendar } from '../../../organizations/calendar.ts'
import { account } from '../../../platform/account.ts'
import { isAmong, rowsOf } from '../../../platform/db/bulk.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { hasMoved, isWithin, type Moved, type Within } from '../changes-store.ts'
import type { ReceivableStatus } from './receivable-status.ts'

export interface ReceivableListFilter {
  organizationId?: number | undefined
  id?: number | undefined
  moved?: Moved | undefined
  registered?: Within | undefined
  issuedFrom?: CivilDate | undefined
  issuedUntil?: CivilDate | undefined
  openOnly?: boolean
  /** Any of them. */
  statuses?: readonly ReceivableStatus[] | undefined
  customerId?: number | undefined
  /** Without punctuation. */
  taxId?: string | undefined
  /** Those alone that a client of a dialect billed. */
  theirs?: boolean
  /** Into which something of it came. */
  financialAccountId?: number | undefined
}

export interface ListOrder {
  by: 'id' | 'due' | 'issue'
  descending: boolean
}

export async function pageOfReceivables(
  tx: Reader,
  calendars: ReadonlyMap<number, Calendar>,
  timeZone: string,
  filter: ReceivableListFilter,
  order: ListOrder,
  { offset, size }: { offset: number; size: number },
): Promise<{ ids: number[]; all: number }> {
  const days = [...calendars].map(([id, { today, lateUntil }]) => ({ organization_id: id, today, late_until: lateUntil }))
  if (days.length === 0) return { ids: [], all: 0 }
  const direction = order.descending ? sql`desc` : sql`asc`
  const issue = sql`coalesce(i.issue_on, (r.created_at at time zone ${timeZone})::date)`
  const by = { id: sql`r.id`, due: sql`r.due_on`, issue }[order.by]
  const { rows } = await sql<{ id: number | null; all: number }>`
    with own as (
      select r.id, row_number() over (order by ${by} ${direction}, r.id ${direction}) as place
        from receivable r
        join ${rowsOf({ organization_id: 'bigint', today: 'date', late_until: 'date' }, days)} as d
          on d.organization_id = r.organization_id
        left join invoice i on i.account_id = r.account_id and i.id = r.invoice_id
       where ${sql.join([isAskedFor, ...conditionsOf(filter, issue)], sql` and `)}
    )
    select p.id, (select count(*) from own)::integer as "all"
    from (values (1)) as one left join (select id, place from own order by place offset ${offset} limit ${size}) p on true
    order by p.place`.execute(tx)
  return { ids: rows.flatMap(row => row.id ?? []), all: rows[0]?.all ?? 0 }
}

const isAskedFor = sql`
  r.account_id = ${account} and r.state <> 'to_emit'
  and not (r.state = 'cancelled' and coalesce(i.cancelled_from = 'to_emit', false))
  and not exists (
    select from contract k where k.account_id = r.account_id and k.id = r.contract_id and k.kind = 'purchase')`

/** As `statusOf` reads them. */
const inStatus: Record<ReceivableStatus, RawBuilder<unknown>> = {
  CANCELADO: sql`r.state in ('cancelled', 'renegotiated')`,
  RECEBIDO: sql`r.state = 'received'`,
  ATRASADO: sql`(r.state = 'to_receive' and r.due_on <= d.late_until)`,
  'VENCE HOJE': sql`(r.state = 'to_receive' and r.due_on > d.late_until and r.due_on <= d.today)`,
  'A VENCER': sql`(r.state = 'to_receive' and r.due_on > d.late_until and r.due_on > d.today)`,
  'PAGTO PARCIAL': sql`(r.state = 'to_receive' and r.received_cents + r.abated_cents > 0)`,
}

function conditionsOf(filter: ReceivableListFilter, issue: RawBuilder<unknown>): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = []
  const where = <T>(value: T | undefined, condition: (value: T) => RawBuilder<unknown>) => {
    if (value !== undefined) conditions.push(condition(value))
  }
  where(filter.organizationId, id => sql`r.organization_id = ${id}`)
  where(filter.id, id => sql`r.id = ${id}`)
  where(filter.moved, moved =>
    hasMoved(moved, sql`r.created_at`, [
      { noun: 'receivable', id: sql`r.id` },
      { noun: 'invoice', id: sql`r.invoice_id` },
    ]),
  )
  where(filter.registered, days => isWithin(sql`r.created_at`, days))
  where(filter.issuedFrom, day => sql`${issue} >= ${day}`)
  where(filter.issuedUntil, day => sql`${issue} <= ${day}`)
  if (filter.openOnly === true) conditions.push(sql`r.state = 'to_receive'`)
  where(filter.statuses, statuses => {
    const wanted = statuses.map(status => inStatus[status])
    return sql`(${sql.join(wanted, sql` or `)})`
  })
  where(filter.customerId, id => sql`r.customer_id = ${id}`)
  where(
    filter.taxId,
    taxId => sql`r.customer_id in (select c.id from customer c where c.account_id = ${account} and c.tax_id = ${taxId})`,
  )
  if (filter.theirs === true) conditions.push(isAskedByDialect)
  where(
    filter.financialAccountId,
    id => sql`exists (
      select from receipt p where p.account_id = r.account_id and p.receivable_id = r.id and p.undone_at is null
         and p.financial_account_id = ${id})`,
  )
  return conditions
}

/** Its invoice was made by a run that a client of a dialect asked for. */
const isAskedByDialect = sql`exists (
  select from invoice v join billing_run b on b.account_id = v.account_id and b.id = v.run_id
   where v.account_id = r.account_id and v.id = r.invoice_id and b.cause = 'dialect')`

export async function askedByDialect(tx: Reader, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: number }>`
    select r.id from receivable r where r.account_id = ${account} and ${isAmong('r.id', ids)} and ${isAskedByDialect}`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}

/** What a receipt is of; null: there is none. */
export async function receivableOfReceipt(tx: Reader, receiptId: number): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select receivable_id as id from receipt where account_id = ${account} and id = ${receiptId}`.execute(tx)
  return rows[0]?.id ?? null
}
