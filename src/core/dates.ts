// Days, months and instants as text that sorts in order. Day arithmetic is on integers (days since 1970-01-01, the algorithms of
// Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"): a run asks for millions of days, and a Date carries a time zone
// that a civil day does not have. Only what depends on a time zone asks Intl.

export type CivilDate = string & { readonly __brand: 'CivilDate' }
export type YearMonth = string & { readonly __brand: 'YearMonth' }
export type Instant = string & { readonly __brand: 'Instant' }

/** Years of four digits, so that text sorts; centuries beyond CONTRACT_DAYS, so that no period or due date counted from them falls off. */
export const FIRST_YEAR = 1000
export const LAST_YEAR = 2999
const MS_PER_DAY = 86_400_000
const MS_PER_HOUR = 3_600_000
const MS_PER_MINUTE = 60_000

// --- Days ---

/** What a contract can speak of; a day of another year is a slip of the pen, and refused wherever somebody writes one. */
export const CONTRACT_DAYS = { first: '1990-01-01' as CivilDate, last: '2099-12-31' as CivilDate }

export function isContractDay(day: CivilDate): boolean {
  return CONTRACT_DAYS.first <= day && day <= CONTRACT_DAYS.last
}

/** Strict 'YYYY-MM-DD', days that exist, 1000 to 2999; everything else is null. */
export function parseCivilDate(text: string): CivilDate | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isRealDay(yearOf(text), monthNumberOf(text), dayOf(text))
    ? (text as CivilDate)
    : null
}

/** 'YYYY-MM-DD' of any year of four digits, days that exist; of a year that the calendar does not reach, its first or last day. */
export function nearestCivilDate(text: string): CivilDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const year = yearOf(text)
  // Leap years come back every four hundred years.
  if (!isRealDay(2000 + (year % 400), monthNumberOf(text), dayOf(text))) return null
  if (year < FIRST_YEAR) return dayFromNumber(FIRST_DAY)
  return year > LAST_YEAR ? dayFromNumber(LAST_DAY) : (text as CivilDate)
}

export function civilDate(text: string): CivilDate {
  const date = parseCivilDate(text)
  if (date === null) throw new RangeError(`not a day between ${FIRST_YEAR} and ${LAST_YEAR}: ${text.slice(0, 40)}`)
  return date
}

/** 'dd/mm/aaaa' and nothing else: '1/2/2026' or '31-01-2026' could mean something different to who wrote it. */
export function parseBrazilianDate(text: string): CivilDate | null {
  if (!/^\d{2}\/\d{2}\/\d{4}$/.test(text)) return null
  return parseCivilDate(`${text.slice(6)}-${text.slice(3, 5)}-${text.slice(0, 2)}`)
}

/** '31/01/2026' */
export function formatDate(date: CivilDate): string {
  return `${date.slice(8)}/${date.slice(5, 7)}/${date.slice(0, 4)}`
}

/** Days since 1970-01-01; the difference of two of them is the number of days between. */
export function dayNumber(date: CivilDate): number {
  return dayNumberOf(yearOf(date), monthNumberOf(date), dayOf(date))
}

