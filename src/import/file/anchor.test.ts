import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstOccurrenceOnOrAfter, occurrence } from '../../contracts/rules/recurrence.ts'
import { addDays, civilDate, dayInMonth, dayOfMonth, monthOf } from '../../core/dates.ts'
import { anchorOf } from './anchor.ts'

const monthly = { unit: 'month', every: 1 } as const
const yearly = { unit: 'month', every: 12 } as const
const day = civilDate

describe('the anchor of a billing day', () => {
  test('in advance, lies in the month of the start', () => {
    expect(anchorOf(day('2026-01-15'), { day: 10 }, monthly, 'advance')).toBe('2026-01-10')
    expect(anchorOf(day('2026-01-15'), { day: 20 }, monthly, 'advance')).toBe('2026-01-20')
  })

  test('in arrears, is the last billing day before the start, so that the first days are billed too', () => {
    expect(anchorOf(day('2026-01-15'), { day: 10 }, monthly, 'arrears')).toBe('2026-01-10')
    expect(anchorOf(day('2026-01-15'), { day: 20 }, monthly, 'arrears')).toBe('2025-12-20')
    expect(anchorOf(day('2026-01-15'), { day: 15 }, monthly, 'arrears')).toBe('2026-01-15')
  })

  test('lies in a month that has the day, so that later months keep it', () => {
    expect(anchorOf(day('2026-04-30'), { day: 31 }, monthly, 'advance')).toBe('2026-03-31')
    expect(anchorOf(day('2026-02-28'), { day: 29 }, monthly, 'advance')).toBe('2026-01-29')
    expect(anchorOf(day('2026-04-10'), { day: 31 }, { unit: 'month', every: 3 }, 'advance')).toBe('2026-01-31')
  })

  test('of a yearly February is the longest one', () => {
    expect(anchorOf(day('2026-02-10'), { day: 31 }, yearly, 'advance')).toBe('2024-02-29')
    expect(anchorOf(day('2026-04-10'), { day: 31 }, yearly, 'advance')).toBe('2026-04-30')
  })

  test('of a week is the weekday at the start', () => {
    const weekly = { unit: 'week', every: 1 } as const
    expect(anchorOf(day('2026-01-01'), { weekday: 4 }, weekly, 'advance')).toBe('2026-01-01')
    expect(anchorOf(day('2026-01-01'), { weekday: 1 }, weekly, 'advance')).toBe('2026-01-05')
    expect(anchorOf(day('2026-01-01'), { weekday: 1 }, weekly, 'arrears')).toBe('2025-12-29')
  })

  test('bills every month on the billing day, clamped, from the start on', () => {
    const starts = fc.integer({ min: 0, max: 3_000 }).map(days => addDays(day('2020-01-01'), days))
    const timing = fc.constantFrom('advance' as const, 'arrears' as const)
    fc.assert(
      fc.property(
        starts,
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 1, max: 11 }),
        timing,
        (startsOn, wanted, every, timing) => {
          const rule = {
            unit: 'month' as const,
            every,
            anchor: anchorOf(startsOn, { day: wanted }, { unit: 'month', every }, timing),
          }
          expect(dayOfMonth(rule.anchor)).toBe(wanted)
          const first = firstOccurrenceOnOrAfter(rule, startsOn)
          for (let k = first; k < first + 24; k++) {
            const date = occurrence(rule, k)
            expect(date).toBe(dayInMonth(monthOf(date), wanted))
          }
        },
      ),
    )
  })
})
