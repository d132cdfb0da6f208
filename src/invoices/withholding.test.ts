import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TAXES } from '../contracts/rules/terms.ts'
import { cents, prorate, sum, zeroCents } from '../core/money.ts'
import { type LineSays, type WithheldLine, type Withholding, withheldOf, withhold } from './withholding.ts'

const line = (gross: number, more: Partial<WithheldLine> = {}): WithheldLine => ({
  grossCents: cents(gross),
  discountCents: zeroCents,
  source: 'rule',
  ...more,
})
const off = (amount: number): WithheldLine => ({ grossCents: zeroCents, discountCents: cents(amount), source: 'event' })
const on = (amount: number): WithheldLine => line(amount, { source: 'event' })
const says = (more: Partial<LineSays> = {}): LineSays => ({ withholdings: null, withheldCents: null, ...more })
const iss = (percent: number) => ({ tax: 'iss', rateMicros: percent * 10_000 }) as const
const whole = (amount: number) => cents(amount)

const told = (withholdings: readonly Withholding[]) =>
  withholdings.map(({ tax, rateMicros, baseCents, amountCents }) => `${tax} ${rateMicros / 10_000} ${baseCents} ${amountCents}`)

describe('what is withheld of lines', () => {
  test('each line goes by what it says itself, else by what the rule says', () => {
    const withheld = withheldOf([iss(2)], [says(), says({ withholdings: [iss(5)] }), says({ withholdings: [] })], whole)
    expect(told(withhold([line(10_000), line(20_000), line(40_000)], withheld))).toEqual(['iss 2 10000 200', 'iss 5 20000 1000'])
    expect(withheld).toEqual([
      { ...iss(2), lines: [1] },
      { ...iss(5), lines: [2] },
    ])
  })

  test('where no line says anything, the rates of the rule are those of the whole', () => {
    expect(withheldOf([iss(2)], [says(), says()], whole)).toEqual([iss(2)])
    const same = withheldOf([], [says({ withholdings: [iss(2)] }), says({ withholdings: [iss(2)] })], whole)
    expect(same).toEqual([iss(2)])
  })

  test('what is added or taken off as a whole is shared over the lines in proportion, half up', () => {
    const withheld = withheldOf([iss(2)], [says(), says({ withholdings: [iss(5)] })], whole)
    const base = (...added: WithheldLine[]) =>
      withhold([line(10_000), line(20_000), ...added], withheld).map(({ baseCents }) => baseCents)
    expect(base(off(3_001))).toEqual([9_000, 17_999])
    expect(base(on(300))).toEqual([10_100, 20_200])
    expect(base(on(600), off(300))).toEqual([10_100, 20_200])
    expect(base(off(30_000))).toEqual([0, 0])
  })

  test('of what is paid back nothing is withheld, and it carries no part of a discount', () => {
    const back = line(5_000, { source: 'event', isReimbursement: true })
    expect(told(withhold([line(10_000), back], [iss(5)]))).toEqual(['iss 5 10000 500'])
    expect(told(withhold([line(10_000), back, off(2_000)], [iss(5)]))).toEqual(['iss 5 8000 400'])
    // Taken off more than the services come to: of what is left, which is paid back, nothing is withheld.
    expect(told(withhold([line(1_000), back, off(3_000)], [iss(5)]))).toEqual(['iss 5 0 0'])
  })

  test('an amount that was agreed upon is withheld to the cent, and never more than its lines leave', () => {
    const withheld = withheldOf([iss(5)], [says({ withheldCents: cents(1_234) }), says()], whole)
    const other = (lines: WithheldLine[]) => withhold(lines, withheld).find(({ tax }) => tax === 'other')
    expect(other([line(10_000), line(10_000)])).toMatchObject({ amountCents: 1_234, baseCents: 10_000, fixedCents: 1_234 })
    expect(other([line(10_000), line(10_000), off(18_000)])).toMatchObject({ amountCents: 1_000, baseCents: 1_000 })
    const half = withheldOf([], [says({ withheldCents: cents(1_235) })], amount => prorate(amount, 15, 30))
    expect(half).toMatchObject([{ tax: 'other', fixedCents: 618 }])
  })

  test('for all lines: never more than there is, and bases of rates of the whole are the whole', () => {
    const rate = fc.record({ tax: fc.constantFrom(...TAXES), rateMicros: fc.integer({ min: 1, max: 160_000 }) })
    const rates = fc.uniqueArray(rate, { selector: ({ tax }) => tax, maxLength: 6 })
    const said = fc.record({
      gross: fc.integer({ min: 0, max: 5_000_000 }),
      withholdings: fc.option(rates),
      withheldCents: fc.option(fc.integer({ min: 1, max: 100_000 }).map(cents)),
    })
    fc.assert(
      fc.property(
        fc.array(said, { minLength: 1, maxLength: 8 }),
        rates,
        fc.nat(),
        fc.nat(1_000_000),
        (own, usual, taken, added) => {
          const lines = own.map(({ gross }) => line(gross))
          const total = own.reduce((all, { gross }) => all + gross, added)
          const all = [...lines, on(added), off(total === 0 ? 0 : taken % total)]
          const withholdings = withhold(all, withheldOf(usual, own, whole))
          const net = total - (total === 0 ? 0 : taken % total)
          expect(sum(withholdings.map(({ amountCents }) => amountCents))).toBeLessThanOrEqual(net)
          for (const { amountCents, baseCents, lines: named } of withholdings) {
            expect(amountCents).toBeGreaterThanOrEqual(0)
            expect(amountCents).toBeLessThanOrEqual(baseCents)
            expect(baseCents).toBeLessThanOrEqual(net)
            if (named == null) expect(baseCents).toBe(net)
          }
        },
      ),
    )
  })
})
