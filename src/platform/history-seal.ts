import { sql } from 'kysely'
import { account } from './account.ts'
import type { Ctx } from './context.ts'
import type { Tx } from './db/db.ts'

/** Small enough that the embedded database is not held for long, large enough that seals are few. */
const BATCH = 1000

/**
 * Chains the account's committed history that no seal binds yet, and answers how many rows that were. Business
 * transactions never touch the chain: a row that commits late joins a later seal. Doing it again changes nothing; of two
 * sealers at once, one does it and the other goes home.
 *
 * The recipes of the digests are the functions history_digest, history_image and history_seal_digest of the database,
 * so that verify recomputes a chain where it lies.
 */
export async function sealHistory(ctx: Ctx): Promise<number> {
  let sealed = 0
  for (;;) {
    const rows = await ctx.transact(tx => sealBatch(tx, ctx))
    sealed += rows
    if (rows < BATCH) return sealed
  }
}

async function sealBatch(tx: Tx, ctx: Ctx): Promise<number> {
  const lock = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('history_seal', ${ctx.account})) as mine`.execute(tx)
  if (lock.rows[0]?.mine !== true) return 0
  const { rows } = await sql<{ rows: number }>`
    with head as (
      select seq, digest from history_seal where account_id = ${account} order by seq desc limit 1
    ), chain as (
      select coalesce((select seq from head), 0) + 1 as seq, coalesce((select digest from head), ${NOTHING_BEFORE}) as previous
    ), batch as materialized (
      select h.id, history_image(h) as image from history h
      where h.account_id = ${account} and h.sealed_in is null order by h.id limit ${BATCH}
    ), seal as (
      insert into history_seal (account_id, seq, rows, previous, digest, sealed_at, first_id, last_id)
      select ${account}, c.seq, b.rows, c.previous, history_seal_digest(c.previous, c.seq, b.images), ${ctx.clock.now()}, b.first_id, b.last_id
      from chain c, (select count(*) as rows, string_agg(image, ''::bytea order by id) as images, min(id) as first_id, max(id) as last_id from batch) b
      where b.rows > 0
      returning seq, rows
    ), bound as (
      update history h set sealed_in = s.seq from seal s
      where h.account_id = ${account} and h.id in (select id from batch)
    )
    select rows from seal`.execute(tx)
  return rows[0]?.rows ?? 0
}

/** What stands before the first seal. */
const NOTHING_BEFORE = sql`decode(repeat('00', 32), 'hex')`
