import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import { account } from './account.ts'
import type { Ctx } from './context.ts'
import { keepsPlan, rowsOf } from './db/bulk.ts'
import type { Reader, Tx } from './db/db.ts'

/** Something that happens by itself, at an instant of its account's clock. */
export interface DueWork {
  kind: string
  subjectId: number
  dueAt: Instant
}

/**
 * Does what is due and, in the transaction that does it, dates the work anew or drops it. It may be called twice for
 * one instant (a killed process, two workers): the second time it finds nothing to do. What takes long comes back soon after
 * `until`, with all that it has done saved: it goes on from there when it is called again.
 */
export type WorkHandler = (ctx: Ctx, subjectId: number, until?: AbortSignal) => Promise<void>
export type WorkHandlers = Readonly<Record<string, WorkHandler>>

/** Dates work, or moves it when it had a date. */
export async function dateWork(tx: Tx, kind: string, subjectId: number, dueAt: Instant): Promise<void> {
  await sql`${keepsPlan}
    insert into due_work (account_id, kind, subject_id, due_at) values (${account}, ${kind}, ${subjectId}, ${dueAt})
    on conflict (account_id, kind, subject_id) do update set due_at = excluded.due_at where due_work.due_at <> excluded.due_at`.execute(
    tx,
  )
}

/** As `dateWork`, of many subjects none of which has a date yet, in one statement. */
export async function dateNewWork(tx: Tx, kind: string, dated: readonly { subjectId: number; dueAt: Instant }[]): Promise<void> {
  if (dated.length === 0) return
  const rows = dated.map(({ subjectId, dueAt }) => ({ subject_id: subjectId, due_at: dueAt }))
  await sql`
    insert into due_work (account_id, kind, subject_id, due_at)
    select ${account}, ${kind}, subject_id, due_at from ${rowsOf({ subject_id: 'bigint', due_at: 'timestamptz' }, rows)} as r`.execute(
    tx,
  )
}

export async function dropWork(tx: Tx, kind: string, subjectId: number): Promise<void> {
  await sql`${keepsPlan} delete from due_work where account_id = ${account} and kind = ${kind} and subject_id = ${subjectId}`.execute(
    tx,
  )
}

/** When this work is due; null when it has no date. */
export async function dateOfWork(tx: Reader, kind: string, subjectId: number): Promise<Instant | null> {
  const { rows } = await sql<{ dueAt: Instant }>`
    select due_at as "dueAt" from due_work where account_id = ${account} and kind = ${kind} and subject_id = ${subjectId}`.execute(
    tx,
  )
  return rows[0]?.dueAt ?? null
}

/** Work with what tells apart two datings of it, be they for the same instant: the transaction that wrote its row. */
export interface DatedWork extends DueWork {
  dating: string
}

/** The account's first work up to an instant; among equals always in the same order. */
export async function firstDue(tx: Reader, until: Instant): Promise<DatedWork | null> {
  const { rows } = await sql<DatedWork>`
    select kind, subject_id as "subjectId", due_at as "dueAt", xmin::text as dating from due_work
    where account_id = ${account} and due_at <= ${until} order by due_at, kind, subject_id limit 1`.execute(tx)
  return rows[0] ?? null
}

/** The account's work up to an instant, in order. */
export async function dueUntil(tx: Reader, until: Instant, limit: number): Promise<DueWork[]> {
  const { rows } = await sql<DueWork>`
    select kind, subject_id as "subjectId", due_at as "dueAt" from due_work
    where account_id = ${account} and due_at <= ${until} order by due_at, kind, subject_id limit ${limit}`.execute(tx)
  return rows
}

export interface DueAccount {
  account: number
  /** Its earliest work. */
  dueAt: Instant
}

/**
 * In a transaction of the dispatcher: which open accounts have something due, each by its own clock, the longest
 * waiting first. `now` is the machine's. Two branches, so that the many live accounts are found by the index on the
 * instant alone: this is asked every second.
 */
export async function dueAccounts(tx: Reader, now: Instant, limit: number): Promise<DueAccount[]> {
  const { rows } = await sql<DueAccount>`
    select account_id as account, min(due_at) as "dueAt" from (
      select w.account_id, w.due_at from due_work w join account a on a.account_id = w.account_id
      where a.mode = 'live' and a.state = 'active' and w.due_at <= ${now}
      union all
      select w.account_id, w.due_at from account a join due_work w on w.account_id = a.account_id
      where a.mode = 'sandbox' and a.state = 'active' and w.due_at <= a.sandbox_now
    ) as due
    group by account_id order by min(due_at), account_id limit ${limit}`.execute(tx)
  return rows
}

/** In a transaction of the dispatcher: when the next work of a live account is due, after `now`; null when none is dated. */
export async function nextDue(tx: Reader, now: Instant): Promise<Instant | null> {
  const { rows } = await sql<{ dueAt: Instant | null }>`
    select min(w.due_at) as "dueAt" from due_work w join account a on a.account_id = w.account_id
    where a.state = 'active' and a.mode = 'live' and w.due_at > ${now}`.execute(tx)
  return rows[0]?.dueAt ?? null
}
