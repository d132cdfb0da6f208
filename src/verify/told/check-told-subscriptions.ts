import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { lastEntry, notAsTold, payloadOf } from './told.ts'

export type ToldSubscriptionCode = 'subscription_not_as_told'

/** Subscriptions and their changes of plan, both ways: what is here was told, and what was told is here. By the ids of their contracts. */
export async function checkToldSubscriptions(tx: Reader, contracts: Ids): Promise<Found<ToldSubscriptionCode>[]> {
  return [...(await checkRows(tx, contracts)), ...(await checkChanges(tx, contracts)), ...(await checkSides(tx, contracts))]
}

/** Every entry tells the whole of a subscription; one that nobody told of was made by nobody. */
async function checkRows(tx: Reader, contracts: Ids): Promise<Found<ToldSubscriptionCode>[]> {
  const { rows } = await sql<Found<ToldSubscriptionCode>>`
    with told as (
      select s.contract_id as id, coalesce(h.after, '{}') || '{"isTold": true}' as told,
        jsonb_build_object('ruleId', s.rule_id, 'planId', s.plan_id, 'trialEndsOn', s.trial_ends_on, 'version', s.version,
          'isTold', h.id is not null) as stored
      from subscription s
      left join lateral ${lastEntry('subscription', 's.contract_id')} h on true
      where s.account_id = ${account} and ${isAmong('s.contract_id', contracts)} and (h.id is null or h.after is not null)
    )
    ${notAsTold('subscription_not_as_told', 'subscription')}
    order by 3`.execute(tx)
  return rows
}

/** Each change of plan is told by the entry that made it, in the order of their making, and with it the version that its contract had then. */
async function checkChanges(tx: Reader, contracts: Ids): Promise<Found<ToldSubscriptionCode>[]> {
  const { rows } = await sql<Found<ToldSubscriptionCode>>`
    with entry as materialized (
      select h.noun, h.subject_id as id, h.subject_version as version, p.after,
             row_number() over (partition by h.noun, h.subject_id order by h.id) as n
      from (
        select id, noun, subject_id, subject_version from history
        where account_id = ${account} and noun in ('subscription', 'contract') and ${isAmong('subject_id', contracts)}
          and action = 'change_plan' offset 0
      ) h
      left join lateral ${payloadOf('h.id')} p on true
    ), told as (
      select e.id, e.n, (e.after -> 'change')
          || jsonb_build_object('contractVersion', c.version, 'changedAt', (e.after -> 'change' ->> 'changedAt')::timestamptz) as told
      from entry e left join entry c on c.noun = 'contract' and c.id = e.id and c.n = e.n
      where e.noun = 'subscription'
    ), stored as (
      select contract_id as id, row_number() over (partition by contract_id order by contract_version) as n,
             jsonb_build_object('fromPlanId', from_plan_id, 'planId', plan_id, 'changedOn', changed_on, 'effectiveOn', effective_on,
               'creditCents', credit_cents, 'debitCents', debit_cents, 'changedAt', changed_at, 'contractVersion', contract_version) as stored
      from plan_change where account_id = ${account} and ${isAmong('contract_id', contracts)}
    )
    select 'subscription_not_as_told' as code, 'subscription' as noun, f.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('change', f.n, 'isStored', f.stored is not null, 'isTold', f.told is not null, 'differs', (
             select jsonb_object_agg(k.key, jsonb_build_object('stored', f.stored -> k.key, 'told', f.told -> k.key))
             from jsonb_each(coalesce(f.stored, f.told)) k where f.stored -> k.key is distinct from f.told -> k.key)) as details
    from (select id, n, told, stored from told full join stored using (id, n) where told is distinct from stored offset 0) f
    -- What is gone was not a subscription's any more; of what was erased (LGPD) nothing is told.
    where f.id not in (select id from entry where noun = 'subscription' and after is null)
    order by f.id, f.n`.execute(tx)
  return rows
}

/**
 * What a change of plan says that it took back, and asks instead, is what the events say that were made with it: those between the
 * change before and itself that are called after its plans. That these are what prices and days make of the period is derived with the
 * differences. While the contract is held nothing else is told of it, so that its entries stand in the order in which they were made.
 */
async function checkSides(tx: Reader, contracts: Ids): Promise<Found<ToldSubscriptionCode>[]> {
  const { rows } = await sql<Found<ToldSubscriptionCode>>`
    with change as materialized (
      select h.subject_id as id, h.id as entry, row_number() over own as n, lag(h.id, 1, 0) over own as before
      from (
        select id, subject_id from history
        where account_id = ${account} and noun = 'subscription' and ${isAmong('subject_id', contracts)} and action = 'change_plan' offset 0
      ) h window own as (partition by h.subject_id order by h.id)
    ), made as (
      select c.id, c.n, coalesce(sum(e.amount_cents) filter (where e.kind = 'discount'), 0) as credit,
             coalesce(sum(e.amount_cents) filter (where e.kind = 'surcharge'), 0) as debit
      from change c
      cross join lateral (select rule_id from subscription where account_id = ${account} and contract_id = c.id offset 0) s
      left join lateral (
        select b.id, b.kind, b.amount_cents
        from (select distinct event_id from price_difference where account_id = ${account} and rule_id = s.rule_id offset 0) d
        cross join lateral (
          select id, kind, amount_cents, description from billing_event where account_id = ${account} and id = d.event_id offset 0
        ) b
        join history h on h.account_id = ${account} and h.noun = 'billing_event' and h.subject_id = b.id and h.action = 'create'
          and h.id > c.before and h.id < c.entry
        where b.description ilike case b.kind when 'discount' then 'Crédito do plano%' else 'Plano%' end
      ) e on true
      group by c.id, c.n
    ), stored as (
      select contract_id as id, row_number() over (partition by contract_id order by contract_version) as n, credit_cents, debit_cents
      from plan_change where account_id = ${account} and ${isAmong('contract_id', contracts)}
    )
    select 'subscription_not_as_told' as code, 'subscription' as noun, s.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('change', s.n, 'isStored', true, 'isTold', true, 'differs', jsonb_build_object(
             'creditCents', jsonb_build_object('told', m.credit, 'stored', s.credit_cents),
             'debitCents', jsonb_build_object('told', m.debit, 'stored', s.debit_cents))) as details
    from made m join stored s using (id, n)
    where (m.credit, m.debit) <> (s.credit_cents, s.debit_cents)
    order by s.id, s.n`.execute(tx)
  return rows
}
