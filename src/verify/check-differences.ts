import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import type { Reader } from '../platform/db/db.ts'
import { intervalAround, termsInForce } from './decided.ts'
import type { Found } from './findings.ts'
import { type Ids, isAmong } from './ids.ts'

export type DifferenceCode = 'wrong_difference'

/**
 * What stands of differences of price for a period: nothing where it is not charged; else what its days cost above the price that its
 * invoice has, or will have, by the versions that prorate. Where validity changed in between, the charged days of then are not known
 * here: there it is only asked whether there is a change of price at all. Periods to come are not judged: their rows are not there yet.
 */
export async function checkDifferences(tx: Reader, rules: Ids): Promise<Found<DifferenceCode>[]> {
  const { rows } = await sql<Found<DifferenceCode>>`
    with settled as (
      select d.rule_id, d.starts_on, max(d.ends_on) as ends_on,
             sum(case e.kind when 'surcharge' then 1 else -1 end * (d.amount_cents - d.cancelled_cents)) as stands
      from price_difference d
      left join lateral (select kind from billing_event where account_id = ${account} and id = d.event_id offset 0) e on true
      where d.account_id = ${account} and ${isAmong('d.rule_id', rules)}
      group by d.rule_id, d.starts_on
    ), period as materialized (
      select s.rule_id, s.starts_on, coalesce(c.ends_on, s.ends_on) as ends_on, s.stands, r.contract_id, c.disposition, c.terms_version,
             coalesce(c.disposition in ('open', 'billed'), false) as is_charged
      from settled s
      cross join lateral (select contract_id, covered_until, archived_at from invoice_rule where account_id = ${account} and id = s.rule_id offset 0) r
      left join coverage c on c.account_id = ${account} and c.rule_id = s.rule_id and c.starts_on = s.starts_on
      where c.rule_id is not null or r.archived_at is not null or s.starts_on < r.covered_until
    ), basis as materialized (
      select p.*, b.version, b.valid_from, validity.is_certain,
             greatest(p.starts_on, case when b.cut_start = 'prorate' then validity.begins end) as charged_from,
             least(p.ends_on, case when b.cut_end = 'prorate' then validity.ends + 1 end) as charged_until,
             greatest(p.ends_on - p.starts_on, rhythm.ends_on - rhythm.starts_on) as of_days
      from period p
      cross join lateral (${termsInForce('p.rule_id', 'p.starts_on')}) now
      cross join lateral (
        select * from rule_terms t
        where t.account_id = ${account} and t.rule_id = p.rule_id
          and t.version = case p.disposition when 'billed' then p.terms_version else now.version end
      ) b
      cross join lateral ${intervalAround('p.starts_on', 'b')} rhythm
      cross join lateral (
        select count(*) = 1 as is_certain, min(starts_on) as begins, min(ends_on) as ends
        from contract_validity where account_id = ${account} and contract_id = p.contract_id
      ) validity
      where p.is_charged
    ), later as materialized (
      select b.rule_id, b.starts_on, t.version, t.valid_from
      from basis b join rule_terms t on t.account_id = ${account} and t.rule_id = b.rule_id
      where t.price_change = 'prorate' and t.version > b.version and t.valid_from >= b.valid_from and t.valid_from < b.ends_on
    ), turn as (
      select rule_id, starts_on, day, lead(day, 1, charged_until) over (partition by rule_id, starts_on order by day) as until
      from (
        select distinct b.rule_id, b.starts_on, b.charged_until, greatest(b.charged_from, l.valid_from) as day
        from basis b join later l using (rule_id, starts_on)
      ) days
      where day < charged_until
    ), wanted as (
      select b.rule_id, b.starts_on,
             sum((${priceOf('f.version')} - ${priceOf('b.version')}) * (t.until - t.day)) as asked
      from basis b join turn t using (rule_id, starts_on)
      cross join lateral (
        select l.version from later l where l.rule_id = b.rule_id and l.starts_on = b.starts_on and l.valid_from <= t.day
        order by l.valid_from desc, l.version desc limit 1
      ) f
      group by b.rule_id, b.starts_on
    ), judged as (
      select p.rule_id, p.starts_on, p.ends_on, p.disposition, p.stands,
             -- Half up to cents, away from zero.
             coalesce(sign(w.asked) * div(2 * abs(w.asked) + b.of_days, 2 * b.of_days), 0) as wanted,
             b.rule_id is null or b.is_certain
               or not exists (select from later l where l.rule_id = p.rule_id and l.starts_on = p.starts_on) as is_certain
      from period p
      left join basis b using (rule_id, starts_on)
      left join wanted w using (rule_id, starts_on)
    )
    select 'wrong_difference' as code, 'invoice_rule' as noun, rule_id as id, starts_on as "startsOn", ends_on as "endsOn",
           jsonb_build_object('disposition', disposition, 'stored', jsonb_build_object('netCents', stands),
                              'derived', jsonb_build_object('netCents', wanted)) as details
    from judged where is_certain and stands <> wanted
    order by rule_id, starts_on`.execute(tx)
  return rows
}

/** What a whole period costs by a version, by the lines of its first day. */
function priceOf(version: string) {
  return sql`coalesce((
    select sum(gross - case when discount_percent is not null then round(gross * discount_percent * 0.01)
                            else least(coalesce(discount_cents, 0), gross) end)
    from (
      select r.discount_percent, r.discount_cents, round(r.quantity * r.unit_price * 100) as gross from rule_line r
      where r.account_id = ${account} and r.rule_id = b.rule_id and r.terms_version = ${sql.ref(version)}
        and b.starts_on >= coalesce(r.valid_from, '-infinity') and b.starts_on <= coalesce(r.valid_until, 'infinity')
    ) line), 0)`
}
