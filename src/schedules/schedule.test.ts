import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apportion } from '../catalog/classification/apportionment.ts'
import { addDays, type CivilDate, civilDate, dayOfMonth, daysBetween, instant, lastDayOfMonth, monthOf } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { cents, decimal, mostCents, sum } from '../core/money.ts'
import { Refusal } from '../core/refusal.ts'
import { edited, type TermsChange } from './edit.ts'
import { plannedOfOccurrence } from './planned-actions.ts'
import { type NewScheduleInput, type RecurrenceInput, readNewSchedule } from './said-schedule.ts'
import {
  entersHorizonOn,
  heldBack,
  horizonOf,
  isWithin,
  nextOccurrence,
  type Occurrence,
  occurrencesToMake,
  plannedAt,
  type Schedule,
  settledOccurrence,
  withMade,
} from './schedule.ts'
import { mostUnits, recurrenceUnits, sectionsOf, type Terms } from './terms.ts'

const day = civilDate
const parties = { organizationId: 1, customerId: 1 }

/** A schedule that was just made, with nothing of it made yet. */
function begun(input: Omit<NewScheduleInput, 'organizationId' | 'customerId'>): { schedule: Schedule; versions: Terms[] } {
  const { kind, ending, terms } = readNewSchedule({ ...parties, ...input }, true, new Faults())
  const schedule: Schedule = {
    ...parties,
    ...ending,
    id: 1,
    kind,
    state: 'active',
    madeUntil: 0,
    termsVersion: terms.length,
    version: 1,
    createdAt: instant('2026-01-01T12:00:00Z'),
    cancelledAt: null,
  }
  return { schedule, versions: terms }
}

/** All that is made until a day, looked at on each of the days given. */
function madeOver(of: { schedule: Schedule; versions: readonly Terms[] }, days: readonly CivilDate[]) {
  let { schedule } = of
  const made = []
  for (const today of days) {
    const planned = occurrencesToMake(schedule, of.versions, today, 100_000)
    made.push(...planned)
    schedule = withMade(schedule, of.versions, schedule.madeUntil + planned.length)
  }
  return { schedule, made }
}

const days = fc.integer({ min: 0, max: 3650 }).map(n => addDays(day('2020-01-01'), n))
const intervals = fc
  .constantFrom(...recurrenceUnits)
  .chain(unit => fc.record({ unit: fc.constant(unit), every: fc.integer({ min: 1, max: Math.min(mostUnits[unit], 40) }) }))
const recurrences: fc.Arbitrary<RecurrenceInput> = fc
  .tuple(
    intervals,
    fc.oneof(
      fc.constant({ ends: 'never' as const }),
      fc.record({ ends: fc.constant('after' as const), maxOccurrences: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ ends: fc.constant('until' as const), until: fc.integer({ min: 0, max: 900 }) }),
    ),
  )
  .map(([interval, end]) => ({ ...interval, ...end }) as RecurrenceInput & { until?: number })
  .map(({ until, ...rest }) => ({ ...rest, ...(typeof until === 'number' && { until: addDays(day('2029-12-31'), until) }) }))

