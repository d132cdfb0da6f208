// All SQL of calls that a dialect remembers for a moment, so that it can refuse the same one again. Times are the machine's.

import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import type { Tx } from '../platform/db/db.ts'

export interface RememberedCall {
  dialect: string
  /** Whose key called. */
  caller: string
  call: string
  /** SHA-256 of the parameter, in hexadecimal. */
  fingerprint: string
}

/** Nobody else judges a call of this caller and name until the transaction ends. */
export async function lockCalls(tx: Tx, { dialect, caller, call }: RememberedCall): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('dialect_call ' || ${account}::text || ' ' || ${`${dialect} ${caller} ${call}`}, 0))`.execute(
    tx,
  )
}

export interface CallsBefore {
  /** One of the same name runs; a process that died leaves one that counts until `leaseSeconds` after it began. */
  isRunning: boolean
  /** Seconds since the same call, with the same parameter, was accepted; null: it was not, or long ago. */
  sameSecondsAgo: number | null
}

/** What was called before. The caller holds the lock. */
export async function callsBefore(tx: Tx, it: RememberedCall, leaseSeconds: number): Promise<CallsBefore> {
  const { rows } = await sql<CallsBefore>`
    select coalesce(bool_or(ended_at is null and began_at > clock_timestamp() - make_interval(secs => ${leaseSeconds}::integer)), false) as "isRunning",
           min(extract(epoch from clock_timestamp() - began_at)) filter (where ended_at is not null and fingerprint = decode(${it.fingerprint}, 'hex'))::float8::integer as "sameSecondsAgo"
    from dialect_call
    where account_id = ${account} and dialect = ${it.dialect} and caller = ${it.caller} and call = ${it.call}`.execute(tx)
  return rows[0] ?? { isRunning: false, sameSecondsAgo: null }
}

/** The call runs; calls of long ago are forgotten. */
export async function beginCall(tx: Tx, it: RememberedCall): Promise<void> {
  await sql`
    delete from dialect_call where account_id = ${account} and dialect = ${it.dialect} and began_at < clock_timestamp() - interval '10 minutes'`.execute(
    tx,
  )
  await sql`
    insert into dialect_call (account_id, dialect, caller, call, fingerprint, began_at)
    values (${account}, ${it.dialect}, ${it.caller}, ${it.call}, decode(${it.fingerprint}, 'hex'), clock_timestamp())
    on conflict (account_id, dialect, caller, call, fingerprint) do update set began_at = excluded.began_at, ended_at = null`.execute(
    tx,
  )
}

/** It was accepted and is over; or it was refused, and may be called again at once. */
export async function endCall(tx: Tx, it: RememberedCall, wasAccepted: boolean): Promise<void> {
  const own = sql`account_id = ${account} and dialect = ${it.dialect} and caller = ${it.caller} and call = ${it.call} and fingerprint = decode(${it.fingerprint}, 'hex')`
  await (wasAccepted
    ? sql`update dialect_call set ended_at = clock_timestamp() where ${own}`
    : sql`delete from dialect_call where ${own}`
  ).execute(tx)
}

// --- Who calls too much, or fails too often ---

export type Caller = Pick<RememberedCall, 'dialect' | 'caller'>

export interface CallerStands {
  /** In the minute that began with the first of them, this one counted. */
  calls: number
  secondsLeft: number
  /** Null: it is not blocked. */
  blockedSeconds: number | null
}

/** Counts a call; whoever is refused for it rolls that back. */
export async function countCall(tx: Tx, it: Caller): Promise<CallerStands> {
  const { rows } = await sql<CallerStands>`
    insert into dialect_caller as c (account_id, dialect, caller, minute, calls, failures)
    values (${account}, ${it.dialect}, ${it.caller}, clock_timestamp(), 1, 0)
    on conflict (account_id, dialect, caller) do update set
      calls = case when c.minute > excluded.minute - interval '1 minute' then c.calls + 1 else 1 end,
      minute = case when c.minute > excluded.minute - interval '1 minute' then c.minute else excluded.minute end
    returning calls, greatest(1, ceil(60 - extract(epoch from clock_timestamp() - minute)))::integer as "secondsLeft",
              case when blocked_until > clock_timestamp() then ceil(extract(epoch from blocked_until - clock_timestamp()))::integer end as "blockedSeconds"`.execute(
    tx,
  )
  const [stands] = rows
  if (stands === undefined) throw new Error('a call was counted, and nothing came back')
  return stands
}

/** One that was accepted ends a row of failures. */
export async function forgetFailures(tx: Tx, it: Caller): Promise<void> {
  await sql`
    update dialect_caller set failures = 0
    where account_id = ${account} and dialect = ${it.dialect} and caller = ${it.caller} and failures > 0`.execute(tx)
}

/** After `most` of them in a row the caller is blocked for `seconds`, and begins anew. */
export async function countFailure(tx: Tx, it: Caller, most: number, seconds: number): Promise<void> {
  await sql`
    update dialect_caller set
      failures = case when failures + 1 >= ${most}::integer then 0 else failures + 1 end,
      blocked_until = case when failures + 1 >= ${most}::integer
        then clock_timestamp() + make_interval(secs => ${seconds}::integer) else blocked_until end
    where account_id = ${account} and dialect = ${it.dialect} and caller = ${it.caller}`.execute(tx)
}
