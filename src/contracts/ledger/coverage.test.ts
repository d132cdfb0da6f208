import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, civilDate, dayFromNumber, dayNumber, daysBetween } from '../../core/dates.ts'
import { defaultCuts, type Timing } from '../rules/terms.ts'
import {
  beginsWithin,
  chargeOf,
  cutAnew,
  ledgerStart,
  nextDueOn,
  nextPeriod,
  type Period,
  periodsForeseen,
  type Rhythm,
  storedPeriod,
  validityOfRule,
} from './coverage.ts'

const day = civilDate

function rhythm(
  anchor: string,
  options: { every?: number; unit?: 'week' | 'month'; timing?: Timing; version?: number; validFrom?: string } = {},
): Rhythm {
  const { every = 1, unit = 'month', timing = 'advance', version = 1, validFrom = anchor } = options
  return { version, validFrom: day(validFrom), recurrence: { unit, every, anchor: day(anchor) }, timing }
}

function periods(versions: readonly Rhythm[], from: string, count: number): Period[] {
  const list: Period[] = []
  let until = day(from)
  for (let i = 0; i < count; i++) {
    const period = nextPeriod(versions, until)
    list.push(period)
    until = period.endsOn
  }
  return list
}

const spans = (list: Period[]) => list.map(period => `${period.startsOn} ${period.endsOn} ${period.scheduledOn}`)

describe('the periods of a rule', () => {
  test('from 31 January each month keeps its last day, and March its 31st', () => {
    expect(spans(periods([rhythm('2027-01-31')], '2027-01-31', 3))).toEqual([
      '2027-01-31 2027-02-28 2027-01-31',
      '2027-02-28 2027-03-31 2027-02-28',
      '2027-03-31 2027-04-30 2027-03-31',
    ])
  })

  test('in arrears the occurrence after a period bills it', () => {
    expect(spans(periods([rhythm('2027-01-10', { timing: 'arrears' })], '2027-01-10', 1))).toEqual([
      '2027-01-10 2027-02-10 2027-02-10',
    ])
  })

  test('a changed billing day leaves a short period, measured by the month that it lies in', () => {
    const versions = [rhythm('2027-01-10'), rhythm('2027-04-01', { version: 2, validFrom: '2027-03-01' })]
    const [short, next] = periods(versions, '2027-03-10', 2)
    expect(short).toEqual({ startsOn: '2027-03-10', endsOn: '2027-04-01', scheduledOn: '2027-03-10', regularDays: 31 })
    expect(next).toMatchObject({ startsOn: '2027-04-01', endsOn: '2027-05-01', regularDays: 30 })
  })

  test('a change that begins later than what is covered waits for its first day', () => {
    const versions = [rhythm('2027-01-10'), rhythm('2027-06-01', { version: 2, validFrom: '2027-05-20' })]
    expect(spans(periods(versions, '2027-03-10', 4))).toEqual([
      '2027-03-10 2027-04-10 2027-03-10',
      '2027-04-10 2027-05-10 2027-04-10',
      '2027-05-10 2027-06-10 2027-05-10',
      '2027-06-10 2027-07-01 2027-06-10',
    ])
  })

  test('one that stands open is a share of the interval of the terms in force, one that is billed of those that billed it', () => {
    const versions = [rhythm('2027-01-01'), rhythm('2027-01-01', { version: 2, every: 12 })]
    const row = { startsOn: day('2027-01-01'), endsOn: day('2027-02-01'), scheduledOn: day('2027-01-01') }
    expect(storedPeriod(versions, row).regularDays).toBe(365)
    expect(storedPeriod(versions, { ...row, termsVersion: 1 }).regularDays).toBe(31)
  })

  test('follow each other without gap or overlap, whatever changes', () => {
    const anyDay = fc.integer({ min: dayNumber(day('2024-01-01')), max: dayNumber(day('2026-12-31')) }).map(dayFromNumber)
    const anyRhythm = fc.record({
      unit: fc.constantFrom('week' as const, 'month' as const),
      every: fc.integer({ min: 1, max: 12 }),
      anchor: anyDay,
      timing: fc.constantFrom('advance' as const, 'arrears' as const),
      validFrom: anyDay,
    })
    fc.assert(
      fc.property(fc.array(anyRhythm, { minLength: 1, maxLength: 4 }), anyDay, (changes, from) => {
        const versions = changes.map((change, i) => ({
          version: i + 1,
          validFrom: change.validFrom,
          timing: change.timing,
          recurrence: change,
        }))
        let until = from
        for (const period of periods(versions, from, 30)) {
          expect(period.startsOn).toBe(until)
          expect(period.endsOn > period.startsOn).toBe(true)
          expect(daysBetween(period.startsOn, period.endsOn)).toBeLessThanOrEqual(period.regularDays)
          expect([period.startsOn, period.endsOn]).toContain(period.scheduledOn)
          until = period.endsOn
        }
      }),
    )
  })
})

