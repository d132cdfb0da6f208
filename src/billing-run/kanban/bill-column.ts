import { calendarsOf } from '../../organizations/calendar.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { RunCause } from '../billing-run.ts'
import { moveRun } from '../move-run.ts'
import type { Run } from '../run-store.ts'
import { insertStartedRun } from '../start-run.ts'
import { countBoard } from './kanban-store.ts'

export interface ColumnRun {
  run: Run
  /** How many contracts stood in the column when it was started. */
  contracts: number
}

/**
 * Starts a run over all that stands in the column of what is due today, of one organization or of all (null), in the caller's transaction. Where nothing does it is over at
 * once, so that whoever waits for its end does not wait for a worker.
 */
export async function billColumn(tx: Tx, ctx: Ctx, cause: RunCause, organizationId: number | null = null): Promise<ColumnRun> {
  const run = await insertStartedRun(tx, ctx, { cause, ...(organizationId !== null && { organizationId }) })
  if (run === null) throw new Error('a run of a person or a dialect is always made')
  const { columns } = await countBoard(tx, await calendarsOf(tx, ctx.clock.now()), organizationId)
  if (columns.due_today > 0) return { run, contracts: columns.due_today }
  const decided = { ...run, decided: true }
  const running = run.state === 'preparing' ? await moveRun(tx, ctx, decided, 'decided') : decided
  return { run: await moveRun(tx, ctx, running, 'finish'), contracts: 0 }
}
