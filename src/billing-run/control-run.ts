import { hash } from 'node:crypto'
import { formatDate } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import { type Ctx, showActor } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dropWork } from '../platform/due-work.ts'
import { record } from '../platform/history.ts'
import { EXPIRE_PREVIEW } from './expire-preview.ts'
import { allowItem, cancelPending, type Item, itemOf, reopenItems } from './item-store.ts'
import { moveRun, refuseRunState } from './move-run.ts'
import { stopAtBounds } from './run-bounds.ts'
import { insertChunks, isInPendingChunk, lockRun, type Run, saveRun } from './run-store.ts'
import { sizesOf, spansOf } from './sizes.ts'

/** The run, locked; refuses when there is none. */
async function heldRun(tx: Tx, id: number): Promise<Run> {
  return (await lockRun(tx, id)) ?? refuse('not_found', 'Execução não encontrada.', { status: 404 })
}

/**
 * Bills exactly what a preview showed: items that would end otherwise by now are left, `changed_since_preview`.
 * With `planHash` only if that is still the preview's.
 */
export async function billPreview(ctx: Ctx, id: number, planHash?: string): Promise<Run> {
  return ctx.transact(async tx => {
    const run = await heldRun(tx, id)
    if (run.filters.forecastFrom !== undefined) {
      const sentence = `A prévia é do dia ${formatDate(run.day)}, que ainda não tinha chegado: ela prevê, e não se fatura. Faça outra no dia.`
      refuse('preview_of_future_day', sentence, { status: 409, details: { day: run.day } })
    }
    const isPast = run.expiresAt !== null && run.expiresAt <= ctx.clock.now()
    if (run.state === 'expired' || (run.state === 'previewed' && isPast)) {
      refuse('preview_expired', 'A prévia passou de um dia e não pode mais ser faturada. Faça outra.', { status: 409 })
    }
    if (planHash !== undefined && planHash !== run.planHash) {
      refuse('plan_hash_differs', 'O código da prévia não é o que você conferiu.', {
        status: 409,
        path: '/planHash',
        details: { planHash: run.planHash },
      })
    }
    await dropWork(tx, EXPIRE_PREVIEW, id)
    return moveRun(tx, ctx, run, 'bill')
  })
}

/** Stops before the next chunk; what is being saved is saved. */
export async function pauseRun(ctx: Ctx, id: number): Promise<Run> {
  return ctx.transact(async tx => moveRun(tx, ctx, await heldRun(tx, id), 'pause', { pauseReason: 'paused_by_person' }))
}

/**
 * Goes on. A run that stood still at the bounds of its organization is let beyond them by this; one that a person paused stops at them
 * if what was allowed meanwhile is beyond them.
 */
export async function resumeRun(ctx: Ctx, id: number): Promise<Run> {
  return ctx.transact(async tx => {
    const run = await heldRun(tx, id)
    const boundsAllowed = run.pauseReason === 'above_run_bounds'
    return stopAtBounds(tx, ctx, await moveRun(tx, ctx, run, 'resume', { boundsAllowed }))
  })
}

/** Ends a run that is not done; periods that it has not billed stay open. */
export async function cancelRun(ctx: Ctx, id: number): Promise<Run> {
  return ctx.transact(async tx => {
    const run = await moveRun(tx, ctx, await heldRun(tx, id), 'cancel')
    await cancelPending(tx, id)
    await dropWork(tx, EXPIRE_PREVIEW, id)
    return run
  })
}

/** Tries what is not billed again, and nothing else. */
export async function retryRun(ctx: Ctx, id: number): Promise<Run> {
  return ctx.transact(async tx => {
    const run = await heldRun(tx, id)
    const items = await reopenItems(tx, id, null)
    if (items.length === 0) refuse('nothing_to_retry', 'Não há item a tentar de novo nesta execução.', { status: 409 })
    await insertChunks(tx, id, spansOf(items, sizesOf(ctx).chunk))
    return stopAtBounds(tx, ctx, await moveRun(tx, ctx, run, 'retry'))
  })
}

/** Whoever checked the preview before has not seen what is billed now. */
function withAllowed({ planHash }: Run, item: Item): string {
  return hash('sha256', JSON.stringify([planHash, 'allowed', item.item, item.planHash]), 'base64url')
}

/** Lets one item pass its rule's bounds. Where the run has passed it already, that item alone is billed now. */
export async function allowRunItem(ctx: Ctx, id: number, position: number): Promise<Run> {
  return ctx.transact(async tx => {
    const run = await heldRun(tx, id)
    const item = await itemOf(tx, id, position)
    if (!item) return refuse('not_found', 'Item não encontrado.', { status: 404 })
    if (item.outcome !== 'above_safety_bound') {
      return refuse('item_not_held', 'Este item não está parado por limite de segurança.', {
        status: 409,
        details: { outcome: item.outcome },
      })
    }
    if (run.state === 'cancelled' || run.state === 'expired') refuseRunState(run)
    await allowItem(tx, id, position, showActor(ctx.actor))
    await reopenItems(tx, id, position)
    const allowed = {
      ...run,
      version: run.version + 1,
      plannedCents: run.plannedCents + item.netCents,
      planHash: withAllowed(run, item),
    }
    await saveRun(tx, allowed)
    await record(tx, ctx, [
      { action: 'allow_item', subject: { noun: 'billing_run', id, version: allowed.version }, after: { item: position } },
    ])
    if (run.state === 'previewed') return allowed
    if (!(await isInPendingChunk(tx, id, position))) await insertChunks(tx, id, [{ firstItem: position, lastItem: position }])
    const isOver = run.state === 'done' || run.state === 'error'
    return stopAtBounds(tx, ctx, isOver ? await moveRun(tx, ctx, allowed, 'retry') : allowed)
  })
}