describe('open periods under another recurrence', () => {
  const monthly = rhythm('2027-01-01')
  const yearly = rhythm('2027-01-01', { version: 2, every: 12 })
  const spansOf = (rows: { startsOn: string; endsOn: string; scheduledOn: string }[]) =>
    rows.map(row => `${row.startsOn} ${row.endsOn} ${row.scheduledOn}`)

  test('at the end of the ledger they become periods of the new one', () => {
    const open = periods([monthly], '2027-03-01', 3)
    const [change, ...others] = cutAnew([monthly, yearly], open, day('2027-06-01'))
    expect(others).toEqual([])
    expect(change?.gone).toEqual(open)
    expect(spansOf(change?.cut ?? [])).toEqual(['2027-03-01 2028-01-01 2027-03-01'])
  })

  test('before a closed one they end with its first day, billed then in arrears', () => {
    const open = periods([monthly], '2027-03-01', 2)
    const inArrears = rhythm('2027-01-01', { version: 2, every: 12, timing: 'arrears' })
    const [change] = cutAnew([monthly, inArrears], open, day('2027-06-01'))
    expect(spansOf(change?.cut ?? [])).toEqual(['2027-03-01 2027-05-01 2027-05-01'])
  })

  test('a short one is cut by the new billing day, so that each part is a share of its own month', () => {
    const versions = [
      rhythm('2027-01-10'),
      rhythm('2027-04-01', { version: 2, validFrom: '2027-03-01' }),
      rhythm('2027-04-20', { version: 3, validFrom: '2027-03-01' }),
    ]
    const row = { startsOn: day('2027-03-10'), endsOn: day('2027-04-01'), scheduledOn: day('2027-03-10') }
    const [change] = cutAnew(versions, [row], day('2027-05-01'))
    expect(spansOf(change?.cut ?? [])).toEqual(['2027-03-10 2027-03-20 2027-03-10', '2027-03-20 2027-04-01 2027-03-20'])
    expect(change?.cut.map(part => storedPeriod(versions, part).regularDays)).toEqual([28, 31])
  })

  test('a year becomes months', () => {
    const backToMonths = rhythm('2027-01-01', { version: 3 })
    const [change] = cutAnew([monthly, yearly, backToMonths], periods([yearly], '2027-01-01', 1), day('2029-01-01'))
    expect(change?.cut).toHaveLength(12)
    expect(change?.cut.at(-1)).toMatchObject({ endsOn: '2028-01-01' })
  })

  test('stay where the change comes after their first day', () => {
    const fromMarch = { ...yearly, validFrom: day('2027-03-02') }
    expect(cutAnew([monthly, fromMarch], periods([monthly], '2027-01-01', 3), day('2027-04-01'))).toEqual([])
  })
})

/** A ledger as billing, releases and changes of terms leave it: rows in order, and the price that each version says of its interval. */
interface Life {
  versions: Rhythm[]
  rows: (Pick<Period, 'startsOn' | 'endsOn' | 'scheduledOn'> & { billed: { days: number; of: number } | null })[]
}

