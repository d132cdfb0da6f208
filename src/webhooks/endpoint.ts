import { addMillis, type Instant } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { given } from '../core/text.ts'
import { choiceFault, type EventChoice } from './event-types.ts'
import type { WebhookForm, WebhookForms } from './form.ts'

/** Whom an account tells of what happens in it. Its secret is kept apart, so that no answer and no history can hold it. */
export interface Endpoint extends EndpointData {
  id: number
  /** The name of its format. It stays: another format is another endpoint. */
  form: string
  state: 'enabled' | 'disabled'
  /** A person switched it off; it failed for days; or it answered that it is gone. */
  disabledReason: DisabledReason | null
  disabledAt: Instant | null
  /** What the last attempt found; null before the first one. */
  reachable: boolean | null
  /** The first failure since which nothing went through. */
  failingSince: Instant | null
  /** How many attempts failed since one went through, whatever they brought; those that were under way when it began to rest count no more. */
  failuresInARow: number
  /** It failed several times in a row: until then it rests, and then a single attempt finds out whether it is back. */
  pausedUntil: Instant | null
  /** Others were told that it fails. */
  isFailingTold: boolean
  /** Until when the secret before signs too. */
  previousUntil: Instant | null
  version: number
  createdAt: Instant
}

export type DisabledReason = 'person' | 'failing' | 'gone'

export interface EndpointData {
  address: string
  description: string | null
  events: readonly EventChoice[]
}

/** As it was sent: shapes are right, meanings are not checked yet. */
export interface EndpointInput {
  address: string
  description?: string | null
  events: readonly string[]
}

/** How many an account may have: each is told of everything by itself. */
export const MOST_ENDPOINTS = 50

/** `addressFault` judges an address for this account. Throws a Refusal that names every fault. */
export function readEndpoint(
  input: EndpointInput,
  form: WebhookForm,
  addressFault: (address: string) => { code: string; message: string } | null,
): EndpointData {
  const faults = new Faults()
  const address = input.address.trim()
  const fault = addressFault(address)
  if (fault !== null) faults.add('/address', fault.code, fault.message)
  input.events.forEach((choice, i) => {
    const wrong = choiceFault(choice, form.events)
    if (wrong !== null) faults.add(`/events/${i}`, 'unknown_event', wrong)
  })
  faults.refuseIfAny()
  return { address, description: given(input.description), events: [...new Set(input.events)] }
}

export function readForm(name: string, forms: WebhookForms): WebhookForm {
  const form = forms.get(name)
  if (form !== undefined) return form
  const faults = new Faults()
  faults.add('/form', 'unknown_form', `Os formatos são ${[...forms.keys()].join(', ')}.`)
  return faults.refuse()
}

/** The secret that was brought along, judged, or one that is drawn. */
export function readSecret(given: string | undefined, form: WebhookForm, random: Buffer): string {
  if (given === undefined) return form.secretOf(random)
  const fault = form.secretFault(given)
  if (fault === null) return given
  const faults = new Faults()
  faults.add('/secret', 'invalid_secret', fault)
  return faults.refuse()
}

export function switchedOff(endpoint: Endpoint, reason: DisabledReason, at: Instant): Endpoint {
  return {
    ...endpoint,
    state: 'disabled',
    disabledReason: reason,
    disabledAt: at,
    pausedUntil: null,
    version: endpoint.version + 1,
  }
}

/** Its days of failing are over: it has as many again. */
export function switchedOn(endpoint: Endpoint): Endpoint {
  return {
    ...endpoint,
    state: 'enabled',
    disabledReason: null,
    disabledAt: null,
    failingSince: null,
    failuresInARow: 0,
    isFailingTold: false,
    version: endpoint.version + 1,
  }
}

export function overlapEnd(now: Instant, hours: number): Instant {
  return addMillis(now, hours * 3_600_000)
}

/** What an endpoint's secrets are bound to: kept in another row, they do not open. */
export function secretOwner(account: number, endpointId: number): string {
  return `webhook_endpoint ${account} ${endpointId}`
}
