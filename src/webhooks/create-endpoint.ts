import { randomBytes } from 'node:crypto'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { listenToOutbox } from '../platform/outbox.ts'
import { takeTurn } from '../platform/turns.ts'
import { addressFault } from './address-words.ts'
import { type Endpoint, type EndpointInput, MOST_ENDPOINTS, readEndpoint, readForm, readSecret, secretOwner } from './endpoint.ts'
import { unknownHealth } from './endpoint-health.ts'
import { countEndpoints, insertEndpoint } from './endpoint-store.ts'
import { mayReachLoopback, type WebhookMachine } from './machine.ts'
import { sendTest } from './test-endpoint.ts'

export interface NewEndpoint extends EndpointInput {
  form: string
  /** Drawn when it is not given. */
  secret?: string
}

/** An endpoint with its secret, which is in this answer and nowhere else; null when whoever asked brought it along. */
export type DrawnEndpoint = Endpoint & { secret: string | null }

/** Who listens, as the outbox knows him. */
export const LISTENER = 'webhooks'

/**
 * Registers an address: it is told of everything that happens from the next transaction on. What its format wants to be tested is tested
 * afterwards, like any delivery: an address that does not answer yet is registered, and shown as not reachable.
 */
export function createEndpoint(
  ctx: Ctx,
  machine: WebhookMachine,
  { form: name, secret: given, ...input }: NewEndpoint,
): Promise<DrawnEndpoint> {
  const form = readForm(name, machine.forms)
  const secret = readSecret(given, form, randomBytes(32))
  return ctx.transact(async tx => {
    const allowLoopback = await mayReachLoopback(tx)
    const data = readEndpoint(input, form, address => addressFault(address, allowLoopback))
    await refuseTooMany(tx)
    const endpoint: Endpoint = {
      ...data,
      id: await takeIds(tx, 'webhook_endpoint'),
      form: form.name,
      state: 'enabled',
      disabledReason: null,
      disabledAt: null,
      ...unknownHealth,
      previousUntil: null,
      version: 1,
      createdAt: ctx.clock.now(),
    }
    await insertEndpoint(tx, endpoint, machine.secrets.seal(secret, secretOwner(ctx.account, endpoint.id)))
    await listenToOutbox(tx, LISTENER, endpoint.createdAt)
    if (form.testsNewAddress) await sendTest(tx, ctx, machine, endpoint)
    await record(tx, ctx, [
      { action: 'create', event: 'create', subject: { noun: 'webhook_endpoint', id: endpoint.id, version: 1 }, after: endpoint },
    ])
    return { ...endpoint, secret: given === undefined ? secret : null }
  })
}

async function refuseTooMany(tx: Tx): Promise<void> {
  // Two at once would both find a place free.
  await takeTurn(tx, 'webhook endpoints')
  if ((await countEndpoints(tx)) >= MOST_ENDPOINTS) {
    refuse(
      'too_many_endpoints',
      `Uma conta tem até ${MOST_ENDPOINTS} endereços de avisos: apague um, ou altere um que já existe.`,
      {
        status: 409,
      },
    )
  }
}
