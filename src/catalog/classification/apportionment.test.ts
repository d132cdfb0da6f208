import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Faults } from '../../core/faults.ts'
import { type Cents, cents, type Decimal, decimal, micros, sum } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { type Apportionment, apportion, judgeShares, type Share, waySaid } from './apportionment.ts'

const costCentres = { article: 'o', one: 'centro de custo', many: 'centros de custo' } as const

const byPercent = (...percents: (string | Decimal)[]): Share[] =>
  percents.map((percent, i) => ({ targetId: i + 1, description: null, percent: decimal(percent) }))
const byValue = (...values: number[]): Share[] =>
  values.map((value, i) => ({ targetId: i + 1, description: null, valueCents: cents(value) }))

describe('an apportionment', () => {
  const totals = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }).map(cents)
  const values = fc.array(fc.integer({ min: 1, max: 1_000_000_000_000 }), { minLength: 1, maxLength: 40 })
  /** Any percentages above zero that are 100 together, to six decimals. */
  const percents = fc
    .uniqueArray(fc.integer({ min: 1, max: 99_999_999 }), { maxLength: 40 })
    .map(cuts => [0, ...cuts.sort((a, b) => a - b), 100_000_000])
    .map(cuts => cuts.slice(1).map((cut, i) => percentFromMicros(cut - (cuts[i] ?? 0))))

  test('adds up to the total to the cent, whatever the shares and whatever the total', () => {
    fc.assert(
      fc.property(totals, values, percents, (total, worth, hundred) => {
        expect(sum(apportion(total, byValue(...worth), 'value'))).toBe(total)
        expect(sum(apportion(total, byPercent(...hundred), 'percent'))).toBe(total)
      }),
    )
  })

  test('rounds each share half up, and leaves the rest on the last', () => {
    fc.assert(
      fc.property(totals, percents, (total, hundred) => {
        const parts = apportion(total, byPercent(...hundred), 'percent')
        let left: number = total
        for (const [i, part] of parts.slice(0, -1).entries()) {
          expect(isHalfUp(part, BigInt(total) * micros(decimal(hundred[i] ?? '')), 100_000_000n) || part === left).toBe(true)
          left -= part
        }
        expect(parts.at(-1)).toBe(cents(left))
      }),
    )
  })

  test('never gives a share more than there is, nor less than nothing', () => {
    fc.assert(
      fc.property(totals, values, (total, worth) => {
        for (const part of apportion(total, byValue(...worth), 'value')) {
          expect(Math.sign(part) === 0 || Math.sign(part) === Math.sign(total)).toBe(true)
          expect(Math.abs(part)).toBeLessThanOrEqual(Math.abs(total))
        }
      }),
    )
  })

  test('by values that add up is those values', () => {
    fc.assert(
      fc.property(values, worth => {
        expect(apportion(sum(worth.map(cents)), byValue(...worth), 'value')).toEqual(worth)
      }),
    )
  })

  test('of R$ 100,00 in three thirds of 33,33% and one cent more, by hand', () => {
    expect(apportion(cents(100_00), byPercent('33.33', '33.33', '33.34'), 'percent')).toEqual([33_33, 33_33, 33_34])
    expect(apportion(cents(99), byPercent('50', '50'), 'percent')).toEqual([50, 49])
    expect(apportion(cents(1), byPercent('25', '25', '25', '25'), 'percent')).toEqual([0, 0, 0, 1])
    expect(apportion(cents(500), byPercent('100'), 'percent')).toEqual([500])
  })

  test('by value is in proportion where the total is another one: half a month divides as the whole did', () => {
    expect(apportion(cents(150_00), byValue(100_00, 200_00), 'value')).toEqual([50_00, 100_00])
    expect(apportion(cents(0), byValue(100_00, 200_00), 'value')).toEqual([0, 0])
  })

  test('among nobody is nothing', () => {
    expect(apportion(cents(100), [], 'percent')).toEqual([])
  })

  test('is never made of what was not judged', () => {
    expect(() => apportion(cents(100), byPercent('50', '49.99'), 'percent')).toThrow(RangeError)
    expect(() => apportion(cents(100), byPercent('100'), 'value')).toThrow(RangeError)
    expect(() => apportion(cents(100), byValue(100), 'percent')).toThrow(RangeError)
  })

  test('that is judged right can be made, for whatever total', () => {
    const said = fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 100_000_000 }).map(m => ({ percent: decimal(percentFromMicros(m)) })),
        fc.constantFrom('25', '50', '100').map(p => ({ percent: decimal(p) })),
        fc.integer({ min: -5, max: 1000 }).map(value => ({ valueCents: cents(value) })),
      ),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(said, totals, (each, total) => {
        const shares = each.map((share, i): Share => ({ targetId: i, description: null, ...share }))
        const by = waySaid(shares)
        if (faultsOf(shares, { by }).length === 0) {
          expect(sum(apportion(total, shares, by))).toBe(shares.length === 0 ? 0 : total)
        }
      }),
    )
  })
})

