import { unchangedSince } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import { type ExternalId, replaceExternalIds, tidyIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { type CustomerInput, readCustomer } from './customer.ts'
import { saveCustomers } from './customer-store.ts'
import { holdCustomer, type KnownCustomer } from './read-customer.ts'

/** What is absent stays, what is null is cleared. */
export type CustomerChange = Partial<CustomerInput> & { externalIds?: ExternalId[] }

export function updateCustomer(ctx: Ctx, id: number, expectedVersion: number, change: CustomerChange): Promise<KnownCustomer> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await holdCustomer(tx, id), expectedVersion)
    const after = {
      ...before,
      ...readCustomer({ ...before, ...change }),
      externalIds: tidyIds(change.externalIds ?? before.externalIds),
      version: before.version + 1,
    }
    await saveCustomers(tx, [after])
    if (change.externalIds) await replaceExternalIds(tx, 'customer', id, after.externalIds)
    await record(tx, ctx, [
      { action: 'update', event: 'update', subject: { noun: 'customer', id, version: after.version }, before, after },
    ])
    return after
  })
}
