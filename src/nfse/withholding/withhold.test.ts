import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aTemplate, seedTemplate } from '../../../test/nfse/templates.ts'
import { yearMonth } from '../../core/dates.ts'
import {
  type Cents,
  cents,
  compareRawTax,
  decimal,
  formatRawTax,
  rawTaxOf,
  roundTax,
  scaledBy,
  sum,
  sumOfDecimals,
  taxOf,
} from '../../core/money.ts'
import { WITHHELD_TAXES, type WithheldTax } from './tax-calendar.ts'
import type { TaxTemplate } from './tax-template.ts'
import { type Parties, type Withheld, withholdingsOf } from './withhold.ts'
import { ofMonth, withholdingTermsOf } from './withholding-terms.ts'

const companies: Parties = { opSimpNac: 1, taker: 'company' }
const in2026 = yearMonth('2026-11')
const in2027 = yearMonth('2027-01')

/** 1.5 %, 4.65 %, 11 %, as the law has it, by the law's own waivers. */
const lawful = aTemplate({
  aliquotaIrrf: '1.5',
  aliquotaPis: '0.65',
  aliquotaCofins: '3',
  aliquotaCsll: '1',
  retencoesDestacadas: ['irrf', 'pis', 'cofins', 'csll'],
})
const withInss = aTemplate({ ...lawful, aliquotaInss: '11', retencoesDestacadas: ['irrf', 'pis', 'cofins', 'csll', 'inss'] })

const of = (template: TaxTemplate, base: number, parties = companies, competence = in2026) =>
  withholdingsOf(template, parties, competence, { baseCents: cents(base) })

const amount = (it: Withheld, tax: WithheldTax) => it.taxes.find(one => one.tax === tax)?.amountCents ?? 0

/** irrf, pis, cofins, csll, inss, iss; and what is left. */
const row = (it: Withheld, base: number) => [...WITHHELD_TAXES.map(tax => amount(it, tax)), base - it.withheldCents]

describe('the worked table of the specification, §11.3', () => {
  test.each([
    [9090, [0, 0, 0, 0, 0, 0, 9090]],
    [9091, [0, 0, 0, 0, 1000, 0, 8091]],
    [21505, [0, 0, 0, 0, 2366, 0, 19139]],
    [21506, [0, 140, 645, 215, 2366, 0, 18140]],
    [66666, [0, 433, 2000, 667, 7333, 0, 56233]],
    [66667, [1000, 433, 2000, 667, 7333, 0, 55234]],
  ])('of %i cents', (base, expected) => {
    expect(row(of(withInss, base), base)).toEqual(expected)
  })

  test('R$ 1.234,56 nets R$ 1.158,63', () => {
    const withheld = of(lawful, 123456)
    expect(row(withheld, 123456)).toEqual([1852, 802, 3704, 1235, 0, 0, 115863])
    expect(withheld).toMatchObject({ vRetCsllCents: 5741, tpRetPisCofins: 3 })
  })

  test('R$ 10.000,00 nets R$ 9.385,00, and R$ 8.885,00 with the ISS retained', () => {
    expect(row(of(lawful, 1_000_000), 1_000_000)).toEqual([15000, 6500, 30000, 10000, 0, 0, 938_500])
    const retained = aTemplate({ ...lawful, aliquotaIss: '5', issRetidoFonte: true })
    expect(of(retained, 1_000_000).withheldCents).toBe(111_500)
  })

  test('security at R$ 10.000,00 nets R$ 7.835,00', () => {
    const security = aTemplate({ ...withInss, aliquotaIrrf: '1', aliquotaIss: '5', issRetidoFonte: true })
    expect(row(of(security, 1_000_000), 1_000_000)).toEqual([10000, 6500, 30000, 10000, 110_000, 50_000, 783_500])
  })

  test('nothing but ISS is withheld of who is in the Simples', () => {
    const simples: Parties = { opSimpNac: 3, taker: 'company' }
    expect(of(withInss, 100_000, simples).withheldCents).toBe(0)
    const retained = aTemplate({ ...withInss, aliquotaIssRetido: '2.79', issRetidoFonte: true })
    expect(row(of(retained, 100_000, simples), 100_000)).toEqual([0, 0, 0, 0, 0, 2790, 97210])
  })

  test('ISS of 5 % on R$ 100,50 goes to the even cent', () => {
    expect(of(aTemplate({ aliquotaIss: '5', issRetidoFonte: true }), 10_050).withheldCents).toBe(502)
  })

  test.each([
    [100_000, 1500, 0],
    [100_001, 1500, 1000],
  ])('in 2027 of %i cents only CSLL is left of the contributions', (base, irrf, csll) => {
    const withheld = of(lawful, base, companies, in2027)
    expect([amount(withheld, 'irrf'), amount(withheld, 'csll'), withheld.vRetCsllCents]).toEqual([irrf, csll, csll])
    expect(withheld.taxes.filter(tax => tax.outcome === 'tax_ended').map(({ tax }) => tax)).toEqual(['pis', 'cofins'])
    expect(withheld.tpRetPisCofins).toBe(csll > 0 ? 8 : 0)
  })

  test('the sum of the rounded parts is not the rounded sum', () => {
    expect(of(lawful, 21538).vRetCsllCents).toBe(1001)
    expect(roundTax(rawTaxOf(cents(21538), decimal('4.65')))).toBe(1002)
    let differ = 0
    for (let base = 21506; base <= 29999; base++) {
      if (of(lawful, base).vRetCsllCents !== roundTax(rawTaxOf(cents(base), decimal('4.65')))) differ++
    }
    expect(differ).toBe(3185)
  })
})

