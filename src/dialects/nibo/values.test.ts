import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decimal, decimal, micros, mostCents } from '../../core/money.ts'
import { parseExpression } from './odata/expression.ts'
import { readDay, readMoney, readPercent, withRest } from './values.ts'

describe('days', () => {
  test('that are kept are of a year that a contract can speak of', () => {
    expect(['2026-02-28', '2026-02-28T10:00:00', ' 2099-12-31T23:59:59.9999999-03:00 '].map(readDay)).toEqual([
      '2026-02-28',
      '2026-02-28',
      '2099-12-31',
    ])
    const far = ['0001-01-01', '1027-02-15', '1989-12-31', '2100-01-01', '2998-12-01', '9999-12-31T23:59:59']
    expect(new Set(far.map(readDay))).toEqual(new Set(['out_of_range']))
    expect(['2027-02-29', '0001-02-29', '9999-02-30', '2027-01-31lixo', '31/01/2027', 20270131, null].map(readDay)).toEqual(
      Array.from({ length: 7 }, () => null),
    )
  })

  test('that are searched for reach as far as those of .NET', () => {
    const literal = (text: string) => {
      const read = parseExpression(`dueDate ge ${text}`)
      return read.kind === 'compare' && read.right.kind === 'literal' ? read.right.literal : null
    }
    expect(literal('0001-01-01')).toEqual({ type: 'day', value: '1000-01-01' })
    expect(literal('9999-12-31')).toEqual({ type: 'day', value: '2999-12-31' })
    expect(literal('0001-01-01T00:00:00')).toMatchObject({ type: 'moment', value: expect.stringMatching(/^1000-01-01/) })
    expect(literal('9999-12-31T23:59:59.9999999Z')).toMatchObject({ value: expect.stringMatching(/^2999-12-31/) })
    for (const wrong of ['9999-02-30', '9999-12-31T25:00:00Z']) expect(() => literal(wrong)).toThrow()
  })
})

test('no amount is larger than the largest', () => {
  expect([10_000_000_000, '10000000000.00', -10_000_000_000].map(readMoney)).toEqual([
    { cents: mostCents },
    { cents: mostCents },
    { cents: -mostCents },
  ])
  expect([10_000_000_000.01, '999999999999.99', 9e15].map(readMoney)).toEqual(['too_large', 'too_large', 'too_large'])
})

describe('percents', () => {
  const read = (values: readonly unknown[]) =>
    withRest(values.map(value => readPercent(value) ?? { percent: decimal('0'), isRounded: false }))
  const whole = (percents: readonly Decimal[]) => percents.reduce((all, percent) => all + micros(percent), 0n)

  test('of what a client divided by three are a hundred together, the rest on the last', () => {
    expect(read([100 / 3, 100 / 3, 100 / 3])).toEqual(['33.333333', '33.333333', '33.333334'])
    expect(read(['16.666666666666668', 50, 33.333333333333336])).toEqual(['16.666667', '50', '33.333333'])
  })

  test('of any number of parts are a hundred together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 100 }), weights => {
        const all = weights.reduce((total, weight) => total + weight, 0)
        const percents = weights.map(weight => (100 * weight) / all)
        expect(whole(read(percents))).toBe(100_000_000n)
      }),
    )
  })

  test('that are wrong stay wrong, and so do those that nobody rounded', () => {
    expect(read([33.33, 33.33, 33.33])).toEqual(['33.33', '33.33', '33.33'])
    expect(read(['33.333333', '33.333333', '33.333333'])).toEqual(['33.333333', '33.333333', '33.333333'])
    expect(whole(read([100 / 3, 100 / 3]))).toBe(66_666_666n)
    expect(['x', '', '1e5', true, null, [], '33,3'].map(readPercent)).toEqual(Array.from({ length: 7 }, () => null))
  })
})
