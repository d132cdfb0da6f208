import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { termsOf } from '../../../test/fixtures/rules.ts'
import type { EventPart } from '../../contracts/events/billing-event.ts'
import type { Terms } from '../../contracts/rules/terms.ts'
import { civilDate } from '../../core/dates.ts'
import { cents, decimal, sum } from '../../core/money.ts'
import { cutChunks } from '../sizes.ts'
import { outcomes } from './outcomes.ts'
import { planHash, planInvoice } from './plan-invoice.ts'
import { type PlanChoice, planRule } from './plan-rule.ts'
import type { RuleFacts } from './rule-facts.ts'

const anchor = civilDate('2027-01-10')
const january = { startsOn: anchor, endsOn: civilDate('2027-02-10'), scheduledOn: anchor, regularDays: 31 }
const whole = { days: 31, of: 31 }

let partIds = 0
function part(kind: 'surcharge' | 'discount', amountCents: number, options: Partial<EventPart> = {}): EventPart {
  partIds++
  const id = options.id ?? partIds
  return {
    id,
    eventId: id,
    ruleId: 1,
    kind,
    number: 1,
    parts: 1,
    description: kind,
    serviceItemId: null,
    isReimbursement: false,
    amountCents: cents(amountCents),
    earliestMonth: null,
    ...options,
  }
}

function plan(terms: Partial<Terms> = {}, charged = whole, parts: readonly EventPart[] = []) {
  return planInvoice(1, { ...termsOf(anchor), ...terms }, january, charged, parts)
}

describe('the plan of an invoice', () => {
  test('gross less discounts less what is withheld is the net, and the installments sum to it', () => {
    const lines = [{ ...termsOf(anchor, { price: '1000' }).lines[0], discountPercent: decimal('10') }] as Terms['lines']
    const planned = plan({
      lines,
      withholdings: [{ tax: 'irrf', rateMicros: 15_000 }],
      due: { kind: 'fixed_day', day: 10, installments: 3 },
    })
    expect(planned).toMatchObject({
      grossCents: 100_000,
      discountCents: 10_000,
      withheldCents: 1_350,
      netCents: 88_650,
      installments: [29_550, 29_550, 29_550],
    })
  })

  test('is prorated by days, line by line, half up', () => {
    expect(plan({}, { days: 10, of: 31 })).toMatchObject({ grossCents: 3_226, proration: { days: 10, of: 31 } })
  })

  test('surcharges apply before discounts, each by its event', () => {
    const planned = plan({}, whole, [part('discount', 15_000, { id: 1 }), part('surcharge', 8_000, { id: 2 })])
    expect(planned.events.map(event => [event.part.kind, event.usedCents])).toEqual([
      ['surcharge', 8_000],
      ['discount', 15_000],
    ])
    expect(planned.netCents).toBe(3_000)
  })

  test('a discount larger than the invoice takes it to zero and no further, with one receivable of zero', () => {
    const planned = plan({ due: { kind: 'fixed_day', day: 10, installments: 3 } }, whole, [part('discount', 25_000)])
    expect(planned).toMatchObject({ netCents: 0, installments: [0] })
    expect(planned.events).toMatchObject([{ usedCents: 10_000 }])
  })

  test('never two parts of one event in one billing', () => {
    const planned = plan({}, whole, [
      part('surcharge', 100, { eventId: 7, number: 1 }),
      part('surcharge', 100, { eventId: 7, number: 2 }),
    ])
    expect(planned.events).toHaveLength(1)
  })

  test('a line outside its own validity is not billed', () => {
    const [line] = termsOf(anchor).lines
    if (!line) throw new Error('the fixture has a line')
    expect(plan({ lines: [{ ...line, validUntil: civilDate('2027-01-09') }] }).netCents).toBe(0)
    expect(plan({ lines: [{ ...line, validUntil: civilDate('2027-01-10') }] }).netCents).toBe(10_000)
  })

  test('the competence is the month of the scheduled date, shifted as the rule says', () => {
    expect(plan({ competenceShift: -1 }).competence).toBe('2026-12')
  })

  test('is a function of its inputs, and adds up whatever they are', () => {
    const anyPart = fc.record({
      kind: fc.constantFrom('surcharge' as const, 'discount' as const),
      amount: fc.integer({ min: 1, max: 5_000_000 }),
    })
    const input = fc.record({
      price: fc.integer({ min: 0, max: 1_000_000 }),
      quantity: fc.integer({ min: 1, max: 9_999 }),
      percent: fc.option(fc.integer({ min: 1, max: 100 })),
      days: fc.integer({ min: 1, max: 31 }),
      installments: fc.integer({ min: 1, max: 120 }),
      rates: fc.uniqueArray(
        fc.record({
          tax: fc.constantFrom('irrf' as const, 'iss' as const, 'pis' as const),
          rateMicros: fc.integer({ min: 1, max: 300_000 }),
        }),
        { selector: rate => rate.tax },
      ),
      parts: fc.array(anyPart, { maxLength: 5 }),
    })
    fc.assert(
      fc.property(input, ({ price, quantity, percent, days, installments, rates, parts }) => {
        const base = termsOf(anchor, {
          price: `${price}.37`,
          line: { quantity: decimal(quantity / 100), discountPercent: percent === null ? null : decimal(percent) },
        })
        const terms: Terms = { ...base, due: { kind: 'fixed_day', day: 5, installments }, withholdings: rates }
        const events = parts.map(({ kind, amount }, i) => part(kind, amount, { id: i + 1 }))
        const first = planInvoice(1, terms, january, { days, of: 31 }, events)
        expect(planHash(planInvoice(1, terms, january, { days, of: 31 }, events))).toBe(planHash(first))
        expect(first.netCents).toBe(first.grossCents - first.discountCents - first.withheldCents)
        expect(first.netCents).toBeGreaterThanOrEqual(0)
        expect(sum(first.lines.map(line => line.grossCents))).toBe(first.grossCents)
        expect(sum(first.lines.map(line => line.discountCents))).toBe(first.discountCents)
        expect(sum(first.installments)).toBe(first.netCents)
      }),
    )
  })
})

