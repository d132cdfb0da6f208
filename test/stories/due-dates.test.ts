import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { ctxOf } from '../verify/company.ts'
import { foundAfter } from '../verify/found-after.ts'
import { type Agreement, Shop, stories } from './story.ts'

// Issued on a day, by a rule, due on these days. All days were found on a paper calendar.
//
// 2026: 1 January is a Thursday. Carnival 16 and 17 February (Easter 5 April), 20 November a Friday, Christmas a Friday.
// 2028: a leap year. Carnival 28 and 29 February (Easter 16 April), so that its leap day has no banks.

type Due = Record<string, unknown>
const fixedDay = (day: number, more: Due = {}): Due => ({ kind: 'fixed_day', day, ...more })
const lastDay = (more: Due = {}): Due => ({ kind: 'last_day_of_month', ...more })
const afterDays = (days: number, more: Due = {}): Due => ({ kind: 'day_quantity', days, ...more })
const dayOfLaterMonth = (day: number, months: number, more: Due = {}): Due => ({
  kind: 'fixed_day_and_month_quantity',
  day,
  months,
  ...more,
})
const business = { onlyBusinessDays: true }
const previous = { roll: 'previous_business_day' }
const next = { roll: 'next_business_day' }

const cases: [why: string, issueOn: string, due: Due, expected: string[]][] = [
  ['a fixed day is strictly after the issue date', '2026-01-10', fixedDay(10), ['2026-02-10']],
  ['a fixed day later in the month is in the month', '2026-01-10', fixedDay(11), ['2026-01-11']],
  [
    'parcels by the last day stay at the end of each month',
    '2026-01-15',
    lastDay({ installments: 3 }),
    ['2026-01-31', '2026-02-28', '2026-03-31'],
  ],
  // 31 January 2026 is a Saturday, 28 February too; 31 March is a Tuesday.
  [
    'in business days it goes back and stays in its month',
    '2026-01-15',
    lastDay({ ...business, installments: 3 }),
    ['2026-01-30', '2026-02-27', '2026-03-31'],
  ],
  ['issued on the last business day, it is the next month’s', '2026-01-30', lastDay(business), ['2026-02-27']],
  ['issued the day before the last day', '2026-01-30', lastDay(), ['2026-01-31']],
  [
    'day 31 is clamped in each shorter month',
    '2026-01-31',
    fixedDay(31, { installments: 3 }),
    ['2026-02-28', '2026-03-31', '2026-04-30'],
  ],
  [
    'thirty days three times are not three months',
    '2026-01-31',
    afterDays(30, { installments: 3 }),
    ['2026-03-02', '2026-04-01', '2026-05-01'],
  ],
  ['day 31 of the month after January', '2026-01-31', dayOfLaterMonth(31, 1, { installments: 2 }), ['2026-02-28', '2026-03-31']],
  ['a due date on Carnival Monday stays there', '2026-02-01', fixedDay(16), ['2026-02-16']],
  // 1 February 2026 and 1 March are Sundays, 31 January a Saturday.
  ['brought forward before the issue, it is the next one', '2026-01-31', fixedDay(1, previous), ['2026-02-27']],
  ['day 1 of the next month, brought forward before the issue', '2026-01-31', dayOfLaterMonth(1, 1, previous), ['2026-02-27']],
  [
    'a day of this month that is past is the next month’s',
    '2026-01-15',
    dayOfLaterMonth(10, 0, { installments: 2 }),
    ['2026-02-10', '2026-03-10'],
  ],
  ['the day of the issue itself is not past', '2026-01-15', dayOfLaterMonth(15, 0), ['2026-01-15']],
  ['no days at all on a Saturday are put off, not brought forward', '2026-01-31', afterDays(0, previous), ['2026-02-02']],
  [
    'two days from a Saturday are brought forward to none before it',
    '2026-01-31',
    afterDays(1, { ...previous, installments: 2 }),
    ['2026-02-02', '2026-02-02'],
  ],
  ['unless it is put off, to Ash Wednesday', '2026-02-01', fixedDay(16, next), ['2026-02-18']],
  ['or brought forward, over the weekend', '2026-02-01', fixedDay(16, previous), ['2026-02-13']],
  // Business days from Monday the 9th: 10 11 12 13 18 | 19 20 23 24 25 | 26 27 2 3 4.
  [
    'business days are counted over Carnival',
    '2026-02-09',
    afterDays(5, { ...business, installments: 3 }),
    ['2026-02-18', '2026-02-25', '2026-03-04'],
  ],
  ['two business days from the Thursday before Carnival', '2026-02-12', afterDays(2, business), ['2026-02-18']],
  ['two plain days from there', '2026-02-12', afterDays(2), ['2026-02-14']],
  // 15 February and 15 March 2026 are Sundays.
  ['brought forward to the day of the issue, it is the next one', '2026-02-13', fixedDay(15, previous), ['2026-03-13']],
  ['ten days over a February of 28', '2026-02-20', afterDays(10), ['2026-03-02']],
  ['one business day is not a holiday of the state', '2026-07-08', afterDays(1, business), ['2026-07-10']],
  ['20 November stays where it is', '2026-11-10', fixedDay(20), ['2026-11-20']],
  ['is put off to Monday', '2026-11-10', fixedDay(20, next), ['2026-11-23']],
  ['is brought forward to Thursday', '2026-11-10', fixedDay(20, previous), ['2026-11-19']],
  ['a fixed day knows no business days', '2026-11-10', fixedDay(20, business), ['2026-11-20']],
  ['20 November and a weekend are not counted', '2026-11-17', afterDays(3, business), ['2026-11-23']],
  ['three plain days end on 20 November', '2026-11-17', afterDays(3), ['2026-11-20']],
  ['a day of the month after, over the year', '2026-12-05', dayOfLaterMonth(5, 1), ['2027-01-05']],
  ['three parcels over the year', '2026-12-15', fixedDay(10, { installments: 3 }), ['2027-01-10', '2027-02-10', '2027-03-10']],
  ['fifteen days over the year', '2026-12-20', afterDays(15), ['2027-01-04']],
  ['Christmas and a weekend are not counted', '2026-12-23', afterDays(2, business), ['2026-12-28']],
  ['on the last day of the year it is January’s', '2026-12-31', lastDay(), ['2027-01-31']],
  // 31 January 2027 is a Sunday.
  ['the last business day of that January', '2026-12-31', lastDay(business), ['2027-01-29']],
  ['day 30 three months after November is the leap day', '2027-11-20', dayOfLaterMonth(30, 3), ['2028-02-29']],
  ['day 30 after January is the leap day', '2028-01-31', fixedDay(30), ['2028-02-29']],
  ['the last day of a leap February', '2028-02-10', lastDay(), ['2028-02-29']],
  // 29 and 28 are Carnival, 27 and 26 the weekend.
  ['its last business day is before Carnival', '2028-02-10', lastDay(business), ['2028-02-25']],
  ['ten days over a leap day', '2028-02-20', afterDays(10), ['2028-03-01']],
  ['issued on the leap day itself', '2028-02-29', lastDay(), ['2028-03-31']],
  ['no days at all is the day of the issue', '2028-02-29', afterDays(0), ['2028-02-29']],
]

