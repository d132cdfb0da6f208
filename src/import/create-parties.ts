import { insertServiceItems } from '../catalog/service-item-store.ts'
import type { CustomerData } from '../customers/customer.ts'
import { insertCustomers } from '../customers/customer-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { inBatches } from './in-batches.ts'
import type { FreshService } from './plan/services-in-file.ts'

/** Makes customers and answers their ids, in order: three statements for each thousand. */
export async function createCustomers(tx: Tx, ctx: Ctx, customers: readonly CustomerData[]): Promise<number[]> {
  if (customers.length === 0) return []
  const first = await takeIds(tx, 'customer', customers.length)
  const made = customers.map((data, i) => ({ ...data, ...newborn(ctx, first + i) }))
  for (const batch of inBatches(made)) {
    await insertCustomers(tx, batch)
    await record(
      tx,
      ctx,
      batch.map(customer => creation('customer', customer)),
    )
  }
  return made.map(({ id }) => id)
}

/** As `createCustomers`, services. Their prices are those of the lines that name them. */
export async function createServices(tx: Tx, ctx: Ctx, services: readonly FreshService[]): Promise<number[]> {
  if (services.length === 0) return []
  const first = await takeIds(tx, 'service_item', services.length)
  const made = services.map(({ code, name }, i) => ({
    code,
    name,
    description: null,
    unitPrice: null,
    ...newborn(ctx, first + i),
  }))
  for (const batch of inBatches(made)) {
    await insertServiceItems(tx, batch)
    await record(
      tx,
      ctx,
      batch.map(service => creation('service_item', service)),
    )
  }
  return made.map(({ id }) => id)
}

function newborn(ctx: Ctx, id: number) {
  return { id, version: 1, createdAt: ctx.clock.now(), archivedAt: null }
}

function creation(noun: 'customer' | 'service_item', after: { id: number; version: number }): HistoryEntry {
  return {
    action: 'create',
    event: 'create',
    subject: { noun, id: after.id, version: after.version },
    after: { ...after, externalIds: [] },
  }
}
