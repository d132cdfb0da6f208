import { randomUUID } from 'node:crypto'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { takeIds } from '../platform/ids.ts'
import { insertDeliveries } from './delivery-store.ts'
import type { Endpoint } from './endpoint.ts'
import { readForm } from './endpoint.ts'
import { dateNext, holdEndpoint } from './held-endpoint.ts'
import type { WebhookMachine } from './machine.ts'

/** Sends a test to an endpoint: what comes of it is told by the delivery, and by `reachable` of the endpoint. */
export function testEndpoint(ctx: Ctx, machine: WebhookMachine, id: number): Promise<number> {
  return ctx.transact(async tx => sendTest(tx, ctx, machine, await holdEndpoint(tx, id)))
}

/** A delivery like any other, which is tried once. Answers its id. The caller holds the endpoint. */
export async function sendTest(tx: Tx, ctx: Ctx, machine: WebhookMachine, endpoint: Endpoint): Promise<number> {
  const now = ctx.clock.now()
  const id = await takeIds(tx, 'webhook_delivery')
  const test = {
    id,
    endpointId: endpoint.id,
    messageId: newMessageId(),
    noun: 'webhook_endpoint' as const,
    subjectId: endpoint.id,
    version: endpoint.version,
    event: 'test',
    isTest: true,
    body: readForm(endpoint.form, machine.forms).testBody(endpoint.id, now),
    createdAt: now,
  }
  await insertDeliveries(tx, [test], now, machine.clock.now())
  await dateNext(tx, endpoint)
  return id
}

/** What receivers know a message by, the same at each attempt. */
export function newMessageId(): string {
  return `msg_${randomUUID().replaceAll('-', '')}`
}