stories('due dates', database => {
  let shop: Shop
  const agreed = new Map<(typeof cases)[number], Agreement>()
  beforeAll(async () => {
    shop = await Shop.open(database(), '2026-01-10')
    const customerId = await shop.customer()
    await shop.post(`/v1/organizations/${shop.organizationId}/holidays`, {
      date: '2026-07-09',
      name: 'Revolução',
      scope: 'state',
    })
    for (const [day, those] of Map.groupBy(cases, one => one[1])) {
      await shop.until(day)
      for (const one of those) agreed.set(one, await shop.contract({ every: 120, due: one[2] }, { customerId }))
      await shop.bill()
    }
  })

  test.each(cases.map(one => [...one, one] as const))('%s: issued on %s', async (_why, issueOn, _due, expected, one) => {
    const contract = agreed.get(one)
    if (!contract) throw new Error('every case has its contract')
    const invoice = await shop.lastInvoice(contract)
    expect(invoice.issueOn).toBe(issueOn)
    expect(invoice.receivables.map((receivable: { dueOn: string }) => receivable.dueOn)).toEqual(expected)
  })

  test('verify derives each of them once more, and sees each that is a day off', async () => {
    await shop.prove()
    const ctx = await ctxOf(shop)
    const receivables = cases.reduce((count, [, , , expected]) => count + expected.length, 0)
    for (const days of [1, -1]) {
      const { found } = await foundAfter(ctx, tx => sql`update receivable set due_on = due_on + ${days}::integer`.execute(tx))
      expect(found).toEqual({ wrong_due_date: receivables })
    }
  })

  test('what became a holiday since then says nothing of them', async () => {
    const holiday = { name: 'Padroeira', scope: 'city' }
    for (const date of ['2026-02-18', '2026-02-13']) {
      await shop.post(`/v1/organizations/${shop.organizationId}/holidays`, { ...holiday, date })
    }
    await shop.prove()
  })

  test('three parcels of ten reais leave the odd cent on the last', async () => {
    const { ruleId, ...contract } = await shop.contract({ price: '10', due: fixedDay(10, { installments: 3 }) })
    await shop.bill({ filters: { rules: [ruleId] } })
    const { receivables } = await shop.lastInvoice({ ruleId, ...contract })
    expect(receivables.map((receivable: { amountCents: number }) => receivable.amountCents)).toEqual([333, 333, 334])
  })
})
