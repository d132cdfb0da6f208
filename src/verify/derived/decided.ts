import { type RawBuilder, sql } from 'kysely'
import { account } from '../../platform/account.ts'

// What the documents make of a period, derived anew: the terms in force, the rhythm's interval, and whether and for how many days it
// is charged. Only what was known with a number below `known_before` speaks; whatever became known later does not count.

/**
 * The relation `periods` (columns rule_id, contract_id, starts_on, ends_on, scheduled_on, known_before, and others) with
 *
 * - version, and of that version withholdings, competence_shift, management, approval_wanted, payment_method, description: the terms in
 *   force on the first day
 * - fits: whether the period's end and scheduled day are those of the rhythm, or its end comes earlier, where another rhythm of the
 *   rule has an occurrence, or what was billed elsewhere begins: what was closed there cut it short
 * - fitted: whether end and scheduled day are those of rhythms that the rule ever had
 * - verdict: charged, held (suspended, to be charged later, not resumed), contract_suspended, outside_validity
 * - days, of_days: charged days, and days of the rhythm's interval
 */
export function decided(periods: string): RawBuilder<unknown> {
  return sql`
    select b.*,
      case when b.ends_on = b.interval_ends then b.is_scheduled
           else b.is_scheduled and b.ends_on < b.interval_ends and ${isOccurrence('b')} end as fits,
      b.ends_on = b.interval_ends and b.is_scheduled or b.scheduled_on in (b.starts_on, b.ends_on) and ${isOccurrence('b')} as fitted,
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
      greatest(b.ends_on - b.starts_on, b.interval_ends - b.interval_starts) as of_days
    from (
      select p.*, terms.version, terms.withholdings, terms.competence_shift, terms.management, terms.approval_wanted, terms.payment_method, terms.description, terms.cut_start, terms.cut_end,
             validity.starts_on as begins, least(validity.ends_on, rule_end.ends_on) as ends, rhythm.starts_on as interval_starts, rhythm.ends_on as interval_ends,
             coalesce(p.scheduled_on = case terms.timing when 'advance' then p.starts_on else p.ends_on end, false) as is_scheduled
      from ${sql.table(periods)} p
      left join lateral (${termsInForce('p.rule_id', 'p.starts_on', 'p.known_before')}) terms on true
      left join lateral (
        select v.starts_on, v.ends_on from contract_validity v
        where v.account_id = ${account} and v.contract_id = p.contract_id and v.known_seq < p.known_before
        order by v.known_seq desc limit 1
      ) validity on true
      left join lateral (${endOfRule('p.rule_id', 'p.known_before')}) rule_end on true
      cross join lateral ${intervalAround('p.starts_on', 'terms')} rhythm
      -- Kept apart: a plan that pulls it up evaluates the interval once for every mention.
      offset 0
    ) b
    left join lateral (
      select s.charge_later, s.until_known_seq < b.known_before as is_over from contract_suspension s
      where s.account_id = ${account} and s.contract_id = b.contract_id and s.known_seq < b.known_before and s.from_on <= b.starts_on
        and (s.until_on is null or s.until_known_seq >= b.known_before or b.starts_on < s.until_on)
      order by s.from_on, s.known_seq limit 1
    ) suspension on true`
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

/** The rule's own last day: of the versions known by then, what the one says that is the last in time. Every argument names a column. */
export function endOfRule(rule: string, knownBefore?: string): RawBuilder<unknown> {
  return sql`
    select e.ends_on from rule_terms e
    where e.account_id = ${account} and e.rule_id = ${sql.ref(rule)}
      and e.known_seq < ${knownBefore === undefined ? EVER : sql.ref(knownBefore)}
    order by e.valid_from desc, e.version desc limit 1`
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

/** Whether a period ends at an occurrence of any rhythm of its rule that was known by then, or where days follow that were billed elsewhere. */
function isOccurrence(period: string): RawBuilder<boolean> {
  const p = sql.table(period)
  return sql`(exists (
    select from rule_terms t cross join lateral ${intervalAround(`${period}.ends_on`, 't')} i
    where t.account_id = ${account} and t.rule_id = ${p}.rule_id and t.known_seq < ${p}.known_before and i.starts_on = ${p}.ends_on)
    or exists (
    select from coverage e
    where e.account_id = ${account} and e.rule_id = ${p}.rule_id and e.starts_on = ${p}.ends_on and e.disposition = 'billed_elsewhere'))`
}
