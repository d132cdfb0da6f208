// When the receivables of an invoice fall due, counted from its issue date. The rules are Fintera's charge types (F2949, F3017–3020);
// rolling to a business day is Omie's.

import { addBusinessDays, nextBusinessDay, previousBusinessDay } from '../../core/brazil/calendar.ts'
import {
  addDays,
  addToMonth,
  type CivilDate,
  dayInMonth,
  lastDayOfMonth,
  minDate,
  monthOf,
  type YearMonth,
} from '../../core/dates.ts'

export type Roll = 'none' | 'previous_business_day' | 'next_business_day'

type EachRule = {
  readonly installments: number
  /** What becomes of a due date on a day without banks; by default it stays, and only lateness rolls. */
  readonly roll?: Roll
}

/** The next day x after the issue date. */
export type FixedDay = EachRule & { readonly kind: 'fixed_day'; readonly day: number }
export type LastDayOfMonth = EachRule & { readonly kind: 'last_day_of_month'; readonly onlyBusinessDays: boolean }
/** So many days after the issue date, and again after each installment. */
export type DayQuantity = EachRule & { readonly kind: 'day_quantity'; readonly days: number; readonly onlyBusinessDays: boolean }
/** Day x of the month that lies so many months after the issue date's month. */
export type FixedDayAndMonth = EachRule & {
  readonly kind: 'fixed_day_and_month_quantity'
  readonly day: number
  readonly months: number
}

export type DueRule = FixedDay | LastDayOfMonth | DayQuantity | FixedDayAndMonth

/** What a rule may hold, both ends included; schemas at the edge take their bounds from here. */
export const dueRuleBounds = {
  installments: { minimum: 1, maximum: 120 },
  day: { minimum: 1, maximum: 31 },
  days: { minimum: 0, maximum: 999 },
  months: { minimum: 0, maximum: 120 },
} as const

/**
 * One due date per installment, in order, none before the issue date: a day of a month whose due date is past by then, rolled or not, is
 * that of a later month. `holidays` are those of state and city, the national ones are known. Throws RangeError
 * when the rule is out of bounds.
 */
export function dueDates(rule: DueRule, issueOn: CivilDate, holidays: ReadonlySet<CivilDate>): CivilDate[] {
  requireBounds(rule)
  const roll = (date: CivilDate) => rolled(date, rule.roll, holidays)
  const thisMonth = monthOf(issueOn)
  switch (rule.kind) {
    case 'fixed_day': {
      const dayIn = (month: YearMonth) => dayInMonth(month, rule.day)
      return monthly(rule, thisMonth, dayIn, day => minDate(day, roll(day)) > issueOn).map(roll)
    }
    case 'last_day_of_month': {
      // Rolling back comes before the choice of the month: on the last business day of a month the next month's is due.
      const goesBack = rule.onlyBusinessDays || rule.roll === 'previous_business_day'
      const dayIn = (month: YearMonth) =>
        goesBack ? previousBusinessDay(lastDayOfMonth(month), holidays) : lastDayOfMonth(month)
      return monthly(rule, thisMonth, dayIn, day => day > issueOn).map(roll)
    }
    case 'day_quantity':
      // Where rolling back would pass the issue date, it goes on to the next business day.
      return everyDays(rule, issueOn, holidays).map(day => (roll(day) < issueOn ? nextBusinessDay(day, holidays) : roll(day)))
    case 'fixed_day_and_month_quantity': {
      const dayIn = (month: YearMonth) => dayInMonth(month, rule.day)
      return monthly(rule, addToMonth(thisMonth, rule.months), dayIn, day => minDate(day, roll(day)) >= issueOn).map(roll)
    }
  }
}

/** The last day on which payment is on time: a due date without banks may be paid on the next business day (Lei 7.089/1983). */
export function payableUntil(dueOn: CivilDate, holidays: ReadonlySet<CivilDate>): CivilDate {
  return nextBusinessDay(dueOn, holidays)
}

