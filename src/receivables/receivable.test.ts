import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLate as isDueDateLate } from '../contracts/rules/due-dates.ts'
import { lateUntil } from '../core/brazil/calendar.ts'
import { civilDate, dayFromNumber, dayNumber } from '../core/dates.ts'
import { cents, sum } from '../core/money.ts'
import { Refusal } from '../core/refusal.ts'
import {
  areAllReceived,
  byAge,
  dividePayment,
  type ReceivableState,
  receivableAfter,
  reckon,
  requireReceiptDay,
  requireSurplusUnspent,
  requireToReceive,
  type StandingReceipt,
  spendCredit,
  stillOwedOf,
} from './receivable.ts'

const issueOn = civilDate('2026-01-31')
const payment = (amount: number, receivedOn = '2026-02-10'): StandingReceipt => ({
  kind: 'payment',
  amountCents: cents(amount),
  receivedOn: civilDate(receivedOn),
})

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return 'allowed'
}

test.each([
  ['to_emit', 70],
  ['to_receive', 70],
  ['received', 70],
  ['cancelled', 0],
  ['renegotiated', 0],
] as const)('of one that is %s %i of 100 cents are still to come when 30 came', (state, left) => {
  expect(stillOwedOf({ state, amountCents: cents(100), receivedCents: cents(10), abatedCents: cents(20) })).toBe(left)
})

describe('credit', () => {
  test('pays the oldest receivable first and stops where it ends', () => {
    expect(spendCredit([cents(100), cents(100), cents(100)], cents(150))).toEqual([
      { receivableIndex: 0, amount: 100 },
      { receivableIndex: 1, amount: 50 },
    ])
  })

  test('passes over what is already paid', () => {
    expect(spendCredit([cents(0), cents(40)], cents(10))).toEqual([{ receivableIndex: 1, amount: 10 }])
    expect(spendCredit([cents(40)], cents(0))).toEqual([])
  })

  test('never spends more than there is, nor more than is owed, and no less than either allows', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 }).map(cents)
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 12 }), amount, (outstanding, balance) => {
        const spendings = spendCredit(outstanding, balance)
        expect(sum(spendings.map(s => s.amount))).toBe(Math.min(balance, sum(outstanding)))
        for (const { receivableIndex, amount: spent } of spendings) {
          expect(spent).toBeGreaterThan(0)
          expect(spent).toBeLessThanOrEqual(outstanding[receivableIndex] ?? 0)
        }
      }),
    )
  })

  test('age goes by due date, then by installment', () => {
    const later = { dueOn: civilDate('2026-03-10'), installment: 1 }
    const second = { dueOn: civilDate('2026-02-10'), installment: 3 }
    const first = { dueOn: civilDate('2026-02-10'), installment: 2 }
    expect([later, second, first].sort(byAge)).toEqual([first, second, later])
  })

  test('what a receipt put in can be taken back only while it is there', () => {
    expect(codeOf(() => requireSurplusUnspent(cents(500), cents(500)))).toBe('allowed')
    expect(codeOf(() => requireSurplusUnspent(cents(500), cents(499)))).toBe('credit_already_spent')
  })
})

describe('a payment', () => {
  const owed = { amountCents: cents(1000), receivedCents: cents(300), abatedCents: cents(100) }

  test('settles what is outstanding; the rest is surplus', () => {
    expect(dividePayment(owed, cents(600))).toEqual({ amountCents: 600, surplusCents: 0 })
    expect(dividePayment(owed, cents(750))).toEqual({ amountCents: 600, surplusCents: 150 })
    expect(dividePayment(owed, cents(1))).toEqual({ amountCents: 1, surplusCents: 0 })
  })

  test('happens between the day of emission and today', () => {
    const today = civilDate('2026-02-10')
    expect(codeOf(() => requireReceiptDay(issueOn, issueOn, today))).toBe('allowed')
    expect(codeOf(() => requireReceiptDay(today, issueOn, today))).toBe('allowed')
    expect(codeOf(() => requireReceiptDay(civilDate('2026-01-30'), issueOn, today))).toBe('received_before_issue')
    expect(codeOf(() => requireReceiptDay(civilDate('2026-02-11'), issueOn, today))).toBe('received_in_the_future')
    expect(codeOf(() => requireReceiptDay(civilDate('1026-02-10'), null, today))).toBe('date_out_of_range')
  })

  test('is taken only by a receivable that is open', () => {
    expect(codeOf(() => requireToReceive('to_receive'))).toBe('allowed')
    expect(codeOf(() => requireToReceive('received'))).toBe('already_received')
    expect(codeOf(() => requireToReceive('to_emit'))).toBe('receivable_state')
    expect(codeOf(() => requireToReceive('cancelled'))).toBe('receivable_state')
  })
})

