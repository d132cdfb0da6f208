import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  addToMonth,
  civilDate,
  dayFromNumber,
  dayInMonth,
  dayNumber,
  dayOfMonth,
  daysBetween,
  monthOf,
} from '../../core/dates.ts'
import { firstOccurrenceOnOrAfter, intervalAround, lastOccurrenceOnOrBefore, occurrence, type Recurrence } from './recurrence.ts'

const days = fc.integer({ min: dayNumber(civilDate('2000-01-01')), max: dayNumber(civilDate('2060-12-31')) }).map(dayFromNumber)
const recurrences: fc.Arbitrary<Recurrence> = fc.record({
  unit: fc.constantFrom('week', 'month'),
  every: fc.integer({ min: 1, max: 24 }),
  anchor: days,
})
const counts = fc.integer({ min: 0, max: 60 })

function dates(r: Recurrence, count: number): string[] {
  return Array.from({ length: count }, (_, k) => occurrence(r, k))
}

describe('a recurrence', () => {
  test('from 31 January bills on the last day of short months and on the 31st again afterwards', () => {
    expect(dates({ unit: 'month', every: 1, anchor: civilDate('2026-01-31') }, 5)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
    ])
  })

  test('from 30 January meets 29 February in a leap year', () => {
    expect(dates({ unit: 'month', every: 1, anchor: civilDate('2028-01-30') }, 3)).toEqual([
      '2028-01-30',
      '2028-02-29',
      '2028-03-30',
    ])
  })

  test('of a year from 29 February falls on the 28th until the next leap year', () => {
    expect(dates({ unit: 'month', every: 12, anchor: civilDate('2024-02-29') }, 5)).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ])
  })

  test.each([
    [2, ['2026-10-31', '2026-12-31', '2027-02-28']],
    [3, ['2026-10-31', '2027-01-31', '2027-04-30']],
    [6, ['2026-10-31', '2027-04-30', '2027-10-31']],
  ])('of %i months crosses the year end', (every, expected) => {
    expect(dates({ unit: 'month', every, anchor: civilDate('2026-10-31') }, 3)).toEqual(expected)
  })

  test('of weeks keeps its weekday', () => {
    expect(dates({ unit: 'week', every: 1, anchor: civilDate('2026-12-24') }, 3)).toEqual([
      '2026-12-24',
      '2026-12-31',
      '2027-01-07',
    ])
    expect(dates({ unit: 'week', every: 2, anchor: civilDate('2028-02-21') }, 2)).toEqual(['2028-02-21', '2028-03-06'])
  })

  test('starts at its anchor and always moves forward', () => {
    fc.assert(
      fc.property(recurrences, counts, (r, k) => {
        expect(occurrence(r, 0)).toBe(r.anchor)
        expect(occurrence(r, k) < occurrence(r, k + 1)).toBe(true)
      }),
    )
  })

  test('keeps the day of its anchor, clamped, however many short months lie between', () => {
    fc.assert(
      fc.property(recurrences, counts, (r, k) => {
        const date = occurrence(r, k)
        if (r.unit === 'week') expect(daysBetween(r.anchor, date)).toBe(7 * r.every * k)
        else expect(date).toBe(dayInMonth(addToMonth(monthOf(r.anchor), r.every * k), dayOfMonth(r.anchor)))
      }),
    )
  })

  test('finds each of its own occurrences again, from either side', () => {
    fc.assert(
      fc.property(recurrences, counts, (r, k) => {
        expect(firstOccurrenceOnOrAfter(r, occurrence(r, k))).toBe(k)
        expect(lastOccurrenceOnOrBefore(r, occurrence(r, k))).toBe(k)
        expect(firstOccurrenceOnOrAfter(r, addDays(occurrence(r, k), 1))).toBe(k + 1)
        expect(lastOccurrenceOnOrBefore(r, addDays(occurrence(r, k), -1))).toBe(k === 0 ? null : k - 1)
      }),
    )
  })

  test('encloses any day between its last occurrence before and its first after', () => {
    fc.assert(
      fc.property(recurrences, days, (r, date) => {
        const first = firstOccurrenceOnOrAfter(r, date)
        const last = lastOccurrenceOnOrBefore(r, date)
        expect(occurrence(r, first) >= date).toBe(true)
        if (first > 0) expect(occurrence(r, first - 1) < date).toBe(true)
        if (last === null) expect(date < r.anchor).toBe(true)
        else {
          expect(occurrence(r, last) <= date).toBe(true)
          expect(occurrence(r, last + 1) > date).toBe(true)
        }
      }),
    )
  })

  test('has an interval around any day, from the anchor on between two occurrences, and before it in the same rhythm', () => {
    const fromMay: Recurrence = { unit: 'month', every: 1, anchor: civilDate('2026-05-31') }
    expect(intervalAround(fromMay, civilDate('2026-03-01'))).toEqual({ startsOn: '2026-02-28', endsOn: '2026-03-31' })
    fc.assert(
      fc.property(recurrences, days, (r, date) => {
        const { startsOn, endsOn } = intervalAround(r, date)
        expect(startsOn <= date && date < endsOn).toBe(true)
        const k = lastOccurrenceOnOrBefore(r, date)
        if (k === null) expect(endsOn <= r.anchor).toBe(true)
        else expect([startsOn, endsOn]).toEqual([occurrence(r, k), occurrence(r, k + 1)])
      }),
    )
  })

  test('has no occurrence before the anchor, none between two, and does not stand still', () => {
    const monthly: Recurrence = { unit: 'month', every: 1, anchor: civilDate('2026-01-31') }
    for (const wrong of [-1, 0.5, Number.NaN]) expect(() => occurrence(monthly, wrong)).toThrow(RangeError)
    for (const wrong of [0, -1, 1.5, Number.NaN]) expect(() => occurrence({ ...monthly, every: wrong }, 1)).toThrow(RangeError)
    for (const wrong of [0, -1, 1.5]) {
      expect(() => firstOccurrenceOnOrAfter({ ...monthly, every: wrong }, civilDate('2026-05-01'))).toThrow(RangeError)
    }
    expect(() => occurrence(monthly, 12 * 1000)).toThrow(RangeError)
  })
})
