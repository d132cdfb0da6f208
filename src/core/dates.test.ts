import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  addMillis,
  addMonths,
  addToMonth,
  type CivilDate,
  CONTRACT_DAYS,
  civilDate,
  dayFromNumber,
  dayInMonth,
  dayInZone,
  dayNumber,
  dayOfMonth,
  daysBetween,
  firstDayOfMonth,
  formatDate,
  formatMoment,
  formatMonth,
  instant,
  instantAt,
  instantFromMillis,
  isContractDay,
  isTimeZone,
  lastDayOfMonth,
  maxDate,
  millisOf,
  minDate,
  monthOf,
  monthsBetween,
  parseBrazilianDate,
  parseCivilDate,
  parseInstant,
  parseYearMonth,
  startOfDay,
  wallOf,
  weekday,
  yearMonth,
} from './dates.ts'

// The oracle is JavaScript's own Date in UTC, which shares nothing with the integer algorithms under test.
const DAY = 86_400_000
const firstDay = Date.UTC(1000, 0, 1) / DAY
const lastDay = Date.UTC(2999, 11, 31) / DAY
const utc = (date: CivilDate): Date => new Date(`${date}T00:00:00.000Z`)
const days = fc.integer({ min: firstDay, max: lastDay }).map(n => civilDate(new Date(n * DAY).toISOString().slice(0, 10)))
const nearDays = fc.integer({ min: Date.UTC(2000, 0, 1) / DAY, max: Date.UTC(2100, 0, 1) / DAY }).map(dayFromNumber)

describe('a day', () => {
  test.each(['2026-01-31', '2024-02-29', '2000-02-29', '1000-01-01', '2999-12-31'])('%s is one', text => {
    expect(parseCivilDate(text)).toBe(text)
  })

  test.each([
    '2026-02-29',
    '1900-02-29',
    '2100-02-29',
    '2026-04-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '2026-01-32',
    '0999-12-31',
    '3000-01-01',
    '2026-1-31',
    '26-01-31',
    '2026/01/31',
    '2026-01-31T00:00:00Z',
    ' 2026-01-31',
    '2026-01-31\n',
    '٢٠٢٦-٠١-٣١',
    '',
  ])('%j is not one', text => {
    expect(parseCivilDate(text)).toBeNull()
    expect(() => civilDate(text)).toThrow(RangeError)
  })

  test('in Brazilian notation is dd/mm/aaaa and nothing else', () => {
    expect(parseBrazilianDate('31/01/2026')).toBe('2026-01-31')
    expect(formatDate(civilDate('2026-01-31'))).toBe('31/01/2026')
    for (const wrong of ['1/2/2026', '31-01-2026', '31/01/26', '01/31/2026', '29/02/2026', '2026-01-31', '31/01/2026 ', '']) {
      expect(parseBrazilianDate(wrong)).toBeNull()
    }
  })

  test('has the number, the weekday and the day of the month that the calendar gives it, from 1000 to 2999', () => {
    for (let n = firstDay; n <= lastDay; n++) {
      const oracle = new Date(n * DAY)
      const date = dayFromNumber(n)
      if (date !== oracle.toISOString().slice(0, 10) || dayNumber(date) !== n || weekday(date) !== oracle.getUTCDay()) {
        throw new Error(`${oracle.toISOString()} became ${date}`)
      }
    }
    expect(dayOfMonth(civilDate('2026-01-31'))).toBe(31)
  })

  test('moved by days is where the calendar says', () => {
    fc.assert(
      fc.property(nearDays, fc.integer({ min: -30_000, max: 30_000 }), (date, n) => {
        const moved = addDays(date, n)
        expect(moved).toBe(new Date(utc(date).getTime() + n * DAY).toISOString().slice(0, 10))
        expect(daysBetween(date, moved)).toBe(n)
      }),
    )
  })

  test('moved by months keeps its day, or takes the last day of a shorter month', () => {
    expect(addMonths(civilDate('2026-01-31'), 1)).toBe('2026-02-28')
    expect(addMonths(civilDate('2024-01-31'), 1)).toBe('2024-02-29')
    expect(addMonths(civilDate('2026-01-31'), 2)).toBe('2026-03-31')
    expect(addMonths(civilDate('2024-02-29'), -12)).toBe('2023-02-28')
    fc.assert(
      fc.property(nearDays, fc.integer({ min: -1000, max: 1000 }), (date, n) => {
        const from = utc(date)
        const last = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + n + 1, 0))
        const day = Math.min(from.getUTCDate(), last.getUTCDate())
        const oracle = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), day))
        expect(addMonths(date, n)).toBe(oracle.toISOString().slice(0, 10))
      }),
    )
  })

  test('beyond the calendar, or moved by half a day, is refused', () => {
    expect(() => addDays(civilDate('2999-12-31'), 1)).toThrow(RangeError)
    expect(() => addDays(civilDate('1000-01-01'), -1)).toThrow(RangeError)
    expect(() => addMonths(civilDate('2999-12-31'), 1)).toThrow(RangeError)
    for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => addDays(civilDate('2026-01-31'), wrong)).toThrow(RangeError)
      expect(() => addMonths(civilDate('2026-01-31'), wrong)).toThrow(RangeError)
    }
  })

  test('of a contract lies between 1990 and 2099, and the longest period or last installment counted from it still exists', () => {
    expect(['1989-12-31', '1990-01-01', '2099-12-31', '2100-01-01'].map(day => isContractDay(civilDate(day)))).toEqual([
      false,
      true,
      true,
      false,
    ])
    for (const day of [CONTRACT_DAYS.first, CONTRACT_DAYS.last, civilDate('1900-01-01'), civilDate('2199-12-31')]) {
      expect([addDays(day, -1), addDays(day, 1), addMonths(day, -120), addMonths(day, 240)].map(parseCivilDate)).not.toContain(
        null,
      )
      expect(dayInZone(startOfDay(addDays(day, 1), 'America/Sao_Paulo'), 'America/Sao_Paulo')).toBe(addDays(day, 1))
    }
  })

  test('compares with another as text does', () => {
    fc.assert(fc.property(days, days, (a, b) => a < b === dayNumber(a) < dayNumber(b)))
    const [a, b, c] = [civilDate('2026-01-31'), civilDate('2025-12-31'), civilDate('2026-02-01')]
    expect(minDate(a, b, c)).toBe(b)
    expect(maxDate(a, b, c)).toBe(c)
  })
})