export function isLate(dueOn: CivilDate, today: CivilDate, holidays: ReadonlySet<CivilDate>): boolean {
  return today > dueOn && today > payableUntil(dueOn, holidays)
}

/** The rule in Portuguese, to be read after "Vence": 'no dia 10 após o faturamento, em 3 parcelas'. */
export function sentence(rule: DueRule): string {
  requireBounds(rule)
  return [phrase(rule), rolling(rule.roll), rule.installments === 1 ? null : `em ${rule.installments} parcelas`]
    .filter(part => part !== null)
    .join(', ')
}

/** One day per month, from the first that is possible. */
function monthly(
  { installments }: DueRule,
  from: YearMonth,
  dayIn: (month: YearMonth) => CivilDate,
  isPossible: (day: CivilDate) => boolean,
): CivilDate[] {
  let first = from
  while (!isPossible(dayIn(first))) first = addToMonth(first, 1)
  return installmentsOf(installments, i => dayIn(addToMonth(first, i)))
}

function everyDays(rule: DayQuantity, issueOn: CivilDate, holidays: ReadonlySet<CivilDate>): CivilDate[] {
  if (!rule.onlyBusinessDays) return installmentsOf(rule.installments, i => addDays(issueOn, (i + 1) * rule.days))
  // Going on from the installment before counts the same i × n business days, without counting the first ones again.
  let date = issueOn
  return installmentsOf(rule.installments, () => {
    date = addBusinessDays(date, rule.days, holidays)
    return date
  })
}

function installmentsOf(count: number, dateOf: (i: number) => CivilDate): CivilDate[] {
  return Array.from({ length: count }, (_, i) => dateOf(i))
}

function rolled(date: CivilDate, roll: Roll | undefined, holidays: ReadonlySet<CivilDate>): CivilDate {
  if (roll === 'previous_business_day') return previousBusinessDay(date, holidays)
  if (roll === 'next_business_day') return nextBusinessDay(date, holidays)
  return date
}

function requireBounds(rule: DueRule): void {
  requireWithin('installments', rule.installments)
  if ('day' in rule) requireWithin('day', rule.day)
  if ('days' in rule) requireWithin('days', rule.days)
  if ('months' in rule) requireWithin('months', rule.months)
}

function requireWithin(field: keyof typeof dueRuleBounds, value: number): void {
  const { minimum, maximum } = dueRuleBounds[field]
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new RangeError(`${field} of a due rule must be a whole number from ${minimum} to ${maximum}: ${value}`)
  }
}

function phrase(rule: DueRule): string {
  switch (rule.kind) {
    case 'fixed_day':
      return `no dia ${rule.day} após o faturamento`
    case 'last_day_of_month':
      return `no último dia ${rule.onlyBusinessDays ? 'útil ' : ''}do mês após o faturamento`
    case 'day_quantity':
      return afterDays(rule)
    case 'fixed_day_and_month_quantity':
      return `no dia ${rule.day} do ${monthPhrase(rule.months)}`
  }
}

function afterDays({ days, onlyBusinessDays, installments }: DayQuantity): string {
  if (days === 0) return onlyBusinessDays ? 'no dia do faturamento ou no dia útil seguinte' : 'no dia do faturamento'
  const one = onlyBusinessDays ? 'dia útil' : 'dia'
  const many = onlyBusinessDays ? 'dias úteis' : 'dias'
  const span = days === 1 ? `1 ${one}` : `${days} ${many}`
  return installments === 1 ? `${span} após o faturamento` : `a cada ${span} após o faturamento`
}

function monthPhrase(months: number): string {
  if (months === 0) return 'mês do faturamento'
  return months === 1 ? 'mês seguinte ao faturamento' : `${months}º mês após o faturamento`
}

function rolling(roll: Roll | undefined): string | null {
  if (roll === 'previous_business_day') return 'antecipado para dia útil'
  return roll === 'next_business_day' ? 'adiado para dia útil' : null
}
