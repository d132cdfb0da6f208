import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'

export type ZoneCode = 'time_zone_unknown'

/** What day it is with an organization depends on its zone: of one that does not exist every statement that asks would fail. */
export async function checkZones(tx: Reader): Promise<Found<ZoneCode>[]> {
  const { rows } = await sql<Found<ZoneCode>>`
    select 'time_zone_unknown' as code, 'organization' as noun, o.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('timeZone', o.time_zone) as details
    from (select id, time_zone from organization where account_id = ${account} offset 0) o
    where lower(o.time_zone) not in (select lower(name) from pg_timezone_names)
      and lower(o.time_zone) not in (select lower(abbrev) from pg_timezone_abbrevs)
    order by o.id`.execute(tx)
  return rows
}
