import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cnpj, cpf } from '../../../test/nfse/tax-ids.ts'
import { type Cnpj, cnpjCheckDigits } from '../../core/brazil/cnpj.ts'
import { type Cpf, cpfCheckDigits } from '../../core/brazil/cpf.ts'
import type { TaxId } from '../../core/brazil/tax-id.ts'
import { yearMonth } from '../../core/dates.ts'
import { validate } from '../schema/validate.ts'
import { dpsId, isOwnSerie, LAST_DPS_NUMBER, readDpsId } from './dps-id.ts'
import { eventId, eventRequestId, eventTypes, readEventId, readEventRequestId } from './event-id.ts'
import { canBeReferred, keyDigit, nfseId, nfseKey, readNfseKey } from './nfse-key.ts'

const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
const places = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'), minLength: 12, maxLength: 12 })
const company = places.map((base): TaxId => ({ kind: 'company', taxId: (base + cnpjCheckDigits(base)) as Cnpj }))
const person = digits(9).map((base): TaxId => ({ kind: 'person', taxId: (base + cpfCheckDigits(base)) as Cpf }))
const issuer = fc.oneof(company, person)
const municipio = digits(7)

const dpsNumber = fc.record({
  municipio,
  issuer,
  serie: fc.integer({ min: 0, max: 89_999 }),
  number: fc.integer({ min: 1, max: LAST_DPS_NUMBER }),
})
const keyParts = fc.record({
  municipio,
  generator: fc.constantFrom('1' as const, '2' as const),
  issuer,
  number: fc.integer({ min: 1, max: 9_999_999_999_999 }),
  issuedIn: fc
    .tuple(fc.integer({ min: 2000, max: 2099 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, month]) => yearMonth(`${year}-${String(month).padStart(2, '0')}`)),
  random: digits(9),
})

const KEY = '42054072211222333000181000000000004126111234567897'

describe('the id of a DPS', () => {
  test.each<[string, TaxId, number, number, string]>([
    [
      'of a company',
      { kind: 'company', taxId: cnpj('11222333000181') },
      1,
      1001,
      'DPS420540721122233300018100001000000000001001',
    ],
    ['of a person', { kind: 'person', taxId: cpf('52998224725') }, 900, 6, 'DPS420540710005299822472500900000000000000006'],
    [
      'of a company with letters',
      { kind: 'company', taxId: cnpj('12ABC34501DE35') },
      49_999,
      LAST_DPS_NUMBER,
      'DPS4205407212ABC34501DE3549999999999999999999',
    ],
  ])('%s', (_whose, issuer, serie, number, id) => {
    expect(dpsId({ municipio: '4205407', issuer, serie, number })).toBe(id)
    expect(id).toHaveLength(45)
  })

  test('is read back', () => {
    fc.assert(
      fc.property(dpsNumber, parts => {
        expect(dpsId(parts)).toMatch(/^DPS[0-9]{7}(1[0-9]{14}|2[0-9A-Z]{14})[0-9]{20}$/)
        expect(readDpsId(dpsId(parts))).toEqual(parts)
      }),
    )
  })

  test('holds no city, series or number that it has no place for', () => {
    const right = {
      municipio: '4205407',
      issuer: { kind: 'company', taxId: cnpj('11222333000181') },
      serie: 1,
      number: 1,
    } as const
    for (const wrong of [
      { municipio: '420540' },
      { serie: 90_000 },
      { serie: 1.5 },
      { number: 0 },
      { number: LAST_DPS_NUMBER + 1 },
    ]) {
      expect(() => dpsId({ ...right, ...wrong })).toThrow(RangeError)
    }
  })

  test.each([
    'DPS420540721122233300018200001000000000001001',
    'DPS420540731122233300018100001000000000001001',
    'DPS42054072112223330001810000100000000000100',
    'NFS42',
  ])('%s is none', text => {
    expect(readDpsId(text)).toBeNull()
  })

  test.each([
    [0, false],
    [1, true],
    [49_999, true],
    [50_000, false],
    [1.5, false],
  ])('series %d is ours: %s (E0010)', (serie, expected) => {
    expect(isOwnSerie(serie)).toBe(expected)
  })
})

