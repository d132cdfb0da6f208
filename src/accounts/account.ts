import type { Instant } from '../core/dates.ts'

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
