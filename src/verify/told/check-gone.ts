import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'

export type GoneCode = 'subject_gone'

/** Nouns whose rows stay for good, and those that may be deleted while nothing hangs on them: the history says so then. */
export type LastingNoun =
  | 'contract'
  | 'subscription'
  | 'invoice_rule'
  | 'readjustment'
  | 'invoice'
  | 'schedule'
  | 'billing_event'
  | 'billing_run'
  | 'renegotiation'
  | 'customer'
  | 'organization'
  | 'plan'

/** Whatever the history tells of, and not that it was deleted, is there. It is looked for from the history on: a row that is gone is in no walk. */
export async function checkGone(tx: Reader, noun: LastingNoun, ids: Ids): Promise<Found<GoneCode>[]> {
  // A subscription has the id of its contract.
  const id = noun === 'subscription' ? 'contract_id' : 'id'
  const { rows } = await sql<Found<GoneCode>>`
    with gone as (
      select subject_id as id, max(id) as entry from history
      where account_id = ${account} and noun = ${noun} and ${isAmong('subject_id', ids)}
        and subject_id not in (select ${sql.ref(id)} from ${sql.table(noun)} where account_id = ${account} and ${isAmong(id, ids)})
      group by subject_id
    )
    select 'subject_gone' as code, ${noun}::text as noun, g.id, null as "startsOn", null as "endsOn", ${lastTold} as details
    from gone g cross join lateral (select action, subject_version from history where account_id = ${account} and id = g.entry offset 0) h
    where ${noun}::text not in ('customer', 'organization', 'plan') or h.action <> 'delete'
    order by g.id`.execute(tx)
  return rows
}

/**
 * What came from another system without its invoice: what is asked for an invoice may be split anew, and is held against that one's
 * entries, never told of as made by itself. Older entries call it entered.
 */
export async function checkGoneReceivables(tx: Reader, receivables: Ids): Promise<Found<GoneCode>[]> {
  const { rows } = await sql<Found<GoneCode>>`
    select 'subject_gone' as code, 'receivable' as noun, g.id, null as "startsOn", null as "endsOn", ${lastTold} as details
    from (
      select subject_id as id, bool_or(action in ('create', 'enter')) as is_entered, max(id) as entry from history
      where account_id = ${account} and noun = 'receivable' and ${isAmong('subject_id', receivables)}
        and subject_id not in (select id from receivable where account_id = ${account} and ${isAmong('id', receivables)})
      group by subject_id
    ) g
    cross join lateral (select action, subject_version from history where account_id = ${account} and id = g.entry offset 0) h
    where g.is_entered order by g.id`.execute(tx)
  return rows
}

const lastTold = sql`jsonb_build_object('lastEntry', g.entry, 'toldVersion', h.subject_version, 'toldAction', h.action)`