describe('the template of the seed (Fintera, nfse_templates)', () => {
  test.each([
    [66666, 0],
    [66667, 1000],
  ])('withholds IRRF from its limit on: %i', (base, irrf) => {
    expect(amount(of(seedTemplate, base), 'irrf')).toBe(irrf)
  })

  test('withholds INSS at its own 10 % from its own R$ 1.000,00 on', () => {
    expect(amount(of(seedTemplate, 99_999), 'inss')).toBe(0)
    expect(amount(of(seedTemplate, 100_000), 'inss')).toBe(10_000)
  })

  test('retains no ISS, since it says so', () => {
    expect(of(seedTemplate, 1_000_000).taxes.find(({ tax }) => tax === 'iss')).toMatchObject({
      outcome: 'iss_not_retained',
      amountCents: 0,
    })
  })

  test('retains the ISS from its limit on, once it says that it does', () => {
    const retaining = { ...seedTemplate, issRetidoFonte: true }
    expect(amount(of(retaining, 49_999), 'iss')).toBe(0)
    expect(amount(of(retaining, 50_000), 'iss')).toBe(2500)
  })

  test('its limits are those of the law, cent by cent, while there is a sum of 4.65 %', () => {
    const byLaw = { ...seedTemplate, limiteRetencaoIrrf: null, limiteRetencaoPcc: null }
    for (let base = 0; base <= 70_000; base++) {
      const [own, law] = [of(seedTemplate, base), of(byLaw, base)]
      expect([amount(own, 'irrf'), own.vRetCsllCents]).toEqual([amount(law, 'irrf'), law.vRetCsllCents])
    }
  })

  test('its limit of 4.65 % is none of 1 %: in 2027 CSLL goes by the law', () => {
    expect(of(seedTemplate, 21_506, companies, in2027).vRetCsllCents).toBe(0)
    expect(of(seedTemplate, 100_001, companies, in2027).vRetCsllCents).toBe(1000)
  })

  test('a limit that was the organization’s own stays in 2027', () => {
    const own = { ...seedTemplate, limiteRetencaoPcc: decimal('500') }
    expect(of(own, 49_999, companies, in2027).vRetCsllCents).toBe(0)
    expect(of(own, 50_000, companies, in2027).vRetCsllCents).toBe(500)
  })

  test.each(['person', 'foreign'] as const)('nothing is withheld by a taker that is no company: %s', taker => {
    const withheld = of({ ...seedTemplate, issRetidoFonte: true }, 1_000_000, { opSimpNac: 1, taker })
    expect(withheld.withheldCents).toBe(0)
    expect(new Set(withheld.taxes.map(tax => tax.outcome))).toEqual(new Set(['taker_does_not_withhold']))
  })

  test('nothing is withheld of a MEI, the ISS neither', () => {
    expect(of({ ...seedTemplate, issRetidoFonte: true }, 1_000_000, { opSimpNac: 2, taker: 'company' }).withheldCents).toBe(0)
  })

  test('a Simples provider of Annex IV is withheld INSS', () => {
    const simples: Parties = { opSimpNac: 3, taker: 'company' }
    expect(of(seedTemplate, 1_000_000, simples).withheldCents).toBe(0)
    expect(row(of({ ...seedTemplate, simplesAnexoIv: true }, 1_000_000, simples), 1_000_000)).toEqual([
      0, 0, 0, 0, 100_000, 0, 900_000,
    ])
  })

  test('a Simples provider that tells no rate of its own is retained 5 %', () => {
    const untold = { ...seedTemplate, aliquotaIss: decimal('2'), aliquotaIssRetido: null, issRetidoFonte: true }
    expect(amount(of(untold, 100_000, { opSimpNac: 3, taker: 'company' }), 'iss')).toBe(5000)
    expect(amount(of(untold, 100_000), 'iss')).toBe(2000)
  })

  test('a rate alone, without being highlighted, withholds nothing', () => {
    expect(of({ ...seedTemplate, retencoesDestacadas: [] }, 1_000_000)).toMatchObject({
      taxes: [],
      withheldCents: 0,
      tpRetPisCofins: 0,
    })
  })
})