describe('a recurrence', () => {
  test('skips nothing and repeats nothing, for any unit, anchor and end, however seldom somebody looks', () => {
    fc.assert(
      fc.property(
        recurrences,
        days,
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 6 }),
        (recurrence, dueOn, steps) => {
          const of = begun({ amountCents: cents(100), dueOn, recurrence })
          let today = dueOn
          const looked = steps.map(step => {
            today = addDays(today, step)
            return today
          })
          const often = madeOver(of, looked)
          const once = madeOver(of, [today])
          expect(often.made).toEqual(once.made)
          expect(often.made.map(({ number }) => number)).toEqual(often.made.map((_, i) => i + 1))
          // Each is where the calendar puts it, told anew from the first day.
          for (const { number, dueOn: due } of often.made) expect(due).toBe(counted(dueOn, recurrence, number - 1))
          // What comes next lies beyond the horizon, or beyond the end.
          const next = counted(dueOn, recurrence, often.made.length)
          const isOver =
            (recurrence.ends === 'after' && often.made.length === recurrence.maxOccurrences) ||
            (recurrence.ends === 'until' && next > (recurrence.until ?? ''))
          expect(isOver || next > horizonOf(today)).toBe(true)
          expect(often.schedule.state).toBe(isOver ? 'complete' : 'active')
        },
      ),
    )
  })

  test('is looked at again on the first day on whose horizon the next one is', () => {
    fc.assert(
      fc.property(days, due => {
        const on = entersHorizonOn(due)
        expect(horizonOf(on) >= due).toBe(true)
        expect(horizonOf(addDays(on, -1)) < due).toBe(true)
      }),
    )
  })

  test('of the 31st is on the last days of shorter months, and on the 31st again', () => {
    const { schedule, versions } = begun({ amountCents: cents(100), dueOn: day('2028-01-31'), recurrence: { unit: 'month' } })
    const { made } = madeOver({ schedule, versions }, [day('2028-01-31')])
    expect(made.slice(0, 4).map(({ dueOn }) => dueOn)).toEqual(['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30'])
  })

  test('said otherwise from one on keeps what is before it, and comes to the same as if the rest had been said so', () => {
    fc.assert(
      fc.property(
        recurrences,
        days,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (recurrence, dueOn, one, from) => {
          const { versions, schedule } = begun({ amountCents: cents(100), dueOn, recurrence: { ...recurrence, ends: 'never' } })
          const alone = edited(schedule, versions, { number: one, scope: 'one' }, { amountCents: cents(7) }, true)
          const after = edited(alone.schedule, alone.versions, { number: from, scope: 'following' }, { reference: 'Nova' }, true)
          for (let number = 1; number <= 24; number++) {
            const planned = plannedAt(after.versions, number)
            expect(planned.dueOn).toBe(counted(dueOn, recurrence, number - 1))
            expect(planned.amountCents).toBe(number === one ? 7 : 100)
            const terms = after.versions.find(({ version }) => version === planned.termsVersion)
            expect(terms?.reference).toBe(number >= from ? 'Nova' : null)
          }
          const sections = sectionsOf(after.versions, 1, null)
          expect(sections[0]?.from).toBe(1)
          expect(sections.at(-1)?.until).toBe(null)
          for (const [i, { from: start }] of sections.entries()) if (i > 0) expect(sections[i - 1]?.until).toBe(start - 1)
        },
      ),
    )
  })

  test('that ends on a day keeps an occurrence that somebody moved beyond it', () => {
    const { schedule, versions } = begun({
      amountCents: cents(100),
      dueOn: day('2026-01-15'),
      recurrence: { unit: 'month', ends: 'until', until: day('2026-03-31') },
    })
    const moved = edited(schedule, versions, { number: 3, scope: 'one' }, { dueOn: day('2026-04-02') }, true)
    expect(plannedAt(moved.versions, 3).dueOn).toBe('2026-04-02')
    expect(isWithin(moved.schedule, moved.versions, 3)).toBe(true)
    expect(nextOccurrence({ ...moved.schedule, madeUntil: 3 }, moved.versions)).toBeNull()
  })

  test('that was moved past where it ends is refused, and not waived as a whole', () => {
    const of = begun({
      amountCents: cents(1000),
      dueOn: day('2027-04-10'),
      recurrence: { unit: 'month', ends: 'until', until: day('2027-06-30') },
    })
    const made = { ...of.schedule, madeUntil: 3 }
    const change = (
      number: number,
      what: TermsChange,
      { schedule, versions }: Standing = { schedule: made, versions: of.versions },
    ) => edited(schedule, versions, { number, scope: 'following' }, what, true)
    const refused = (number: number, what: TermsChange, from?: Standing) => faultsOf(() => change(number, what, from))
    expect(refused(1, { dueOn: day('2027-07-10') })).toEqual(['/dueOn ends_before_it_begins'])
    expect(refused(3, { dueOn: day('2027-07-01') })).toEqual(['/dueOn ends_before_it_begins'])
    const until = (on: string) => ({ recurrence: { unit: 'month', ends: 'until', until: day(on) } }) as const
    expect(refused(3, until('2027-06-09'))).toEqual(['/recurrence/until ends_before_it_begins'])
    // One that was moved alone is there as long as the recurrence has it, and not by the day to which it was moved.
    const alone = edited(made, of.versions, { number: 3, scope: 'one' }, { dueOn: day('2027-08-20') }, true)
    const still = change(3, until('2027-06-15'), alone)
    expect(isWithin(still.schedule, still.versions, 3)).toBe(true)
    expect(refused(3, until('2027-06-09'), alone)).toEqual(['/recurrence/until ends_before_it_begins'])
  })

  test('whose interval becomes longer asks for what is within twelve months, and for the rest once it is', () => {
    fc.assert(
      fc.property(intervals, intervals, days, fc.integer({ min: 0, max: 200 }), (before, after, dueOn, later) => {
        const of = begun({ amountCents: cents(100), dueOn, recurrence: before })
        const { schedule } = madeOver(of, [dueOn])
        const change = edited(schedule, of.versions, { number: 1, scope: 'following' }, { recurrence: after }, true)
        let now = heldBack(change.schedule, change.versions, 1, dueOn)
        let rows = made(of.versions, schedule.madeUntil)
        const settle = () => {
          rows = rows.map(row => settledOccurrence(now, change.versions, row))
          return rows.filter(({ disposition }) => disposition === 'billed').map(({ number }) => number)
        }
        // The calendar ends with the year 2999, before some of them.
        const years = { day: 0.003, week: 0.02, month: 0.084, year: 1 }[after.unit] * (after.every ?? 1)
        const due = (number: number) => (2030 + years * number > 2990 ? null : counted(dueOn, after, number - 1))
        const within = (today: CivilDate) =>
          rows.map(({ number }) => number).filter(number => number === 1 || (due(number) ?? '9999') <= horizonOf(today))
        expect(settle()).toEqual(within(dueOn))
        const today = addDays(dueOn, later)
        now = withMade(now, change.versions, now.madeUntil + occurrencesToMake(now, change.versions, today, 100_000).length)
        expect(settle()).toEqual(within(today))
        for (const row of rows) {
          if (row.disposition === 'billed') expect(row.dueOn).toBe(due(row.number))
          else expect(due(row.number) === null ? 'not_yet' : row.reason).toBe('not_yet')
        }
      }),
    )
  })

  test('is over where the calendar is, whatever its days are', () => {
    const far = fc.integer({ min: 0, max: 700 }).map(n => addDays(day('2997-12-31'), n))
    fc.assert(
      fc.property(intervals, days, far, fc.boolean(), (interval, dueOn, last, isDue) => {
        const { schedule, versions } = begun({ amountCents: cents(100), dueOn, recurrence: interval })
        // From before days were bounded.
        const old = versions.map(terms => ({ ...terms, [isDue ? 'due' : 'accrual']: { on: last, number: 1 } }))
        const planned = occurrencesToMake(schedule, old, isDue ? day('2998-06-01') : day('2050-01-01'), 2_000)
        expect(planned.every(it => it.accrualOn <= '2999-12-31' && it.dueOn <= '2999-12-31')).toBe(true)
        const after = withMade(schedule, old, planned.length)
        expect(after.state === 'complete').toBe(nextOccurrence(after, old) === null)
        expect(nextOccurrence({ ...schedule, madeUntil: 1_000_000 }, old)).toBeNull()
      }),
    )
  })

  test('of which one was deleted leaves it so, wherever the recurrence ends afterwards', () => {
    const of = begun({ amountCents: cents(100), dueOn: day('2026-01-15'), recurrence: { unit: 'month' } })
    const row = {
      ...plannedAt(of.versions, 2),
      scheduleId: 1,
      receivableId: 1,
      saidOn: day('2026-01-15'),
      disposition: 'waived',
      reason: 'deleted',
    } as const
    expect(settledOccurrence({ madeUntil: 3, lastNumber: 9, endsOn: null }, of.versions, row)).toBe(row)
    const ended = settledOccurrence({ madeUntil: 3, lastNumber: 1, endsOn: null }, of.versions, {
      ...row,
      disposition: 'billed',
      reason: null,
    })
    expect(ended).toMatchObject({ disposition: 'waived', reason: 'ended' })
    expect(settledOccurrence({ madeUntil: 3, lastNumber: 2, endsOn: null }, of.versions, ended)).toMatchObject({
      disposition: 'billed',
      reason: null,
    })
  })
})

