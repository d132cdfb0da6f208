// The national bank calendar: Saturdays, Sundays and the holidays that ANBIMA lists. Its 1,263 dates of 2001 to 2099 follow from the
// rules below. State and city holidays are not in it: callers pass those of the organization or the payer as `extraHolidays`.

import { addDays, type CivilDate, civilDate, dayFromNumber, dayNumber, weekdayOfNumber } from '../dates.ts'

const fixedHolidays: readonly { monthDay: string; name: string; since?: number }[] = [
  { monthDay: '01-01', name: 'Confraternização Universal' },
  { monthDay: '04-21', name: 'Tiradentes' },
  { monthDay: '05-01', name: 'Dia do Trabalho' },
  { monthDay: '09-07', name: 'Independência do Brasil' },
  { monthDay: '10-12', name: 'Nossa Senhora Aparecida' },
  { monthDay: '11-02', name: 'Finados' },
  { monthDay: '11-15', name: 'Proclamação da República' },
  // Lei 14.759/2023: national from its first 20 November on.
  { monthDay: '11-20', name: 'Dia Nacional de Zumbi e da Consciência Negra', since: 2024 },
  { monthDay: '12-25', name: 'Natal' },
]

const movableHolidays: readonly { fromEaster: number; name: string }[] = [
  { fromEaster: -48, name: 'Carnaval (segunda-feira)' },
  { fromEaster: -47, name: 'Carnaval (terça-feira)' },
  { fromEaster: -2, name: 'Sexta-Feira da Paixão' },
  { fromEaster: 60, name: 'Corpus Christi' },
]

const holidaysByYear = new Map<number, ReadonlyMap<CivilDate, string>>()

/** The national bank holidays of a year with their names, those on a weekend included. */
export function nationalBankHolidays(year: number): ReadonlyMap<CivilDate, string> {
  let holidays = holidaysByYear.get(year)
  if (holidays === undefined) {
    holidays = holidaysOf(year)
    holidaysByYear.set(year, holidays)
  }
  return holidays
}

export function isNationalBankHoliday(date: CivilDate): boolean {
  return holidayNumbers().has(dayNumber(date))
}

export function isBusinessDay(date: CivilDate, extraHolidays: ReadonlySet<CivilDate>): boolean {
  return isWorked(dayNumber(date), extraHolidays)
}

/** The date itself when it is a business day, otherwise the first one after it. */
export function nextBusinessDay(date: CivilDate, extraHolidays: ReadonlySet<CivilDate>): CivilDate {
  return isBusinessDay(date, extraHolidays) ? date : addBusinessDays(date, 1, extraHolidays)
}

/** The date itself when it is a business day, otherwise the last one before it. */
export function previousBusinessDay(date: CivilDate, extraHolidays: ReadonlySet<CivilDate>): CivilDate {
  return isBusinessDay(date, extraHolidays) ? date : addBusinessDays(date, -1, extraHolidays)
}

/**
 * The n-th business day after `date`, or before it when n is negative; `date` itself is never counted, whatever day it is. Zero is
 * `nextBusinessDay`, so that the answer is a business day for every n.
 */
export function addBusinessDays(date: CivilDate, n: number, extraHolidays: ReadonlySet<CivilDate>): CivilDate {
  if (!Number.isInteger(n) || Math.abs(n) > DAYS_OF_CALENDAR) throw new RangeError(`not a number of business days: ${n}`)
  if (n === 0) return nextBusinessDay(date, extraHolidays)
  const step = n < 0 ? -1 : 1
  let day = dayNumber(date)
  for (let left = Math.abs(n); left > 0; ) {
    day += step
    if (isWorked(day, extraHolidays)) left--
  }
  return dayFromNumber(day)
}

function isWorked(day: number, extraHolidays: ReadonlySet<CivilDate>): boolean {
  const dayOfWeek = weekdayOfNumber(day)
  if (dayOfWeek === 0 || dayOfWeek === 6 || holidayNumbers().has(day)) return false
  return extraHolidays.size === 0 || !extraHolidays.has(dayFromNumber(day))
}

/** Beyond them only weekends are known. */
const FIRST_YEAR = 1900
const LAST_YEAR = 2199
const DAYS_OF_CALENDAR = 366 * (LAST_YEAR - FIRST_YEAR + 1)

let numbers: ReadonlySet<number> | undefined

/** All holidays of the calendar as day numbers: counting business days asks for each day between, and integers are quick to look up. */
function holidayNumbers(): ReadonlySet<number> {
  if (numbers === undefined) {
    const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, i) => FIRST_YEAR + i)
    numbers = new Set(years.flatMap(year => [...nationalBankHolidays(year).keys()].map(dayNumber)))
  }
  return numbers
}

function holidaysOf(year: number): Map<CivilDate, string> {
  const holidays = new Map<CivilDate, string>()
  for (const { monthDay, name, since = 0 } of fixedHolidays)
    if (year >= since) holidays.set(civilDate(`${year}-${monthDay}`), name)
  const easter = easterOf(year)
  for (const { fromEaster, name } of movableHolidays) holidays.set(addDays(easter, fromEaster), name)
  return holidays
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher). */
export function easterOf(year: number): CivilDate {
  const golden = year % 19
  const century = Math.trunc(year / 100)
  const yearOfCentury = year % 100
  const correction = Math.trunc((century - Math.trunc((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.trunc(century / 4) - correction + 15) % 30
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.trunc(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7
  const late = Math.trunc((golden + 11 * epact + 22 * toSunday) / 451)
  const fromMarch = epact + toSunday - 7 * late + 114
  const month = Math.trunc(fromMarch / 31)
  const day = (fromMarch % 31) + 1
  return civilDate(`${year}-0${month}-${String(day).padStart(2, '0')}`)
}

/**
 * The latest due date that is late today; everything due on or before it is late too. So one day per organization tells in SQL what
 * a look at each date would: today is after the due date rolled to the next business day.
 */
export function lateUntil(today: CivilDate, holidays: ReadonlySet<CivilDate>): CivilDate {
  return previousBusinessDay(addDays(today, -1), holidays)
}
