import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { tallyOf } from './item-store.ts'
import { moveRun } from './move-run.ts'
import { hasPendingChunks, type Run } from './run-store.ts'

/**
 * Ends a locked run that is under way once all of it is decided and no chunk is pending: in error when an item was parked. False
 * while there is something left to do, be it by another worker.
 */
export async function endIfOver(tx: Tx, ctx: Ctx, run: Run): Promise<boolean> {
  if (!run.decided || (await hasPendingChunks(tx, run.id))) return false
  const tally = await tallyOf(tx, run.id)
  const parked = tally.filter(row => row.outcomeClass === 'parked').reduce((total, row) => total + row.items, 0)
  if (parked > 0) await moveRun(tx, ctx, run, 'fail', { error: 'items_parked', detail: { parked } })
  else await moveRun(tx, ctx, run, 'finish')
  return true
}
