import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { notAsTold, payloadOf } from './told.ts'

export type ToldEventCode = 'event_not_as_told'

/**
 * Every event is what somebody entered, or the change of a price made, of the same rule; every part waits for its own month, and for no
 * later one. That the parts are of the event's amount is proven with its cents. A difference settles the periods that were told as it was
 * made, and no others; what older entries made does not say which.
 */
export async function checkToldEvents(tx: Reader, events: Ids): Promise<Found<ToldEventCode>[]> {
  const { rows } = await sql<Found<ToldEventCode>>`
    with last as (
      select subject_id as id, max(id) as entry, min(id) as first_entry from history
      where account_id = ${account} and noun = 'billing_event' and ${isAmong('subject_id', events)} group by subject_id
    ), told as (
      select e.id, p.after || jsonb_build_object('cancelledAt', (p.after ->> 'cancelledAt')::timestamptz) as told, jsonb_build_object(
        'ruleId', e.rule_id, 'kind', e.kind, 'description', e.description, 'amountCents', e.amount_cents, 'parts', e.parts,
        'firstMonth', to_char(e.first_month, 'YYYY-MM'), 'serviceItemId', e.service_item_id, 'lineNumber', e.line_number,
        'serviceTypeId', e.service_type_id, 'isReimbursement', e.is_reimbursement, 'cancelledAt', e.cancelled_at) as stored, l.first_entry
      from last l
      cross join lateral (select * from billing_event where account_id = ${account} and id = l.id offset 0) e
      cross join lateral ${payloadOf('l.entry')} p
      where p.after ? 'kind'
    )
    ${notAsTold('event_not_as_told', 'billing_event')}
    union all
    select 'event_not_as_told', 'billing_event', s.id, null, null,
           jsonb_build_object('differs', jsonb_build_object('settles', jsonb_build_object('told', s.told, 'stored', s.stored)))
    from (
      select t.id, f.after -> 'settles' as told, coalesce((
          select jsonb_agg(jsonb_build_object('startsOn', starts_on, 'endsOn', ends_on, 'amountCents', amount_cents))
          from price_difference where account_id = ${account} and event_id = t.id), '[]') as stored
      from told t cross join lateral ${payloadOf('t.first_entry')} f
      where f.after ? 'settles'
    ) s
    where not (s.told @> s.stored and s.stored @> s.told)
    union all
    select 'event_not_as_told', 'billing_event', t.id, null, null,
           jsonb_build_object('part', p.id, 'number', p.number, 'differs', jsonb_build_object('earliestMonth', jsonb_build_object(
             'told', to_char(m.month, 'YYYY-MM'), 'stored', to_char(p.earliest_month, 'YYYY-MM'))))
    from told t
    cross join lateral (
      select id, number, earliest_month from billing_event_part where account_id = ${account} and event_id = t.id offset 0
    ) p
    cross join lateral (
      select ((t.told ->> 'firstMonth' || '-01')::date + make_interval(months => p.number - 1))::date as month
    ) m
    where t.told ? 'firstMonth' and p.earliest_month is distinct from m.month
    order by 3`.execute(tx)
  return rows
}
