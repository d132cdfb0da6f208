import type { Recurrence } from '../contracts/recurrence.ts'
import type { Timing } from '../contracts/terms.ts'
import { addDays, addMonths, addToMonth, type CivilDate, dayInMonth, dayOfMonth, daysBetween, monthOf, monthsBetween, weekday } from '../core/dates.ts'
import type { BillingDay } from './cells.ts'
import type { Rhythm } from './words.ts'

/** How often a leap year is looked for: the 29th of February may be eight years away. */
const MOST_STEPS_BACK = 12

/**
 * The anchor of a rule that a file tells by billing day and start.
 *
 * - In advance: the billing day in the month of the start. Billing begins on the first one on or after the start.
 * - In arrears: the last billing day on or before the start, so that the days from the start to the first billing are in a period.
 *
 * An anchor's own day is what later months clamp, so it must lie in a month that has the billing day: a start on 30 April with
 * billing day 31 is anchored on 31 March. A yearly rule of a February falls back to the longest one.
 */
export function anchorOf(startsOn: CivilDate, billingDay: BillingDay, rhythm: Rhythm, timing: Timing): CivilDate {
  if ('weekday' in billingDay) return weekdayNear(startsOn, billingDay.weekday, timing)
  const { day } = billingDay
  const month = monthOf(startsOn)
  const isAfterStart = dayInMonth(month, day) > startsOn
  let anchorMonth = timing === 'arrears' && isAfterStart ? addToMonth(month, -1) : month
  let best = dayInMonth(anchorMonth, day)
  for (let step = 0; step < MOST_STEPS_BACK && dayOfMonth(best) < day; step++) {
    anchorMonth = addToMonth(anchorMonth, -rhythm.every)
    const earlier = dayInMonth(anchorMonth, day)
    if (dayOfMonth(earlier) > dayOfMonth(best)) best = earlier
  }
  return best
}

function weekdayNear(startsOn: CivilDate, wanted: number, timing: Timing): CivilDate {
  const ahead = (wanted - weekday(startsOn) + 7) % 7
  return addDays(startsOn, ahead > 0 && timing === 'arrears' ? ahead - 7 : ahead)
}

/** The billing day that a rule's anchor stands for. */
export function billingDayOf({ unit, anchor }: Recurrence): BillingDay {
  return unit === 'week' ? { weekday: weekday(anchor) } : { day: dayOfMonth(anchor) }
}

/** Whether two recurrences fall on the same days, wherever each is counted from. */
export function isSameRhythm(a: Recurrence, b: Recurrence): boolean {
  if (a.unit !== b.unit || a.every !== b.every) return false
  if (a.unit === 'week') return daysBetween(a.anchor, b.anchor) % (7 * a.every) === 0
  const months = monthsBetween(monthOf(a.anchor), monthOf(b.anchor))
  if (months % a.every !== 0) return false
  // Different days may still clamp to the same ones, as 30 and 31 of a yearly rule in February.
  return dayOfMonth(a.anchor) === dayOfMonth(b.anchor) || (a.every % 12 === 0 && addMonths(a.anchor, months) === b.anchor && addMonths(b.anchor, -months) === a.anchor)
}
