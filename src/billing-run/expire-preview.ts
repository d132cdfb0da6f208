import type { Ctx } from '../platform/context.ts'
import { dropWork } from '../platform/due-work.ts'
import { moveRun } from './move-run.ts'
import { lockRun } from './run-store.ts'

export const EXPIRE_PREVIEW = 'expire_preview'

/** A preview that nobody billed in a day is past: its figures may be billed no more. */
export async function expirePreview(ctx: Ctx, runId: number): Promise<void> {
  await ctx.transact(async tx => {
    const run = await lockRun(tx, runId)
    if (run?.state === 'previewed') await moveRun(tx, ctx, run, 'expire')
    await dropWork(tx, EXPIRE_PREVIEW, runId)
  })
}
