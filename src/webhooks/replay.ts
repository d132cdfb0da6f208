import { found } from '../core/current.ts'
import type { Instant } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import type { DeliveryState } from './delivery.ts'
import { type DeliveryFilter, deliveryOf, replayDeliveries } from './delivery-store.ts'
import { lockEndpoints } from './endpoint-store.ts'
import { dateNext } from './held-endpoint.ts'
import { type DeliveryDetail, getDelivery } from './read-webhooks.ts'

/** How many one call asks for again. */
export const MOST_REPLAYED = 10_000

export interface ReplayWish {
  endpointId?: number | undefined
  from: Instant
  until: Instant
  state: Exclude<DeliveryState, 'waiting'> | 'all'
}

/** Sends what was sent, or given up, once more: the same bytes under the same id, with as many tries as a new one. */
export function replayDelivery(ctx: Ctx, id: number): Promise<DeliveryDetail> {
  return ctx.transact(async tx => {
    const { state, isTest } = found(await deliveryOf(tx, id), 'Aviso não encontrado.')
    if (isTest) refuse('test_not_replayed', 'Um teste não se reenvia: peça outro.', { status: 409 })
    if (state !== 'waiting' && (await replay(tx, ctx, {}, [id], 1)) === 0) {
      refuse('endpoint_deleted', 'O endereço deste aviso foi apagado.', { status: 409 })
    }
    return getDelivery(ctx, id)
  })
}

/** Likewise all that was made in a window and ended in a state; the oldest first, up to MOST_REPLAYED. Answers how many. */
export function replayWindow(ctx: Ctx, { endpointId, from, until, state }: ReplayWish): Promise<number> {
  if (until <= from) refuse('invalid_window', 'O fim deve ser depois do começo.', { path: '/until' })
  return ctx.transact(tx =>
    replay(tx, ctx, { endpointId, from, until, state: state === 'all' ? undefined : state }, null, MOST_REPLAYED),
  )
}

async function replay(tx: Tx, ctx: Ctx, filter: DeliveryFilter, ids: readonly number[] | null, limit: number): Promise<number> {
  const endpoints = new Map((await lockEndpoints(tx)).map(endpoint => [endpoint.id, endpoint]))
  const replayed = await replayDeliveries(tx, filter, ids, ctx.clock.now(), limit)
  for (const { endpointId, count } of replayed) {
    const endpoint = endpoints.get(endpointId)
    if (endpoint === undefined) continue
    await dateNext(tx, endpoint)
    const { from = null, until = null, state = null } = filter
    await record(tx, ctx, [
      {
        action: 'replay',
        subject: { noun: 'webhook_endpoint', id: endpointId, version: endpoint.version },
        after: { count, deliveries: ids, from, until, state },
      },
    ])
  }
  return replayed.reduce((sum, { count }) => sum + count, 0)
}
