import type { EventPart } from '../../contracts/events/billing-event.ts'
import { chargeOf, type Period, periodsToCome, storedPeriod, validityOfRule } from '../../contracts/ledger/coverage.ts'
import { holding, holdReason } from '../../contracts/readjustment/readjustment.ts'
import { holdDetail } from '../../contracts/readjustment/readjustment-words.ts'
import { type Terms, termsAt } from '../../contracts/rules/terms.ts'
import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { parseCpf } from '../../core/brazil/cpf.ts'
import type { CivilDate } from '../../core/dates.ts'
import { cents, micros } from '../../core/money.ts'
import type { OutcomeCode } from './outcomes.ts'
import { type InvoicePlan, planHash, planInvoice } from './plan-invoice.ts'
import type { RuleFacts } from './rule-facts.ts'

export type Verdict =
  | { kind: 'bill'; plan: InvoicePlan; terms: Terms }
  /** Closed without an invoice. */
  | { kind: 'uncharged'; reason: 'contract_suspended' | 'outside_validity' }
  /** Stays open, with the reason. What would be billed comes along where there is such a plan. */
  | {
      kind: 'hold'
      reason: Extract<
        OutcomeCode,
        | 'needs_catch_up'
        | 'contract_suspended'
        | 'index_missing'
        | 'readjustment_unapproved'
        | 'readjustment_pending'
        | 'invalid_tax_id'
        | 'above_safety_bound'
        | 'not_yet_due'
      >
      plan: InvoicePlan | null
      detail: Record<string, unknown> | null
    }

export interface PeriodDecision {
  period: Period
  /** Whether the ledger holds the period already, open. */
  stored: boolean
  verdict: Verdict
}

export interface PlanChoice {
  /** Periods scheduled on or before this day are due. */
  day: CivilDate
  /** Older open periods are billed too. */
  catchUp?: boolean
  /** The first period whose day has not come is billed too: after what is due, and in place of none of it. */
  ahead?: boolean
  /** Today, of a forecast: until `day` each period scheduled after it is billed as its own day comes. */
  forecastFrom?: CivilDate | undefined
  /** Plans, by the period's first day, that somebody saw and allowed to pass the rule's bounds. */
  allowed?: ReadonlyMap<CivilDate, string | null>
  /** Whether an invoice will be made of the plan; of every one unless told. One that is not made takes no event from those after it. */
  makes?: (plan: InvoicePlan) => boolean
}

/**
 * What becomes of each due period of a rule, in order. Only the latest one is billed by itself: older open ones wait until
 * somebody chooses, since a customer must not get two invoices by surprise and nothing may vanish.
 */
export function planRule(facts: RuleFacts, choice: PlanChoice): PeriodDecision[] {
  const due = duePeriods(facts, choice)
  const today = choice.forecastFrom ?? choice.day
  const latest = due.findLast(({ period }) => period.scheduledOn <= today)
  const decisions: PeriodDecision[] = []
  let parts = facts.parts
  let previous = facts.last
  for (const { period, stored } of due) {
    const isToCome = period.scheduledOn > today
    // A period that was listed and whose successor is closed already is an older one, though no later one is due now.
    const isLatest = period === latest?.period && !(stored && facts.coveredUntil !== null && period.endsOn < facts.coveredUntil)
    const verdict = judge(facts, period, isLatest || isToCome, choice, parts, previous)
    decisions.push({ period, stored, verdict })
    if (verdict.kind === 'bill' && (choice.makes?.(verdict.plan) ?? true)) {
      parts = choice.forecastFrom === undefined ? without(parts, verdict.plan) : carriedOn(parts, verdict.plan)
      previous = verdict.plan
    }
  }
  return decisions
}

interface Due {
  period: Period
  stored: boolean
}

/**
 * Open periods of the ledger and those that follow it, scheduled on or before the day; ahead of its day one more, which is the first:
 * one that was given back comes before those that were never billed.
 */
export function duePeriods(facts: RuleFacts, choice: Pick<PlanChoice, 'day' | 'ahead'>): Due[] {
  const due: Due[] = []
  let goesAhead = choice.ahead === true
  for (const { period, stored } of openPeriods(facts)) {
    const isAhead = period.scheduledOn > choice.day
    if (!isAhead || goesAhead) due.push({ period, stored })
    if (isAhead) goesAhead = false
    if (isAhead && !stored) break
  }
  return due
}

