import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { civilDate } from '../../core/dates.ts'
import { lineNumbered, lineNumbers } from './line-numbers.ts'

const said = (...versions: number[][]) =>
  versions.map((services, i) => ({
    version: i + 1,
    validFrom: civilDate('2026-01-01'),
    lines: services.map(serviceItemId => ({ serviceItemId })),
  }))

describe('the number of a line', () => {
  test('is its place where it first stood, and stays with the service through every order', () => {
    const versions = said([7, 8], [8, 9, 7], [9])
    expect([...lineNumbers(versions).values()]).toEqual([[1, 2], [2, 3, 1], [3]])
  })

  test('tells two lines of one service apart', () => {
    expect([...lineNumbers(said([7, 7], [7], [8, 7, 7])).values()]).toEqual([[1, 2], [1], [3, 1, 2]])
  })

  test('comes back with a service that was gone', () => {
    const versions = said([7, 8], [8], [8, 7])
    expect(versions.map(terms => lineNumbered(versions, terms, 1))).toEqual([{ serviceItemId: 7 }, null, { serviceItemId: 7 }])
  })

  test('never moves when a version is added, and never stands twice in one', () => {
    const services = fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }), {
      minLength: 2,
      maxLength: 6,
    })
    fc.assert(
      fc.property(services, all => {
        const before = lineNumbers(said(...all.slice(0, -1)))
        const after = lineNumbers(said(...all))
        for (const [version, numbers] of before) expect(after.get(version)).toEqual(numbers)
        for (const numbers of after.values()) expect(new Set(numbers).size).toBe(numbers.length)
      }),
    )
  })
})
