import { consumeParts } from '../contracts/events/event-store.ts'
import { settleDifferencesOfRules } from '../contracts/events/settle-differences.ts'
import { closePeriods, lockRuleIds, saveHeads } from '../contracts/ledger/coverage-store.ts'
import type { TermsMemory } from '../contracts/rules/terms-memory.ts'
import { cents } from '../core/money.ts'
import { lockCredits } from '../customers/customer-credit-store.ts'
import { nextFactSeq } from '../invoices/invoice-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { changedResult, type Decisions, decisionFor, decisionsOf, isAsSeen, withSameRules } from './bind-preview.ts'
import { emitItems } from './emit-items.ts'
import { type Item, type ItemResult, saveResults } from './item-store.ts'
import { ledgerAfter } from './ledger-after.ts'
import { type MadeInvoice, makeInvoice, spendCredits, stored } from './make-invoice.ts'
import { ruleFactsOf } from './plan/facts-store.ts'
import type { OutcomeCode } from './plan/outcomes.ts'
import { type InvoicePlan, planHash } from './plan/plan-invoice.ts'
import type { PeriodDecision } from './plan/plan-rule.ts'
import type { RuleFacts } from './plan/rule-facts.ts'
import type { Run } from './run-store.ts'
import { saveInvoices } from './save-invoices.ts'
import { type Today, todayOf } from './today.ts'

/**
 * Saves what becomes of the items, in the caller's transaction: holds their rules, plans each again from what is known now, and
 * writes invoices, ledger, events, credit and outcomes with one statement a table. Nothing here is decided by what was planned
 * before: between then and now another run may have billed the period, or a person changed the price.
 */
export async function saveItems(tx: Tx, ctx: Ctx, run: Run, items: readonly Item[], memory: TermsMemory): Promise<void> {
  const billing = items.filter(item => item.kind === 'bill')
  const held = await holdRules(tx, [...new Set(billing.flatMap(item => item.ruleId ?? []))], memory)
  const known = await withSameRules(tx, run, held.facts, billing)
  const decisions = decisionsOf(held.facts, run, known)
  const billed = await billItems(tx, ctx, run, billing, { ...held, ...(await todayOf(tx, ctx, held.facts)), decisions })
  const waiting = items.filter(item => item.kind === 'emit')
  await saveResults(tx, run.id, [...billed, ...(await emitItems(tx, ctx, run, waiting))])
}

/** Rules that are locked, and all that decides what they bill. */
export interface HeldRules {
  facts: readonly RuleFacts[]
  /** Taken after the locks: what was known with a lower number is what a plan from these facts knew. */
  plannedSeq: number
}

export async function holdRules(tx: Tx, ruleIds: readonly number[], memory: TermsMemory): Promise<HeldRules> {
  await lockRuleIds(tx, ruleIds)
  const plannedSeq = await nextFactSeq(tx)
  return { plannedSeq, facts: await ruleFactsOf(tx, ruleIds, memory) }
}

/** Makes the invoices of items whose rules are held, and closes their periods. How each item ended is the caller's to write down. */
export async function billItems(
  tx: Tx,
  ctx: Ctx,
  run: Run,
  billing: readonly Item[],
  { facts, plannedSeq, decisions, calendars, overdue }: HeldRules & Today & { decisions: Decisions },
): Promise<ItemResult[]> {
  if (billing.length === 0) return []
  const made: MadeInvoice[] = []
  const results: ItemResult[] = []
  const byRule = new Map(facts.map(rule => [rule.ruleId, rule]))
  for (const item of billing) {
    const rule = item.ruleId === null ? undefined : byRule.get(item.ruleId)
    const decision = decisionFor(decisions, item)
    const calendar = calendars.get(item.organizationId)
    if (!rule || !calendar) throw new Error(`item ${item.item} names a rule or an organization that is not there`)
    if (run.previewed && !isAsSeen(item, decision)) results.push(changedResult(item, decision))
    else if (decision?.verdict.kind === 'bill') {
      const isOverdue = overdue.has(rule.ruleId)
      made.push(makeInvoice({ run, item, rule, ...decision.verdict, calendar, isOverdue, at: ctx.clock.now(), plannedSeq }))
    } else results.push(unbilled(item, rule, decision))
  }
  await reserveMissing(tx, made)
  await spendCredits(made, await lockCredits(tx, ownersOf(made)))
  results.push(...made.map(resultOf))

  // In this order on the one connection, which takes one statement after the other.
  await Promise.all([
    saveInvoices(tx, ctx, made),
    saveLedger(tx, ctx, facts, decisions, made, billing),
    saveConsumption(tx, made),
  ])
  // A period that is not charged leaves no difference of a price that changed in it.
  const uncharged = billing.filter(item => decisionFor(decisions, item)?.verdict.kind === 'uncharged')
  const ruleIds = [...new Set(uncharged.flatMap(item => item.ruleId ?? []))]
  await record(tx, ctx, await settleDifferencesOfRules(tx, ruleIds, ctx.clock.now()))
  return results
}

