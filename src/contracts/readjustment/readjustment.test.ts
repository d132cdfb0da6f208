import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CivilDate, civilDate, instant, yearMonth } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import { cents, type Decimal, decimal, decimalOf } from '../../core/money.ts'
import { type IndexValue, monthsFor } from '../../indices/price-index.ts'
import { type Line, type Terms, termsAt } from '../rules/terms.ts'
import { noteOf } from './price-note.ts'
import { type ReadjustmentInput, readReadjustment } from './read-readjustment.ts'
import {
  dateOf,
  firstDay,
  firstNumberFrom,
  holding,
  movedTo,
  planReadjustment,
  type Readjustment,
  remindOn,
  undoneVersions,
} from './readjustment.ts'
import type { Application } from './readjustment-store.ts'
import { clauseSentence, holdDetail, holdSentence, warningsOf } from './readjustment-words.ts'

const day = civilDate

function clause(over: Partial<Readjustment> = {}): Readjustment {
  return {
    id: 1,
    ruleId: 1,
    serviceItemId: null,
    index: 'igpm',
    everyMonths: 12,
    method: 'monthly_product',
    lagMonths: 1,
    noticeDays: null,
    allowsNegative: false,
    approvalWanted: false,
    startsOn: day('2025-10-01'),
    firstNumber: 0,
    nextNumber: 0,
    nextOn: day('2025-10-01'),
    waitsFor: null,
    missingMonth: null,
    approvedOn: null,
    approvedFactor: null,
    version: 1,
    createdAt: instant('2025-01-01T12:00:00Z'),
    archivedAt: null,
    ...over,
  }
}

function line(unitPrice: string, over: Partial<Line> = {}): Line {
  return {
    position: 1,
    serviceItemId: 1,
    description: 'Suporte',
    quantity: decimal('1'),
    unitPrice: decimal(unitPrice),
    discountPercent: null,
    discountCents: null,
    categoryId: null,
    withholdings: null,
    withheldCents: null,
    validFrom: null,
    validUntil: null,
    ...over,
  }
}

function terms(lines: Line[], over: Partial<Terms> = {}): Terms {
  return {
    version: 1,
    validFrom: day('2025-01-01'),
    recurrence: { unit: 'month', every: 1, anchor: day('2025-01-01') },
    timing: 'advance',
    competenceShift: 0,
    due: { kind: 'fixed_day', day: 10, installments: 1 },
    paymentMethod: 'boleto',
    management: 'automatic',
    approvalWanted: false,
    cutStart: 'none',
    cutEnd: 'full',
    priceChange: 'next_period',
    endsOn: null,
    maxAmountCents: null,
    maxGrowthPercent: null,
    withholdings: [],
    description: null,
    lines,
    ...over,
  }
}

/** The same percentage in each month that a clause goes by. */
function valuesOf({ index, nextOn, lagMonths, everyMonths }: Readjustment, percent: string): IndexValue[] {
  const known = { kind: 'official', source: 'x', knownAt: instant('2026-01-01T00:00:00Z'), knownSeq: 1 } as const
  return monthsFor(nextOn, lagMonths, everyMonths).map(month => ({
    ...known,
    index,
    month,
    months: 1,
    percent: decimal(percent),
  }))
}

const known = (plan: ReturnType<typeof planReadjustment>) => {
  if (plan.kind !== 'known') throw new Error('a month is missing')
  return plan
}

