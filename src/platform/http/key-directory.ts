import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Instant } from '../../core/dates.ts'
import type { Db, Reader, Tx } from '../db/db.ts'

/** What is kept of an API key: the SHA-256 of its text, in hexadecimal. The text has enough chance in it to need no salt. */
export function hashOfKey(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export interface AccountEntry {
  account: number
  mode: 'live' | 'sandbox'
  /** Of a sandbox: where its clock stands. */
  sandboxNow: Instant | null
  state: 'active' | 'closed'
}

export interface KeyEntry extends AccountEntry {
  key: number
  scopes: string[]
  isRevoked: boolean
}

/** How a text begins that was given to a key for a time. */
export const bearerPrefix = 'bdb_'

// A line break stands in no header: what renews a bearer is never taken for one that opens something.
const refreshMark = 'refresh\n'

/** What the refresh of a bearer is looked up by. */
export function refreshText(refresh: string): string {
  return `${refreshMark}${refresh}`
}

/** Whose key a text opens at an instant of the machine: the key itself, a bearer of its, or the refresh of one. */
export function findOpened(db: Db, text: string, at: Instant): Promise<KeyEntry | null> {
  const hash = hashOfKey(text)
  if (text.startsWith(bearerPrefix)) return findByBearer(db, `b.token_hash = '\\x${hash}' and b.expires_at > '${at}'`)
  if (text.startsWith(refreshMark)) return findByBearer(db, `b.refresh_hash = '\\x${hash}' and b.refresh_until > '${at}'`)
  return findKey(db, hash)
}

const HASH = /^[0-9a-f]{64}$/

/** Whose key this is: asked at each request. */
export async function findKey(db: Db, hash: string): Promise<KeyEntry | null> {
  if (!HASH.test(hash)) throw new TypeError('not the hash of a key')
  const rows = await db.readOnce(
    'dispatch',
    `select k.id as key, k.scopes, k.revoked_at is not null as "isRevoked",
            a.account_id as account, a.mode, a.sandbox_now as "sandboxNow", a.state
     from api_key k join account a on a.account_id = k.account_id
     where k.key_hash = '\\x${hash}'`,
  )
  return (rows[0] as KeyEntry | undefined) ?? null // its columns are KeyEntry's
}

/** The condition is made of a hash and an instant, both of our own making. */
async function findByBearer(db: Db, condition: string): Promise<KeyEntry | null> {
  const rows = await db.readOnce(
    'dispatch',
    `select k.id as key, k.scopes, k.revoked_at is not null or b.ended_at is not null as "isRevoked",
            a.account_id as account, a.mode, a.sandbox_now as "sandboxNow", a.state
     from bearer b join api_key k on k.account_id = b.account_id and k.id = b.key_id join account a on a.account_id = k.account_id
     where ${condition}`,
  )
  return (rows[0] as KeyEntry | undefined) ?? null // its columns are KeyEntry's
}

export async function findAccount(db: Db, account: number): Promise<AccountEntry | null> {
  if (!Number.isSafeInteger(account)) throw new TypeError('not the number of an account')
  const rows = await db.readOnce(
    'dispatch',
    `select account_id as account, mode, sandbox_now as "sandboxNow", state from account where account_id = ${account}`,
  )
  return (rows[0] as AccountEntry | undefined) ?? null // its columns are AccountEntry's
}

/** In a transaction of the dispatcher: the number of an account that is about to be made. */
export async function takeAccountNumber(tx: Tx): Promise<number> {
  const { rows } = await sql<{ account: number }>`select nextval('account_id_seq') as account`.execute(tx)
  const [taken] = rows
  if (taken === undefined) throw new Error('the sequence of accounts gave no number')
  return taken.account
}

/** In a transaction of the dispatcher: every open account. */
export async function accountNumbers(tx: Reader): Promise<number[]> {
  const { rows } = await sql<{
    account: number
  }>`select account_id as account from account where state = 'active' order by 1`.execute(tx)
  return rows.map(row => row.account)
}

/** In a transaction of the dispatcher: every account, closed ones too, whose kept answers grow old like any other's. */
export async function everyAccountNumber(tx: Reader): Promise<number[]> {
  const { rows } = await sql<{ account: number }>`select account_id as account from account order by 1`.execute(tx)
  return rows.map(row => row.account)
}
