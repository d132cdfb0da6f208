import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Cents,
  cents,
  compareRawTax,
  type Decimal,
  decimal,
  decimalOf,
  formatAmount,
  formatBrl,
  formatDecimal,
  formatRawTax,
  isWholeCents,
  leastTaxed,
  micros,
  multiplyToCents,
  parseBrazilianDecimal,
  parseBrl,
  parseDecimal,
  percentOf,
  prorate,
  rawTaxOf,
  rawTaxText,
  roundTax,
  scaledBy,
  splitByPercents,
  splitByWeights,
  splitEvenly,
  sum,
  sumOfDecimals,
  sumOfShares,
  taxOf,
} from './money.ts'

const amounts = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }).map(cents)
const decimals = fc
  .bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n })
  .map(scaled =>
    decimal(`${scaled < 0n ? '-' : ''}${abs(scaled) / 1_000_000n}.${String(abs(scaled) % 1_000_000n).padStart(6, '0')}`),
  )

function abs(n: bigint): bigint {
  return n < 0n ? -n : n
}

/** |2 · rounded · divisor − 2 · dividend| ≤ divisor: the rounded value is a nearest one. */
function isNearest(rounded: Cents, dividend: bigint, divisor: bigint): boolean {
  return abs(2n * BigInt(rounded) * divisor - 2n * dividend) <= divisor
}

describe('an amount', () => {
  test('is a whole number of cents that a computer holds exactly', () => {
    expect(cents(-5)).toBe(-5)
    for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) expect(() => cents(wrong)).toThrow(RangeError)
  })

  test('of minus zero is zero', () => {
    expect(Object.is(cents(-0), 0)).toBe(true)
  })

  test('that grows too large in a sum is refused, even when a later one would bring it back', () => {
    const most = cents(Number.MAX_SAFE_INTEGER)
    expect(sum([])).toBe(0)
    expect(sum([cents(1), cents(-3), cents(10)])).toBe(8)
    expect(() => sum([most, cents(2), cents(-5)])).toThrow(RangeError)
  })
})

