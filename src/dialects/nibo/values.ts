// Single values: read as they are sent, shown as they are answered.

import { type CivilDate, type Instant, isContractDay, nearestCivilDate } from '../../core/dates.ts'
import {
  type Cents,
  cents,
  type Decimal,
  decimal,
  decimalOf,
  micros,
  mostCents,
  parseDecimal,
  scaledBy,
} from '../../core/money.ts'

// --- Reading ---

export type MoneyRead = { cents: Cents } | 'no_number' | 'too_fine' | 'too_large'

/** 500, 500.5 and '500.50'; what is finer than a cent is not rounded in silence. */
export function readMoney(value: unknown): MoneyRead {
  const exact = readDecimal(value)
  if (exact === null) return typeof value === 'number' && Math.abs(value) >= 1e12 ? 'too_large' : 'no_number'
  const [whole = '', fraction = ''] = exact.split('.')
  if (fraction.length > 2) return 'too_fine'
  const amount = Number(`${whole}${fraction.padEnd(2, '0')}`)
  return Math.abs(amount) <= mostCents ? { cents: cents(amount) } : 'too_large'
}

export function readDecimal(value: unknown): Decimal | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return parseDecimal(text)
}

/** To the six decimals that are kept, half up; `isRounded`: there were more, as of what a client divided by three. */
export interface PercentRead {
  readonly percent: Decimal
  readonly isRounded: boolean
}

export function readPercent(value: unknown): PercentRead | null {
  const exact = readDecimal(value)
  if (exact !== null) return { percent: exact, isRounded: false }
  const match = /^(-?\d{1,9})\.(\d{1,40})$/.exec(String(value).trim())
  if (match === null) return null
  const [, whole = '', fraction = ''] = match
  const percent = scaledBy(decimal('1'), BigInt(whole + fraction), 10n ** BigInt(fraction.length), 6)
  return { percent, isRounded: true }
}

/** What rounding has left over of a hundred per cent is on the last; where nothing was rounded, what is amiss is the client's to mend. */
export function withRest(percents: readonly PercentRead[]): Decimal[] {
  const rounded = percents.map(({ percent }) => percent)
  const rest = 100_000_000n - rounded.reduce((all, percent) => all + micros(percent), 0n)
  const last = rounded.at(-1)
  const isOfRounding = percents.some(({ isRounded }) => isRounded) && rest * rest <= BigInt(percents.length) ** 2n
  if (last === undefined || rest === 0n || !isOfRounding) return rounded
  return [...rounded.slice(0, -1), scaledBy(decimal('1'), micros(last) + rest, 1_000_000n, 6)]
}

/** 12 and '12'. */
export function readWhole(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return /^-?\d{1,9}$/.test(text) ? Number(text) : null
}

export function readFlag(value: unknown): boolean | null {
  if (value === true || value === 'true' || value === 'True') return true
  return value === false || value === 'false' || value === 'False' ? false : null
}

/** 'yyyy-mm-dd', and what stands before the time of an instant; of any year, only what a contract can speak of is kept. */
export function readDay(value: unknown): CivilDate | 'out_of_range' | null {
  if (typeof value !== 'string') return null
  const match = /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.exec(value.trim())
  const day = match === null ? null : nearestCivilDate(match[1] ?? '')
  return day === null || isContractDay(day) ? day : 'out_of_range'
}

// --- Showing ---

/** 500.5 */
export function asNumber(amount: Cents): number {
  return Number(decimalOf(amount))
}

/** '2024-08-15T00:00:00': a day is a moment of no zone there. */
export function asDay(day: CivilDate): string {
  return `${day}T00:00:00`
}

/** '2024-08-06T15:00:00Z' */
export function asMoment(at: Instant): string {
  return `${at.slice(0, 19)}Z`
}