describe('the key of a note', () => {
  test('of the samples has its digit', () => {
    expect(readNfseKey(KEY)).toEqual({
      municipio: '4205407',
      generator: '2',
      issuer: { kind: 'company', taxId: '11222333000181' },
      number: 41,
      issuedIn: '2026-11',
      random: '123456789',
    })
    expect(nfseId(KEY)).toBe(`NFS${KEY}`)
  })

  test('is read back', () => {
    fc.assert(
      fc.property(keyParts, parts => {
        expect(nfseKey(parts)).toHaveLength(50)
        expect(readNfseKey(nfseKey(parts))).toEqual(parts)
      }),
    )
  })

  test('of a remainder of 0 or 1 ends in 0', () => {
    expect(keyDigit('0'.repeat(49))).toBe('0')
    // 6 × 2 = 12, remainder 1.
    expect(keyDigit(`${'0'.repeat(48)}6`)).toBe('0')
    expect(keyDigit(`${'0'.repeat(48)}1`)).toBe('9')
  })

  test('tells any single wrong digit', () => {
    fc.assert(
      fc.property(keyParts, fc.integer({ min: 23, max: 48 }), fc.integer({ min: 1, max: 9 }), (parts, at, by) => {
        const key = nfseKey(parts)
        const digit = String((Number(key[at]) + by) % 10)
        const wrong = key.slice(0, at) + digit + key.slice(at + 1)
        // Remainders 0 and 1 share a digit, so that one error in eleven of those may pass: only another digit is asked of.
        if (keyDigit(wrong.slice(0, 49)) !== key[49]) expect(readNfseKey(wrong)).toBeNull()
      }),
    )
  })

  test('can be referred to unless the twelfth place of the CNPJ is a letter, and the schema says the same', () => {
    fc.assert(
      fc.property(keyParts, parts => {
        const key = nfseKey(parts)
        expect(canBeReferred(key)).toBe(parts.issuer.kind === 'person' || /\d/.test(parts.issuer.taxId[11] ?? ''))
        const faults = validate(
          'pedRegEvento',
          `<pedRegEvento xmlns="http://www.sped.fazenda.gov.br/nfse" versao="1.01"><infPedReg Id="PRE${key}101101"><tpAmb>2</tpAmb><verAplic>x</verAplic><dhEvento>2026-11-20T10:00:00-03:00</dhEvento><CNPJAutor>11222333000181</CNPJAutor><chNFSe>${key}</chNFSe><e101101><xDesc>Cancelamento de NFS-e</xDesc><cMotivo>1</cMotivo><xMotivo>Nota emitida em duplicidade</xMotivo></e101101></infPedReg></pedRegEvento>`,
        )
        expect(faults.length === 0).toBe(canBeReferred(key))
      }),
      { numRuns: 50 },
    )
  })
})

describe('ids of events', () => {
  test('are of 59 and 62 places, and read back', () => {
    fc.assert(
      fc.property(
        keyParts,
        fc.constantFrom(...Object.values(eventTypes)),
        fc.integer({ min: 1, max: 999 }),
        (parts, type, sequence) => {
          const key = nfseKey(parts)
          expect(eventRequestId(key, type)).toHaveLength(59)
          expect(eventId(key, type, sequence)).toHaveLength(62)
          expect(readEventRequestId(eventRequestId(key, type))).toEqual({ key, type })
          expect(readEventId(eventId(key, type, sequence))).toEqual({ key, type, sequence })
        },
      ),
    )
  })

  test('of the samples', () => {
    expect(eventRequestId(KEY, eventTypes.cancellation)).toBe('PRE42054072211222333000181000000000004126111234567897101101')
    expect(eventId(KEY, eventTypes.cancellation, 1)).toBe('EVT42054072211222333000181000000000004126111234567897101101001')
  })

  test('are none with a type that no annex knows, or the older sequence', () => {
    expect(readEventRequestId(`PRE${KEY}999999`)).toBeNull()
    expect(readEventRequestId(`PRE${KEY}101101001`)).toBeNull()
    expect(readEventId(`EVT${KEY}101101`)).toBeNull()
    expect(() => eventId(KEY, eventTypes.cancellation, 0)).toThrow(RangeError)
  })
})
