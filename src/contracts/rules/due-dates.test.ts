import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isBusinessDay, nextBusinessDay } from '../../core/brazil/calendar.ts'
import {
  addDays,
  addToMonth,
  type CivilDate,
  civilDate,
  dayFromNumber,
  dayInMonth,
  dayNumber,
  monthOf,
  monthsBetween,
} from '../../core/dates.ts'
import { type DueRule, dueDates, isLate, payableUntil, type Roll, sentence } from './due-dates.ts'

const on = civilDate
const none: ReadonlySet<CivilDate> = new Set()
const saoPaulo: ReadonlySet<CivilDate> = new Set([on('2027-01-25')])

const fixedDay = (day: number, installments = 1): DueRule => ({ kind: 'fixed_day', day, installments })
const lastDay = (installments = 1, onlyBusinessDays = false): DueRule => ({
  kind: 'last_day_of_month',
  onlyBusinessDays,
  installments,
})
const afterDays = (days: number, installments = 1, onlyBusinessDays = false): DueRule => ({
  kind: 'day_quantity',
  days,
  onlyBusinessDays,
  installments,
})
const dayOfLaterMonth = (day: number, months: number, installments = 1): DueRule => ({
  kind: 'fixed_day_and_month_quantity',
  day,
  months,
  installments,
})

type Row = [rule: DueRule, issueOn: string, expected: string[]]

describe('a fixed day', () => {
  test.each<Row>([
    [fixedDay(3), '2018-12-10', ['2019-01-03']],
    [fixedDay(10), '2026-06-09', ['2026-06-10']],
    [fixedDay(10), '2026-06-10', ['2026-07-10']],
    [fixedDay(10, 3), '2026-11-15', ['2026-12-10', '2027-01-10', '2027-02-10']],
    [fixedDay(31, 3), '2026-12-31', ['2027-01-31', '2027-02-28', '2027-03-31']],
    [fixedDay(31, 2), '2027-02-28', ['2027-03-31', '2027-04-30']],
    [fixedDay(30, 2), '2028-02-28', ['2028-02-29', '2028-03-30']],
    [fixedDay(29, 2), '2027-02-27', ['2027-02-28', '2027-03-29']],
    [fixedDay(9), '2027-02-08', ['2027-02-09']],
    [fixedDay(20), '2026-11-02', ['2026-11-20']],
  ])('%j, issued on %s, is due on %j: strictly after, clamped, on holidays too', (rule, issueOn, expected) => {
    expect(dueDates(rule, on(issueOn), none)).toEqual(expected)
  })
})

describe('the last day of the month', () => {
  test.each<Row>([
    [lastDay(), '2026-01-05', ['2026-01-31']],
    [lastDay(), '2026-01-31', ['2026-02-28']],
    [lastDay(3), '2026-12-30', ['2026-12-31', '2027-01-31', '2027-02-28']],
    [lastDay(2), '2028-02-10', ['2028-02-29', '2028-03-31']],
    [lastDay(2), '2028-02-29', ['2028-03-31', '2028-04-30']],
  ])('%j, issued on %s, is due on %j', (rule, issueOn, expected) => {
    expect(dueDates(rule, on(issueOn), none)).toEqual(expected)
  })

  test.each<Row>([
    // 31 January 2026 is a Saturday, 31 May a Sunday.
    [lastDay(1, true), '2026-01-29', ['2026-01-30']],
    [lastDay(1, true), '2026-01-30', ['2026-02-27']],
    [lastDay(1, true), '2026-01-31', ['2026-02-27']],
    [lastDay(5, true), '2026-01-10', ['2026-01-30', '2026-02-27', '2026-03-31', '2026-04-30', '2026-05-29']],
    // Good Friday on 29 March 2024, before a weekend at the month's end.
    [lastDay(1, true), '2024-03-27', ['2024-03-28']],
    [lastDay(1, true), '2024-03-28', ['2024-04-30']],
    [lastDay(1, true), '2027-12-31', ['2028-01-31']],
  ])('%j in business days, issued on %s, is due on %j: back, and decided after going back', (rule, issueOn, expected) => {
    expect(dueDates(rule, on(issueOn), none)).toEqual(expected)
  })

  test('goes back over a holiday of the city as well', () => {
    const lastFriday = new Set([on('2026-01-30')])
    expect(dueDates(lastDay(1, true), on('2026-01-28'), lastFriday)).toEqual(['2026-01-29'])
  })

  test('rolled to the previous business day is the same as counting business days only', () => {
    fc.assert(
      fc.property(issueDays, fc.integer({ min: 1, max: 24 }), (issueOn, installments) => {
        const rolledBack: DueRule = {
          kind: 'last_day_of_month',
          onlyBusinessDays: false,
          roll: 'previous_business_day',
          installments,
        }
        expect(dueDates(rolledBack, issueOn, none)).toEqual(dueDates(lastDay(installments, true), issueOn, none))
      }),
    )
  })
})

