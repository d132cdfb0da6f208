import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type CivilDate, civilDate, daysBetween } from '../../core/dates.ts'
import { cents, decimal, decimalOf } from '../../core/money.ts'
import type { Validity } from '../ledger/coverage.ts'
import { priceOf } from './line-amounts.ts'
import { differenceOf, type PricedPeriod, swapOf } from './price-change.ts'
import { intervalAround } from './recurrence.ts'
import { changedVersions } from './rule-versions.ts'
import type { Terms } from './terms.ts'

const day = civilDate

/** June: thirty days, so that each day of a price of R$ 30 is one real. */
const june: PricedPeriod = {
  startsOn: day('2026-06-01'),
  endsOn: day('2026-07-01'),
  scheduledOn: day('2026-06-01'),
  regularDays: 30,
  billedBy: 1,
}
const always = { startsOn: day('2026-01-01'), endsOn: null }

function terms(price: number, over: Partial<Terms> = {}): Terms {
  return {
    version: 1,
    validFrom: day('2026-01-01'),
    recurrence: { unit: 'month', every: 1, anchor: day('2026-01-01') },
    timing: 'advance',
    competenceShift: 0,
    due: { kind: 'fixed_day', day: 10, installments: 1 },
    paymentMethod: 'boleto',
    management: 'automatic',
    approvalWanted: false,
    cutStart: 'none',
    cutEnd: 'full',
    priceChange: 'prorate',
    endsOn: null,
    maxAmountCents: null,
    maxGrowthPercent: null,
    withholdings: [],
    description: null,
    lines: [
      {
        position: 1,
        serviceItemId: 1,
        description: 'Suporte',
        quantity: decimal('1'),
        unitPrice: decimalOf(cents(price)),
        discountPercent: null,
        discountCents: null,
        categoryId: null,
        withholdings: null,
        withheldCents: null,
        validFrom: null,
        validUntil: null,
      },
    ],
    ...over,
  }
}

const priced = (price: number) => (before: Terms) => ({ ...before, lines: terms(price).lines })

/** What the change asks, and the versions with it. */
function change(before: Terms[], from: string, price: number, period = june, validity: Validity = always) {
  const added = changedVersions(before, day(from), priced(price))
  return { difference: askedBy(before, added, period, validity), versions: [...before, ...added] }
}

/** What the added versions ask on top of those before. */
function askedBy(before: Terms[], added: Terms[], period = june, validity: Validity = always): number {
  return differenceOf([...before, ...added], period, validity) - differenceOf(before, period, validity)
}

