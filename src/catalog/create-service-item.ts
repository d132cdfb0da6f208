import type { Ctx } from '../platform/context.ts'
import { addExternalIds, type ExternalId, tidyIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import type { KnownServiceItem } from './read-service-item.ts'
import { readServiceItem, type ServiceItemInput } from './service-item.ts'
import { insertServiceItems } from './service-item-store.ts'

export type NewServiceItem = ServiceItemInput & { externalIds?: readonly ExternalId[] }

export async function createServiceItem(ctx: Ctx, input: NewServiceItem): Promise<KnownServiceItem> {
  const [made] = await createServiceItems(ctx, [input])
  if (made === undefined) throw new Error('no service item was made')
  return made
}

/** Many at once, for an import: a handful of statements however many they are. The answer is in the order of the inputs. */
export function createServiceItems(ctx: Ctx, inputs: readonly NewServiceItem[]): Promise<KnownServiceItem[]> {
  if (inputs.length === 0) return Promise.resolve([])
  const read = inputs.map(({ externalIds = [], ...input }) => ({ ...readServiceItem(input), externalIds: tidyIds(externalIds) }))
  return ctx.transact(async tx => {
    const first = await takeIds(tx, 'service_item', read.length)
    const made = read.map((data, i) => ({ ...data, id: first + i, version: 1, createdAt: ctx.clock.now(), archivedAt: null }))
    await insertServiceItems(tx, made)
    await addExternalIds(
      tx,
      'service_item',
      made.flatMap(({ id, externalIds }) => externalIds.map(external => ({ ...external, subjectId: id }))),
    )
    await record(
      tx,
      ctx,
      made.map(after => ({
        action: 'create',
        event: 'create',
        subject: { noun: 'service_item', id: after.id, version: 1 },
        after,
      })),
    )
    return made
  })
}