describe('so many days after', () => {
  test.each<Row>([
    [afterDays(15), '2026-12-20', ['2027-01-04']],
    [afterDays(30, 3), '2026-01-31', ['2026-03-02', '2026-04-01', '2026-05-01']],
    [afterDays(1, 2), '2028-02-28', ['2028-02-29', '2028-03-01']],
    [afterDays(0, 2), '2026-06-06', ['2026-06-06', '2026-06-06']],
    [afterDays(4), '2027-02-05', ['2027-02-09']],
  ])('%j, issued on %s, is due on %j', (rule, issueOn, expected) => {
    expect(dueDates(rule, on(issueOn), none)).toEqual(expected)
  })

  test.each<Row>([
    // Friday before Carnival: Monday and Tuesday do not count.
    [afterDays(1, 3, true), '2027-02-05', ['2027-02-10', '2027-02-11', '2027-02-12']],
    [afterDays(1, 1, true), '2026-11-19', ['2026-11-23']],
    [afterDays(1, 1, true), '2023-11-17', ['2023-11-20']],
    [afterDays(1, 1, true), '2026-12-31', ['2027-01-04']],
    // In 2028 Carnival falls on 28 and 29 February.
    [afterDays(1, 2, true), '2028-02-25', ['2028-03-01', '2028-03-02']],
    [afterDays(2, 1, true), '2024-02-27', ['2024-02-29']],
    [afterDays(10, 2, true), '2026-12-21', ['2027-01-06', '2027-01-20']],
    [afterDays(1, 1, true), '2026-06-06', ['2026-06-08']],
    [afterDays(0, 2, true), '2026-06-06', ['2026-06-08', '2026-06-08']],
    [afterDays(0, 1, true), '2026-06-08', ['2026-06-08']],
  ])('%j counts business days: issued on %s, due on %j', (rule, issueOn, expected) => {
    expect(dueDates(rule, on(issueOn), none)).toEqual(expected)
  })

  test('does not count a holiday of the city', () => {
    expect(dueDates(afterDays(1, 1, true), on('2027-01-22'), none)).toEqual(['2027-01-25'])
    expect(dueDates(afterDays(1, 1, true), on('2027-01-22'), saoPaulo)).toEqual(['2027-01-26'])
    expect(dueDates(afterDays(3), on('2027-01-22'), saoPaulo)).toEqual(['2027-01-25'])
  })

  test('in business days has exactly i × n of them up to installment i', () => {
    fc.assert(
      fc.property(issueDays, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 }), (issueOn, n, installments) => {
        dueDates(afterDays(n, installments, true), issueOn, none).forEach((dueOn, i) => {
          let counted = 0
          for (let day = addDays(issueOn, 1); day <= dueOn; day = addDays(day, 1)) if (isBusinessDay(day, none)) counted++
          expect(counted).toBe((i + 1) * n)
        })
      }),
    )
  })
})

