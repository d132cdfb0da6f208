// How charging accounts are found by what others call them; everything else of them is in ../references/.

import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import { isAmong } from '../../platform/db/bulk.ts'
import type { Reader } from '../../platform/db/db.ts'

/** Null where nobody has it. */
export async function chargingAccountCalled(tx: Reader, uuid: string): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select id from charging_account where account_id = ${account} and uuid = ${uuid.toLowerCase()}`.execute(tx)
  return rows[0]?.id ?? null
}

/** By id. */
export async function uuidsOfChargingAccounts(tx: Reader, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; uuid: string }>`
    select id, uuid from charging_account where account_id = ${account} and ${isAmong('id', ids)}`.execute(tx)
  return new Map(rows.map(({ id, uuid }) => [id, uuid]))
}