describe('a decimal', () => {
  test.each([
    ['2.500000', '2.5'],
    ['100', '100'],
    ['-0.75', '-0.75'],
    ['007.10', '7.1'],
    ['-0.000', '0'],
    ['0', '0'],
    ['999999999999.999999', '999999999999.999999'],
    ['1.0000000000', '1'],
  ])('%s is kept as %s', (text, canonical) => {
    expect(decimal(text)).toBe(canonical)
  })

  test.each([
    '',
    '.',
    '.5',
    '5.',
    '+1',
    '1e3',
    '1,5',
    ' 1',
    '1 ',
    '--1',
    '0x10',
    '١',
    'NaN',
    '1.0000001',
    '1000000000000',
    '1'.repeat(10_000),
  ])('is not %j', text => {
    expect(parseDecimal(text)).toBeNull()
    expect(() => decimal(text)).toThrow(RangeError)
  })

  test('may come as a number that is short in decimal notation, never as one with a binary tail', () => {
    expect(decimal(14.5)).toBe('14.5')
    for (const wrong of [0.1 + 0.2, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => decimal(wrong)).toThrow(RangeError)
  })

  test('is canonical: reading it again changes nothing, and millionths tell its exact value', () => {
    fc.assert(fc.property(decimals, value => decimal(value) === value && !/^-?0\d|\.\d*0$|^-0$/.test(value)))
    expect(micros(decimal('-0.75'))).toBe(-750_000n)
    expect(micros(decimal('-12'))).toBe(-12_000_000n)
    expect(micros(decimal('0.000001'))).toBe(1n)
  })

  test('made from an amount holds its reais', () => {
    expect(decimalOf(cents(1438))).toBe('14.38')
    expect(decimalOf(cents(-5))).toBe('-0.05')
    expect(decimalOf(cents(100))).toBe('1')
    fc.assert(fc.property(amounts, amount => multiplyToCents(decimal(1), decimalOf(amount)) === amount))
    // One that is too large to be read is shown all the same.
    fc.assert(fc.property(fc.maxSafeInteger(), amount => micros(decimalOf(cents(amount))) === BigInt(amount) * 10_000n))
  })
})

test('a sum of decimals is exact, and refused beyond twelve digits', () => {
  expect(sumOfDecimals(['0.65', '3', '1'].map(decimal))).toBe('4.65')
  expect(sumOfDecimals(['-0.000001', '0.000001'].map(decimal))).toBe('0')
  expect(sumOfDecimals([])).toBe('0')
  expect(sumOfDecimals(['-1.5', '0.25'].map(decimal))).toBe('-1.25')
  expect(() => sumOfDecimals([decimal('999999999999.999999'), decimal('0.000001')])).toThrow(RangeError)
})

describe('quantity times unit price', () => {
  test('rounds half up to cents: 2.5 × 5.75 is 14.38', () => {
    expect(multiplyToCents(decimal('2.5'), decimal('5.75'))).toBe(1438)
  })

  test.each([
    ['1', '0.005', 1],
    ['1', '0.004999', 0],
    ['-1', '0.005', -1],
    ['-2.5', '5.75', -1438],
    ['3', '0.333333', 100],
    ['0', '99', 0],
    ['0.000001', '1000000', 100],
    ['1.15', '1', 115],
    ['8.165', '1', 817],
  ])('%s × %s is %i cents', (quantity, price, expected) => {
    expect(multiplyToCents(decimal(quantity), decimal(price))).toBe(expected)
  })

  test('is never minus zero and never further than half a cent from the exact product', () => {
    fc.assert(
      fc.property(decimals, decimals, (quantity, price) => {
        const rounded = multiplyToCents(quantity, price)
        expect(Object.is(rounded, -0)).toBe(false)
        expect(isNearest(rounded, micros(quantity) * micros(price), 10n ** 10n)).toBe(true)
      }),
    )
  })

  test('is told to be whole cents just where nothing is rounded', () => {
    expect(isWholeCents(decimal('2'), decimal('10.005'))).toBe(true)
    expect(isWholeCents(decimal('1'), decimal('10.005'))).toBe(false)
    fc.assert(
      fc.property(decimals, decimals, (quantity, price) => {
        const product = micros(quantity) * micros(price)
        return isWholeCents(quantity, price) === (BigInt(multiplyToCents(quantity, price)) * 10n ** 10n === product)
      }),
    )
  })

  test('too large to be counted in cents is refused', () => {
    const huge = decimal('999999999999')
    expect(() => multiplyToCents(huge, huge)).toThrow(RangeError)
  })
})

describe('a percentage of an amount', () => {
  test.each([
    [10_000, '10', 1000],
    [1000, '3.333', 33],
    [50, '1', 1],
    [49, '1', 0],
    [-50, '1', -1],
    [12_345, '0', 0],
    [12_345, '100', 12_345],
  ])('%i cents: %s %% is %i', (amount, percent, expected) => {
    expect(percentOf(cents(amount), decimal(percent))).toBe(expected)
  })

  test('is the nearest cent', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 100_000_000 }), (amount, scaled) => {
        const percent = decimal(`${Math.trunc(scaled / 1_000_000)}.${String(scaled % 1_000_000).padStart(6, '0')}`)
        return isNearest(percentOf(amount, percent), BigInt(amount) * BigInt(scaled), 100_000_000n)
      }),
    )
  })
})

describe('a tax', () => {
  test.each([
    [10_000, 50_000, 500],
    [50, 10_000, 0],
    [150, 10_000, 2],
    [250, 10_000, 2],
    [251, 10_000, 3],
    [-50, 10_000, 0],
    [-150, 10_000, -2],
    [12_345, 0, 0],
    [12_345, 1_000_000, 12_345],
  ])('of %i cents at %i millionths is %i: halves go to the even cent', (amount, rate, expected) => {
    expect(taxOf(cents(amount), rate)).toBe(expected)
  })

  test('is the nearest cent, and even where two are equally near', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 1_000_000 }), (amount, rate) => {
        const exact = BigInt(amount) * BigInt(rate)
        const tax = taxOf(amount, rate)
        expect(isNearest(tax, exact, 1_000_000n)).toBe(true)
        if (abs(exact) % 1_000_000n === 500_000n) expect(Math.abs(tax % 2)).toBe(0)
      }),
    )
  })

  test.each([-1, 0.5, 1_000_001, Number.NaN])('has no rate of %d millionths', rate => {
    expect(() => taxOf(cents(100), rate)).toThrow(RangeError)
  })
})

