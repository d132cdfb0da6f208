import { describe, expect, test } from 'vitest'
import { seedTemplate } from '../../../test/nfse/templates.ts'
import { yearMonth } from '../../core/dates.ts'
import { cents } from '../../core/money.ts'
import { type Parties, withholdingsOf } from './withhold.ts'
import { explainWithheld } from './withholding-words.ts'

const companies: Parties = { opSimpNac: 1, taker: 'company' }
const byLaw = { ...seedTemplate, limiteRetencaoIrrf: null, limiteRetencaoPcc: null, limiteRetencaoInss: null }

const explained = (template: typeof seedTemplate, base: number, month = '2026-11', parties = companies) =>
  explainWithheld(withholdingsOf(template, parties, yearMonth(month), { baseCents: cents(base) }))

describe('each tax is told in a sentence', () => {
  test('by the law', () => {
    expect(explained(byLaw, 21505)).toEqual([
      'IRRF: 1,5% de R$ 215,05 = R$ 3,22575; isso não passa de R$ 10,00; fica dispensado (Lei 9.430/1996, art. 67).',
      'PIS: 0,65% de R$ 215,05 = R$ 1,397825; as contribuições somam R$ 9,999825, e isso não passa de R$ 10,00; fica dispensado (Lei 10.833/2003, art. 31, § 3º).',
      'COFINS: 3% de R$ 215,05 = R$ 6,4515; as contribuições somam R$ 9,999825, e isso não passa de R$ 10,00; fica dispensado (Lei 10.833/2003, art. 31, § 3º).',
      'CSLL: 1% de R$ 215,05 = R$ 2,1505; as contribuições somam R$ 9,999825, e isso não passa de R$ 10,00; fica dispensado (Lei 10.833/2003, art. 31, § 3º).',
      'INSS: 10% de R$ 215,05 = R$ 21,505; isso chega a R$ 10,00; retém R$ 21,50 (IN RFB 2.110/2022, dispensa da retenção inferior a R$ 10,00).',
      'ISS: não é retido na fonte, diz o modelo.',
    ])
  })

  test('by the limits of the template', () => {
    expect(explained(seedTemplate, 66667).slice(0, 2)).toEqual([
      'IRRF: 1,5% de R$ 666,67 = R$ 10,00005; a base de R$ 666,67 alcança o limite do modelo, de R$ 666,67; retém R$ 10,00.',
      'PIS: 0,65% de R$ 666,67 = R$ 4,333355; a base de R$ 666,67 alcança o limite do modelo, de R$ 215,06; retém R$ 4,33.',
    ])
  })

  test('in 2027', () => {
    expect(explained(seedTemplate, 100_001, '2027-01').slice(1, 4)).toEqual([
      'PIS: acabou com a competência de dezembro de 2026 (LC 214/2025, art. 509 (Lei 10.833/2003, arts. 30 a 34)).',
      'COFINS: acabou com a competência de dezembro de 2026 (LC 214/2025, art. 509 (Lei 10.833/2003, arts. 30 a 34)).',
      'CSLL: 1% de R$ 1.000,01 = R$ 10,0001; as contribuições somam R$ 10,0001, e isso passa de R$ 10,00; retém R$ 10,00 (Lei 10.833/2003, art. 31, § 3º).',
    ])
  })

  test('of who is in the Simples, to a person', () => {
    expect(explained(seedTemplate, 100_000, '2026-11', { opSimpNac: 3, taker: 'company' })[0]).toBe(
      'IRRF: não é retido de quem é do Simples Nacional (IN RFB 765/2007, art. 1º).',
    )
    expect(explained(seedTemplate, 100_000, '2026-11', { opSimpNac: 1, taker: 'person' })[0]).toBe(
      'IRRF: não é retido, porque só retém quem é empresa no Brasil (Decreto 9.580/2018 (RIR), art. 714).',
    )
  })
})
