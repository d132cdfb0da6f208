import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type CivilDate, civilDate, dayFromNumber, dayNumber, weekday } from '../dates.ts'
import {
  addBusinessDays,
  easterOf,
  isBusinessDay,
  isNationalBankHoliday,
  nationalBankHolidays,
  nextBusinessDay,
  previousBusinessDay,
} from './calendar.ts'

const none: ReadonlySet<CivilDate> = new Set()
const on = civilDate
const days = fc.integer({ min: dayNumber(on('2001-01-01')), max: dayNumber(on('2099-12-31')) }).map(dayFromNumber)

describe('the national bank calendar', () => {
  test('has the 1,263 dates of ANBIMA from 2001 to 2099', () => {
    const dates = new Set<CivilDate>()
    for (let year = 2001; year <= 2099; year++) for (const date of nationalBankHolidays(year).keys()) dates.add(date)
    expect(dates.size).toBe(1263)
  })

  test.each([
    ['2024-03-31', 2024],
    ['2025-04-20', 2025],
    ['2026-04-05', 2026],
    ['2027-03-28', 2027],
    ['2038-04-25', 2038],
    ['2008-03-23', 2008],
    ['2000-04-23', 2000],
  ])('finds Easter on %s', (date, year) => {
    expect(easterOf(year)).toBe(date)
  })

  test.each([
    ['2027-02-08', 'Carnaval (segunda-feira)'],
    ['2027-02-09', 'Carnaval (terça-feira)'],
    ['2027-03-26', 'Sexta-Feira da Paixão'],
    ['2027-05-27', 'Corpus Christi'],
    ['2026-06-04', 'Corpus Christi'],
    ['2024-11-20', 'Dia Nacional de Zumbi e da Consciência Negra'],
    ['2026-11-15', 'Proclamação da República'],
  ])('names %s as %s', (date, name) => {
    expect(nationalBankHolidays(Number(date.slice(0, 4))).get(on(date))).toBe(name)
    expect(isNationalBankHoliday(on(date))).toBe(true)
  })

  test.each([
    ['2023-11-20', '20 November was national only from 2024 on'],
    ['2027-02-10', 'Ash Wednesday has banks'],
    ['2026-04-05', 'Easter itself is a Sunday like any other'],
    ['2026-12-24', 'Christmas Eve'],
    ['2026-12-31', 'the last day of the year'],
  ])('leaves out %s: %s', date => {
    expect(isNationalBankHoliday(on(date))).toBe(false)
  })
})

describe('a business day', () => {
  const anniversaryOfSaoPaulo = new Set([on('2027-01-25')])

  test('is a weekday that is neither a national holiday nor one of the place', () => {
    expect(isBusinessDay(on('2027-01-25'), none)).toBe(true)
    expect(isBusinessDay(on('2027-01-25'), anniversaryOfSaoPaulo)).toBe(false)
    expect(isBusinessDay(on('2027-01-23'), none)).toBe(false)
    expect(isBusinessDay(on('2027-01-24'), none)).toBe(false)
    expect(isBusinessDay(on('2027-02-09'), none)).toBe(false)
  })

  test('is its own next and previous one; another day rolls over weekend, Carnival and city holiday', () => {
    expect(nextBusinessDay(on('2027-02-10'), none)).toBe('2027-02-10')
    expect(previousBusinessDay(on('2027-02-10'), none)).toBe('2027-02-10')
    expect(nextBusinessDay(on('2027-02-06'), none)).toBe('2027-02-10')
    expect(previousBusinessDay(on('2027-02-09'), none)).toBe('2027-02-05')
    expect(nextBusinessDay(on('2027-01-23'), anniversaryOfSaoPaulo)).toBe('2027-01-26')
  })

  test.each([
    ['2027-02-05', 1, '2027-02-10'],
    ['2027-02-06', 1, '2027-02-10'],
    ['2027-02-05', 3, '2027-02-12'],
    ['2024-11-19', 1, '2024-11-21'],
    ['2023-11-17', 1, '2023-11-20'],
    ['2026-12-31', 1, '2027-01-04'],
    ['2027-02-10', -1, '2027-02-05'],
    ['2027-02-07', -1, '2027-02-05'],
    ['2027-02-10', 0, '2027-02-10'],
    ['2027-02-07', 0, '2027-02-10'],
  ])('counted from %s, number %i is %s', (date, n, expected) => {
    expect(addBusinessDays(on(date), n, none)).toBe(expected)
  })

  test('counted forward leaves exactly n of them behind', () => {
    const places = fc.array(days, { maxLength: 5 }).map(list => new Set(list))
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 60 }), places, (date, n, extra) => {
        const end = addBusinessDays(date, n, extra)
        let counted = 0
        for (let day = addDays(date, 1); day <= end; day = addDays(day, 1)) if (isBusinessDay(day, extra)) counted++
        expect(isBusinessDay(end, extra)).toBe(true)
        expect(counted).toBe(n)
        expect(addBusinessDays(end, -n, extra)).toBe(previousBusinessDay(date, extra))
      }),
    )
  })

  test('is never further away than five days from any day, and rolling twice changes nothing', () => {
    fc.assert(
      fc.property(days, date => {
        const next = nextBusinessDay(date, none)
        expect(next >= date && next <= addDays(date, 5)).toBe(true)
        expect(nextBusinessDay(next, none)).toBe(next)
        expect(weekday(next) % 6).not.toBe(0)
      }),
    )
  })

  test('is counted in whole numbers, and within the calendar', () => {
    for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e15, 110_000])
      expect(() => addBusinessDays(on('2026-01-05'), wrong, none)).toThrow(RangeError)
  })
})
