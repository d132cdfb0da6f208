import { type RawBuilder, sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { endOfRule, intervalAround, termsInForce } from './decided.ts'

export type DifferenceCode = 'wrong_difference'

/**
 * What stands of differences for a period: nothing where it is not charged; else what its days cost above the price that its invoice
 * has, or will have, by the versions that prorate, and above the days that the invoice billed, where the end of contract or rule was
 * moved since; never less than nothing of an invoice that is cancelled. What was billed of a rule that is archived stays: where an end was
 * moved, it is not judged. Periods to come are not judged: their rows are not there yet.
 */
export async function checkDifferences(tx: Reader, rules: Ids): Promise<Found<DifferenceCode>[]> {
  const { rows } = await sql<Found<DifferenceCode>>`
    with moved as materialized (
      -- Only where an end was moved can days have come back, or gone, since an invoice was made.
      select r.id as rule_id from invoice_rule r
      where r.account_id = ${account} and ${isAmong('r.id', rules)}
        and (1 < (select count(*) from contract_validity where account_id = ${account} and contract_id = r.contract_id)
          or 1 < (select count(distinct coalesce(ends_on, 'infinity')) from rule_terms where account_id = ${account} and rule_id = r.id))
    ), repriced as materialized (
      -- Few rules change a price in mid-period: of no other is a period looked at for it. What a rule says first changes nothing.
      select rule_id, version, valid_from from rule_terms
      where account_id = ${account} and ${isAmong('rule_id', rules)} and version > 1 and price_change = 'prorate'
    ), settled as materialized (
      select d.rule_id, d.starts_on, max(d.ends_on) as ends_on,
             sum(case e.kind when 'surcharge' then 1 else -1 end * (d.amount_cents - d.cancelled_cents)) as stands
      from price_difference d
      left join lateral (select kind from billing_event where account_id = ${account} and id = d.event_id offset 0) e on true
      where d.account_id = ${account} and ${isAmong('d.rule_id', rules)}
      group by d.rule_id, d.starts_on
    ), concerned as (
      select rule_id, starts_on from settled
      union
      -- A price that changed within a period, or before it and was known after it was billed, leaves a difference, or should have.
      select p.rule_id, c.starts_on
      from repriced p
      cross join lateral (
        select starts_on, disposition, terms_version from coverage
        where account_id = ${account} and rule_id = p.rule_id and ends_on > p.valid_from offset 0
      ) c
      where case c.disposition when 'billed' then p.version > c.terms_version when 'open' then p.valid_from > c.starts_on end
      union
      -- A change of plan in mid-period leaves a difference, or should have.
      select s.rule_id, c.starts_on
      from subscription s
      join plan_change p on p.account_id = ${account} and p.contract_id = s.contract_id
      join coverage c on c.account_id = ${account} and c.rule_id = s.rule_id and c.starts_on <= p.changed_on and p.changed_on < c.ends_on
      where s.account_id = ${account} and ${isAmong('s.rule_id', rules)} and c.disposition in ('billed', 'open')
      union
      select m.rule_id, c.starts_on
      from moved m join coverage c on c.account_id = ${account} and c.rule_id = m.rule_id and c.disposition = 'billed'
    ), period as materialized (
      select n.rule_id, n.starts_on, coalesce(c.ends_on, s.ends_on) as ends_on, coalesce(s.stands, 0) as stands, r.contract_id,
             c.disposition, c.terms_version, coalesce(c.disposition in ('open', 'billed'), false) as is_charged,
             c.disposition = 'billed' as is_billed, i.prorated_days, coalesce(i.state = 'cancelled', false) as is_cancelled,
             r.archived_at is not null and c.disposition = 'billed' as is_past,
             r.archived_at is null or c.disposition is distinct from 'billed' or m.rule_id is null as is_certain
      from concerned n
      left join settled s on s.rule_id = n.rule_id and s.starts_on = n.starts_on
      left join moved m on m.rule_id = n.rule_id
      cross join lateral (select contract_id, covered_until, archived_at from invoice_rule where account_id = ${account} and id = n.rule_id offset 0) r
      left join coverage c on c.account_id = ${account} and c.rule_id = n.rule_id and c.starts_on = n.starts_on
      left join lateral (select prorated_days, state from invoice where account_id = ${account} and id = c.invoice_id offset 0) i on true
      where c.rule_id is not null or r.archived_at is not null or n.starts_on < r.covered_until
    ), basis as materialized (
      select p.*, b.version, b.valid_from, b.recurrence_unit, b.recurrence_every,
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
        select starts_on as begins, least(ends_on, (${endOfRule('p.rule_id')})) as ends
        from contract_validity where account_id = ${account} and contract_id = p.contract_id order by known_seq desc limit 1
      ) validity
      where p.is_charged
    ), span as materialized (
      -- The charged days: what was billed of them and is valid yet, and of the others those that lie in no gap.
      select b.rule_id, b.starts_on, lower(charged.stretch) as begins, upper(charged.stretch) as ends
      from basis b
      cross join lateral (
        select case when b.is_billed then coalesce(b.charged_from + b.prorated_days, b.ends_on) else b.ends_on end as until
      ) billed
      left join lateral (${gapsAfter('b.contract_id', 'billed.until')}) gap on b.is_billed
      cross join lateral unnest(
        datemultirange(daterange(b.charged_from, greatest(b.charged_from, b.charged_until))) - coalesce(gap.days, '{}')
      ) as charged (stretch)
    ), later as materialized (
      select b.rule_id, b.starts_on, t.version, t.valid_from, t.recurrence_unit, t.recurrence_every, t.anchor_on
      from basis b join rule_terms t on t.account_id = ${account} and t.rule_id = b.rule_id
      where t.price_change = 'prorate' and t.version > b.version and t.valid_from >= b.valid_from and t.valid_from < b.ends_on
    ), turn as (
      select rule_id, starts_on, day, lead(day, 1, ends) over (partition by rule_id, starts_on, begins order by day) as until
      from (
        select distinct s.rule_id, s.starts_on, s.begins, s.ends, greatest(s.begins, l.valid_from) as day
        from span s join later l using (rule_id, starts_on)
      ) days
      where day < ends
    ), wanted as (
      select b.rule_id, b.starts_on,
             sum(${priceOf('f.version')} * f_part.intervals - ${priceOf('b.version')} * b_part.intervals) as asked
      from basis b join turn t using (rule_id, starts_on)
      cross join lateral (
        select l.* from later l where l.rule_id = b.rule_id and l.starts_on = b.starts_on and l.valid_from <= t.day
        order by l.valid_from desc, l.version desc limit 1
      ) f
      cross join lateral (select ${exactly(sql`t.until - t.day`)} / b.of_days as intervals) b_part
      -- A version of another pace prices other intervals: each day costs its part of that one which holds it.
      cross join lateral (
        select case when (f.recurrence_unit, f.recurrence_every) = (b.recurrence_unit, b.recurrence_every) then b_part.intervals
               else (
                 select sum(${exactly(sql`1`)} / (i.ends_on - i.starts_on))
                 from (select t.day + n.days as day from generate_series(0, t.until - t.day - 1) as n (days)) each_day
                 cross join lateral ${intervalAround('each_day.day', 'f')} i
               ) end as intervals
      ) f_part
      group by b.rule_id, b.starts_on
    ), counted as (
      select b.*, coalesce((select sum(s.ends - s.begins) from span s where s.rule_id = b.rule_id and s.starts_on = b.starts_on), 0) as days,
             coalesce(b.prorated_days, b.of_days) as billed_days
      from basis b
    ), back as (
      select c.rule_id, c.starts_on, greatest(share.of_now - share.of_then, case when c.is_cancelled then 0 end) as cents
      from counted c
      cross join lateral (select ${shareOf('c.days')} as of_now, ${shareOf('c.billed_days')} as of_then) share
      where c.is_billed and c.days <> c.billed_days
    ), asked as (
      select p.rule_id, p.starts_on, p.ends_on, p.disposition, p.stands, p.is_certain, p.is_past, p.is_billed and p.is_cancelled as is_cancelled,
             -- Half up to cents, away from zero: no sum of parts of intervals comes as near to a half as what was cut off of it is small.
             coalesce(round(round(w.asked, 15)), 0) + coalesce(k.cents, 0) as cents
      from period p
      left join basis b using (rule_id, starts_on)
      left join wanted w using (rule_id, starts_on)
      left join back k using (rule_id, starts_on)
    ), judged as (
      select a.*, greatest(cents, case when is_cancelled then 0 end) as wanted from asked a
    )
    select 'wrong_difference' as code, 'invoice_rule' as noun, rule_id as id, starts_on as "startsOn", ends_on as "endsOn",
           jsonb_build_object('disposition', disposition, 'stored', jsonb_build_object('netCents', stands),
                              'derived', jsonb_build_object('netCents', wanted)) as details
    from judged
    -- Of an archived rule nothing is settled any more when an invoice is cancelled, or that is undone.
    where is_certain and stands <> wanted and not (coalesce(is_past, false) and stands in (cents, greatest(cents, 0)))
    order by rule_id, starts_on`.execute(tx)
  return rows
}

/**
 * The days from a day on that lie between a cancellation and the day from which it was taken back: what became known of suspensions
 * after the one, and with the other.
 */
function gapsAfter(contract: string, day: string) {
  return sql`
    select range_agg(daterange(greatest(s.from_on, ${sql.ref(day)}), s.until_on)) as days
    from (
      select cause, ends_on, known_seq, lead(cause) over known as next_cause, lead(known_seq) over known as next_seq
      from contract_validity where account_id = ${account} and contract_id = ${sql.ref(contract)} window known as (order by known_seq)
    ) v
    join contract_suspension s on s.account_id = ${account} and s.contract_id = ${sql.ref(contract)}
      and s.from_on = v.ends_on + 1 and s.known_seq between v.known_seq and v.next_seq
    where v.cause = 'cancel' and v.next_cause = 'reactivate' and s.until_on > ${sql.ref(day)}`
}

/** What the lines of an invoice of so many days sum to: discounts taken off, each of both half up to cents. */
function shareOf(days: string) {
  const prorated = (whole: string) => sql`div(2 * ${sql.ref(whole)} * ${sql.ref(days)} + c.of_days, 2 * c.of_days)`
  return sql`coalesce((
    select sum(${prorated('line.gross')} - ${prorated('line.discount')})
    from (
      select gross, case when discount_percent is not null then round(gross * discount_percent * 0.01)
                         else least(coalesce(discount_cents, 0), gross) end as discount
      from (
        select r.discount_percent, r.discount_cents, round(r.quantity * r.unit_price * 100) as gross from rule_line r
        where r.account_id = ${account} and r.rule_id = c.rule_id and r.terms_version = c.version
          and c.starts_on >= coalesce(r.valid_from, '-infinity') and c.starts_on <= coalesce(r.valid_until, 'infinity')
      ) whole
    ) line), 0)`
}

/** With so many decimals that a division by days loses nothing that counts. */
function exactly(days: RawBuilder<unknown>) {
  return sql`cast(${days} as numeric(60, 40))`
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