describe('the dates of a clause', () => {
  test('are counted from the first: 31 January, 28 February, 31 March', () => {
    const monthly = clause({ startsOn: day('2026-01-31'), everyMonths: 1 })
    expect([0, 1, 2, 3].map(k => dateOf(monthly, k))).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'])
    expect(dateOf(clause({ startsOn: day('2024-02-29') }), 1)).toBe('2025-02-28')
    expect(dateOf(clause({ startsOn: day('2024-02-29') }), 4)).toBe('2028-02-29')
  })

  test('that have passed when it is made are not made up for', () => {
    const yearly = clause({ startsOn: day('2020-03-01') })
    expect(firstNumberFrom(yearly, day('2026-03-01'))).toBe(6)
    expect(firstNumberFrom(yearly, day('2026-03-02'))).toBe(7)
    expect(movedTo(clause({ waitsFor: 'approval', approvedOn: day('2025-10-01') }), 1)).toMatchObject({
      nextOn: '2026-10-01',
      waitsFor: null,
      approvedOn: null,
    })
  })

  test('are told so many calendar days before', () => {
    // Fintera's sample: update on 2018-12-12, notice of 10 days, remind on 2018-12-02 (F2914–2921).
    expect(remindOn({ nextOn: day('2018-12-12'), noticeDays: 10 })).toBe('2018-12-02')
    expect(remindOn({ nextOn: day('2018-12-12'), noticeDays: null })).toBeNull()
  })

  test('hold the periods that begin on or after them, the first date speaking', () => {
    const [october, march] = [clause(), clause({ id: 2, nextOn: day('2026-03-01') })]
    expect(holding([march, october], day('2025-09-30'))).toBeNull()
    expect(holding([march, october], day('2025-10-01'))?.id).toBe(1)
    expect(holding([march, october], day('2026-05-01'))?.id).toBe(1)
    expect(holding([march], day('2026-03-01'))?.id).toBe(2)
  })
})

describe('the first day of a new price', () => {
  const periods = ['2025-09-01', '2025-10-01', '2025-11-01'].map(startsOn => ({ startsOn: day(startsOn) }))
  test('is the date, where a change of price waits for the next period', () => {
    expect(firstDay(day('2025-10-15'), [terms([line('1')])], day('2025-10-01'), periods)).toBe('2025-10-15')
  })

  test('is the next period, where a change of price is prorated now or in a version to come', () => {
    const prorated = terms([line('1')], { priceChange: 'prorate' })
    expect(firstDay(day('2025-10-15'), [prorated], day('2025-10-01'), periods)).toBe('2025-11-01')
    const planned = { ...prorated, version: 2, validFrom: day('2026-01-01') }
    expect(firstDay(day('2025-10-15'), [terms([line('1')]), planned], day('2025-10-01'), periods)).toBe('2025-11-01')
    expect(firstDay(day('2025-12-15'), [prorated], day('2026-01-01'), periods)).toBe('2026-01-01')
  })
})

describe('what a date makes of the terms', () => {
  test('is a price for every line it concerns, rounded once; fixed discounts stay', () => {
    const lines = [
      line('1000', { discountCents: cents(500) }),
      line('0.123456', { position: 2, serviceItemId: 2, quantity: decimal('1000') }),
    ]
    const plan = known(planReadjustment(clause(), [clause()], [terms(lines)], valuesOf(clause(), '0.5'), day('2025-10-01')))
    expect(plan.added.map(({ version, validFrom, lines }) => [version, validFrom, lines.map(one => one.unitPrice)])).toEqual([
      [2, '2025-10-01', ['1061.68', '0.13107']],
    ])
    expect(plan.added[0]?.lines[0]?.discountCents).toBe(500)
    expect([plan.oldCents, plan.newCents]).toEqual([111_846, 118_775])
  })

  test('leaves to its own clause the service that has one', () => {
    const own = clause({ id: 2, serviceItemId: 2, index: 'ipca' })
    const whole = clause()
    const versions = [terms([line('100'), line('100', { position: 2, serviceItemId: 2 })])]
    const plan = (of: Readjustment) =>
      known(planReadjustment(of, [whole, own], versions, valuesOf(of, '1'), day('2025-10-01'))).prices.map(
        one => one.serviceItemId,
      )
    expect([plan(whole), plan(own)]).toEqual([[1], [2]])
  })

  test('is nothing where the index fell and the clause keeps the price', () => {
    const plan = known(planReadjustment(clause(), [], [terms([line('100')])], valuesOf(clause(), '-0.1'), day('2025-10-01')))
    expect(plan).toMatchObject({ outcome: 'held_at_zero', added: [], oldCents: 10_000, newCents: 10_000 })
    const falls = clause({ allowsNegative: true })
    const fallen = known(planReadjustment(falls, [], [terms([line('100')])], valuesOf(falls, '-0.1'), day('2025-10-01')))
    expect(fallen).toMatchObject({ outcome: 'applied', newCents: 9_881 })
  })

  test('is not known while a month is not', () => {
    const values = valuesOf(clause(), '1').filter(({ month }) => month !== '2025-09')
    expect(planReadjustment(clause(), [], [terms([line('100')])], values, day('2025-10-01'))).toMatchObject({
      kind: 'missing',
      missing: ['2025-09'],
    })
    // Another index's months are not these.
    const others = values.map(value => ({ ...value, index: 'ipca' as const }))
    expect(planReadjustment(clause(), [], [terms([line('100')])], others, day('2025-10-01')).kind).toBe('missing')
  })

  test('is told when it passes what a line may cost', () => {
    const large = terms([line('99999999.99')])
    expect(known(planReadjustment(clause(), [], [large], valuesOf(clause(), '1'), day('2025-10-01'))).isTooLarge).toBe(true)
  })
})

