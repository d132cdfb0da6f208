import { sql } from 'kysely'
import type { Instant } from '../../core/dates.ts'
import { type Noun, showId } from '../../core/ids.ts'
import { account } from '../account.ts'
import type { Reader, Tx } from '../db/db.ts'

export interface KeptAnswer {
  /** SHA-256 of the request, in hexadecimal. */
  fingerprint: string
  status: number
  answer: { version?: number; location?: string; about?: string; isSecret?: boolean }
  body: unknown
}

/** False when a transaction that works under this key is open. The lock ends with the transaction, so no crash leaves it. */
export async function lockKey(tx: Tx, key: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('idempotency ' || ${account}::text || ' ' || ${key}, 0)) as locked`.execute(
    tx,
  )
  return rows[0]?.locked === true
}

export async function findAnswer(tx: Reader, key: string): Promise<KeptAnswer | null> {
  const { rows } = await sql<KeptAnswer>`
    select encode(fingerprint, 'hex') as fingerprint, status, headers as answer, body
    from idempotency_key where account_id = ${account} and key = ${key}`.execute(tx)
  return rows[0] ?? null
}

export async function keepAnswer(
  tx: Tx,
  key: string,
  at: string,
  { fingerprint, status, answer, body }: KeptAnswer,
): Promise<void> {
  await sql`
    insert into idempotency_key (account_id, key, fingerprint, status, headers, body, created_at)
    values (${account}, ${key}, decode(${fingerprint}, 'hex'), ${status}, ${JSON.stringify(answer)}::text::jsonb,
            ${body === undefined ? null : JSON.stringify(body)}::text::jsonb, ${at})`.execute(tx)
}

/** In a transaction of the dispatcher: the account that the operator made under this key. */
export async function findAccountMadeUnder(tx: Reader, key: string): Promise<number | null> {
  const { rows } = await sql<{ account: number }>`select account_id as account from idempotency_key where key = ${key}`.execute(
    tx,
  )
  return rows[0]?.account ?? null
}

/** LGPD: the kept answers that show a subject lose their bodies, and are not given again. */
export async function forgetAnswersAbout(tx: Tx, noun: Noun, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  const shown = JSON.stringify(ids.map(id => showId(noun, id)))
  await sql`
    update idempotency_key set body = null, headers = '{"isSecret": true}'
    where account_id = ${account}
      and coalesce(headers ->> 'about', body ->> 'id') in (select jsonb_array_elements_text(cast(${shown} as text)::jsonb))`.execute(
    tx,
  )
}

/** LGPD: the same for every subject of a noun. */
export async function forgetAnswersOf(tx: Tx, noun: Noun): Promise<void> {
  const prefix = showId(noun, 1).slice(0, -1)
  await sql`
    update idempotency_key set body = null, headers = '{"isSecret": true}'
    where account_id = ${account} and starts_with(body ->> 'id', ${prefix})`.execute(tx)
}

/** Deletes answers kept before an instant, the oldest first and at most `limit`; says how many those were. */
export async function deleteAnswers(tx: Tx, before: Instant, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_key where account_id = ${account} and key = any(array(
      select key from idempotency_key where account_id = ${account} and created_at < ${before} order by created_at limit ${limit}))`.execute(
    tx,
  )
  return Number(numAffectedRows ?? 0n)
}
