import { found } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import { attemptsOf } from './claim-store.ts'
import type { Attempt, Delivery } from './delivery.ts'
import { countWaiting, type DeliveryFilter, deliveryOf, listDeliveries } from './delivery-store.ts'
import type { Endpoint } from './endpoint.ts'
import { endpointOf, listEndpoints } from './endpoint-store.ts'

/** With how much waits for it. */
export type WatchedEndpoint = Endpoint & { waiting: number }

export function getEndpoint(ctx: Ctx, id: number): Promise<WatchedEndpoint> {
  return ctx.transact(async tx => {
    const endpoint = found(await endpointOf(tx, id), 'Endereço de avisos não encontrado.')
    return { ...endpoint, waiting: (await countWaiting(tx, [id])).get(id) ?? 0 }
  })
}

/** In order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchEndpoints(ctx: Ctx, after: number, limit: number): Promise<WatchedEndpoint[]> {
  return ctx.transact(async tx => {
    const endpoints = await listEndpoints(tx, after, limit + 1)
    const waiting = await countWaiting(
      tx,
      endpoints.map(({ id }) => id),
    )
    return endpoints.map(endpoint => ({ ...endpoint, waiting: waiting.get(endpoint.id) ?? 0 }))
  })
}

export type DeliveryDetail = Delivery & { body: string; tries: Attempt[] }

export function getDelivery(ctx: Ctx, id: number): Promise<DeliveryDetail> {
  return ctx.transact(async tx => {
    const delivery = found(await deliveryOf(tx, id), 'Aviso não encontrado.')
    return { ...delivery, tries: await attemptsOf(tx, id) }
  })
}

/** The latest first, from the one before `before`; one more than `limit` when there are further ones. */
export function searchDeliveries(ctx: Ctx, filter: DeliveryFilter, before: number | null, limit: number): Promise<Delivery[]> {
  return ctx.transact(tx => listDeliveries(tx, filter, before, limit + 1))
}
