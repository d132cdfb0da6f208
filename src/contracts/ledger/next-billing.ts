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

/** When a rule is billed next. */
export interface NextBilling {
  /** The next period that will truly be billed, by a run alone or after somebody's choice; null: none, or none while it is suspended. */
  on: CivilDate | null
  /** As `on`, of those that a run bills alone. */
  byItselfOn: CivilDate | null
  /** The first that waits until somebody chooses to bill it: it was suspended to be charged later, or a later one is closed already. */
  choiceFrom: CivilDate | null
}

export const nothingToBill: NextBilling = { on: null, byItselfOn: null, choiceFrom: null }

/**
 * The next periods that will truly be billed: those that begin in a suspension are closed without charge, or wait until it is over. They
 * may lie behind `nextDueOn`, which says when a run has something to close.
 */
export function nextBilling(
  versions: readonly Terms[],
  coveredUntil: CivilDate | null,
  validity: Validity | null,
  suspensions: readonly Suspension[],
  open: readonly OpenPeriod[],
): NextBilling {
  if (coveredUntil === null || validity === null) return nothingToBill
  const own = validityOfRule(versions, validity)
  const wayOf = (period: Period) => {
    const charge = chargeOf(period, termsAt(versions, period.startsOn), own, suspensions)
    if (charge.charged === 'later') return charge.resumed ? 'chosen' : 'held'
    return charge.charged ? 'alone' : 'held'
  }
  const alone: CivilDate[] = []
  const chosen: CivilDate[] = []
  for (const row of open) {
    const way = wayOf(storedPeriod(versions, row))
    if (way === 'held') continue
    // What has a closed period after it is never the latest one of a run.
    const list = way === 'chosen' || row.endsOn < coveredUntil ? chosen : alone
    list.push(row.scheduledOn)
  }
  const settledFrom = lastChange(versions, own, suspensions)
  for (const period of periodsForeseen(versions, coveredUntil, own)) {
    const way = wayOf(period)
    if (way === 'alone') {
      alone.push(period.scheduledOn)
      break
    }
    if (way === 'chosen') chosen.push(period.scheduledOn)
    // What is not billed after the last change is not billed ever.
    if (period.startsOn >= settledFrom) break
  }
  return { on: firstOf([...alone, ...chosen]), byItselfOn: firstOf(alone), choiceFrom: firstOf(chosen) }
}

/** Of several rules, or of one: each first day of theirs. */
export function earliestBilling(all: readonly NextBilling[]): NextBilling {
  const of = (day: (one: NextBilling) => CivilDate | null) => firstOf(all.flatMap(one => day(one) ?? []))
  return { on: of(one => one.on), byItselfOn: of(one => one.byItselfOn), choiceFrom: of(one => one.choiceFrom) }
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
