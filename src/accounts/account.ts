import { type Instant, instant } from '../core/dates.ts'

/** A tenant. A sandbox has a clock of its own, which stands still until it is moved. */
export interface Account {
  id: number
  name: string
  mode: AccountMode
  sandboxNow: Instant | null
  state: AccountState
  version: number
  createdAt: Instant
}

export const accountModes = ['live', 'sandbox'] as const
export type AccountMode = (typeof accountModes)[number]

export const accountStates = ['active', 'closed'] as const
export type AccountState = (typeof accountStates)[number]

/** Where a sandbox's clock may stand: as far as CONTRACT_DAYS go. Periods and due dates reach beyond it. */
const clockBounds = { first: instant('1990-01-01T03:00:00.000Z'), last: instant('2100-01-01T02:59:59.999Z') }

export function isWithinClock(at: Instant): boolean {
  return clockBounds.first <= at && at <= clockBounds.last
}