describe('a tax before it is rounded', () => {
  test.each([
    [21505, '4.65', '9,999825', 1000, -1],
    [21506, '4.65', '10,00029', 1000, 1],
    [66667, '1.5', '10,00005', 1000, 1],
    [100000, '1', '10,00', 1000, 0],
    [9091, '11', '10,0001', 1000, 1],
    [9090, '11', '9,999', 1000, -1],
    [0, '5', '0,00', 0, 0],
    [10050, '5', '5,025', 502, 1],
  ] as const)('of %i cents at %s %% is %s', (amount, percent, shown, threshold, compared) => {
    const raw = rawTaxOf(cents(amount), decimal(percent))
    expect(formatRawTax(raw)).toBe(shown)
    expect(rawTaxText(raw)).toBe(shown.replace(',', '.').replace(/\.00$/, ''))
    expect(compareRawTax(raw, cents(threshold))).toBe(compared)
  })

  test('rounds as a tax does, half even', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), fc.integer({ min: 0, max: 1_000_000 }), (amount, rate) => {
        const percent = scaledBy(decimal(rate), 1n, 10_000n, 4)
        expect(roundTax(rawTaxOf(cents(amount), percent))).toBe(taxOf(cents(amount), rate))
      }),
    )
  })

  test('passes a threshold from a smallest amount on, and not a cent earlier', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        fc.constantFrom('above', 'at_least'),
        (rate, tax, how) => {
          const percent = scaledBy(decimal(rate), 1n, 10_000n, 4)
          const least = leastTaxed(percent, cents(tax), how)
          const passes = (amount: number) =>
            compareRawTax(rawTaxOf(cents(amount), percent), cents(tax)) >= (how === 'above' ? 1 : 0)
          expect(passes(least)).toBe(true)
          if (least > 0) expect(passes(least - 1)).toBe(false)
        },
      ),
    )
  })

  test.each([
    ['1.5', 'above', 66667],
    ['1', 'above', 100001],
    ['4.65', 'above', 21506],
    ['11', 'at_least', 9091],
    ['10', 'at_least', 10000],
  ] as const)('at %s %% is %s ten reais from %i cents on', (percent, how, least) => {
    expect(leastTaxed(decimal(percent), cents(1000), how)).toBe(least)
  })

  test('is never reached at no rate', () => {
    expect(() => leastTaxed(decimal('0'), cents(1000), 'above')).toThrow(RangeError)
  })
})

describe('an amount split into equal parts', () => {
  test.each([
    [100, 3, [33, 33, 34]],
    [1000, 4, [250, 250, 250, 250]],
    [2, 3, [0, 0, 2]],
    [0, 2, [0, 0]],
    [-100, 3, [-33, -33, -34]],
    [99, 1, [99]],
  ])('%i in %i is %j', (total, parts, expected) => {
    expect(splitEvenly(cents(total), parts)).toEqual(expected)
  })

  test('loses no cent, and only the last part differs, by less than the number of parts', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger().map(cents), fc.integer({ min: 1, max: 200 }), (total, parts) => {
        const split = splitEvenly(total, parts)
        const first = split[0] ?? 0
        expect(split).toHaveLength(parts)
        expect(sum(split)).toBe(total)
        expect(new Set(split.slice(0, -1)).size).toBeLessThanOrEqual(1)
        expect(Math.abs((split.at(-1) ?? 0) - first)).toBeLessThan(parts)
        expect(split.some(part => Object.is(part, -0))).toBe(false)
      }),
    )
  })

  test.each([0, -1, 1.5, Number.NaN])('cannot have %d parts', parts => {
    expect(() => splitEvenly(cents(100), parts)).toThrow(RangeError)
  })
})

