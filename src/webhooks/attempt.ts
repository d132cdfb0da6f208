import { millisOf } from '../core/dates.ts'
import { type Destination, readDestination } from '../platform/net/destination.ts'
import { Line, PostError } from '../platform/net/post.ts'
import type { AttemptOutcome, AttemptResult } from './delivery.ts'
import type { WebhookForm } from './form.ts'
import type { WebhookMachine } from './machine.ts'

export interface Attempting {
  address: string
  allowLoopback: boolean
  form: WebhookForm
  /** The secret in use first. */
  secrets: readonly string[]
  messageId: string
  body: string
  isTest: boolean
}

const nothing = { status: null, headers: null, answer: null, detail: null }

/** Sends a body once, after the ping that its format wants. No transaction is open meanwhile. Never throws for what the other side does. */
export async function attemptDelivery(machine: WebhookMachine, attempting: Attempting): Promise<AttemptResult> {
  const began = millisOf(machine.clock.now())
  const result = await send(machine, attempting)
  return { ...result, durationMs: millisOf(machine.clock.now()) - began }
}

async function send(machine: WebhookMachine, attempting: Attempting): Promise<Omit<AttemptResult, 'durationMs'>> {
  const { address, allowLoopback, form, body, isTest } = attempting
  // Judged again: the account, or the rules, may have changed since it was registered.
  const destination = readDestination(address, allowLoopback)
  if (typeof destination === 'string') return { ...nothing, outcome: 'address_refused', detail: destination }
  const line = await lineTo(machine, destination, allowLoopback)
  if (line instanceof PostError) return { ...nothing, outcome: line.failure, detail: line.detail }
  try {
    if (form.ping !== null && !isTest) {
      const ping = await post(machine, line, attempting, form.ping)
      if (ping.outcome !== 'delivered') return { ...ping, outcome: pingOutcomes[ping.outcome] ?? 'ping_refused' }
    }
    return await post(machine, line, attempting, body)
  } finally {
    line.close()
  }
}

const pingOutcomes: Partial<Record<AttemptOutcome, AttemptOutcome>> = {
  refused: 'ping_refused',
  unreachable: 'ping_unreachable',
  timeout: 'ping_timeout',
}

async function lineTo(
  { resolve, limits }: WebhookMachine,
  destination: Destination,
  allowLoopback: boolean,
): Promise<Line | PostError> {
  try {
    return await Line.to(destination, allowLoopback, resolve, limits)
  } catch (error) {
    if (error instanceof PostError) return error
    throw error
  }
}

async function post(machine: WebhookMachine, line: Line, { form, messageId, secrets }: Attempting, body: string) {
  const signed = form.headersOf({ messageId, at: machine.clock.now(), body, secrets })
  try {
    const headers = { 'content-type': 'application/json', 'user-agent': 'Bordero', accept: '*/*', ...signed }
    const { status, headers: answered, answer } = await line.post(Buffer.from(body), headers)
    const outcome: AttemptOutcome = form.isDelivered(status) ? 'delivered' : 'refused'
    return { outcome, status, headers: answered, answer, detail: null }
  } catch (error) {
    if (!(error instanceof PostError)) throw error
    return { ...nothing, outcome: error.failure, detail: error.detail }
  }
}