// --- Undoing ---

const price = fc.integer({ min: 0, max: 5_000_000 }).map((n): Decimal => decimalOf(cents(n)))
const percent = fc
  .integer({ min: -300, max: 900 })
  .map(n => `${n < 0 ? '-' : ''}${Math.trunc(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, '0')}`)
const planned = fc.array(fc.record({ month: fc.integer({ min: 1, max: 12 }), price }), { maxLength: 3 })

/** What every day says, as a rule is billed by it: the lines in force. */
const saysOn = (versions: readonly Terms[], on: CivilDate) => termsAt(versions, on).lines

test('undone, every day says again what it said before, whatever was planned for later', () => {
  fc.assert(
    fc.property(price, price, percent, planned, fc.boolean(), (one, other, change, later, allowsNegative) => {
      const of = clause({ allowsNegative })
      const first = terms([line(one), line(other, { position: 2, serviceItemId: 2 })])
      const versions = [first]
      for (const { month, price } of later) {
        const validFrom = day(`2025-${String(month).padStart(2, '0')}-15`)
        versions.push({ ...first, version: versions.length + 1, validFrom, lines: [line(price), ...first.lines.slice(1)] })
      }
      const plan = known(planReadjustment(of, [of], versions, valuesOf(of, change), of.nextOn))
      const applied = [...versions, ...plan.added]
      const undone = plan.added.length === 0 ? [] : undoneVersions(applied, plan.validFrom, plan.prices)
      expect(undone).not.toBeNull()
      const after = [...applied, ...(undone ?? [])]
      for (let month = 1; month <= 12; month++) {
        for (const dayOfMonth of ['01', '15', '28']) {
          const on = day(`2025-${String(month).padStart(2, '0')}-${dayOfMonth}`)
          expect(saysOn(after, on)).toEqual(saysOn(versions, on))
        }
      }
    }),
  )
})

test('it is not undone where somebody has set another price, or taken the line out, since', () => {
  const versions = [terms([line('100')])]
  const plan = known(planReadjustment(clause(), [], versions, valuesOf(clause(), '1'), day('2025-10-01')))
  const added = plan.added[0] as Terms
  const priced = { ...added, version: 3, lines: [line('150')] }
  expect(undoneVersions([...versions, added, priced], plan.validFrom, plan.prices)).toBeNull()
  const another = { ...added, version: 3, lines: [line('100', { serviceItemId: 7 })] }
  expect(undoneVersions([...versions, added, another], plan.validFrom, plan.prices)).toBeNull()
})