function facts(changes: Partial<RuleFacts> = {}): RuleFacts {
  return {
    ruleId: 1,
    contractId: 1,
    organizationId: 1,
    customerId: 1,
    title: 'Mensalidade',
    archived: false,
    coveredUntil: anchor,
    contract: {
      kind: 'sale',
      state: 'active',
      billWhileOverdue: true,
      validity: { startsOn: anchor, endsOn: null },
      suspensions: [],
    },
    customerKind: 'company',
    customerTaxId: '11222333000181',
    versions: [termsOf(anchor)],
    detailsId: null,
    open: [],
    parts: [],
    readjustments: [],
    last: null,
    ...changes,
  }
}

function verdicts(changes: Partial<RuleFacts>, day: string, choice: Partial<PlanChoice> = {}) {
  return planRule(facts(changes), { day: civilDate(day), ...choice }).map(
    ({ period, verdict }) => `${period.startsOn} ${verdict.kind === 'bill' ? 'bill' : verdict.reason}`,
  )
}

describe('what becomes of the due periods of a rule', () => {
  test('the latest is billed, the older ones wait to be chosen', () => {
    expect(verdicts({}, '2027-03-15')).toEqual(['2027-01-10 needs_catch_up', '2027-02-10 needs_catch_up', '2027-03-10 bill'])
    expect(verdicts({}, '2027-03-15', { catchUp: true })).toEqual(['2027-01-10 bill', '2027-02-10 bill', '2027-03-10 bill'])
  })

  test('nothing before its day, unless it is taken ahead: then one', () => {
    expect(verdicts({}, '2027-01-09')).toEqual([])
    expect(verdicts({}, '2027-01-09', { ahead: true })).toEqual(['2027-01-10 bill'])
  })

  test('ahead of its day one more than what is due, which is billed as without it', () => {
    expect(verdicts({}, '2027-01-10', { ahead: true })).toEqual(['2027-01-10 bill', '2027-02-10 bill'])
    expect(verdicts({}, '2027-02-10', { ahead: true })).toEqual([
      '2027-01-10 needs_catch_up',
      '2027-02-10 bill',
      '2027-03-10 bill',
    ])
  })

  test('ahead of its day first what was billed ahead and is given back', () => {
    const row = (from: string, to: string) => ({ startsOn: civilDate(from), endsOn: civilDate(to), scheduledOn: civilDate(from) })
    const released = { open: [row('2027-02-10', '2027-03-10')], coveredUntil: civilDate('2027-04-10') }
    expect(verdicts(released, '2027-01-15')).toEqual([])
    expect(verdicts(released, '2027-01-15', { ahead: true })).toEqual(['2027-02-10 bill'])
    // Once its day has come it is an older one, and what is taken ahead is the next.
    expect(verdicts(released, '2027-02-15', { ahead: true })).toEqual(['2027-02-10 needs_catch_up', '2027-04-10 bill'])
  })

  test('an open period with a later one closed after it is an older one', () => {
    const open = [{ startsOn: anchor, endsOn: civilDate('2027-02-10'), scheduledOn: anchor }]
    expect(verdicts({ open, coveredUntil: civilDate('2027-03-10') }, '2027-03-09')).toEqual(['2027-01-10 needs_catch_up'])
    expect(verdicts({ open, coveredUntil: civilDate('2027-02-10') }, '2027-02-09')).toEqual(['2027-01-10 bill'])
  })

  test('what was suspended is not charged, or kept for later and then chosen', () => {
    const suspended = (chargeLater: boolean, untilOn: string | null) => ({
      contract: {
        ...facts().contract,
        suspensions: [{ fromOn: anchor, untilOn: untilOn === null ? null : civilDate(untilOn), chargeLater }],
      },
    })
    expect(verdicts(suspended(false, null), '2027-01-10')).toEqual(['2027-01-10 contract_suspended'])
    expect(verdicts(suspended(true, null), '2027-01-10')).toEqual(['2027-01-10 contract_suspended'])
    expect(verdicts(suspended(true, '2027-01-20'), '2027-01-25')).toEqual(['2027-01-10 needs_catch_up'])
    expect(verdicts(suspended(true, '2027-01-20'), '2027-01-25', { catchUp: true })).toEqual(['2027-01-10 bill'])
  })

  test('the last period of a contract that ended on the 20th with billing day 25 is the month before', () => {
    const validity = { startsOn: anchor, endsOn: civilDate('2027-06-20') }
    const versions = [termsOf(civilDate('2027-01-25'))]
    const run = verdicts(
      { versions, coveredUntil: civilDate('2027-05-25'), contract: { ...facts().contract, validity } },
      '2027-12-31',
    )
    expect(run).toEqual(['2027-05-25 bill'])
  })

  test('beyond a bound it waits; allowed, it is billed', () => {
    const bounded = { versions: [{ ...termsOf(anchor), maxAmountCents: cents(9_999) }] }
    expect(verdicts(bounded, '2027-01-10')).toEqual(['2027-01-10 above_safety_bound'])
    const seen = planHash(plan())
    expect(verdicts(bounded, '2027-01-10', { allowed: new Map([[anchor, seen]]) })).toEqual(['2027-01-10 bill'])
    expect(verdicts(bounded, '2027-01-10', { allowed: new Map([[anchor, 'another plan']]) })).toEqual([
      '2027-01-10 above_safety_bound',
    ])
    const grown = { versions: [{ ...termsOf(anchor), maxGrowthPercent: decimal('25') }] }
    expect(verdicts({ ...grown, last: { grossCents: cents(8_000), netCents: cents(8_000) } }, '2027-01-10')).toEqual([
      '2027-01-10 bill',
    ])
    expect(verdicts({ ...grown, last: { grossCents: cents(7_999), netCents: cents(7_999) } }, '2027-01-10')).toEqual([
      '2027-01-10 above_safety_bound',
    ])
  })

  test('a customer without a right tax id is not billed', () => {
    expect(verdicts({ customerTaxId: null }, '2027-01-10')).toEqual(['2027-01-10 invalid_tax_id'])
    expect(verdicts({ customerTaxId: '11222333000180' }, '2027-01-10')).toEqual(['2027-01-10 invalid_tax_id'])
  })

  test('an event is taken by the first of several periods that are billed at once', () => {
    const decisions = planRule(facts({ parts: [part('surcharge', 500)] }), { day: civilDate('2027-02-10'), catchUp: true })
    expect(decisions.map(({ verdict }) => (verdict.kind === 'bill' ? verdict.plan.netCents : null))).toEqual([10_500, 10_000])
  })

  test('an event that a period would have taken is for the next one, when no invoice is made of it', () => {
    const decisions = planRule(facts({ parts: [part('surcharge', 500)] }), {
      day: civilDate('2027-02-10'),
      catchUp: true,
      makes: made => made.startsOn !== '2027-01-10',
    })
    expect(decisions.map(({ verdict }) => verdict.kind === 'bill' && verdict.plan.events.length)).toEqual([1, 1])
  })

  test('a purchase, a draft and an archived rule bill nothing', () => {
    expect(verdicts({ contract: { ...facts().contract, kind: 'purchase' } }, '2027-03-15')).toEqual([])
    expect(verdicts({ contract: { ...facts().contract, validity: null } }, '2027-03-15')).toEqual([])
    expect(verdicts({ archived: true }, '2027-03-15')).toEqual([])
  })
})

test('chunks cover all positions once and end where a customer ends', () => {
  expect(cutChunks([1, 1, 2, 2, 2, 3], 1, 3)).toEqual([
    { firstItem: 1, lastItem: 2 },
    { firstItem: 3, lastItem: 5 },
    { firstItem: 6, lastItem: 6 },
  ])
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      (customers, size) => {
        let next = 5
        for (const { firstItem, lastItem } of cutChunks(customers.toSorted(), 5, size)) {
          expect(firstItem).toBe(next)
          expect(lastItem - firstItem).toBeLessThan(size)
          expect(lastItem).toBeGreaterThanOrEqual(firstItem)
          next = lastItem + 1
        }
        expect(next).toBe(5 + customers.length)
      },
    ),
  )
})

test('what becomes of an item is said without quoting a code', () => {
  for (const { sentence } of Object.values(outcomes)) expect(sentence).not.toMatch(/"[a-z]+"/i)
})
