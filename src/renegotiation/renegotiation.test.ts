import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addMonths, civilDate, instant } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { cents, mostCents, sum, zeroCents } from '../core/money.ts'
import { Refusal } from '../core/refusal.ts'
import { notRenegotiated, outstandingOf, type Receivable } from '../receivables/receivable.ts'
import { settlements } from '../receivables/settlement.ts'
import { agreementOf, type Wish, warningsOf } from './renegotiation.ts'

const today = civilDate('2026-03-15')

function receivable(fields: Partial<Receivable> = {}): Receivable {
  return {
    id: 1,
    invoiceId: 1,
    scheduleId: null,
    organizationId: 1,
    customerId: 1,
    contractId: 1,
    installment: 1,
    installments: 1,
    dueOn: civilDate('2026-02-10'),
    amountCents: cents(10_000),
    receivedCents: zeroCents,
    abatedCents: zeroCents,
    receivedOn: null,
    state: 'to_receive',
    ...notRenegotiated,
    version: 1,
    createdAt: instant('2026-01-10T12:00:00.000Z'),
    ...fields,
  }
}

function agreed(owed: readonly Receivable[], wish: Wish) {
  const faults = new Faults()
  const agreement = agreementOf(owed, wish, today, faults)
  faults.refuseIfAny()
  return agreement
}

test('the rest is on the last installment: 153,55 in three', () => {
  const owed = [receivable({ amountCents: cents(15_355) })]
  const { parts } = agreed(owed, { installments: { count: 3, firstDueOn: civilDate('2026-03-31') } })
  expect(parts).toEqual([
    { dueOn: '2026-03-31', amountCents: 5_118 },
    { dueOn: '2026-04-30', amountCents: 5_118 },
    { dueOn: '2026-05-31', amountCents: 5_119 },
  ])
})

test('whatever is owed, added, let off and paid down, not a cent is lost', () => {
  const amount = fc.integer({ min: 0, max: 5_000_000 })
  const debt = fc.record({ owed: fc.integer({ min: 1, max: 9_000_000 }), paid: amount, abated: amount })
  fc.assert(
    fc.property(
      fc.array(debt, { minLength: 1, maxLength: 8 }),
      fc.record({ interest: amount, fine: amount, fee: amount, discount: amount, down: amount }),
      fc.integer({ min: 1, max: 120 }),
      (debts, { interest, fine, fee, discount, down }, count) => {
        const owed = debts.map(one => {
          const { paid, abated } = one
          return receivable({
            amountCents: cents(one.owed + paid + abated),
            receivedCents: cents(paid),
            abatedCents: cents(abated),
          })
        })
        const open = sum(owed.map(outstandingOf))
        const total = open + interest + fine + fee - discount
        fc.pre(total - down >= count)
        const agreement = agreed(owed, {
          interestCents: cents(interest),
          fineCents: cents(fine),
          feeCents: cents(fee),
          discountCents: cents(discount),
          discountReason: discount > 0 ? 'Acordo' : null,
          downPayment: down > 0 ? { amountCents: cents(down) } : null,
          installments: { count, firstDueOn: today },
        })
        const amounts = agreement.parts.map(({ amountCents }) => amountCents)
        expect(sum(amounts)).toBe(total)
        expect(agreement).toMatchObject({ replacedCents: open, totalCents: total })
        const even = amounts.slice(down > 0 ? 1 : 0)
        expect(even).toHaveLength(count)
        expect(even.every(one => one > 0)).toBe(true)
        // Even but for the rest, which is less than a cent for each of them and on the last.
        expect(new Set(even.slice(0, -1)).size).toBeLessThanOrEqual(1)
        const [first = zeroCents] = even
        expect((even.at(-1) ?? 0) - first).toBeLessThan(count)
      },
    ),
  )
})

test('parts that somebody says are taken as they are, and only if they are the whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: -2, max: 2 }),
      (amounts, off) => {
        const parts = amounts.map((amount, i) => ({ dueOn: addMonths(today, i), amountCents: cents(amount) }))
        const whole = sum(parts.map(({ amountCents }) => amountCents))
        fc.pre(whole + off > 0)
        const owed = [receivable({ amountCents: cents(whole + off) })]
        if (off === 0) expect(agreed(owed, { parts }).parts).toEqual(parts)
        else expect(() => agreed(owed, { parts })).toThrow('Há campos que precisam ser corrigidos.')
      },
    ),
  )
})