describe('a life of changed recurrences and releases', () => {
  const from = day('2026-01-31')
  const step = fc.oneof(
    fc.record({ do: fc.constant('bill' as const), at: fc.nat(50) }),
    fc.record({ do: fc.constant('next' as const) }),
    fc.record({ do: fc.constant('release' as const), at: fc.nat(50) }),
    fc.record({
      do: fc.constant('change' as const),
      unit: fc.constantFrom('week' as const, 'month' as const),
      every: fc.constantFrom(1, 2, 12),
      timing: fc.constantFrom('advance' as const, 'arrears' as const),
      anchor: fc.integer({ min: -400, max: 400 }),
      validFrom: fc.integer({ min: -100, max: 600 }),
    }),
  )

  test('never charges more for a day than the terms in force say, nor less, and stays one chain', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 30 }), steps => {
        const life: Life = { versions: [rhythm('2026-01-31')], rows: [] }
        for (const one of steps) take(life, one)
        let until = from
        for (const row of life.rows) {
          expect(row.startsOn).toBe(until)
          until = row.endsOn
        }
      }),
      { numRuns: 300 },
    )
  })

  function take(life: Life, one: typeof step extends fc.Arbitrary<infer S> ? S : never): void {
    const coveredUntil = life.rows.at(-1)?.endsOn ?? from
    if (one.do === 'next') life.rows.push({ ...nextPeriod(life.versions, coveredUntil), billed: null })
    if (one.do === 'bill') {
      const open = life.rows.filter(row => row.billed === null)
      const row = open[one.at % Math.max(1, open.length)]
      if (row) row.billed = shareOf(life.versions, row)
    }
    if (one.do === 'release') {
      const closed = life.rows.filter(row => row.billed !== null)
      const row = closed[one.at % Math.max(1, closed.length)]
      if (row) row.billed = null
    }
    if (one.do === 'change') {
      life.versions.push({
        version: life.versions.length + 1,
        validFrom: addDays(from, one.validFrom),
        timing: one.timing,
        recurrence: { unit: one.unit, every: one.every, anchor: addDays(from, one.anchor) },
      })
    }
    if (one.do === 'release' || one.do === 'change') cut(life)
  }

  /** What is charged of a row, by the terms in force on its first day: as many days of their interval as the row has. */
  function shareOf(versions: readonly Rhythm[], row: Life['rows'][number]): { days: number; of: number } {
    const charge = chargeOf(storedPeriod(versions, row), defaultCuts('advance'), { startsOn: from, endsOn: null }, [])
    if (charge.charged !== true) throw new Error('nothing suspends it')
    const regular = nextPeriod(versions, row.startsOn)
    expect({ days: charge.days, of: charge.of }).toEqual({
      days: daysBetween(row.startsOn, row.endsOn),
      of: regular.regularDays,
    })
    expect(row.endsOn <= regular.endsOn).toBe(true)
    return charge
  }

  function cut(life: Life): void {
    const open = life.rows.filter(row => row.billed === null)
    for (const change of cutAnew(life.versions, open, life.rows.at(-1)?.endsOn ?? from)) {
      life.rows = life.rows.filter(row => !change.gone.some(gone => gone.startsOn === row.startsOn))
      life.rows.push(...change.cut.map(row => ({ ...row, billed: null })))
      life.rows.sort((a, b) => (a.startsOn < b.startsOn ? -1 : 1))
    }
    // Cutting what is cut changes nothing.
    const again = life.rows.filter(row => row.billed === null)
    expect(cutAnew(life.versions, again, life.rows.at(-1)?.endsOn ?? from)).toEqual([])
  }
})