describe('where a receivable stands', () => {
  test('it stays open until its receipts reach its amount', () => {
    expect(reckon(cents(1000), [payment(400)], issueOn)).toMatchObject({
      state: 'to_receive',
      receivedCents: 400,
      receivedOn: null,
    })
  })

  test('it is received on the day of its latest receipt, whatever the order in which they were entered', () => {
    const receipts = [payment(400, '2026-02-12'), payment(600, '2026-02-10')]
    expect(reckon(cents(1000), receipts, issueOn)).toMatchObject({ state: 'received', receivedOn: '2026-02-12' })
  })

  test('an abatement closes it without counting as received', () => {
    const abatement = { ...payment(100), kind: 'abatement' as const }
    expect(reckon(cents(1000), [payment(900), abatement], issueOn)).toMatchObject({
      state: 'received',
      receivedCents: 900,
      abatedCents: 100,
    })
  })

  test('one of zero is received as it is emitted', () => {
    expect(reckon(cents(0), [], issueOn)).toEqual({ state: 'received', receivedCents: 0, abatedCents: 0, receivedOn: issueOn })
  })

  test('receipts beyond its amount are a mistake of the program', () => {
    expect(() => reckon(cents(10), [payment(11)], issueOn)).toThrow(RangeError)
  })
})

test('the latest late due date agrees with the definition of late, day by day', () => {
  const holidays = new Set([civilDate('2026-07-09')])
  const dayNumbers = fc.integer({ min: dayNumber(civilDate('2026-01-01')), max: dayNumber(civilDate('2027-12-31')) })
  fc.assert(
    fc.property(dayNumbers, fc.integer({ min: -15, max: 15 }), (n, offset) => {
      const today = dayFromNumber(n)
      const dueOn = dayFromNumber(n + offset)
      expect(dueOn <= lateUntil(today, holidays)).toBe(isDueDateLate(dueOn, today, holidays))
    }),
  )
})

test('an invoice is received when all that was asked for is, cancelled parts aside', () => {
  const all = (...states: ReceivableState[]) => areAllReceived(states.map(state => ({ state, settledOn: null })))
  expect(all('received', 'received')).toBe(true)
  expect(all('received', 'to_receive')).toBe(false)
  expect(all('received', 'cancelled')).toBe(true)
  expect(all('cancelled')).toBe(false)
  // What was replaced is open as long as something of what replaced it is.
  expect(all('received', 'renegotiated')).toBe(false)
  expect(areAllReceived([{ state: 'renegotiated', settledOn: civilDate('2026-03-10') }])).toBe(true)
})

test('each verb has its undo', () => {
  const back = (verbs: Parameters<typeof receivableAfter>[1][], from: Parameters<typeof receivableAfter>[0]) =>
    verbs.reduce((state, verb) => receivableAfter(state, verb), from)
  expect(back(['emit', 'undo_emission'], 'to_emit')).toBe('to_emit')
  expect(back(['settle', 'reopen'], 'to_receive')).toBe('to_receive')
  expect(back(['cancel', 'restore_to_emit'], 'to_emit')).toBe('to_emit')
  expect(back(['cancel', 'restore_to_receive'], 'to_receive')).toBe('to_receive')
})
