import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cpfCheckDigits, formatCpf, parseCpf } from './cpf.ts'

const cpfs = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 9, maxLength: 9 })
  .map(list => list.join(''))
  .filter(base => new Set(base).size > 1)
  .map(base => base + cpfCheckDigits(base))

describe('a CPF', () => {
  test.each([
    ['529.982.247-25', '52998224725'],
    ['11144477735', '11144477735'],
    ['012.345.678-90', '01234567890'],
  ])('%s is kept as %s', (text, kept) => {
    expect(parseCpf(text)).toBe(kept)
  })

  test.each(['52998224724', '5299822472', '529982247255', '5299822472A', 'x52998224725', ''])('%j is refused', text => {
    expect(parseCpf(text)).toBeNull()
  })

  test('of one repeated digit is refused although its check digits fit', () => {
    for (let digit = 0; digit <= 9; digit++) {
      expect(cpfCheckDigits(String(digit).repeat(9))).toBe(String(digit).repeat(2))
      expect(parseCpf(String(digit).repeat(11))).toBeNull()
    }
  })

  test('is read back from its mask', () => {
    fc.assert(
      fc.property(cpfs, text => {
        const parsed = parseCpf(text)
        expect(parsed && parseCpf(formatCpf(parsed))).toBe(text)
      }),
    )
  })
})