describe('the difference of a price', () => {
  test('is asked for the days that remain', () => {
    expect(change([terms(3000)], '2026-06-11', 6000).difference).toBe(2000)
    expect(change([terms(3000)], '2026-06-11', 0).difference).toBe(-2000)
    expect(change([terms(3000)], '2026-07-01', 6000).difference).toBe(0)
  })

  test('is asked for the whole period when the change lies before it', () => {
    expect(change([terms(3000)], '2026-05-15', 6000).difference).toBe(3000)
  })

  test('of a second change counts from the price that the first one made', () => {
    const first = change([terms(3000)], '2026-06-11', 6000)
    expect(first.difference).toBe(2000)
    expect(change(first.versions, '2026-06-21', 9000).difference).toBe(1000)
  })

  test('of an earlier change stops where a later one was already asked', () => {
    const later = change([terms(3000)], '2026-06-21', 6000)
    expect(later.difference).toBe(1000)
    // From the 11th 9000, and from the 21st on 9000 instead of 6000.
    expect(change(later.versions, '2026-06-11', 9000).difference).toBe(2000 + 1000)
  })

  test('does not ask again for a change that was to begin with the next period', () => {
    const next = changedVersions([terms(3000)], day('2026-06-11'), before => ({
      ...priced(6000)(before),
      priceChange: 'next_period',
    }))
    const known = [terms(3000), ...next]
    const added = changedVersions(known, day('2026-06-21'), before => ({ ...priced(9000)(before), priceChange: 'prorate' }))
    expect(askedBy(known, added)).toBe(2000)
  })

  test('of a period that is billed by a later change, for all of it, is none', () => {
    const { versions } = change([terms(3000)], '2026-06-11', 6000)
    const all = [...versions, ...changedVersions(versions, day('2026-06-01'), priced(9000))]
    const of = (billedBy: number | null) => differenceOf(all, { ...june, billedBy }, always)
    expect([of(1), of(null)]).toEqual([6000, 0])
  })

  test('is not made again by what was planned before the change that bills it', () => {
    const { versions } = change([terms(3000)], '2026-06-11', 6000)
    const next = changedVersions(versions, day('2026-06-01'), before => ({ ...priced(9000)(before), priceChange: 'next_period' }))
    expect(differenceOf([...versions, ...next], { ...june, billedBy: null }, always)).toBe(0)
  })

  test('counts only the days that are charged', () => {
    const until20 = { startsOn: day('2026-01-01'), endsOn: day('2026-06-20') }
    expect(change([terms(3000, { cutEnd: 'prorate' })], '2026-06-11', 6000, june, until20).difference).toBe(1000)
    expect(change([terms(3000, { cutEnd: 'full' })], '2026-06-11', 6000, june, until20).difference).toBe(2000)
    const from16 = { startsOn: day('2026-06-16'), endsOn: null }
    expect(change([terms(3000, { cutStart: 'prorate' })], '2026-06-11', 6000, june, from16).difference).toBe(1500)
  })

  test('goes by the version that the period was billed by', () => {
    const known = [terms(3000), terms(4500, { version: 2, priceChange: 'next_period' })]
    const added = changedVersions(known, day('2026-06-16'), before => ({ ...priced(6000)(before), priceChange: 'prorate' }))
    const askedOf = (billedBy: number) => askedBy(known, added, { ...june, billedBy })
    expect([askedOf(1), askedOf(2)]).toEqual([1500, 750])
  })

  test('of changes one after another sums to what the days cost, rounded once', () => {
    const dayOfJune = fc.integer({ min: 0, max: 29 }).map(n => addDays(june.startsOn, n))
    const changes = fc.array(fc.tuple(dayOfJune, fc.integer({ min: 0, max: 100_000 })), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(changes, list => {
        let known = [terms(3000)]
        let asked = 3000
        const prices = new Map<CivilDate, number>()
        for (const [from, price] of list) {
          const { difference, versions } = change(known, from, price)
          known = versions
          asked += difference
          // A change holds from its day on, over what was planned for later days.
          for (let each = from; each < june.endsOn; each = addDays(each, 1)) prices.set(each, price)
        }
        let cost = 0
        for (let each = june.startsOn; each < june.endsOn; each = addDays(each, 1)) cost += (prices.get(each) ?? 3000) / 30
        expect(Math.abs(asked - cost)).toBeLessThanOrEqual(0.5 + 1e-6)
      }),
    )
  })
})