describe('the kind of withheld contributions', () => {
  test.each([
    [['pis', 'cofins', 'csll'], 3],
    [['pis', 'cofins'], 4],
    [['pis'], 5],
    [['cofins'], 6],
    [['cofins', 'csll'], 7],
    [['csll'], 8],
    [['pis', 'csll'], 9],
    [[], 0],
  ] as const)('%j is %i', (retencoesDestacadas, kind) => {
    expect(of(aTemplate({ ...lawful, retencoesDestacadas }), 1_000_000).tpRetPisCofins).toBe(kind)
  })

  test('is none where the sum is waived', () => {
    expect(of(lawful, 21505)).toMatchObject({ tpRetPisCofins: 0, vRetCsllCents: 0 })
  })

  test('the waiver is of the sum of those that are withheld', () => {
    const csllOnly = aTemplate({ ...lawful, retencoesDestacadas: ['csll'] })
    expect(of(csllOnly, 100_000).withheldCents).toBe(0)
    expect(of(csllOnly, 100_001).withheldCents).toBe(1000)
  })
})

describe('what is told of each tax', () => {
  test('base, rate, the tax before rounding, threshold, and what the decision rests on', () => {
    const [irrf, pis] = of(lawful, 21505).taxes
    expect(irrf).toMatchObject({ baseCents: 21505, percent: '1.5', outcome: 'below_waiver', source: 'Lei 9.430/1996, art. 67' })
    expect(formatRawTax(irrf?.raw ?? fail())).toBe('3,22575')
    expect(formatRawTax(pis?.groupRaw ?? fail())).toBe('9,999825')
    expect(pis).toMatchObject({ threshold: { of: 'tax', cents: 1000, how: 'above' }, source: 'Lei 10.833/2003, art. 31, § 3º' })
  })

  test('INSS and ISS go by bases of their own', () => {
    const it = aTemplate({ ...withInss, aliquotaIss: '5', issRetidoFonte: true })
    const withheld = withholdingsOf(it, companies, in2026, {
      baseCents: cents(1_000_000),
      inssBaseCents: cents(600_000),
      issBaseCents: cents(800_000),
    })
    expect(row(withheld, 1_000_000)).toEqual([15000, 6500, 30000, 10000, 66000, 40000, 832_500])
  })

  test('a tax that rounds to nothing is not withheld: a note refuses a zero', () => {
    const iss = aTemplate({ aliquotaIss: '2', issRetidoFonte: true })
    expect(of(iss, 25).taxes[0]).toMatchObject({ outcome: 'rounds_to_zero', amountCents: 0 })
    expect(of(iss, 26).taxes[0]).toMatchObject({ outcome: 'withheld', amountCents: 1 })
  })
})

// --- Properties ---

const percents = fc.integer({ min: 0, max: 160_000 }).map(rate => scaledBy(decimal(rate), 1n, 10_000n, 4))
const limits = fc.option(fc.integer({ min: 0, max: 200_000 }).map(limit => scaledBy(decimal(limit), 1n, 100n, 2)))
const templates = fc
  .record({
    rates: fc.tuple(percents, percents, percents, percents, percents, percents),
    limits: fc.tuple(limits, limits, limits, limits),
    highlighted: fc.subarray([...WITHHELD_TAXES]),
    issRetidoFonte: fc.boolean(),
    simplesAnexoIv: fc.boolean(),
  })
  .map(({ rates, limits: four, highlighted, issRetidoFonte, simplesAnexoIv }) =>
    aTemplate({
      aliquotaIrrf: rates[0],
      aliquotaPis: rates[1],
      aliquotaCofins: rates[2],
      aliquotaCsll: rates[3],
      aliquotaInss: rates[4],
      aliquotaIssRetido: rates[5],
      limiteRetencaoIrrf: four[0],
      limiteRetencaoPcc: four[1],
      limiteRetencaoInss: four[2],
      limiteRetencaoIss: four[3],
      retencoesDestacadas: highlighted,
      issRetidoFonte,
      simplesAnexoIv,
    }),
  )
