import { found } from '../core/current.ts'
import type { Instant } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dateWork, dropWork } from '../platform/due-work.ts'
import { record } from '../platform/history.ts'
import { firstDue } from './claim-store.ts'
import { dueNow } from './delivery-store.ts'
import type { Endpoint } from './endpoint.ts'
import { lockEndpoint, saveEndpoint } from './endpoint-store.ts'

/** Due work of this kind: the endpoint has deliveries to be sent. */
export const SEND_WEBHOOKS = 'send_webhooks'

export async function holdEndpoint(tx: Tx, id: number): Promise<Endpoint> {
  return found(await lockEndpoint(tx, id), 'Endereço de avisos não encontrado.')
}

export type EndpointAction = 'update' | 'enable' | 'disable' | 'fail' | 'rotate_secret'

/** Saves what a person, or its failing, changed. */
export async function saveChanged(tx: Tx, ctx: Ctx, action: EndpointAction, before: Endpoint, after: Endpoint): Promise<void> {
  await saveEndpoint(tx, after)
  const subject = { noun: 'webhook_endpoint', id: after.id, version: after.version } as const
  await record(tx, ctx, [{ action, event: action, subject, before, after }])
}

/** When its next delivery is due, so is its work; one that is off has none. The caller holds it. */
export async function dateNext(tx: Tx, endpoint: Pick<Endpoint, 'id' | 'state' | 'pausedUntil'>): Promise<void> {
  const dueAt = endpoint.state === 'enabled' ? await firstDue(tx, endpoint) : null
  if (dueAt === null) await dropWork(tx, SEND_WEBHOOKS, endpoint.id)
  else await dateWork(tx, SEND_WEBHOOKS, endpoint.id, dueAt)
}

/** It rests no more: what waited for it is sent now, in its order. The caller holds it. */
export async function comeBack(tx: Tx, endpoint: Endpoint, now: Instant): Promise<void> {
  await dueNow(tx, endpoint.id, now)
  await dateNext(tx, endpoint)
}
