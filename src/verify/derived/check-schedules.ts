import { sql } from 'kysely'
import { type Instant, LAST_YEAR } from '../../core/dates.ts'
import { mostCents } from '../../core/money.ts'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { nowOf } from './check-work.ts'

export type ScheduleCode =
  | 'occurrence_missing'
  | 'occurrence_twice'
  | 'wrong_occurrence'
  | 'occurrence_receivable'
  | 'schedule_state'
  | 'schedule_shares'
  | 'amount_beyond_bounds'

/**
 * Schedules: each occurrence from the first one to the horizon is there once, where and for what the terms say, each with its own
 * receivable, which asks for just that.
 */
export async function checkSchedules(tx: Reader, schedules: Ids, now: Instant): Promise<Found<ScheduleCode | 'work_missing'>[]> {
  return [
    ...(await checkChains(tx, schedules)),
    ...(await checkHeads(tx, schedules, now)),
    ...(await checkOccurrences(tx, schedules, now)),
    ...(await checkScheduled(tx, schedules)),
    ...(await checkShares(tx, schedules)),
    ...(await checkAmounts(tx, schedules)),
  ]
}

/**
 * The numbers of a ledger are one chain from its seed, at least to where the head says that it ends. What is there beyond is asked for no
 * more, or not yet: one that is not to come yet is the next to be made.
 */
async function checkChains(tx: Reader, schedules: Ids): Promise<Found<ScheduleCode>[]> {
  const { rows } = await sql<Found<ScheduleCode>>`
    with counted as (
      select s.id, s.made_until, o.found, o.known, o.last, o.odd, o.until
      from schedule s
      cross join lateral (
        select count(*) as found, count(distinct number) as known, max(number) as last,
               count(*) filter (where follows is distinct from nullif(number, 0) - 1 or (disposition = 'seed') <> (number = 0)) as odd,
               coalesce(min(number) filter (where reason = 'not_yet'), max(number) + 1) - 1 as until
        from schedule_occurrence where account_id = ${account} and schedule_id = s.id
      ) o
      where s.account_id = ${account} and ${isAmong('s.id', schedules)}
    )
    select case when found > known then 'occurrence_twice' else 'occurrence_missing' end as code, 'schedule' as noun, id,
           null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('madeUntil', made_until, 'lastNumber', last, 'found', found, 'odd', odd) as details
    from counted where found > known or known <> last + 1 or until is distinct from made_until or odd > 0
    order by id`.execute(tx)
  return rows
}

/**
 * What comes next is there once it is within twelve months, or it is dated that it will be made; and whether anything is to come at all is
 * what the head says. It is made at an hour of its organization's day, by due work that may be late: two days are spared.
 */
async function checkHeads(tx: Reader, schedules: Ids, now: Instant): Promise<Found<ScheduleCode | 'work_missing'>[]> {
  const { rows } = await sql<Found<ScheduleCode | 'work_missing'>>`
    with head as (
      select s.id, s.kind, s.state, s.made_until + 1 as number, s.cancelled_at, (n.at at time zone z.time_zone)::date as today, w.due_at, n.at,
             t.due_on as next_on,
             t.due_on is not null and coalesce(s.made_until < s.last_number, true) and coalesce(t.due_on <= s.ends_on, true)
               and t.last_day <= ${LAST_DAY}::date as is_more
      from schedule s
      cross join lateral (select ${nowOf(now)} as at) n
      cross join lateral (select time_zone from organization where account_id = ${account} and id = s.organization_id offset 0) z
      left join lateral (
        select ${dayAt('due', sql`s.made_until + 1`)} as due_on, ${lastDayAt(sql`s.made_until + 1`)} as last_day from schedule_terms t
        where t.account_id = ${account} and t.schedule_id = s.id and not t.is_own
          and t.from_number <= s.made_until + 1 and coalesce(t.until_number > s.made_until, true)
        order by t.version desc limit 1
      ) t on true
      left join due_work w on w.account_id = ${account} and w.kind = 'extend_schedule' and w.subject_id = s.id
      where s.account_id = ${account} and ${isAmong('s.id', schedules)}
    )
    select f.code, 'schedule' as noun, h.id, null::date as "startsOn", null::date as "endsOn", f.details
    from head h
    cross join lateral (values
      ('schedule_state', h.state <> case when h.cancelled_at is not null then 'cancelled' when h.is_more then 'active' else 'complete' end,
       jsonb_build_object('state', h.state, 'nextOn', case when h.is_more then h.next_on end)),
      ('occurrence_missing', h.cancelled_at is null and h.is_more and coalesce(h.due_at > h.at, true)
         and (h.kind <> 'recurrence' or h.number = 1 or h.next_on <= h.today + interval '12 months' - interval '2 days'),
       jsonb_build_object('number', h.number, 'dueOn', h.next_on, 'today', h.today)),
      ('work_missing', h.cancelled_at is null and h.is_more
         and coalesce(h.due_at > greatest(h.at, h.next_on - interval '12 months') + interval '3 days', true),
       jsonb_build_object('kind', 'extend_schedule', 'dueAt', h.due_at, 'nextOn', h.next_on))
    ) f (code, is_wrong, details)
    where f.is_wrong
    order by h.id, f.code`.execute(tx)
  return rows
}

