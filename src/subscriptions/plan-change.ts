// What becomes of a subscription's rule when its plan changes, told as changes of terms: what they make of periods and prices is the
// contract's, so that whatever happens to those periods afterwards happens to a change of plan too.

import { type Disposition, periodsToCome, type Validity } from '../contracts/ledger/coverage.ts'
import type { ChangeTermsInput } from '../contracts/rules/change-terms.ts'
import type { DueInput, LineInput } from '../contracts/rules/read-terms.ts'
import type { Recurrence } from '../contracts/rules/recurrence.ts'
import type { Terms } from '../contracts/rules/terms.ts'
import { addDays, addMonths, type CivilDate, dayOfMonth, firstDayOfMonth, formatDate, maxDate, monthOf } from '../core/dates.ts'
import type { Plan } from './plan.ts'
import { calledPlan, calledPlanFirst } from './plan-name.ts'
import { mostInstallments, timingOf } from './subscription.ts'

export const CHANGE_PLAN = 'change_plan'

/** The period that holds today. */
export interface Underway {
  startsOn: CivilDate
  endsOn: CivilDate
  /** Billed, or closed without charge. */
  isClosed: boolean
}

/** Where the rule stands on the day of the change. */
export interface RuleStanding {
  /** In force on that day. */
  terms: Terms
  coveredUntil: CivilDate
  underway: Underway | null
}

/** The terms of a plan that do not depend on what was before it. */
export function termsOfPlan(plan: Plan, installments: number) {
  const due: DueInput = { kind: 'day_quantity', days: plan.dueDays, installments: Math.min(installments, mostInstallments(plan)) }
  return {
    due,
    priceChange: 'prorate' as const,
    lines: linesOf(plan),
  }
}

/** Products as they stand; a plan without any is one line of its own name. */
function linesOf({ products, serviceItemId, name, price }: Plan): LineInput[] {
  if (products.length > 0) return products.map(product => ({ ...product }))
  if (serviceItemId === null) throw new Error('a plan that bills nothing')
  return [{ serviceItemId, description: name, unitPrice: price }]
}

/** What has to be known of a rule to say which period holds a day. */
export interface RuleDays {
  coveredUntil: CivilDate
  validity: Validity | null
  versions: readonly Terms[]
  /** The row of its ledger that holds the day, or begins after it. */
  row: { startsOn: CivilDate | null; endsOn: CivilDate; disposition: Disposition } | null
}

/** The period that holds the day, of the ledger or beyond its end; null where there is none. */
export function underwayOn(today: CivilDate, { coveredUntil, validity, versions, row }: RuleDays): Underway | null {
  if (validity === null) return null
  if (today < coveredUntil) {
    if (!row || row.startsOn === null || row.startsOn > today) return null
    return { startsOn: row.startsOn, endsOn: row.endsOn, isClosed: row.disposition !== 'open' }
  }
  for (const { startsOn, endsOn } of periodsToCome(versions, coveredUntil, validity)) {
    if (today < endsOn) return startsOn <= today ? { startsOn, endsOn, isClosed: false } : null
  }
  return null
}

/**
 * The changes of terms that put the new plan in force today.
 *
 * The period under way keeps its days. Its rest is swapped, day by day, for days of the new plan; where it begins today and is not
 * closed yet, it is the new plan's from the first. Another billing period is counted from the end of the one under way. Who paid
 * afterwards and now pays in advance pays for the period under way at once: with its end two would be due together, and of two
 * only the later is billed by itself.
 */
export function changesTo(plan: Plan, from: Pick<Plan, 'name'>, today: CivilDate, standing: RuleStanding): ChangeTermsInput[] {
  const { terms, underway } = standing
  const timing = timingOf[plan.chargingMethod]
  const begins = underway !== null && !underway.isClosed && underway.startsOn === today
  const paysAtOnce =
    terms.timing === 'arrears' && timing === 'advance' && underway !== null && !underway.isClosed && underway.startsOn < today
  const isOtherPace = terms.recurrence.unit !== 'month' || terms.recurrence.every !== plan.billingMonths
  const next = begins ? today : maxDate(underway?.endsOn ?? standing.coveredUntil, standing.coveredUntil)
  const change: ChangeTermsInput = {
    validFrom: today,
    cause: CHANGE_PLAN,
    swap: {
      credit: `Crédito do ${calledPlan(from.name)} a partir de ${formatDate(today)}`,
      debit: `${calledPlanFirst(plan.name)} a partir de ${formatDate(today)}`,
    },
    ...termsOfPlan(plan, terms.due.installments),
    ...(isOtherPace && {
      recurrence: { unit: 'month', every: plan.billingMonths, anchorOn: anchorAt(next, terms.recurrence, plan) },
    }),
    ...(terms.timing !== timing && !paysAtOnce && { timing }),
  }
  return paysAtOnce ? [{ validFrom: underway.startsOn, cause: CHANGE_PLAN, timing }, change] : [change]
}

/**
 * Where a rhythm is counted from that has an occurrence on `day`: that day, unless it is the end of a short month, in which a billing
 * day of 29 to 31 stands for itself. Then it is an earlier month that has the day.
 */
function anchorAt(day: CivilDate, before: Recurrence, { billingMonths }: Pick<Plan, 'billingMonths'>): CivilDate {
  const billingDay = dayOfMonth(before.anchor)
  const isMonthsEnd = monthOf(addDays(day, 1)) !== monthOf(day)
  if (before.unit !== 'month' || !isMonthsEnd || dayOfMonth(day) >= billingDay) return day
  for (let k = 1; k <= 12; k++) {
    const anchor = addDays(firstDayOfMonth(monthOf(addMonths(day, -billingMonths * k))), billingDay - 1)
    if (dayOfMonth(anchor) === billingDay && addMonths(anchor, billingMonths * k) === day) return anchor
  }
  return day
}

/** What was called by the plan before is called by the new one. */
export function renamed(name: string, from: Pick<Plan, 'name'>, to: Pick<Plan, 'name'>): string {
  return name.endsWith(from.name) ? (name.slice(0, name.length - from.name.length) + to.name).slice(0, LONGEST_NAME) : name
}

export const LONGEST_NAME = 200