type Standing = { readonly schedule: Schedule; readonly versions: readonly Terms[] }

/** Its ledger, all of it billed. */
function made(versions: readonly Terms[], madeUntil: number): Occurrence[] {
  return Array.from({ length: madeUntil }, (_, i) => {
    const { amountCents: _amount, ...planned } = plannedAt(versions, i + 1)
    return { ...planned, scheduleId: 1, receivableId: i + 1, saidOn: planned.dueOn, disposition: 'billed', reason: null }
  })
}

/** The k-th after the first, told by the calendar alone. */
function counted(first: CivilDate, { unit, every = 1 }: RecurrenceInput, k: number): CivilDate {
  if (unit === 'day' || unit === 'week') return addDays(first, k * every * (unit === 'week' ? 7 : 1))
  const [year = '', month = ''] = first.split('-')
  const months = Number(year) * 12 + Number(month) - 1 + k * every * (unit === 'year' ? 12 : 1)
  const start = day(`${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`)
  const end = lastDayOfMonth(monthOf(start))
  return addDays(start, Math.min(dayOfMonth(first), daysBetween(start, end) + 1) - 1)
}

describe('installments', () => {
  const thirds = [16_667, 16_667, 16_666].map((amount, i) => ({
    amountCents: cents(amount),
    dueOn: day(`2026-0${i + 1}-31`.replace('02-31', '02-28')),
  }))
  const shares = (...values: number[]) =>
    values.map((value, i) => ({ targetId: i + 1, description: null, valueCents: cents(value) }))

  test('say what is asked for; categories keep their proportions, and each adds up to the cent', () => {
    const { versions, schedule } = begun({ installments: thirds, categories: shares(100, 300), costCentres: shares(1) })
    expect(schedule).toMatchObject({ kind: 'installments', lastNumber: 3 })
    const amounts = versions.map(({ amountCents, categories }) => apportion(amountCents, categories, 'value'))
    expect(amounts).toEqual([
      [4167, 12_500],
      [4167, 12_500],
      [4167, 12_499],
    ])
    for (const [i, parts] of amounts.entries()) expect(sum(parts)).toBe(thirds[i]?.amountCents)
  })

  test('may all fall due on one day, each with its own accrual and words', () => {
    const same = [1, 2].map(n => ({
      amountCents: cents(n),
      dueOn: day('2026-01-31'),
      accrualOn: day(`2026-0${n}-01`),
      reference: `P${n}`,
    }))
    const { schedule, versions } = begun({ installments: same, description: 'Curso' })
    const { made } = madeOver({ schedule, versions }, [day('2025-01-01')])
    expect(made).toMatchObject([
      { number: 1, dueOn: '2026-01-31', accrualOn: '2026-01-01', scheduledOn: '2026-01-31', amountCents: 1 },
      { number: 2, dueOn: '2026-01-31', accrualOn: '2026-02-01', amountCents: 2 },
    ])
    expect(versions.map(({ description, reference }) => [description, reference])).toEqual([
      ['Curso', 'P1'],
      ['Curso', 'P2'],
    ])
  })

  test('change together in all but their dates', () => {
    const { versions, schedule } = begun({ installments: thirds })
    const change = (number: number, what: TermsChange) =>
      edited({ ...schedule, madeUntil: 3 }, versions, { number, scope: 'following' }, what, true)
    expect(change(2, { reference: 'R' }).added).toMatchObject([
      { fromNumber: 2, untilNumber: 2, amountCents: 16_667, reference: 'R', due: { on: '2026-02-28' } },
      { fromNumber: 3, untilNumber: 3, amountCents: 16_666, reference: 'R', due: { on: '2026-03-31' } },
    ])
    expect(codesOf(() => change(2, { dueOn: day('2026-05-01') }))).toEqual(['each_has_its_own'])
    expect(codesOf(() => change(1, { recurrence: { unit: 'day' } }))).toEqual(['not_a_recurrence'])
  })
})