describe('an amount split by weights', () => {
  test.each([
    [100, [1, 1, 1], [33, 33, 34]],
    [1000, [50, 30, 20], [500, 300, 200]],
    [101, [1, 1], [51, 50]],
    [-101, [1, 1], [-51, -50]],
    [100, [0, 1, 0], [0, 100, 0]],
    [100, [1, 2, 3], [17, 33, 50]],
  ])('%i by %j is %j', (total, weights, expected) => {
    expect(splitByWeights(cents(total), weights)).toEqual(expected)
  })

  test('never turns the last part negative: four quarters of two cents are 1, 1, 0, 0', () => {
    expect(splitByWeights(cents(2), [1, 1, 1, 1])).toEqual([1, 1, 0, 0])
    expect(splitByWeights(cents(-2), [1, 1, 1, 1])).toEqual([-1, -1, 0, 0])
  })

  test('takes weights too large for a number, such as millionths of large amounts', () => {
    expect(splitByWeights(cents(100), [10n ** 30n, 2n * 10n ** 30n, 3n * 10n ** 30n])).toEqual([17, 33, 50])
  })

  test('leaves nothing on a part without weight, not even the rest', () => {
    expect(splitByWeights(cents(100), [1, 1, 1, 0])).toEqual([33, 33, 34, 0])
  })

  test('loses no cent and keeps the sign; each part is the nearest cent or all that was left, the last one takes the rest', () => {
    const weightLists = fc
      .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 40 })
      .filter(list => list.some(weight => weight > 0))
    fc.assert(
      fc.property(fc.oneof(amounts, fc.integer({ min: -20, max: 20 }).map(cents)), weightLists, (total, weights) => {
        const split = splitByWeights(total, weights)
        const whole = BigInt(weights.reduce((a, b) => a + b, 0))
        const last = weights.findLastIndex(weight => weight > 0)
        let left: number = total
        split.forEach((part, i) => {
          const exact = BigInt(total) * BigInt(weights[i] ?? 0)
          expect(part === 0 || part > 0 === total > 0).toBe(true)
          expect(part === left || isNearest(part, exact, whole)).toBe(true)
          // The rest gathers at most half a cent from each part before it.
          if (i === last) expect(abs(2n * BigInt(part) * whole - 2n * exact) <= whole * BigInt(weights.length)).toBe(true)
          left -= part
        })
        expect(left).toBe(0)
      }),
    )
  })

  test.each([[[]], [[0, 0]], [[1, -1, 3]], [[0.5, 0.5]]])('cannot have the weights %j', weights => {
    expect(() => splitByWeights(cents(100), weights)).toThrow(RangeError)
  })
})

describe('receivables given in percent', () => {
  const percents = (...texts: string[]): Decimal[] => texts.map(decimal)

  test('round half up each, with the rest on the last', () => {
    expect(splitByPercents(cents(1000), percents('33.33', '33.33', '33.34'))).toEqual([333, 333, 334])
    expect(splitByPercents(cents(101), percents('50', '50'))).toEqual([51, 50])
  })

  test('must total exactly 100: three times 33.33 is refused', () => {
    expect(() => splitByPercents(cents(1000), percents('33.33', '33.33', '33.33'))).toThrow(RangeError)
    expect(() => splitByPercents(cents(1000), [])).toThrow(RangeError)
    expect(() => splitByPercents(cents(1000), percents('150', '-50'))).toThrow(RangeError)
  })
})

describe('a price prorated by days', () => {
  test.each([
    [10_000, 10, 31, 3226],
    [10_000, 0, 31, 0],
    [10_000, 31, 31, 10_000],
    [1, 1, 2, 1],
    [-1, 1, 2, -1],
  ])('%i cents for %i of %i days is %i', (amount, days, ofDays, expected) => {
    expect(prorate(cents(amount), days, ofDays)).toBe(expected)
  })

  test.each([
    [32, 31],
    [-1, 31],
    [1.5, 31],
    [0, 0],
    [1, Number.NaN],
  ])('has no %d of %d days', (days, ofDays) => {
    expect(() => prorate(cents(100), days, ofDays)).toThrow(RangeError)
  })
})

