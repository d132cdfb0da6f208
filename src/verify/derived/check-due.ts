import { sql } from 'kysely'
import type { Instant } from '../../core/dates.ts'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { decided, EVER, endOfRule, intervalAround, termsInForce } from './decided.ts'

export type DueCode = 'due' | 'unbilled' | 'passed_over'

/**
 * What is due by the organization's today and is not billed: `due` where there is a reason, `unbilled` where no run has looked at it
 * yet. A period that a run of all should have listed, and did not, was `passed_over`: that is an error.
 */
export async function checkDue(tx: Reader, rules: Ids, now: Instant): Promise<Found<DueCode>[]> {
  const { rows } = await sql<Found<DueCode>>`
    with recursive rule as materialized (
      select r.id as rule_id, r.contract_id, r.organization_id, r.created_at, least(v.ends, e.ends_on) as ends, v.known_at, l.reached,
             (cast(${now} as timestamptz) at time zone o.time_zone)::date as today
      from invoice_rule r
      cross join lateral (select kind from contract where account_id = ${account} and id = r.contract_id offset 0) k
      cross join lateral (select time_zone from organization where account_id = ${account} and id = r.organization_id offset 0) o
      cross join lateral (
        select ends_on as ends, known_at from contract_validity
        where account_id = ${account} and contract_id = r.contract_id order by known_seq desc limit 1
      ) v
      left join lateral (${endOfRule('r.id')}) e on true
      cross join lateral (select max(ends_on) as reached from coverage where account_id = ${account} and rule_id = r.id) l
      where r.account_id = ${account} and ${isAmong('r.id', rules)} and r.archived_at is null and k.kind = 'sale' and l.reached is not null
    ), coming as (
      -- One period after the other from where the ledger ends, until the first that is not due yet.
      select p.rule_id, p.reached as starts_on, i.ends_on, ${scheduledOn('p.reached')} as scheduled_on, p.today, p.ends
      from rule p
      cross join lateral (${termsInForce('p.rule_id', 'p.reached')}) terms
      cross join lateral ${intervalAround('p.reached', 'terms')} i
      where p.ends is null or p.reached <= p.ends
      union all
      select p.rule_id, p.ends_on, i.ends_on, ${scheduledOn('p.ends_on')}, p.today, p.ends
      from coming p
      cross join lateral (${termsInForce('p.rule_id', 'p.ends_on')}) terms
      cross join lateral ${intervalAround('p.ends_on', 'terms')} i
      where p.scheduled_on <= p.today and (p.ends is null or p.ends_on <= p.ends)
    ), due as materialized (
      select r.rule_id, r.contract_id, r.organization_id, r.created_at, r.known_at, ${EVER}::bigint as known_before,
             d.starts_on, d.ends_on, d.scheduled_on, d.reason, d.ends_on < r.reached as is_behind
      from (
        select rule_id, starts_on, ends_on, scheduled_on, null as reason from coming where scheduled_on <= today
        union all
        select c.rule_id, c.starts_on, c.ends_on, c.scheduled_on, c.reason
        from rule r
        cross join lateral (
          select * from coverage
          where account_id = ${account} and rule_id = r.rule_id and disposition = 'open' and scheduled_on <= r.today offset 0
        ) c
      ) d join rule r on r.rule_id = d.rule_id
    ), decided as materialized (
      ${decided('due')}
    ), run_of_all as materialized (
      select id, day, organization_id, created_at from billing_run
      where account_id = ${account} and state = 'done' and filters = '{}' and day >= (select min(scheduled_on) from due)
    )
    select case when reason.code is not null then 'due' when skipper.id is not null then 'passed_over' else 'unbilled' end as code,
           'invoice_rule' as noun, d.rule_id as id, d.starts_on as "startsOn", d.ends_on as "endsOn",
           jsonb_build_object('scheduledOn', d.scheduled_on, 'reason', reason.code, 'run', coalesce(item.run_id, skipper.id), 'item', item.item,
             'contract', d.contract_id, 'isHeld', d.verdict = 'held',
             'readjustment', case when reason.code = waiting.code then waiting.told end,
             -- A run bills only the latest one by itself.
             'isOlder', d.is_behind or d.starts_on < max(d.starts_on) over (partition by d.rule_id)) as details
    from decided d
    left join lateral (
      select i.run_id, i.item, i.outcome from billing_run_item i
      where i.account_id = ${account} and i.rule_id = d.rule_id and i.period_start = d.starts_on
        and i.outcome_class in ('not_billed', 'parked')
        -- What was billed by then, and is not any more, says nothing of why it waits now.
        and i.outcome not in ('already_billed', 'not_yet_due')
        -- A preview only looks; its reasons are not what became of a period.
        and exists (
          select from billing_run b
          where b.account_id = ${account} and b.id = i.run_id and b.state not in ('previewing', 'previewed', 'expired'))
      order by i.run_id desc limit 1
    ) item on true
    -- No period that begins on or after the date of a readjustment is billed before that is applied.
    left join lateral (
      select case r.waits_for when 'index' then 'index_missing' when 'approval' then 'readjustment_unapproved' else 'readjustment_pending' end as code,
             jsonb_build_object('index', r.index_code, 'month', r.missing_month, 'date', r.next_on, 'method', r.method) as told
      from readjustment r
      where r.account_id = ${account} and r.rule_id = d.rule_id and r.archived_at is null and r.next_on <= d.starts_on
      order by r.next_on, r.id limit 1
    ) waiting on true
    cross join lateral (
      select case when d.verdict in ('contract_suspended', 'outside_validity') then d.verdict
                  when d.verdict = 'held' then 'contract_suspended'
                  when waiting.code is not null then waiting.code
                  when item.outcome in ('index_missing', 'readjustment_unapproved', 'readjustment_pending') then 'readjusted'
                  -- It was closed without charge by that run, and opened again since.
                  when d.reason = 'valid_again' and item.outcome in ('contract_suspended', 'outside_validity') then d.reason
                  -- What was to be charged later is older by the time that the contract is resumed.
                  when item.outcome = 'contract_suspended' then 'needs_catch_up'
                  else coalesce(item.outcome, d.reason, case when d.management = 'on_request' then 'on_request' end) end as code
    ) reason
    left join lateral (
      select b.id from run_of_all b
      where b.day >= d.scheduled_on and (b.organization_id is null or b.organization_id = d.organization_id)
        -- Made after everything that decides this period was known.
        and b.created_at > d.created_at and b.created_at > d.known_at
        and not exists (select from rule_terms t where t.account_id = ${account} and t.rule_id = d.rule_id and t.known_at >= b.created_at)
        and not exists (select from contract_suspension s where s.account_id = ${account} and s.contract_id = d.contract_id
                        and greatest(s.known_at, s.until_known_at) >= b.created_at)
        and not exists (select from invoice i where i.account_id = ${account} and i.rule_id = d.rule_id and i.released_at >= b.created_at)
      order by b.id desc limit 1
    ) skipper on reason.code is null
    order by d.rule_id, d.starts_on`.execute(tx)
  return rows
}

function scheduledOn(startsOn: string) {
  return sql`case terms.timing when 'advance' then ${sql.ref(startsOn)} else i.ends_on end`
}
