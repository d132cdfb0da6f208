import type { Ctx } from '../../src/platform/context.ts'
import type { TestDatabase } from './test-database.ts'

/** How something ended: what it gave, or what it threw. */
export type Ending<T> = PromiseSettledResult<T>

export interface SideBySide<A, B> {
  first: Ending<A>
  second: Ending<B>
  /** Whether the second had to wait for the first one's end, or came to its own before. */
  secondWaited: boolean
}

/**
 * Does `first` in a transaction that stays open while `second` is done, until that has ended or waits for a lock; only then the first
 * commits. So two transactions meet in the same way each time. Only on PostgreSQL, which has a connection for each.
 */
export async function sideBySide<A, B>(
  database: TestDatabase,
  ctx: Ctx,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<SideBySide<A, B>> {
  const done = Promise.withResolvers<void>()
  const commit = Promise.withResolvers<void>()
  const firstEnding = ending(
    ctx.transact(async () => {
      const made = await first()
      done.resolve()
      await commit.promise
      return made
    }),
  )
  await Promise.race([done.promise, firstEnding])
  const secondEnding = ending(second())
  const secondWaited = await waits(database, secondEnding)
  commit.resolve()
  return { first: await firstEnding, second: await secondEnding, secondWaited }
}

async function ending<T>(act: Promise<T>): Promise<Ending<T>> {
  const [settled] = await Promise.allSettled([act])
  return settled
}

/** Whether somebody waits for a lock in this database, asked until that is so or the act has ended. */
async function waits(database: TestDatabase, act: Promise<unknown>): Promise<boolean> {
  let hasEnded = false
  act.then(() => {
    hasEnded = true
  })
  return database.asOwner(async owner => {
    while (!hasEnded) {
      const { rows } = await owner.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      if (rows.length > 0) return true
    }
    return false
  })
}
