import { type CivilDate, minDate } from '../../core/dates.ts'
import { type Terms, termsAt } from '../rules/terms.ts'
import { beginsWithin, chargeOf, nextPeriod, type Suspension, storedPeriod, type Validity, validityOfRule } from './coverage.ts'
import type { OpenPeriod } from './coverage-store.ts'

/** No suspension with an end holds back more periods than these: some years of weeks. */
const MOST_HELD = 1000

/**
 * The day of the next period that will truly be billed: those that begin in a suspension are closed without charge, or wait until it is
 * over. Null: there is none, or none while nobody resumes the contract. It may lie behind `nextDueOn`, which says when a run has
 * something to close.
 */
export function nextBillingOn(
  versions: readonly Terms[],
  coveredUntil: CivilDate | null,
  validity: Validity | null,
  suspensions: readonly Suspension[],
  open: readonly OpenPeriod[],
): CivilDate | null {
  if (coveredUntil === null || validity === null) return null
  const own = validityOfRule(versions, validity)
  const isBilled = (period: ReturnType<typeof nextPeriod>) => {
    const charge = chargeOf(period, termsAt(versions, period.startsOn), own, suspensions)
    return charge.charged === true || (charge.charged === 'later' && charge.resumed)
  }
  const days = open.map(row => storedPeriod(versions, row)).filter(isBilled)
  const found = days.map(({ scheduledOn }) => scheduledOn)
  let until = coveredUntil
  for (let i = 0; i < MOST_HELD && beginsWithin(own, until); i++) {
    const period = nextPeriod(versions, until)
    if (isBilled(period)) {
      found.push(period.scheduledOn)
      break
    }
    until = period.endsOn
  }
  const [first, ...others] = found
  return first === undefined ? null : minDate(first, ...others)
}
