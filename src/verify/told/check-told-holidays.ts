import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { payloadOf } from './told.ts'

export type ToldHolidayCode = 'holiday_not_as_told'

/** Holidays of organizations move due dates and lateness: each stands as it was entered, or taken back, last. They are few. */
export async function checkToldHolidays(tx: Reader): Promise<Found<ToldHolidayCode>[]> {
  const { rows } = await sql<Found<ToldHolidayCode>>`
    with told as (
      select distinct on (o.id, p.told ->> 'date') o.id as organization_id, (p.told ->> 'date')::date as on_date, h.action = 'add_holiday' as stands, p.told
      from organization o
      cross join lateral (
        select id, action from history
        where account_id = ${account} and noun = 'organization' and subject_id = o.id and action in ('add_holiday', 'remove_holiday') offset 0
      ) h
      cross join lateral (
        select case h.action when 'add_holiday' then after else before end as told from ${payloadOf('h.id')} e
      ) p
      where o.account_id = ${account}
      order by o.id, p.told ->> 'date', h.id desc
    )
    select 'holiday_not_as_told' as code, 'organization' as noun, coalesce(t.organization_id, s.organization_id) as id,
           null as "startsOn", null as "endsOn",
           jsonb_build_object('date', coalesce(t.on_date, s.on_date), 'isTold', t.on_date is not null, 'isStored', s.on_date is not null) as details
    from told t
    full join (select * from organization_holiday where account_id = ${account}) s
      on s.organization_id = t.organization_id and s.on_date = t.on_date
    where (s.name, s.scope, s.known_at, s.removed_at is null)
      is distinct from (t.told ->> 'name', t.told ->> 'scope', (t.told ->> 'knownAt')::timestamptz, t.stands)
    order by 3, s.on_date`.execute(tx)
  return rows
}
