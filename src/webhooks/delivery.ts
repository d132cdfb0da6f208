import type { Instant } from '../core/dates.ts'
import type { Noun } from '../core/ids.ts'

/** `dropped`: it was let go without being told, because its endpoint was deleted or came back without what had waited. */
export const deliveryStates = ['waiting', 'delivered', 'given_up', 'dropped'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** One version of a subject, for one endpoint: the exact bytes, kept before anything is sent. */
export interface Delivery {
  id: number
  endpointId: number
  /** What the receiver knows it by, the same at each attempt. */
  messageId: string
  noun: Noun
  subjectId: number
  version: number
  event: string
  isTest: boolean
  state: DeliveryState
  /** Begun ones, whatever became of them. */
  attempts: number
  /** Those that failed since it was made, or asked for again. */
  failures: number
  /** When it is tried, or was to be tried. */
  dueAt: Instant
  createdAt: Instant
  endedAt: Instant | null
}

export const attemptOutcomes = [
  'delivered',
  'refused',
  'ping_refused',
  'unreachable',
  'ping_unreachable',
  'timeout',
  'ping_timeout',
  'address_refused',
] as const
export type AttemptOutcome = (typeof attemptOutcomes)[number]

export interface Attempt {
  number: number
  at: Instant
  /** Null while it is under way, and for ever when its sender died: nobody knows what was received. */
  outcome: AttemptOutcome | null
  status: number | null
  headers: Record<string, string> | null
  /** The beginning of what came back. */
  answer: string | null
  /** The system's code of what went wrong. */
  detail: string | null
  durationMs: number | null
}

export type AttemptResult = Omit<Attempt, 'number' | 'at' | 'outcome' | 'durationMs'> & {
  outcome: AttemptOutcome
  durationMs: number
}

/** How long deliveries are kept, by the clock of the machine. */
export const KEPT_DAYS = 30

/** How long a sender that says nothing holds a delivery: the others go on so soon after one was killed. */
export const LEASE_MS = 10_000

/** How often one that is at it says so: several times within a lease. */
export const RENEW_MS = 3000