describe('where a ledger begins', () => {
  const validity = { startsOn: day('2026-01-10'), endsOn: null }

  test('a start in the past begins at the first occurrence on or after the day it was made', () => {
    expect(ledgerStart(rhythm('2026-01-10'), validity, day('2027-01-31'), null)).toEqual({
      seed: '2027-02-10',
      billedElsewhereUntil: null,
    })
    expect(ledgerStart(rhythm('2026-01-10'), validity, day('2027-02-10'), null)).toEqual({
      seed: '2027-02-10',
      billedElsewhereUntil: null,
    })
  })

  test('in arrears what is scheduled then is the period before', () => {
    expect(ledgerStart(rhythm('2026-01-10', { timing: 'arrears' }), validity, day('2027-01-31'), null).seed).toBe('2027-01-10')
  })

  test('what was billed elsewhere is closed up to the period that begins on that day, and what follows is due', () => {
    expect(ledgerStart(rhythm('2026-01-10'), validity, day('2027-01-31'), day('2026-12-31'))).toEqual({
      seed: '2026-01-10',
      billedElsewhereUntil: '2027-01-10',
    })
    expect(ledgerStart(rhythm('2026-01-10'), validity, day('2027-01-31'), day('2027-01-10'))).toEqual({
      seed: '2026-01-10',
      billedElsewhereUntil: '2027-02-10',
    })
  })

  test('never before the anchor nor before the contract', () => {
    expect(ledgerStart(rhythm('2026-01-10'), { startsOn: day('2026-06-20'), endsOn: null }, day('2026-01-01'), null).seed).toBe(
      '2026-06-10',
    )
    expect(ledgerStart(rhythm('2026-09-10'), validity, day('2026-01-01'), day('2025-12-31'))).toEqual({
      seed: '2026-09-10',
      billedElsewhereUntil: null,
    })
  })
})

describe('what of a period is charged', () => {
  const january: Period = {
    startsOn: day('2027-01-10'),
    endsOn: day('2027-02-10'),
    scheduledOn: day('2027-01-10'),
    regularDays: 31,
  }
  const whole = { startsOn: day('2026-01-01'), endsOn: null }
  const advance = defaultCuts('advance')
  const arrears = defaultCuts('arrears')

  test('the whole, when nothing cuts it', () => {
    expect(chargeOf(january, advance, whole, [])).toEqual({ charged: true, days: 31, of: 31 })
  })

  test('one begun before validity: nothing in advance, the days in arrears', () => {
    const validity = { startsOn: day('2027-01-20'), endsOn: null }
    expect(chargeOf(january, advance, validity, [])).toEqual({ charged: false, reason: 'outside_validity' })
    expect(chargeOf(january, arrears, validity, [])).toEqual({ charged: true, days: 21, of: 31 })
  })

  test('one that the end of validity cuts: the whole in advance, the days up to and with the last in arrears', () => {
    const validity = { startsOn: day('2026-01-01'), endsOn: day('2027-01-19') }
    expect(chargeOf(january, advance, validity, [])).toEqual({ charged: true, days: 31, of: 31 })
    expect(chargeOf(january, arrears, validity, [])).toEqual({ charged: true, days: 10, of: 31 })
  })

  test('validity that ends on its last day cuts nothing', () => {
    expect(chargeOf(january, arrears, { startsOn: day('2026-01-01'), endsOn: day('2027-02-09') }, [])).toEqual({
      charged: true,
      days: 31,
      of: 31,
    })
  })

  test('suspension is decided by the first day', () => {
    const suspended = { fromOn: day('2027-01-10'), untilOn: day('2027-01-11'), chargeLater: false }
    expect(chargeOf(january, advance, whole, [suspended])).toEqual({ charged: false, reason: 'contract_suspended' })
    expect(chargeOf(january, advance, whole, [{ ...suspended, fromOn: day('2027-01-11'), untilOn: null }])).toMatchObject({
      charged: true,
    })
    expect(chargeOf(january, advance, whole, [{ ...suspended, untilOn: null, chargeLater: true }])).toMatchObject({
      charged: 'later',
      resumed: false,
    })
  })

  test('a short period is prorated, whatever is chosen for other cuts', () => {
    const short: Period = {
      startsOn: day('2027-03-10'),
      endsOn: day('2027-04-01'),
      scheduledOn: day('2027-03-10'),
      regularDays: 31,
    }
    expect(chargeOf(short, { cutStart: 'full', cutEnd: 'full' }, whole, [])).toEqual({ charged: true, days: 22, of: 31 })
  })

  test('never more days than the interval has', () => {
    const anyDay = fc.integer({ min: -40, max: 80 }).map(n => addDays(january.startsOn, n))
    const anyCut = fc.constantFrom('full' as const, 'prorate' as const, 'none' as const)
    fc.assert(
      fc.property(anyDay, fc.option(fc.nat(90)), anyCut, anyCut, (startsOn, length, cutStart, cutEnd) => {
        const validity = { startsOn, endsOn: length === null ? null : addDays(startsOn, length) }
        const charge = chargeOf(january, { cutStart, cutEnd }, validity, [])
        if (charge.charged) {
          expect(charge.days).toBeGreaterThan(0)
          expect(charge.days).toBeLessThanOrEqual(charge.of)
        }
      }),
    )
  })
})

