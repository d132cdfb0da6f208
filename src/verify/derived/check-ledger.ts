import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { decided, EVER, endOfRule, intervalAround, termsInForce } from './decided.ts'

export type LedgerCode =
  | 'seed_missing'
  | 'seed_repeated'
  | 'gap'
  | 'overlap'
  | 'off_rhythm'
  | 'wrong_reason'
  | 'uncharged_without_cause'
  | 'billed_elsewhere_without_cause'
  | 'open_in_archived_rule'
  | 'invoice_missing'
  | 'head'

/** The ledgers of the rules: one chain of days each, beginning and ending where the rhythm says, and a head that tells the truth. */
export async function checkLedger(tx: Reader, rules: Ids): Promise<Found<LedgerCode>[]> {
  return [
    ...(await checkChains(tx, rules)),
    ...(await checkReplaced(tx, rules)),
    ...(await checkPeriods(tx, rules)),
    ...(await checkHeads(tx, rules)),
  ]
}

/** Each row begins where the days before it end, and what ended without anybody's word says why it did. */
async function checkChains(tx: Reader, rules: Ids): Promise<Found<LedgerCode>[]> {
  const { rows } = await sql<Found<LedgerCode>>`
    with chain as (
      select c.rule_id, c.starts_on, c.ends_on, c.disposition, c.reason,
             max(c.ends_on) over (partition by c.rule_id order by c.starts_on nulls first, c.ends_on
                                  rows between unbounded preceding and 1 preceding) as reached
      from coverage c where c.account_id = ${account} and ${isAmong('c.rule_id', rules)}
    )
    select case when reached is null then 'seed_missing' when starts_on is null then 'seed_repeated'
                when starts_on > reached then 'gap' else 'overlap' end as code,
           'invoice_rule' as noun, rule_id as id,
           case when starts_on > reached then reached else starts_on end as "startsOn",
           case when starts_on > reached then starts_on else least(ends_on, reached) end as "endsOn",
           jsonb_build_object('coveredUntil', reached, 'rowStartsOn', starts_on, 'rowEndsOn', ends_on, 'disposition', disposition) as details
    from chain where starts_on is distinct from reached
    union all
    select 'wrong_reason', 'invoice_rule', rule_id, starts_on, ends_on, jsonb_build_object('disposition', disposition, 'reason', reason)
    from chain where case disposition
      when 'seed' then reason is not null
      when 'billed' then reason is not null
      when 'billed_elsewhere' then reason is distinct from 'billed_through' end
    order by 3, 4`.execute(tx)
  return rows
}

/**
 * A rule that takes the place of one that lived until then goes on where that one had closed its days for another reason, unless that
 * one was to bill no more, had only been going to begin, or the new one was told what was billed elsewhere.
 */
