import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cents, decimal } from '../../core/money.ts'
import type { IssCase } from './iss-case.ts'
import { isBelowIssFloor } from './iss-floor.ts'
import { rateFaults, rateRules, rateToSay } from './iss-rate.ts'
import { issRetentionFaults, retentionRules } from './iss-retention.ts'

const ordinary: IssCase = {
  opSimpNac: 1,
  regApTribSN: null,
  regEspTrib: 0,
  tribISSQN: 1,
  tpRetISSQN: 1,
  isSuspended: false,
  beneficio: null,
  cityIsActive: true,
}
const small: IssCase = { ...ordinary, opSimpNac: 3, regApTribSN: 1 }

const codes = (it: IssCase, percent: string | null) =>
  rateFaults(it, percent === null ? null : decimal(percent)).map(({ code }) => code)

/** Of each code a case that it refuses, and the same with what it asks for. */
const cases: readonly [string, IssCase, string | null, string | null][] = [
  ['E0595', { ...ordinary, cityIsActive: false }, '5.01', '5.00'],
  ['E0600', { ...ordinary, opSimpNac: 2 }, '5.00', null],
  ['E0602', { ...ordinary, tribISSQN: 3 }, '5.00', null],
  ['E0604', { ...ordinary, regEspTrib: 6 }, '5.00', null],
  ['E0606', { ...ordinary, isSuspended: true }, '5.00', null],
  ['E0612', { ...ordinary, beneficio: 'aliquota_diferenciada' }, '3.00', null],
  ['E0617', ordinary, '5.00', null],
  ['E0619', { ...ordinary, cityIsActive: false }, null, '5.00'],
  ['E0621', { ...small, tpRetISSQN: 2 }, null, '2.79'],
  ['E0625', small, '2.79', null],
  ['E0628', { ...small, tpRetISSQN: 2, cityIsActive: false }, null, '1.80'],
  ['E0631', { ...small, cityIsActive: false }, '2.79', null],
  ['E0635', { ...small, regApTribSN: 2 }, '5.00', null],
  ['E0640', { ...small, regApTribSN: 3, cityIsActive: false }, null, '5.00'],
]

describe('whether a note says the rate of ISS (§5)', () => {
  test.each(cases)('%s refuses and accepts', (code, it, refused, accepted) => {
    expect(codes(it, refused)).toEqual([code])
    expect(codes(it, accepted)).toEqual([])
  })

  test('every rule of the table has its case', () => {
    expect(new Set(cases.map(([code]) => code))).toEqual(new Set(['E0595', ...rateRules.map(({ code }) => code)]))
  })

  test.each([
    ['1.79', ['E0621']],
    ['1.80', []],
    ['5.00', []],
    ['5.01', ['E0595']],
  ])('ME/EPP with its ISS retained at %s %%', (percent, expected) => {
    expect(codes({ ...small, tpRetISSQN: 2 }, percent)).toEqual(expected)
  })

  test('a benefit that reduces the base leaves the rate as it is', () => {
    expect(codes({ ...small, tpRetISSQN: 2, beneficio: 'reducao_base' }, '2.79')).toEqual([])
  })

  test('every case has a rule, and what it lets be said is not refused', () => {
    const any: fc.Arbitrary<IssCase> = fc.record({
      opSimpNac: fc.constantFrom(1, 2, 3),
      regApTribSN: fc.constantFrom(null, 1, 2, 3),
      regEspTrib: fc.constantFrom(0, 0, 1, 2, 3, 4, 5, 6, 9),
      tribISSQN: fc.constantFrom(1, 1, 2, 3, 4),
      tpRetISSQN: fc.constantFrom(1, 2, 3),
      isSuspended: fc.boolean(),
      beneficio: fc.constantFrom(null, 'isencao', 'reducao_base', 'aliquota_diferenciada'),
      cityIsActive: fc.boolean(),
    })
    fc.assert(
      fc.property(any, it => {
        expect(rateFaults(it, rateToSay(it, decimal('2.5')))).toEqual([])
        expect(rateFaults(it, decimal('2.5')).length + rateFaults(it, null).length).toBe(1)
      }),
    )
  })
})

describe('whether ISS may be retained', () => {
  const refusing: Record<string, Parameters<typeof issRetentionFaults>[0]> = {
    E0580: { ...ordinary, tribISSQN: 4 },
    E0583: { ...ordinary, opSimpNac: 2 },
    E0588: { ...ordinary, regEspTrib: 5 },
    E0589: { ...ordinary, isSuspended: true },
    E0594: { ...ordinary, beneficio: 'isencao' },
    E0596: { ...ordinary, cTribNac: '220101' },
  }

  test.each(retentionRules.map(({ code }) => code))('%s refuses, and accepts without retention', code => {
    const it = refusing[code] ?? ordinary
    expect(issRetentionFaults({ ...it, tpRetISSQN: 2 }).map(rule => rule.code)).toEqual([code])
    expect(issRetentionFaults({ ...it, tpRetISSQN: 1 })).toEqual([])
  })

  test('an ordinary note may', () => {
    expect(issRetentionFaults({ ...ordinary, tpRetISSQN: 3, cTribNac: '010501' })).toEqual([])
  })
})

describe('the floor of two per cent (E0429, E0430, E0444)', () => {
  test.each([
    ['010501', 400, '5', false],
    ['010501', 399, '5', true],
    ['070201', 1, '5', false],
    ['160101', 1, '2', false],
    ['010501', 999, '2', true],
    ['010501', 1000, '2', false],
  ])('%s, R$ 10,00 reduced to %i cents, at %s %%', (cTribNac, base, percent, expected) => {
    expect(isBelowIssFloor({ cTribNac, serviceCents: cents(1000), baseCents: cents(base), percent: decimal(percent) })).toBe(
      expected,
    )
  })
})
