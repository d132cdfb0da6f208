import type { TermsMemory } from '../contracts/rules/terms-memory.ts'
import type { Ctx } from '../platform/context.ts'
import { faultOf } from '../platform/db/faults.ts'
import { describeFailure } from './describe-failure.ts'
import { pendingItems, saveResults } from './item-store.ts'
import { type Chunk, endChunk, holdChunk, holdRun } from './run-store.ts'
import { saveItems } from './save-items.ts'
import { refreshStatistics } from './statistics-store.ts'

/** The run is not running any more, or another worker has the chunk since its lease ran out: what was begun is undone. */
class NotOurs extends Error {}

/**
 * Does a chunk that was claimed: plans its items again under the rules' locks, and saves them all in one transaction. When the data of
 * an item are at fault the chunk is halved until that one stands alone, and is parked with its error. An outage parks nobody: it is
 * thrown, and whoever comes later finds the chunk as it was.
 */
export async function applyChunk(ctx: Ctx, runId: number, chunk: Chunk, memory: TermsMemory): Promise<void> {
  const work = { ctx, runId, chunk, memory }
  try {
    await applyRange(work, chunk.firstItem, chunk.lastItem)
  } catch (error) {
    if (!(error instanceof NotOurs)) throw error
  }
  await refreshStatistics(ctx, chunk.lastItem - chunk.firstItem + 1)
}

interface Work {
  ctx: Ctx
  runId: number
  chunk: Chunk
  memory: TermsMemory
}

async function applyRange(work: Work, first: number, last: number): Promise<void> {
  const { ctx, runId, chunk } = work
  const isWhole = first === chunk.firstItem && last === chunk.lastItem
  try {
    await saveRange(work, first, last, isWhole)
  } catch (error) {
    if (error instanceof NotOurs || faultOf(error) === 'transient') throw error
    await halve(work, first, last, error)
    if (isWhole) await ctx.transact(tx => endChunk(tx, runId, chunk))
  }
}

async function saveRange({ ctx, runId, chunk, memory }: Work, first: number, last: number, isWhole: boolean): Promise<void> {
  await ctx.transact(async tx => {
    // Whoever would pause or cancel the run waits for us from here on.
    const run = await holdRun(tx, runId)
    if (run?.state !== 'running') throw new NotOurs()
    if (!(await (isWhole ? endChunk : holdChunk)(tx, runId, chunk))) throw new NotOurs()
    await saveItems(tx, ctx, run, await pendingItems(tx, runId, first, last), memory)
  })
}

async function halve(work: Work, first: number, last: number, error: unknown): Promise<void> {
  const { ctx, runId, chunk } = work
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
  await applyRange(work, first, middle.item - 1)
  await applyRange(work, middle.item, last)
}
