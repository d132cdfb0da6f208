import { describe, expect, test } from 'vitest'
import { aTemplate, seedTemplate, seedTemplateOfPersons } from '../../../test/nfse/templates.ts'
import { yearMonth } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import { cents, decimal } from '../../core/money.ts'
import type { Fault } from '../../core/refusal.ts'
import { judgeTemplate, ordinaryIss, type TaxTemplate } from './tax-template.ts'
import { templateWarnings, waivedPerPayment } from './template-warnings.ts'

const told = (template: TaxTemplate, opSimpNac: 1 | 2 | 3 | null = null) =>
  templateWarnings(template, opSimpNac).map(({ code, path }) => `${code} ${path}`)

function faultsOf(template: TaxTemplate): string[] {
  const list: Fault[] = []
  judgeTemplate(template, '', new Faults(list))
  return list.map(({ code, path }) => `${code} ${path}`)
}

const lawful = aTemplate({
  aliquotaIrrf: '1.5',
  aliquotaPis: '0.65',
  aliquotaCofins: '3',
  aliquotaCsll: '1',
  aliquotaInss: '11',
  retencoesDestacadas: ['irrf', 'pis', 'cofins', 'csll', 'inss'],
  limiteRetencaoIrrf: '666.67',
  limiteRetencaoPcc: '215.06',
  limiteRetencaoInss: '90.91',
})

describe('a template that contradicts the law', () => {
  test('the seed’s: 10 % of INSS from R$ 1.000,00 on, and an ISS that is highlighted and not retained', () => {
    expect(told(seedTemplate)).toEqual([
      'rate_contradicts_law /aliquotaInss',
      'limit_contradicts_law /limiteRetencaoInss',
      'tax_ends /retencoesDestacadas',
      'iss_highlighted_not_retained /retencoesDestacadas',
    ])
  })

  test('each warning names its article', () => {
    for (const { source } of templateWarnings(seedTemplate, 3)) expect(source).toMatch(/\d/)
    expect(templateWarnings(seedTemplate).map(({ source }) => source)[0]).toContain('Lei 8.212/1991, art. 31')
  })

  test('a lawful one is only told that PIS and COFINS end', () => {
    expect(told(lawful)).toEqual(['tax_ends /retencoesDestacadas'])
  })

  test('one without rates is told nothing', () => {
    expect(told({ ...seedTemplateOfPersons, fonteCargaTributaria: null })).toEqual([])
  })

  test.each([
    ['1', '1000.01', []],
    ['1', '666.67', ['limit_contradicts_law /limiteRetencaoIrrf']],
    ['2', '666.67', ['rate_contradicts_law /aliquotaIrrf']],
    ['1.5', '0', ['limit_contradicts_law /limiteRetencaoIrrf']],
  ])('IRRF of %s %% from R$ %s on', (aliquotaIrrf, limiteRetencaoIrrf, expected) => {
    expect(told(aTemplate({ aliquotaIrrf, limiteRetencaoIrrf, retencoesDestacadas: ['irrf'] }))).toEqual(expected)
  })

  test('3.5 % of INSS is lawful, where the payroll is relieved, and so is the limit that goes with it', () => {
    expect(told(aTemplate({ aliquotaInss: '3.5', limiteRetencaoInss: '285.72', retencoesDestacadas: ['inss'] }))).toEqual([])
  })

  test('the limit of CSLL alone, as of 2027, is lawful', () => {
    const csll = aTemplate({ aliquotaCsll: '1', limiteRetencaoPcc: '1000.01', retencoesDestacadas: ['csll'] })
    expect(told(csll)).toEqual(['contributions_incomplete /retencoesDestacadas'])
  })

  test.each([
    ['5.01', null, ['rate_contradicts_law /aliquotaIss']],
    ['1.99', null, ['rate_contradicts_law /aliquotaIss']],
    ['2', null, []],
    ['5', null, []],
    ['1.99', 3, []],
  ] as const)('ISS of %s %% of %s', (aliquotaIss, opSimpNac, expected) => {
    expect(told(aTemplate({ aliquotaIss }), opSimpNac)).toEqual(expected)
  })

  test('who is in the Simples is told what is not withheld, and what 5 % come from', () => {
    expect(told(aTemplate({ ...lawful, issRetidoFonte: true }), 3)).toEqual([
      'tax_ends /retencoesDestacadas',
      'simples_rate_untold /aliquotaIssRetido',
      'simples_without_withholding /retencoesDestacadas',
      'simples_without_withholding /retencoesDestacadas',
      'simples_without_withholding /retencoesDestacadas',
    ])
    expect(told(lawful, 2).filter(one => one.startsWith('mei_without'))).toHaveLength(3)
    expect(told({ ...lawful, simplesAnexoIv: true }, 3).filter(one => one.startsWith('simples_'))).toHaveLength(2)
  })

  test('a highlighted tax without a rate, and a burden without its source', () => {
    expect(told(aTemplate({ retencoesDestacadas: ['irrf'], percentualCargaTributaria: '13.15' }))).toEqual([
      'rate_missing /aliquotaIrrf',
      'burden_without_source /fonteCargaTributaria',
    ])
  })
})

