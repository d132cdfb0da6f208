// When a rule bills: every so many weeks or months, counted from an anchor. The k-th occurrence is always computed from the anchor,
// never from the occurrence before it: 31 January, 28 February, 31 March.

import {
  addDays,
  addMonths,
  type CivilDate,
  civilDate,
  daysBetween,
  LAST_YEAR,
  monthOf,
  monthsBetween,
} from '../../core/dates.ts'

export type Recurrence = {
  readonly unit: 'week' | 'month'
  /** Every how many units: 1, 2, 3, 6, 12 … */
  readonly every: number
  /** Occurrence 0, the first day of service. Its day of the month is the billing day, clamped in shorter months. */
  readonly anchor: CivilDate
}

/** As schedules recur too; rules of contracts know weeks and months alone. */
export type AnyRecurrence = Omit<Recurrence, 'unit'> & { readonly unit: 'day' | 'week' | 'month' | 'year' }

/** The k-th occurrence, k ≥ 0. Throws RangeError for another k, for a recurrence that does not advance, and past the last year of the calendar. */
export function occurrence(r: AnyRecurrence, k: number): CivilDate {
  if (!Number.isSafeInteger(k) || k < 0) throw new RangeError(`occurrences are counted from 0: ${k}`)
  return step(r, k)
}

/** Whether the calendar has the k-th occurrence, k ≥ 0. */
export function isOnCalendar(r: AnyRecurrence, k: number): boolean {
  const units = every(r) * k
  if (r.unit === 'day' || r.unit === 'week') return units * (r.unit === 'week' ? 7 : 1) <= daysBetween(r.anchor, LAST_DAY)
  return units * (r.unit === 'year' ? 12 : 1) <= monthsBetween(monthOf(r.anchor), monthOf(LAST_DAY))
}

const LAST_DAY = civilDate(`${LAST_YEAR}-12-31`)

/** The number of the first occurrence that is not before `date`; 0 for a date before the anchor. */
export function firstOccurrenceOnOrAfter(r: Recurrence, date: CivilDate): number {
  if (date <= r.anchor) return 0
  const k = stepsTowards(r, date)
  return occurrence(r, k) < date ? k + 1 : k
}

/** The number of the last occurrence that is not after `date`; null for a date before the anchor. */
export function lastOccurrenceOnOrBefore(r: Recurrence, date: CivilDate): number | null {
  if (date < r.anchor) return null
  const k = stepsTowards(r, date)
  return occurrence(r, k) > date ? k - 1 : k
}

/**
 * The interval [startsOn, endsOn) of the rhythm that holds `date`, before the anchor too: a new anchor may lie ahead of what
 * is covered, and the days until then are billed in its rhythm.
 */
export function intervalAround(r: Recurrence, date: CivilDate): { startsOn: CivilDate; endsOn: CivilDate } {
  const steps = stepsTowards(r, date)
  const k = step(r, steps) > date ? steps - 1 : steps
  return { startsOn: step(r, k), endsOn: step(r, k + 1) }
}

/** The occurrence, or what would have been one before the anchor. */
function step(r: AnyRecurrence, k: number): CivilDate {
  const units = every(r) * k
  if (r.unit === 'day') return addDays(r.anchor, units)
  if (r.unit === 'week') return addDays(r.anchor, 7 * units)
  return addMonths(r.anchor, r.unit === 'month' ? units : 12 * units)
}

/** Whole intervals from the anchor to the date's week or month: the occurrence there, or the one before the date's month. */
function stepsTowards(r: Recurrence, date: CivilDate): number {
  const elapsed = r.unit === 'week' ? daysBetween(r.anchor, date) / 7 : monthsBetween(monthOf(r.anchor), monthOf(date))
  return Math.floor(elapsed / every(r))
}

function every(r: AnyRecurrence): number {
  if (!Number.isSafeInteger(r.every) || r.every < 1)
    throw new RangeError(`a recurrence advances by at least one ${r.unit}: ${r.every}`)
  return r.every
}
