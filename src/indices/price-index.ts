// Price indices, their months, and the factor that so many months make. Exact throughout: a percentage has at most six decimals, so a
// product of them is a whole number over a power of ten; nothing is rounded before a price is.

import {
  addDays,
  addToMonth,
  type CivilDate,
  firstDayOfMonth,
  formatMonth,
  type Instant,
  monthOf,
  type YearMonth,
} from '../core/dates.ts'
import { type Decimal, formatDecimal, micros, scaledBy } from '../core/money.ts'

export const priceIndices = ['igpm', 'ipca', 'igpdi', 'inpc', 'ipcfipe'] as const
export type PriceIndex = (typeof priceIndices)[number]

interface IndexFacts {
  name: string
  /** Who publishes it. */
  institute: string
  /** Of the Central Bank's time series (SGS): the month's change, and the published change of twelve months where there is a series of it. */
  series: number
  twelveMonthSeries: number | null
  /** A date in October goes by the months up to September (1) or August (2), unless a clause says otherwise (behaviour.md, readjustment). */
  usualLagMonths: number
  /** The last day of a month whose prices count for it; null: its last. */
  lastDayCollected: number | null
}

export const indexFacts: Record<PriceIndex, IndexFacts> = {
  igpm: { name: 'IGP-M', institute: 'FGV', series: 189, twelveMonthSeries: null, usualLagMonths: 1, lastDayCollected: 20 },
  ipca: { name: 'IPCA', institute: 'IBGE', series: 433, twelveMonthSeries: 13522, usualLagMonths: 2, lastDayCollected: null },
  igpdi: { name: 'IGP-DI', institute: 'FGV', series: 190, twelveMonthSeries: null, usualLagMonths: 2, lastDayCollected: null },
  inpc: { name: 'INPC', institute: 'IBGE', series: 188, twelveMonthSeries: null, usualLagMonths: 2, lastDayCollected: null },
  ipcfipe: {
    name: 'IPC-Fipe',
    institute: 'Fipe',
    series: 193,
    twelveMonthSeries: null,
    usualLagMonths: 2,
    lastDayCollected: null,
  },
}

/** The first day on which anybody can know what an index changed in a month: its prices are collected by then. */
export function knownFrom(index: PriceIndex, month: YearMonth): CivilDate {
  const { lastDayCollected } = indexFacts[index]
  return lastDayCollected === null ? firstDayOfMonth(addToMonth(month, 1)) : addDays(firstDayOfMonth(month), lastDayCollected)
}

/** `monthly_product`: the months' changes multiplied; `published_12m`: the twelve months' change as the institute published it. */
export const factorMethods = ['monthly_product', 'published_12m'] as const
export type FactorMethod = (typeof factorMethods)[number]

/** How many months a value speaks of: its own, or the twelve that end with it. */
export type Span = 1 | 12

/** `official`: published, the same for all accounts; `by_hand`: entered with its source; `simulated`: entered in a sandbox. */
export const valueKinds = ['official', 'by_hand', 'simulated'] as const
export type ValueKind = (typeof valueKinds)[number]

/** What an index changed, in per cent, as it is known now. */
export interface IndexValue {
  index: PriceIndex
  month: YearMonth
  months: Span
  percent: Decimal
  kind: ValueKind
  source: string
  knownAt: Instant
  /** Its place in the order in which facts became known. */
  knownSeq: number
}

/** A factor of `numerator` over 10 to the power of `scale`. */
export interface Factor {
  numerator: bigint
  scale: number
}

export type FactorOutcome =
  | { kind: 'known'; factor: Factor; used: IndexValue[] }
  /** A month that is not known never counts as zero. */
  | { kind: 'missing'; missing: YearMonth[]; span: Span }

/** The months that count for a date: `count` of them, the last one `lagMonths` before the date's own. */
export function monthsFor(on: CivilDate, lagMonths: number, count: number): YearMonth[] {
  const last = addToMonth(monthOf(on), -lagMonths)
  return Array.from({ length: count }, (_, i) => addToMonth(last, i + 1 - count))
}