describe('a fixed day so many months later', () => {
  test.each<Row>([
    [dayOfLaterMonth(10, 1), '2026-12-31', ['2027-01-10']],
    [dayOfLaterMonth(31, 1, 3), '2027-01-31', ['2027-02-28', '2027-03-31', '2027-04-30']],
    [dayOfLaterMonth(30, 2, 2), '2027-12-15', ['2028-02-29', '2028-03-30']],
    [dayOfLaterMonth(5, 12), '2026-02-20', ['2027-02-05']],
    [dayOfLaterMonth(25, 0, 2), '2026-11-10', ['2026-11-25', '2026-12-25']],
    [dayOfLaterMonth(9, 1), '2027-01-10', ['2027-02-09']],
    [dayOfLaterMonth(20, 1), '2026-10-10', ['2026-11-20']],
  ])('%j, issued on %s, is due on %j', (rule, issueOn, expected) => {
    expect(dueDates(rule, on(issueOn), none)).toEqual(expected)
  })
})

describe('a due date on a day without banks', () => {
  const carnival = (roll: Roll): DueRule => ({ kind: 'fixed_day', day: 8, installments: 1, roll })

  test('stays unless the rule says how it rolls', () => {
    expect(dueDates(carnival('none'), on('2027-02-01'), none)).toEqual(['2027-02-08'])
    expect(dueDates(carnival('next_business_day'), on('2027-02-01'), none)).toEqual(['2027-02-10'])
    expect(dueDates(carnival('previous_business_day'), on('2027-02-01'), none)).toEqual(['2027-02-05'])
  })

  test('rolls each installment by itself', () => {
    const rule: DueRule = { kind: 'fixed_day_and_month_quantity', day: 20, months: 1, installments: 3, roll: 'next_business_day' }
    expect(dueDates(rule, on('2026-10-01'), none)).toEqual(['2026-11-23', '2026-12-21', '2027-01-20'])
  })

  test('rolls over a holiday of the city as well', () => {
    const rule: DueRule = { kind: 'day_quantity', days: 1, onlyBusinessDays: false, installments: 1, roll: 'next_business_day' }
    expect(dueDates(rule, on('2027-01-22'), saoPaulo)).toEqual(['2027-01-26'])
  })
})

const issueDays = fc.integer({ min: dayNumber(on('2020-01-01')), max: dayNumber(on('2050-12-31')) }).map(dayFromNumber)
const installments = fc.integer({ min: 1, max: 36 })
const rules: fc.Arbitrary<DueRule> = fc.oneof(
  fc.record({ kind: fc.constant('fixed_day'), day: fc.integer({ min: 1, max: 31 }), installments }),
  fc.record({ kind: fc.constant('last_day_of_month'), onlyBusinessDays: fc.boolean(), installments }),
  fc.record({
    kind: fc.constant('day_quantity'),
    days: fc.integer({ min: 1, max: 90 }),
    onlyBusinessDays: fc.boolean(),
    installments,
  }),
  fc.record({
    kind: fc.constant('fixed_day_and_month_quantity'),
    day: fc.integer({ min: 1, max: 31 }),
    months: fc.integer({ min: 1, max: 12 }),
    installments,
  }),
)

