// Single values: read as they are sent, shown as they are answered.

import { type CivilDate, type Instant, parseCivilDate } from '../../core/dates.ts'
import { type Cents, cents, type Decimal, decimalOf, parseDecimal } from '../../core/money.ts'

// --- Reading ---

export type MoneyRead = { cents: Cents } | 'no_number' | 'too_fine' | 'too_large'

/** 500, 500.5 and '500.50'; what is finer than a cent is not rounded in silence. */
export function readMoney(value: unknown): MoneyRead {
  const exact = readDecimal(value)
  if (exact === null) return typeof value === 'number' && Math.abs(value) >= 1e12 ? 'too_large' : 'no_number'
  const [whole = '', fraction = ''] = exact.split('.')
  if (fraction.length > 2) return 'too_fine'
  const amount = Number(`${whole}${fraction.padEnd(2, '0')}`)
  return Number.isSafeInteger(amount) ? { cents: cents(amount) } : 'too_large'
}

export function readDecimal(value: unknown): Decimal | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return parseDecimal(text)
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

/** 'yyyy-mm-dd', and what stands before the time of an instant. */
export function readDay(value: unknown): CivilDate | null {
  if (typeof value !== 'string') return null
  const match = /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.exec(value.trim())
  return match === null ? null : parseCivilDate(match[1] ?? '')
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
