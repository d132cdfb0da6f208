import { changesNothing, unchangedSince } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import { type ExternalId, replaceExternalIds, tidyIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { holdServiceItem, type KnownServiceItem } from './read-service-item.ts'
import { readServiceItem, type ServiceItemInput } from './service-item.ts'
import { saveServiceItem } from './service-item-store.ts'

/** What is absent stays, what is null is cleared. */
export type ServiceItemChange = Partial<ServiceItemInput> & { externalIds?: ExternalId[] }

/**
 * What changes nothing is not written, unless something that others keep beside it changed: `isToldAnyway`.
 */
export function updateServiceItem(
  ctx: Ctx,
  id: number,
  expectedVersion: number,
  change: ServiceItemChange,
  isToldAnyway = false,
): Promise<KnownServiceItem> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await holdServiceItem(tx, id), expectedVersion)
    const after = {
      ...before,
      ...readServiceItem({ ...before, ...change }),
      externalIds: tidyIds(change.externalIds ?? before.externalIds),
      version: before.version + 1,
    }
    if (!isToldAnyway && changesNothing(before, after)) return before
    await saveServiceItem(tx, after)
    if (change.externalIds) await replaceExternalIds(tx, 'service_item', id, after.externalIds)
    await record(tx, ctx, [
      { action: 'update', event: 'update', subject: { noun: 'service_item', id, version: after.version }, before, after },
    ])
    return after
  })
}