describe('an invoice that is paid in parts', () => {
  const parties = { opSimpNac: 1, taker: 'company' } as const
  const in2026 = yearMonth('2026-11')

  test('is told of where each payment would be waived: the note is withheld as a whole', () => {
    expect(waivedPerPayment(lawful, parties, in2026, cents(30_000), 3)?.source).toBe('Lei 10.833/2003, art. 31, § 3º')
  })

  test.each([
    [30_000, 1],
    [21_505, 3],
    [64_518, 3],
  ])('of %i cents in %i is not', (base, parts) => {
    expect(waivedPerPayment(lawful, parties, in2026, cents(base), parts)).toBeNull()
  })
})

describe('a template of which no note could be made', () => {
  test('the seed’s two are none', () => {
    expect(faultsOf(seedTemplate)).toEqual([])
    expect(faultsOf(seedTemplateOfPersons)).toEqual([])
  })

  test.each([
    [{ aliquotaIrrf: '100' }, 'percent_out_of_range /aliquotaIrrf'],
    [{ aliquotaIrrf: '-1' }, 'percent_out_of_range /aliquotaIrrf'],
    [{ aliquotaPis: '0.65001' }, 'rate_too_precise /aliquotaPis'],
    [{ aliquotaIss: '2.755' }, 'rate_too_precise /aliquotaIss'],
    [{ limiteRetencaoPcc: '215.065' }, 'not_whole_cents /limiteRetencaoPcc'],
    [{ limiteRetencaoPcc: '-1' }, 'negative_amount /limiteRetencaoPcc'],
    [{ percentualCargaTributaria: '100.01' }, 'percent_out_of_range /percentualCargaTributaria'],
    [{ iss: { ...ordinaryIss, tributacao: 2 } }, 'immunity_kind /iss/tipoImunidade'],
    [{ iss: { ...ordinaryIss, tipoImunidade: 1 } }, 'immunity_kind /iss/tipoImunidade'],
    [{ iss: { ...ordinaryIss, tributacao: 3 }, issRetidoFonte: true }, 'iss_retention_forbidden /issRetidoFonte'],
    [{ iss: { ...ordinaryIss, regimeEspecial: 6 }, issRetidoFonte: true }, 'iss_retention_forbidden /issRetidoFonte'],
    [{ iss: { ...ordinaryIss, suspensao: { tipo: 1, processo: '123' } } }, 'invalid_case_number /iss/suspensao/processo'],
    [
      { iss: { ...ordinaryIss, beneficio: { numero: '1', tipo: 'isencao', percent: null, valor: null } } },
      'invalid_benefit /iss/beneficio/numero',
    ],
    [
      { iss: { ...ordinaryIss, beneficio: { numero: '12345678901234', tipo: 'reducao_base', percent: null, valor: null } } },
      'benefit_unclear /iss/beneficio',
    ],
    [
      { iss: { ...ordinaryIss, beneficio: { numero: '12345678901234', tipo: 'isencao', percent: decimal('5'), valor: null } } },
      'benefit_unclear /iss/beneficio',
    ],
    [
      {
        iss: {
          ...ordinaryIss,
          regimeEspecial: 4,
          beneficio: { numero: '12345678901234', tipo: 'isencao', percent: null, valor: null },
        },
      },
      'benefit_forbidden /iss/beneficio',
    ],
  ] as const)('%j', (said, expected) => {
    expect(faultsOf(aTemplate(said))).toEqual([expected])
  })

  test('nothing would be left to receive', () => {
    const half = aTemplate({ aliquotaIrrf: '50', aliquotaInss: '50', retencoesDestacadas: ['irrf', 'inss'] })
    expect(faultsOf(half)).toEqual(['withholdings_above_whole /retencoesDestacadas'])
    expect(faultsOf({ ...half, retencoesDestacadas: ['irrf'] })).toEqual([])
  })

  test('all faults are told at once', () => {
    expect(faultsOf(aTemplate({ aliquotaIrrf: '100', limiteRetencaoIss: '-1' }))).toHaveLength(2)
  })
})
