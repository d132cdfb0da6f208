import { unchangedSince } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import { replaceExternalIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { orInUse } from '../platform/in-use.ts'
import { holdLeavingServiceItem } from './read-service-item.ts'
import { deleteServiceItemRow } from './service-item-store.ts'

/** Only while no rule and no event names it; its history stays. */
export function deleteServiceItem(ctx: Ctx, id: number, expectedVersion: number): Promise<void> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await holdLeavingServiceItem(tx, id), expectedVersion)
    await replaceExternalIds(tx, 'service_item', id, [])
    await orInUse(() => deleteServiceItemRow(tx, id), 'Há contratos com este serviço; arquive-o.')
    await record(tx, ctx, [
      {
        action: 'delete',
        event: 'delete',
        subject: { noun: 'service_item', id, version: before.version + 1 },
        before,
        after: null,
      },
    ])
  })
}
