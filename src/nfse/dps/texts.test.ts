import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aTomador, ofSimples } from '../../../test/nfse/a-dps.ts'
import { civilDate } from '../../core/dates.ts'
import { validate } from '../schema/validate.ts'
import type { Dps, PartyAddress } from './dps.ts'
import { judgeDps } from './judge-dps.ts'
import { mended, mendings, textFault, textFields } from './texts.ts'
import { writeDps } from './write-dps.ts'

const { street, partyName, description, email, reason, phone, cep } = textFields

describe('a street is mended', () => {
  test.each([
    ['Rua “das Flores” – bloco B', 'Rua "das Flores" - bloco B'],
    ['Praça d’Ajuda', "Praça d'Ajuda"],
    ['  Rua   A  ', 'Rua A'],
    ['Rua A\nfundos', 'Rua A fundos'],
    ['Rua A\u200b…', 'Rua A...'],
    ['Rua São João', 'Rua São João'],
    ['Straße “Łódź”, nám. Šafaříkova', 'Straße "Lódz", nám. Safaríkova'],
    ['Ed. Nº 10 – ﬁnal', 'Ed. Nº 10 - final'],
    ['R. Açucena, 1/2 «lado» ª', 'R. Açucena, 1/2 «lado» ª'],
  ])('%j', (said, written) => {
    expect(mended(street, said)).toBe(written)
    expect(textFault(street, said)).toBeNull()
  })

  test('by a table, each of whose characters the schema takes afterwards', () => {
    for (const { characters, becomes } of mendings) {
      for (const one of characters) {
        expect(mended(street, `a${one}b`)).toBe(`a${becomes}b`)
        expect(/^[ -ÿ]*$/.test(becomes)).toBe(true)
      }
    }
  })
})

describe('a text is refused', () => {
  test.each([
    ['a letter without a like in Latin', street, 'Улица 1', 'U+0423'],
    ['an emoji', email, 'x😀@example.org', 'U+1F600'],
    ['a control character in a street', street, 'Rua\u0007', 'U+0007'],
    ['a control character in a name', partyName, 'Fulano\u0000', 'U+0000'],
    ['half a pair in a description', description, 'x\ud800y', 'caractere de controle'],
    ['nothing', street, ' \t ', 'Informe o logradouro'],
    ['too little', reason, 'curto demais', 'ao menos 15'],
    ['too much', street, 'x'.repeat(256), 'no máximo 255'],
    ['letters for a telephone', phone, '11 3333-444a', 'formato'],
    ['seven digits for a CEP', cep, '0131010', 'formato'],
  ])('%s', (_what, field, said, sentence) => {
    expect(textFault(field, said)).toContain(sentence)
  })

  test('by the number of its characters, not of their halves', () => {
    expect(textFault(partyName, '😀'.repeat(300))).toBeNull()
    expect(textFault(partyName, '😀'.repeat(301))).toContain('e não 301')
  })
})

test('a name and a description keep what a street cannot', () => {
  expect(mended(partyName, ' 株式会社 – “Filhos” ')).toBe('株式会社 – “Filhos”')
  expect(mended(description, 'linha 1\r\nlinha 2 – “x”\r')).toBe('linha 1\nlinha 2 – “x”')
})

test('what people write between digits is left out', () => {
  expect(mended(phone, '+55 (11) 3333-4444')).toBe('551133334444')
  expect(mended(cep, '01.310-100')).toBe('01310100')
})