/** What is not closed, in order; without end where nothing ends the rule. */
function* openPeriods(facts: RuleFacts): Generator<{ period: Period; stored: boolean }> {
  const { coveredUntil, contract, versions } = facts
  if (facts.archived || contract.kind !== 'sale' || contract.validity === null || coveredUntil === null) return
  for (const row of facts.open) yield { period: storedPeriod(versions, row), stored: true }
  for (const period of periodsToCome(versions, coveredUntil, contract.validity)) yield { period, stored: false }
}

function judge(
  facts: RuleFacts,
  period: Period,
  isLatest: boolean,
  choice: PlanChoice,
  parts: readonly EventPart[],
  previous: RuleFacts['last'],
): Verdict {
  const terms = termsAt(facts.versions, period.startsOn)
  const { validity, suspensions } = facts.contract
  if (validity === null) throw new Error('a contract with a ledger has a validity')
  const charge = chargeOf(period, terms, validityOfRule(facts.versions, validity), suspensions)
  if (charge.charged === false) return { kind: 'uncharged', reason: charge.reason }
  if (charge.charged === 'later' && !charge.resumed) return hold('contract_suspended')

  // Its price is not known before: whatever would be billed now would be billed too little, or too much.
  const readjustment = holding(facts.readjustments, period.startsOn)
  if (readjustment !== null) return hold(holdReason(readjustment), null, { ...holdDetail(readjustment) })

  const plan = planInvoice(facts.ruleId, terms, period, charge, parts)
  const chosen = choice.catchUp === true || (isLatest && charge.charged === true)
  if (!chosen) return hold('needs_catch_up', plan)
  if (!hasValidTaxId(facts)) return hold('invalid_tax_id', plan, { customerId: facts.customerId })
  const bound = exceededBound(plan, terms, previous)
  if (bound && choice.allowed?.get(period.startsOn) !== planHash(plan)) return hold('above_safety_bound', plan, bound)
  return { kind: 'bill', plan, terms }
}

function hold(
  reason: Extract<Verdict, { kind: 'hold' }>['reason'],
  plan: InvoicePlan | null = null,
  detail: Record<string, unknown> | null = null,
): Verdict {
  return { kind: 'hold', reason, plan, detail }
}

function hasValidTaxId(facts: RuleFacts): boolean {
  if (facts.customerTaxId === null) return false
  return (facts.customerKind === 'company' ? parseCnpj(facts.customerTaxId) : parseCpf(facts.customerTaxId)) !== null
}

/** The bound that the plan passes, in the words of the item's detail. */
function exceededBound(plan: InvoicePlan, terms: Terms, previous: RuleFacts['last']): Record<string, unknown> | null {
  if (terms.maxAmountCents !== null && plan.grossCents > terms.maxAmountCents) {
    return { bound: 'maxAmountCents', limit: terms.maxAmountCents, grossCents: plan.grossCents }
  }
  if (terms.maxGrowthPercent !== null && previous !== null && previous.grossCents > 0) {
    // Compared as products, so that no rounding decides.
    const grownMicros = BigInt(plan.grossCents - previous.grossCents) * 100_000_000n
    if (grownMicros > BigInt(previous.grossCents) * micros(terms.maxGrowthPercent)) {
      return {
        bound: 'maxGrowthPercent',
        limit: terms.maxGrowthPercent,
        grossCents: plan.grossCents,
        previousGrossCents: previous.grossCents,
      }
    }
  }
  return null
}

/** As `without`, where each period has a run of its own, as in a forecast: a remainder is taken by the next one. */
function carriedOn(parts: readonly EventPart[], plan: InvoicePlan): readonly EventPart[] {
  const used = new Map(plan.events.map(event => [event.part.id, event.usedCents]))
  return parts.flatMap(part => {
    const usedCents = used.get(part.id)
    if (usedCents === undefined) return part
    return usedCents < part.amountCents ? { ...part, amountCents: cents(part.amountCents - usedCents) } : []
  })
}

/** What an invoice leaves of the open parts; a remainder that it carries on is for another run. */
function without(parts: readonly EventPart[], plan: InvoicePlan): readonly EventPart[] {
  if (plan.events.length === 0) return parts
  const used = new Set(plan.events.map(event => event.part.id))
  return parts.filter(part => !used.has(part.id))
}
