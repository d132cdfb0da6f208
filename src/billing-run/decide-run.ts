import { hash } from 'node:crypto'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { bindPage } from './bind-preview.ts'
import { describeFailure } from './describe-failure.ts'
import { ruleFactsOf, selectRules, waitingInvoices } from './facts-store.ts'
import { boundsPassed, insertItems } from './item-store.ts'
import { type DraftItem, emissionItem, itemsOf, parkedItem } from './items-of-rule.ts'
import { moveRun } from './move-run.ts'
import { reserve } from './reserve.ts'
import type { RuleFacts } from './rule-facts.ts'
import { insertChunks, lockRun, type Run, saveProgress } from './run-store.ts'
import { cutChunks, sizesOf } from './sizes.ts'

/**
 * Decides the next page of a run: what is due becomes items, what will be billed gets its ids and number by position, and the
 * workers get chunks. One transaction; the run's row says how far it got, so a killed one goes on there.
 *
 * @returns whether there is more to decide
 */
export async function decidePage(ctx: Ctx, runId: number): Promise<boolean> {
  return ctx.transact(async tx => {
    const run = await lockRun(tx, runId)
    if (run?.state !== 'previewing' && run?.state !== 'preparing') return false
    const more = run.previewed && run.state === 'preparing' ? await bindPage(tx, ctx, run) : await planPage(tx, ctx, run)
    await saveProgress(tx, run)
    if (!more) await endDeciding(tx, ctx, run)
    return more
  })
}

/** Rules first, in the order (customer, rule); then the invoices that were made before and wait for their day. */
async function planPage(tx: Tx, ctx: Ctx, run: Run): Promise<boolean> {
  if (run.decidedInvoiceId !== null) return planEmissions(tx, ctx, run, run.decidedInvoiceId)
  const { page } = sizesOf(ctx)
  const selected = await selectRules(tx, selectionOf(run), cursorOf(run), page)
  const ruleIds = selected.map(rule => rule.ruleId)
  const facts = await ruleFactsOf(tx, ruleIds)
  await addItems(
    tx,
    ctx,
    run,
    facts.flatMap(rule => safeItemsOf(ctx, run, rule)),
  )
  const last = selected.at(-1)
  run.decidedCustomerId = last?.customerId ?? run.decidedCustomerId
  run.decidedRuleId = last?.ruleId ?? run.decidedRuleId
  if (selected.length < page) run.decidedInvoiceId = 0
  return true
}

function safeItemsOf(ctx: Ctx, run: Run, rule: RuleFacts): DraftItem[] {
  try {
    return itemsOf(rule, run)
  } catch (err) {
    ctx.log.warn({ run: run.id, rule: rule.ruleId, err }, 'billing run: rule parked')
    return [parkedItem(rule, run.day, describeFailure(err))]
  }
}

async function planEmissions(tx: Tx, ctx: Ctx, run: Run, after: number): Promise<boolean> {
  const { page } = sizesOf(ctx)
  const waiting = await waitingInvoices(tx, { ...selectionOf(run), onlyByItself: run.cause === 'scheduler' }, after, page)
  await addItems(tx, ctx, run, waiting.map(emissionItem))
  run.decidedInvoiceId = waiting.at(-1)?.id ?? after
  return waiting.length === page
}

/** Items at the next positions of the run. A run that is not only looked at reserves what they want, and cuts them into chunks. */
async function addItems(tx: Tx, ctx: Ctx, run: Run, items: readonly DraftItem[]): Promise<void> {
  items.forEach((item, i) => {
    item.item = run.items + i + 1
  })
  if (run.state === 'preparing') {
    await reserve(tx, items)
    const customerIds = items.map(item => item.customerId)
    await insertChunks(tx, run.id, cutChunks(customerIds, run.items + 1, sizesOf(ctx).chunk))
  }
  await insertItems(tx, run.id, items)
  run.items += items.length
  for (const item of items) if (item.bills) run.plannedCents += item.netCents
  const plans = items.map(item => `${item.ruleId} ${item.planHash ?? ''} ${item.outcome ?? ''}`)
  run.planHash = hash('sha256', [run.planHash ?? '', ...plans].join('\n'), 'base64url')
}

function selectionOf(run: Run) {
  const { contracts = null, customers = null, rules = null } = run.filters
  return { day: run.day, organizationId: run.organizationId, contracts, customers, rules }
}

function cursorOf(run: Run) {
  if (run.decidedCustomerId === null || run.decidedRuleId === null) return null
  return { customerId: run.decidedCustomerId, ruleId: run.decidedRuleId }
}

/** A run beyond the bounds of an organization stops here, before its first chunk, until a person lets it go on. */
async function endDeciding(tx: Tx, ctx: Ctx, run: Run): Promise<void> {
  const decided = await moveRun(tx, ctx, run, 'decided')
  if (decided.state !== 'running' || run.boundsAllowed) return
  const passed = await boundsPassed(tx, run.id)
  if (passed.length > 0) await moveRun(tx, ctx, decided, 'pause', { pauseReason: 'above_run_bounds', detail: { passed } })
}
