import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { lastEntry, notAsTold, payloadOf } from './told.ts'

export type ToldReadjustmentCode = 'readjustment_not_as_told'

/** Clauses that readjust prices, and what became of their dates, both ways: what is here was told, and what was told is here. */
export async function checkToldReadjustments(tx: Reader, rules: Ids): Promise<Found<ToldReadjustmentCode>[]> {
  return [...(await checkClauses(tx, rules)), ...(await checkApplications(tx, rules)), ...(await checkGone(tx, rules))]
}

/** Every entry of a clause tells the whole of it; one that nobody told of was made by nobody. */
async function checkClauses(tx: Reader, rules: Ids): Promise<Found<ToldReadjustmentCode>[]> {
  const { rows } = await sql<Found<ToldReadjustmentCode>>`
    with told as (
      select r.id, case when h.id is null then '{"isTold": true}' else h.after || jsonb_build_object(
          'archivedAt', (h.after ->> 'archivedAt')::timestamptz, 'missingMonth', (h.after ->> 'missingMonth') || '-01') end as told,
        jsonb_build_object('ruleId', r.rule_id, 'serviceItemId', r.service_item_id, 'index', r.index_code, 'everyMonths', r.every_months,
          'method', r.method, 'lagMonths', r.lag_months, 'allowsNegative', r.allows_negative, 'approvalWanted', r.approval_wanted,
          'startsOn', r.starts_on, 'firstNumber', r.first_number, 'nextNumber', r.next_number, 'nextOn', r.next_on, 'waitsFor', r.waits_for, 'missingMonth', r.missing_month,
          'approvedOn', r.approved_on, 'approvedFactor', r.approved_factor, 'archivedAt', r.archived_at, 'isTold', h.id is not null) as stored
      from readjustment r
      left join lateral ${lastEntry('readjustment', 'r.id')} h on true
      where r.account_id = ${account} and ${isAmong('r.rule_id', rules)} and (h.id is null or h.after is not null)
    )
    ${notAsTold('readjustment_not_as_told', 'readjustment')}
    order by 3`.execute(tx)
  return rows
}

/** What became of a date is told as it was done, and once more when it is undone. */
async function checkApplications(tx: Reader, rules: Ids): Promise<Found<ToldReadjustmentCode>[]> {
  const { rows } = await sql<Found<ToldReadjustmentCode>>`
    with told as (
      select a.readjustment_id as id, coalesce(h.told, '{"isTold": true}') as told,
        jsonb_build_object('dueOn', a.due_on, 'outcome', a.outcome, 'prices', a.prices, 'values', a.index_values, 'validFrom', a.valid_from,
          'firstVersion', a.first_version, 'lastVersion', a.last_version, 'undoneVersion', a.undone_version,
          'isTold', h.told is not null) as stored
      from readjustment_application a
      left join lateral (
        select e.after -> 'application' as told from history h cross join lateral ${payloadOf('h.id')} e
        where h.account_id = ${account} and h.noun = 'readjustment' and h.subject_id = a.readjustment_id
          and (e.after -> 'application' ->> 'id')::bigint = a.id
        order by h.id desc limit 1
      ) h on true
      where a.account_id = ${account} and ${isAmong('a.rule_id', rules)}
    )
    ${notAsTold('readjustment_not_as_told', 'readjustment')}
    order by 3`.execute(tx)
  return rows
}

async function checkGone(tx: Reader, rules: Ids): Promise<Found<ToldReadjustmentCode>[]> {
  const { rows } = await sql<Found<ToldReadjustmentCode>>`
    select 'readjustment_not_as_told' as code, 'readjustment' as noun, h.subject_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('differs', jsonb_build_object('dueOn', jsonb_build_object('told', e.after -> 'application' -> 'dueOn', 'stored', null))) as details
    from readjustment r
    join history h on h.account_id = ${account} and h.noun = 'readjustment' and h.subject_id = r.id and h.action in ('apply', 'skip')
    cross join lateral ${payloadOf('h.id')} e
    where r.account_id = ${account} and ${isAmong('r.rule_id', rules)} and not exists (
      select from readjustment_application a where a.account_id = ${account} and a.id = (e.after -> 'application' ->> 'id')::bigint)
      and e.after -> 'application' is not null
    order by h.id`.execute(tx)
  return rows
}