describe('an amount in Brazilian notation', () => {
  test.each([
    [123_456, 'R$ 1.234,56', '1.234,56'],
    [5, 'R$ 0,05', '0,05'],
    [0, 'R$ 0,00', '0,00'],
    [-123_456_789, '-R$ 1.234.567,89', '-1.234.567,89'],
    [100_000, 'R$ 1.000,00', '1.000,00'],
  ])('%i cents is %s', (amount, withCurrency, plain) => {
    expect(formatBrl(cents(amount))).toBe(withCurrency)
    expect(formatAmount(cents(amount))).toBe(plain)
  })

  test.each([
    ['1.234,56', 123_456],
    ['1234,56', 123_456],
    ['R$ 10,00', 1000],
    ['R$10', 1000],
    [' R$\u00a010,5 ', 1050],
    ['1234', 123_400],
    ['1.234.567', 123_456_700],
    ['1.234.567,8', 123_456_780],
    ['0,50', 50],
    ['-10,00', -1000],
    ['-R$ 10,00', -1000],
    ['R$ -10,00', -1000],
    ['0', 0],
    ['-0,00', 0],
  ])('%j is read as %i cents', (text, expected) => {
    expect(parseBrl(text)).toBe(expected)
    expect(Object.is(parseBrl(text), -0)).toBe(false)
  })

  test.each([
    '1,234.56',
    '1234.56',
    '10.50',
    '1.234',
    '1,234',
    '1.23,45',
    '1.2345,00',
    '0.123,00',
    '12.34.567,00',
    ',50',
    '10,',
    '1,2,3',
    '--10,00',
    '-R$ -10,00',
    '+10,00',
    '1e3',
    '10 000,00',
    'R$',
    '',
    'dez',
    'US$ 10,00',
    '(10,00)',
    '99999999999999999,00',
    '999999999999999,00',
    '1'.repeat(100_000),
  ])('%j is not read, rather than guessed', text => {
    expect(parseBrl(text)).toBeNull()
  })

  test('is read back as it was written', () => {
    fc.assert(fc.property(amounts, amount => parseBrl(formatBrl(amount)) === amount && parseBrl(formatAmount(amount)) === amount))
  })
})

describe('a quantity in Brazilian notation', () => {
  test.each([
    ['2,5', '2.5'],
    ['1.234,567', '1234.567'],
    ['10', '10'],
    ['-0,75', '-0.75'],
  ])('%s is %s', (text, expected) => {
    expect(parseBrazilianDecimal(text)).toBe(expected)
  })

  test.each(['2.5', '1.234', '1,0000001', '', ',5', '1,', 'x'])('%j is not read, rather than guessed', text => {
    expect(parseBrazilianDecimal(text)).toBeNull()
  })

  test('is written with a decimal comma', () => {
    expect(formatDecimal(decimal('-1234.5'))).toBe('-1.234,5')
    expect(formatDecimal(decimal('1000'))).toBe('1.000')
  })
})

describe('a sum of shares', () => {
  const share = (amount: number, days: number, of: number) => ({ amount: cents(amount), days, of })

  test('is rounded once, half up, and says which way', () => {
    expect(sumOfShares([])).toEqual({ cents: 0, rounding: 0 })
    expect(sumOfShares([share(100, 1, 3), share(100, 1, 3), share(100, 1, 3)])).toEqual({ cents: 100, rounding: 0 })
    expect(sumOfShares([share(100, 1, 3), share(100, 1, 6)])).toEqual({ cents: 50, rounding: 0 })
    expect(sumOfShares([share(1, 1, 3), share(1, 1, 6)])).toEqual({ cents: 1, rounding: 1 })
    expect(sumOfShares([share(-1, 1, 2)])).toEqual({ cents: -1, rounding: -1 })
    expect(sumOfShares([share(100, 1, 31), share(100, 1, 28)])).toEqual({ cents: 7, rounding: 1 })
  })

  test('of one interval is what prorating says', () => {
    fc.assert(
      fc.property(fc.nat(9_999_999_999), fc.integer({ min: 1, max: 3660 }), fc.nat(3660), (amount, of, days) => {
        const part = Math.min(days, of)
        expect(sumOfShares([share(amount, part, of)]).cents).toBe(prorate(cents(amount), part, of))
      }),
    )
  })

  test('has no share of no days', () => {
    expect(() => sumOfShares([share(1, 1, 0)])).toThrow(RangeError)
    expect(() => sumOfShares([share(1, -1, 3)])).toThrow(RangeError)
  })
})
