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
import type { ServiceItem } from './service-item.ts'
import {
  type ListedServiceItem,
  listServiceItems,
  lockLeavingServiceItem,
  lockServiceItem,
  type ServiceItemFilter,
  type ServiceItemPlace,
  serviceItemOf,
} from './service-item-store.ts'

export type KnownServiceItem = WithExternalIds<ServiceItem>

export function getServiceItem(ctx: Ctx, id: number): Promise<KnownServiceItem> {
  return ctx.transact(async tx => {
    const item = found(await serviceItemOf(tx, id), 'Serviço não encontrado.')
    return { ...item, externalIds: (await externalIdsOf(tx, 'service_item', [id])).get(id) ?? [] }
  })
}

/** For verbs that change it: held until the transaction ends. */
export async function holdServiceItem(tx: Tx, id: number): Promise<KnownServiceItem> {
  const item = found(await lockServiceItem(tx, id), 'Serviço não encontrado.')
  return { ...item, externalIds: (await externalIdsOf(tx, 'service_item', [id])).get(id) ?? [] }
}

/** For verbs that take it out of use: nobody binds it meanwhile. */
export async function holdLeavingServiceItem(tx: Tx, id: number): Promise<KnownServiceItem> {
  const item = found(await lockLeavingServiceItem(tx, id), 'Serviço não encontrado.')
  return { ...item, externalIds: (await externalIdsOf(tx, 'service_item', [id])).get(id) ?? [] }
}

export interface ServiceItemSearch extends Omit<ServiceItemFilter, 'id'> {
  externalId?: ExternalId | undefined
}

/** In order of name, from the one after `after`; one more than `limit` when there are further ones. */
export function searchServiceItems(
  ctx: Ctx,
  { externalId, ...filter }: ServiceItemSearch,
  after: ServiceItemPlace | null,
  limit: number,
): Promise<WithExternalIds<ListedServiceItem>[]> {
  return ctx.transact(async tx => {
    const id = externalId && (await subjectOfExternalId(tx, 'service_item', externalId))
    if (id === null) return []
    return withExternalIds(tx, 'service_item', await listServiceItems(tx, { ...filter, id }, after, limit + 1))
  })
}
