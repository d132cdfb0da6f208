// Single values: read as they are sent, shown as they are answered.

import { type CivilDate, formatDate, type Instant, parseBrazilianDate, parseCivilDate, wallOf } from '../../core/dates.ts'
import { type Cents, type Decimal, decimal, decimalOf, parseBrazilianDecimal, parseDecimal } from '../../core/money.ts'
import { given } from '../../core/text.ts'

// --- Reading ---

/** Undefined: no text can be made of it. */
export function readText(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

const TOO_FINE = /^(-?)(\d{1,12})\.(\d{6})(\d)\d*$/

/**
 * A number, or text that is one, with a point or as Brazilians write it; what is finer than a millionth is rounded off, and what is less
 * than that away from whole cents is those: a product of binary fractions is 56.99999999999999. Null: none of them.
 */
export function readDecimal(value: unknown): Decimal | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return parseDecimal(text) ?? withoutNoise(text) ?? parseBrazilianDecimal(text)
}

function withoutNoise(text: string): Decimal | null {
  const match = text.length > 64 ? null : TOO_FINE.exec(text)
  if (match === null) return null
  const [, sign = '', integer = '', fraction = '', next = ''] = match
  const cut = BigInt(integer + fraction)
  const isOfCents = cut % 10_000n === 0n || cut % 10_000n === 9_999n
  const rounded = isOfCents ? ((cut + 1n) / 10_000n) * 10_000n : next >= '5' ? cut + 1n : cut
  const digits = rounded.toString().padStart(7, '0')
  return parseDecimal(`${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`)
}

const ONE_GROUP = /^-?[1-9]\d{0,2}[.,]\d{3}$/

/** Text such as '1.000', which is one to some and a thousand to others. A number is what it is. */
export function isAmbiguous(value: unknown): boolean {
  return typeof value === 'string' && ONE_GROUP.test(value.trim())
}

/** As `isAmbiguous`, of what may be as fine as a thousandth: nobody writes '7.125' of seven thousand units, but somebody does '7.000'. */
export function isAmbiguousFactor(value: unknown): boolean {
  return isAmbiguous(value) && String(value).trim().endsWith('0')
}

/** '12', 12 and 12.0. */
export function readWhole(value: unknown): number | null {
  if (value === null || value === '') return null
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value.trim()) : Number.NaN
  return Number.isSafeInteger(number) ? number : null
}

/** 'dd/mm/yyyy', 'dd-mm-yyyy', 'yyyy-mm-dd', and what stands before the time of an instant. */
export function readDay(value: unknown): CivilDate | null {
  if (typeof value !== 'string') return null
  const text = value.trim()
  return parseBrazilianDate(text.replaceAll('-', '/')) ?? parseCivilDate(text.slice(0, 10))
}

export function readFlag(value: unknown): boolean | null {
  if (value === true || value === 'true' || value === 1 || value === '1') return true
  if (value === false || value === 'false' || value === 0 || value === '0') return false
  return null
}

/** A number in a path or a query: an id that cannot exist is nobody's. */
export function readNumber(text: string | null | undefined): number | null {
  const match = /^[1-9]\d{0,15}$/.exec(text?.trim() ?? '')
  const number = Number(match?.[0])
  return Number.isSafeInteger(number) ? number : null
}

// --- Showing ---

/** '700.0', '14.38' */
export function showDecimal(value: Decimal): string {
  return value.includes('.') ? value : `${value}.0`
}

export function showCents(amount: Cents): string {
  return showDecimal(decimal(decimalOf(amount)))
}

/** '02/12/2018' */
export function showDay(day: CivilDate | null): string | null {
  return day === null ? null : formatDate(day)
}

/** '03/12/2018 11:39:15 -02:00' */
export function showStamp(at: Instant, timeZone: string): string {
  const { date, time, offset } = wallOf(at, timeZone)
  return `${formatDate(date)} ${time.slice(0, 8)} ${offset}`
}

/** '2018-12-10T17:03:19.193-02:00' */
export function showIsoStamp(at: Instant, timeZone: string): string {
  const { date, time, offset } = wallOf(at, timeZone)
  return `${date}T${time}${offset}`
}

/** A text as it was said, blanks and all, as long as ours still is what was made of it. */
export function showText(ours: string | null, said: unknown): string | null {
  return typeof said === 'string' && given(said) === ours ? said : ours
}