describe('what somebody sends', () => {
  const said = (input: Omit<NewScheduleInput, 'organizationId' | 'customerId'>, enabled = true) =>
    codesOf(() => readNewSchedule({ ...parties, ...input }, enabled, new Faults()))
  const share = { targetId: 1, description: null }

  test('is refused with all that is wrong with it', () => {
    expect(said({})).toEqual(['amount_needed', 'due_date_needed'])
    expect(said({ installments: [{ amountCents: cents(1), dueOn: day('2026-01-01') }], recurrence: { unit: 'day' } })).toEqual([
      'installments_and_recurrence',
    ])
    const one = { amountCents: cents(500), dueOn: day('2026-01-01') }
    expect(said({ ...one, installments: [], recurrence: { unit: 'year', every: 11 } })).toEqual(['interval_too_long'])
    expect(said({ ...one, categories: [{ ...share, valueCents: cents(499) }] })).toEqual(['values_not_whole'])
    expect(said({ ...one, costCentres: [{ ...share, percent: decimal('99') }] })).toEqual(['percents_not_whole'])
    expect(said({ ...one, categories: [share, { ...share, targetId: 2 }] })).toEqual(['share_size_needed', 'share_size_needed'])
    const halves = [1, 2].map(targetId => ({ targetId, description: null, percent: decimal('50') }))
    expect(said({ ...one, costCentres: halves }, false)).toEqual(['apportionment_disabled'])
    expect(said({ ...one, charge: { when: 'days_before_due' }, serviceState: 'XX' })).toEqual(['days_needed', 'unknown_uf'])
    expect(said({ ...one, serviceState: 'RJ' })).toEqual(['place_incomplete'])
  })

  test('is of a year that a contract can speak of, and of an amount that can be asked for', () => {
    const faults = (input: Omit<NewScheduleInput, 'organizationId' | 'customerId'>) =>
      faultsOf(() => readNewSchedule({ ...parties, ...input }, true, new Faults()))
    const one = { amountCents: cents(500), dueOn: day('2026-01-01') }
    const [early, late] = [day('1027-02-15'), day('2998-12-01')]
    expect(faults({ ...one, dueOn: early, accrualOn: late, scheduledOn: late })).toEqual([
      '/dueOn date_out_of_range',
      '/scheduledOn date_out_of_range',
      '/accrualOn date_out_of_range',
    ])
    expect(faults({ ...one, recurrence: { unit: 'month', ends: 'until', until: late } })).toEqual([
      '/recurrence/until date_out_of_range',
    ])
    const tooMuch = cents(mostCents + 1)
    expect(faults({ installments: [one, { ...one, accrualOn: early, amountCents: tooMuch }] })).toEqual([
      '/installments/1/accrualOn date_out_of_range',
      '/installments/1/amountCents amount_too_large',
    ])
    // Each might be asked for, and all of them not.
    expect(faults({ installments: [one, { ...one, amountCents: cents(mostCents) }] })).toEqual(['/installments amount_too_large'])
    expect(faults({ ...one, amountCents: tooMuch })).toEqual(['/amountCents amount_too_large'])
    expect(faults({ ...one, amountCents: cents(0) })).toEqual(['/amountCents amount_not_positive'])
    const hundred = (value: number) =>
      Array.from({ length: 100 }, (_, i) => ({ targetId: i + 1, description: null, valueCents: cents(value) }))
    expect(faults({ dueOn: one.dueOn, categories: hundred(mostCents) })).toEqual(['/amountCents amount_too_large'])
    expect(new Set(faults({ dueOn: one.dueOn, categories: hundred(Number.MAX_SAFE_INTEGER) })).size).toBe(100)
    expect(faults({ ...one, costCentres: hundred(Number.MAX_SAFE_INTEGER) })).toHaveLength(100)
    const { schedule, versions } = begun(one)
    const change = (what: TermsChange) => faultsOf(() => edited(schedule, versions, { number: 1, scope: 'one' }, what, true))
    expect(change({ dueOn: late, amountCents: tooMuch })).toEqual(['/dueOn date_out_of_range', '/amountCents amount_too_large'])
    expect(change({ amountCents: cents(0) })).toEqual(['/amountCents amount_not_positive'])
  })

  test('may leave the amount to its categories, and a size to the only part', () => {
    const two = [200, 300].map((value, i) => ({ targetId: i + 1, description: null, valueCents: cents(value) }))
    const { versions } = begun({ dueOn: day('2026-01-01'), categories: two, costCentres: [share] })
    expect(versions[0]).toMatchObject({ amountCents: 500, costCentres: [{ percent: '100' }] })
  })

  test('keeps the only part whole when the amount changes, and asks for several anew', () => {
    const only = begun({ amountCents: cents(500), dueOn: day('2026-01-01'), categories: [{ ...share, valueCents: cents(500) }] })
    const change = { amountCents: cents(700) }
    const after = edited(only.schedule, only.versions, { number: 1, scope: 'one' }, change, false)
    expect(after.added).toMatchObject([{ amountCents: 700, categories: [{ valueCents: 700 }], sharesVersion: 2 }])
    const two = [200, 300].map((value, i) => ({ targetId: i + 1, description: null, valueCents: cents(value) }))
    const several = begun({ dueOn: day('2026-01-01'), categories: two })
    expect(codesOf(() => edited(several.schedule, several.versions, { number: 1, scope: 'one' }, change, true))).toEqual([
      'values_not_whole',
    ])
  })
})

