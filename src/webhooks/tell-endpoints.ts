import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dateWork } from '../platform/due-work.ts'
import { takeIds } from '../platform/ids.ts'
import { hasUnsent, type Message, takeUnsent } from '../platform/outbox.ts'
import { takeTurn } from '../platform/turns.ts'
import { newPlansOf } from '../subscriptions/subscription-store.ts'
import { insertDeliveries } from './delivery-store.ts'
import type { Endpoint } from './endpoint.ts'
import { isPaused } from './endpoint-health.ts'
import { lockEndpoints } from './endpoint-store.ts'
import { isChosen, typeOf } from './event-types.ts'
import type { Told } from './form.ts'
import { dateNext, SEND_WEBHOOKS } from './held-endpoint.ts'
import type { WebhookMachine } from './machine.ts'
import { contractsById, contractsOfInvoices } from './subject-store.ts'
import { newMessageId } from './test-endpoint.ts'

const AT_ONCE = 200

export interface Telling {
  /** How many messages were taken. */
  messages: number
  /** Who has something to be sent now. */
  endpointIds: number[]
}

const nothing: Telling = { messages: 0, endpointIds: [] }

/**
 * Turns messages of the outbox into deliveries, one for each endpoint that wants it, with the bytes as they will be sent. Call it again
 * until there are no messages. Message and deliveries commit together, so none is lost and none made twice.
 */
export function tellEndpoints(ctx: Ctx, machine: WebhookMachine): Promise<Telling> {
  return ctx.transact(async tx => {
    if (!(await hasUnsent(tx))) return nothing
    await takeTurn(tx, 'webhooks')
    const now = ctx.clock.now()
    const messages = await takeUnsent(tx, now, AT_ONCE)
    const endpoints = await lockEndpoints(tx)
    const wanted = messages.flatMap(message =>
      endpoints.filter(endpoint => wants(endpoint, message, machine)).map(endpoint => ({ message, endpoint })),
    )
    if (wanted.length === 0) return { messages: messages.length, endpointIds: [] }
    const contractOf = await contractsOf(
      tx,
      wanted.map(({ message }) => message),
    )
    const planOf = await plansOf(
      tx,
      wanted.map(({ message }) => message),
    )
    const first = await takeIds(tx, 'webhook_delivery', wanted.length)
    const deliveries = wanted.flatMap(({ message, endpoint }, i) => {
      const form = machine.forms.get(endpoint.form)
      if (form === undefined) return []
      const { noun, subjectId, version, event, at } = message
      const body = form.bodyOf({ ...message, contract: contractOf(message), planId: planOf(message) })
      const subject = { noun, subjectId, version, event, isTest: false }
      return [{ ...subject, id: first + i, endpointId: endpoint.id, messageId: newMessageId(), body, createdAt: at }]
    })
    await insertDeliveries(tx, deliveries, now, machine.clock.now())
    const told = new Set(deliveries.map(({ endpointId }) => endpointId))
    const listening = endpoints.filter(({ id, state }) => told.has(id) && state === 'enabled')
    // One that rests is not waked: what it is told of now waits with the rest.
    for (const endpoint of listening) {
      if (isPaused(endpoint, now)) await dateNext(tx, endpoint)
      else await dateWork(tx, SEND_WEBHOOKS, endpoint.id, now)
    }
    const endpointIds = listening.filter(endpoint => !isPaused(endpoint, now)).map(({ id }) => id)
    return { messages: messages.length, endpointIds }
  })
}

/** Of changes of plan: the new one. */
async function plansOf(tx: Tx, messages: readonly Message[]): Promise<(message: Message) => number | null> {
  const changes = messages.filter(isPlanChange).map(({ subjectId, version }) => ({ contractId: subjectId, version }))
  const plan = await newPlansOf(tx, changes)
  return message => (isPlanChange(message) ? plan(message.subjectId, message.version) : null)
}

function isPlanChange({ noun, event }: Message): boolean {
  return noun === 'contract' && event === 'change_plan'
}

/** Everything that waits in the outbox. */
export async function tellAll(ctx: Ctx, machine: WebhookMachine, until?: AbortSignal): Promise<number> {
  let told = 0
  while (until?.aborted !== true) {
    const { messages } = await tellEndpoints(ctx, machine)
    if (messages === 0) break
    told += messages
  }
  return told
}

function wants(endpoint: Endpoint, message: Message, { forms }: WebhookMachine): boolean {
  const type = typeOf(message)
  const events = forms.get(endpoint.form)?.events
  return isChosen(endpoint.events, type) && (events === null || events?.includes(type) === true)
}

/** The contract of each message that has one, looked up for all of them at once. */
async function contractsOf(tx: Tx, messages: readonly Message[]): Promise<(message: Message) => Told['contract']> {
  const idsOf = (noun: Message['noun']) => [
    ...new Set(messages.filter(one => one.noun === noun).map(({ subjectId }) => subjectId)),
  ]
  const ofInvoices = await contractsOfInvoices(tx, idsOf('invoice'))
  const themselves = await contractsById(tx, idsOf('contract'))
  return ({ noun, subjectId }) => {
    if (noun === 'invoice') return ofInvoices.get(subjectId) ?? null
    return noun === 'contract' ? (themselves.get(subjectId) ?? null) : null
  }
}
