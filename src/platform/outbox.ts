import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import type { Noun } from '../core/ids.ts'
import { account } from './account.ts'
import type { Reader, Tx } from './db/db.ts'

/**
 * What the world is to be told, one row per version of a subject: the part of `record`'s statement that writes it.
 * Two entries about one version of one subject are one message; the first one names it. Where nobody listens it is born as sent.
 */
export function outboxInsert(source: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into outbox (account_id, noun, subject_id, subject_version, event, created_at, sent_at)
    select account_id, noun, subject_id, subject_version, event, at,
           case when exists (select from outbox_listener where account_id = ${account}) then null else at end
    from ${source} where event is not null order by id
    on conflict do nothing`
}

/** From the next transaction on, messages wait for `takeUnsent`. */
export async function listenToOutbox(tx: Tx, listener: string, since: Instant): Promise<void> {
  await sql`
    insert into outbox_listener (account_id, listener, since) values (${account}, ${listener}, ${since}) on conflict do nothing`.execute(
    tx,
  )
}

/** Messages that wait are still to be taken; further ones do not wait any more. */
export async function leaveOutbox(tx: Tx, listener: string): Promise<void> {
  await sql`delete from outbox_listener where account_id = ${account} and listener = ${listener}`.execute(tx)
}

export interface Message {
  noun: Noun
  subjectId: number
  version: number
  event: string
  at: Instant
}

/** Whether anything waits; asked before a turn is waited for. */
export async function hasUnsent(tx: Reader): Promise<boolean> {
  const { rows } = await sql`select from outbox where account_id = ${account} and sent_at is null limit 1`.execute(tx)
  return rows.length > 0
}

/**
 * Takes some that wait, the longest waiting first, and never a version of a subject before those below it, whatever the clocks of the
 * processes say that wrote them. Whoever takes has the turn: of two at once, one could see a version and the other the one before.
 */
export async function takeUnsent(tx: Tx, at: Instant, limit: number): Promise<Message[]> {
  const { rows } = await sql<Message>`
    with wanted as (
      select noun, subject_id, max(subject_version) as upto from (
        select noun, subject_id, subject_version from outbox where account_id = ${account} and sent_at is null
        order by created_at, noun, subject_id, subject_version limit ${limit}
      ) as first group by noun, subject_id
    ), taken as (
      update outbox o set sent_at = ${at} from wanted w
      where o.account_id = ${account} and o.noun = w.noun and o.subject_id = w.subject_id and o.subject_version <= w.upto
        and o.sent_at is null
      returning o.noun, o.subject_id, o.subject_version, o.event, o.created_at
    )
    select noun, subject_id as "subjectId", subject_version as version, event, created_at as at from taken
    order by created_at, noun, subject_id, subject_version`.execute(tx)
  return rows
}

/** In a transaction of the dispatcher: open accounts of which something waits. One step into the index for each, however much waits. */
export async function accountsWithUnsent(tx: Reader, limit: number): Promise<number[]> {
  const { rows } = await sql<{ account: number }>`
    with recursive waiting as (
      (select account_id from outbox where sent_at is null order by account_id limit 1)
      union all
      select (select o.account_id from outbox o where o.sent_at is null and o.account_id > w.account_id order by o.account_id limit 1)
      from waiting w where w.account_id is not null
    )
    select a.account_id as account from waiting w join account a on a.account_id = w.account_id where a.state = 'active' limit ${limit}`.execute(
    tx,
  )
  return rows.map(row => row.account)
}
