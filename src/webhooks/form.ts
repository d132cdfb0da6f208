import type { Instant } from '../core/dates.ts'
import type { Noun } from '../core/ids.ts'
import type { EventType } from './event-types.ts'

/** What happened, as a form may tell it. */
export interface Told {
  noun: Noun
  subjectId: number
  version: number
  event: string
  at: Instant
  /** The contract that it is about, where it is about one. */
  contract: { id: number; token: string } | null
  /** Of a change of plan: the new one. */
  planId: number | null
}

/** One sending of a body that was fixed before. */
export interface Sending {
  messageId: string
  /** When it is sent, by the clock of the machine: receivers refuse what looks old. */
  at: Instant
  body: string
  /** The secret in use first; while it is rotated, the one before it too. */
  secrets: readonly string[]
}

/**
 * The wire format of a webhook: pure, a value. Deliveries, their order, retries and the log are the same for all of them.
 */
export interface WebhookForm {
  readonly name: string
  /** What it is, in Portuguese, for whoever chooses one. */
  readonly says?: string
  /** What it can tell; null: everything. */
  readonly events: readonly EventType[] | null
  /** Pauses before each retry, in milliseconds, counted from the failure before; when they are used up, it is given up. */
  readonly retries: readonly number[]
  /** What is posted, and has to be answered well, before each body; null: nothing. */
  readonly ping: string | null
  bodyOf(told: Told): string
  /** What is sent when somebody asks for a test of an endpoint, and when its address is registered, if the form wants that. */
  testBody(endpointId: number, at: Instant): string
  readonly testsNewAddress: boolean
  headersOf(sending: Sending): Record<string, string>
  isDelivered(status: number): boolean
  /** Made of 32 random bytes. */
  secretOf(random: Buffer): string
  /** Of a secret that was brought along: what is wrong with it, as a sentence. */
  secretFault(secret: string): string | null
}

export type WebhookForms = ReadonlyMap<string, WebhookForm>

export function formsOf(...forms: readonly WebhookForm[]): WebhookForms {
  return new Map(forms.map(form => [form.name, form]))
}

/** Retries come up to a tenth earlier or later, so that what failed together does not come back together. */
const JITTER = 0.1

/** How long to wait after so many failures; null: no more. `chance` is drawn between 0 and 1. */
export function pauseAfter({ retries }: Pick<WebhookForm, 'retries'>, failures: number, chance: number): number | null {
  const pause = retries[failures - 1]
  return pause === undefined ? null : Math.round(pause * (1 - JITTER + 2 * JITTER * chance))
}
