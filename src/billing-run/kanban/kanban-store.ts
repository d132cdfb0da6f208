import { type RawBuilder, sql } from 'kysely'
import { addDays, type CivilDate, firstDayOfMonth, monthOf } from '../../core/dates.ts'
import type { Calendar } from '../../organizations/calendar.ts'
import { account } from '../../platform/account.ts'
import { rowsOf } from '../../platform/db/bulk.ts'
import type { Reader } from '../../platform/db/db.ts'
import { type Column, EXPIRES_WITHIN_DAYS, type StandingFacts } from './kanban.ts'

// The board in one statement: what each set needs is read once and hashed, so that the cost does not depend on how the contracts lie.

type Calendars = ReadonlyMap<number, Pick<Calendar, 'today'>>

const dayColumns = { organization_id: 'bigint', today: 'date', month_starts: 'date', soon: 'date' } as const

/**
 * Contracts that are sales and in use, each with its column, on the day that it is for its organization.
 *
 * What is due is what a run selects: rules by `next_due_on`, invoices by their day, but for those that a person took back. A rule that is
 * suspended still, and all of whose due periods begin in that suspension, has nothing to bill: a run only closes them, or keeps them.
 */
function board(calendars: Calendars, narrowed: RawBuilder<unknown> = sql``): RawBuilder<unknown> {
  const days = [...calendars].map(([id, { today }]) => ({
    organization_id: id,
    today,
    month_starts: firstDayOfMonth(monthOf(today)),
    soon: addDays(today, EXPIRES_WITHIN_DAYS),
  }))
  return sql`
    with day as materialized (select * from ${rowsOf(dayColumns, days)} as d),
    lasting as materialized (
      select s.contract_id, s.from_on, s.until_on from contract_suspension s
      join contract c on c.account_id = s.account_id and c.id = s.contract_id
      join day d on d.organization_id = c.organization_id
      where s.account_id = ${account} and s.from_on <= d.today and (s.until_on is null or s.until_on > d.today)
    ),
    due as materialized (
      select r.contract_id from invoice_rule r
      join day d on d.organization_id = r.organization_id
      left join lasting l on l.contract_id = r.contract_id
      where r.account_id = ${account} and r.archived_at is null and r.next_due_on <= d.today
        and (l.from_on is null or l.from_on > coalesce((
          select min(o.starts_on) from coverage o
          where o.account_id = r.account_id and o.rule_id = r.id and o.disposition = 'open' and o.scheduled_on <= d.today), r.covered_until))
      union
      select i.contract_id from invoice i
      join day d on d.organization_id = i.organization_id
      where i.account_id = ${account} and i.state = 'to_emit' and i.estimated_issue_on <= d.today and i.emitted_at is null
    ),
    billed as materialized (
      select i.contract_id, max(i.issue_on) as billed_on from invoice i
      join day d on d.organization_id = i.organization_id
      where i.account_id = ${account} and i.issue_on is not null and i.issue_on >= (select min(month_starts) from day) and i.issue_on >= d.month_starts
        and i.state in ('to_receive', 'received') and i.rule_id is not null
      group by 1
    ),
    card as (
      select c.id, c.organization_id, c.customer_id, c.ends_on, c.cancelled_on, l.from_on, l.until_on, b.billed_on, d.today,
             u.contract_id is not null as is_due, coalesce(c.ends_on between d.today and d.soon and c.cancelled_on is null and c.state <> 'draft', false) as is_expiring,
             case when u.contract_id is not null then 'due_today'
                  when c.state = 'draft' then null
                  when c.cancelled_on is not null or c.ends_on < d.today then 'ended'
                  when l.contract_id is not null then 'suspended'
                  when c.ends_on <= d.soon then 'expiring'
                  when b.contract_id is not null then 'billed_this_month'
             end as board_column
      from contract c
      join day d on d.organization_id = c.organization_id
      left join due u on u.contract_id = c.id
      left join lasting l on l.contract_id = c.id
      left join billed b on b.contract_id = c.id
      where c.account_id = ${account} and c.archived_at is null and c.kind = 'sale' ${narrowed}
    )`
}

export interface BoardCounts {
  columns: Record<Column, number>
  /** In no column: drafts, and those whose next day has not come. */
  elsewhere: number
}

/** How many contracts stand where: one statement. */
export async function countBoard(tx: Reader, calendars: Calendars, organizationId: number | null): Promise<BoardCounts> {
  const { rows } = await sql<{ column: Column | null; contracts: number }>`
    ${board(calendars, ofOrganization(organizationId))}
    select board_column as "column", count(*)::integer as contracts from card group by 1`.execute(tx)
  const counted = new Map(rows.map(row => [row.column, row.contracts]))
  const of = (column: Column | null) => counted.get(column) ?? 0
  return {
    columns: {
      due_today: of('due_today'),
      expiring: of('expiring'),
      billed_this_month: of('billed_this_month'),
      suspended: of('suspended'),
      ended: of('ended'),
    },
    elsewhere: of(null),
  }
}

