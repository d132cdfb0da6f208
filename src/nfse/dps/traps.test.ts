// Each trap of the layout (its list is in the specification, §5): what a builder falls into, and what ours does.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aTomador, nonOptant, ofMei, ofSimples } from '../../../test/nfse/a-dps.ts'
import { civilDate, instant } from '../../core/dates.ts'
import { cents, type Decimal, decimal, mostCents } from '../../core/money.ts'
import { validate } from '../schema/validate.ts'
import type { Dps } from './dps.ts'
import { judgeDps } from './judge-dps.ts'
import { momentOfIssue, momentText } from './moment.ts'
import { amountText, percentText } from './numbers.ts'
import { writeDps } from './write-dps.ts'

const paths = (dps: Dps) => judgeDps(dps).map(({ path }) => path)
const isValid = (xml: string) => validate('DPS', xml).length === 0
const service = (change: Partial<Dps['service']>): Dps => ({ ...ofSimples, service: { ...ofSimples.service, ...change } })

describe('money', () => {
  test.each([
    [0, '0.00'],
    [5, '0.05'],
    [99, '0.99'],
    [100, '1.00'],
    [123_456, '1234.56'],
    [mostCents, '10000000000.00'],
  ])('%i cents are %s', (amount, text) => {
    expect(amountText(cents(amount))).toBe(text)
  })

  test('is always as the schema wants it, and never loses a cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), amount => {
        const text = amountText(cents(amount))
        expect(text).toMatch(/^(?:0\.\d{2}|[1-9]\d{0,14}\.\d{2})$/)
        expect(BigInt(text.replace('.', ''))).toBe(BigInt(amount))
      }),
    )
  })

  test('below zero, or beyond what is billed, is refused', () => {
    expect(paths({ ...ofSimples, amounts: { ...ofSimples.amounts, serviceCents: cents(-1) } })).toContain('/amounts/serviceCents')
    expect(paths({ ...ofSimples, amounts: { ...ofSimples.amounts, serviceCents: cents(mostCents + 1) } })).toEqual([
      '/amounts/serviceCents',
    ])
    expect(() => amountText(cents(-1))).toThrow(RangeError)
  })
})

describe('a rate', () => {
  test.each([
    ['5', '5.00'],
    ['1.8', '1.80'],
    ['0', '0.00'],
    ['100', '100.00'],
  ])('of %s is %s', (percent, text) => {
    expect(percentText(decimal(percent))).toBe(text)
  })

  test.each<[string, (percent: Decimal) => Dps, string, string[]]>([
    ['of ISS has one digit', percent => rateOfIss(percent), '9.99', ['10', '2.795', '-1']],
    [
      'of the Simples has two',
      percent => ({ ...ofSimples, burden: { kind: 'simples', percent } }),
      '99.99',
      ['100', '6.001', '-1'],
    ],
    [
      'of a burden has three',
      percent => ({ ...nonOptant, burden: { kind: 'percents', federal: percent, state: percent, municipal: percent } }),
      '100',
      ['1000', '6.001', '-1'],
    ],
  ])('%s', (_what, of, right, wrong) => {
    expect(isValid(writeDps(of(decimal(right))))).toBe(true)
    for (const percent of wrong) expect(judgeDps(of(decimal(percent))).some(({ code }) => code === 'percent_refused')).toBe(true)
  })

  function rateOfIss(percent: Decimal): Dps {
    return { ...ofSimples, municipalTax: { ...ofSimples.municipalTax, percent } }
  }
})

describe('the moment of issue', () => {
  test.each([
    ['2026-11-20T12:15:00.789Z', 'America/Sao_Paulo', '2026-11-20T09:15:00-03:00'],
    ['2026-11-21T02:59:59Z', 'America/Sao_Paulo', '2026-11-20T23:59:59-03:00'],
    ['2026-11-20T12:15:00Z', 'America/Rio_Branco', '2026-11-20T07:15:00-05:00'],
    ['2026-11-20T12:15:00Z', 'UTC', '2026-11-20T12:15:00+00:00'],
    // No wall of whole hours, or one too far east for the type.
    ['2026-11-20T12:15:00Z', 'America/St_Johns', '2026-11-20T12:15:00+00:00'],
    ['2026-11-20T12:15:00Z', 'Pacific/Kiritimati', '2026-11-20T12:15:00+00:00'],
  ])('%s in %s is %s', (at, zone, text) => {
    expect(momentText(instant(at), zone)).toBe(text)
    expect(isValid(writeDps({ ...ofSimples, issuedAt: instant(at), timeZone: zone }))).toBe(true)
  })

  test('is a minute back, for a clock of theirs that is behind', () => {
    expect(momentOfIssue(instant('2026-11-20T12:00:30Z'))).toBe('2026-11-20T11:59:30.000Z')
  })

  test('is held against the competence on the wall of the place', () => {
    const lateEvening = { ...ofSimples, issuedAt: instant('2026-11-21T02:00:00Z'), competence: civilDate('2026-11-21') }
    expect(paths(lateEvening)).toEqual(['/competence'])
    expect(paths({ ...lateEvening, timeZone: 'UTC' })).toEqual([])
  })
})

