import { hash } from 'node:crypto'
import { type EventPart, eligibleParts } from '../../contracts/events/billing-event.ts'
import type { Period } from '../../contracts/ledger/coverage.ts'
import { amountsOfLine, linesOn } from '../../contracts/rules/line-amounts.ts'
import type { Line, Terms } from '../../contracts/rules/terms.ts'
import { addToMonth, type CivilDate, monthOf, type YearMonth } from '../../core/dates.ts'
import { type Cents, cents, type Decimal, decimal, decimalOf, prorate, splitEvenly, sum, zeroCents } from '../../core/money.ts'
import { amountsOf } from '../../invoices/invoice.ts'
import { type Withholding, withheldOf } from '../../invoices/withholding.ts'
import { ofMonth } from '../../nfse/withholding/withholding-terms.ts'

export interface PlannedLine {
  source: 'rule' | 'event'
  serviceItemId: number | null
  eventPartId: number | null
  description: string
  quantity: Decimal
  unitPrice: Decimal
  grossCents: Cents
  discountCents: Cents
  /** What it is for the books: no part of what the hash compares, since another one comes with another version of the terms. */
  categoryId: number | null
}

/** What one period of one rule bills, before anything is numbered or dated by the day of emission. */
export interface InvoicePlan {
  ruleId: number
  termsVersion: number
  startsOn: CivilDate
  endsOn: CivilDate
  scheduledOn: CivilDate
  competence: YearMonth
  /** Charged days of the recurrence interval's days; null when the whole is charged. */
  proration: { days: number; of: number } | null
  lines: PlannedLine[]
  /** Events consumed here. What a discount could not use carries on as a new part. */
  events: { part: EventPart; usedCents: Cents }[]
  withholdings: Withholding[]
  grossCents: Cents
  discountCents: Cents
  withheldCents: Cents
  netCents: Cents
  /** Amounts of the receivables in order; they sum to the net. */
  installments: Cents[]
}

/**
 * The plan of a period: lines with their discounts, prorated; surcharges; discounts as far as they go; withholding on what
 * remains; installments. A pure function of its inputs, so that it can be computed again years later.
 *
 * @param parts the rule's open event parts, without those that an earlier period of the same run takes
 */
export function planInvoice(
  ruleId: number,
  terms: Terms,
  period: Period,
  charged: { days: number; of: number },
  parts: readonly EventPart[],
): InvoicePlan {
  const proration = charged.days === charged.of ? null : charged
  const own = linesOn(terms.lines, period.startsOn)
  const lines = own.map(line => planLine(line, proration))
  const events: InvoicePlan['events'] = []
  let remaining = sum(lines.map(line => cents(line.grossCents - line.discountCents)))
  for (const part of eligibleParts(parts, monthOf(period.scheduledOn))) {
    const used = part.kind === 'surcharge' ? part.amountCents : cents(Math.min(part.amountCents, remaining))
    if (used === 0) continue // nothing left to discount from: it waits whole for the next billing
    remaining = cents(part.kind === 'surcharge' ? remaining + used : remaining - used)
    events.push({ part, usedCents: used })
    lines.push(eventLine(part, used))
  }

  const competence = addToMonth(monthOf(period.scheduledOn), terms.competenceShift)
  const reimbursed = new Set(events.flatMap(({ part }) => (part.isReimbursement ? [part.id] : [])))
  const { amounts, withholdings } = amountsOf(
    reimbursed.size === 0 ? lines : lines.map(line => ({ ...line, isReimbursement: reimbursed.has(line.eventPartId ?? 0) })),
    withheldOf(ofMonth(terms.withholdings, competence), own, amount => prorated(amount, proration)),
  )
  return {
    ruleId,
    termsVersion: terms.version,
    startsOn: period.startsOn,
    endsOn: period.endsOn,
    scheduledOn: period.scheduledOn,
    competence,
    proration,
    lines,
    events,
    withholdings,
    ...amounts,
    // A zero invoice has one receivable of 0, whatever the rule splits.
    installments: amounts.netCents === 0 ? [zeroCents] : splitEvenly(amounts.netCents, terms.due.installments),
  }
}

/**
 * What "bill exactly this" compares: period, versions, lines, events, totals and parts of the receivables. Not issue and due
 * dates, number, credit or lateness, which belong to the day of emission.
 */
export function planHash(plan: InvoicePlan): string {
  const known = hashes.get(plan) ?? hashOf(plan)
  hashes.set(plan, known)
  return known
}

/** A plan is asked for its hash by whoever shows, binds and makes it; it never changes. */
const hashes = new WeakMap<InvoicePlan, string>()

function hashOf(plan: InvoicePlan): string {
  const lines = plan.lines.map(line => [
    line.source,
    line.serviceItemId,
    line.eventPartId,
    line.description,
    line.quantity,
    line.unitPrice,
    line.grossCents,
    line.discountCents,
  ])
  const withheld = plan.withholdings.map(w => [w.tax, w.rateMicros, w.amountCents])
  return hash(
    'sha256',
    JSON.stringify([
      plan.ruleId,
      plan.termsVersion,
      plan.startsOn,
      plan.endsOn,
      plan.scheduledOn,
      plan.competence,
      lines,
      withheld,
      plan.grossCents,
      plan.discountCents,
      plan.withheldCents,
      plan.netCents,
      plan.installments,
    ]),
    'base64url',
  )
}

function planLine(line: Line, proration: { days: number; of: number } | null): PlannedLine {
  const whole = amountsOfLine(line)
  return {
    source: 'rule',
    serviceItemId: line.serviceItemId,
    eventPartId: null,
    description: line.description,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    grossCents: prorated(whole.grossCents, proration),
    discountCents: prorated(whole.discountCents, proration),
    categoryId: line.categoryId,
  }
}

function prorated(amount: Cents, proration: { days: number; of: number } | null): Cents {
  return proration ? prorate(amount, proration.days, proration.of) : amount
}

const ONE = decimal('1')

function eventLine(part: EventPart, used: Cents): PlannedLine {
  const isSurcharge = part.kind === 'surcharge'
  return {
    source: 'event',
    serviceItemId: part.serviceItemId,
    eventPartId: part.id,
    description: part.description,
    quantity: ONE,
    unitPrice: isSurcharge ? decimalOf(used) : decimal('0'),
    grossCents: isSurcharge ? used : zeroCents,
    discountCents: isSurcharge ? zeroCents : used,
    categoryId: null,
  }
}