/**
 * Every occurrence that is asked for says what the latest terms that are of it say; it is unless it was deleted, the recurrence ends before
 * it, or it lies beyond what counts as made, which of a recurrence is nothing beyond twelve months from now but what was told by its day.
 * Two days are spared, for who moves from one time zone to another.
 */
async function checkOccurrences(tx: Reader, schedules: Ids, now: Instant): Promise<Found<ScheduleCode>[]> {
  const { rows } = await sql<Found<ScheduleCode>>`
    with derived as (
      select o.*, t.version as wanted, ${dayAt('due', sql`o.number`)} as due, ${dayAt('scheduled', sql`o.number`)} as scheduled,
             ${dayAt('accrual', sql`o.number`)} as accrual, s.cancelled_at, s.made_until,
             coalesce(o.number <= s.last_number, true) and coalesce(r.due_on <= s.ends_on, true)
               and greatest(r.last_day, ${lastDayAt(sql`o.number`)}) <= ${LAST_DAY}::date as is_within,
             s.kind = 'recurrence' and r.due_number <> o.number
               and r.due_on > (${nowOf(now)} at time zone z.time_zone)::date + interval '12 months' + interval '2 days' as is_ahead
      from schedule s
      cross join lateral (select time_zone from organization where account_id = ${account} and id = s.organization_id offset 0) z
      join schedule_occurrence o on o.account_id = ${account} and o.schedule_id = s.id and o.number > 0
      left join lateral (
        select * from schedule_terms t
        where t.account_id = ${account} and t.schedule_id = s.id and t.from_number <= o.number and coalesce(t.until_number >= o.number, true)
        order by t.version desc limit 1
      ) t on true
      left join lateral (
        select ${dayAt('due', sql`o.number`)} as due_on, t.due_number, ${lastDayAt(sql`o.number`)} as last_day from schedule_terms t
        where t.account_id = ${account} and t.schedule_id = s.id and not t.is_own
          and t.from_number <= o.number and coalesce(t.until_number >= o.number, true)
        order by t.version desc limit 1
      ) r on true
      where s.account_id = ${account} and ${isAmong('s.id', schedules)}
    )
    select 'wrong_occurrence' as code, 'schedule' as noun, schedule_id as id, null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('number', number, 'disposition', disposition, 'reason', reason, 'termsVersion', terms_version,
             'inForce', wanted, 'dueOn', due_on, 'derivedOn', due, 'madeUntil', made_until, 'isAhead', is_ahead) as details
    from derived
    where case when reason = 'deleted' then disposition <> 'waived'
          else reason is distinct from case when cancelled_at is not null or not is_within then 'ended' when number > made_until then 'not_yet' end
            or (disposition = 'waived') <> (reason is not null)
            or (disposition = 'billed'
              and (is_ahead or (terms_version, due_on, scheduled_on, accrual_on) is distinct from (wanted, due, scheduled, accrual))) end
    order by schedule_id, number`.execute(tx)
  return rows
}

