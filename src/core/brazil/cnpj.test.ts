import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cnpjCheckDigits, formatCnpj, parseCnpj } from './cnpj.ts'

const places = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const bases = fc
  .array(fc.constantFrom(...places), { minLength: 12, maxLength: 12 })
  .map(list => list.join(''))
  .filter(base => new Set(base).size > 1)
const cnpjs = bases.map(base => base + cnpjCheckDigits(base))

describe('a CNPJ', () => {
  test.each([
    ['12ABC34501DE35', '12ABC34501DE35'],
    ['12.abc.345/01de-35', '12ABC34501DE35'],
    ['11.222.333/0001-81', '11222333000181'],
    ['00.000.000/0001-91', '00000000000191'],
    [' 33.000.167/0001-01 ', '33000167000101'],
  ])('%s is kept as %s', (text, kept) => {
    expect(parseCnpj(text)).toBe(kept)
  })

  test.each([
    '11222333000180',
    '12ABC34501DE36',
    '12ABC34501DEA5',
    '1122233300018',
    '112223330001811',
    '00000000000000',
    '11111111111111',
    '11.222.333/0001_81',
    'é1222333000181',
    '11222333000181\u0000',
    '',
  ])('%j is refused', text => {
    expect(parseCnpj(text)).toBeNull()
  })

  test('keeps its letters: without them it would be another number or none', () => {
    fc.assert(fc.property(cnpjs, cnpj => parseCnpj(cnpj) === cnpj && parseCnpj(cnpj.toLowerCase()) === cnpj))
  })

  test('is read back from its mask', () => {
    const cnpj = parseCnpj('12ABC34501DE35')
    expect(cnpj && formatCnpj(cnpj)).toBe('12.ABC.345/01DE-35')
    fc.assert(
      fc.property(cnpjs, text => {
        const parsed = parseCnpj(text)
        expect(parsed && parseCnpj(formatCnpj(parsed))).toBe(text)
      }),
    )
  })

  // A slip that turns the rest 0 into 1, or back, leaves a check digit at 0. It escapes both digits only where the two weights of a
  // place add up to 11: the places 0, 4 and 8. That is the number's own weakness, not ours.
  test('with one place mistyped is refused, at every place that modulo 11 can see', () => {
    const seen = fc.constantFrom(1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13)
    fc.assert(
      fc.property(cnpjs, seen, fc.integer({ min: 1, max: 9 }), (cnpj, at, shift) => {
        const mistyped = String((Number.parseInt(cnpj.charAt(at), 36) + shift) % 10)
        fc.pre(mistyped !== cnpj.charAt(at) && isSeen(cnpj.charAt(at), mistyped))
        expect(parseCnpj(cnpj.slice(0, at) + mistyped + cnpj.slice(at + 1))).toBeNull()
      }),
      { numRuns: 1000 },
    )
  })

  /** Characters whose values differ by a multiple of 11, as '0' and 'F' (22) do, weigh the same: no check digit tells them apart. */
  function isSeen(a: string, b: string): boolean {
    return (a.charCodeAt(0) - b.charCodeAt(0)) % 11 !== 0
  }
})