// --- Words and faults ---

test('the note of a price is that of the last readjustment that made it, and of none where it was undone or changed', () => {
  const application = (over: Partial<Application>) =>
    ({
      index: 'igpm',
      method: 'monthly_product',
      dueOn: day('2025-10-01'),
      firstMonth: yearMonth('2024-10'),
      lastMonth: yearMonth('2025-09'),
      factor: { numerator: 11n, scale: 1 },
      validFrom: day('2025-10-01'),
      firstVersion: 2,
      lastVersion: 2,
      undoneVersion: null,
      prices: [{ serviceItemId: 1, oldUnitPrice: decimal('100'), newUnitPrice: decimal('110') }],
      ...over,
    }) as Application // what a note does not read is left out
  const asked = { serviceItemId: 1, unitPrice: decimal('110'), startsOn: day('2025-11-01'), termsVersion: 4 }
  expect(noteOf([application({})], asked)).toMatchObject({ oldUnitPrice: '100', newUnitPrice: '110' })
  expect(noteOf([application({})], { ...asked, startsOn: day('2025-09-01') })).toBeNull()
  expect(noteOf([application({})], { ...asked, termsVersion: 1 })).toBeNull()
  expect(noteOf([application({})], { ...asked, unitPrice: decimal('120') })).toBeNull()
  expect(noteOf([application({ undoneVersion: 3 })], asked)).toBeNull()
  expect(noteOf([application({ undoneVersion: 5 })], asked)).not.toBeNull()
})

test('a clause under twelve months is warned about, and said in a sentence', () => {
  expect(warningsOf(clause({ everyMonths: 6 }))).toMatchObject([{ code: 'under_12_months' }])
  expect(warningsOf(clause())).toEqual([])
  expect(clauseSentence(clause())).toBe(
    'Reajuste dos preços pelo IGP-M a cada 12 meses; o próximo é em 01/10/2025, pelos meses de 10/2024 a 09/2025.',
  )
  const waiting = clause({ waitsFor: 'index', missingMonth: yearMonth('2025-09'), method: 'published_12m' })
  expect(holdSentence('index_missing', holdDetail(waiting))).toContain('Falta o IGP-M acumulado em 12 meses até 09/2025')
})

test('all that is wrong with a clause is told at once', () => {
  const faultsOf = (input: Partial<ReadjustmentInput>, others: { serviceItemId: number | null }[] = []) => {
    const faults = new Faults()
    readReadjustment({ index: 'igpm', startsOn: day('2026-01-01'), ...input }, new Set([1]), others, faults)
    try {
      faults.refuseIfAny()
      return []
    } catch (error) {
      return (error as { faults: { path: string; code: string }[] }).faults.map(({ path, code }) => `${path} ${code}`)
    }
  }
  expect(faultsOf({})).toEqual([])
  expect(faultsOf({ everyMonths: 120 })).toEqual([])
  expect(faultsOf({ everyMonths: 4 })).toEqual([])
  expect(faultsOf({ everyMonths: 121, lagMonths: 13, noticeDays: -1, serviceItemId: 2, startsOn: day('1980-01-01') })).toEqual([
    '/everyMonths months_out_of_range',
    '/startsOn date_out_of_range',
    '/lagMonths lag_out_of_range',
    '/noticeDays notice_out_of_range',
    '/serviceItemId service_not_in_rule',
  ])
  expect(faultsOf({ method: 'published_12m', everyMonths: 6 })).toEqual(['/method method_needs_twelve_months'])
  expect(faultsOf({}, [{ serviceItemId: null }])).toEqual(['/serviceItemId readjustment_exists'])
  expect(faultsOf({ serviceItemId: 1 }, [{ serviceItemId: null }])).toEqual([])
  expect(faultsOf({ serviceItemId: 1 }, [{ serviceItemId: 1 }])).toEqual(['/serviceItemId readjustment_exists'])
})
