import type { StateTable } from '../core/states.ts'

export type RunState =
  | 'previewing'
  | 'previewed'
  | 'preparing'
  | 'running'
  | 'paused'
  | 'done'
  | 'error'
  | 'expired'
  | 'cancelled'

export type RunVerb = 'start' | 'decided' | 'bill' | 'pause' | 'resume' | 'finish' | 'fail' | 'retry' | 'expire' | 'cancel'

/**
 * previewing → previewed → preparing → running ⇄ paused → done | error; error and done → running again by a retry or by an
 * allowed item; previewed → expired; any before done → cancelled. Without a preview a run begins at preparing.
 */
export const runStates: StateTable<RunState, RunVerb> = {
  previewing: { decided: 'previewed', cancel: 'cancelled' },
  previewed: { bill: 'preparing', expire: 'expired', cancel: 'cancelled' },
  // Started before all of it is decided when no bound may hold it back.
  preparing: { start: 'running', decided: 'running', cancel: 'cancelled' },
  running: { pause: 'paused', finish: 'done', fail: 'error', cancel: 'cancelled' },
  paused: { resume: 'running', cancel: 'cancelled' },
  done: { retry: 'running' },
  error: { retry: 'running', cancel: 'cancelled' },
  expired: {},
  cancelled: {},
}

/** Who asked. A run that a person or a dialect started bills and emits whatever the rule's management. */
export type RunCause = 'person' | 'scheduler' | 'dialect'

export interface RunFilters {
  contracts?: number[]
  customers?: number[]
  rules?: number[]
  /** Bill older open periods too, oldest first, each its own invoice. */
  catchUp?: boolean
  /** Bill the next period of what is named although its day has not come. */
  ahead?: boolean
}

/** How long a preview may be billed: it is a promise about today's figures. */
export const PREVIEW_HOURS = 24

/** An amount this far from the rule's last invoice is flagged for a second look. */
export const UNUSUAL_PERCENT = 30

export function isUnusual(netCents: number, previousNetCents: number | null): boolean {
  if (previousNetCents === null) return false
  return Math.abs(netCents - previousNetCents) * 100 > UNUSUAL_PERCENT * previousNetCents
}