async function checkReplaced(tx: Reader, rules: Ids): Promise<Found<LedgerCode>[]> {
  const { rows } = await sql<Found<LedgerCode>>`
    select 'gap' as code, 'invoice_rule' as noun, r.id, o.left_from as "startsOn", s.ends_on as "endsOn",
           jsonb_build_object('replacedRule', r.replaces_rule_id, 'coveredUntil', o.left_from, 'rowEndsOn', s.ends_on, 'disposition', 'seed') as details
    from (
      select id, contract_id, organization_id, replaces_rule_id, created_at from invoice_rule
      where account_id = ${account} and ${isAmong('id', rules)} and replaces_rule_id is not null and billed_through is null
    ) r
    cross join lateral (
      select replaces_rule_id from invoice_rule
      where account_id = ${account} and id = r.replaces_rule_id and archived_at = r.created_at offset 0
    ) replaced
    cross join lateral (
      select ends_on from coverage where account_id = ${account} and rule_id = r.id and starts_on is null limit 1
    ) s
    cross join lateral (
      select max(ends_on) as left_from, bool_or(disposition <> 'seed') as has_closed from coverage
      where account_id = ${account} and rule_id = r.replaces_rule_id and disposition <> 'open' and reason is distinct from 'rule_replaced'
    ) o
    cross join lateral (select time_zone from organization where account_id = ${account} and id = r.organization_id offset 0) z
    cross join lateral (
      select ends_on from contract_validity
      where account_id = ${account} and contract_id = r.contract_id and known_at <= r.created_at order by known_seq desc limit 1
    ) v
    left join lateral (${endOfRule('r.replaces_rule_id')}) e on true
    where o.left_from < s.ends_on and (o.has_closed or o.left_from < (r.created_at at time zone z.time_zone)::date or exists (
        -- It had taken another one's place itself, perhaps of one that had in its turn.
        with recursive line as (
          select replaced.replaces_rule_id as id
          -- Each once: rules that are said to replace each other in a circle have no first one.
          union
          select p.replaces_rule_id from line join invoice_rule p on p.account_id = ${account} and p.id = line.id
          where not exists (
            select from coverage c where c.account_id = ${account} and c.rule_id = line.id
              and c.disposition not in ('seed', 'open') and c.reason is distinct from 'rule_replaced')
        )
        select from line join coverage c on c.account_id = ${account} and c.rule_id = line.id
        where c.disposition not in ('seed', 'open') and c.reason is distinct from 'rule_replaced' and c.ends_on = o.left_from))
      and coalesce(o.left_from <= least(v.ends_on, e.ends_on), true)
    order by r.id`.execute(tx)
  return rows
}

/** Rows without an invoice: their days, and whether not charging them was right. What is billed is checked with its invoice. */
async function checkPeriods(tx: Reader, rules: Ids): Promise<Found<LedgerCode>[]> {
  const { rows } = await sql<Found<LedgerCode>>`
    with period as materialized (
      select c.rule_id, r.contract_id, c.starts_on, c.ends_on, c.scheduled_on, c.disposition, c.reason, r.billed_through,
             r.replaces_rule_id, r.archived_at, coalesce(c.closed_seq, ${EVER}) as known_before
      from coverage c cross join lateral (select * from invoice_rule where account_id = ${account} and id = c.rule_id offset 0) r
      where c.account_id = ${account} and ${isAmong('c.rule_id', rules)} and (c.disposition <> 'billed' or c.invoice_id is null)
    ), listed as materialized (
      select * from period where disposition not in ('seed', 'billed', 'billed_elsewhere') and not ${isTrial('period')}
    ), decided as materialized (
      ${decided('listed')}
    ), found as (
      select 'off_rhythm' as code, rule_id, starts_on, ends_on, disposition, reason, scheduled_on, null::text as verdict
      from decided where not case disposition when 'waived' then fitted else fits end
      union all
      select 'uncharged_without_cause', rule_id, starts_on, ends_on, disposition, reason, scheduled_on, verdict
      from decided where disposition = 'uncharged' and reason is distinct from verdict
      union all
      -- Days of a trial are those that its subscription says, from its first day on.
      select 'uncharged_without_cause', p.rule_id, p.starts_on, p.ends_on, p.disposition, p.reason, p.scheduled_on, null
      from period p where ${isTrial('p')} and not exists (
        select from subscription s
        join contract_validity v on v.account_id = ${account} and v.contract_id = s.contract_id and v.cause = 'create'
        where s.account_id = ${account} and s.rule_id = p.rule_id and s.trial_ends_on = p.ends_on and v.starts_on = p.starts_on)
      union all
      select 'open_in_archived_rule', rule_id, starts_on, ends_on, disposition, reason, scheduled_on, verdict
      from decided where disposition = 'open' and archived_at is not null
      union all
      select 'invoice_missing', rule_id, starts_on, ends_on, disposition, reason, scheduled_on, null
      from period where disposition = 'billed'
      union all
      -- A ledger begins at an occurrence, where the rule that it replaces had billed until, or where one kept elsewhere was told to end.
      select 'off_rhythm', p.rule_id, p.starts_on, p.ends_on, p.disposition, p.reason, p.scheduled_on, null
      from period p where p.disposition in ('seed', 'billed_elsewhere') and (p.ends_on <= p.billed_through + 1) is not true and not exists (
        select from rule_terms t cross join lateral ${intervalAround('p.ends_on', 't')} i
        where t.account_id = ${account} and t.rule_id = p.rule_id and i.starts_on = p.ends_on and p.ends_on >= t.anchor_on
      ) and not exists (
        select from coverage o where o.account_id = ${account} and o.rule_id = p.replaces_rule_id and o.ends_on = p.ends_on
      ) and not exists (
        select from coverage o where o.account_id = ${account} and o.rule_id = p.rule_id and o.starts_on = p.ends_on and ${isTrial('o')}
      )
      union all
      select 'billed_elsewhere_without_cause', p.rule_id, p.starts_on, p.ends_on, p.disposition, p.reason, p.scheduled_on, null
      from period p
      where p.disposition = 'billed_elsewhere' and (p.billed_through is null or p.starts_on > p.billed_through)
    )
    select code, 'invoice_rule' as noun, rule_id as id, starts_on as "startsOn", ends_on as "endsOn",
           jsonb_build_object('disposition', disposition, 'reason', reason, 'scheduledOn', scheduled_on, 'verdict', verdict) as details
    from found order by rule_id, ends_on`.execute(tx)
  return rows
}