describe('when something is due next', () => {
  const versions = [rhythm('2027-01-10')]
  const validity = { startsOn: day('2026-01-01'), endsOn: day('2027-03-10') }

  test('the next period, or what still stands open before it', () => {
    expect(nextDueOn(versions, day('2027-02-10'), validity, [])).toBe('2027-02-10')
    expect(nextDueOn(versions, day('2027-02-10'), validity, [{ scheduledOn: day('2027-01-10') }])).toBe('2027-01-10')
  })

  test('nothing after the end of validity, in a draft, or without a ledger', () => {
    expect(nextDueOn(versions, day('2027-04-10'), validity, [])).toBeNull()
    expect(nextDueOn(versions, day('2027-02-10'), null, [])).toBeNull()
    expect(nextDueOn(versions, null, validity, [])).toBeNull()
    expect(beginsWithin(validity, day('2027-03-10'))).toBe(true)
  })
})

describe('the end of a rule', () => {
  const version = (number: number, from: string, endsOn: string | null) => ({
    ...rhythm('2027-01-10', { version: number, validFrom: from }),
    endsOn: endsOn === null ? null : day(endsOn),
  })
  const from = day('2027-01-10')

  test('is its own or that of the contract, whichever comes first', () => {
    const ends = (rule: string | null, contract: string | null) =>
      validityOfRule([version(1, '2027-01-10', rule)], { startsOn: from, endsOn: contract === null ? null : day(contract) })
        .endsOn
    expect(ends(null, null)).toBeNull()
    expect(ends('2027-06-30', null)).toBe('2027-06-30')
    expect(ends(null, '2027-05-31')).toBe('2027-05-31')
    expect(ends('2027-06-30', '2027-05-31')).toBe('2027-05-31')
    expect(ends('2027-04-30', '2027-05-31')).toBe('2027-04-30')
  })

  test('is what the version says that is the last in time, among equals the highest', () => {
    const validity = { startsOn: from, endsOn: null }
    const [first, planned] = [version(1, '2027-01-10', '2027-06-30'), version(2, '2027-09-01', null)]
    expect(validityOfRule([first, planned], validity).endsOn).toBeNull()
    expect(validityOfRule([planned, version(3, '2027-09-01', '2027-12-31'), first], validity).endsOn).toBe('2027-12-31')
  })

  test('leaves nothing to come once the ledger has passed it', () => {
    const ended = [version(1, '2027-01-10', '2027-03-09')]
    const validity = { startsOn: from, endsOn: null }
    expect(nextDueOn(ended, day('2027-02-10'), validity, [])).toBe('2027-02-10')
    expect(nextDueOn(ended, day('2027-03-10'), validity, [])).toBeNull()
    expect(nextDueOn(ended, day('2027-03-10'), validity, [{ scheduledOn: day('2027-02-10') }])).toBe('2027-02-10')
  })
})

test('what is foreseen of periods ends far ahead, and within the calendar, however long the recurrence', () => {
  const always = { startsOn: day('2026-01-10'), endsOn: null }
  for (const every of [1, 12, 1200]) {
    const foreseen = [...periodsForeseen([rhythm('2026-01-10', { every })], day('2026-01-10'), always)]
    expect(foreseen[0]?.startsOn).toBe('2026-01-10')
    expect(foreseen.at(-1)?.startsOn.slice(0, 2)).toBe('28')
  }
  const until = { ...always, endsOn: day('2026-03-09') }
  expect(spans([...periodsForeseen([rhythm('2026-01-10')], day('2026-01-10'), until)])).toEqual([
    '2026-01-10 2026-02-10 2026-01-10',
    '2026-02-10 2026-03-10 2026-02-10',
  ])
})