describe('what is planned', () => {
  const occurrence = { disposition: 'billed', dueOn: day('2026-03-10'), saidOn: day('2026-03-05') } as const
  const open = { state: 'to_receive', receivedOn: null } as const
  const automation = (input: Pick<NewScheduleInput, 'charge' | 'nfse'>) => {
    const [terms] = begun({ amountCents: cents(1), dueOn: day('2026-03-10'), ...input }).versions
    if (!terms) throw new Error('a schedule without terms')
    return terms
  }
  const daysOf = (
    input: Pick<NewScheduleInput, 'charge' | 'nfse'>,
    asking: { state: 'to_receive' | 'received'; receivedOn: CivilDate | null } = open,
  ) => plannedOfOccurrence(occurrence, automation(input), asking).map(({ action, on, after }) => [action, on, after])

  test('counts calendar days before the due date; none, or a day that has passed, is at once', () => {
    const charged = (daysBeforeDue: number) => daysOf({ charge: { when: 'days_before_due', daysBeforeDue } })
    expect(charged(2)).toEqual([['charge', '2026-03-08', null]])
    expect(charged(0)).toEqual([['charge', '2026-03-05', null]])
    expect(charged(30)).toEqual([['charge', '2026-03-05', null]])
    expect(daysOf({ charge: { when: 'at_once', daysBeforeDue: 9 } })).toEqual([['charge', '2026-03-05', null]])
  })

  test('says so where its day had passed', () => {
    const sentence = (daysBeforeDue: number) =>
      plannedOfOccurrence(occurrence, automation({ nfse: { when: 'days_before_due', daysBeforeDue } }), open)[0]?.because
    expect([5, 6].map(sentence)).toEqual([
      'A nota sai 5 dias antes do vencimento.',
      'A nota sai na hora, porque o dia, 6 dias antes do vencimento, já tinha passado.',
    ])
  })

  test('of a note is before the due date, on receipt, with its charge, or at once', () => {
    expect(daysOf({ nfse: { when: 'days_before_due', daysBeforeDue: 1 } })).toEqual([['nfse', '2026-03-09', null]])
    expect(daysOf({ nfse: { when: 'at_once' } })).toEqual([['nfse', '2026-03-05', null]])
    expect(daysOf({ nfse: { when: 'on_receipt' } })).toEqual([['nfse', null, 'receipt']])
    expect(daysOf({ nfse: { when: 'with_charge' } })).toEqual([['nfse', null, 'charge']])
    expect(daysOf({ charge: { when: 'days_before_due', daysBeforeDue: 2 }, nfse: { when: 'with_charge' } })).toEqual([
      ['charge', '2026-03-08', null],
      ['nfse', '2026-03-08', 'charge'],
    ])
    const received = { state: 'received', receivedOn: day('2026-03-07') } as const
    expect(daysOf({ charge: { when: 'at_once' }, nfse: { when: 'on_receipt' } }, received)).toEqual([
      ['nfse', '2026-03-07', 'receipt'],
    ])
  })
})

function codesOf(act: () => unknown): string[] {
  return refusedOf(act).map(({ code }) => code)
}

function faultsOf(act: () => unknown): string[] {
  return refusedOf(act).map(({ path, code }) => `${path} ${code}`)
}

function refusedOf(act: () => unknown): Refusal['faults'] {
  try {
    act()
    return []
  } catch (error) {
    if (error instanceof Refusal) return error.faults
    throw error
  }
}
