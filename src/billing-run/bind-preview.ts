import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { describeFailure } from './describe-failure.ts'
import { type Item, type ItemResult, pendingItems, saveReservations, saveResults } from './item-store.ts'
import { ruleFactsOf } from './plan/facts-store.ts'
import { choiceOf, emitsAtOnce } from './plan/items-of-rule.ts'
import { type InvoicePlan, planHash } from './plan/plan-invoice.ts'
import { duePeriods, type PeriodDecision, planRule } from './plan/plan-rule.ts'
import type { RuleFacts } from './plan/rule-facts.ts'
import { reserve } from './reserve.ts'
import { insertChunks, type Run } from './run-store.ts'
import { sizesOf, spansOf } from './sizes.ts'
import { todayOf } from './today.ts'

/**
 * Binds the next page of a preview that is being billed: planned again, reserved, cut into chunks. An item that would be billed
 * otherwise than it was seen, or not at all, says so and its period stays as it was.
 *
 * @returns whether there is more to bind
 */
export async function bindPage(tx: Tx, ctx: Ctx, run: Run): Promise<boolean> {
  const { page, chunk } = sizesOf(ctx)
  const items = await pendingItems(tx, run.id, run.decidedItem + 1, run.items, page)
  const facts = await ruleFactsOf(tx, [...new Set(items.flatMap(item => item.ruleId ?? []))])
  const changed: ItemResult[] = []
  const current = new Map<number, readonly PeriodDecision[]>()
  for (const rule of facts) {
    const own = items.filter(item => item.ruleId === rule.ruleId)
    try {
      const known = await withSameRules(tx, run, [rule], own)
      for (const [id, decisions] of decisionsOf([rule], run, known)) current.set(id, decisions)
    } catch (error) {
      // A rule that cannot be planned any more parks its items and stops nobody.
      changed.push(
        ...own.map(item => ({
          ...item,
          outcomeClass: 'parked' as const,
          outcome: 'failed' as const,
          detail: describeFailure(error),
        })),
      )
    }
  }
  const { overdue } = await todayOf(tx, ctx, facts)
  const bound = items.map(item => {
    // Whether an invoice made before waits for approval is asked when it is emitted; the preview reserves no number for it.
    if (item.kind === 'emit') return { ...item, bills: false, emits: false }
    const decision = decisionFor(current, item)
    const seen = isAsSeen(item, decision)
    // A rule that is not there could not be planned: its items are parked already.
    if (!seen && item.ruleId !== null && current.has(item.ruleId)) changed.push(changedResult(item, decision))
    const terms = seen && decision?.verdict.kind === 'bill' ? decision.verdict.terms : null
    return { ...item, bills: terms !== null, emits: terms !== null && !overdue.has(item.ruleId ?? 0) && emitsAtOnce(run, terms) }
  })
  await reserve(tx, bound)
  await saveReservations(
    tx,
    run.id,
    bound.filter(item => item.bills),
  )
  await saveResults(tx, run.id, changed)
  const last = items.at(-1)
  if (last) {
    // Positions between two pending items were decided by the preview: a chunk may span them.
    await insertChunks(
      tx,
      run.id,
      spansOf(
        items.map(item => item.item),
        chunk,
      ),
    )
    run.decidedItem = last.item
  }
  return items.length === page
}

/** What would become of each rule's due periods now. */
export type Decisions = ReadonlyMap<number, readonly PeriodDecision[]>

/** @param items those of the rules that the run is still to make, all of them: see `withSameRules` */
export function decisionsOf(
  facts: readonly RuleFacts[],
  run: Pick<Run, 'day' | 'filters' | 'previewed'>,
  items: readonly Item[],
): Decisions {
  const itemsOf = Map.groupBy(items, item => item.ruleId)
  return new Map(
    facts.map(rule => {
      const own = new Map((itemsOf.get(rule.ruleId) ?? []).flatMap(item => (item.periodStart ? [[item.periodStart, item]] : [])))
      const allowed = [...own].flatMap(([day, item]) => (item.allowedBy === null ? [] : [[day, item.planHash] as const]))
      const makes = (plan: InvoicePlan) => {
        const item = own.get(plan.startsOn)
        return item !== undefined && (!run.previewed || planHash(plan) === item.planHash)
      }
      return [rule.ruleId, planRule(rule, { ...choiceOf(run), allowed: new Map(allowed), makes })]
    }),
  )
}

/**
 * The items with the others of their rules that wait in the run: several periods of a rule may lie on two pages, or in two chunks, and
 * the earlier one has the first claim to an event.
 */
export async function withSameRules(
  tx: Reader,
  run: Pick<Run, 'id' | 'day' | 'filters'>,
  facts: readonly RuleFacts[],
  items: readonly Item[],
): Promise<Item[]> {
  // Without catching up, and without going ahead, one period of a rule is billed.
  if (run.filters.catchUp !== true && run.filters.ahead !== true) return [...items]
  const known = [...items]
  for (const rule of facts) {
    const own = items.filter(item => item.ruleId === rule.ruleId).map(({ item }) => item)
    const due = duePeriods(rule, choiceOf(run)).length
    if (own.length >= due) continue
    // They lie side by side.
    const near = await pendingItems(tx, run.id, Math.min(...own) - due, Math.max(...own) + due)
    known.push(...near.filter(item => item.ruleId === rule.ruleId && !own.includes(item.item)))
  }
  return known
}

export function decisionFor(decisions: Decisions, item: Item): PeriodDecision | undefined {
  return item.ruleId === null
    ? undefined
    : decisions.get(item.ruleId)?.find(decision => decision.period.startsOn === item.periodStart)
}

/** Whether the item would end as the preview showed it: the same plan, or the same period that is not charged. */
export function isAsSeen(item: Item, decision: PeriodDecision | undefined): boolean {
  if (decision?.verdict.kind === 'bill') return planHash(decision.verdict.plan) === item.planHash
  return decision?.verdict.kind === 'uncharged' && item.planHash === null
}

export function changedResult(item: Item, decision: PeriodDecision | undefined): ItemResult {
  const verdict = decision?.verdict
  const now = verdict === undefined ? 'already_billed' : verdict.kind === 'bill' ? 'billed' : verdict.reason
  const netCents = verdict?.kind === 'bill' ? verdict.plan.netCents : null
  return {
    ...item,
    outcomeClass: 'not_billed',
    outcome: 'changed_since_preview',
    detail: { now, netCents, seenNetCents: item.netCents },
  }
}
