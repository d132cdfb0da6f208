import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { yearMonth } from '../../core/dates.ts'
import { cents, type Decimal, decimal, zeroCents } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { burdenOf, burdenSentence } from './approximate-burden.ts'
import { type IbsCbsCase, ibsCbsOf, testRates2026, totalOfNote } from './ibs-cbs.ts'
import { inssBaseOf, leastInssBase, type NoteValuesCase, noteValuesOf } from './note-values.ts'

const code = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return 'accepted'
}

const plain: NoteValuesCase = {
  serviceCents: cents(1_000_000),
  unconditionalDiscountCents: zeroCents,
  conditionalDiscountCents: zeroCents,
  deduction: null,
  benefit: null,
  issPercent: decimal('5'),
  tpRetISSQN: 1,
  inssCents: zeroCents,
  irrfCents: cents(15_000),
  contributionsCents: cents(46_500),
}

describe('what a note comes back with', () => {
  test('R$ 10.000,00: 615,00 withheld and 9.385,00 left; with the ISS retained 1.115,00 and 8.885,00', () => {
    expect(noteValuesOf(plain)).toMatchObject({
      issBaseCents: 1_000_000,
      issCents: 50_000,
      withheldCents: 61_500,
      liquidCents: 938_500,
    })
    expect(noteValuesOf({ ...plain, tpRetISSQN: 2 })).toMatchObject({ withheldCents: 111_500, liquidCents: 888_500 })
  })

  test('a deduction is a percent of the price after its discount; a benefit of what remains', () => {
    const reduced = noteValuesOf({
      ...plain,
      unconditionalDiscountCents: cents(100_000),
      deduction: { percent: decimal('40') },
      benefit: { percent: decimal('10') },
    })
    expect(reduced).toMatchObject({ deductionCents: 360_000, benefitCents: 54_000, issBaseCents: 486_000, issCents: 24_300 })
    expect(noteValuesOf({ ...plain, deduction: { cents: cents(123) } }).issBaseCents).toBe(999_877)
  })

  test('a conditional discount is off the net and off no base', () => {
    expect(noteValuesOf({ ...plain, conditionalDiscountCents: cents(1000) })).toMatchObject({
      issBaseCents: 1_000_000,
      liquidCents: 937_500,
    })
  })

  test('nothing falls below zero', () => {
    expect(code(() => noteValuesOf({ ...plain, irrfCents: cents(1_000_001) }))).toBe('liquid_below_zero')
    expect(code(() => noteValuesOf({ ...plain, deduction: { cents: cents(1_000_001) } }))).toBe('base_below_zero')
  })

  test('net, withheld and discounts are the price', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 500 }),
        fc.constantFrom(1, 2, 3),
        (price, discount, rate, tpRetISSQN) => {
          const unconditionalDiscountCents = cents(Math.floor((price * discount) / 200))
          const it = {
            ...plain,
            serviceCents: cents(price),
            unconditionalDiscountCents,
            irrfCents: zeroCents,
            contributionsCents: zeroCents,
            issPercent: decimal(`${Math.floor(rate / 100)}.${String(rate % 100).padStart(2, '0')}`),
            tpRetISSQN,
          } as const
          const values = noteValuesOf(it)
          expect(values.liquidCents + values.withheldCents + unconditionalDiscountCents).toBe(price)
        },
      ),
    )
  })
})

describe('the base of INSS', () => {
  test.each([
    [0, null, 100_000],
    [40_000, null, 60_000],
    [70_000, leastInssBase.other, 50_000],
    [40_000, leastInssBase.other, 60_000],
    [40_000, leastInssBase.cleaning, 80_000],
  ])('less %i cents of materials, at least %s %%', (materials, least: Decimal | null, expected) => {
    expect(inssBaseOf(cents(100_000), cents(materials), least)).toBe(expected)
  })

  test('materials beyond the price are refused', () => {
    expect(code(() => inssBaseOf(cents(100), cents(101), null))).toBe('materials_out_of_range')
  })
})

describe('IBS and CBS (§6)', () => {
  const it: IbsCbsCase = {
    competence: yearMonth('2026-11'),
    serviceCents: cents(1_000_000),
    unconditionalDiscountCents: zeroCents,
    reimbursedCents: zeroCents,
    issCents: cents(50_000),
    pisCents: cents(6500),
    cofinsCents: cents(30_000),
    rates: testRates2026,
  }

  test('the worked example: base 9.135,00, IBS 9,14, CBS 82,22, and the note totals what it nets', () => {
    const amounts = ibsCbsOf(it)
    expect(amounts).toEqual({ baseCents: 913_500, ibsStateCents: 914, ibsCityCents: 0, ibsCents: 914, cbsCents: 8222 })
    expect(totalOfNote(it.competence, cents(888_500), amounts)).toBe(888_500)
  })

  test('from 2027 on PIS and COFINS are no part of it, and both come on top', () => {
    const in2027 = {
      ...it,
      competence: yearMonth('2027-01'),
      rates: { ibsState: decimal('0.05'), ibsCity: decimal('0.05'), cbs: decimal('8.7') },
    }
    const amounts = ibsCbsOf(in2027)
    expect(amounts).toEqual({ baseCents: 950_000, ibsStateCents: 475, ibsCityCents: 475, ibsCents: 950, cbsCents: 82_650 })
    expect(totalOfNote(in2027.competence, cents(938_500), amounts)).toBe(938_500 + 950 + 82_650)
  })

  test.each([
    ['2025-12', 'ibs_cbs_too_early'],
    ['2026-01', 'accepted'],
    ['2032-12', 'accepted'],
    ['2033-01', 'ibs_cbs_unknown'],
  ])('at %s is %s', (month, expected) => {
    expect(code(() => ibsCbsOf({ ...it, competence: yearMonth(month) }))).toBe(expected)
  })

  test('what is discounted and reimbursed is no base; a base below zero is refused', () => {
    expect(ibsCbsOf({ ...it, unconditionalDiscountCents: cents(1000), reimbursedCents: cents(500) }).baseCents).toBe(912_000)
    expect(code(() => ibsCbsOf({ ...it, reimbursedCents: cents(913_501) }))).toBe('base_below_zero')
  })
})

describe('the approximate burden (Lei 12.741/2012)', () => {
  const nothing = { federal: null, state: null, city: null, total: null, source: null }

  test('the seed: 16.33 % of R$ 10,00 is R$ 1,63', () => {
    const burden = { ...nothing, total: decimal('16.33'), source: 'IBPT' }
    expect(burdenOf(cents(1000), burden).totalCents).toBe(163)
    expect(burdenSentence(cents(1000), burden)).toBe(
      'Conforme lei 12.741/12, a carga tributária aproximada é de R$ 1,63 (16,33%), segundo a fonte IBPT',
    )
  })

  test('by level, each rounded, adding up', () => {
    const burden = { ...nothing, federal: decimal('13.45'), city: decimal('2.88'), source: 'IBPT' }
    expect(burdenOf(cents(12_345), burden)).toEqual({ federalCents: 1660, stateCents: null, cityCents: 356, totalCents: 2016 })
    expect(burdenSentence(cents(12_345), burden)).toBe(
      'Conforme lei 12.741/12, a carga tributária aproximada é de R$ 20,16: federal R$ 16,60 (13,45%), municipal R$ 3,56 (2,88%), segundo a fonte IBPT',
    )
  })

  test('is not spoken of where nothing is known', () => {
    expect(burdenSentence(cents(1000), nothing)).toBeNull()
    expect(burdenSentence(cents(1000), { ...nothing, total: decimal('0') })).toBeNull()
  })
})
