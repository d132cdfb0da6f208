import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import type { Noun } from '../core/ids.ts'
import { account } from './account.ts'
import { type Ctx, showActor } from './context.ts'
import { isAmong, keepsPlan, rowsOf } from './db/bulk.ts'
import type { Reader, Tx } from './db/db.ts'
import { outboxInsert } from './outbox.ts'

export interface HistoryEntry {
  /** What was done, in the past or as the verb: `create`, `update`, `archive`, `emit`. */
  action: string
  subject: { noun: Noun; id: number; version: number }
  /** Plain data, never a secret. Absent and null are the same: there was, or is, nothing. */
  before?: object | null
  after?: object | null
  /** Given, the outbox holds (subject, version) with this name: subscribers are to be told. */
  event?: string
}

const SALT_BYTES = 32

const entryColumns = {
  subject_id: 'bigint',
  action: 'text',
  noun: 'text',
  subject_version: 'integer',
  salt: 'text',
  before: 'jsonb',
  after: 'jsonb',
  event: 'text',
} as const

/**
 * Writes what was done, in the transaction that did it: history, payloads beside it, and the outbox, all in one
 * statement however many entries there are. As a rule called once per transaction, last.
 */
export async function record(tx: Tx, ctx: Ctx, entries: readonly HistoryEntry[]): Promise<void> {
  if (entries.length === 0) return
  const salts = randomBytes(SALT_BYTES * entries.length).toString('hex')
  const rows = entries.map((entry, i) => ({
    subject_id: entry.subject.id,
    action: entry.action,
    noun: entry.subject.noun,
    subject_version: entry.subject.version,
    salt: salts.slice(i * SALT_BYTES * 2, (i + 1) * SALT_BYTES * 2),
    before: entry.before ? JSON.stringify(entry.before) : null,
    after: entry.after ? JSON.stringify(entry.after) : null,
    event: entry.event ?? null,
  }))
  await sql`${keepsPlan}
    with entry as materialized (
      select nextval('history_id_seq') as id, cast(${ctx.account} as bigint) as account_id, cast(${ctx.clock.now()} as timestamptz) as at,
             e.action, e.noun, e.subject_id, e.subject_version, e.before, e.after, e.event, decode(e.salt, 'hex') as salt
      from ${rowsOf(entryColumns, rows)} as e
    ), told as (${outboxInsert(sql`entry`)}
    ), kept as (
      insert into history (account_id, id, at, actor, action, noun, subject_id, subject_version, request_id, digest)
      select account_id, id, at, ${showActor(ctx.actor)}, action, noun, subject_id, subject_version, ${ctx.requestId},
             history_digest(salt, before, after)
      from entry
    )
    insert into history_payload (account_id, history_id, salt, before, after)
    select account_id, id, salt, before, after from entry`.execute(tx)
}

export interface HistoryItem {
  id: number
  at: Instant
  /** `key:key_3`, `operator:operator`, `system:daily_billing`. */
  actor: string
  action: string
  /** The version that the subject had afterwards. */
  version: number
  requestId: string
  before: unknown
  after: unknown
  /** When the payload was erased; before and after are null since then. */
  erasedAt: Instant | null
  isSealed: boolean
}

/** What was done to a subject, the latest first, from the one before `before`. */
export async function historyOf(
  tx: Reader,
  noun: Noun,
  id: number,
  before: number | null,
  limit: number,
): Promise<HistoryItem[]> {
  const { rows } = await sql<HistoryItem>`
    select h.id, h.at, h.actor, h.action, h.subject_version as version, h.request_id as "requestId", p.before, p.after,
           p.erased_at as "erasedAt", h.sealed_in is not null as "isSealed"
    from history h join history_payload p on p.account_id = h.account_id and p.history_id = h.id
    where h.account_id = ${account} and h.noun = ${noun} and h.subject_id = ${id} and h.id < coalesce(cast(${before} as bigint), ${FAR})
    order by h.id desc limit ${limit}`.execute(tx)
  return rows
}

/** When each subject was last changed, as the history tells it. */
export async function lastChangeOf(tx: Reader, noun: Noun, ids: readonly number[]): Promise<Map<number, Instant>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; at: Instant }>`
    select subject_id as id, max(at) as at from history
    where account_id = ${account} and noun = ${noun} and ${isAmong('subject_id', ids)} group by subject_id`.execute(tx)
  return new Map(rows.map(row => [row.id, row.at]))
}

const FAR = sql`9223372036854775807`

/**
 * Erases what was recorded about a subject (LGPD). Rows, order and digests stay, so the chain holds; without its salt a
 * digest says nothing about what it was made of. Answers how many payloads that were.
 */
export async function erasePayloads(tx: Tx, noun: Noun, id: number, at: Instant): Promise<number> {
  const { numAffectedRows } = await sql`
    update history_payload p set before = null, after = null, salt = ''::bytea, erased_at = ${at}
    from history h
    where h.account_id = ${account} and h.noun = ${noun} and h.subject_id = ${id}
      and p.account_id = h.account_id and p.history_id = h.id and p.erased_at is null`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}
