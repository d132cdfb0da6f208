import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { lastEntry, listIn, notAsTold, payloadOf } from './told.ts'

export type ToldScheduleCode = 'schedule_not_as_told'

/** Schedules, and each version of what they ask for, are as whoever said them left them. What is made of them is derived. */
export async function checkToldSchedules(tx: Reader, schedules: Ids): Promise<Found<ToldScheduleCode>[]> {
  return [...(await checkHeads(tx, schedules)), ...(await checkTerms(tx, schedules))]
}

async function checkHeads(tx: Reader, schedules: Ids): Promise<Found<ToldScheduleCode>[]> {
  const { rows } = await sql<Found<ToldScheduleCode>>`
    with told as (
      select s.id, coalesce(h.after, '{}') || '{"isTold": true}' as told,
        jsonb_build_object('organizationId', s.organization_id, 'customerId', s.customer_id, 'kind', s.kind, 'lastNumber', s.last_number,
          'endsOn', s.ends_on, 'termsVersion', s.terms_version, 'version', s.version, 'isTold', h.id is not null) as stored
      from schedule s
      left join lateral ${lastEntry('schedule', 's.id')} h on true
      where s.account_id = ${account} and ${isAmong('s.id', schedules)} and (h.id is null or h.after is not null)
    )
    ${notAsTold('schedule_not_as_told', 'schedule')}
    order by 3`.execute(tx)
  return rows
}

/** Both ways: what is here was told, and what was told is here. Of one whose words were erased (LGPD) nothing is told any more. */
async function checkTerms(tx: Reader, schedules: Ids): Promise<Found<ToldScheduleCode>[]> {
  const { rows } = await sql<Found<ToldScheduleCode>>`
    with entry as materialized (
      select h.subject_id as id, p.after
      from history h cross join lateral ${payloadOf('h.id')} p
      where h.account_id = ${account} and h.noun = 'schedule' and ${isAmong('h.subject_id', schedules)}
    ), told as (
      select e.id, (o ->> 'version')::integer as version, o as told
      from entry e cross join lateral jsonb_array_elements(${listIn('e.after', 'terms')}) o
    ), stored as (
      select t.schedule_id as id, t.version, jsonb_build_object(
        'fromNumber', t.from_number, 'untilNumber', t.until_number, 'amountCents', t.amount_cents, 'description', t.description,
        'reference', t.reference, 'isFlagged', t.is_flagged, 'isOwn', t.is_own, 'sharesVersion', t.shares_version,
        'due', jsonb_build_object('on', t.due_on, 'number', t.due_number),
        'scheduled', jsonb_build_object('on', t.scheduled_on, 'number', t.scheduled_number),
        'accrual', jsonb_build_object('on', t.accrual_on, 'number', t.accrual_number),
        'interval', case when t.unit is not null then jsonb_build_object('unit', t.unit, 'every', t.every) end,
        'charge', case when t.charge_when is not null
          then jsonb_build_object('when', t.charge_when, 'daysBeforeDue', t.charge_days, 'delivery', t.charge_delivery) end,
        'nfse', case when t.nfse_when is not null then jsonb_build_object('when', t.nfse_when, 'daysBeforeDue', t.nfse_days) end,
        'nfseTemplateId', t.nfse_template_id) as stored
      from schedule_terms t where t.account_id = ${account} and ${isAmong('t.schedule_id', schedules)}
    )
    select 'schedule_not_as_told' as code, 'schedule' as noun, coalesce(s.id, t.id) as id, null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('termsVersion', coalesce(s.version, t.version), 'isStored', s.id is not null, 'isTold', t.id is not null,
             'differs', (select jsonb_object_agg(k.key, jsonb_build_object('stored', k.value, 'told', t.told -> k.key))
                         from jsonb_each(s.stored) k where t.told -> k.key is distinct from k.value)) as details
    from stored s full join told t on t.id = s.id and t.version = s.version
    where (s.id is null or t.id is null or not t.told @> s.stored)
      and coalesce(s.id, t.id) not in (select id from entry where after is null)
    order by 3`.execute(tx)
  return rows
}