describe('what is not said is absent', () => {
  test('no element of a note is empty, and zeros that would be refused are left out', () => {
    const dps: Dps = {
      ...nonOptant,
      amounts: { ...nonOptant.amounts, unconditionalDiscountCents: cents(0), conditionalDiscountCents: cents(0) },
      federalTaxes: { pisCofins: null, socialSecurityCents: cents(0), incomeTaxCents: cents(0), contributionsCents: null },
      tomador: {
        ...aTomador,
        email: ' ',
        phone: '',
        municipalRegistration: '\t',
        address: aTomador.address && { ...aTomador.address, complement: '  ' },
      },
      service: {
        ...nonOptant.service,
        cTribMun: '',
        internalCode: ' ',
        further: { technicalDocument: '', referenceDocument: null, order: ' ', orderItems: [], text: '' },
      },
    }
    const xml = writeDps(dps)
    expect(judgeDps(dps)).toEqual([])
    expect(isValid(xml)).toBe(true)
    expect(xml).not.toMatch(/<[^>/]+><\/|<[^>]*\/>/)
    for (const element of ['vDescCondIncond', 'tribFed', 'vRetCP', 'email', 'fone', 'IM', 'xCpl', 'cTribMun', 'infoCompl'])
      expect(xml).not.toContain(`<${element}>`)
  })

  test('a prestador that emits says neither name nor address, and is the emitter', () => {
    const [, prestador = ''] = /<prest>(.*)<\/prest>/.exec(writeDps(ofSimples)) ?? []
    expect(prestador).not.toMatch(/xNome|<end>/)
    expect(writeDps(ofSimples)).toContain('<tpEmit>1</tpEmit>')
  })
})

describe('a code', () => {
  test.each<[string, Dps, string]>([
    ['of the service without dots', service({ cTribNac: '01.07.01' }), '/service/cTribNac'],
    ['of the city has three digits', service({ cTribMun: '1234' }), '/service/cTribMun'],
    ['of NBS without dots', service({ cNBS: '1.1501.30.00' }), '/service/cNBS'],
    ['of its own has letters and digits', service({ internalCode: 'A-1' }), '/service/internalCode'],
    ['of PIS is one of the table', withCst('10'), '/federalTaxes/pisCofins/CST'],
    [
      'of a benefit has fourteen digits',
      { ...nonOptant, municipalTax: { ...nonOptant.municipalTax, benefit: { nBM: '1', reduction: null } } },
      '/municipalTax/benefit/nBM',
    ],
    [
      'of a suspension has thirty',
      { ...nonOptant, municipalTax: { ...nonOptant.municipalTax, suspension: { tpSusp: 1, nProcesso: '1' } } },
      '/municipalTax/suspension/nProcesso',
    ],
  ])('%s', (_what, dps, path) => {
    expect(paths(dps)).toEqual([path])
    expect(isValid(writeDps(dps))).toBe(false)
  })

  function withCst(CST: string): Dps {
    const { federalTaxes } = nonOptant
    if (federalTaxes?.pisCofins == null) throw new Error('the sample has PIS')
    return { ...nonOptant, federalTaxes: { ...federalTaxes, pisCofins: { ...federalTaxes.pisCofins, CST } } }
  }
})

describe('a description', () => {
  test('has lines, and at most 2000 characters', () => {
    expect(writeDps(service({ description: 'um\r\ndois' }))).toContain('<xDescServ>um\ndois</xDescServ>')
    const longest = service({ description: 'ç'.repeat(2000) })
    expect(paths(longest)).toEqual([])
    expect(isValid(writeDps(longest))).toBe(true)
    expect(paths(service({ description: 'x'.repeat(2001) }))).toEqual(['/service/description'])
  })
})

test('a note of a thousand deductions is written; one more is refused', () => {
  const one = {
    document: { kind: 'nDoc', number: '1' },
    tpDedRed: 2,
    description: null,
    issuedOn: civilDate('2026-11-01'),
    deductibleCents: cents(100),
    deductedCents: cents(100),
    supplier: aTomador,
  } as const
  const of = (count: number): Dps => ({
    ...nonOptant,
    amounts: { ...nonOptant.amounts, deduction: { kind: 'documents', documents: new Array(count).fill(one) } },
  })
  expect(judgeDps(of(1000))).toEqual([])
  expect(isValid(writeDps(of(1000)))).toBe(true)
  expect(paths(of(1001))).toEqual(['/amounts/deduction/documents'])
  expect(paths(of(0))).toEqual(['/amounts/deduction/documents'])
})

test('the same value gives the same bytes', () => {
  for (const dps of [ofSimples, nonOptant, ofMei]) expect(writeDps(structuredClone(dps))).toBe(writeDps(dps))
})
