import { type RawBuilder, sql } from 'kysely'
import { account } from '../platform/account.ts'

// What the documents make of a period, derived anew: the terms in force, the rhythm's interval, and whether and for how many days it
// is charged. Only what was known with a number below `known_before` speaks; whatever became known later does not count.

/**
 * The relation `periods` (columns rule_id, contract_id, starts_on, ends_on, scheduled_on, known_before, and others) with
 *
 * - version, and of that version withholdings, competence_shift, management: the terms in force on the first day
 * - fits: whether the period's end and scheduled day are those of the rhythm, in force now or when its row was made
 * - verdict: charged, held (suspended, to be charged later, not resumed), contract_suspended, outside_validity
 * - days, of_days: charged days, and days of the rhythm's interval
 */
export function decided(periods: string): RawBuilder<unknown> {
  return sql`
    select b.*,
      b.fits_now or maker.of_days is not null as fits,
      case
        when b.begins is null or b.ends_on <= b.begins or b.starts_on > b.ends
          or (b.starts_on < b.begins and b.cut_start = 'none') or (b.ends + 1 < b.ends_on and b.cut_end = 'none') then 'outside_validity'
        when suspension.charge_later is null then 'charged'
        when not suspension.charge_later then 'contract_suspended'
        when suspension.is_over then 'charged'
        else 'held'
      end as verdict,
      least(b.ends_on, case when b.cut_end = 'prorate' then b.ends + 1 end)
        - greatest(b.starts_on, case when b.cut_start = 'prorate' then b.begins end) as days,
      greatest(b.ends_on - b.starts_on, case when b.fits_now then b.interval_days else maker.of_days end) as of_days
    from (
      select p.*, terms.version, terms.withholdings, terms.competence_shift, terms.management, terms.cut_start, terms.cut_end,
             validity.starts_on as begins, validity.ends_on as ends, rhythm.ends_on - rhythm.starts_on as interval_days,
             ${fits('p', 'terms', 'rhythm')} as fits_now
      from ${sql.table(periods)} p
      left join lateral (${termsInForce('p.rule_id', 'p.starts_on', 'p.known_before')}) terms on true
      left join lateral (
        select v.starts_on, v.ends_on from contract_validity v
        where v.account_id = ${account} and v.contract_id = p.contract_id and v.known_seq < p.known_before
        order by v.known_seq desc limit 1
      ) validity on true
      cross join lateral ${intervalAround('p.starts_on', 'terms')} rhythm
      -- Kept apart: a plan that pulls it up evaluates the interval once for every mention.
      offset 0
    ) b
    left join lateral (
      select s.charge_later, s.until_known_seq < b.known_before as is_over from contract_suspension s
      where s.account_id = ${account} and s.contract_id = b.contract_id and s.known_seq < b.known_before and s.from_on <= b.starts_on
        and (s.until_on is null or s.until_known_seq >= b.known_before or b.starts_on < s.until_on)
      order by s.from_on, s.known_seq limit 1
    ) suspension on true
    left join lateral (
      -- A row that was listed before the terms changed keeps the ends it was given, and its share of that interval.
      select own.ends_on - own.starts_on as of_days from rule_terms t
      cross join lateral ${intervalAround('b.starts_on', 't')} own
      where not b.fits_now and t.account_id = ${account} and t.rule_id = b.rule_id and t.known_seq < b.known_before
        and ${fits('b', 't', 'own')}
        and not exists (
          select from rule_terms o
          where o.account_id = t.account_id and o.rule_id = t.rule_id and o.known_seq < t.known_seq
            and case when t.valid_from <= b.starts_on then o.valid_from > t.valid_from and o.valid_from <= b.starts_on
                     else o.valid_from < t.valid_from end)
      order by t.version desc limit 1
    ) maker on true`
}

/** Later than every fact: what is open is judged by all that is known. */
export const EVER = sql.lit(Number.MAX_SAFE_INTEGER)

/**
 * Of the versions of a rule known by then, the one with the latest valid_from on or before the day, among equals the highest version;
 * before all of them, the first one speaks. Every argument names a column.
 */
export function termsInForce(rule: string, day: string, knownBefore?: string): RawBuilder<unknown> {
  const on = sql.ref(day)
  return sql`
    select * from rule_terms t
    where t.account_id = ${account} and t.rule_id = ${sql.ref(rule)}
      and t.known_seq < ${knownBefore === undefined ? EVER : sql.ref(knownBefore)}
    order by t.valid_from <= ${on} desc, abs(t.valid_from - ${on}), t.version desc limit 1`
}

/**
 * The interval [starts_on, ends_on) of a version's rhythm that holds the day, counted from the anchor and clamped to the ends of
 * months; the rhythm goes on before its anchor.
 */
export function intervalAround(day: string, terms: string): RawBuilder<unknown> {
  const on = sql.ref(day)
  const t = sql.table(terms)
  const occurrence = (k: RawBuilder<unknown>) => sql`case ${t}.recurrence_unit
    when 'week' then ${t}.anchor_on + 7 * ${t}.recurrence_every * (${k})
    else (${t}.anchor_on + make_interval(months => ${t}.recurrence_every * (${k})))::date end`
  return sql`(
    select case when near.at > ${on} then ${occurrence(sql`near.k - 1`)} else near.at end as starts_on,
           case when near.at > ${on} then near.at else ${occurrence(sql`near.k + 1`)} end as ends_on
    from (
      -- The occurrence of the day's own month or week, or the one before.
      select step.k, ${occurrence(sql`step.k`)} as at
      from (
        select floor(case ${t}.recurrence_unit
          when 'week' then (${on} - ${t}.anchor_on) / 7.0
          else (date_part('year', ${on}) - date_part('year', ${t}.anchor_on)) * 12
            + date_part('month', ${on}) - date_part('month', ${t}.anchor_on)
        end / ${t}.recurrence_every)::integer as k offset 0
      ) step offset 0
    ) near)`
}

/** Whether a period ends, and is billed, where the rhythm says. It may begin anywhere: where the row before it ends. */
function fits(period: string, terms: string, rhythm: string): RawBuilder<boolean> {
  const p = sql.table(period)
  return sql`coalesce(${p}.ends_on = ${sql.table(rhythm)}.ends_on
    and ${p}.scheduled_on = case ${sql.table(terms)}.timing when 'advance' then ${p}.starts_on else ${p}.ends_on end, false)`
}
