// What a price that changes in mid-period makes of a period already billed, or about to be billed at the old price: with `prorate`
// the difference for the remaining days becomes a billing event; with `next_period` nothing.

import { addDays, type CivilDate, daysBetween, maxDate, minDate } from '../../core/dates.ts'
import { type Cents, cents, prorate, zeroCents } from '../../core/money.ts'
import type { Period, Validity } from '../ledger/coverage.ts'
import { priceOf } from './line-amounts.ts'
import { type Terms, termsAt } from './terms.ts'

type Priced = Pick<Terms, 'version' | 'validFrom' | 'priceChange' | 'lines' | 'cutStart' | 'cutEnd'>

/** A period that keeps the price it had: the version it is, or will be, billed by, and its days. */
export interface PricedPeriod extends Period {
  /** The version that it was billed by; null: the one of its first day. */
  billedBy: number | null
}

/**
 * What the added versions ask on top of the versions known before, for the days of one period: more is a surcharge, less a discount.
 * Differences of changes one after the other sum to the cent to the difference that all of them make.
 */
export function priceDifference(
  before: readonly Priced[],
  added: readonly Priced[],
  period: PricedPeriod,
  validity: Validity,
): Cents {
  const billedBy = basisOf(before, period).version
  const of = (versions: readonly Priced[]) => differenceOf(versions, { ...period, billedBy }, validity)
  return cents(of([...before, ...added]) - of(before))
}

/**
 * What a period costs above the price that its invoice has, or will have, since the price changed in it: day by day, each
 * one of the period's whole interval, and rounded half up once.
 */
export function differenceOf(versions: readonly Priced[], period: PricedPeriod, validity: Validity): Cents {
  const basis = basisOf(versions, period)
  const { from, until } = chargedDays(period, basis, validity)
  if (from >= until) return zeroCents
  const of = Math.max(period.regularDays, daysBetween(period.startsOn, period.endsOn))
  const turns = versions.map(version => version.validFrom).filter(day => from < day && day < until)
  const days = [from, ...[...new Set(turns)].sort(), until]
  const price = priceOf(basis, period.startsOn)
  let asked = 0
  days.slice(0, -1).forEach((day, i) => {
    const change = priceOf(inForce(versions, basis, day), period.startsOn) - price
    asked += change * daysBetween(day, days[i + 1] ?? until)
  })
  return prorate(cents(asked), 1, of)
}

function basisOf(versions: readonly Priced[], period: PricedPeriod): Priced {
  return versions.find(({ version }) => version === period.billedBy) ?? termsAt(versions, period.startsOn)
}

/**
 * The version whose price a day of the period has: the one that the period is billed by, or a later one that prorates. A later
 * version without proration begins with the next period. What was planned before the basis was known, the basis overrules: a change
 * holds from its day on, and is written once more for each later day.
 */
function inForce(versions: readonly Priced[], basis: Priced, day: CivilDate): Priced {
  const candidates = versions.filter(
    version =>
      version.priceChange === 'prorate' &&
      version.validFrom <= day &&
      version.validFrom >= basis.validFrom &&
      version.version > basis.version,
  )
  return candidates.length === 0 ? basis : termsAt(candidates, day)
}

/** The days of the period that are charged: what a cut of validity leaves out is not priced anew either. */
function chargedDays(period: Period, basis: Priced, validity: Validity): { from: CivilDate; until: CivilDate } {
  const validUntil = validity.endsOn === null ? null : addDays(validity.endsOn, 1)
  return {
    from: basis.cutStart === 'prorate' ? maxDate(period.startsOn, validity.startsOn) : period.startsOn,
    until: basis.cutEnd === 'prorate' && validUntil !== null ? minDate(period.endsOn, validUntil) : period.endsOn,
  }
}
