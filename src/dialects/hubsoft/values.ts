// Single values: read as they are sent, shown as they are answered. Laravel takes a number's text for the number everywhere, and so do we.

import { type CivilDate, formatDate, type Instant, parseBrazilianDate, parseCivilDate, wallOf } from '../../core/dates.ts'
import { type Cents, cents, decimalOf, formatAmount, mostCents, parseDecimal } from '../../core/money.ts'

// --- Reading ---

/** 12, '12' and 12.0. Null: no whole number. */
export function readWhole(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? number : null
}

export type MoneyRead = { cents: Cents } | 'no_number' | 'too_fine' | 'too_large'

/** 10.3 and '10.30'; a comma is no decimal point here. What is finer than a cent is not rounded in silence. */
export function readMoney(value: unknown): MoneyRead {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  if (!/^-?\d+(\.\d+)?$/.test(text)) return 'no_number'
  const exact = parseDecimal(text)
  if (exact === null) return text.includes('.') ? 'too_fine' : 'too_large'
  const [whole = '', fraction = ''] = exact.split('.')
  if (fraction.length > 2) return 'too_fine'
  const amount = Number(`${whole}${fraction.padEnd(2, '0')}`)
  return Math.abs(amount) <= mostCents ? { cents: cents(amount) } : 'too_large'
}

export function readFlag(value: unknown): boolean | null {
  if (value === true || value === 1 || value === '1' || value === 'true' || value === 'sim') return true
  if (value === false || value === 0 || value === '0' || value === 'false' || value === 'nao' || value === 'não') return false
  return null
}

const DAY_SHAPE = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/

/** 'yyyy-mm-dd', what stands before the time of an instant, and 'dd/mm/yyyy'. */
export function readDay(value: unknown): CivilDate | null {
  if (typeof value !== 'string') return null
  const text = value.trim()
  return parseCivilDate(DAY_SHAPE.exec(text)?.[1] ?? '') ?? parseBrazilianDate(text)
}

// --- Showing ---

/** 10.3 */
export function asNumber(amount: Cents): number {
  return Number(decimalOf(amount))
}

/** '119.9' */
export function asText(amount: Cents): string {
  return decimalOf(amount)
}

/** 'R$ 10.30': with a dot, and without groups, in texts of billing events. */
export function withDot(amount: Cents): string {
  return `R$ ${formatAmount(amount).replaceAll('.', '').replace(',', '.')}`
}

/** 'R$ 1394,70': with a comma, in texts of renegotiations. */
export function withComma(amount: Cents): string {
  return `R$ ${formatAmount(amount).replaceAll('.', '')}`
}

/** '2020-01-01 12:52:12' */
export function asStamp(at: Instant, timeZone: string): string {
  const { date, time } = wallOf(at, timeZone)
  return `${date} ${time.slice(0, 8)}`
}

/** '19/06/2024 18:05' */
export function asMoment(at: Instant, timeZone: string): string {
  const { date, time } = wallOf(at, timeZone)
  return `${formatDate(date)} ${time.slice(0, 5)}`
}
