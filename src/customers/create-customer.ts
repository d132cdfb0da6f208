import type { Ctx } from '../platform/context.ts'
import { type ExternalId, replaceExternalIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { type CustomerInput, readCustomer } from './customer.ts'
import { insertCustomers } from './customer-store.ts'
import type { KnownCustomer } from './read-customer.ts'

export function createCustomer(
  ctx: Ctx,
  { externalIds = [], ...input }: CustomerInput & { externalIds?: ExternalId[] },
): Promise<KnownCustomer> {
  const data = readCustomer(input)
  return ctx.transact(async tx => {
    const id = await takeIds(tx, 'customer')
    const customer = { ...data, id, version: 1, createdAt: ctx.clock.now(), archivedAt: null }
    await insertCustomers(tx, [customer])
    await replaceExternalIds(tx, 'customer', id, externalIds)
    const made = { ...customer, externalIds }
    await record(tx, ctx, [{ action: 'create', event: 'create', subject: { noun: 'customer', id, version: 1 }, after: made }])
    return made
  })
}
