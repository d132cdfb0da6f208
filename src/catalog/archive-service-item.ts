import type { Ctx } from '../platform/context.ts'
import { record } from '../platform/history.ts'
import { holdLeavingServiceItem, holdServiceItem, type KnownServiceItem } from './read-service-item.ts'
import { saveServiceItem } from './service-item-store.ts'

/** Out of lists and of new contracts, still shown by its id. Rules that name it go on. */
export function archiveServiceItem(ctx: Ctx, id: number): Promise<KnownServiceItem> {
  return ctx.transact(async tx => {
    const before = await holdLeavingServiceItem(tx, id)
    if (before.archivedAt !== null) return before
    const after = { ...before, archivedAt: ctx.clock.now(), version: before.version + 1 }
    await saveServiceItem(tx, after)
    await record(tx, ctx, [
      { action: 'archive', event: 'archive', subject: { noun: 'service_item', id, version: after.version }, before, after },
    ])
    return after
  })
}

/** Into use again. Refused when its code has been given to another. */
export function unarchiveServiceItem(ctx: Ctx, id: number): Promise<KnownServiceItem> {
  return ctx.transact(async tx => {
    const before = await holdServiceItem(tx, id)
    if (before.archivedAt === null) return before
    const after = { ...before, archivedAt: null, version: before.version + 1 }
    await saveServiceItem(tx, after)
    await record(tx, ctx, [
      { action: 'unarchive', event: 'unarchive', subject: { noun: 'service_item', id, version: after.version }, before, after },
    ])
    return after
  })
}
