import { expect, test } from 'vitest'
import { type CivilDate, civilDate } from '../../core/dates.ts'
import { defaultCuts, type Terms } from '../rules/terms.ts'
import { nextBilling } from './next-billing.ts'

const day = civilDate

/** Suspended from the first day of each until its second, of a contract that was billed until 10 January 2027. */
function billing(every: number, suspended: [from: string, until: string | null, chargeLater?: boolean][]): CivilDate | null {
  const recurrence = { unit: 'month', every, anchor: day('2026-01-10') }
  const terms = { version: 1, validFrom: day('2026-01-10'), recurrence, timing: 'advance', endsOn: null, ...defaultCuts } as Terms
  const suspensions = suspended.map(([from, until, chargeLater = false]) => ({
    fromOn: day(from),
    untilOn: until === null ? null : day(until),
    chargeLater,
  }))
  return nextBilling([terms], day('2027-01-10'), { startsOn: day('2026-01-10'), endsOn: null }, suspensions, []).on
}

test('a suspension without an end is waited for by nobody, however long the recurrence', () => {
  for (const every of [1, 12, 120, 1200]) {
    expect(billing(every, [])).toBe('2027-01-10')
    expect(billing(every, [['2026-06-01', null]])).toBeNull()
    expect(billing(every, [['2026-06-01', null, true]])).toBeNull()
    expect(billing(every, [['2026-06-01', '2999-12-31']])).toBeNull()
  }
})

test('the first period that begins after a suspension is billed, if no other one has begun', () => {
  expect(billing(1, [['2026-06-01', '2027-03-10']])).toBe('2027-03-10')
  expect(billing(1, [['2026-06-01', '2027-03-11']])).toBe('2027-04-10')
  expect(billing(12, [['2026-06-01', '2027-03-11']])).toBe('2028-01-10')
  expect(
    billing(1, [
      ['2026-06-01', '2031-03-11'],
      ['2031-12-01', null],
    ]),
  ).toBe('2031-04-10')
  expect(
    billing(12, [
      ['2026-06-01', '2031-03-11'],
      ['2031-12-01', null],
    ]),
  ).toBeNull()
})
