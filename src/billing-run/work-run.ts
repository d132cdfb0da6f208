import { randomUUID } from 'node:crypto'
import type { Ctx } from '../platform/context.ts'
import { applyChunk } from './apply-chunk.ts'
import { decidePage } from './decide-run.ts'
import { tallyOf } from './item-store.ts'
import { moveRun } from './move-run.ts'
import { hasPendingChunks, lockRun, runById } from './run-store.ts'

/** How long a worker that found no chunk waits for those of others to end or to fall free. */
const WAIT_MS = 250

/**
 * Carries a run on until nothing is left to do for it: decides it, applies its chunks, ends it. Any number of workers may do so
 * at once, in one process or many; a killed one is continued by whoever calls this next. Outages are thrown.
 */
export async function workRun(ctx: Ctx, runId: number, signal?: AbortSignal): Promise<void> {
  const worker = randomUUID()
  while (!signal?.aborted) {
    const run = await ctx.transact(tx => runById(tx, runId))
    if (run?.state === 'previewing' || run?.state === 'preparing') await decidePage(ctx, runId)
    else if (run?.state !== 'running') return
    else if (!(await applyChunk(ctx, runId, worker))) {
      if (await finishRun(ctx, runId)) return
      await new Promise(resolve => setTimeout(resolve, WAIT_MS))
    }
  }
}

/** Ends the run once no chunk is pending: in error when an item was parked. False while another worker still has one. */
async function finishRun(ctx: Ctx, runId: number): Promise<boolean> {
  return ctx.transact(async tx => {
    const run = await lockRun(tx, runId)
    if (run?.state !== 'running') return true
    if (await hasPendingChunks(tx, runId)) return false
    const tally = await tallyOf(tx, runId)
    const parked = tally.filter(row => row.outcomeClass === 'parked').reduce((total, row) => total + row.items, 0)
    if (parked > 0) await moveRun(tx, ctx, run, 'fail', { error: 'items_parked', detail: { parked } })
    else await moveRun(tx, ctx, run, 'finish')
    return true
  })
}
