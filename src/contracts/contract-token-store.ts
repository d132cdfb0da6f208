import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import { eachOf } from '../platform/db/bulk.ts'
import type { Reader } from '../platform/db/db.ts'

/** What names each contract to outsiders who may not count contracts: 32 hex digits, drawn when it was made and never changed. */
export async function tokensOfContracts(tx: Reader, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; token: string }>`
    select k.id, t.token from ${eachOf(ids)} cross join lateral (
      select c.token from contract c where c.account_id = ${account} and c.id = k.id offset 0) as t`.execute(tx)
  return new Map(rows.map(({ id, token }) => [id, token]))
}

/** The contract of a token; null when nobody has it. */
export async function contractIdOfToken(tx: Reader, token: string): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`select id from contract where account_id = ${account} and token = ${token}`.execute(
    tx,
  )
  return rows[0]?.id ?? null
}