describe('every due rule', () => {
  test('gives one date per installment, each later than the one before and than the issue date', () => {
    fc.assert(
      fc.property(rules, issueDays, (rule, issueOn) => {
        const dates = dueDates(rule, issueOn, none)
        expect(dates).toHaveLength(rule.installments)
        dates.reduce((before, dueOn) => {
          expect(dueOn > before).toBe(true)
          return dueOn
        }, issueOn)
      }),
    )
  })

  test('is due on no day before the issue, however it rolls: after it where the day is one of the month', () => {
    const roll = fc.constantFrom<Roll>('none', 'previous_business_day', 'next_business_day')
    const soon = fc.oneof(
      rules,
      fc.record({ kind: fc.constant('fixed_day'), day: fc.constantFrom(1, 2), installments }),
      fc.record({
        kind: fc.constant('day_quantity'),
        days: fc.integer({ min: 0, max: 5 }),
        onlyBusinessDays: fc.boolean(),
        installments,
      }),
      fc.record({
        kind: fc.constant('fixed_day_and_month_quantity'),
        day: fc.integer({ min: 1, max: 31 }),
        months: fc.constantFrom(0, 1),
        installments,
      }),
    ) as fc.Arbitrary<DueRule>
    fc.assert(
      fc.property(soon, roll, issueDays, (rule, roll, issueOn) => {
        const dates = dueDates({ ...rule, roll }, issueOn, saoPaulo)
        const earliest = rule.kind === 'fixed_day' || rule.kind === 'last_day_of_month' ? addDays(issueOn, 1) : issueOn
        dates.reduce((before, dueOn) => {
          expect(dueOn >= before).toBe(true)
          if (roll !== 'none') expect(isBusinessDay(dueOn, saoPaulo)).toBe(true)
          return dueOn
        }, earliest)
        expect(dates).toHaveLength(rule.installments)
      }),
      { numRuns: 1000 },
    )
  })

  test.each<[DueRule, Roll, string, string[]]>([
    // 21 June 2026 is a Sunday.
    [fixedDay(21), 'previous_business_day', '2026-06-18', ['2026-06-19']],
    [fixedDay(21), 'previous_business_day', '2026-06-19', ['2026-07-21']],
    [fixedDay(21), 'previous_business_day', '2026-06-20', ['2026-07-21']],
    [dayOfLaterMonth(21, 0), 'previous_business_day', '2026-06-19', ['2026-06-19']],
    [dayOfLaterMonth(21, 0), 'previous_business_day', '2026-06-20', ['2026-07-21']],
    [dayOfLaterMonth(5, 0, 2), 'none', '2026-06-20', ['2026-07-05', '2026-08-05']],
    [afterDays(1), 'previous_business_day', '2026-06-20', ['2026-06-22']],
  ])('%j with %s, issued on %s, is due on %j', (rule, roll, issueOn, expected) => {
    expect(dueDates({ ...rule, roll }, on(issueOn), none)).toEqual(expected)
  })

  test('day 29 of a February without one is its 28th, which is past when issued on it', () => {
    expect(dueDates(fixedDay(29), civilDate('2038-02-28'), none)).toEqual(['2038-03-29'])
    expect(dueDates(fixedDay(29), civilDate('2038-02-27'), none)).toEqual(['2038-02-28'])
  })

  test('by the month gives the first possible month, and then one date in each month', () => {
    fc.assert(
      fc.property(rules, issueDays, (rule, issueOn) => {
        fc.pre(rule.kind !== 'day_quantity')
        const [first, ...others] = dueDates(rule, issueOn, none)
        if (first === undefined) throw new Error('no installment')
        others.forEach((dueOn, i) => {
          expect(monthsBetween(monthOf(first), monthOf(dueOn))).toBe(i + 1)
        })
        if (rule.kind === 'fixed_day') {
          // Strictly after the issue date, and the month before has no such day left.
          expect(first).toBe(dayInMonth(monthOf(first), rule.day))
          expect(first > issueOn).toBe(true)
          expect(dayInMonth(addToMonth(monthOf(first), -1), rule.day) <= issueOn).toBe(true)
        }
        if (rule.kind === 'last_day_of_month') expect(monthsBetween(monthOf(issueOn), monthOf(first))).toBeLessThanOrEqual(1)
      }),
    )
  })

  test.each<[string, DueRule]>([
    ['no installment', fixedDay(10, 0)],
    ['121 installments', fixedDay(10, 121)],
    ['half an installment', fixedDay(10, 1.5)],
    ['day 0', fixedDay(0)],
    ['day 32', dayOfLaterMonth(32, 1)],
    ['minus one day', afterDays(-1)],
    ['1,000 days', afterDays(1000)],
    ['minus one month', dayOfLaterMonth(10, -1)],
    ['121 months', dayOfLaterMonth(10, 121)],
    ['no number', afterDays(Number.NaN)],
  ])('with %s is refused', (_, rule) => {
    expect(() => dueDates(rule, on('2026-01-10'), none)).toThrow(RangeError)
    expect(() => sentence(rule)).toThrow(RangeError)
  })
})

