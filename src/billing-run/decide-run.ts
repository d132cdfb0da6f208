import { hash } from 'node:crypto'
import type { TermsMemory } from '../contracts/rules/terms-memory.ts'
import { overdueAmong } from '../invoices/emit-many.ts'
import { calendarsOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { faultOf } from '../platform/db/faults.ts'
import { isNaming } from './billing-run.ts'
import { bindPage } from './bind-preview.ts'
import { describeFailure } from './describe-failure.ts'
import { endIfOver } from './end-run.ts'
import { type Item, type ItemResult, insertItems } from './item-store.ts'
import { moveRun } from './move-run.ts'
import { ruleFactsOf, selectRules, waitingInvoices } from './plan/facts-store.ts'
import { choiceOf, type DraftItem, emissionItems, itemsOf, parkedItem } from './plan/items-of-rule.ts'
import { type PeriodDecision, planRule } from './plan/plan-rule.ts'
import type { RuleFacts } from './plan/rule-facts.ts'
import { reserve } from './reserve.ts'
import { stopAtBounds } from './run-bounds.ts'
import { insertChunks, lockDeciding, pendingChunks, type Run, saveRun } from './run-store.ts'
import { billItems, holdRules } from './save-items.ts'
import { cutChunks, sizesOf } from './sizes.ts'
import { refreshStatistics } from './statistics-store.ts'
import { todayOf } from './today.ts'

/** Whether more may be added to the run. One that runs already is decided further while what was decided of it is applied. */
export function mayDecide(run: Pick<Run, 'state' | 'decided'>): boolean {
  return !run.decided && (run.state === 'previewing' || run.state === 'preparing' || run.state === 'running')
}

/** Chunks that lie ready while a page is decided, so that no other worker runs out of work meanwhile. */
const AHEAD = 2

/** Whether so little of the run lies ready that the next page comes first. */
export function wantsDeciding(run: Run, { free }: { free: number }): boolean {
  return mayDecide(run) && (run.state !== 'running' || free < AHEAD)
}

/** Who decides, and what for. */
export interface Deciding {
  /** The token of its leases. */
  worker: string
  memory: TermsMemory
  /** Whether it waits for another worker that decides right now, having nothing else to do. */
  waits: boolean
}

interface Decided {
  /** `busy` when somebody else is deciding; `over` when that was all and nothing is left to apply. */
  end: 'decided' | 'busy' | 'over'
  items: number
}

/**
 * Decides the next page of a run: what is due becomes items, and what will be billed gets its ids and number by position. A worker
 * that is alone bills them in the same transaction: rules are read once, planned once, and an item is written once. Beside others it
 * cuts them into chunks for all. One transaction; the run's row says how far it got, so a killed one goes on there.
 */
export async function decidePage(ctx: Ctx, runId: number, deciding: Deciding): Promise<Decided['end']> {
  const { end, items } = await decideOrHalve(ctx, runId, deciding)
  await refreshStatistics(ctx, items)
  return end
}

async function decideOrHalve(ctx: Ctx, runId: number, deciding: Deciding): Promise<Decided> {
  try {
    return await decideOne(ctx, runId, deciding, true)
  } catch (error) {
    if (faultOf(error) === 'transient') throw error
    // Perhaps one of them cannot be saved. As a chunk they are halved until it stands alone.
    return decideOne(ctx, runId, { ...deciding, waits: true }, false)
  }
}

async function decideOne(ctx: Ctx, runId: number, { worker, memory, waits }: Deciding, mayBill: boolean): Promise<Decided> {
  return ctx.transact(async tx => {
    const run = await lockDeciding(tx, runId, waits)
    if (!run) return { end: 'busy', items: 0 }
    // A run without items has no chunks.
    const chunks = run.items === 0 ? { free: 0, others: 0 } : await pendingChunks(tx, runId, worker)
    // While it waited the other one may have decided enough.
    if (!wantsDeciding(run, chunks)) return { end: 'decided', items: 0 }
    const before = run.items
    const isAlone = mayBill && !waits && chunks.free + chunks.others === 0
    const isBinding = run.previewed && run.state === 'preparing'
    const page = isBinding ? { more: await bindPage(tx, ctx, run), items: [] } : await planPage(tx, ctx, run, memory, isAlone)
    run.decided = !page.more
    // Whoever made all items of the run in this transaction knows how each of them ended.
    const all = before === 0 && !isBinding ? page.items : null
    const isOver = await saveDecided(tx, ctx, run, all)
    return { end: isOver ? 'over' : 'decided', items: run.items - before }
  })
}

interface DecidedPage {
  /** Whether there is more to decide. */
  more: boolean
  items: readonly DraftItem[]
}

/** Rules first, in the order (customer, rule); then the invoices that were made before and wait for their day. */
async function planPage(tx: Tx, ctx: Ctx, run: Run, memory: TermsMemory, isAlone: boolean): Promise<DecidedPage> {
  if (run.decidedInvoiceId !== null) return planEmissions(tx, ctx, run, run.decidedInvoiceId)
  if (onlyOf(run).invoice !== null) return planEmissions(tx, ctx, run, 0)
  const isBilling = isAlone && run.state === 'running'
  const { page, chunk } = sizesOf(ctx)
  const limit = isBilling ? chunk : page
  const selected = await selectRules(tx, selectionOf(run), cursorOf(run), limit)
  const ruleIds = selected.map(rule => rule.ruleId)
  const held = isBilling ? await holdRules(tx, ruleIds, memory) : null
  const facts = held?.facts ?? (await ruleFactsOf(tx, ruleIds, memory))
  const decisions = new Map<number, readonly PeriodDecision[]>()
  const today = await todayOf(tx, ctx, facts)
  const items = facts.flatMap(rule => decideRule(ctx, rule, { run, isOverdue: today.overdue.has(rule.ruleId) }, decisions))
  await addItems(tx, ctx, run, items, held && (billing => billItems(tx, ctx, run, billing, { ...held, ...today, decisions })))
  const last = selected.at(-1)
  run.decidedCustomerId = last?.customerId ?? run.decidedCustomerId
  run.decidedRuleId = last?.ruleId ?? run.decidedRuleId
  if (selected.length === limit) return { more: true, items }
  const emissions = await planEmissions(tx, ctx, run, 0)
  return { more: emissions.more, items: [...items, ...emissions.items] }
}

/** The rule's items, its decisions beside them. A rule that cannot be planned is parked and stops nobody. */
function decideRule(
  ctx: Ctx,
  rule: RuleFacts,
  deciding: { run: Run; isOverdue: boolean },
  decisions: Map<number, readonly PeriodDecision[]>,
): DraftItem[] {
  const { run } = deciding
  try {
    const own = planRule(rule, choiceOf(run))
    decisions.set(rule.ruleId, own)
    return itemsOf(rule, deciding, own)
  } catch (err) {
    ctx.log.warn({ run: run.id, rule: rule.ruleId, err }, 'billing run: rule parked')
    return [parkedItem(rule, run.day, describeFailure(err))]
  }
}

async function planEmissions(tx: Tx, ctx: Ctx, run: Run, after: number): Promise<DecidedPage> {
  const { page } = sizesOf(ctx)
  const selection = {
    ...selectionOf(run),
    runId: run.id,
    onlyByItself: run.cause === 'scheduler',
    takenBack: isNaming(run.filters),
    isShown: run.state === 'previewing',
    invoice: onlyOf(run).invoice,
  }
  const waiting = onlyOf(run).rule === null ? await waitingInvoices(tx, selection, after, page) : []
  run.decidedInvoiceId = waiting.at(-1)?.id ?? after
  if (waiting.length === 0) return { more: false, items: [] }
  const overdue = await overdueAmong(tx, waiting, await calendarsOf(tx, ctx.clock.now()))
  const items = emissionItems(waiting, overdue, run)
  await addItems(tx, ctx, run, items)
  return { more: waiting.length === page, items }
}

/**
 * Items at the next positions of the run. Unless it is only looked at, what they want is reserved, and they are billed at once
 * or cut into chunks.
 */
async function addItems(
  tx: Tx,
  ctx: Ctx,
  run: Run,
  items: readonly DraftItem[],
  bill: ((billing: readonly Item[]) => Promise<ItemResult[]>) | null = null,
): Promise<void> {
  items.forEach((item, i) => {
    item.item = run.items + i + 1
  })
  for (const item of items) if (item.bills) run.plannedCents += item.netCents
  const plans = items.map(item => `${item.ruleId} ${item.planHash ?? ''} ${item.outcome ?? ''}`)
  run.planHash = hash('sha256', [run.planHash ?? '', ...plans].join('\n'), 'base64url')
  if (run.state !== 'previewing') await reserve(tx, items)
  if (bill !== null) await endItems(items, bill)
  else if (run.state !== 'previewing') {
    const customerIds = items.map(item => item.customerId)
    await insertChunks(tx, run.id, cutChunks(customerIds, run.items + 1, sizesOf(ctx).chunk))
  }
  await insertItems(tx, run.id, items)
  run.items += items.length
}

async function endItems(items: readonly DraftItem[], bill: (billing: readonly Item[]) => Promise<ItemResult[]>): Promise<void> {
  const results = await bill(items.filter(item => item.outcomeClass === 'pending'))
  const ends = new Map(results.map(result => [result.item, result]))
  for (const item of items) Object.assign(item, ends.get(item.item))
}

function selectionOf(run: Run) {
  const { contracts = null, customers = null, rules = null } = run.filters
  const { rule } = onlyOf(run)
  return { day: run.day, organizationId: run.organizationId, contracts, customers, rules: rule === null ? rules : [rule] }
}

function onlyOf({ filters: { only } }: Run): { rule: number | null; invoice: number | null } {
  return { rule: only && 'rule' in only ? only.rule : null, invoice: only && 'invoice' in only ? only.invoice : null }
}

function cursorOf(run: Run) {
  if (run.decidedCustomerId === null || run.decidedRuleId === null) return null
  return { customerId: run.decidedCustomerId, ruleId: run.decidedRuleId }
}

/**
 * Saves how far deciding got; answers whether the run is over. One beyond the bounds of an organization stops here, before its first
 * chunk, until a person lets it go on. One without bounds may be over by now.
 */
async function saveDecided(tx: Tx, ctx: Ctx, run: Run, all: readonly DraftItem[] | null): Promise<boolean> {
  if (run.state === 'running' && (await endIfOver(tx, ctx, run, all))) return true
  if (!run.decided || run.state === 'running') {
    await saveRun(tx, run)
    return false
  }
  await stopAtBounds(tx, ctx, await moveRun(tx, ctx, run, 'decided'))
  return false
}
