import { type Instant, instantFromMillis } from '../core/dates.ts'

/** What time it is, for all that decides; a sandbox account has a clock of its own. */
export interface Clock {
  now(): Instant
}

/** The only place that reads the machine's clock. */
export const systemClock: Clock = { now: () => instantFromMillis(Date.now()) }

/** A clock that stands still. */
export function clockAt(now: Instant): Clock {
  return { now: () => now }
}
