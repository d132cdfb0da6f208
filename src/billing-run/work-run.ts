import { randomUUID } from 'node:crypto'
import { TermsMemory } from '../contracts/terms-memory.ts'
import type { Ctx } from '../platform/context.ts'
import { applyChunk } from './apply-chunk.ts'
import { decidePage, mayDecide } from './decide-run.ts'
import { tallyOf } from './item-store.ts'
import { moveRun } from './move-run.ts'
import { claimChunk, hasPendingChunks, lockRun, runById } from './run-store.ts'

/** How long a worker that found no chunk waits for those of others to end or to fall free. */
const WAIT_MS = 250

/**
 * Carries a run on until nothing is left to do for it: decides it, applies its chunks, ends it. Any number of workers may do so
 * at once, in one process or many; a killed one is continued by whoever calls this next. Outages are thrown.
 */
export async function workRun(ctx: Ctx, runId: number, signal?: AbortSignal): Promise<void> {
  // A token of its own for each worker: what it left behind in a crash is never mistaken for another's.
  const worker = randomUUID()
  const memory = new TermsMemory()
  while (!signal?.aborted) {
    const { run, chunk } = await ctx.transact(async tx => {
      const run = await runById(tx, runId)
      return { run, chunk: run?.state === 'running' ? await claimChunk(tx, runId, worker) : null }
    })
    if (chunk) await applyChunk(ctx, runId, chunk, memory)
    else if (run && mayDecide(run)) await decidePage(ctx, runId, memory)
    else if (run?.state !== 'running') return
    else {
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
    if (!run.decided) return false
    if (await hasPendingChunks(tx, runId)) return false
    const tally = await tallyOf(tx, runId)
    const parked = tally.filter(row => row.outcomeClass === 'parked').reduce((total, row) => total + row.items, 0)
    if (parked > 0) await moveRun(tx, ctx, run, 'fail', { error: 'items_parked', detail: { parked } })
    else await moveRun(tx, ctx, run, 'finish')
    return true
  })
}