describe('a month', () => {
  test('is a year and a month that exist', () => {
    expect(parseYearMonth('2026-12')).toBe('2026-12')
    for (const wrong of ['2026-13', '2026-00', '0999-12', '2026-1', '2026-01-01', '']) {
      expect(parseYearMonth(wrong)).toBeNull()
      expect(() => yearMonth(wrong)).toThrow(RangeError)
    }
  })

  test('has a first day, a last day, and each day up to the last', () => {
    const february = monthOf(civilDate('2028-02-10'))
    expect(firstDayOfMonth(february)).toBe('2028-02-01')
    expect(lastDayOfMonth(february)).toBe('2028-02-29')
    expect(dayInMonth(february, 31)).toBe('2028-02-29')
    expect(dayInMonth(february, 5)).toBe('2028-02-05')
    expect(formatMonth(february)).toBe('02/2028')
    for (const wrong of [0, 32, 1.5, Number.NaN]) expect(() => dayInMonth(february, wrong)).toThrow(RangeError)
  })

  test('moves across years, and the way back is as long', () => {
    expect(addToMonth(yearMonth('2026-11'), 3)).toBe('2027-02')
    expect(addToMonth(yearMonth('2026-01'), -1)).toBe('2025-12')
    fc.assert(
      fc.property(nearDays.map(monthOf), fc.integer({ min: -1000, max: 1000 }), (month, n) => {
        expect(monthsBetween(month, addToMonth(month, n))).toBe(n)
      }),
    )
  })
})

describe('an instant', () => {
  test.each([
    ['2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31T12:00:00.123999Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T22:30:00-03:00', '2026-02-01T01:30:00.000Z'],
    ['2026-01-01T01:00:00+05:30', '2025-12-31T19:30:00.000Z'],
  ])('%s is kept as %s', (text, kept) => {
    expect(parseInstant(text)).toBe(kept)
  })

  test.each([
    '2026-02-30T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:60Z',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-01-31',
    '2999-12-31T23:00:00-03:00',
    '',
  ])('%j is not one', text => {
    expect(parseInstant(text)).toBeNull()
    expect(() => instant(text)).toThrow(RangeError)
  })

  test('is its milliseconds and back, and moves by them', () => {
    fc.assert(
      fc.property(fc.integer({ min: firstDay * DAY, max: (lastDay + 1) * DAY - 1 }), ms => {
        const at = instantFromMillis(ms)
        expect(at).toBe(new Date(ms).toISOString())
        expect(millisOf(at)).toBe(ms)
      }),
    )
    expect(addMillis(instant('2026-12-31T23:59:59.999Z'), 1)).toBe('2027-01-01T00:00:00.000Z')
    for (const wrong of [0.5, Number.NaN, lastDay * DAY * 2]) expect(() => instantFromMillis(wrong)).toThrow(RangeError)
  })
})

