import { sql } from 'kysely'
import type { Ctx } from '../platform/context.ts'

/** Rows that make a difference to a plan; until then looking costs more than it finds. */
const LOOK_EVERY = 500

/** What this process has saved since it last looked, in whichever runs. */
let saved = 0

/**
 * Has every session plan anew for the tables of a run that have doubled since statistics were made of them; otherwise it only looks
 * (0019-running-while-deciding.sql). In a transaction of its own, and never beside rows that others wait for.
 *
 * @param items saved since the last call
 */
export async function refreshStatistics(ctx: Ctx, items: number): Promise<void> {
  saved += items
  if (saved < LOOK_EVERY) return
  saved = 0
  await ctx.transact(tx => sql`select refresh_statistics()`.execute(tx))
}