/** Each occurrence has a receivable of its schedule's, which asks for its amount on its day, and each of these has an occurrence. */
async function checkScheduled(tx: Reader, schedules: Ids): Promise<Found<ScheduleCode>[]> {
  const { rows } = await sql<Found<ScheduleCode>>`
    with paired as (
      select coalesce(o.schedule_id, r.schedule_id) as id, o.number, o.disposition, o.due_on, t.amount_cents as wanted, r.id as receivable,
             r.schedule_id, r.amount_cents, r.due_on as asked_on, r.state, r.invoice_id,
             (r.organization_id, r.customer_id) = (s.organization_id, s.customer_id) as is_of_parties,
             count(o.number) over (partition by o.receivable_id) as times
      from (
        select * from schedule_occurrence where account_id = ${account} and ${isAmong('schedule_id', schedules)} and number > 0
      ) o
      full join (
        select * from receivable where account_id = ${account} and ${isAmong('schedule_id', schedules)}
      ) r on r.id = o.receivable_id
      left join schedule_terms t on t.account_id = ${account} and t.schedule_id = o.schedule_id and t.version = o.terms_version
      left join schedule s on s.account_id = ${account} and s.id = o.schedule_id
    )
    select case when times > 1 then 'occurrence_twice' else 'occurrence_receivable' end as code, 'schedule' as noun, id,
           null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('number', number, 'receivable', receivable, 'state', state, 'disposition', disposition,
             'amountCents', amount_cents, 'derivedCents', wanted, 'dueOn', asked_on, 'derivedOn', due_on) as details
    from paired
    where number is null or receivable is null or times > 1 or invoice_id is not null or is_of_parties is distinct from true
      or (amount_cents, asked_on) is distinct from (wanted, due_on)
      or (state = 'cancelled') <> (disposition = 'waived') or state = 'to_emit'
    order by id, number, receivable`.execute(tx)
  return rows
}

/** Parts are all said in one way, and are the whole: a hundred per cent, or the amount; of installments they are proportions. */
async function checkShares(tx: Reader, schedules: Ids): Promise<Found<ScheduleCode>[]> {
  const { rows } = await sql<Found<ScheduleCode>>`
    with whole as (
      select t.schedule_id as id, t.version, t.amount_cents, s.kind as of_kind, p.kind, count(*) as parts, count(p.percent) as by_percent,
             sum(p.percent) as percents, sum(p.value_cents) as values
      from schedule s
      join schedule_terms t on t.account_id = ${account} and t.schedule_id = s.id
      join schedule_share p on p.account_id = ${account} and p.schedule_id = s.id and p.terms_version = t.shares_version
      where s.account_id = ${account} and ${isAmong('s.id', schedules)}
      group by t.schedule_id, t.version, t.amount_cents, s.kind, p.kind
    )
    select 'schedule_shares' as code, 'schedule' as noun, id, null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('termsVersion', version, 'kind', kind, 'percents', percents, 'valueCents', values, 'amountCents', amount_cents) as details
    from whole
    where by_percent not in (0, parts) or (by_percent > 0 and percents <> 100)
      or (by_percent = 0 and of_kind <> 'installments' and values <> amount_cents)
    order by id, version, kind`.execute(tx)
  return rows
}

/** No amount is larger than the largest that anybody may say: sums of many stay exact. */
async function checkAmounts(tx: Reader, schedules: Ids): Promise<Found<ScheduleCode>[]> {
  const { rows } = await sql<Found<ScheduleCode>>`
    select 'amount_beyond_bounds' as code, 'schedule' as noun, schedule_id as id, null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('termsVersion', version, 'amountCents', amount_cents) as details
    from schedule_terms
    where account_id = ${account} and ${isAmong('schedule_id', schedules)} and amount_cents > ${mostCents}
    order by schedule_id, version`.execute(tx)
  return rows
}

/** The calendar's: what would leave it ends a schedule. */
const LAST_DAY = `${LAST_YEAR}-12-31`

/** The latest day of terms `t` at an occurrence. */
function lastDayAt(number: ReturnType<typeof sql>) {
  return sql`greatest(${dayAt('due', number)}, ${dayAt('scheduled', number)}, ${dayAt('accrual', number)})`
}

/** The day of terms `t` at an occurrence: as many intervals after its anchor as occurrences, by the calendar of the database. */
function dayAt(date: 'due' | 'scheduled' | 'accrual', number: ReturnType<typeof sql>) {
  const [on, from] = [sql.ref(`t.${date}_on`), sql.ref(`t.${date}_number`)]
  const steps = sql`((${number}) - ${from}) * coalesce(t.every, 0)`
  return sql`(case t.unit when 'day' then ${on} + (${steps})::integer when 'week' then ${on} + 7 * (${steps})::integer
    when 'month' then (${on} + make_interval(months => (${steps})::integer))::date
    when 'year' then (${on} + make_interval(months => 12 * (${steps})::integer))::date else ${on} end)`
}
