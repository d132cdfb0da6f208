import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cents, mostCents } from '../../core/money.ts'
import { clientServiceNumber, clientServiceOf } from './numbers.ts'
import { asNumber, asText, readDay, readFlag, readMoney, readWhole, withComma, withDot } from './values.ts'

describe('amounts', () => {
  test('are read as numbers or as their texts, to the cent', () => {
    expect([10.3, '10.3', '10.30', ' 10.30 ', 10, '0.01'].map(readMoney)).toEqual(
      [1030, 1030, 1030, 1030, 1000, 1].map(amount => ({ cents: amount })),
    )
    expect([10.305, '0.001', '1.0000000001'].map(readMoney)).toEqual(['too_fine', 'too_fine', 'too_fine'])
    expect(
      ['10,30', '', 'x', '1e3', '1.', '.5', '+1', '0x10', Number.NaN, Number.POSITIVE_INFINITY, 1e21, true, null, [1], {}].map(
        readMoney,
      ),
    ).toEqual(Array.from({ length: 15 }, () => 'no_number'))
    expect([9e15, '9'.repeat(30), '999999999999.99', 10_000_000_000.01].map(readMoney)).toEqual(
      Array.from({ length: 4 }, () => 'too_large'),
    )
    expect(readMoney('10000000000.00')).toEqual({ cents: mostCents })
  })

  test('come back as they went out, in every form', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }), amount => {
        expect(readMoney(asNumber(cents(amount)))).toEqual({ cents: amount })
        expect(readMoney(asText(cents(amount)))).toEqual({ cents: amount })
      }),
    )
  })

  test('stand in sentences with a dot or a comma, and without groups', () => {
    expect(withDot(cents(1030))).toBe('R$ 10.30')
    expect(withDot(cents(123_456_789))).toBe('R$ 1234567.89')
    expect(withComma(cents(139_470))).toBe('R$ 1394,70')
  })
})

test('whole numbers are numbers or their digits, and nothing else', () => {
  expect([12, '12', ' 12 ', 12.0, '-3'].map(readWhole)).toEqual([12, 12, 12, 12, -3])
  expect([1.5, '1.5', '1e2', '', true, null, undefined, [1], {}, '9'.repeat(20)].every(value => readWhole(value) === null)).toBe(
    true,
  )
})

test('days are days, whatever time stands behind them, and nothing else', () => {
  const told = [
    '2027-01-31',
    ' 2027-01-31 ',
    '2027-01-31 12:52:12',
    '2027-01-31T12:52:12.000Z',
    '2027-01-31T12:52-03:00',
    '31/01/2027',
  ]
  expect(new Set(told.map(readDay))).toEqual(new Set(['2027-01-31']))
  for (const wrong of ['2027-01-31lixo', '2027-01-31 lixo', '2027-01-311', '2027-02-29', '31/01/27', '', 20270131, null]) {
    expect(readDay(wrong)).toBeNull()
  }
})

test('yes and no are said in several ways, and maybe is neither', () => {
  expect([true, 'true', 1, '1', 'sim'].every(value => readFlag(value) === true)).toBe(true)
  expect([false, 'false', 0, '0', 'nao', 'não'].every(value => readFlag(value) === false)).toBe(true)
  expect([null, '', 2, 'talvez', 'SIM', {}].every(value => readFlag(value) === null)).toBe(true)
})

test('the number of a service of a client tells its rule and its line', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 1, max: 999 }), (ruleId, lineNumber) => {
      const number = clientServiceNumber(ruleId, lineNumber)
      expect(number === null ? null : clientServiceOf(number)).toEqual({ ruleId, lineNumber })
    }),
  )
  expect(clientServiceNumber(1, 1000)).toBeNull()
  for (const number of [0, -1, 999, 1000, 12_000, -1001]) expect(clientServiceOf(number)).toBeNull()
})
