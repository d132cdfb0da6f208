import { expect, test } from 'vitest'
import { type CivilDate, civilDate } from '../../core/dates.ts'
import { defaultCuts, type Terms } from '../rules/terms.ts'
import { nextBilling } from './next-billing.ts'

const day = civilDate

const validity = { startsOn: day('2026-01-10'), endsOn: null }

/** Billed monthly in advance, on the 10th. */
function monthly(management: Terms['management'] = 'automatic'): Terms {
  const recurrence = { unit: 'month', every: 1, anchor: day('2026-01-10') }
  const terms = {
    version: 1,
    validFrom: day('2026-01-10'),
    recurrence,
    timing: 'advance',
    endsOn: null,
    management,
    ...defaultCuts,
  }
  return terms as Terms
}

/** Suspended from the first day of each until its second, of a contract that was billed until 10 January 2027. */
function billing(every: number, suspended: [from: string, until: string | null, chargeLater?: boolean][]): CivilDate | null {
  const recurrence = { unit: 'month', every, anchor: day('2026-01-10') }
  const terms = { version: 1, validFrom: day('2026-01-10'), recurrence, timing: 'advance', endsOn: null, ...defaultCuts } as Terms
  const suspensions = suspended.map(([from, until, chargeLater = false]) => ({
    fromOn: day(from),
    untilOn: until === null ? null : day(until),
    chargeLater,
  }))
  return nextBilling(
    [terms],
    day('2027-01-10'),
    { startsOn: day('2026-01-10'), endsOn: null },
    suspensions,
    [],
    day('2026-12-31'),
  ).on
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

test('of what has come only the latest period is billed by itself, today and on no day past', () => {
  const next = (today: string) => nextBilling([monthly()], day('2027-01-10'), validity, [], [], day(today))
  const one = { on: '2027-01-10', byItselfOn: '2027-01-10', choiceFrom: null }
  expect(next('2027-01-09')).toEqual({ ...one, dueSince: null })
  expect(next('2027-01-10')).toEqual({ ...one, dueSince: '2027-01-10' })
  expect(next('2027-02-09')).toEqual({ on: '2027-02-09', byItselfOn: '2027-02-09', choiceFrom: null, dueSince: '2027-01-10' })
  const third = { on: '2027-03-15', byItselfOn: '2027-03-15', choiceFrom: '2027-01-10', dueSince: '2027-01-10' }
  expect(next('2027-03-15')).toEqual(third)
})

test('a rule that bills when asked is billed by no daily run, and older periods of it wait as those of any other', () => {
  const next = (today: string) => nextBilling([monthly('on_request')], day('2027-01-10'), validity, [], [], day(today))
  expect(next('2027-01-09')).toEqual({ on: '2027-01-10', byItselfOn: null, choiceFrom: null, dueSince: null })
  const fourth = { on: '2027-04-25', byItselfOn: null, choiceFrom: '2027-01-10', dueSince: '2027-01-10' }
  expect(next('2027-04-25')).toEqual(fourth)
})

test('a latest period that is not charged leaves the one before it to be chosen, as a run does', () => {
  const suspensions = [{ fromOn: day('2027-02-01'), untilOn: null, chargeLater: false }]
  const next = nextBilling([monthly()], day('2027-01-10'), validity, suspensions, [], day('2027-02-15'))
  expect(next).toEqual({ on: '2027-02-15', byItselfOn: null, choiceFrom: '2027-01-10', dueSince: '2027-01-10' })
})
