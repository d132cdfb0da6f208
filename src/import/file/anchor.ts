import type { Recurrence } from '../../contracts/rules/recurrence.ts'
import type { Timing } from '../../contracts/rules/terms.ts'
import {
  addDays,
  addToMonth,
  type CivilDate,
  dayInMonth,
  dayOfMonth,
  daysBetween,
  monthOf,
  monthsBetween,
  weekday,
} from '../../core/dates.ts'
import type { BillingDay } from './cells.ts'
import type { Rhythm } from './words.ts'

/** How far back a month that has the day is looked for: a 29th of February may be eight years away (1896, 1904). */
const MOST_MONTHS_BACK = 96

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
  const anchorMonth = timing === 'arrears' && isAfterStart ? addToMonth(month, -1) : month
  let best = dayInMonth(anchorMonth, day)
  for (let back = rhythm.every; back <= MOST_MONTHS_BACK && dayOfMonth(best) < day; back += rhythm.every) {
    const earlier = dayInMonth(addToMonth(anchorMonth, -back), day)
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
  if (monthsBetween(monthOf(a.anchor), monthOf(b.anchor)) % a.every !== 0) return false
  return dayOfMonth(a.anchor) === dayOfMonth(b.anchor)
}
