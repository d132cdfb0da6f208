import { randomBytes } from 'node:crypto'
import { unchangedSince } from '../core/current.ts'
import type { Ctx } from '../platform/context.ts'
import { record } from '../platform/history.ts'
import { leaveOutbox } from '../platform/outbox.ts'
import { takeTurn } from '../platform/turns.ts'
import { addressFault } from './address-words.ts'
import { type DrawnEndpoint, LISTENER } from './create-endpoint.ts'
import { dropWaiting, dueNow } from './delivery-store.ts'
import {
  type Endpoint,
  type EndpointInput,
  overlapEnd,
  readEndpoint,
  readForm,
  readSecret,
  secretOwner,
  switchedOff,
  switchedOn,
} from './endpoint.ts'
import { unknownHealth } from './endpoint-health.ts'
import { countEndpoints, markDeleted, replaceSecret } from './endpoint-store.ts'
import { comeBack, dateNext, holdEndpoint, saveChanged } from './held-endpoint.ts'
import { mayReachLoopback, type WebhookMachine } from './machine.ts'
import { sendTest } from './test-endpoint.ts'

/** What is not given stays. What waits goes to the new address; the events that are chosen now count from here on. */
export function updateEndpoint(
  ctx: Ctx,
  machine: WebhookMachine,
  id: number,
  expectedVersion: number,
  changes: Partial<EndpointInput>,
): Promise<Endpoint> {
  return ctx.transact(async tx => {
    const before = unchangedSince(await holdEndpoint(tx, id), expectedVersion)
    const form = readForm(before.form, machine.forms)
    const allowLoopback = await mayReachLoopback(tx)
    const data = readEndpoint({ ...before, ...changes }, form, address => addressFault(address, allowLoopback))
    const isElsewhere = data.address !== before.address
    const after = { ...before, ...data, ...(isElsewhere ? unknownHealth : {}), version: before.version + 1 }
    await saveChanged(tx, ctx, 'update', before, after)
    if (before.pausedUntil !== after.pausedUntil) await comeBack(tx, after, ctx.clock.now())
    if (isElsewhere && form.testsNewAddress && after.state === 'enabled') await sendTest(tx, ctx, machine, after)
    return after
  })
}

/** Nothing is sent to it any more; what happens meanwhile waits for it. */
export function disableEndpoint(ctx: Ctx, id: number): Promise<Endpoint> {
  return ctx.transact(async tx => {
    const before = await holdEndpoint(tx, id)
    if (before.state === 'disabled') return before
    const after = switchedOff(before, 'person', ctx.clock.now())
    await saveChanged(tx, ctx, 'disable', before, after)
    await dateNext(tx, after)
    return after
  })
}

/** What waited is sent now, in its order, or let go. */
export function enableEndpoint(ctx: Ctx, id: number, waiting: 'send' | 'drop'): Promise<Endpoint> {
  return ctx.transact(async tx => {
    const before = await holdEndpoint(tx, id)
    if (before.state === 'enabled') return before
    const after = switchedOn(before)
    await saveChanged(tx, ctx, 'enable', before, after)
    const now = ctx.clock.now()
    if (waiting === 'drop') await dropWaiting(tx, id, now)
    else await dueNow(tx, id, now)
    await dateNext(tx, after)
    return after
  })
}

export interface Rotation {
  /** Drawn when it is not given. */
  secret?: string | undefined
  /** How long the secret before signs too, where the format has room for two. */
  overlapHours: number
}

/** A new secret, which is in this answer and nowhere else; the one before signs beside it for a while. */
export function rotateSecret(
  ctx: Ctx,
  machine: WebhookMachine,
  id: number,
  { secret: given, overlapHours }: Rotation,
): Promise<DrawnEndpoint> {
  return ctx.transact(async tx => {
    const before = await holdEndpoint(tx, id)
    const secret = readSecret(given, readForm(before.form, machine.forms), randomBytes(32))
    // By the machine's clock, like the signatures: receivers live in it, whatever a sandbox's says.
    const previousUntil = overlapEnd(machine.clock.now(), overlapHours)
    const after = { ...before, previousUntil, version: before.version + 1 }
    await replaceSecret(tx, id, machine.secrets.seal(secret, secretOwner(ctx.account, id)))
    await saveChanged(tx, ctx, 'rotate_secret', before, after)
    return { ...after, secret: given === undefined ? secret : null }
  })
}

/** What was sent to it stays in the log; what waits is let go, and its secrets are forgotten. */
export function deleteEndpoint(ctx: Ctx, id: number, expectedVersion: number): Promise<void> {
  return ctx.transact(async tx => {
    await takeTurn(tx, 'webhook endpoints')
    const before = unchangedSince(await holdEndpoint(tx, id), expectedVersion)
    const now = ctx.clock.now()
    const version = before.version + 1
    await markDeleted(tx, id, now, version)
    await dropWaiting(tx, id, now)
    await dateNext(tx, { id, state: 'disabled', pausedUntil: null })
    // First, while somebody still listens: others may want to hear of it.
    await record(tx, ctx, [
      { action: 'delete', event: 'delete', subject: { noun: 'webhook_endpoint', id, version }, before, after: null },
    ])
    if ((await countEndpoints(tx)) === 0) await leaveOutbox(tx, LISTENER)
  })
}
