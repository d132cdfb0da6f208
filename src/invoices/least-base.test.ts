import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aTemplate, seedTemplate } from '../../test/nfse/templates.ts'
import { yearMonth } from '../core/dates.ts'
import { cents, decimal, scaledBy } from '../core/money.ts'
import { WITHHELD_TAXES } from '../nfse/withholding/tax-calendar.ts'
import type { TaxTemplate } from '../nfse/withholding/tax-template.ts'
import { type Parties, withholdingsOf } from '../nfse/withholding/withhold.ts'
import { ofMonth, withholdingTermsOf } from '../nfse/withholding/withholding-terms.ts'
import { isAsked, type Withheld, withheldOf, withhold } from './withholding.ts'

const companies: Parties = { opSimpNac: 1, taker: 'company' }
const line = (grossCents: number) => ({ grossCents: cents(grossCents), discountCents: cents(0) })
const irrf = (leastBaseCents: number): Withheld => ({ tax: 'irrf', rateMicros: 15_000, leastBaseCents: cents(leastBaseCents) })
const whole = (amount: ReturnType<typeof cents>) => amount

describe('a tax with a least base', () => {
  test.each([
    [66_666, 0],
    [66_667, 1000],
  ])('of %i cents withholds %i', (base, amountCents) => {
    const [withheld] = withhold([line(base)], [irrf(66_667)])
    expect(withheld).toMatchObject({ baseCents: base, amountCents })
    expect(withheld && isAsked(withheld)).toBe(amountCents > 0)
  })

  test('is asked of the lines that it is reckoned on', () => {
    const only = { withholdings: [], withheldCents: null }
    const usual = { withholdings: null, withheldCents: null }
    const rates = withheldOf([{ tax: 'irrf', rateMicros: 15_000, leastBaseCents: cents(66_667) }], [usual, only], whole)
    expect(withhold([line(60_000), line(60_000)], rates)).toMatchObject([{ baseCents: 60_000, amountCents: 0 }])
  })

  test('goes with the same rate of a line that has none, from the least that anybody says', () => {
    const own = { withholdings: [{ tax: 'irrf', rateMicros: 15_000 } as const], withheldCents: null }
    const usual = { withholdings: null, withheldCents: null }
    const rates = withheldOf([{ tax: 'irrf', rateMicros: 15_000, leastBaseCents: cents(66_667) }], [usual, own], whole)
    expect(withhold([line(10_000), line(10_000)], rates)).toMatchObject([{ baseCents: 20_000, amountCents: 300 }])
  })
})

describe('what terms took from a template', () => {
  const paid = (list: readonly { tax: string; amountCents: number }[]) =>
    list.flatMap(({ tax, amountCents }) => (amountCents > 0 ? [`${tax} ${amountCents}`] : [])).join()

  /** In both ways, by the core and by the law's side. */
  const both = (template: TaxTemplate, month: string) => {
    const competence = yearMonth(month)
    const rates = ofMonth(withholdingTermsOf(template, companies), competence)
    const withheld = rates.map(({ tax, rateMicros, leastBaseCents }) => ({ tax, rateMicros, leastBaseCents }))
    return (base: number): [core: string, law: string] => [
      paid(withhold([line(base)], withheld)),
      paid(withholdingsOf(template, companies, competence, { baseCents: cents(base) }).taxes),
    ]
  }

  test.each(['2026-12', '2027-01'])('in %s withholds around each least base what the law’s side says', month => {
    const ways = both(seedTemplate, month)
    const around = [9_091, 21_506, 50_000, 66_667, 100_000].flatMap(base => Array.from({ length: 401 }, (_, i) => base - 200 + i))
    const differing = around.map(base => [base, ...ways(base)] as const).filter(([, core, law]) => core !== law)
    expect(differing).toEqual([])
  })

  test('whatever it says, also where the rounded parts are more than there is', () => {
    const percent = fc.integer({ min: 0, max: 160_000 }).map(rate => scaledBy(decimal(rate), 1n, 10_000n, 4))
    const limit = fc.option(fc.integer({ min: 0, max: 3000 }).map(cents => scaledBy(decimal(cents), 1n, 100n, 2)))
    fc.assert(
      fc.property(
        fc.array(percent, { minLength: 6, maxLength: 6 }),
        fc.array(limit, { minLength: 4, maxLength: 4 }),
        fc.constantFrom('2026-12', '2027-01'),
        fc.integer({ min: 0, max: 5000 }),
        (rates, limits, month, base) => {
          const [aliquotaIrrf, aliquotaPis, aliquotaCofins, aliquotaCsll, aliquotaInss, aliquotaIssRetido] = rates
          const [limiteRetencaoIrrf, limiteRetencaoPcc, limiteRetencaoInss, limiteRetencaoIss] = limits
          const template = {
            ...aTemplate({ retencoesDestacadas: WITHHELD_TAXES, issRetidoFonte: true }),
            ...{ aliquotaIrrf, aliquotaPis, aliquotaCofins, aliquotaCsll, aliquotaInss, aliquotaIssRetido },
            ...{ limiteRetencaoIrrf, limiteRetencaoPcc, limiteRetencaoInss, limiteRetencaoIss },
          } as TaxTemplate // six rates and four limits, as the arrays have
          const [core, law] = both(template, month)(base)
          expect(core).toBe(law)
        },
      ),
      { numRuns: 500 },
    )
  })
})
