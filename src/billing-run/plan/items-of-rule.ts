import { termsAt } from '../../contracts/rules/terms.ts'
import type { CivilDate } from '../../core/dates.ts'
import { isUnusual, type RunFilters } from '../billing-run.ts'
import type { Item } from '../item-store.ts'
import type { Run } from '../run-store.ts'
import type { WaitingInvoice } from './facts-store.ts'
import { type EmissionWait, outcomes } from './outcomes.ts'
import { type InvoicePlan, planHash } from './plan-invoice.ts'
import type { PeriodDecision, PlanChoice } from './plan-rule.ts'
import type { RuleFacts } from './rule-facts.ts'

/** An item that has no position yet, and what it wants reserved. */
export interface DraftItem extends Item {
  bills: boolean
  /** As far as can be told before it is applied; a number that is not used leaves a recorded gap. */
  emits: boolean
}

export function choiceOf({ day, filters }: Pick<Run, 'day' | 'filters'>): PlanChoice {
  const period = onlyPeriodOf(filters)
  return {
    day,
    catchUp: filters.catchUp === true,
    ahead: filters.ahead === true,
    forecastFrom: filters.forecastFrom,
    ...(period !== null && { makes: (plan: InvoicePlan) => plan.startsOn === period }),
  }
}

function onlyPeriodOf({ only }: RunFilters): CivilDate | null {
  return only !== undefined && 'period' in only ? only.period : null
}

/** What an item depends on beside its rule: the run, and whether the customer is late, so that no number is kept for it. */
export interface Deciding {
  run: Run
  isOverdue: boolean
}

/** A rule's due periods as items. A rule that a person named says why when nothing of it is due. */
export function itemsOf(rule: RuleFacts, { run, isOverdue }: Deciding, decisions: readonly PeriodDecision[]): DraftItem[] {
  const own = decisions.filter(decision => concerns(run, rule, decision))
  if (own.length > 0) return own.map(decision => itemOf(rule, decision, { run, isOverdue }))
  const isNamed = run.filters.contracts !== undefined || run.filters.rules !== undefined
  return isNamed ? [undueItem(rule, run.day)] : []
}

/**
 * The scheduler leaves alone what waits for a run of a person, whatever else that waits for, and closes what is not charged. Of one period
 * only, what is not charged is closed with it.
 */
function concerns(run: Run, { versions }: RuleFacts, { period, verdict }: PeriodDecision): boolean {
  const only = onlyPeriodOf(run.filters)
  if (only !== null && period.startsOn !== only && verdict.kind !== 'uncharged') return false
  if (run.cause !== 'scheduler' || verdict.kind === 'uncharged') return true
  return termsAt(versions, period.startsOn).management !== 'on_request'
}

/** A run that a person or a dialect started emits whatever the management; nothing is emitted that waits for approval. */
export function emitsAtOnce(run: Pick<Run, 'cause'>, terms: { management: string; approvalWanted: boolean }): boolean {
  return !terms.approvalWanted && (run.cause !== 'scheduler' || terms.management === 'automatic')
}

function itemOf(rule: RuleFacts, { period, verdict }: PeriodDecision, { run, isOverdue }: Deciding): DraftItem {
  const plan = verdict.kind === 'uncharged' ? null : verdict.plan
  // An uncharged period is closed by a worker, as a billed one is: both are pending. A forecast closes nothing.
  const isLeft = verdict.kind === 'hold' || (verdict.kind === 'uncharged' && run.filters.forecastFrom !== undefined)
  return {
    ...blankItem(rule),
    periodStart: period.startsOn,
    periodEnd: period.endsOn,
    scheduledOn: period.scheduledOn,
    ...(plan && amountsOfPlan(plan, rule)),
    plan: run.state === 'previewing' ? plan : null,
    outcomeClass: isLeft ? 'not_billed' : 'pending',
    outcome: isLeft ? verdict.reason : null,
    detail: verdict.kind === 'hold' ? verdict.detail : null,
    bills: verdict.kind === 'bill',
    emits: verdict.kind === 'bill' && !isOverdue && emitsAtOnce(run, verdict.terms),
  }
}

function amountsOfPlan(plan: InvoicePlan, rule: RuleFacts) {
  const previousNetCents = rule.last?.netCents ?? null
  return {
    installments: plan.installments.length,
    planHash: planHash(plan),
    grossCents: plan.grossCents,
    discountCents: plan.discountCents,
    withheldCents: plan.withheldCents,
    netCents: plan.netCents,
    previousNetCents,
    unusual: isUnusual(plan.netCents, previousNetCents),
  }
}

/**
 * Invoices that were made before and whose day has come, as items. One that stays held because its customer is late is told once: the
 * scheduler asks about it every day, and leaves it alone.
 */
export function emissionItems(
  waiting: readonly WaitingInvoice[],
  overdue: ReadonlySet<number>,
  run: Pick<Run, 'cause'>,
): DraftItem[] {
  const isToldAlready = (invoice: WaitingInvoice) => invoice.heldBy !== null && overdue.has(invoice.id)
  const told = run.cause === 'scheduler' ? waiting.filter(invoice => !isToldAlready(invoice)) : waiting
  return told.map(invoice => emissionItem(invoice, overdue.has(invoice.id)))
}

function emissionItem(
  { id, approval, heldBy: _, estimatedIssueOn: __, seen, ...invoice }: WaitingInvoice,
  isOverdue: boolean,
): DraftItem {
  const waits = whatItWaitsFor(approval, isOverdue)
  return {
    ...nothingYet,
    ...invoice,
    kind: 'emit',
    invoiceId: id,
    planHash: seen,
    outcomeClass: 'pending',
    outcome: null,
    detail: waits === null ? null : { waits },
    emits: waits === null,
  }
}

/** What keeps an invoice from going out, as it stands when it is listed. */
function whatItWaitsFor(approval: WaitingInvoice['approval'], isOverdue: boolean): EmissionWait | null {
  if (approval === 'blocked') return 'awaiting_approval'
  return isOverdue ? 'customer_overdue' : null
}

/** A rule whose plan cannot be made, whatever the reason: it must not keep the run from all the others. */
export function parkedItem(rule: RuleFacts, day: CivilDate, detail: Record<string, unknown>): DraftItem {
  return { ...blankItem(rule), scheduledOn: day, outcomeClass: 'parked', outcome: 'failed', detail }
}

function undueItem(rule: RuleFacts, day: CivilDate): DraftItem {
  // The ledger already reaches beyond the day: that period was closed before. A ledger that only begins there has billed nothing.
  const isBilled = rule.last !== null && rule.coveredUntil !== null && rule.coveredUntil > day
  const outcome = isBilled ? 'already_billed' : 'not_yet_due'
  return { ...blankItem(rule), scheduledOn: day, outcomeClass: outcomes[outcome].class, outcome }
}

function blankItem({ organizationId, customerId, contractId, ruleId }: RuleFacts) {
  return { ...nothingYet, organizationId, customerId, contractId, ruleId }
}

const nothingYet = {
  item: 0,
  kind: 'bill',
  periodStart: null,
  periodEnd: null,
  invoiceId: null,
  firstReceivableId: null,
  installments: null,
  number: null,
  planHash: null,
  plan: null,
  grossCents: 0,
  discountCents: 0,
  withheldCents: 0,
  netCents: 0,
  previousNetCents: null,
  unusual: false,
  detail: null,
  allowedBy: null,
  bills: false,
  emits: false,
} as const
