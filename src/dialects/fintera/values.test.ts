import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isAmbiguous, isAmbiguousFactor, readDecimal } from './values.ts'

it('reads what a program multiplied as the cents that it meant', () => {
  for (const [sent, read] of [
    [0.57 * 100, '57'],
    [1.1 * 3, '3.3'],
    [57.00000001, '57'],
    [56.9999991, '57'],
    ['56.99999999999999', '57'],
    [-0.57 * 100, '-57'],
    [10.004999999999999, '10.005'],
    [33.33333333333333, '33.333333'],
    [66.66666666666667, '66.666667'],
    [57.000002, '57.000002'],
    [0.0000009, null],
  ] as const) {
    expect([sent, readDecimal(sent)]).toEqual([sent, read])
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.constantFrom(10, 100, 1000), (cents, factor) => {
      const [whole, rest] = [Math.floor(cents / 100), String(cents % 100).padStart(2, '0')]
      expect(Number(readDecimal((cents / 100 / factor) * factor))).toBe(Number(`${whole}.${rest}`))
    }),
  )
})

it('takes no text for a number that could be a thousand times as much', () => {
  expect(['1.000', '1,000', '999.999', '-12.345', ' 1.000 '].filter(isAmbiguous)).toHaveLength(5)
  expect(['1000', '1.00', '1,0000', '0.125', '1.000,00', '1.000.000', '1000.000', 1.005].filter(isAmbiguous)).toEqual([])
  expect(['7.125', '14.375', '7,125', '1.000', '2.500', '2,500'].filter(isAmbiguousFactor)).toEqual(['1.000', '2.500', '2,500'])
})
