import { randomUUID } from 'node:crypto'
import { addMillis, type Instant } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { meanwhile, waitFor } from '../platform/wait.ts'
import { type Attempting, attemptDelivery } from './attempt.ts'
import {
  type Claimed,
  claimDelivery,
  endDelivery,
  extendLease,
  firstDue,
  isUnderWay,
  putInOrder,
  retryDelivery,
  saveAttempt,
} from './claim-store.ts'
import { type AttemptResult, LEASE_MS, RENEW_MS } from './delivery.ts'
import { type Endpoint, readForm, secretOwner } from './endpoint.ts'
import { afterFailure, afterSuccess, isPaused, lanesOf } from './endpoint-health.ts'
import { lockEndpoint, saveEndpoint, secretsOf } from './endpoint-store.ts'
import { pauseAfter } from './form.ts'
import { comeBack, dateNext, saveChanged } from './held-endpoint.ts'
import { mayReachLoopback, type WebhookMachine } from './machine.ts'

/** It answered that it is gone for good (RFC 9110), which Standard Webhooks takes as a wish to hear no more. */
const GONE = 410

const LOOK_AGAIN_MS = 100

interface Ready {
  claimed: Claimed
  attempting: Attempting
}

/**
 * Sends the next delivery of an endpoint: claim, send, record, each complete in itself, so that whoever dies in between leaves a lease that
 * runs out, and the bytes. Answers what it found: nothing is due; what is due is under way elsewhere; one was tried; or one was tried by
 * which the endpoint, that had failed, is back.
 */
export async function sendNext(
  ctx: Ctx,
  machine: WebhookMachine,
  endpointId: number,
): Promise<'nothing' | 'elsewhere' | 'tried' | 'back'> {
  const ready = await ctx.transact(tx => claim(tx, ctx, machine, endpointId))
  if (typeof ready === 'string') return ready
  const result = await meanwhile(attemptDelivery(machine, ready.attempting), RENEW_MS, () =>
    ctx.transact(tx => extendLease(tx, ready.claimed, addMillis(machine.clock.now(), LEASE_MS))),
  )
  return ctx.transact(tx => keep(tx, ctx, machine, ready.claimed, result))
}

/**
 * Sends all that is due of an endpoint, one after the other, until nothing is: for a sandbox whose clock is moved, where what follows must
 * find everything of this instant told. What another process has under way is waited for.
 */
export async function sendAllDue(ctx: Ctx, machine: WebhookMachine, endpointId: number, until?: AbortSignal): Promise<void> {
  while (until?.aborted !== true) {
    const found = await sendNext(ctx, machine, endpointId)
    if (found === 'nothing') return
    if (found === 'elsewhere') await waitFor(LOOK_AGAIN_MS, until)
  }
}

async function claim(tx: Tx, ctx: Ctx, machine: WebhookMachine, endpointId: number): Promise<Ready | 'nothing' | 'elsewhere'> {
  const endpoint = await lockEndpoint(tx, endpointId)
  if (endpoint?.state !== 'enabled') {
    await dateNext(tx, { id: endpointId, state: 'disabled', pausedUntil: null })
    return 'nothing'
  }
  const attempting = await attemptingTo(tx, ctx, machine, endpoint)
  const at = machine.clock.now()
  const now = ctx.clock.now()
  const leaseUntil = addMillis(at, LEASE_MS)
  const [lanes, testsOnly] = [lanesOf(endpoint), isPaused(endpoint, now)]
  const claimed = await claimDelivery(tx, { endpointId, now, at, leaseUntil, leaseToken: randomUUID(), lanes, testsOnly })
  if (claimed !== null) {
    const { messageId, body, isTest } = claimed
    return { claimed, attempting: { ...attempting, messageId, body, isTest } }
  }
  // Left due while it is under way, so that whoever looks next finds it if its sender dies.
  if (await isUnderWay(tx, endpointId, at)) return 'elsewhere'
  const dueAt = await firstDue(tx, endpoint)
  if (dueAt !== null && dueAt <= now) await putInOrder(tx, endpointId)
  await dateNext(tx, endpoint)
  return 'nothing'
}

/** Before anything is claimed: a secret that does not open is the operator's to mend, and no attempt. */
async function attemptingTo(tx: Tx, ctx: Ctx, { secrets, forms, clock }: WebhookMachine, endpoint: Endpoint) {
  const sealed = await secretsOf(tx, endpoint.id)
  if (sealed === null) throw new Error('an endpoint without a secret is deleted')
  const owner = secretOwner(ctx.account, endpoint.id)
  const isRotating = sealed.previous !== null && sealed.previousUntil !== null && clock.now() < sealed.previousUntil
  return {
    address: endpoint.address,
    allowLoopback: await mayReachLoopback(tx),
    form: readForm(endpoint.form, forms),
    secrets: [sealed.secret, ...(isRotating && sealed.previous !== null ? [sealed.previous] : [])].map(one =>
      secrets.open(one, owner),
    ),
  }
}

/** Records what came of it. The endpoint's row comes first, as everywhere. */
async function keep(
  tx: Tx,
  ctx: Ctx,
  machine: WebhookMachine,
  claimed: Claimed,
  result: AttemptResult,
): Promise<'tried' | 'back'> {
  const endpoint = await lockEndpoint(tx, claimed.endpointId)
  const now = ctx.clock.now()
  await saveAttempt(tx, claimed, result)
  if (result.outcome === 'delivered') {
    await endDelivery(tx, claimed, 'delivered', now)
    const healthy = endpoint && afterSuccess(endpoint)
    if (!healthy) return 'tried'
    await saveEndpoint(tx, healthy)
    if (endpoint.pausedUntil !== null) await comeBack(tx, healthy, now)
    return endpoint.failingSince === null ? 'tried' : 'back'
  }
  const dueAt = endpoint === null ? null : nextTry(machine, endpoint, claimed, now)
  if (dueAt === null) await endDelivery(tx, claimed, 'given_up', now)
  else await retryDelivery(tx, claimed, dueAt)
  if (endpoint !== null) await keepFailure(tx, ctx, endpoint, now, result)
  return 'tried'
}

function nextTry({ forms }: WebhookMachine, { form }: Endpoint, { isTest, failures }: Claimed, now: Instant): Instant | null {
  // A test answers a question of now.
  const pause = isTest ? null : pauseAfter(readForm(form, forms), failures + 1, Math.random())
  return pause === null ? null : addMillis(now, pause)
}

async function keepFailure(tx: Tx, ctx: Ctx, before: Endpoint, now: Instant, { status }: AttemptResult): Promise<void> {
  const { endpoint, told } = afterFailure(before, now, status === GONE, Math.random())
  if (told === null) return saveEndpoint(tx, endpoint)
  await saveChanged(tx, ctx, told, before, endpoint)
  await dateNext(tx, endpoint)
  const { id, disabledReason: reason, failingSince } = endpoint
  ctx.log.warn(
    { endpoint: id, reason, failingSince },
    told === 'disable' ? 'a webhook endpoint was switched off' : 'a webhook endpoint fails',
  )
}
