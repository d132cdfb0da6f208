// What a price that changes in mid-period makes of a period already billed, or about to be billed at the old price: with `prorate`
// the difference for the remaining days becomes a billing event; with `next_period` nothing.

import { addDays, type CivilDate, daysBetween, maxDate, minDate } from '../core/dates.ts'
import { type Cents, cents, prorate, zeroCents } from '../core/money.ts'
import type { Period, Validity } from './coverage.ts'
import { priceOf } from './line-amounts.ts'
import { type Terms, termsAt } from './terms.ts'

type Priced = Pick<Terms, 'version' | 'validFrom' | 'priceChange' | 'lines' | 'cutStart' | 'cutEnd'>

/** A period that keeps the price it had: the version it is, or will be, billed by, and its days. */
export interface PricedPeriod extends Period {
  /** The version that it was billed by; null: the one of its first day. */
  billedBy: number | null
}

/**
 * What the added versions ask on top of the versions known before, for the days of one period from `validFrom` on: more is a
 * surcharge, less a discount. Each stretch of days with one price is prorated by the days of the period's whole interval.
 */
export function priceDifference(
  before: readonly Priced[],
  added: readonly Priced[],
  period: PricedPeriod,
  validFrom: CivilDate,
  validity: Validity,
): Cents {
  const basis = before.find(({ version }) => version === period.billedBy) ?? termsAt(before, period.startsOn)
  const { from, until } = chargedDays(period, basis, validity)
  const firstDay = maxDate(from, validFrom)
  if (firstDay >= until) return zeroCents
  const after = [...before, ...added]
  const of = Math.max(period.regularDays, daysBetween(period.startsOn, period.endsOn))
  const turns = after.map(version => version.validFrom).filter(day => firstDay < day && day < until)
  const days = [firstDay, ...[...new Set(turns)].sort(), until]
  let difference = 0
  days.slice(0, -1).forEach((day, i) => {
    const next = days[i + 1] ?? until
    const change = cents(
      priceOf(inForce(after, basis, day), period.startsOn) - priceOf(inForce(before, basis, day), period.startsOn),
    )
    difference += prorate(change, daysBetween(day, next), of)
  })
  return cents(difference)
}

/**
 * The version whose price a day of the period has: the one that the period is billed by, or a later one that prorates. A later
 * version without proration begins with the next period.
 */
function inForce(versions: readonly Priced[], basis: Priced, day: CivilDate): Priced {
  const candidates = versions.filter(
    version =>
      version.priceChange === 'prorate' &&
      version.validFrom <= day &&
      (version.validFrom > basis.validFrom || (version.validFrom === basis.validFrom && version.version > basis.version)),
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
