import { sql } from 'kysely'
import type { Instant } from '../../core/dates.ts'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'

export type ReadjustmentCode = 'wrong_readjustment' | 'work_missing'

/** Whether the account has a clause, or anything that became of one. */
export async function anyReadjustment(tx: Reader): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select from readjustment where account_id = ${account})
      or exists (select from readjustment_application where account_id = ${account}) as any`.execute(tx)
  return rows[0]?.any === true
}

/**
 * Each readjustment once more, in SQL: its months end at most a year before its date, one value of each, every value is one that was known
 * by then, the factor is their product, each new price the old one times the factor, rounded once, or the old one where a fall was kept
 * out, and its versions say that price.
 */
export async function checkReadjustments(tx: Reader, rules: Ids): Promise<Found<ReadjustmentCode>[]> {
  const { rows } = await sql<Found<ReadjustmentCode>>`
    with recursive application as materialized (
      select a.* from readjustment_application a
      where a.account_id = ${account} and ${isAmong('a.rule_id', rules)} and a.outcome <> 'skipped'
    ), product as (
      select id, 0 as n, 1::numeric as factor, index_values from application
      union all
      select id, n + 1, factor * (1 + (index_values -> n ->> 'percent')::numeric / 100), index_values
      from product where n < jsonb_array_length(index_values)
    ), judged as (
      select a.id, a.rule_id, a.due_on,
             p.factor is distinct from a.factor as has_other_factor,
             coalesce(v.odd, true) or v.count <> case a.method when 'published_12m' then 1 else m.count end as has_other_months,
             coalesce(v.unknown, true) as has_unknown_values,
             coalesce(s.odd, false) or (a.outcome = 'held_at_zero' and a.factor >= 1) as has_other_prices
      from application a
      join product p on p.id = a.id and p.n = jsonb_array_length(a.index_values)
      cross join lateral (
        select ((date_part('year', a.last_month) - date_part('year', a.first_month)) * 12
          + date_part('month', a.last_month) - date_part('month', a.first_month))::integer + 1 as count
      ) m
      cross join lateral (
        select count(distinct u.month) as count,
               a.due_on < a.last_month or a.due_on >= a.last_month + interval '13 months'
                 or bool_or((u.month || '-01')::date not between a.first_month and a.last_month)
                 or max((u.month || '-01')::date) <> a.last_month as odd,
               bool_or(not exists (
                 select from index_value i
                 where u.kind = 'official' and i.index_code = a.index_code and i.month = (u.month || '-01')::date
                   and i.months = case a.method when 'published_12m' then 12 else 1 end
                   and i.known_seq = u."knownSeq" and i.known_seq < a.known_seq and i.percent = u.percent
                 union all
                 select from entered_index_value e
                 where u.kind <> 'official' and e.account_id = ${account} and e.index_code = a.index_code and e.month = (u.month || '-01')::date
                   and e.months = case a.method when 'published_12m' then 12 else 1 end
                   and e.known_seq = u."knownSeq" and e.known_seq < a.known_seq and e.percent = u.percent
               )) as unknown
        from jsonb_to_recordset(a.index_values) as u (month text, percent numeric, kind text, "knownSeq" bigint)
      ) v
      left join lateral (
        select bool_or(
            s."newUnitPrice" <> case when a.outcome = 'held_at_zero' then s."oldUnitPrice"
              else round(s."oldUnitPrice" * a.factor, case when s."oldUnitPrice" = round(s."oldUnitPrice", 2) then 2 else 6 end) end
            or (a.first_version is not null and not exists (
              select from rule_terms t
              join rule_line l on l.account_id = ${account} and l.rule_id = t.rule_id and l.terms_version = t.version
              where t.account_id = ${account} and t.rule_id = a.rule_id and t.version between a.first_version and a.last_version
                and t.valid_from = s."validFrom" and l.position = s.position and l.service_item_id = s."serviceItemId"
                and l.unit_price = s."newUnitPrice"))
          ) as odd
        from jsonb_to_recordset(a.prices) as s
          ("validFrom" date, position integer, "serviceItemId" bigint, "oldUnitPrice" numeric, "newUnitPrice" numeric)
      ) s on true
    )
    select 'wrong_readjustment' as code, 'invoice_rule' as noun, rule_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('date', due_on, 'factor', has_other_factor, 'months', has_other_months, 'values', has_unknown_values,
             'prices', has_other_prices) as details
    from judged where has_other_factor or has_other_months or has_unknown_values or has_other_prices
    order by rule_id, due_on`.execute(tx)
  return rows
}

/**
 * A clause whose date is to come, or has come and waits for nobody, is dated no later than that day; one that waits for an index is asked
 * again within a day. Of contracts that are over, of drafts and of what waits for a person none is dated.
 */
export async function checkReadjustmentWork(tx: Reader, rules: Ids, now: Instant): Promise<Found<ReadjustmentCode>[]> {
  const { rows } = await sql<Found<ReadjustmentCode>>`
    with at as (select coalesce(sandbox_now, cast(${now} as timestamptz)) as now from account where account_id = ${account})
    select 'work_missing' as code, 'invoice_rule' as noun, r.rule_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('kind', 'apply_readjustment', 'dueAt', w.due_at, 'date', r.next_on) as details
    from readjustment r
    cross join at
    join invoice_rule i on i.account_id = ${account} and i.id = r.rule_id and i.archived_at is null
    join organization o on o.account_id = ${account} and o.id = i.organization_id
    cross join lateral (
      select ends_on from contract_validity where account_id = ${account} and contract_id = i.contract_id order by known_seq desc limit 1
    ) v
    cross join lateral (
      select ends_on from rule_terms where account_id = ${account} and rule_id = r.rule_id order by valid_from desc, version desc limit 1
    ) e
    left join due_work w on w.account_id = ${account} and w.kind = 'apply_readjustment' and w.subject_id = r.id
    where r.account_id = ${account} and ${isAmong('r.rule_id', rules)} and r.archived_at is null
      and r.waits_for is distinct from 'approval'
      and coalesce(v.ends_on >= r.next_on, true) and coalesce(e.ends_on >= r.next_on, true)
      and (w.due_at is null or w.due_at > greatest(r.next_on::timestamp at time zone o.time_zone, at.now) + interval '27 hours')
    order by r.id`.execute(tx)
  return rows
}
