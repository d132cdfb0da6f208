import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { civilDate } from '../../core/dates.ts'
import { cents } from '../../core/money.ts'
import { type PriceDifference, standing, takeBack, type Unused } from './price-difference.ts'

const january = { startsOn: civilDate('2026-01-01'), endsOn: civilDate('2026-02-01') }

const difference = (eventId: number, amount: number, cancelled = 0): PriceDifference => ({
  ...january,
  eventId,
  kind: amount > 0 ? 'surcharge' : 'discount',
  amountCents: cents(Math.abs(amount)),
  cancelledCents: cents(cancelled),
})
const unused = (...events: [id: number, open: number, forgiven?: number][]) =>
  new Map<number, Unused>(
    events.map(([id, open, forgiven = 0]) => [id, { openCents: cents(open), forgivenCents: cents(forgiven) }]),
  )

describe('what stands of differences', () => {
  test('is the sum of surcharges less discounts, each without what was taken back', () => {
    expect(standing([difference(1, 5000, 1000), difference(2, -3000, 500)])).toBe(4000 - 2500)
    expect(standing([])).toBe(0)
  })
})

describe('taking back', () => {
  test('takes what is open, the latest event first, and leaves the rest to a new event', () => {
    const differences = [difference(1, 3000), difference(2, 1000)]
    expect(takeBack(cents(-3500), differences, unused([1, 3000], [2, 400]))).toEqual({
      taken: [
        { eventId: 2, startsOn: january.startsOn, cancelledCents: 400, openCents: 400 },
        { eventId: 1, startsOn: january.startsOn, cancelledCents: 3000, openCents: 3000 },
      ],
      rest: -100,
    })
  })

  test('never touches what works in the same direction', () => {
    expect(takeBack(cents(700), [difference(1, 3000)], unused([1, 3000]))).toEqual({ taken: [], rest: 700 })
    expect(takeBack(cents(-700), [difference(1, -3000)], unused([1, 3000]))).toEqual({ taken: [], rest: -700 })
  })

  test('counts as taken what a person cancelled, without taking anything that is open', () => {
    const { taken, rest } = takeBack(cents(-1000), [difference(1, 1000)], unused([1, 0, 1000]))
    expect({ taken, rest }).toEqual({
      taken: [{ eventId: 1, startsOn: january.startsOn, cancelledCents: 1000, openCents: 0 }],
      rest: 0,
    })
  })

  test('takes no more of an event for all its periods than there is', () => {
    const left = unused([1, 1500])
    expect(takeBack(cents(-1000), [difference(1, 1000)], left).rest).toBe(0)
    expect(takeBack(cents(-1000), [difference(1, 1000)], left).rest).toBe(-500)
  })

  test('and the new event together are what was missing, whatever there was', () => {
    const amount = fc.integer({ min: -5000, max: 5000 }).filter(n => n !== 0)
    const each = fc.record({ amount, open: fc.nat(5000), forgiven: fc.nat(5000) })
    fc.assert(
      fc.property(fc.integer({ min: -9000, max: 9000 }), fc.array(each, { maxLength: 5 }), (missing, list) => {
        const before = list.map(({ amount }, i) => difference(i, amount))
        const { taken, rest } = takeBack(
          cents(missing),
          before,
          unused(...list.map(({ open, forgiven }, i): [number, number, number] => [i, open, forgiven])),
        )
        const after = before.map(one => ({
          ...one,
          cancelledCents: cents(taken.find(({ eventId }) => eventId === one.eventId)?.cancelledCents ?? 0),
        }))
        expect(after.every(({ amountCents, cancelledCents }) => cancelledCents <= amountCents)).toBe(true)
        expect(standing(after) + rest).toBe(standing(before) + missing)
      }),
    )
  })
})
