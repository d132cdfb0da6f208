import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { civilDate, instant, type YearMonth, yearMonth } from '../core/dates.ts'
import { type Decimal, decimal } from '../core/money.ts'
import {
  factorOver,
  factorText,
  type IndexValue,
  isNegative,
  monthsFor,
  type PriceIndex,
  priceIndices,
  productOf,
  readFactor,
  readjustedPrice,
  shownFactor,
} from './price-index.ts'

/** The series of the repository, as values. */
function series(index: PriceIndex): IndexValue[] {
  const text = readFileSync(new URL(`../../db/indices/${index}.csv`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map(line => {
      const [month = '', percent = ''] = line.split(',')
      return value(index, yearMonth(month), decimal(percent))
    })
}

function value(index: PriceIndex, month: YearMonth, percent: Decimal, months: 1 | 12 = 1): IndexValue {
  return { index, month, months, percent, kind: 'official', source: 'x', knownAt: instant('2026-01-16T00:00:00Z'), knownSeq: 1 }
}

const known = (outcome: ReturnType<typeof factorOver>) => {
  if (outcome.kind !== 'known') throw new Error(`missing: ${outcome.missing}`)
  return outcome.factor
}

describe('the months of a date', () => {
  test('end so many months before it', () => {
    expect(monthsFor(civilDate('2025-10-15'), 1, 12)).toEqual(
      ['10', '11', '12']
        .map(m => `2024-${m}`)
        .concat(['01', '02', '03', '04', '05', '06', '07', '08', '09'].map(m => `2025-${m}`)),
    )
    expect(monthsFor(civilDate('2026-01-31'), 2, 3)).toEqual(['2025-09', '2025-10', '2025-11'])
    expect(monthsFor(civilDate('2026-01-31'), 0, 1)).toEqual(['2026-01'])
  })
})

describe('the factor', () => {
  const igpm = series('igpm')
  const months = monthsFor(civilDate('2025-10-01'), 1, 12)

  test('of IGP-M from October 2024 to September 2025 is 1.02828436, and R$ 1,000.00 are R$ 1,028.28 by it', () => {
    const factor = known(factorOver(months, 'monthly_product', igpm))
    expect(shownFactor(factor)).toBe('1.02828436')
    expect(readjustedPrice(decimal('1000'), factor)).toBe('1028.28')
    // Nothing is rounded on the way: with the percentage first rounded to 2.83 it would be 1,028.30.
    expect(readjustedPrice(decimal('1000'), productOf([decimal('2.83')]))).toBe('1028.3')
    expect(readjustedPrice(decimal('1000000'), factor)).toBe('1028284.36')
  })

  test('as FGV published it, 2.82 %, makes R$ 1,028.20', () => {
    const published = [value('igpm', yearMonth('2025-09'), decimal('2.82'), 12)]
    const outcome = factorOver(months, 'published_12m', [...igpm, ...published])
    expect(readjustedPrice(decimal('1000'), known(outcome))).toBe('1028.2')
    expect(factorOver(months, 'published_12m', igpm)).toEqual({ kind: 'missing', missing: ['2025-09'], span: 12 })
  })

  test.each([
    ['2026-09-01', 'the published 4.44 per cent of July', '2026-07', '4.44'],
    ['2026-10-01', 'the published 4.22 per cent of August', '2026-08', '4.22'],
  ])('of IPCA on %s, two months back, is %s', (on, _, last, percent) => {
    const twelve = monthsFor(civilDate(on), 2, 12)
    expect(twelve.at(-1)).toBe(last)
    const factor = known(factorOver(twelve, 'monthly_product', series('ipca')))
    expect((Number(shownFactor(factor)) * 100 - 100).toFixed(2)).toBe(percent)
  })

  test.each(priceIndices)(
    'of %s is known from the repository for every twelve months of 2025, and no two indices agree',
    index => {
      const shown = (of: PriceIndex) =>
        shownFactor(known(factorOver(monthsFor(civilDate('2025-12-01'), 0, 12), 'monthly_product', series(of))))
      const others = priceIndices.filter(other => other !== index)
      expect(others.map(shown)).not.toContain(shown(index))
    },
  )

  test('names every month that is not known, and never counts one as zero', () => {
    const holed = igpm.filter(({ month }) => month !== '2025-03' && month !== '2025-09')
    expect(factorOver(months, 'monthly_product', holed)).toEqual({ kind: 'missing', missing: ['2025-03', '2025-09'], span: 1 })
  })

  test('below one is negative', () => {
    expect(isNegative(productOf([decimal('-0.01')]))).toBe(true)
    expect(isNegative(productOf([decimal('0')]))).toBe(false)
    expect(isNegative(productOf([decimal('1'), decimal('-0.98')]))).toBe(false)
  })

  const percents = fc
    .array(fc.integer({ min: -5_000_000, max: 20_000_000 }), { minLength: 1, maxLength: 24 })
    .map(list =>
      list.map(n => decimal(`${n < 0 ? '-' : ''}${Math.trunc(Math.abs(n) / 1e6)}.${String(Math.abs(n) % 1e6).padStart(6, '0')}`)),
    )

  test('of many months is the product of the parts, in whatever order', () => {
    fc.assert(
      fc.property(percents, fc.nat(), (list, at) => {
        const cut = at % (list.length + 1)
        const [a, b] = [productOf(list.slice(0, cut)), productOf(list.slice(cut))]
        const whole = productOf(list)
        expect(factorText(whole)).toBe(
          factorText(readFactor(factorText({ numerator: a.numerator * b.numerator, scale: a.scale + b.scale }))),
        )
        expect(productOf([...list].reverse())).toEqual(whole)
        expect(productOf(list.toSorted())).toEqual(whole)
        expect(readFactor(factorText(whole))).toEqual(whole)
      }),
    )
  })

  test('rounds a price once: it is within half a cent of the exact product', () => {
    fc.assert(
      fc.property(percents, fc.integer({ min: 1, max: 100_000_000 }), (list, cents) => {
        const price = decimal(`${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`)
        const { numerator, scale } = productOf(list)
        const exact = BigInt(cents) * numerator * 2n
        const unit = 10n ** BigInt(scale)
        const [whole = '', fraction = ''] = readjustedPrice(price, { numerator, scale }).split('.')
        const got = BigInt(whole + fraction.padEnd(2, '0')) * 2n * unit
        expect(got - exact <= unit && exact - got <= unit).toBe(true)
      }),
    )
  })
})

describe('a price', () => {
  const factor = productOf([decimal('2.828436')])
  test.each([
    ['in cents stays in cents', '0.5', '0.51'],
    ['with parts of a cent keeps six decimals', '0.123456', '0.126948'],
    ['of nothing stays nothing', '0', '0'],
  ])('%s', (_, before, after) => {
    expect(readjustedPrice(decimal(before), factor)).toBe(after)
  })
})
