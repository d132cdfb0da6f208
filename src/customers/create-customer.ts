import type { Ctx } from '../platform/context.ts'
import { addExternalIds, type ExternalId, tidyIds } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { type CustomerInput, readCustomer } from './customer.ts'
import { insertCustomers } from './customer-store.ts'
import type { KnownCustomer } from './read-customer.ts'

export type NewCustomer = CustomerInput & { externalIds?: readonly ExternalId[] }

export async function createCustomer(ctx: Ctx, input: NewCustomer): Promise<KnownCustomer> {
  const [made] = await createCustomers(ctx, [input])
  if (made === undefined) throw new Error('no customer was made')
  return made
}

/** Many at once, for an import: a handful of statements however many they are. The answer is in the order of the inputs. */
export function createCustomers(ctx: Ctx, inputs: readonly NewCustomer[]): Promise<KnownCustomer[]> {
  if (inputs.length === 0) return Promise.resolve([])
  const read = inputs.map(({ externalIds = [], ...input }) => ({ ...readCustomer(input), externalIds: tidyIds(externalIds) }))
  return ctx.transact(async tx => {
    const first = await takeIds(tx, 'customer', read.length)
    const made = read.map((data, i) => ({ ...data, id: first + i, version: 1, createdAt: ctx.clock.now(), archivedAt: null }))
    await insertCustomers(tx, made)
    await addExternalIds(
      tx,
      'customer',
      made.flatMap(({ id, externalIds }) => externalIds.map(external => ({ ...external, subjectId: id }))),
    )
    await record(
      tx,
      ctx,
      made.map(after => ({ action: 'create', event: 'create', subject: { noun: 'customer', id: after.id, version: 1 }, after })),
    )
    return made
  })
}