/** An item without an invoice: its period is closed uncharged, stays open for a reason, or was closed by somebody else. */
function unbilled(item: Item, rule: RuleFacts, decision: PeriodDecision | undefined): ItemResult {
  const verdict = decision?.verdict
  if (verdict?.kind === 'uncharged') return { ...item, outcomeClass: 'not_billed', outcome: verdict.reason, detail: null }
  if (verdict?.kind === 'hold') {
    // What is shown as held is what somebody may allow: the plan of now, not the one that was decided.
    const { plan, reason, detail } = verdict
    return {
      ...item,
      ...(plan && { ...amountsIn(plan), planHash: planHash(plan) }),
      outcomeClass: 'not_billed',
      outcome: reason,
      detail,
    }
  }
  const isClosed = rule.coveredUntil !== null && item.periodStart !== null && item.periodStart < rule.coveredUntil
  return { ...item, outcomeClass: 'not_billed', outcome: isClosed ? 'already_billed' : 'not_yet_due', detail: null }
}

function resultOf({ item, invoice, outcome }: MadeInvoice): ItemResult {
  return {
    item: item.item,
    outcomeClass: 'billed',
    outcome: outcome satisfies OutcomeCode,
    detail: null,
    invoiceId: invoice.id,
    number: invoice.number,
    planHash: invoice.planHash,
    ...amountsIn(invoice.plan),
  }
}

function amountsIn({ grossCents, discountCents, withheldCents, netCents }: InvoicePlan) {
  return { grossCents, discountCents, withheldCents, netCents }
}

/** What was not reserved when the run was decided, as for an item that is tried again or whose plan has more installments now. */
async function reserveMissing(tx: Tx, made: readonly MadeInvoice[]): Promise<void> {
  for (const one of made) {
    const { invoice } = one
    if (invoice.id === null) invoice.id = await takeIds(tx, 'invoice')
    if (invoice.firstReceivableId === null)
      invoice.firstReceivableId = await takeIds(tx, 'receivable', invoice.receivables.length)
    if (invoice.issueOn !== null && invoice.number === null)
      invoice.number = await takeIds(tx, 'invoice_number', 1, one.rule.organizationId)
  }
}

function ownersOf(made: readonly MadeInvoice[]) {
  const owners = new Map(
    made
      .filter(one => one.invoice.issueOn !== null)
      .map(({ rule }) => [
        `${rule.organizationId}:${rule.customerId}`,
        { customerId: rule.customerId, organizationId: rule.organizationId },
      ]),
  )
  return [...owners.values()]
}

async function saveLedger(
  tx: Tx,
  ctx: Ctx,
  facts: readonly RuleFacts[],
  decisions: Decisions,
  made: readonly MadeInvoice[],
  billing: readonly Item[],
): Promise<void> {
  const madeOf = Map.groupBy(made, one => one.rule.ruleId)
  const askedOf = Map.groupBy(billing, item => item.ruleId)
  const ledgers = facts.map(rule => {
    const asked = new Set((askedOf.get(rule.ruleId) ?? []).flatMap(item => item.periodStart ?? []))
    return ledgerAfter(rule, decisions.get(rule.ruleId) ?? [], asked, madeOf.get(rule.ruleId) ?? [])
  })
  await closePeriods(
    tx,
    ledgers.flatMap(ledger => ledger.rows),
    ctx.clock.now(),
  )
  await saveHeads(
    tx,
    ledgers.flatMap(ledger => (ledger.rows.length === 0 ? [] : ledger.head)),
  )
}

/** Each part ends with its invoice; what a discount could not use lives on. */
async function saveConsumption(tx: Tx, made: readonly MadeInvoice[]): Promise<void> {
  const consumed = made.flatMap(({ invoice }) => invoice.plan.events.map(event => ({ ...event, invoiceId: stored(invoice.id) })))
  const remainders = consumed.filter(({ part, usedCents }) => usedCents < part.amountCents).length
  let nextId = remainders === 0 ? 0 : await takeIds(tx, 'billing_event_part', remainders)
  await consumeParts(
    tx,
    consumed.map(({ part, usedCents, invoiceId }) => ({
      partId: part.id,
      invoiceId,
      usedCents,
      carried: usedCents < part.amountCents ? { id: nextId++, amountCents: cents(part.amountCents - usedCents) } : null,
    })),
  )
}
