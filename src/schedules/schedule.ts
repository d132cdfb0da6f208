// A schedule: a plan of what a customer is going to owe without a contract. One amount, installments, or a recurrence; each occurrence,
// counted from 1, is a receivable once it is made.

import { addDays, addMonths, type CivilDate, type Instant } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { nextState, type StateTable, statesOf } from '../core/states.ts'
import { datesAt, hasDates, regularTermsAt, type Terms, termsAt } from './terms.ts'

export const scheduleKinds = ['single', 'installments', 'recurrence'] as const
export type ScheduleKind = (typeof scheduleKinds)[number]

export type ScheduleState = 'active' | 'complete' | 'cancelled'
export type ScheduleVerb = 'complete' | 'go_on' | 'cancel'

/** Active: occurrences are still to be made. Complete: all of them are here. Cancelled: somebody deleted what was left of it. */
export const scheduleStates: StateTable<ScheduleState, ScheduleVerb> = {
  active: { complete: 'complete', cancel: 'cancelled' },
  complete: { go_on: 'active', cancel: 'cancelled' },
  cancelled: {},
}

export const allScheduleStates = statesOf(scheduleStates)

export interface Schedule extends Ending {
  readonly id: number
  readonly organizationId: number
  readonly customerId: number
  readonly kind: ScheduleKind
  readonly state: ScheduleState
  /** The number of the last occurrence that was made. What a ledger holds beyond it is not asked for, until it is made anew. */
  readonly madeUntil: number
  /** How many versions there are of what it asks for. */
  readonly termsVersion: number
  readonly version: number
  readonly createdAt: Instant
  readonly cancelledAt: Instant | null
}

/** Where it ends; by neither it goes on until further notice. */
export interface Ending {
  /** The number of its last occurrence. */
  readonly lastNumber: number | null
  /** The last day on which an occurrence falls due, counted. */
  readonly endsOn: CivilDate | null
}

/** Of an occurrence that is there. */
export type Disposition = 'billed' | 'waived'
/** Why it is asked for no more. */
export type WaivedReason = 'deleted' | 'ended' | 'not_yet'

/** A row of the ledger, with the receivable that it made. */
export interface Occurrence {
  readonly scheduleId: number
  /** Counted from 1. */
  readonly number: number
  readonly disposition: Disposition
  readonly reason: WaivedReason | null
  /** The version of the terms that says what it asks for. */
  readonly termsVersion: number
  readonly dueOn: CivilDate
  /** The day on which the money is expected. */
  readonly scheduledOn: CivilDate
  /** The day to whose month the revenue belongs (*competência*). */
  readonly accrualOn: CivilDate
  readonly receivableId: number
  /** The day of its organization on which it was made, or last said otherwise. */
  readonly saidOn: CivilDate
}

/** An occurrence that is to be made. */
export type Planned = Pick<Occurrence, 'number' | 'termsVersion' | 'dueOn' | 'scheduledOn' | 'accrualOn'> & {
  readonly amountCents: Cents
}

/** Kind of the due work that makes what comes within the horizon; its subject is the schedule. */
export const EXTEND_SCHEDULE = 'extend_schedule'

/** How far ahead of a day occurrences are made. */
export function horizonOf(today: CivilDate): CivilDate {
  return addMonths(today, 12)
}

/** The first day on whose horizon something is that falls due on this day. */
export function entersHorizonOn(dueOn: CivilDate): CivilDate {
  const day = addMonths(dueOn, -12)
  // A year before 29 February is 28 February, which looks ahead to the 28th only.
  return horizonOf(day) < dueOn ? addDays(day, 1) : day
}

/** Whether a schedule has an occurrence of this number, by where it ends: with the calendar, at the latest. */
export function isWithin({ lastNumber, endsOn }: Ending, versions: readonly Terms[], number: number): boolean {
  if (lastNumber !== null && number > lastNumber) return false
  const regular = regularTermsAt(versions, number)
  if (!hasDates(regular, number) || !hasDates(termsAt(versions, number), number)) return false
  return endsOn === null || datesAt(regular, number).dueOn <= endsOn
}

