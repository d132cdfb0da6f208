// Addresses under which whoever has one reads a file without a key: stable, not to be guessed, and to be taken away.

import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import type { Noun } from '../core/ids.ts'
import { account } from './account.ts'
import { isAmong, rowsOf } from './db/bulk.ts'
import type { Reader, Tx } from './db/db.ts'

const TOKEN_BYTES = 24

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** The token of the subject's address: the one that it has, or a new one. */
export async function giveAddress(tx: Tx, noun: Noun, id: number, at: Instant): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const { rows } = await sql<{ token: string }>`
    insert into file_address as a (account_id, noun, subject_id, token, token_hash, created_at)
    values (${account}, ${noun}, ${id}, ${token}, decode(${hashOf(token)}, 'hex'), ${at})
    -- Returns the row that stands, whoever wrote it.
    on conflict (account_id, noun, subject_id) do update set created_at = a.created_at
    returning token`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error(`no address of ${noun} ${id}`)
  return row.token
}

const rowTypes = { id: 'bigint', token: 'text', hash: 'text' } as const

/** As `giveAddress`, of many at once, by subject. */
export async function giveAddresses(tx: Tx, noun: Noun, ids: readonly number[], at: Instant): Promise<Map<number, string>> {
  const known = await addressesOf(tx, noun, ids)
  // In order, so that two who ask for the same do not wait for each other.
  const missing = [...new Set(ids)].filter(id => !known.has(id)).sort((a, b) => a - b)
  if (missing.length === 0) return known
  const made = missing.map(id => {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    return { id, token, hash: hashOf(token) }
  })
  const { rows } = await sql<{ id: number; token: string }>`
    insert into file_address as a (account_id, noun, subject_id, token, token_hash, created_at)
    select ${account}, cast(${noun} as text), r.id, r.token, decode(r.hash, 'hex'), cast(${at} as timestamptz)
    from ${rowsOf(rowTypes, made)} as r order by r.id
    on conflict (account_id, noun, subject_id) do update set created_at = a.created_at
    returning subject_id as id, token`.execute(tx)
  return new Map([...known, ...rows.map(row => [row.id, row.token] as const)])
}

/** By subject; one without an address is absent. */
export async function addressesOf(tx: Reader, noun: Noun, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; token: string }>`
    select subject_id as id, token from file_address
    where account_id = ${account} and noun = ${noun} and ${isAmong('subject_id', ids)}`.execute(tx)
  return new Map(rows.map(row => [row.id, row.token]))
}

/** They open nothing any more. */
export async function takeAddressesAway(tx: Tx, noun: Noun, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await sql`
    delete from file_address where account_id = ${account} and noun = ${noun} and ${isAmong('subject_id', ids)}`.execute(tx)
}

export interface Addressed {
  account: number
  noun: Noun
  id: number
}

/** In a transaction of the dispatcher: what stands under the token; null when nothing does. */
export async function findAddressed(tx: Reader, token: string): Promise<Addressed | null> {
  const { rows } = await sql<Addressed>`
    select account_id as account, noun, subject_id as id from file_address where token_hash = decode(${hashOf(token)}, 'hex')`.execute(
    tx,
  )
  return rows[0] ?? null
}
