import { sql } from 'kysely'
import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import { account } from '../../platform/account.ts'
import { isAmong, rowsOf } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Validity } from '../ledger/coverage.ts'
import type { BilledDays } from '../rules/price-change.ts'
import type { PriceDifference, TakenBack, Unused } from './price-difference.ts'

// All SQL of the periods that differences of price settle. Whoever writes holds the row of the rule.

/** What was settled of a rule's periods, in order of period and event. */
export async function differencesOf(tx: Reader, ruleId: number): Promise<PriceDifference[]> {
  const { rows } = await sql<PriceDifference>`
    select d.event_id as "eventId", e.kind, d.starts_on as "startsOn", d.ends_on as "endsOn", d.amount_cents as "amountCents", d.cancelled_cents as "cancelledCents"
    from price_difference d join billing_event e on e.account_id = d.account_id and e.id = d.event_id
    where d.account_id = ${account} and d.rule_id = ${ruleId}
    order by d.starts_on, d.event_id`.execute(tx)
  return rows
}

/** What of a rule's differences no invoice uses, by event: open, or cancelled by a person. */
export async function unusedDifferences(tx: Reader, ruleId: number): Promise<Map<number, Unused>> {
  const { rows } = await sql<Unused & { eventId: number }>`
    select d.event_id as "eventId", p.open as "openCents", p.cancelled - d.cancelled as "forgivenCents"
    from (
      select event_id, sum(cancelled_cents)::bigint as cancelled from price_difference
      where account_id = ${account} and rule_id = ${ruleId} group by event_id
    ) d
    cross join lateral (
      select coalesce(sum(amount_cents) filter (where state = 'open'), 0)::bigint as open,
             -- What lives on of a part that was taken back in part is not cancelled.
             (coalesce(sum(amount_cents) filter (where state = 'cancelled'), 0)
               - coalesce(sum(amount_cents) filter (where origin = 'reduced'), 0))::bigint as cancelled
      from billing_event_part where account_id = ${account} and event_id = d.event_id
    ) p`.execute(tx)
  return new Map(rows.map(({ eventId, ...unused }) => [eventId, unused]))
}

/** Those of the rules of which a difference was settled. */
export async function rulesWithDifferences(tx: Reader, ruleIds: readonly number[]): Promise<number[]> {
  if (ruleIds.length === 0) return []
  const { rows } = await sql<{ id: number }>`
    select distinct rule_id as id from price_difference
    where account_id = ${account} and ${isAmong('rule_id', ruleIds)} order by 1`.execute(tx)
  return rows.map(row => row.id)
}

export interface BilledPeriod {
  startsOn: CivilDate
  endsOn: CivilDate
  scheduledOn: CivilDate
  termsVersion: number | null
  billed: BilledDays
}

/**
 * Billed periods of which the days or the price may be others by now: those that reach beyond the day, if one is told, and those that
 * a cut of validity has, or had, a part in. What was billed of them stands on their invoices.
 */
export async function billedPeriodsOf(
  tx: Reader,
  ruleId: number,
  after: CivilDate | null,
  validity: Validity,
): Promise<BilledPeriod[]> {
  const { rows } = await sql<Omit<BilledPeriod, 'billed'> & BilledDays>`
    select c.starts_on as "startsOn", c.ends_on as "endsOn", c.scheduled_on as "scheduledOn", c.terms_version as "termsVersion",
           i.prorated_days as days, i.state = 'cancelled' as "isCancelled"
    from coverage c join invoice i on i.account_id = c.account_id and i.id = c.invoice_id
    where c.account_id = ${account} and c.rule_id = ${ruleId} and c.disposition = 'billed'
      and (c.ends_on > cast(${after} as date) or i.prorated_days is not null
        or c.starts_on < cast(${validity.startsOn} as date) or c.ends_on > cast(${validity.endsOn} as date) + 1)
    order by c.starts_on`.execute(tx)
  return rows.map(({ days, isCancelled, ...period }) => ({ ...period, billed: { days, isCancelled } }))
}

export interface SettledPeriod {
  startsOn: CivilDate
  endsOn: CivilDate
  amountCents: Cents
}

/** The periods that an event settles, and how much of it each. */
export async function insertDifferences(
  tx: Tx,
  ruleId: number,
  eventId: number,
  periods: readonly SettledPeriod[],
): Promise<void> {
  const rows = periods.map(period => ({ starts_on: period.startsOn, ends_on: period.endsOn, amount_cents: period.amountCents }))
  await sql`
    insert into price_difference (account_id, rule_id, starts_on, event_id, ends_on, amount_cents)
    select ${account}, cast(${ruleId} as bigint), starts_on, cast(${eventId} as bigint), ends_on, amount_cents
    from ${rowsOf({ starts_on: 'date', ends_on: 'date', amount_cents: 'bigint' }, rows)} as d`.execute(tx)
}

export async function saveTakenBack(tx: Tx, ruleId: number, taken: readonly TakenBack[]): Promise<void> {
  if (taken.length === 0) return
  const rows = taken.map(one => ({ starts_on: one.startsOn, event_id: one.eventId, cents: one.cancelledCents }))
  await sql`
    update price_difference d set cancelled_cents = d.cancelled_cents + t.cents
    from ${rowsOf({ starts_on: 'date', event_id: 'bigint', cents: 'bigint' }, rows)} as t
    where d.account_id = ${account} and d.rule_id = ${ruleId} and d.starts_on = t.starts_on and d.event_id = t.event_id`.execute(
    tx,
  )
}
