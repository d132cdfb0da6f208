// What a price that changes in mid-period makes of a period already billed, or about to be billed at the old price: with `prorate`
// the difference for the remaining days becomes a billing event; with `next_period` nothing. And what days make of it that a cut of
// validity left out of its invoice, and that are charged by now, or the other way round.

import { addDays, type CivilDate, daysBetween, maxDate, minDate } from '../../core/dates.ts'
import { type Cents, cents, prorate, type Share, sum, sumOfShares, zeroCents } from '../../core/money.ts'
import type { Period, Validity } from '../ledger/coverage.ts'
import { amountsOfLine, linesOn, priceOf } from './line-amounts.ts'
import { intervalAround } from './recurrence.ts'
import { type Terms, termsAt } from './terms.ts'

type Priced = Pick<Terms, 'version' | 'validFrom' | 'recurrence' | 'priceChange' | 'lines' | 'cutStart' | 'cutEnd'>

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
 * price of the invoice, rounded as invoices round them; and for each charged day what its price has changed, rounded half up once. A
 * day costs its part of the period's whole interval; by a version of another pace, which prices other intervals, of that one's. With
 * all its days in, the parts of a period sum to its whole price. Of a cancelled invoice nothing is given back: nobody owes it.
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
  const asked = daysByVersion(versions, basis, stretches).flatMap(({ version, from, until }) =>
    version === basis
      ? []
      : [...sharesOf(version, basis, period, from, until), ...negative(sharesOf(basis, basis, period, from, until))],
  )
  const difference = cents(ofDays(basis, period, lengthOf(period), daysIn(stretches)) + sumOfShares(asked).cents)
  return period.billed?.isCancelled ? cents(Math.max(0, difference)) : difference
}

/** What a change of price takes back of the rest of a period, and what it asks for the same days instead. */
export interface Swap {
  creditCents: Cents
  debitCents: Cents
  /** How many days that are. */
  days: number
}

/**
 * The two sides of a difference in a period that a change of price in mid-period makes: the days from `from` on as they were priced
 * before it, and as they are by now. Each is rounded half up; a cent that keeps them from summing to the difference goes to the side
 * that is the nearer to it. Null where the difference is made of something else too.
 *
 * @param netCents the difference, debit less credit
 */
export function swapOf(
  before: readonly Priced[],
  versions: readonly Priced[],
  period: PricedPeriod,
  validity: Validity,
  gaps: readonly Stretch[],
  from: CivilDate,
  netCents: Cents,
): Swap | null {
  const basis = basisOf(versions, period)
  const stretches = chargedStretches(period, basis, validity, gaps)
    .map(one => ({ ...one, from: maxDate(one.from, from) }))
    .filter(one => one.from < one.until)
  const priced = (by: readonly Priced[]) =>
    sumOfShares(daysByVersion(by, basis, stretches).flatMap(one => sharesOf(one.version, basis, period, one.from, one.until)))
  const [credit, debit] = [priced(before), priced(versions)]
  const rest = netCents - (debit.cents - credit.cents)
  if (Math.abs(rest) > 2) return null
  const way = Math.sign(rest)
  const onBoth = Math.abs(rest) === 2
  // By rounding, the side that was rounded the other way; but never the one that has nothing to give.
  const suits = debit.rounding !== way ? debit.cents + way >= 0 : credit.cents - way < 0
  const onDebit = onBoth || (rest !== 0 && suits)
  const swap = {
    creditCents: cents(credit.cents - (rest !== 0 && (onBoth || !onDebit) ? way : 0)),
    debitCents: cents(debit.cents + (onDebit ? way : 0)),
    days: daysIn(stretches),
  }
  return swap.creditCents < 0 || swap.debitCents < 0 ? null : swap
}

/** The charged days, each with the version whose price it has. */
function daysByVersion(
  versions: readonly Priced[],
  basis: Priced,
  stretches: readonly Stretch[],
): (Stretch & { version: Priced })[] {
  return stretches.flatMap(({ from, until }) => {
    const turns = versions.map(version => version.validFrom).filter(day => from < day && day < until)
    const days = [from, ...[...new Set(turns)].sort()]
    return days.map((day, i) => ({ from: day, until: days[i + 1] ?? until, version: inForce(versions, basis, day) }))
  })
}

/** What days cost by a version: parts of the period's interval, where both go at one pace, and else of the version's own intervals. */
function sharesOf(version: Priced, basis: Priced, period: PricedPeriod, from: CivilDate, until: CivilDate): Share[] {
  const amount = priceOf(version, period.startsOn)
  const { recurrence } = version
  if (recurrence.unit === basis.recurrence.unit && recurrence.every === basis.recurrence.every) {
    return [{ amount, days: daysBetween(from, until), of: lengthOf(period) }]
  }
  const shares: Share[] = []
  for (let day = from; day < until; ) {
    const { startsOn, endsOn } = intervalAround(recurrence, day)
    const end = minDate(endsOn, until)
    shares.push({ amount, days: daysBetween(day, end), of: daysBetween(startsOn, endsOn) })
    day = end
  }
  return shares
}

function negative(shares: readonly Share[]): Share[] {
  return shares.map(share => ({ ...share, amount: cents(-share.amount) }))
}

/** Days of the interval of which the period's own are a part. */
function lengthOf(period: PricedPeriod): number {
  return Math.max(period.regularDays, daysBetween(period.startsOn, period.endsOn))
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
