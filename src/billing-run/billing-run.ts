import type { CivilDate } from '../core/dates.ts'
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

export type RunVerb = 'decided' | 'bill' | 'pause' | 'resume' | 'finish' | 'fail' | 'retry' | 'expire' | 'cancel'

/**
 * previewing → previewed → preparing → running ⇄ paused → done | error; error and done → running again by a retry or by an
 * allowed item; previewed → expired; any before done → cancelled. Without a preview a run begins at preparing, or, where nothing can
 * stop it before its first chunk, at running.
 */
export const runStates: StateTable<RunState, RunVerb> = {
  previewing: { decided: 'previewed', cancel: 'cancelled' },
  previewed: { bill: 'preparing', expire: 'expired', cancel: 'cancelled' },
  preparing: { decided: 'running', cancel: 'cancelled' },
  running: { pause: 'paused', finish: 'done', fail: 'error', cancel: 'cancelled' },
  paused: { resume: 'running', cancel: 'cancelled' },
  done: { retry: 'running' },
  error: { retry: 'running', cancel: 'cancelled' },
  expired: {},
  cancelled: {},
}

/** 'A execução …': why a verb does not go with its state. */
export const runStatePhrase: Record<RunState, string> = {
  previewing: 'ainda calcula a prévia',
  previewed: 'é uma prévia pronta, por faturar',
  preparing: 'ainda está sendo preparada',
  running: 'está em andamento',
  paused: 'está pausada',
  done: 'já foi concluída',
  error: 'parou com erro',
  expired: 'é uma prévia que venceu',
  cancelled: 'foi cancelada',
}

/** What can be done with a run in that state: said with the refusal of what cannot. */
export const runStateRemedy: Record<RunState, string> = {
  previewing: 'espere que ela termine, ou cancele-a (run cancel)',
  previewed: 'fature-a (bill), ou cancele-a (run cancel)',
  preparing: 'espere que ela comece, ou cancele-a (run cancel)',
  running: 'espere que ela termine, pause-a (run pause) ou cancele-a (run cancel)',
  paused: 'continue-a (run resume) ou cancele-a (run cancel)',
  done: 'o que ficou de fora se tenta de novo (run retry), e o que vence depois pede outra execução (bill)',
  error: 'corrija a causa e tente de novo (run retry), ou cancele-a (run cancel)',
  expired: 'peça outra prévia (preview)',
  cancelled: 'os períodos continuam em aberto: peça outra execução (bill)',
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
  /** Of a preview of a day that has not come: the day on which it was made. Nobody asks for it, and what bears it is never billed. */
  forecastFrom?: CivilDate
  /** Of all that is named one thing: a dialect whose clients are told of one order a call asks for it. */
  only?: OnlyThing
}

/** One period of a rule, or one invoice that was made before. */
export type OnlyThing = { rule: number; period: CivilDate } | { invoice: number }

/** Whether somebody said whose invoices are meant. An emission that a person took back goes out with such a run only. */
export function isNaming({ contracts, customers, rules }: RunFilters): boolean {
  return contracts !== undefined || customers !== undefined || rules !== undefined
}

/** How far ahead a preview looks: each of its periods is an item. */
export const FORECAST_MONTHS = 12

/** How long a preview may be billed: it is a promise about today's figures. */
export const PREVIEW_HOURS = 24

/** An amount this far from the rule's last invoice is flagged for a second look. */
export const UNUSUAL_PERCENT = 30

export function isUnusual(netCents: number, previousNetCents: number | null): boolean {
  if (previousNetCents === null) return false
  return Math.abs(netCents - previousNetCents) * 100 > UNUSUAL_PERCENT * previousNetCents
}
