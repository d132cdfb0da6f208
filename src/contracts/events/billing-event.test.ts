import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CivilDate, civilDate, yearMonth } from '../../core/dates.ts'
import { cents, sum } from '../../core/money.ts'
import { eligibleParts, partsOf, requireBillingToCome } from './billing-event.ts'

const june = yearMonth('2026-06')
const july = yearMonth('2026-07')

const part = (over: Partial<Parameters<typeof eligibleParts>[0][number]>) => ({
  id: 1,
  eventId: 1,
  kind: 'surcharge' as const,
  number: 1,
  earliestMonth: null,
  ...over,
})

describe('the parts of an event', () => {
  test('sum to the whole, the rest on the last, a month apart', () => {
    expect(partsOf({ amountCents: cents(100), parts: 3, firstMonth: yearMonth('2026-11') })).toEqual([
      { number: 1, amountCents: 33, earliestMonth: '2026-11' },
      { number: 2, amountCents: 33, earliestMonth: '2026-12' },
      { number: 3, amountCents: 34, earliestMonth: '2027-01' },
    ])
    expect(partsOf({ amountCents: cents(5), parts: 1, firstMonth: null })).toEqual([
      { number: 1, amountCents: 5, earliestMonth: null },
    ])
  })

  test('none is empty as long as there is a cent for each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 0, max: 1_000_000 }), (parts, more) => {
        const split = partsOf({ amountCents: cents(parts + more), parts, firstMonth: june })
        expect(sum(split.map(each => each.amountCents))).toBe(parts + more)
        expect(split.every(each => each.amountCents > 0)).toBe(true)
      }),
    )
  })
})

describe('what a billing takes', () => {
  test('nothing before its month, anything from it on', () => {
    const waiting = part({ earliestMonth: july })
    expect(eligibleParts([waiting], june)).toEqual([])
    expect(eligibleParts([waiting], july)).toEqual([waiting])
    expect(eligibleParts([waiting], yearMonth('2027-01'))).toEqual([waiting])
  })

  test('of each event the lowest number, with all that is open of it, the oldest first', () => {
    const parts = [
      part({ id: 3, number: 2 }),
      part({ id: 7, number: 1 }),
      part({ id: 5, number: 1 }),
      part({ id: 9, eventId: 2 }),
    ]
    expect(eligibleParts(parts, june).map(each => each.id)).toEqual([5, 7, 9])
  })

  test('a part that may not come yet does not hold back one that may', () => {
    const parts = [part({ id: 1, number: 1, earliestMonth: july }), part({ id: 2, number: 2 })]
    expect(eligibleParts(parts, june).map(each => each.id)).toEqual([2])
  })

  test('surcharges before discounts, each by event', () => {
    const parts = [
      part({ id: 1, eventId: 1, kind: 'discount' }),
      part({ id: 2, eventId: 3 }),
      part({ id: 3, eventId: 2 }),
      part({ id: 4, eventId: 4, kind: 'discount' }),
    ]
    expect(eligibleParts(parts, june).map(each => each.eventId)).toEqual([2, 3, 1, 4])
  })
})

describe('a named month', () => {
  const today = civilDate('2026-06-15')
  const days = (...list: string[]): CivilDate[] => list.map(civilDate)
  const refusalOf = (month: string | null, open: CivilDate[], isClosedIn = false) => {
    try {
      requireBillingToCome(month === null ? null : yearMonth(month), today, { open, isClosedIn })
      return null
    } catch (error) {
      return error
    }
  }

  test('is taken while one of its occurrences is open', () => {
    expect(refusalOf('2026-06', days('2026-06-20', '2026-07-20'))).toBeNull()
    // Weekly: some are billed, one is not.
    expect(refusalOf('2026-06', days('2026-06-22', '2026-07-06'), true)).toBeNull()
  })

  test('without an occurrence waits for the first one after', () => {
    expect(refusalOf('2026-07', days('2026-09-10'))).toBeNull()
  })

  test('that is past or closed names the next open one', () => {
    expect(refusalOf('2026-05', days('2026-05-20', '2026-06-20'))).toMatchObject({
      code: 'month_past',
      details: { nextMonth: '2026-06', nextScheduledOn: '2026-06-20' },
    })
    expect(refusalOf('2026-06', days('2026-05-20', '2026-07-20'), true)).toMatchObject({
      code: 'month_closed',
      details: { nextMonth: '2026-07' },
    })
    expect(refusalOf('2026-06', [], true)).toMatchObject({ code: 'month_closed', details: { nextMonth: null } })
  })

  test('or the next billing needs something to come', () => {
    expect(refusalOf(null, days('2026-05-20'))).toBeNull()
    expect(refusalOf(null, [])).toMatchObject({ code: 'nothing_to_bill' })
    expect(refusalOf('2026-08', [])).toMatchObject({ code: 'nothing_to_bill' })
  })
})