describe('a day in a time zone', () => {
  const saoPaulo = 'America/Sao_Paulo'

  test('is the one on the wall calendar there', () => {
    expect(dayInZone(instant('2026-02-01T02:59:59.999Z'), saoPaulo)).toBe('2026-01-31')
    expect(formatMoment(instant('2026-02-01T02:59:59.999Z'), saoPaulo)).toBe('31/01/2026, 23:59')
    expect(dayInZone(instant('2026-02-01T03:00:00.000Z'), saoPaulo)).toBe('2026-02-01')
    expect(dayInZone(instant('2026-02-01T04:30:00.000Z'), 'America/Rio_Branco')).toBe('2026-01-31')
    expect(dayInZone(instant('2026-01-31T12:00:00.000Z'), 'Pacific/Kiritimati')).toBe('2026-02-01')
  })

  test('starts at its midnight', () => {
    expect(startOfDay(civilDate('2026-02-01'), saoPaulo)).toBe('2026-02-01T03:00:00.000Z')
    expect(startOfDay(civilDate('2026-02-01'), 'America/Noronha')).toBe('2026-02-01T02:00:00.000Z')
    expect(startOfDay(civilDate('2026-02-01'), 'UTC')).toBe('2026-02-01T00:00:00.000Z')
    expect(instantAt(civilDate('2026-02-01'), 6, saoPaulo)).toBe('2026-02-01T09:00:00.000Z')
  })

  test('starts at one o’clock where summer time skipped its midnight (4 November 2018)', () => {
    expect(startOfDay(civilDate('2018-11-04'), saoPaulo)).toBe('2018-11-04T03:00:00.000Z')
    expect(dayInZone(instant('2018-11-04T02:59:59.999Z'), saoPaulo)).toBe('2018-11-03')
  })

  test('starts once where summer time ended at its midnight, and an hour shown twice is the earlier one (18 February 2018)', () => {
    expect(startOfDay(civilDate('2018-02-18'), saoPaulo)).toBe('2018-02-18T03:00:00.000Z')
    expect(instantAt(civilDate('2018-02-17'), 23, saoPaulo)).toBe('2018-02-18T01:00:00.000Z')
  })

  test('contains its first instant and not the one before it, in any Brazilian zone and year', () => {
    const zones = fc.constantFrom(
      saoPaulo,
      'America/Manaus',
      'America/Rio_Branco',
      'America/Noronha',
      'America/Bahia',
      'America/Cuiaba',
    )
    fc.assert(
      fc.property(nearDays, zones, (day, zone) => {
        const start = startOfDay(day, zone)
        expect(dayInZone(start, zone)).toBe(day)
        expect(dayInZone(addMillis(start, -1), zone)).toBe(addDays(day, -1))
      }),
      { numRuns: 300 },
    )
  })

  test('needs a zone that exists and an hour that exists', () => {
    expect(isTimeZone(saoPaulo)).toBe(true)
    expect(isTimeZone('America/Brasilia')).toBe(false)
    expect(isTimeZone('')).toBe(false)
    expect(() => dayInZone(instant('2026-01-31T12:00:00Z'), 'America/Brasilia')).toThrow(RangeError)
    for (const wrong of [-1, 24, 0.5]) expect(() => instantAt(civilDate('2026-01-31'), wrong, saoPaulo)).toThrow(RangeError)
  })
})

describe('the wall of a time zone', () => {
  test('shows day, time and offset, with summer time as it was', () => {
    expect(wallOf(instant('2018-12-03T13:39:15.193Z'), 'America/Sao_Paulo')).toEqual({
      date: '2018-12-03',
      time: '11:39:15.193',
      offset: '-02:00',
    })
    expect(wallOf(instant('2026-01-01T02:00:00Z'), 'America/Sao_Paulo')).toEqual({
      date: '2025-12-31',
      time: '23:00:00.000',
      offset: '-03:00',
    })
    expect(wallOf(instant('2026-01-01T00:00:00Z'), 'Asia/Kathmandu').offset).toBe('+05:45')
  })

  test('shows the day of a change hour by hour as it is, whichever hour is asked for first', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
    const offset = (hour: string) => wallOf(instant(`2018-11-04T${hour}:00:00Z`), 'America/Sao_Paulo').offset
    expect(hours.toReversed().map(offset).toReversed()).toEqual([...Array(3).fill('-03:00'), ...Array(21).fill('-02:00')])
    expect(hours.map(offset)).toEqual([...Array(3).fill('-03:00'), ...Array(21).fill('-02:00')])
  })
})