describe('days that come back', () => {
  const line = fc.record({
    quantity: fc.integer({ min: 1, max: 5 }).map(n => decimal(`${n}`)),
    unitPrice: fc.integer({ min: 0, max: 50_000 }).map(n => decimalOf(cents(n))),
    discountPercent: fc.option(fc.integer({ min: 0, max: 100 }).map(n => decimal(`${n}`))),
  })
  const lines = fc.array(line, { minLength: 1, maxLength: 4 })
  const of = (list: Partial<Terms['lines'][number]>[]) =>
    terms(0, {
      cutEnd: 'prorate',
      lines: list.flatMap((own, position) => terms(0).lines.map(each => ({ ...each, ...own, position }))),
    })
  const until = (days: number): Validity => ({ startsOn: always.startsOn, endsOn: addDays(june.startsOn, days - 1) })
  const billed = (days: number | null, isCancelled = false): PricedPeriod => ({ ...june, billed: { days, isCancelled } })

  test('and those that were billed cost the whole price together, to the cent, however often the end was moved', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 29 }), fc.integer({ min: 1, max: 30 }), (list, first, then) => {
        const version = of(list)
        const whole = priceOf(version, june.startsOn)
        const rest = differenceOf([version], billed(first), always)
        const some = differenceOf([version], billed(first), until(then))
        expect(some + differenceOf([version], billed(then === 30 ? null : then), always)).toBe(rest)
        expect(differenceOf([version], billed(null), until(first)) + rest).toBe(0)
        expect(Math.abs(rest - (whole * (30 - first)) / 30)).toBeLessThanOrEqual(list.length + 1e-6)
      }),
    )
  })

  test('cost nothing while the invoice has all that are charged, or the rule does not divide them', () => {
    const [divided, whole] = [terms(3000, { cutEnd: 'prorate' }), terms(3000, { cutEnd: 'full' })]
    expect(differenceOf([divided], billed(16), until(16))).toBe(0)
    expect(differenceOf([divided], billed(null), always)).toBe(0)
    expect(differenceOf([whole], billed(null), until(16))).toBe(0)
  })

  test('are given back where they went, but for an invoice that nobody owes', () => {
    const version = terms(3000, { cutEnd: 'prorate' })
    expect(differenceOf([version], billed(16), until(10))).toBe(-600)
    expect(differenceOf([version], billed(16, true), until(10))).toBe(0)
    expect(differenceOf([version], billed(16, true), until(20))).toBe(400)
    const ended = { startsOn: always.startsOn, endsOn: day('2026-05-20') }
    expect(differenceOf([version], billed(null), ended)).toBe(-3000)
  })

  test('are not those of a gap, though what was billed of it stays', () => {
    const version = terms(3000, { cutEnd: 'prorate' })
    const gap = (from: string, to: string) => [{ from: day(from), until: day(to) }]
    expect(differenceOf([version], billed(10), always, gap('2026-06-11', '2026-06-21'))).toBe(1000)
    expect(differenceOf([version], billed(10), always, gap('2026-06-11', '2026-08-01'))).toBe(0)
    expect(differenceOf([version], billed(10), always, gap('2026-06-05', '2026-06-16'))).toBe(1500)
    expect(differenceOf([version], billed(null), always, gap('2026-06-05', '2026-06-16'))).toBe(0)
  })
})

describe('versions of a change', () => {
  test('one from its day on, and each later one again', () => {
    const before = [
      terms(1),
      terms(2, { version: 2, validFrom: day('2026-09-01') }),
      terms(3, { version: 3, validFrom: day('2026-09-01') }),
    ]
    const added = changedVersions(before, day('2026-05-01'), each => ({ ...each, paymentMethod: 'pix' }))
    expect(added.map(each => [each.version, each.validFrom, each.paymentMethod, each.lines[0]?.unitPrice])).toEqual([
      [4, '2026-05-01', 'pix', '0.01'],
      [5, '2026-09-01', 'pix', '0.03'],
    ])
  })

  test('before all of them, from the first', () => {
    const added = changedVersions([terms(1)], day('2025-01-01'), each => ({ ...each, paymentMethod: 'pix' }))
    expect(added.map(each => each.validFrom)).toEqual(['2025-01-01', '2026-01-01'])
  })
})

describe('a price of another pace', () => {
  const yearly = (price: number, anchor: string) => (before: Terms) => ({
    ...before,
    ...priced(price)(before),
    recurrence: { unit: 'month' as const, every: 12, anchor: day(anchor) },
  })

  test('costs its part of its own interval, not of the one under way', () => {
    const before = [terms(3000)]
    const added = changedVersions(before, day('2026-06-11'), yearly(36_500, '2026-07-01'))
    // Twenty days: of 30 reais a month, and of 365 a year.
    expect(askedBy(before, added)).toBe(-2000 + 2000)
    expect(swapOf(before, [...before, ...added], june, always, [], day('2026-06-11'), cents(0))).toEqual({
      creditCents: 2000,
      debitCents: 2000,
      days: 20,
    })
  })

  test('costs whole intervals whole where the one under way is longer', () => {
    const year: PricedPeriod = {
      startsOn: day('2026-01-01'),
      endsOn: day('2027-01-01'),
      scheduledOn: day('2026-01-01'),
      regularDays: 365,
      billedBy: 1,
    }
    const before = [terms(365_000, { recurrence: { unit: 'month', every: 12, anchor: day('2026-01-01') } })]
    const monthly = { unit: 'month' as const, every: 1, anchor: day('2027-01-01') }
    const added = changedVersions(before, day('2026-11-02'), old => ({ ...old, ...priced(10_000)(old), recurrence: monthly }))
    expect(askedBy(before, added, year)).toBe(-60_000 + 9_667 + 10_000)
  })
})

