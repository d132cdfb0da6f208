import { dueDates } from '../contracts/rules/due-dates.ts'
import type { Terms } from '../contracts/rules/terms.ts'
import { type CivilDate, type Instant, maxDate } from '../core/dates.ts'
import { type Cents, cents, zeroCents } from '../core/money.ts'
import type { CreditBalance } from '../customers/customer-credit-store.ts'
import { receivablesOf } from '../invoices/invoice.ts'
import type { Calendar } from '../organizations/calendar.ts'
import { spendCredit } from '../receivables/receivable.ts'
import type { Item } from './item-store.ts'
import { emitsAtOnce } from './plan/items-of-rule.ts'
import type { OutcomeCode } from './plan/outcomes.ts'
import { type InvoicePlan, planHash } from './plan/plan-invoice.ts'
import type { RuleFacts } from './plan/rule-facts.ts'
import type { Run } from './run-store.ts'

export interface MadeReceivable {
  installment: number
  dueOn: CivilDate
  amountCents: Cents
  /** Paid from the customer's credit at emission. */
  creditCents: Cents
}

/** An invoice that a run is about to save; ids and number are null until they are known. */
export interface MadeInvoice {
  item: Item
  rule: RuleFacts
  outcome: Extract<OutcomeCode, 'billed' | 'emitted' | 'awaiting_approval' | 'customer_overdue'>
  invoice: {
    id: number | null
    firstReceivableId: number | null
    number: number | null
    runId: number
    plan: InvoicePlan
    planHash: string
    plannedSeq: number
    terms: Terms
    approval: 'approved' | 'blocked'
    emitWanted: boolean
    heldBy: 'customer_overdue' | null
    estimatedIssueOn: CivilDate
    /** Null while it is not emitted. */
    issueOn: CivilDate | null
    emittedAt: Instant | null
    receivables: MadeReceivable[]
  }
}

export interface Making {
  run: Pick<Run, 'id' | 'cause'>
  item: Item
  rule: RuleFacts
  plan: InvoicePlan
  terms: Terms
  calendar: Calendar
  isOverdue: boolean
  at: Instant
  plannedSeq: number
}

/**
 * The invoice of a plan on a day: emitted at once where rule and run want it, blocked where approval is wanted, held where the
 * customer has something late. Due dates count from the day of emission, or from its forecast.
 */
export function makeInvoice({ run, item, rule, plan, terms, calendar, isOverdue, at, plannedSeq }: Making): MadeInvoice {
  const wanted = emitsAtOnce(run, terms)
  const isEmitted = wanted && !isOverdue
  const estimatedIssueOn = isEmitted ? calendar.today : maxDate(plan.scheduledOn, calendar.today)
  const dueOns = dueDates(terms.due, estimatedIssueOn, calendar.holidays)
  // A plan that was seen in a preview may have fewer installments reserved than it has now: then its ids are taken anew.
  const hasReserved = item.firstReceivableId !== null && (item.installments ?? 0) >= plan.installments.length
  return {
    item,
    rule,
    outcome: isEmitted ? 'emitted' : terms.approvalWanted ? 'awaiting_approval' : wanted ? 'customer_overdue' : 'billed',
    invoice: {
      id: item.invoiceId,
      firstReceivableId: hasReserved ? item.firstReceivableId : null,
      number: isEmitted ? item.number : null,
      runId: run.id,
      plan,
      planHash: planHash(plan),
      plannedSeq,
      terms,
      approval: terms.approvalWanted ? 'blocked' : 'approved',
      emitWanted: run.cause !== 'scheduler',
      heldBy: wanted && isOverdue ? 'customer_overdue' : null,
      estimatedIssueOn,
      issueOn: isEmitted ? calendar.today : null,
      emittedAt: isEmitted ? at : null,
      receivables: receivablesOf(plan.netCents, dueOns).map(planned => ({ ...planned, creditCents: zeroCents })),
    },
  }
}

/** Spends each customer's credit on what is emitted, in the order of the items, the oldest receivable first. */
export function spendCredits(made: readonly MadeInvoice[], balances: readonly CreditBalance[]): void {
  const left = new Map(balances.map(balance => [`${balance.organizationId}:${balance.customerId}`, balance.balanceCents]))
  if (left.size === 0) return
  for (const { rule, invoice } of made) {
    const owner = `${rule.organizationId}:${rule.customerId}`
    const balance = left.get(owner)
    if (invoice.issueOn === null || !balance) continue
    const oldestFirst = invoice.receivables.toSorted((a, b) =>
      a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : a.installment - b.installment,
    )
    let spent = zeroCents
    for (const { receivableIndex, amount } of spendCredit(
      oldestFirst.map(one => one.amountCents),
      balance,
    )) {
      const receivable = oldestFirst[receivableIndex]
      if (receivable) receivable.creditCents = amount
      spent = cents(spent + amount)
    }
    left.set(owner, cents(balance - spent))
  }
}

export function isSettled(receivable: MadeReceivable): boolean {
  return receivable.creditCents === receivable.amountCents
}

/** An id that has been taken by now. */
export function stored(id: number | null): number {
  if (id === null) throw new Error('an invoice is saved before its ids were taken')
  return id
}