/** The inverse of `dayNumber`. Throws RangeError outside 1000 to 2999. */
export function dayFromNumber(days: number): CivilDate {
  if (!Number.isInteger(days) || days < FIRST_DAY || days > LAST_DAY) {
    throw new RangeError(`day number ${days} is not a day between ${FIRST_YEAR} and ${LAST_YEAR}`)
  }
  const shifted = days + 719_468
  const era = Math.trunc(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.trunc(
    (dayOfEra - Math.trunc(dayOfEra / 1460) + Math.trunc(dayOfEra / 36_524) - Math.trunc(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100))
  const monthFromMarch = Math.trunc((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.trunc((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return showDay(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

export function addDays(date: CivilDate, days: number): CivilDate {
  return dayFromNumber(dayNumber(date) + days)
}

/** From `a` to `b`: positive when `b` is later. */
export function daysBetween(a: CivilDate, b: CivilDate): number {
  return dayNumber(b) - dayNumber(a)
}

/** The same day `months` later, or the last day of a shorter month: 31 January + 1 is 28 or 29 February. */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const index = monthIndex(date) + wholeMonths(months)
  return clampedDay(index, dayOf(date))
}

export function dayOfMonth(date: CivilDate): number {
  return dayOf(date)
}

/** 0 is Sunday, 6 is Saturday. */
export function weekday(date: CivilDate): number {
  return weekdayOfNumber(dayNumber(date))
}

/** As `weekday`, of a day number: 1970-01-01 was a Thursday. */
export function weekdayOfNumber(days: number): number {
  return (((days + 4) % 7) + 7) % 7
}

export function minDate(first: CivilDate, ...others: CivilDate[]): CivilDate {
  return others.reduce((least, date) => (date < least ? date : least), first)
}

export function maxDate(first: CivilDate, ...others: CivilDate[]): CivilDate {
  return others.reduce((most, date) => (date > most ? date : most), first)
}

// --- Months ---

/** Strict 'YYYY-MM', 1000 to 2999. */
export function parseYearMonth(text: string): YearMonth | null {
  return /^\d{4}-\d{2}$/.test(text) && isRealDay(yearOf(text), monthNumberOf(text), 1) ? (text as YearMonth) : null
}

export function yearMonth(text: string): YearMonth {
  const month = parseYearMonth(text)
  if (month === null) throw new RangeError(`not a month between ${FIRST_YEAR} and ${LAST_YEAR}: ${text.slice(0, 40)}`)
  return month
}

export function monthOf(date: CivilDate): YearMonth {
  return date.slice(0, 7) as YearMonth // a real day lies in a real month
}

export function addToMonth(month: YearMonth, months: number): YearMonth {
  return monthOf(clampedDay(monthIndex(month) + wholeMonths(months), 1))
}

/** From `a` to `b`: positive when `b` is later. */
export function monthsBetween(a: YearMonth, b: YearMonth): number {
  return monthIndex(b) - monthIndex(a)
}

export function firstDayOfMonth(month: YearMonth): CivilDate {
  return clampedDay(monthIndex(month), 1)
}

export function lastDayOfMonth(month: YearMonth): CivilDate {
  return clampedDay(monthIndex(month), 31)
}

/** Day 1 to 31 of a month, or its last day when it is shorter. */
export function dayInMonth(month: YearMonth, day: number): CivilDate {
  if (!Number.isInteger(day) || day < 1 || day > 31) throw new RangeError(`not a day of a month: ${day}`)
  return clampedDay(monthIndex(month), day)
}

/** '01/2026' */
export function formatMonth(month: YearMonth): string {
  return `${month.slice(5)}/${month.slice(0, 4)}`
}

// --- Instants ---

const INSTANT_SHAPE =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/

/** ISO 8601 with a zone; the answer is in UTC with milliseconds (what is finer is cut off). */
export function parseInstant(text: string): Instant | null {
  const match = INSTANT_SHAPE.exec(text)
  if (!match) return null
  const [, day = '', hour, minute, second, fraction = '', sign, zoneHour = 0, zoneMinute = 0] = match
  const date = parseCivilDate(day)
  if (date === null) return null
  const time = Number(hour) * MS_PER_HOUR + Number(minute) * MS_PER_MINUTE + Number(second) * 1000
  const offset = (Number(zoneHour) * MS_PER_HOUR + Number(zoneMinute) * MS_PER_MINUTE) * (sign === '-' ? -1 : 1)
  const ms = dayNumber(date) * MS_PER_DAY + time + Number(fraction.padEnd(3, '0').slice(0, 3)) - offset
  return isMillisInRange(ms) ? instantFromMillis(ms) : null
}

export function instant(text: string): Instant {
  const at = parseInstant(text)
  if (at === null) throw new RangeError(`not an instant between ${FIRST_YEAR} and ${LAST_YEAR}: ${text.slice(0, 40)}`)
  return at
}

/** Milliseconds since 1970-01-01 UTC. */
export function millisOf(at: Instant): number {
  const time = twoDigits(at, 11) * MS_PER_HOUR + twoDigits(at, 14) * MS_PER_MINUTE + twoDigits(at, 17) * 1000
  return dayNumber(at.slice(0, 10) as CivilDate) * MS_PER_DAY + time + Number(at.slice(20, 23)) // an Instant begins with its day
}

/** The inverse of `millisOf`. Throws RangeError outside 1000 to 2999. */
export function instantFromMillis(ms: number): Instant {
  if (!isMillisInRange(ms)) throw new RangeError(`${ms} ms is not an instant between ${FIRST_YEAR} and ${LAST_YEAR}`)
  const days = Math.floor(ms / MS_PER_DAY)
  const inDay = ms - days * MS_PER_DAY
  const hour = pad2(Math.trunc(inDay / MS_PER_HOUR))
  const minute = pad2(Math.trunc(inDay / MS_PER_MINUTE) % 60)
  const second = pad2(Math.trunc(inDay / 1000) % 60)
  const milli = String(inDay % 1000).padStart(3, '0')
  return `${dayFromNumber(days)}T${hour}:${minute}:${second}.${milli}Z` as Instant // the one shape an Instant has
}

/** For a library that wants the language's own. */
export function toDate(at: Instant): Date {
  return new Date(millisOf(at))
}

export function addMillis(at: Instant, ms: number): Instant {
  return instantFromMillis(millisOf(at) + ms)
}

// --- Time zones ---

/** True for a name that this machine's time zone data knows ('America/Sao_Paulo'). */
export function isTimeZone(name: string): boolean {
  try {
    zoneFormat(name)
    return true
  } catch {
    return false
  }
}

/** The day on the wall calendar of a time zone. Throws RangeError for an unknown zone. */
export function dayInZone(at: Instant, timeZone: string): CivilDate {
  const ms = millisOf(at)
  return dayFromNumber(Math.floor((ms + offsetMillis(ms, timeZone)) / MS_PER_DAY))
}

/** '31/01/2027, 12:00' on the wall of a time zone. */
export function formatMoment(at: Instant, timeZone: string): string {
  const ms = millisOf(at)
  const wall = new Date(ms + offsetMillis(ms, timeZone)).toISOString()
  return `${formatDate(dayInZone(at, timeZone))}, ${wall.slice(11, 16)}`
}

export interface Wall {
  readonly date: CivilDate
  /** '11:39:15.193' */
  readonly time: string
  /** '-02:00' */
  readonly offset: string
}

/** What calendar and clock show on the wall of a time zone, and how far that is from UTC. */
export function wallOf(at: Instant, timeZone: string): Wall {
  const ms = millisOf(at)
  const offset = offsetMillis(ms, timeZone)
  const minutes = Math.abs(offset) / MS_PER_MINUTE
  const wall = instantFromMillis(ms + offset)
  return {
    date: wall.slice(0, 10) as CivilDate, // an Instant begins with its day
    time: wall.slice(11, 23),
    offset: `${offset < 0 ? '-' : '+'}${pad2(Math.trunc(minutes / 60))}:${pad2(Math.trunc(minutes % 60))}`,
  }
}

/** The first instant of a day. Where summer time began at midnight, as it did in Brazil until 2018, that is one o'clock. */
export function startOfDay(day: CivilDate, timeZone: string): Instant {
  return instantAt(day, 0, timeZone)
}

/** A full hour of a day, 0 to 23: the earlier one when the clock shows it twice, one hour later when the clock skips it. */
export function instantAt(day: CivilDate, hour: number, timeZone: string): Instant {
  if (!Number.isInteger(hour) || hour < 0 || hour > 23) throw new RangeError(`not an hour of a day: ${hour}`)
  const wall = dayNumber(day) * MS_PER_DAY + hour * MS_PER_HOUR
  const before = offsetMillis(wall - MS_PER_DAY, timeZone)
  const after = offsetMillis(wall + MS_PER_DAY, timeZone)
  const real = [wall - before, wall - after].filter(ms => ms + offsetMillis(ms, timeZone) === wall)
  // Skipped by the clock: the offset of the day before names the instant at which it jumped.
  return instantFromMillis(real.length > 0 ? Math.min(...real) : wall - before)
}

const zoneFormats = new Map<string, Intl.DateTimeFormat>()

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  let format = zoneFormats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    zoneFormats.set(timeZone, format)
  }
  return format
}

/** The offset of whole days of UTC in a zone: to ask Intl costs more than all else that shows an instant. Null: it changes on that day. */
const offsetsOfDays = new Map<string, number | null>()
const MOST_DAYS_KEPT = 4000

/** What the wall clock shows minus UTC, at an instant. No zone changes its offset twice in a day. */
function offsetMillis(ms: number, timeZone: string): number {
  const day = Math.floor(ms / MS_PER_DAY)
  const key = `${day} ${timeZone}`
  const known = offsetsOfDays.get(key)
  if (known !== undefined) return known ?? askedOffset(ms, timeZone)
  const first = askedOffset(day * MS_PER_DAY, timeZone)
  const isWhole = first === askedOffset((day + 1) * MS_PER_DAY, timeZone)
  if (offsetsOfDays.size === MOST_DAYS_KEPT) offsetsOfDays.clear()
  offsetsOfDays.set(key, isWhole ? first : null)
  return isWhole ? first : askedOffset(ms, timeZone)
}

function askedOffset(ms: number, timeZone: string): number {
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const part of zoneFormat(timeZone).formatToParts(ms)) shown[part.type] = Number(part.value)
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown
  const wall = dayNumberOf(year, month, day) * MS_PER_DAY + hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * 1000
  return wall - Math.floor(ms / 1000) * 1000
}

// --- Digits ---

const ASCII_ZERO = 48

function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - ASCII_ZERO * 11
}

function yearOf(text: string): number {
  return twoDigits(text, 0) * 100 + twoDigits(text, 2)
}

function monthNumberOf(text: string): number {
  return twoDigits(text, 5)
}

function dayOf(text: string): number {
  return twoDigits(text, 8)
}

function pad2(n: number): string {
  return n < 10 ? `0${n}` : `${n}`
}

function showDay(year: number, month: number, day: number): CivilDate {
  return `${year}-${pad2(month)}-${pad2(day)}` as CivilDate // callers pass a real day of a four-digit year
}

function dayNumberOf(year: number, month: number, day: number): number {
  const yearFromMarch = month <= 2 ? year - 1 : year
  const era = Math.trunc(yearFromMarch / 400)
  const yearOfEra = yearFromMarch - era * 400
  const dayOfYear = Math.trunc((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100) + dayOfYear - 719_468
}

const FIRST_DAY = dayNumberOf(FIRST_YEAR, 1, 1)
const LAST_DAY = dayNumberOf(LAST_YEAR, 12, 31)

function isMillisInRange(ms: number): boolean {
  return Number.isInteger(ms) && ms >= FIRST_DAY * MS_PER_DAY && ms < (LAST_DAY + 1) * MS_PER_DAY
}

function isRealDay(year: number, month: number, day: number): boolean {
  return year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Months since the year 0, so that adding months is adding integers. */
function monthIndex(text: CivilDate | YearMonth): number {
  return yearOf(text) * 12 + monthNumberOf(text) - 1
}

function wholeMonths(months: number): number {
  if (!Number.isInteger(months)) throw new RangeError(`not a whole number of months: ${months}`)
  return months
}

function clampedDay(index: number, day: number): CivilDate {
  const year = Math.floor(index / 12)
  if (year < FIRST_YEAR || year > LAST_YEAR) throw new RangeError(`month ${index} is not between ${FIRST_YEAR} and ${LAST_YEAR}`)
  const month = index - year * 12 + 1
  const last = daysIn(year, month)
  return showDay(year, month, day < last ? day : last)
}
