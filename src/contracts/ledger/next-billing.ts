import { type CivilDate, maxDate, minDate } from '../../core/dates.ts'
import { type Terms, termsAt } from '../rules/terms.ts'
import {
  chargeOf,
  type Period,
  periodsForeseen,
  type Suspension,
  storedPeriod,
  type Validity,
  validityOfRule,
} from './coverage.ts'
import type { OpenPeriod } from './coverage-store.ts'

/** When a rule is billed next, as a run of today would judge it. No day of a billing lies before today. */
export interface NextBilling {
  /** The next day on which something can be billed: by a run alone, asked for, or chosen. Null: none, or none while it is suspended. */
  on: CivilDate | null
  /** As `on`, of what the daily run bills. */
  byItselfOn: CivilDate | null
  /** The scheduled day of the first period that waits until somebody chooses to bill it: a later one is due or closed, or it was suspended to be charged later. */
  choiceFrom: CivilDate | null
  /** The scheduled day of the first period that has come, can be billed and was not. */
  dueSince: CivilDate | null
}

export const nothingToBill: NextBilling = { on: null, byItselfOn: null, choiceFrom: null, dueSince: null }

/**
 * The next periods that will truly be billed: those that begin in a suspension are closed without charge, or wait until it is over. They
 * may lie behind `nextDueOn`, which says when a run has something to close. Which period waits for somebody is what `planRule` says of a run.
 */
export function nextBilling(
  versions: readonly Terms[],
  coveredUntil: CivilDate | null,
  validity: Validity | null,
  suspensions: readonly Suspension[],
  open: readonly OpenPeriod[],
  today: CivilDate,
): NextBilling {
  if (coveredUntil === null || validity === null) return nothingToBill
  const own = validityOfRule(versions, validity)
  const judged = (period: Period, isBehind: boolean) => {
    const terms = termsAt(versions, period.startsOn)
    const charge = chargeOf(period, terms, own, suspensions)
    const way = charge.charged === true ? 'alone' : charge.charged === 'later' && charge.resumed ? 'chosen' : 'held'
    return { ...period, way, isBehind, isOnRequest: terms.management === 'on_request' }
  }
  // What has a closed period after it is never the latest one of a run.
  const periods = open.map(row => judged(storedPeriod(versions, row), row.endsOn < coveredUntil))
  const settledFrom = lastChange(versions, own, suspensions)
  for (const period of periodsForeseen(versions, coveredUntil, own)) {
    const one = judged(period, false)
    periods.push(one)
    // What is not billed after the last change is not billed ever.
    if (period.scheduledOn > today && (one.way === 'alone' || period.startsOn >= settledFrom)) break
  }
  const latest = periods.findLast(({ scheduledOn }) => scheduledOn <= today)
  const billable = periods.filter(({ way }) => way !== 'held')
  const isDue = ({ scheduledOn }: Period) => scheduledOn <= today
  const alone = billable.filter(one => one.way === 'alone' && !one.isBehind && (!isDue(one) || one === latest))
  const scheduled = (some: readonly Period[]) => firstOf(some.map(({ scheduledOn }) => scheduledOn))
  const notBefore = (day: CivilDate | null) => day && maxDate(day, today)
  return {
    on: notBefore(scheduled(billable)),
    byItselfOn: notBefore(scheduled(alone.filter(({ isOnRequest }) => !isOnRequest))),
    choiceFrom: scheduled(billable.filter(one => !alone.includes(one))),
    dueSince: scheduled(billable.filter(isDue)),
  }
}

/** Of several rules, or of one: each first day of theirs. */
export function earliestBilling(all: readonly NextBilling[]): NextBilling {
  const of = (day: (one: NextBilling) => CivilDate | null) => firstOf(all.flatMap(one => day(one) ?? []))
  return {
    on: of(one => one.on),
    byItselfOn: of(one => one.byItselfOn),
    choiceFrom: of(one => one.choiceFrom),
    dueSince: of(one => one.dueSince),
  }
}

function firstOf(days: readonly CivilDate[]): CivilDate | null {
  const [first, ...others] = days
  return first === undefined ? null : minDate(first, ...others)
}

/** The last day on which something changes of what decides whether a period is billed. */
function lastChange(versions: readonly Terms[], { startsOn }: Validity, suspensions: readonly Suspension[]): CivilDate {
  const suspended = suspensions.flatMap(({ fromOn, untilOn }) => [fromOn, untilOn ?? fromOn])
  return maxDate(startsOn, ...versions.map(version => version.validFrom), ...suspended)
}