function isTrial(period: string) {
  const p = sql.table(period)
  return sql`(${p}.disposition = 'uncharged' and ${p}.reason is not distinct from 'trial')`
}

/** The head of a rule is what runs select it by: a day later than the truth would leave a period out in silence. */
async function checkHeads(tx: Reader, rules: Ids): Promise<Found<LedgerCode>[]> {
  const { rows } = await sql<Found<LedgerCode>>`
    with p as materialized (
      select r.id as rule_id, r.covered_until, r.next_due_on, r.archived_at is null and k.kind = 'sale' as is_billed,
             v.starts_on as begins, least(v.ends_on, e.ends_on) as ends, l.reached, l.open_on
      from invoice_rule r
      cross join lateral (select kind from contract where account_id = ${account} and id = r.contract_id offset 0) k
      left join lateral (
        select v.starts_on, v.ends_on from contract_validity v
        where v.account_id = ${account} and v.contract_id = r.contract_id order by v.known_seq desc limit 1
      ) v on true
      left join lateral (${endOfRule('r.id')}) e on true
      left join lateral (
        select max(c.ends_on) as reached, min(c.scheduled_on) filter (where c.disposition = 'open') as open_on
        from coverage c where c.account_id = ${account} and c.rule_id = r.id
      ) l on true
      where r.account_id = ${account} and ${isAmong('r.id', rules)}
    ), truth as (
      select p.*, case when p.begins is not null and p.is_billed then least(p.open_on,
               case when p.ends is null or p.reached <= p.ends then case terms.timing when 'advance' then p.reached else next.ends_on end end
             ) end as due_on
      from p
      left join lateral (${termsInForce('p.rule_id', 'p.reached')}) terms on true
      left join lateral ${intervalAround('p.reached', 'terms')} next on true
    )
    select case when reached is null then 'seed_missing' else 'head' end as code, 'invoice_rule' as noun, rule_id as id,
           null as "startsOn", null as "endsOn",
           jsonb_build_object('coveredUntil', covered_until, 'ledgerEndsOn', reached, 'nextDueOn', next_due_on, 'dueOn', due_on) as details
    from truth
    where covered_until is distinct from reached
       or (due_on is not null and (next_due_on is null or next_due_on > due_on))
       or (reached is null and is_billed and begins is not null)
    order by rule_id`.execute(tx)
  return rows
}
