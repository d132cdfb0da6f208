import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { notAsTold, payloadOf } from './told.ts'

export type ToldContractCode = 'contract_not_as_told' | 'validity_not_as_told' | 'suspension_not_as_told'

/** Contracts, their validities and their suspensions: what decides whether a period is billed at all, and to whom. */
export async function checkToldContracts(tx: Reader, contracts: Ids): Promise<Found<ToldContractCode>[]> {
  return [
    ...(await checkRows(tx, contracts)),
    ...(await checkValidities(tx, contracts)),
    ...(await checkSuspensions(tx, contracts)),
  ]
}

/** Every verb tells the whole of a contract. */
async function checkRows(tx: Reader, contracts: Ids): Promise<Found<ToldContractCode>[]> {
  const { rows } = await sql<Found<ToldContractCode>>`
    with told as (
      select c.id, p.after || jsonb_build_object('archivedAt', (p.after ->> 'archivedAt')::timestamptz) as told, jsonb_build_object(
        'code', c.code, 'number', c.number, 'name', c.name, 'title', c.title, 'description', c.description, 'comments', c.comments,
        'kind', c.kind, 'organizationId', c.organization_id, 'customerId', c.customer_id, 'state', c.state, 'startsOn', c.starts_on,
        'endsOn', c.ends_on, 'billWhileOverdue', c.bill_while_overdue, 'cancelledOn', c.cancelled_on, 'cancelReason', c.cancel_reason,
        'archivedAt', c.archived_at) as stored
      from (
        select subject_id as id, max(id) as entry from history
        where account_id = ${account} and noun = 'contract' and ${isAmong('subject_id', contracts)} group by subject_id
      ) l
      cross join lateral (select * from contract where account_id = ${account} and id = l.id offset 0) c
      cross join lateral ${payloadOf('l.entry')} p
      where p.after ? 'kind'
    )
    ${notAsTold('contract_not_as_told', 'contract')}
    order by 3`.execute(tx)
  return rows
}

/**
 * Validities are only added to, one by each verb that sets days: what the entry of that verb says of the contract's days is the
 * validity that became known with it, in the same order.
 */
async function checkValidities(tx: Reader, contracts: Ids): Promise<Found<ToldContractCode>[]> {
  const { rows } = await sql<Found<ToldContractCode>>`
    with entry as materialized (
      select h.subject_id as contract_id, h.id, h.action, p.before, p.after
      from (
        select id, subject_id, action from history
        where account_id = ${account} and noun = 'contract' and ${isAmong('subject_id', contracts)} offset 0
      ) h
      cross join lateral ${payloadOf('h.id')} p
    ), told as (
      select contract_id, row_number() over (partition by contract_id order by id) as n,
             (after ->> 'startsOn')::date as starts_on, (after ->> 'endsOn')::date as ends_on,
             case action when 'update' then 'end_changed' else action end as cause
      from entry
      where case action
        when 'create' then after ->> 'state' <> 'draft'
        when 'update' then after ->> 'state' <> 'draft' and before ->> 'endsOn' is distinct from after ->> 'endsOn'
        else action in ('activate', 'cancel', 'reactivate') end
    ), stored as (
      select contract_id, row_number() over (partition by contract_id order by known_seq) as n, starts_on, ends_on, cause
      from contract_validity where account_id = ${account} and ${isAmong('contract_id', contracts)}
    )
    select 'validity_not_as_told' as code, 'contract' as noun, coalesce(s.contract_id, t.contract_id) as id,
           null as "startsOn", null as "endsOn",
           jsonb_build_object(
             'number', coalesce(s.n, t.n),
             'told', case when t.n is not null then jsonb_build_object('startsOn', t.starts_on, 'endsOn', t.ends_on, 'cause', t.cause) end,
             'stored', case when s.n is not null then jsonb_build_object('startsOn', s.starts_on, 'endsOn', s.ends_on, 'cause', s.cause) end) as details
    from told t full join stored s on s.contract_id = t.contract_id and s.n = t.n
    where (s.n, s.starts_on, s.ends_on, s.cause) is distinct from (t.n, t.starts_on, t.ends_on, t.cause)
      -- Not judged where an entry tells nothing.
      and coalesce(s.contract_id, t.contract_id) in (
        select contract_id from entry group by contract_id having bool_and(coalesce(after ? 'startsOn', false))
        intersect
        select id from contract where account_id = ${account} and ${isAmong('id', contracts)})
    order by 3, coalesce(s.n, t.n)`.execute(tx)
  return rows
}

/** A contract is made without suspensions; whatever changes it tells all that there are. Older entries, that do not, are not judged. */
async function checkSuspensions(tx: Reader, contracts: Ids): Promise<Found<ToldContractCode>[]> {
  const { rows } = await sql<Found<ToldContractCode>>`
    with told as (
      select c.id, case h.action when 'create' then case when p.after is not null then '[]'::jsonb end else p.after -> 'suspensions' end as told
      from (
        select subject_id as id, max(id) as entry from history
        where account_id = ${account} and noun = 'contract' and ${isAmong('subject_id', contracts)} group by subject_id
      ) l
      cross join lateral (select action from history where account_id = ${account} and id = l.entry offset 0) h
      cross join lateral ${payloadOf('l.entry')} p
      cross join lateral (select id from contract where account_id = ${account} and id = l.id offset 0) c
    ), stored as (
      select contract_id, ${listed('from_on', 'until_on', 'charge_later')} as stored
      from contract_suspension where account_id = ${account} and ${isAmong('contract_id', contracts)}
      group by contract_id
    ), compared as (
      select t.id, coalesce(s.stored, '[]') as stored, coalesce((
        select ${listed('"fromOn"', '"untilOn"', '"chargeLater"')}
        from jsonb_to_recordset(t.told) as o ("fromOn" date, "untilOn" date, "chargeLater" boolean)), '[]') as told
      from told t left join stored s on s.contract_id = t.id
      where jsonb_typeof(t.told) = 'array'
    )
    select 'suspension_not_as_told' as code, 'contract' as noun, id, null as "startsOn", null as "endsOn",
           jsonb_build_object('told', told, 'stored', stored) as details
    from compared where told <> stored order by id`.execute(tx)
  return rows
}

function listed(fromOn: string, untilOn: string, chargeLater: string) {
  const [from, until, later] = [sql.raw(fromOn), sql.raw(untilOn), sql.raw(chargeLater)]
  return sql`jsonb_agg(jsonb_build_object('fromOn', ${from}, 'untilOn', ${until}, 'chargeLater', ${later})
    order by ${from}, ${until}, ${later})`
}
