import { sql } from 'kysely'
import { account } from './account.ts'
import type { Tx } from './db/db.ts'

/** One after the other within an account: waits for whoever has the turn, and has it until the transaction ends. */
export async function takeTurn(tx: Tx, matter: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`turn ${matter} `} || ${account}::text, 0))`.execute(tx)
}
