import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { notAsTold, payloadOf } from './told.ts'

export type ToldRuleCode = 'rule_not_as_told' | 'waiver_not_as_told'

/** Rules, and the periods that people waived; what a rule says is held against the history by its versions. */
export async function checkToldRules(tx: Reader, rules: Ids): Promise<Found<ToldRuleCode>[]> {
  return [...(await checkRows(tx, rules)), ...(await checkWaived(tx, rules)), ...(await checkWaivers(tx, rules))]
}

/** The last entry that tells the whole of a rule: some tell of periods alone. Its head is proven by its ledger. */
async function checkRows(tx: Reader, rules: Ids): Promise<Found<ToldRuleCode>[]> {
  const { rows } = await sql<Found<ToldRuleCode>>`
    with told as (
      select r.id, p.after || jsonb_build_object('archivedAt', (p.after ->> 'archivedAt')::timestamptz) as told, jsonb_build_object(
        'contractId', r.contract_id, 'organizationId', r.organization_id, 'customerId', r.customer_id, 'title', r.title,
        'billedThrough', r.billed_through, 'replacesRuleId', r.replaces_rule_id, 'archivedAt', r.archived_at) as stored
      from invoice_rule r
      cross join lateral (
        select e.after from history h cross join lateral ${payloadOf('h.id')} e
        where h.account_id = ${account} and h.noun = 'invoice_rule' and h.subject_id = r.id
          and (e.after is null or e.after ? 'contractId')
        order by h.id desc limit 1
      ) p
      where r.account_id = ${account} and ${isAmong('r.id', rules)} and p.after ? 'contractId'
    )
    ${notAsTold('rule_not_as_told', 'invoice_rule')}
    order by 3`.execute(tx)
  return rows
}

/**
 * Nothing is given up without a word: a waived period was waived by name, at the instant at which its rule was archived, or with an
 * invoice that was deleted before it was issued.
 */
async function checkWaived(tx: Reader, rules: Ids): Promise<Found<ToldRuleCode>[]> {
  const { rows } = await sql<Found<ToldRuleCode>>`
    select 'waiver_not_as_told' as code, 'invoice_rule' as noun, w.rule_id as id, w.starts_on as "startsOn", w.ends_on as "endsOn",
           jsonb_build_object('stored', 'waived', 'reason', w.reason) as details
    from (
      select * from coverage where account_id = ${account} and ${isAmong('rule_id', rules)} and disposition = 'waived' offset 0
    ) w
    where not exists (
      select from (${waiversOf('w.rule_id')}) h cross join lateral ${payloadOf('h.id')} p
      where p.after is null or (p.after ->> 'startsOn' = w.starts_on::text and p.after ->> 'reason' is not distinct from w.reason)
    ) and not exists (
      select from invoice_rule r where r.account_id = ${account} and r.id = w.rule_id and r.archived_at = w.closed_at and ${isArchivalReason}
    ) and not exists (
      select from invoice i
      join history h on h.account_id = ${account} and h.noun = 'invoice' and h.subject_id = i.id and h.action = 'delete'
      where i.account_id = ${account} and i.rule_id = w.rule_id and i.period_start = w.starts_on and w.reason = 'invoice_deleted'
    )
    order by w.rule_id, w.starts_on`.execute(tx)
  return rows
}

/** Why the periods of a rule end with it: it was deleted by itself, replaced by another one, or with its contract. */
const isArchivalReason = sql`case w.reason
  when 'rule_deleted' then true
  when 'rule_replaced' then exists (
    select from invoice_rule n where n.account_id = ${account} and n.contract_id = r.contract_id and n.replaces_rule_id = r.id)
  when 'contract_deleted' then exists (
    select from contract c where c.account_id = ${account} and c.id = r.contract_id and c.archived_at = r.archived_at)
  else false end`

/** What somebody waived is not billed, nor waits for it. */
async function checkWaivers(tx: Reader, rules: Ids): Promise<Found<ToldRuleCode>[]> {
  const { rows } = await sql<Found<ToldRuleCode>>`
    select 'waiver_not_as_told' as code, 'invoice_rule' as noun, w.rule_id as id, c.starts_on as "startsOn", c.ends_on as "endsOn",
           jsonb_build_object('told', 'waived', 'toldStartsOn', w.starts_on, 'stored', c.disposition, 'reason', w.reason) as details
    from (
      select h.subject_id as rule_id, (p.after ->> 'startsOn')::date as starts_on, p.after ->> 'reason' as reason
      from (
        select id, subject_id from history
        where account_id = ${account} and noun = 'invoice_rule' and ${isAmong('subject_id', rules)} and action = 'waive_period' offset 0
      ) h
      cross join lateral ${payloadOf('h.id')} p
      where p.after ? 'startsOn'
    ) w
    left join lateral (
      select starts_on, ends_on, disposition from coverage
      where account_id = ${account} and rule_id = w.rule_id and starts_on = w.starts_on offset 0
    ) c on true
    where c.disposition is distinct from 'waived' and exists (select from invoice_rule where account_id = ${account} and id = w.rule_id)
    order by w.rule_id, w.starts_on`.execute(tx)
  return rows
}

function waiversOf(rule: string) {
  return sql`
    select id from history
    where account_id = ${account} and noun = 'invoice_rule' and subject_id = ${sql.ref(rule)} and action = 'waive_period' offset 0`
}