const parties: fc.Arbitrary<Parties> = fc.record({
  opSimpNac: fc.constantFrom(1, 2, 3),
  taker: fc.constantFrom('company', 'company', 'person', 'foreign'),
})
const months = fc.constantFrom('2025-06', '2026-12', '2027-01', '2031-05').map(yearMonth)
const bases = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 200_000 }),
  fc.integer({ min: 0, max: 9_999_999_999 }),
)

describe('whatever a template says', () => {
  test('net and withheld are the gross to the cent, and neither is negative', () => {
    fc.assert(
      fc.property(templates, parties, months, bases, (template, who, month, base) => {
        const withheld = withholdingsOf(template, who, month, { baseCents: cents(base) })
        expect(sum(withheld.taxes.map(tax => tax.amountCents))).toBe(withheld.withheldCents)
        expect(withheld.withheldCents).toBeGreaterThanOrEqual(0)
        expect(base - withheld.withheldCents).toBeGreaterThanOrEqual(0)
        for (const tax of withheld.taxes) {
          // Zero is not withheld, and what is not withheld is zero.
          expect(tax.amountCents > 0).toBe(tax.outcome === 'withheld')
        }
        const parts = withheld.taxes.filter(({ tax }) => ['pis', 'cofins', 'csll'].includes(tax)).map(tax => tax.amountCents)
        expect(withheld.vRetCsllCents).toBe(sum(parts))
      }),
      { numRuns: 500 },
    )
  })

  test('a threshold, once passed, stays passed: a larger base never withholds less', () => {
    const amounts = (it: Withheld) => WITHHELD_TAXES.map(tax => amount(it, tax))
    fc.assert(
      fc.property(
        templates,
        parties,
        months,
        fc.integer({ min: 500, max: 200_000 }),
        fc.integer({ min: 1, max: 500 }),
        (t, who, month, base, more) => {
          const [small, large] = [base, base + more].map(cents => amounts(of(t, cents, who, month)))
          small?.forEach((least, i) => {
            expect(large?.[i]).toBeGreaterThanOrEqual(least)
          })
        },
      ),
      { numRuns: 500 },
    )
  })

  test('its terms, said beforehand, withhold what it withholds', () => {
    fc.assert(
      fc.property(templates, parties, months, bases, (template, who, month, base) => {
        const baseCents = cents(base)
        const terms = ofMonth(withholdingTermsOf(template, who), month).filter(
          ({ leastBaseCents }) => baseCents >= leastBaseCents,
        )
        const rounded = terms
          .map(({ tax, rateMicros }) => [tax, taxOf(baseCents, rateMicros)] as const)
          .filter(([, cents]) => cents > 0)
        const told = withholdingsOf(template, who, month, { baseCents })
        // Beyond all that there is each takes what is left: the same cut is made where the terms are applied.
        if (sum(rounded.map(([, each]) => each)) > base) return
        expect(rounded).toEqual(told.taxes.filter(tax => tax.amountCents > 0).map(tax => [tax.tax, tax.amountCents]))
      }),
      { numRuns: 1000 },
    )
  })

  test('a waiver is asked of what is not rounded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), base => {
        const withheld = of(lawful, base)
        const raw = rawTaxOf(cents(base), sumOfDecimals(['0.65', '3', '1'].map(decimal)))
        expect(withheld.vRetCsllCents > 0).toBe(compareRawTax(raw, 1000 as Cents) > 0)
      }),
    )
  })
})

describe('terms said beforehand', () => {
  test('of the seed: three contributions until 2026, CSLL by the law from 2027 on, the rest for ever', () => {
    expect(withholdingTermsOf(seedTemplate, companies)).toEqual([
      { tax: 'irrf', rateMicros: 15_000, leastBaseCents: 66_667, from: null, until: null, source: null },
      { tax: 'pis', rateMicros: 6500, leastBaseCents: 21_506, from: null, until: '2026-12', source: null },
      { tax: 'cofins', rateMicros: 30_000, leastBaseCents: 21_506, from: null, until: '2026-12', source: null },
      { tax: 'csll', rateMicros: 10_000, leastBaseCents: 21_506, from: null, until: '2026-12', source: null },
      {
        tax: 'csll',
        rateMicros: 10_000,
        leastBaseCents: 100_001,
        from: '2027-01',
        until: null,
        source: 'Lei 10.833/2003, art. 31, § 3º',
      },
      { tax: 'inss', rateMicros: 100_000, leastBaseCents: 100_000, from: null, until: null, source: null },
    ])
  })

  test('of a person are none', () => {
    expect(withholdingTermsOf(seedTemplate, { opSimpNac: 1, taker: 'person' })).toEqual([])
  })
})

function fail(): never {
  throw new Error('there is none')
}
