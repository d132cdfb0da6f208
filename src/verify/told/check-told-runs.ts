import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { notAsTold, payloadOf } from './told.ts'

export type ToldRunCode = 'run_not_as_told' | 'item_missing'

/** Every run is what was asked for: by whom, of which day, whose, and of what; and its last item is there. */
export async function checkToldRuns(tx: Reader, runs: Ids): Promise<Found<ToldRunCode>[]> {
  const { rows } = await sql<Found<ToldRunCode>>`
    with told as (
      select r.id, p.after as told, jsonb_build_object('cause', r.cause, 'day', r.day, 'organizationId', r.organization_id,
               'filters', r.filters, 'previewed', r.previewed) as stored
      from billing_run r
      cross join lateral (
        select min(id) as entry from history where account_id = ${account} and noun = 'billing_run' and subject_id = r.id
      ) f
      cross join lateral ${payloadOf('f.entry')} p
      where r.account_id = ${account} and ${isAmong('r.id', runs)} and p.after ? 'cause'
    )
    ${notAsTold('run_not_as_told', 'billing_run')}
    union all
    select 'item_missing', 'billing_run', r.id, null, null, jsonb_build_object('item', r.items, 'last', l.item)
    from billing_run r
    left join lateral (
      select item from billing_run_item where account_id = ${account} and run_id = r.id order by item desc limit 1
    ) l on true
    where r.account_id = ${account} and ${isAmong('r.id', runs)} and r.items <> coalesce(l.item, 0)
    order by 3`.execute(tx)
  return rows
}
