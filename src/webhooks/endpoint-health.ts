import { addMillis, type Instant, millisOf } from '../core/dates.ts'
import { type DisabledReason, type Endpoint, switchedOff } from './endpoint.ts'
import { pauseAfter } from './form.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** How long nothing may go through until others are told of it, and until it is switched off. */
export const TELLING_DAYS = 1
export const FAILING_DAYS = 5

/** How many deliveries are under way at once to one endpoint; to one that fails, a single one finds out whether it is back. */
export const LANES = 4

/** From so many failures in a row on, it is the endpoint that fails and not what is sent: it rests as a whole. */
export const FAILURES_UNTIL_PAUSE = 5

/** How long it rests after the failure that made it rest, and after each probe that failed; the last one over and over. */
const PAUSES = { retries: [MINUTE / 6, MINUTE / 2, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE] }

export function lanesOf({ failingSince }: Pick<Endpoint, 'failingSince'>): number {
  return failingSince === null ? LANES : 1
}

/** Nothing but a test is sent to it; what waits keeps its tries. */
export function isPaused({ pausedUntil }: Pick<Endpoint, 'pausedUntil'>, now: Instant): boolean {
  return pausedUntil !== null && now < pausedUntil
}

/** What an endpoint is of which nothing is known yet, or no longer counts. */
export const unknownHealth = {
  reachable: null,
  failingSince: null,
  failuresInARow: 0,
  pausedUntil: null,
  isFailingTold: false,
} as const satisfies Partial<Endpoint>

/** An attempt went through: what is to be kept of that, or null when it is known. */
export function afterSuccess(endpoint: Endpoint): Endpoint | null {
  if (endpoint.reachable === true && endpoint.failingSince === null) return null
  return { ...endpoint, ...unknownHealth, reachable: true }
}

export interface Failed {
  endpoint: Endpoint
  /** What others are told of: that it has failed for long, or that it was switched off. */
  told: 'fail' | 'disable' | null
}

/** An attempt failed. One that has failed for days, or says that it is gone for good, is switched off. `chance` is drawn between 0 and 1. */
export function afterFailure(before: Endpoint, at: Instant, isGone: boolean, chance: number): Failed {
  const failingSince = before.failingSince ?? at
  const endpoint = { ...rested(before, at, chance), reachable: false, failingSince }
  if (endpoint.state === 'disabled') return { endpoint, told: null }
  const days = (millisOf(at) - millisOf(failingSince)) / DAY
  if (isGone || days >= FAILING_DAYS) {
    const reason: DisabledReason = isGone ? 'gone' : 'failing'
    return { endpoint: switchedOff(endpoint, reason, at), told: 'disable' }
  }
  if (days < TELLING_DAYS || endpoint.isFailingTold) return { endpoint, told: null }
  return { endpoint: { ...endpoint, isFailingTold: true, version: endpoint.version + 1 }, told: 'fail' }
}

function rested(endpoint: Endpoint, at: Instant, chance: number): Endpoint {
  // What was under way when it began to rest fails like what made it rest, and says nothing new.
  if (isPaused(endpoint, at)) return endpoint
  const failuresInARow = endpoint.failuresInARow + 1
  const pause = Math.min(failuresInARow - FAILURES_UNTIL_PAUSE + 1, PAUSES.retries.length)
  const millis = pause < 1 ? null : pauseAfter(PAUSES, pause, chance)
  return { ...endpoint, failuresInARow, pausedUntil: millis === null ? null : addMillis(at, millis) }
}
