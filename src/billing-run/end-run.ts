import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { type Item, tallyOf } from './item-store.ts'
import { moveRun } from './move-run.ts'
import { hasPendingChunks, type Run } from './run-store.ts'

/**
 * Ends a locked run that is under way once all of it is decided and no chunk is pending: in error when an item was parked. False
 * while there is something left to do, be it by another worker.
 *
 * @param all the run's items, for whoever holds them: nothing is asked of the database then
 */
export async function endIfOver(tx: Tx, ctx: Ctx, run: Run, all: readonly Item[] | null = null): Promise<boolean> {
  if (!run.decided) return false
  if (all === null ? await hasPendingChunks(tx, run.id) : all.some(item => item.outcomeClass === 'pending')) return false
  const parked = all === null ? await parkedItems(tx, run.id) : all.filter(item => item.outcomeClass === 'parked').length
  if (parked > 0) await moveRun(tx, ctx, run, 'fail', { error: 'items_parked', detail: { parked } })
  else await moveRun(tx, ctx, run, 'finish')
  return true
}

async function parkedItems(tx: Tx, runId: number): Promise<number> {
  const tally = await tallyOf(tx, runId)
  return tally.filter(row => row.outcomeClass === 'parked').reduce((total, row) => total + row.items, 0)
}
