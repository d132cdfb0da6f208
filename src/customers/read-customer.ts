import { found } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import {
  type ExternalId,
  externalIdsOf,
  subjectOfExternalId,
  type WithExternalIds,
  withExternalIds,
} from '../platform/external-ids.ts'
import type { Customer } from './customer.ts'
import {
  type CustomerFilter,
  type CustomerPlace,
  customerOf,
  type ListedCustomer,
  listCustomers,
  lockCustomer,
  lockLeavingCustomer,
} from './customer-store.ts'

export type KnownCustomer = WithExternalIds<Customer>

export function getCustomer(ctx: Ctx, id: number): Promise<KnownCustomer> {
  return ctx.transact(async tx => {
    const customer = found(await customerOf(tx, id), 'Cliente não encontrado.')
    return { ...customer, externalIds: (await externalIdsOf(tx, 'customer', [id])).get(id) ?? [] }
  })
}

/** For verbs that change it: held until the transaction ends. */
export async function holdCustomer(tx: Tx, id: number): Promise<KnownCustomer> {
  const customer = found(await lockCustomer(tx, id), 'Cliente não encontrado.')
  return { ...customer, externalIds: (await externalIdsOf(tx, 'customer', [id])).get(id) ?? [] }
}

/** For verbs that take it out of use: nobody binds it meanwhile. */
export async function holdLeavingCustomer(tx: Tx, id: number): Promise<KnownCustomer> {
  const customer = found(await lockLeavingCustomer(tx, id), 'Cliente não encontrado.')
  return { ...customer, externalIds: (await externalIdsOf(tx, 'customer', [id])).get(id) ?? [] }
}

export interface CustomerSearch extends Omit<CustomerFilter, 'id'> {
  externalId?: ExternalId | undefined
}

/** In order of name, from the one after `after`; one more than `limit` when there are further ones. */
export function searchCustomers(
  ctx: Ctx,
  { externalId, ...filter }: CustomerSearch,
  after: CustomerPlace | null,
  limit: number,
): Promise<WithExternalIds<ListedCustomer>[]> {
  return ctx.transact(async tx => {
    const id = externalId && (await subjectOfExternalId(tx, 'customer', externalId))
    if (id === null) return []
    return withExternalIds(tx, 'customer', await listCustomers(tx, { ...filter, id }, after, limit + 1))
  })
}