describe('the two sides of a change in mid-period', () => {
  /** A period that a rhythm makes, around a day. */
  const periodOf = (every: number, around: string): PricedPeriod => {
    const { startsOn, endsOn } = intervalAround({ unit: 'month', every, anchor: day('2024-01-31') }, day(around))
    return { startsOn, endsOn, scheduledOn: startsOn, regularDays: daysBetween(startsOn, endsOn), billedBy: 1 }
  }

  test('are exact on each day of a month, of a leap February and of a year', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([1, '2026-01-10'], [1, '2024-02-10'], [12, '2026-05-05'], [12, '2024-02-01'], [3, '2027-02-02']),
        fc.nat(366),
        fc.array(fc.record({ price: fc.nat(10_000_000), every: fc.constantFrom(1, 2, 3, 6, 12), after: fc.nat(200) }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.nat(10_000_000),
        ([every, around], offset, changes, first) => {
          const period = periodOf(every as number, around as string)
          const length = period.regularDays
          let versions = [
            terms(first, {
              validFrom: period.startsOn,
              recurrence: { unit: 'month', every: every as number, anchor: period.startsOn },
            }),
          ]
          let at = addDays(period.startsOn, offset % length)
          let total = 0
          for (const { price, every: pace, after } of changes) {
            const recurrence = { unit: 'month' as const, every: pace, anchor: period.endsOn }
            const added = changedVersions(versions, at, old => ({
              ...old,
              ...priced(price)(old),
              recurrence: pace === old.recurrence.every ? old.recurrence : recurrence,
            }))
            const all = [...versions, ...added]
            const net = cents(differenceOf(all, period, always) - differenceOf(versions, period, always))
            const swap = swapOf(versions, all, period, always, [], at, net)
            if (swap === null) throw new Error('a plain change of price is a swap')
            const days = daysBetween(at, period.endsOn)
            expect(swap).toMatchObject({ days, debitCents: swap.creditCents + net })
            expect(swap.creditCents).toBeGreaterThanOrEqual(0)
            expect(swap.debitCents).toBeGreaterThanOrEqual(0)
            expect(distance(swap.debitCents, costOf(all, period, at, at, period.endsOn))).toBeLessThanOrEqual(1.000001)
            expect(distance(swap.creditCents, costOf(versions, period, at, at, period.endsOn))).toBeLessThanOrEqual(1.000001)
            total += net
            versions = all
            at = addDays(at, after % days)
          }
          // What all changes ask together is what the days cost, rounded once.
          expect(
            Math.abs(
              total -
                Number(costOf(versions, period, null, period.startsOn, period.endsOn) - BigInt(first) * SCALE) / Number(SCALE),
            ),
          ).toBeLessThanOrEqual(0.5001)
        },
      ),
      {
        numRuns: 200,
        // Nothing is left to take a cent from on the side that was rounded the other way.
        examples: [
          [
            [1, '2026-01-10'],
            1,
            [
              { price: 671_450, every: 12, after: 28 },
              { price: 0, every: 1, after: 0 },
            ],
            1_609_608,
          ],
        ],
      },
    )
  })

  const SCALE = 10n ** 12n

  /** So many cents from the exact amount. */
  function distance(amount: number, exact: bigint): number {
    return Math.abs(Number(BigInt(amount) * SCALE - exact)) / Number(SCALE)
  }

  /** Day by day, in parts of a cent: the version of a day is the last one known that begins on or before it. */
  function costOf(
    versions: readonly Terms[],
    period: PricedPeriod,
    known: CivilDate | null,
    from: CivilDate,
    until: CivilDate,
  ): bigint {
    let sum = 0n
    for (let on = from; on < until; on = addDays(on, 1)) {
      const speaks = versions.filter(({ validFrom }) => validFrom <= (known ?? on)).at(-1)
      if (speaks === undefined) throw new Error('the first version speaks')
      const isFirst = speaks.recurrence.every === versions[0]?.recurrence.every
      const { startsOn, endsOn } = isFirst ? period : intervalAround(speaks.recurrence, on)
      sum += (BigInt(priceOf(speaks, on)) * SCALE) / BigInt(daysBetween(startsOn, endsOn))
    }
    return sum
  }
})
