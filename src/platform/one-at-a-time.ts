import { sql } from 'kysely'
import type { Db, Tx } from './db/db.ts'

/**
 * Does this while nobody else does what has the same name, in any process. For what is done across accounts, and so in more than one
 * transaction. The embedded database has one process only, which does its starting once.
 */
export async function oneAtATime<T>(db: Db, name: string, work: () => Promise<T>): Promise<T> {
  if (db.engine === 'pglite') return work()
  const held = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  // Beside the work, not around it: a transaction of another scope cannot be opened inside this one. Who dies lets go of it.
  const hold = async (tx: Tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
    held.resolve()
    await over.promise
  }
  // In the background, where waiting has no end: whoever is before us may migrate.
  const holding = db.transact('dispatch', hold, { priority: 'background' })
  await Promise.race([held.promise, holding])
  try {
    return await work()
  } finally {
    over.resolve()
    await holding.catch(() => {})
  }
}