/**
 * The day on which the horizon is to be for an occurrence to be made; null: at once. That is the day that the recurrence has it on,
 * wherever somebody moved it alone; one whose day was told, as that of the first one is, is made whenever that is.
 */
export function madeWithin(kind: ScheduleKind, versions: readonly Terms[], number: number): CivilDate | null {
  if (kind !== 'recurrence') return null
  const regular = regularTermsAt(versions, number)
  return regular.due.number === number ? null : datesAt(regular, number).dueOn
}

function isAhead(kind: ScheduleKind, versions: readonly Terms[], number: number, horizon: CivilDate): boolean {
  const dueOn = madeWithin(kind, versions, number)
  return dueOn !== null && dueOn > horizon
}

/** What comes after the last occurrence that was made; null when nothing does. */
export function nextOccurrence(schedule: Schedule, versions: readonly Terms[]): Planned | null {
  const number = schedule.madeUntil + 1
  return schedule.state !== 'cancelled' && isWithin(schedule, versions, number) ? plannedAt(versions, number) : null
}

/** What is to be made by now, at most so many: a recurrence's until the horizon, of others all. */
export function occurrencesToMake(schedule: Schedule, versions: readonly Terms[], today: CivilDate, most: number): Planned[] {
  const made: Planned[] = []
  const horizon = horizonOf(today)
  for (let madeUntil = schedule.madeUntil; made.length < most; madeUntil++) {
    const next = nextOccurrence({ ...schedule, madeUntil }, versions)
    if (next === null || isAhead(schedule.kind, versions, next.number, horizon)) break
    made.push(next)
  }
  return made
}

/** What the terms in force make of an occurrence. */
export function plannedAt(versions: readonly Terms[], number: number): Planned {
  const terms = termsAt(versions, number)
  return { number, termsVersion: terms.version, ...datesAt(terms, number), amountCents: terms.amountCents }
}

/** The schedule with what was made of it, in the state that follows. */
export function withMade(schedule: Schedule, versions: readonly Terms[], madeUntil: number): Schedule {
  return restated({ ...schedule, madeUntil }, versions)
}

/** In the state that follows from what is still to be made. */
export function restated(schedule: Schedule, versions: readonly Terms[]): Schedule {
  if (schedule.state === 'cancelled') return schedule
  const verb = nextOccurrence(schedule, versions) === null ? 'complete' : 'go_on'
  return { ...schedule, state: nextState(scheduleStates, schedule.state, verb) ?? schedule.state }
}

/** Where it was said otherwise from a number on, what lies beyond the horizon by now counts as not made yet. */
export function heldBack(schedule: Schedule, versions: readonly Terms[], from: number, today: CivilDate): Schedule {
  const horizon = horizonOf(today)
  for (let number = from; number <= schedule.madeUntil; number++) {
    if (isWithin(schedule, versions, number) && isAhead(schedule.kind, versions, number, horizon)) {
      return withMade(schedule, versions, number - 1)
    }
  }
  return schedule
}

/**
 * An occurrence that is there as the terms, the ending and what counts as made have it by now. What somebody deleted stays so; what is
 * waived keeps the days and the amount that it had.
 */
export function settledOccurrence(
  schedule: Ending & Pick<Schedule, 'madeUntil'>,
  versions: readonly Terms[],
  row: Occurrence,
): Occurrence {
  if (row.reason === 'deleted') return row
  if (!isWithin(schedule, versions, row.number)) return { ...row, disposition: 'waived', reason: 'ended' }
  if (row.number > schedule.madeUntil) return { ...row, disposition: 'waived', reason: 'not_yet' }
  return billedOccurrence(row, plannedAt(versions, row.number))
}

/** Asked for by now, as it was planned. */
export function billedOccurrence(row: Occurrence, { amountCents: _, ...planned }: Planned): Occurrence {
  return { ...row, ...planned, disposition: 'billed', reason: null }
}

/** Refuses what belongs to a schedule that somebody deleted. */
export function requireStanding({ state }: Pick<Schedule, 'state'>): void {
  if (nextState(scheduleStates, state, 'cancel') !== null) return
  refuse('schedule_cancelled', 'O agendamento foi excluído: crie outro.', { status: 409 })
}