describe('whatever somebody types', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'aé –”’\t\n\r\u0085\u00a0\u00ad\u200b&<>"\u0000ſ½…Ωﬀ'), maxLength: 20 }),
    fc.integer({ min: 1, max: 2100 }).map(length => 'ç'.repeat(length)),
  )
  const address = fc.record({ street: text, number: text, complement: fc.option(text), district: text })
  const abroad = fc.record({ postalCode: text, city: text, region: text })

  test('is either refused with its place, or accepted by the schema', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: text,
          email: text,
          phone: text,
          im: text,
          further: text,
          description: text,
          reason: text,
          order: text,
          code: text,
        }),
        address,
        abroad,
        fc.boolean(),
        (said, lines, place, isAbroad) => {
          const where: PartyAddress['place'] = isAbroad
            ? { kind: 'abroad', country: 'US', ...place }
            : { kind: 'national', municipio: '3550308', cep: '01310100' }
          const dps: Dps = {
            ...ofSimples,
            substitutes: { key: '42054072211222333000181000000000004126111234567897', reason: '05', text: said.reason },
            prestador: { ...ofSimples.prestador, municipalRegistration: said.im, phone: said.phone },
            tomador: {
              ...aTomador,
              identity: isAbroad ? { kind: 'foreign', nif: said.code } : aTomador.identity,
              name: said.name,
              email: said.email,
              address: { ...lines, place: where },
            },
            service: {
              ...ofSimples.service,
              cTribNac: '990101',
              description: said.description,
              internalCode: said.code,
              event: {
                name: said.name,
                from: civilDate('2026-11-20'),
                until: civilDate('2026-11-20'),
                site: { kind: 'id', id: said.code },
              },
              further: {
                technicalDocument: said.order,
                referenceDocument: said.code,
                order: said.order,
                orderItems: [said.order],
                text: said.further,
              },
            },
            municipalTax: { ...ofSimples.municipalTax, tribISSQN: 4 },
          }
          // One field at a time: a note with eight fields at random is nearly always refused for one of them.
          for (const field of [
            dps,
            { ...dps, substitutes: null, service: ofSimples.service, municipalTax: ofSimples.municipalTax },
            withOnly(dps),
          ]) {
            if (judgeDps(field).length === 0) expect(validate('DPS', writeDps(field))).toEqual([])
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test.each(Object.entries(textFields))('as %s comes out the same when it is mended again', (_name, field) => {
    fc.assert(
      fc.property(text, said => {
        expect(mended(field, mended(field, said))).toBe(mended(field, said))
      }),
      { numRuns: 50 },
    )
  })

  /** All else as it was right. */
  function withOnly(dps: Dps): Dps {
    return { ...ofSimples, service: { ...ofSimples.service, description: dps.service.description } }
  }
})

describe('each single field', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...'aZ9 –”\n\u00a0\u200bé-.'), minLength: 15, maxLength: 30 }),
  )
  const right = { key: '42054072211222333000181000000000004126111234567897', reason: '05' } as const
  const party = (change: Partial<typeof aTomador>): Dps => ({ ...ofSimples, tomador: { ...aTomador, ...change } })
  const service = (change: Partial<Dps['service']>): Dps => ({ ...ofSimples, service: { ...ofSimples.service, ...change } })
  const none = { technicalDocument: null, referenceDocument: null, order: null, orderItems: [], text: null }
  const fields: Record<string, (said: string) => Dps> = {
    application: said => ({ ...ofSimples, application: said }),
    reason: said => ({ ...ofSimples, substitutes: { ...right, text: said } }),
    'registration of the prestador': said => ({
      ...ofSimples,
      prestador: { ...ofSimples.prestador, municipalRegistration: said },
    }),
    name: said => party({ name: said }),
    email: said => party({ email: `${said}@example.org` }),
    phone: said => party({ phone: said }),
    caepf: said => party({ caepf: said }),
    ...Object.fromEntries(
      (['street', 'number', 'complement', 'district'] as const).map(name => [
        name,
        (said: string) => party({ address: aTomador.address && { ...aTomador.address, [name]: said } }),
      ]),
    ),
    description: said => service({ description: said }),
    internalCode: said => service({ internalCode: said }),
    cTribMun: said => service({ cTribMun: said }),
    technicalDocument: said => service({ further: { ...none, technicalDocument: said } }),
    referenceDocument: said => service({ further: { ...none, referenceDocument: said } }),
    order: said => service({ further: { ...none, order: said } }),
    orderItem: said => service({ further: { ...none, orderItems: [said] } }),
    further: said => service({ further: { ...none, text: said } }),
  }

  test.each(Object.entries(fields))('%s is refused, or the schema takes it', (_name, of) => {
    fc.assert(
      fc.property(text, said => {
        const dps = of(said)
        if (judgeDps(dps).length === 0) expect(validate('DPS', writeDps(dps))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
