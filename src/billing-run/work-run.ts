import { randomUUID } from 'node:crypto'
import { TermsMemory } from '../contracts/rules/terms-memory.ts'
import type { Ctx } from '../platform/context.ts'
import { applyChunk } from './apply-chunk.ts'
import { decidePage, mayDecide, wantsDeciding } from './decide-run.ts'
import { endIfOver } from './end-run.ts'
import { claimChunk, lockRun, pendingChunks, runById } from './run-store.ts'

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
  if (signal?.aborted) return
  // Most runs are decided and billed by one worker in one page: it looks for chunks only when that was not all.
  const first = await decidePage(ctx, runId, { worker, memory, waits: false })
  if (first === 'over') return
  let anotherDecides = first === 'busy'
  while (!signal?.aborted) {
    const { run, chunk } = await ctx.transact(async tx => {
      const run = await runById(tx, runId)
      if (run?.state !== 'running') return { run, chunk: null }
      const decidesFirst = !anotherDecides && wantsDeciding(run, await pendingChunks(tx, runId, worker))
      return { run, chunk: decidesFirst ? null : await claimChunk(tx, runId, worker) }
    })
    if (chunk) {
      await applyChunk(ctx, runId, chunk, memory)
      anotherDecides = false
    } else if (run && mayDecide(run)) {
      const end = await decidePage(ctx, runId, { worker, memory, waits: anotherDecides })
      if (end === 'over') return
      anotherDecides = end === 'busy'
    } else if (run?.state !== 'running') return
    else {
      if (await finishRun(ctx, runId)) return
      await new Promise(resolve => setTimeout(resolve, WAIT_MS))
    }
  }
}

async function finishRun(ctx: Ctx, runId: number): Promise<boolean> {
  return ctx.transact(async tx => {
    const run = await lockRun(tx, runId)
    return run?.state !== 'running' || endIfOver(tx, ctx, run)
  })
}