/** What the months make of a price by the method; `values` are of one index, in any order. */
export function factorOver(months: readonly YearMonth[], method: FactorMethod, values: readonly IndexValue[]): FactorOutcome {
  const span: Span = method === 'published_12m' ? 12 : 1
  const wanted = span === 12 ? months.slice(-1) : months
  const known = new Map(values.filter(value => value.months === span).map(value => [value.month, value]))
  const missing = wanted.filter(month => !known.has(month))
  if (missing.length > 0 || wanted.length === 0) return { kind: 'missing', missing, span }
  const used = wanted.flatMap(month => known.get(month) ?? [])
  return { kind: 'known', factor: productOf(used.map(({ percent }) => percent)), used }
}

const PERCENT_DIGITS = 8
const WHOLE = 10n ** BigInt(PERCENT_DIGITS)

/** Π (1 + p/100), exactly. */
export function productOf(percents: readonly Decimal[]): Factor {
  const numerator = percents.reduce((product, percent) => product * (WHOLE + micros(percent)), 1n)
  return simplest({ numerator, scale: PERCENT_DIGITS * percents.length })
}

/** Without zeros at its end, so that equal factors are the same value. */
function simplest({ numerator, scale }: Factor): Factor {
  let [n, s] = [numerator, scale]
  while (s > 0 && n % 10n === 0n) {
    n /= 10n
    s--
  }
  return { numerator: n, scale: s }
}

export function isNegative({ numerator, scale }: Factor): boolean {
  return numerator < 10n ** BigInt(scale)
}

/** Plain decimal text, exact: '1.0282843591…'. */
export function factorText({ numerator, scale }: Factor): string {
  const digits = numerator.toString().padStart(scale + 1, '0')
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** The inverse of `factorText`. */
export function readFactor(text: string): Factor {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) throw new RangeError(`not a factor: ${text.slice(0, 40)}`)
  const [, whole = '', fraction = ''] = match
  return simplest({ numerator: BigInt(whole + fraction), scale: fraction.length })
}

const SHOWN_DIGITS = 8

/** As people quote it, half up to eight decimals: '1.02828436'. */
export function shownFactor({ numerator, scale }: Factor): string {
  const places = 10n ** BigInt(SHOWN_DIGITS)
  const divisor = 10n ** BigInt(scale)
  const rounded = (2n * numerator * places + divisor) / (2n * divisor)
  return factorText(simplest({ numerator: rounded, scale: SHOWN_DIGITS }))
}

/** '1,02828436' */
export function formatFactor(factor: Factor): string {
  return shownFactor(factor).replace('.', ',')
}

/**
 * The price after a readjustment, rounded once, half up: to cents; a price that says parts of a cent keeps the six decimals that terms
 * allow, since so small a price is multiplied by a large quantity.
 */
export function readjustedPrice(price: Decimal, { numerator, scale }: Factor): Decimal {
  return scaledBy(price, numerator, 10n ** BigInt(scale), micros(price) % 10_000n === 0n ? 2 : 6)
}

/** '10/2024 a 09/2025', '09/2025' */
export function formatMonths(months: readonly YearMonth[]): string {
  const [first] = months
  const last = months.at(-1)
  if (first === undefined || last === undefined) return ''
  return first === last ? formatMonth(first) : `${formatMonth(first)} a ${formatMonth(last)}`
}

/** 'IGP-M de 09/2025', 'IPCA acumulado em 12 meses até 08/2026' */
export function formatValueName(index: PriceIndex, month: YearMonth, span: Span): string {
  const { name } = indexFacts[index]
  return span === 12 ? `${name} acumulado em 12 meses até ${formatMonth(month)}` : `${name} de ${formatMonth(month)}`
}

/** '0,58%' */
export function formatPercent(percent: Decimal): string {
  return `${formatDecimal(percent)}%`
}