test('what is not late bears neither fine nor interest without a word about it', () => {
  const owed = [receivable({ dueOn: civilDate('2026-03-13') }), receivable({ id: 2, dueOn: civilDate('2026-04-10') })]
  const facts = { today, lateUntil: civilDate('2026-03-12'), creditCents: zeroCents }
  const codes = (wish: Wish) =>
    warningsOf(agreed(owed, { ...wish, installments: { count: 2, firstDueOn: today } }), facts).map(({ code }) => code)
  expect(codes({})).toEqual([])
  expect(codes({ fineCents: cents(1), interestCents: cents(1) })).toEqual(['fine_above_limit', 'interest_above_custom'])
  expect(codes({ feeCents: cents(500) })).toEqual([])
})

test('what was replaced is settled with the last of what replaced it, through a chain of them', () => {
  const day = civilDate('2026-05-20')
  const renegotiated = (id: number, renegotiatedBy: number, renegotiationId: number | null = null) =>
    receivable({ id, state: 'renegotiated', renegotiatedBy, renegotiationId })
  const chain = [
    renegotiated(1, 1),
    renegotiated(2, 1),
    renegotiated(3, 2, 1),
    receivable({ id: 4, renegotiationId: 1, state: 'received', receivedOn: civilDate('2026-04-01') }),
    receivable({ id: 5, renegotiationId: 2, state: 'received', receivedOn: day }),
  ]
  const settled = settlements([
    ...chain,
    receivable({ id: 6, renegotiationId: 2, state: 'received', receivedOn: civilDate('2026-04-02') }),
  ])
  expect(settled.map(({ id, settledOn }) => [id, settledOn])).toEqual([
    [3, day],
    [1, day],
    [2, day],
  ])
  expect(settlements([...chain, receivable({ id: 6, renegotiationId: 2 })])).toEqual([])
  // Undone again, each is open again, and one version further; what stays as it was does not change.
  const again = settlements([...settled, ...chain.slice(3), receivable({ id: 6, renegotiationId: 2 })])
  expect(again.map(({ id, settledOn, version }) => [id, settledOn, version])).toEqual([
    [3, null, 3],
    [1, null, 3],
    [2, null, 3],
  ])
  expect(settlements([...settled, ...chain.slice(3)])).toEqual([])
  // What was made beside it and is settled by another renegotiation stays so.
  const beside = { ...renegotiated(7, 3, 1), settledOn: day }
  expect(settlements([...settled, ...chain.slice(3), beside])).toEqual([])
})

test('nothing of it is larger than the largest amount, and what is is refused in a sentence', () => {
  const faultsOf = (owed: readonly Receivable[], wish: Wish) => {
    try {
      agreed(owed, { installments: { count: 1, firstDueOn: today }, ...wish })
      return []
    } catch (error) {
      if (error instanceof Refusal) return error.faults.map(({ path, code }) => `${path} ${code}`)
      throw error
    }
  }
  const most = cents(mostCents)
  const beyond = cents(mostCents + 1)
  expect(faultsOf([receivable({ amountCents: most })], {})).toEqual([])
  for (const name of ['interestCents', 'fineCents', 'feeCents', 'discountCents'] as const) {
    expect(faultsOf([receivable()], { discountReason: 'x', [name]: beyond })).toContain(`/${name} amount_too_large`)
  }
  expect(faultsOf([receivable({ amountCents: most })], { interestCents: cents(1) })).toEqual(['/receivables amount_too_large'])
  // Of debts that are older than the bound too.
  const old = Array.from({ length: 99 }, (_, id) => receivable({ id, amountCents: cents(99_999_999_999_999) }))
  expect(faultsOf(old, {})).toEqual(['/receivables amount_too_large'])
  expect(faultsOf([receivable()], { interestCents: cents(Number.MAX_SAFE_INTEGER) })).toEqual(['/interestCents amount_too_large'])
  const parts = [1, 2].map(() => ({ dueOn: today, amountCents: cents(Number.MAX_SAFE_INTEGER) }))
  expect(faultsOf([receivable()], { installments: undefined, parts })).toEqual([
    '/parts/0/amountCents amount_too_large',
    '/parts/1/amountCents amount_too_large',
  ])
})
