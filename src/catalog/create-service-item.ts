import type { Ctx } from '../platform/context.ts'
import { type ExternalId, replaceExternalIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import type { KnownServiceItem } from './read-service-item.ts'
import { readServiceItem, type ServiceItemInput } from './service-item.ts'
import { insertServiceItems } from './service-item-store.ts'

export function createServiceItem(
  ctx: Ctx,
  { externalIds = [], ...input }: ServiceItemInput & { externalIds?: ExternalId[] },
): Promise<KnownServiceItem> {
  const data = readServiceItem(input)
  return ctx.transact(async tx => {
    const id = await takeIds(tx, 'service_item')
    const item = { ...data, id, version: 1, createdAt: ctx.clock.now(), archivedAt: null }
    await insertServiceItems(tx, [item])
    await replaceExternalIds(tx, 'service_item', id, externalIds)
    const made = { ...item, externalIds }
    await record(tx, ctx, [{ action: 'create', event: 'create', subject: { noun: 'service_item', id, version: 1 }, after: made }])
    return made
  })
}
