// What a price that changes in mid-period makes of a period already billed, or about to be billed at the old price: with `prorate`
// the difference for the remaining days becomes a billing event; with `next_period` nothing. And what days make of it that a cut of
// validity left out of its invoice, and that are charged by now, or the other way round.

import { addDays, type CivilDate, daysBetween, maxDate, minDate } from '../../core/dates.ts'
import { type Cents, cents, prorate, sum, zeroCents } from '../../core/money.ts'
import type { Period, Validity } from '../ledger/coverage.ts'
import { amountsOfLine, linesOn, priceOf } from './line-amounts.ts'
import { type Terms, termsAt } from './terms.ts'

type Priced = Pick<Terms, 'version' | 'validFrom' | 'priceChange' | 'lines' | 'cutStart' | 'cutEnd'>

/** A period that keeps the price it had: the version it is, or will be, billed by, and its days. */
export interface PricedPeriod extends Period {
  /** The version that it was billed by; null: the one of its first day. */
  billedBy: number | null
  /** What of its days its invoice billed; null: there is none yet, and it will bill those that are charged then. */
  billed?: BilledDays | null
}

export interface BilledDays {
  /** So many from the first charged one on; null: the whole period. */
  days: number | null
  /** The customer does not owe it any more, so that nothing of it can be given back. */
  isCancelled: boolean
}

/** Days [from, until). */
export interface Stretch {
  from: CivilDate
  until: CivilDate
}

/**
 * What a period costs above what its lines are, or will be, billed for: days that are charged otherwise than they were billed, at the
 * price of the invoice, rounded as invoices round them; and for each charged day, one of the period's whole interval, what the price
 * has changed in it, rounded half up once. With all its days in, the parts of a period sum to its whole price.
 *
 * @param gaps between a cancellation and the day from which it was taken back: they do not come back with the days around them
 */
export function differenceOf(
  versions: readonly Priced[],
  period: PricedPeriod,
  validity: Validity,
  gaps: readonly Stretch[] = [],
): Cents {
  const basis = basisOf(versions, period)
  const stretches = chargedStretches(period, basis, validity, gaps)
  const of = Math.max(period.regularDays, daysBetween(period.startsOn, period.endsOn))
  const price = priceOf(basis, period.startsOn)
  let asked = 0
  for (const { from, until } of stretches) {
    const turns = versions.map(version => version.validFrom).filter(day => from < day && day < until)
    const days = [from, ...[...new Set(turns)].sort(), until]
    days.slice(0, -1).forEach((day, i) => {
      const change = priceOf(inForce(versions, basis, day), period.startsOn) - price
      asked += change * daysBetween(day, days[i + 1] ?? until)
    })
  }
  return cents(ofDays(basis, period, of, daysIn(stretches)) + prorate(cents(asked), 1, of))
}

/** How many days of a period are charged. */
export function chargedDays(
  versions: readonly Priced[],
  period: PricedPeriod,
  validity: Validity,
  gaps: readonly Stretch[],
): number {
  return daysIn(chargedStretches(period, basisOf(versions, period), validity, gaps))
}

/** What charged days cost above those that the invoice billed, by the version that it was billed by. */
function ofDays(basis: Priced, period: PricedPeriod, of: number, charged: number): Cents {
  if (!period.billed) return zeroCents
  const { days, isCancelled } = period.billed
  const difference = shareOf(basis, period.startsOn, charged, of) - shareOf(basis, period.startsOn, days ?? of, of)
  return cents(isCancelled ? Math.max(0, difference) : difference)
}

/** As the lines of an invoice of so many days sum. */
function shareOf(basis: Priced, startsOn: CivilDate, days: number, of: number): Cents {
  return sum(
    linesOn(basis.lines, startsOn).map(line => {
      const { grossCents, discountCents } = amountsOfLine(line)
      return days === of
        ? cents(grossCents - discountCents)
        : cents(prorate(grossCents, days, of) - prorate(discountCents, days, of))
    }),
  )
}

function daysIn(stretches: readonly Stretch[]): number {
  return stretches.reduce((days, { from, until }) => days + daysBetween(from, until), 0)
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

/**
 * The days of the period that are charged: what a cut of validity leaves out is not priced anew either. What was billed stays, though
 * a gap lies in it; what a gap cut off does not come back.
 */
function chargedStretches(period: PricedPeriod, basis: Priced, validity: Validity, gaps: readonly Stretch[]): Stretch[] {
  const validUntil = validity.endsOn === null ? null : addDays(validity.endsOn, 1)
  const from = basis.cutStart === 'prorate' ? maxDate(period.startsOn, validity.startsOn) : period.startsOn
  const until = basis.cutEnd === 'prorate' && validUntil !== null ? minDate(period.endsOn, validUntil) : period.endsOn
  const days = period.billed?.days ?? null
  const billedUntil = days === null ? period.endsOn : addDays(from, days)
  let stretches: Stretch[] = [{ from, until }]
  for (const gap of gaps) {
    const gapFrom = maxDate(gap.from, billedUntil)
    stretches = stretches.flatMap(one => [
      { from: one.from, until: minDate(one.until, gapFrom) },
      { from: maxDate(one.from, maxDate(gap.until, gapFrom)), until: one.until },
    ])
  }
  return stretches.filter(one => one.from < one.until)
}
