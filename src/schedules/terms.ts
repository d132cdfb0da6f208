// What a schedule asks for, and when: dated by the numbers of its occurrences. A version is of the occurrences from one number on, and
// of those that are of an occurrence the latest holds, so that one of them, or all that follow, may be said otherwise.

import type { Share } from '../catalog/classification/apportionment.ts'
import { type AnyRecurrence, isOnCalendar, occurrence } from '../contracts/rules/recurrence.ts'
import type { CivilDate } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import type { Automation } from './automation.ts'

export const recurrenceUnits = ['day', 'week', 'month', 'year'] as const
export type RecurrenceUnit = (typeof recurrenceUnits)[number]

/** Every so many units; ten years at most. */
export type Interval = Pick<AnyRecurrence, 'unit' | 'every'>
export const mostUnits: Readonly<Record<RecurrenceUnit, number>> = { day: 3650, week: 520, month: 120, year: 10 }

/** A date that is told by its day at one occurrence, and moves from there by as many intervals as occurrences. */
export interface Anchored {
  readonly on: CivilDate
  readonly number: number
}

export interface TermsData extends Automation {
  /** Null: each occurrence says its own days. */
  readonly interval: Interval | null
  readonly due: Anchored
  readonly scheduled: Anchored
  readonly accrual: Anchored
  readonly amountCents: Cents
  readonly description: string | null
  readonly reference: string | null
  readonly isFlagged: boolean
  readonly categories: readonly Share[]
  readonly costCentres: readonly Share[]
}

export interface Terms extends TermsData {
  readonly version: number
  readonly fromNumber: number
  /** Counted; null: until further notice. */
  readonly untilNumber: number | null
  /** Somebody said it of this occurrence alone: where a recurrence ends is not told by its day. */
  readonly isOwn: boolean
  /** The version that says the shares, which many may have in common. */
  readonly sharesVersion: number
}

export interface Dates {
  readonly dueOn: CivilDate
  readonly scheduledOn: CivilDate
  readonly accrualOn: CivilDate
}

/** The version that holds for an occurrence. Throws RangeError where there is none. */
export function termsAt(versions: readonly Terms[], number: number): Terms {
  let holds: Terms | undefined
  for (const terms of versions) {
    if (isOf(terms, number) && (holds === undefined || terms.version > holds.version)) holds = terms
  }
  if (holds === undefined) throw new RangeError(`no terms for occurrence ${number}`)
  return holds
}

/** What holds of the recurrence for an occurrence, whatever somebody said of that one alone. */
export function regularTermsAt(versions: readonly Terms[], number: number): Terms {
  return termsAt(
    versions.filter(({ isOwn }) => !isOwn),
    number,
  )
}

/** Whether the calendar has the days of an occurrence. */
export function hasDates({ interval, due, scheduled, accrual }: TermsData, number: number): boolean {
  if (interval === null) return true
  return [due, scheduled, accrual].every(({ on, number: from }) => isOnCalendar({ ...interval, anchor: on }, number - from))
}

export function datesAt({ interval, due, scheduled, accrual }: TermsData, number: number): Dates {
  const moved = ({ on, number: from }: Anchored) =>
    interval === null || number === from ? on : occurrence({ ...interval, anchor: on }, number - from)
  return { dueOn: moved(due), scheduledOn: moved(scheduled), accrualOn: moved(accrual) }
}

/** Occurrences from one number on that have the same terms; `until` null: until further notice. */
export interface Section {
  readonly from: number
  readonly until: number | null
  readonly terms: Terms
}

/** The terms in force from one number until another (null: until further notice), section by section. */
export function sectionsOf(versions: readonly Terms[], from: number, until: number | null): Section[] {
  const turns = versions.flatMap(({ fromNumber, untilNumber }) =>
    untilNumber === null ? [fromNumber] : [fromNumber, untilNumber + 1],
  )
  const starts = [...new Set([from, ...turns])].filter(start => start >= from && (until === null || start <= until))
  const sections: Section[] = []
  for (const [i, start] of starts.sort((a, b) => a - b).entries()) {
    const next = starts[i + 1]
    const terms = termsAt(versions, start)
    const end = next === undefined ? until : next - 1
    const before = sections.at(-1)
    if (before?.terms === terms) sections[sections.length - 1] = { ...before, until: end }
    else sections.push({ from: start, until: end, terms })
  }
  return sections
}

function isOf({ fromNumber, untilNumber }: Terms, number: number): boolean {
  return fromNumber <= number && (untilNumber === null || number <= untilNumber)
}
