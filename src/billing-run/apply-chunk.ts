import type { Ctx } from '../platform/context.ts'
import { faultOf } from '../platform/db/faults.ts'
import { describeFailure } from './describe-failure.ts'
import { pendingItems, saveResults } from './item-store.ts'
import { type Chunk, claimChunk, endChunk, holdChunk, holdRunState, refreshStatistics, runById } from './run-store.ts'
import { saveItems } from './save-items.ts'

/** The run is not running any more, or another worker has the chunk since its lease ran out: what was begun is undone. */
class NotOurs extends Error {}

/**
 * Does one chunk of a run: claims it, plans its items again under the rules' locks, and saves them all in one transaction. When
 * the data of an item are at fault the chunk is halved until that one stands alone, and is parked with its error. An outage parks
 * nobody: it is thrown, and whoever comes later finds the chunk as it was.
 *
 * @param worker a token of its own for each worker; what it left behind in a crash is never mistaken for another's
 * @returns false when no chunk is to be had
 */
export async function applyChunk(ctx: Ctx, runId: number, worker: string): Promise<boolean> {
  const chunk = await ctx.transact(async tx =>
    (await holdRunState(tx, runId)) === 'running' ? claimChunk(tx, runId, worker) : null,
  )
  if (!chunk) return false
  try {
    await applyRange(ctx, runId, chunk, chunk.firstItem, chunk.lastItem)
  } catch (error) {
    if (!(error instanceof NotOurs)) throw error
  }
  // Each time the run has doubled what is in its tables; until then plans that fitted still fit.
  if (isPowerOfTwo(chunk.number)) await ctx.transact(refreshStatistics)
  return true
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n))
}

async function applyRange(ctx: Ctx, runId: number, chunk: Chunk, first: number, last: number): Promise<void> {
  try {
    await saveRange(ctx, runId, chunk, first, last)
  } catch (error) {
    if (error instanceof NotOurs || faultOf(error) === 'transient') throw error
    await halve(ctx, runId, chunk, first, last, error)
  }
  // After halving the last part that was saved was not the whole.
  if (first === chunk.firstItem && last === chunk.lastItem) await ctx.transact(tx => endChunk(tx, runId, chunk))
}

async function saveRange(ctx: Ctx, runId: number, chunk: Chunk, first: number, last: number): Promise<void> {
  await ctx.transact(async tx => {
    // Whoever would pause or cancel the run waits for us from here on.
    if ((await holdRunState(tx, runId)) !== 'running' || !(await holdChunk(tx, runId, chunk))) throw new NotOurs()
    const run = await runById(tx, runId)
    if (!run) throw new NotOurs()
    await saveItems(tx, ctx, run, await pendingItems(tx, runId, first, last))
  })
}

async function halve(ctx: Ctx, runId: number, chunk: Chunk, first: number, last: number, error: unknown): Promise<void> {
  const items = await ctx.transact(tx => pendingItems(tx, runId, first, last))
  const [only] = items
  if (!only) throw error
  if (items.length === 1) {
    ctx.log.warn({ run: runId, item: only.item, err: error }, 'billing run: item parked')
    await ctx.transact(async tx => {
      if (!(await holdChunk(tx, runId, chunk))) throw new NotOurs()
      await saveResults(tx, runId, [{ ...only, outcomeClass: 'parked', outcome: 'failed', detail: describeFailure(error) }])
    })
    return
  }
  const middle = items[Math.ceil(items.length / 2)]
  if (!middle) throw error
  await applyRange(ctx, runId, chunk, first, middle.item - 1)
  await applyRange(ctx, runId, chunk, middle.item, last)
}