describe('shares are refused', () => {
  test('where percentages are not 100, with what they are', () => {
    expect(faultsOf(byPercent('33.33', '33.33', '33.33'), { by: 'percent' })).toEqual([
      {
        path: '/costCentres',
        code: 'percents_not_whole',
        message: 'A soma dos percentuais dos centros de custo deve ser de 100%; é de 99,99%.',
      },
    ])
    expect(faultsOf(byPercent('33.333333', '33.333333', '33.333334'), { by: 'percent' })).toEqual([])
  })

  test('where values are not the total, once there is one', () => {
    expect(faultsOf(byValue(100_00, 200_00), { by: 'value', total: cents(300_01) })).toEqual([
      {
        path: '/costCentres',
        code: 'values_not_whole',
        message: 'A soma dos valores dos centros de custo deve ser igual ao valor total, R$ 300,01; é de R$ 300,00.',
      },
    ])
    expect(faultsOf(byValue(100_00, 200_00), { by: 'value', total: cents(300_00) })).toEqual([])
    expect(faultsOf(byValue(100_00, 200_00), { by: 'value', total: null })).toEqual([])
  })

  test('where there are several and the organization does not divide', () => {
    const [fault] = faultsOf(byPercent('50', '50'), { by: 'percent', enabled: false })
    expect(fault?.code).toBe('apportionment_disabled')
    expect(fault?.message).toMatch(/^Utilize apenas um centro de custo: /)
    expect(faultsOf(byPercent('100'), { by: 'percent', enabled: false })).toEqual([])
    const categories = { article: 'a', one: 'categoria', many: 'categorias' } as const
    expect(faultsOf(byValue(1, 2), { by: 'value', enabled: false, called: categories })[0]?.message).toMatch(
      /^Utilize apenas uma categoria: /,
    )
  })

  test('where one is there twice, or is nothing, or is said in the other way; and all of it at once', () => {
    const shares: Share[] = [...byValue(0), ...byPercent('100'), ...byValue(-1)]
    expect(faultsOf(shares, { by: 'value', enabled: false }).map(({ path, code }) => [path, code])).toEqual([
      ['/costCentres', 'apportionment_disabled'],
      ['/costCentres/1', 'target_repeated'],
      ['/costCentres/2', 'target_repeated'],
      ['/costCentres/0/valueCents', 'share_not_positive'],
      ['/costCentres/1/valueCents', 'value_needed'],
      ['/costCentres/2/valueCents', 'share_not_positive'],
    ])
    const both: Share = { targetId: 1, description: null, percent: decimal('100'), valueCents: cents(1) }
    expect(faultsOf([both], { by: 'value' })).toMatchObject([{ path: '/costCentres/0', code: 'share_unclear' }])
    expect(faultsOf([...byPercent('0'), ...byValue(3)], { by: 'percent' }).map(({ code }) => code)).toEqual([
      'target_repeated',
      'share_not_positive',
      'percent_needed',
    ])
  })
})

function faultsOf(shares: readonly Share[], known: Partial<Apportionment> & Pick<Apportionment, 'by'>) {
  const faults = new Faults()
  judgeShares(shares, { total: null, enabled: true, called: costCentres, ...known }, '/costCentres', faults)
  try {
    faults.refuseIfAny()
    return []
  } catch (error) {
    if (error instanceof Refusal) return error.faults
    throw error
  }
}

function percentFromMicros(m: number): string {
  return `${Math.floor(m / 1_000_000)}.${String(m % 1_000_000).padStart(6, '0')}`
}

/** A half goes away from zero: the part is the nearest to the exact one, or the farther of two as near. */
function isHalfUp(part: Cents, dividend: bigint, divisor: bigint): boolean {
  const twiceOver = 2n * (BigInt(part) * divisor - dividend) * (dividend < 0n ? -1n : 1n)
  return -divisor < twiceOver && twiceOver <= divisor
}