export interface BoardCard extends StandingFacts {
  contractId: number
  organizationId: number
  customerId: number
  today: CivilDate
}

const shown = sql`
  id as "contractId", organization_id as "organizationId", customer_id as "customerId", today, ends_on as "endsOn",
  cancelled_on as "cancelledOn", from_on as "suspendedFrom", until_on as "suspendedUntil", billed_on as "billedOn"`

/** Cards of a column in order of contract, from the one after `after`. */
export async function listCards(
  tx: Reader,
  calendars: Calendars,
  of: { column: Column; organizationId: number | null },
  after: number,
  limit: number,
): Promise<BoardCard[]> {
  const { rows } = await sql<BoardCard>`
    ${board(calendars, sql`${ofOrganization(of.organizationId)} and c.id > ${after}`)}
    select ${shown} from card where board_column = ${of.column} order by id limit ${limit}`.execute(tx)
  return rows
}

/** What a contract may be picked by whatever column it stands in; the last three overlap. */
export type Picked = 'all' | 'due' | 'billed' | 'expiring'

const conditions: Record<Picked, RawBuilder<unknown>> = {
  all: sql`true`,
  due: sql`is_due`,
  billed: sql`billed_on is not null`,
  expiring: sql`is_expiring`,
}

/** Contracts so picked, of one organization or of all (null), in order. */
export async function pickContracts(
  tx: Reader,
  calendars: Calendars,
  picked: Picked,
  organizationId: number | null = null,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    ${board(calendars, ofOrganization(organizationId))}
    select id from card where ${conditions[picked]} order by id`.execute(tx)
  return rows.map(row => row.id)
}

/** The rules of the contracts that a run of that day would look at. */
export async function dueRulesOf(tx: Reader, cards: readonly { contractId: number; today: CivilDate }[]): Promise<number[]> {
  if (cards.length === 0) return []
  const rows = cards.map(({ contractId, today }) => ({ contract_id: contractId, today }))
  const found = await sql<{ ruleId: number }>`
    select r.id as "ruleId" from ${rowsOf({ contract_id: 'bigint', today: 'date' }, rows)} as k
    cross join lateral (
      select id from invoice_rule where account_id = ${account} and contract_id = k.contract_id and archived_at is null and next_due_on <= k.today offset 0
    ) as r order by r.id`.execute(tx)
  return found.rows.map(row => row.ruleId)
}

/** The invoice of the latest period of the contract that was billed for this month or later, or in it, or waits to be sent out; null: there is none. */
export async function billedThisMonth(tx: Reader, contractId: number, today: CivilDate): Promise<number | null> {
  const monthStarts = firstDayOfMonth(monthOf(today))
  const { rows } = await sql<{ id: number }>`
    select i.id from invoice_rule r
    join coverage c on c.account_id = r.account_id and c.rule_id = r.id and c.disposition = 'billed'
    join invoice i on i.account_id = c.account_id and i.id = c.invoice_id
    where r.account_id = ${account} and r.contract_id = ${contractId} and i.state <> 'cancelled'
      and (c.scheduled_on >= ${monthStarts} or i.issue_on >= ${monthStarts} or i.state = 'to_emit')
    order by c.scheduled_on desc, i.id desc limit 1`.execute(tx)
  return rows[0]?.id ?? null
}

/**
 * Why no period of this month or later is left to be billed, though none was: its invoice was cancelled and nobody released it, or it was
 * closed without a charge. Of rules that are in use.
 */
export async function closedThisMonth(tx: Reader, contractId: number, today: CivilDate): Promise<ClosedPeriod | null> {
  const { rows } = await sql<{ disposition: string }>`
    select c.disposition from invoice_rule r
    join coverage c on c.account_id = r.account_id and c.rule_id = r.id
    left join invoice i on i.account_id = c.account_id and i.id = c.invoice_id
    where r.account_id = ${account} and r.contract_id = ${contractId} and r.archived_at is null
      and c.scheduled_on >= ${firstDayOfMonth(monthOf(today))}
      and (c.disposition in ('uncharged', 'waived') or c.disposition = 'billed' and i.state = 'cancelled')
    order by c.scheduled_on, r.id limit 1`.execute(tx)
  const [first] = rows
  if (first === undefined) return null
  return first.disposition === 'billed'
    ? 'invoice_cancelled'
    : first.disposition === 'waived'
      ? 'period_waived'
      : 'period_uncharged'
}

export type ClosedPeriod = 'invoice_cancelled' | 'period_waived' | 'period_uncharged'

function ofOrganization(organizationId: number | null): RawBuilder<unknown> {
  return organizationId === null ? sql`` : sql`and c.organization_id = ${organizationId}`
}
