import { type RawBuilder, sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'

export type DueDateCode = 'wrong_due_date'

/**
 * What a run asked for, and nobody changed since, falls due where the terms say, counted from the day of emission or its forecast. A
 * date changed later is held against the history instead. Holidays are those known when the invoice was made; where one of those days
 * became a holiday of the organization, or ceased to be one, since then, nobody can say any more, and the date is not judged.
 */
export async function checkDueDates(tx: Reader, invoices: Ids): Promise<Found<DueDateCode>[]> {
  const { rows } = await sql<Found<DueDateCode>>`
    with asked as materialized (
      select r.id, r.invoice_id, r.due_on, r.installment as n, i.estimated_issue_on as issue_on, i.organization_id, i.created_at,
             t.due_kind as kind, t.due_day as day, t.due_days as days, t.due_months as months, t.due_roll as roll,
             t.due_only_business_days as only_business
      from invoice i
      cross join lateral (
        select id, invoice_id, due_on, installment from receivable
        where account_id = ${account} and invoice_id = i.id and version = 1 offset 0
      ) r
      cross join lateral (
        select * from rule_terms where account_id = ${account} and rule_id = i.rule_id and version = i.terms_version offset 0
      ) t
      where i.account_id = ${account} and ${isAmong('i.id', invoices)} and i.run_id is not null and i.due_by_rule
    ), easter as materialized (
      -- Gregorian (Meeus, Jones, Butcher), of every year of the calendar.
      select make_date(y, (e + l - 7 * m + 114) / 31, (e + l - 7 * m + 114) % 31 + 1) as on_day
      from generate_series((select extract(year from min(issue_on))::integer from asked), (select extract(year from max(due_on))::integer + 1 from asked)) y
      cross join lateral (
        select (19 * (y % 19) + y / 100 - y / 400 - (y / 100 - (y / 100 + 8) / 25 + 1) / 3 + 15) % 30 as e
      ) epact
      cross join lateral (select (32 + 2 * (y / 100 % 4) + 2 * (y % 100 / 4) - e - y % 100 % 4) % 7 as l) sunday
      cross join lateral (select (y % 19 + 11 * e + 22 * l) / 451 as m) late
    ), free as materialized (
      -- Weekdays on which no bank is open. ANBIMA's list, and Lei 14.759/2023.
      select null::bigint as organization_id, on_day as free_on from (
        select on_day + d as on_day from easter, unnest(array[-48, -47, -2, 60]) d
        union
        select make_date(extract(year from on_day)::integer, md / 100, md % 100)
        from easter, unnest(array[101, 421, 501, 907, 1012, 1102, 1115, 1120, 1225]) md
        where md <> 1120 or on_day >= date '2024-01-01'
      ) national where extract(isodow from on_day) < 6
      union all
      select organization_id, on_date from organization_holiday
      where account_id = ${account} and removed_at is null and extract(isodow from on_date) < 6
    ), plain as materialized (
      -- Before it is moved to a business day: months are counted on from the first whose day, moved or not, is not past at the issue.
      select p.*, case
          when kind = 'day_quantity' then issue_on + n * days
          when kind = 'fixed_day_and_month_quantity' then ${dayInMonth(sql`${firstMonth('issue_on', 'months')} + n - 1`, sql`day`)}
          when kind = 'fixed_day' then ${dayInMonth(sql`${firstMonth('issue_on + 1', '0')} + n - 1`, sql`day`)}
          when not goes_back then ${dayInMonth(sql`n - case when ${dayInMonth(sql`0`, sql`31`)} > issue_on then 1 else 0 end`, sql`31`)}
        end as on_day
      from (select *, roll = 'previous_business_day' or (kind = 'last_day_of_month' and only_business) as goes_back from asked) p
    )
    select 'wrong_due_date' as code, 'receivable' as noun, p.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('invoice', p.invoice_id, 'dueOn', p.due_on, 'countedFrom', p.issue_on, 'kind', p.kind, 'unrolled', p.on_day) as details
    from plain p
    where not coalesce(case
        when kind = 'day_quantity' and only_business and days > 0 then
          ${businessDays(sql`due_on`, sql`due_on`)} = 1 and ${businessDays(sql`issue_on + 1`, sql`due_on`)} = n * days
        when kind = 'day_quantity' and only_business then ${isNextBusinessDay(sql`issue_on`)}
        when kind = 'last_day_of_month' and goes_back then ${isLastBusinessDayAfter()}
        -- Gone back it would be due before the issue.
        when kind = 'day_quantity' and roll = 'previous_business_day' and ${businessDays(sql`issue_on`, sql`on_day`)} = 0 then
          ${isNextBusinessDay(sql`on_day`)}
        when roll = 'previous_business_day' then due_on <= on_day
          and ${businessDays(sql`due_on`, sql`due_on`)} = 1 and ${businessDays(sql`due_on`, sql`on_day`)} = 1
        when roll = 'next_business_day' then ${isNextBusinessDay(sql`on_day`)}
        else due_on = on_day end, false)
      and ((roll = 'none' and not only_business) or not exists (
        select from organization_holiday h
        where h.account_id = ${account} and h.organization_id = p.organization_id
          and h.on_date between p.issue_on - 31 and greatest(p.due_on, p.on_day) + 31
          and greatest(h.known_at, h.removed_at) >= p.created_at))
    order by p.id`.execute(tx)
  return rows
}

/** That day of the month so many after the issue's, or the last day of that month. */
function dayInMonth(monthsOn: RawBuilder<unknown>, day: RawBuilder<unknown>): RawBuilder<unknown> {
  const first = sql`(date_trunc('month', issue_on) + make_interval(months => (${monthsOn})::integer))`
  return sql`(least(${first} + make_interval(days => ${day} - 1), ${first} + interval '1 month - 1 day')::date)`
}

/** The first month after the issue's, from so many on, whose day is possible from that day on, also gone back to a business day. */
function firstMonth(from: string, months: string): RawBuilder<unknown> {
  const earliest = sql.raw(from)
  const later = sql.raw(months)
  const day = (more: number) => dayInMonth(sql`${later} + ${sql.lit(more)}`, sql`day`)
  const isPossible = (more: number) =>
    sql`case when roll = 'previous_business_day' then ${businessDays(earliest, day(more))} > 0 else ${day(more)} >= ${earliest} end`
  return sql`(${later} + case when ${isPossible(0)} then 0 when ${isPossible(1)} then 1 else 2 end)`
}

/** Weekdays from one day to another, both included, less those without banks. */
function businessDays(from: RawBuilder<unknown>, until: RawBuilder<unknown>): RawBuilder<unknown> {
  // Counted from a Monday.
  const weekdays = (day: RawBuilder<unknown>) =>
    sql`((${day} - date '2000-01-03') / 7 * 5 + least((${day} - date '2000-01-03') % 7 + 1, 5))`
  return sql`(${weekdays(until)} - ${weekdays(sql`(${from} - 1)`)} - (
    select count(distinct f.free_on) from free f
    where f.free_on between ${from} and ${until} and coalesce(f.organization_id = p.organization_id, true)))`
}

function isNextBusinessDay(day: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(due_on >= ${day} and ${businessDays(sql`due_on`, sql`due_on`)} = 1 and ${businessDays(day, sql`due_on`)} = 1)`
}

/** The last business day of a month; the first one is of the first month whose last lies after the issue. */
function isLastBusinessDayAfter(): RawBuilder<boolean> {
  const end = dayInMonth(sql`0`, sql`31`)
  const months = sql`(extract(year from due_on) - extract(year from issue_on)) * 12 + extract(month from due_on) - extract(month from issue_on)`
  return sql`(${months} = n - case when ${businessDays(sql`issue_on + 1`, end)} > 0 then 1 else 0 end
    and ${businessDays(sql`due_on`, sql`due_on`)} = 1
    and ${businessDays(sql`due_on`, sql`(date_trunc('month', due_on) + interval '1 month - 1 day')::date`)} = 1)`
}