describe('a receivable is late', () => {
  test('from the day after its due date', () => {
    expect(isLate(on('2027-02-10'), on('2027-02-10'), none)).toBe(false)
    expect(isLate(on('2027-02-10'), on('2027-02-11'), none)).toBe(true)
  })

  test('only after the next business day when it is due on a weekend (Sat 14 November 2026, payable on Monday)', () => {
    expect(payableUntil(on('2026-11-14'), none)).toBe('2026-11-16')
    expect(isLate(on('2026-11-14'), on('2026-11-16'), none)).toBe(false)
    expect(isLate(on('2026-11-14'), on('2026-11-17'), none)).toBe(true)
  })

  test('only after Ash Wednesday when it is due on the Saturday of Carnival', () => {
    expect(isLate(on('2027-02-06'), on('2027-02-10'), none)).toBe(false)
    expect(isLate(on('2027-02-06'), on('2027-02-11'), none)).toBe(true)
  })

  test('a day later where the payer’s city has a holiday', () => {
    expect(isLate(on('2027-01-23'), on('2027-01-26'), none)).toBe(true)
    expect(isLate(on('2027-01-23'), on('2027-01-26'), saoPaulo)).toBe(false)
  })

  test('on 20 November from 2024 on only after the next business day, before then at once', () => {
    expect(isLate(on('2023-11-20'), on('2023-11-21'), none)).toBe(true)
    expect(isLate(on('2024-11-20'), on('2024-11-21'), none)).toBe(false)
  })

  test('never on or before its due date, and never before a business day came', () => {
    fc.assert(
      fc.property(issueDays, fc.integer({ min: -10, max: 10 }), (dueOn, n) => {
        const today = addDays(dueOn, n)
        if (isLate(dueOn, today, none)) expect(today > dueOn && nextBusinessDay(dueOn, none) < today).toBe(true)
      }),
    )
  })
})

describe('the sentence of a rule', () => {
  test.each<[DueRule, string]>([
    [fixedDay(10, 3), 'no dia 10 após o faturamento, em 3 parcelas'],
    [fixedDay(10), 'no dia 10 após o faturamento'],
    [lastDay(), 'no último dia do mês após o faturamento'],
    [lastDay(2, true), 'no último dia útil do mês após o faturamento, em 2 parcelas'],
    [afterDays(15), '15 dias após o faturamento'],
    [afterDays(1), '1 dia após o faturamento'],
    [afterDays(1, 1, true), '1 dia útil após o faturamento'],
    [afterDays(5, 3, true), 'a cada 5 dias úteis após o faturamento, em 3 parcelas'],
    [afterDays(0), 'no dia do faturamento'],
    [afterDays(0, 1, true), 'no dia do faturamento ou no dia útil seguinte'],
    [dayOfLaterMonth(5, 0), 'no dia 5 do mês do faturamento'],
    [dayOfLaterMonth(5, 1), 'no dia 5 do mês seguinte ao faturamento'],
    [dayOfLaterMonth(5, 2, 12), 'no dia 5 do 2º mês após o faturamento, em 12 parcelas'],
    [
      { kind: 'fixed_day', day: 10, installments: 2, roll: 'next_business_day' },
      'no dia 10 após o faturamento, adiado para dia útil, em 2 parcelas',
    ],
    [
      { kind: 'fixed_day', day: 10, installments: 1, roll: 'previous_business_day' },
      'no dia 10 após o faturamento, antecipado para dia útil',
    ],
  ])('%j reads: %s', (rule, expected) => {
    expect(sentence(rule)).toBe(expected)
  })
})
