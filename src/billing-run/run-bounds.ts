import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { boundsPassed } from './item-store.ts'
import { moveRun } from './move-run.ts'
import type { Run } from './run-store.ts'

/**
 * Stops a locked run that is under way when what it billed and still would bill is beyond the bounds of an organization, until a person
 * lets it go on.
 */
export async function stopAtBounds(tx: Tx, ctx: Ctx, run: Run): Promise<Run> {
  if (run.state !== 'running' || run.boundsAllowed) return run
  const passed = await boundsPassed(tx, run.id)
  if (passed.length === 0) return run
  return moveRun(tx, ctx, run, 'pause', { pauseReason: 'above_run_bounds', detail: { passed } })
}
