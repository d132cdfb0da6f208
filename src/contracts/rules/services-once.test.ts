import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type CivilDate, civilDate } from '../../core/dates.ts'
import { decimal } from '../../core/money.ts'
import { nextPeriod, validityOfRule } from '../ledger/coverage.ts'
import { linesOn } from './line-amounts.ts'
import { daysTakenOn, FOREVER, serviceBilledTwice, type ToBill, unbegun } from './services-once.ts'
import { type Cut, type Line, type Terms, termsAt } from './terms.ts'

const day = civilDate
const JUNE = day('2026-06-01')

function line(serviceItemId: number, over: Partial<Line> = {}): Line {
  const price = {
    quantity: decimal('1'),
    unitPrice: decimal('1'),
    discountPercent: null,
    discountCents: null,
    categoryId: null,
    withholdings: null,
    withheldCents: null,
  }
  return { position: 1, serviceItemId, description: `S${serviceItemId}`, validFrom: null, validUntil: null, ...price, ...over }
}

function terms(anchor: string, lines: readonly Line[], over: Partial<Terms> = {}): Terms {
  return {
    version: 1,
    validFrom: day(anchor),
    recurrence: { unit: 'month', every: 1, anchor: day(anchor) },
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

const rule = (...versions: Terms[]) => unbegun(versions)
const isTwice = (own: ToBill, other: ToBill) => serviceBilledTwice(own, [other]) !== null

describe('a service that two rules have', () => {
  const until14 = rule(terms('2026-06-10', [line(1), line(2, { validUntil: day('2026-06-14') })]))

  test('is billed twice where whole periods meet, though the lines do not', () => {
    expect(isTwice(rule(terms('2026-06-15', [line(2)])), until14)).toBe(true)
    expect(isTwice(rule(terms('2026-07-10', [line(2)])), until14)).toBe(false)
    expect(isTwice(until14, rule(terms('2026-06-15', [line(2)])))).toBe(true)
  })

  test('and a line that begins in mid-period is billed from the next one on', () => {
    const from15 = line(2, { validFrom: day('2026-06-15') })
    expect(isTwice(rule(terms('2026-06-10', [from15])), until14)).toBe(false)
    expect(isTwice(rule(terms('2026-06-01', [from15])), until14)).toBe(true)
  })

  test('another description is another supply', () => {
    expect(isTwice(rule(terms('2026-06-10', [line(2, { description: 'Filial' })])), until14)).toBe(false)
    expect(isTwice(rule(terms('2026-06-10', [line(2, { description: 's2' })])), until14)).toBe(true)
  })

  test('an open period counts with its days', () => {
    const released: ToBill = {
      versions: [terms('2026-05-10', [line(2, { validUntil: day('2026-06-09') })])],
      open: [{ startsOn: day('2026-05-10'), endsOn: day('2026-06-10') }],
      coveredUntil: day('2026-07-10'),
    }
    expect(isTwice(rule(terms('2026-06-09', [line(2)])), released)).toBe(true)
    expect(isTwice(rule(terms('2026-06-10', [line(2)])), released)).toBe(false)
  })

  test('the person is told from when on it is possible, or until when', () => {
    const sentence = (own: ToBill, other: ToBill) => serviceBilledTwice(own, [other])?.sentence
    expect(sentence(rule(terms('2026-06-15', [line(2)])), until14)).toContain('a partir de 10/07/2026')
    const late = rule(terms('2026-09-05', [line(2)]))
    expect(sentence(rule(terms('2026-06-10', [line(2)])), late)).toContain(
      'a partir de 05/09/2026: esta pode cobrá-lo em períodos',
    )
    expect(sentence(late, rule(terms('2026-06-10', [line(2)])))).toContain('nos mesmos dias')
  })
})

describe('the days that a change takes on', () => {
  test('are those that the rule was not to bill before', () => {
    const before = rule(terms('2026-06-01', [line(1), line(2, { validUntil: day('2026-06-30') })]))
    const after = rule(terms('2026-06-01', [line(1), line(2), line(3)]))
    expect(daysTakenOn(before, after).map(({ line, from, until }) => [line.serviceItemId, from, until])).toEqual([
      [2, '2026-07-01', FOREVER],
      [3, '2026-06-01', FOREVER],
    ])
    expect(daysTakenOn(after, before)).toEqual([])
  })
})

// --- Against days counted one by one ---

const soon = fc.integer({ min: 0, max: 120 }).map(days => addDays(JUNE, days))
const lines = fc.array(
  fc
    .tuple(fc.constantFrom(1, 2), fc.option(soon), fc.option(soon))
    .map(([service, validFrom, validUntil]) => line(service, { validFrom, validUntil })),
  { minLength: 1, maxLength: 2 },
)
const versionsOfARule = fc
  .tuple(
    soon,
    fc.constantFrom<'week' | 'month'>('week', 'month'),
    fc.constantFrom<Cut>('full', 'prorate', 'none'),
    fc.option(soon),
    fc.array(fc.tuple(soon, lines), { minLength: 1, maxLength: 3 }),
  )
  .map(([anchor, unit, cutEnd, endsOn, said]) =>
    said.map(([validFrom, own], i) =>
      terms(anchor, own, { version: i + 1, validFrom, recurrence: { unit, every: 1, anchor }, cutEnd, endsOn }),
    ),
  )
const LAST = addDays(JUNE, 400)

/** Which services are billed on each day, period by period. */
function billedDayByDay(versions: readonly Terms[], from: CivilDate): Set<string> {
  const billed = new Set<string>()
  const { endsOn: ends } = validityOfRule(versions, { startsOn: JUNE, endsOn: null })
  for (let start = from; start < LAST && (ends === null || start <= ends); ) {
    const { endsOn } = nextPeriod(versions, start)
    const { lines, cutEnd } = termsAt(versions, start)
    const isCut = ends !== null && addDays(ends, 1) < endsOn
    const isBilled = (on: CivilDate) => !isCut || cutEnd === 'full' || (cutEnd === 'prorate' && on <= ends)
    for (const { serviceItemId } of linesOn(lines, start))
      for (let on = start; on < endsOn; on = addDays(on, 1)) if (isBilled(on)) billed.add(`${serviceItemId} ${on}`)
    start = endsOn
  }
  return billed
}

test('two rules bill a service twice where they do so on a day, counted day by day', () => {
  fc.assert(
    fc.property(versionsOfARule, versionsOfARule, (own, other) => {
      const [mine, theirs] = [unbegun(own), unbegun(other)]
      const days = billedDayByDay(other, theirs.coveredUntil)
      const both = [...billedDayByDay(own, mine.coveredUntil)].some(each => days.has(each))
      expect(isTwice(mine, theirs)).toBe(both)
    }),
    { numRuns: 300 },
  )
})
