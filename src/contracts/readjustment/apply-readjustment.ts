import { addDays, startOfDay } from '../../core/dates.ts'
import { type Factor, monthsFor } from '../../indices/price-index.ts'
import { type Ctx, showActor } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { dateWork, dropWork, type WorkHandlers } from '../../platform/due-work.ts'
import { type HistoryEntry, record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import { settleDifferences } from '../events/settle-differences.ts'
import { refreshNextDue } from '../ledger/coverage-store.ts'
import { termsChanged } from '../rules/rule-history.ts'
import { saveRule } from '../rules/rule-store.ts'
import { type Terms, termsAt } from '../rules/terms.ts'
import { insertTerms } from '../rules/terms-store.ts'
import { APPLY_READJUSTMENT, dateClause } from './date-readjustments.ts'
import { changed, type HeldReadjustment, holdReadjustment, planNow, type RuleStanding, standingOf } from './held-readjustment.ts'
import {
  concernsAnything,
  findsALine,
  isUnapproved,
  movedTo,
  numberAfter,
  type Readjustment,
  type ReadjustmentPlan,
  wasApprovedOtherwise,
} from './readjustment.ts'
import { type Application, insertApplication, saveReadjustment } from './readjustment-store.ts'

type Known = Extract<ReadjustmentPlan, { kind: 'known' }>

/**
 * Applies a clause on its date, in one transaction that holds contract, rule and clause: versions of the terms, what they were made of,
 * and the next date, or nothing. Called again for the same date it finds the next one. A month that is not known is asked for again
 * every day; what is to be approved waits for a person; what has nothing to come is left until somebody changes the contract's end.
 */
export function applyReadjustment(ctx: Ctx, id: number): Promise<void> {
  return ctx.transact(async tx => {
    const each = await holdReadjustment(tx, ctx, id)
    const { held, rule, clause } = each
    const standing = await standingOf(tx, held, rule)
    const isOver = clause.archivedAt !== null || rule.archivedAt !== null || held.contract.archivedAt !== null
    if (isOver || !concernsAnything(clause, standing.versions, standing.validity)) {
      await dropWork(tx, APPLY_READJUSTMENT, id)
    } else if (clause.nextOn > held.today) await dateClause(tx, clause, held.timeZone)
    else if (!findsALine(clause, standing.living, standing.versions)) await passOver(tx, ctx, each, NOTHING_TO_READJUST)
    else if (isUnapproved(clause)) await waitForApproval(tx, ctx, clause)
    else await applyDue(tx, ctx, each, standing)
  })
}

async function applyDue(tx: Tx, ctx: Ctx, each: HeldReadjustment, standing: RuleStanding): Promise<void> {
  const { held, clause } = each
  const plan = await planNow(tx, clause, standing)
  if (plan.kind === 'missing') {
    // Whoever enters the value dates it for now; a published one is found here.
    await dateWork(tx, APPLY_READJUSTMENT, clause.id, startOfDay(addDays(held.today, 1), held.timeZone))
    await waitForIndex(tx, ctx, clause, plan)
  } else if (plan.isTooLarge || wasApprovedOtherwise(clause, plan.factor)) await waitForApproval(tx, ctx, clause)
  else await applyPlan(tx, ctx, each, standing, plan)
}

async function applyPlan(tx: Tx, ctx: Ctx, each: HeldReadjustment, standing: RuleStanding, plan: Known): Promise<void> {
  const { held, clause } = each
  const { added, validFrom, used, outcome, prices, factor } = plan
  const application = await applied(tx, ctx, each, plan, {
    outcome,
    factor,
    values: used.map(({ month, percent, kind, source, knownAt, knownSeq }) => ({
      month,
      percent,
      kind,
      source,
      knownAt,
      knownSeq,
    })),
    validFrom: added.length === 0 ? null : validFrom,
    firstVersion: added[0]?.version ?? null,
    lastVersion: added.at(-1)?.version ?? null,
    prices,
    reason: null,
  })
  const entries = await addVersions(tx, each, standing.versions, added, 'readjustment')
  await dateClause(tx, await moveOn(tx, ctx, clause, application, 'apply', entries), held.timeZone)
}

/** Why a date is passed over by itself. No value and nobody is waited for where nothing would come of it. */
const NOTHING_TO_READJUST = 'Nenhuma linha da regra tem mais o que este reajuste muda.'

/** Leaves the prices as they are until the date after it. */
export async function passOver(tx: Tx, ctx: Ctx, each: HeldReadjustment, reason: string | null): Promise<Readjustment> {
  const { held, clause } = each
  const months = monthsFor(clause.nextOn, clause.lagMonths, clause.everyMonths)
  const nothing = { values: [], factor: null, validFrom: null, firstVersion: null, lastVersion: null, prices: [] }
  const skipped = await applied(tx, ctx, each, { months }, { ...nothing, outcome: 'skipped', reason })
  const after = await moveOn(tx, ctx, clause, skipped, 'skip', [])
  if (held.facts.validity !== null) await dateClause(tx, after, held.timeZone)
  return after
}

/** Adds versions of the terms with all that follows from them. Answers what the history is to hold. */
export async function addVersions(
  tx: Tx,
  { held, rule }: Pick<HeldReadjustment, 'held' | 'rule'>,
  before: readonly Terms[],
  added: readonly Terms[],
  cause: string,
): Promise<HistoryEntry[]> {
  const [first] = added
  const last = added.at(-1)
  if (first === undefined || last === undefined) return []
  await insertTerms(
    tx,
    added.map(terms => ({ ruleId: rule.id, knownAt: held.now, cause, terms })),
  )
  const after = { ...rule, termsVersion: last.version, version: rule.version + 1 }
  await saveRule(tx, after)
  const { validFrom } = first
  const { entries } = await settleDifferences(tx, rule.id, held.now, { before, added, validFrom })
  await refreshNextDue(tx, [rule.id])
  return [termsChanged(rule, termsAt(before, validFrom), after, added), ...entries]
}

/** The record of a date, saved. */
export async function applied(
  tx: Tx,
  ctx: Ctx,
  { held, clause }: HeldReadjustment,
  { months }: Pick<ReadjustmentPlan, 'months'>,
  what: Pick<Application, 'outcome' | 'values' | 'validFrom' | 'firstVersion' | 'lastVersion' | 'prices' | 'reason'> & {
    factor: Factor | null
  },
): Promise<Application> {
  const [firstMonth, lastMonth] = [months[0], months.at(-1)]
  if (firstMonth === undefined || lastMonth === undefined) throw new Error('a readjustment goes by at least one month')
  const application: Application = {
    ...what,
    id: await takeIds(tx, 'readjustment_application'),
    readjustmentId: clause.id,
    ruleId: clause.ruleId,
    dueOn: clause.nextOn,
    number: clause.nextNumber,
    index: clause.index,
    method: clause.method,
    firstMonth,
    lastMonth,
    appliedBy: showActor(ctx.actor),
    appliedAt: held.now,
    knownSeq: 0,
    undoneAt: null,
    undoneBy: null,
    undoReason: null,
    undoneVersion: null,
  }
  await insertApplication(tx, application)
  return application
}

/** The clause at its next date, told with what became of this one. */
export async function moveOn(
  tx: Tx,
  ctx: Ctx,
  before: Readjustment,
  application: Application,
  action: 'apply' | 'skip',
  entries: readonly HistoryEntry[],
): Promise<Readjustment> {
  const after = { ...movedTo(before, numberAfter(before)), version: before.version + 1 }
  await saveReadjustment(tx, after)
  await record(tx, ctx, [changed(action, before, after, { application: toldOf(application) }), ...entries])
  return after
}

/** As the history keeps it: the exact factor as text, and without its place in the order of facts, which is given on writing. */
export function toldOf({ factor, knownSeq: _, ...application }: Application): object {
  return { ...application, factor: factor === null ? null : { numerator: factor.numerator.toString(), scale: factor.scale } }
}

async function waitForApproval(tx: Tx, ctx: Ctx, clause: Readjustment): Promise<void> {
  await dropWork(tx, APPLY_READJUSTMENT, clause.id)
  await saveWaiting(tx, ctx, clause, { waitsFor: 'approval', missingMonth: null, approvedOn: null, approvedFactor: null })
}

async function waitForIndex(
  tx: Tx,
  ctx: Ctx,
  clause: Readjustment,
  { missing }: Extract<ReadjustmentPlan, { kind: 'missing' }>,
): Promise<void> {
  const { approvedOn, approvedFactor } = clause
  await saveWaiting(tx, ctx, clause, { waitsFor: 'index', missingMonth: missing[0] ?? null, approvedOn, approvedFactor })
}

/** Told once, not every day. */
async function saveWaiting(
  tx: Tx,
  ctx: Ctx,
  before: Readjustment,
  waits: Pick<Readjustment, 'waitsFor' | 'missingMonth' | 'approvedOn' | 'approvedFactor'>,
): Promise<void> {
  if (before.waitsFor === waits.waitsFor && before.missingMonth === waits.missingMonth && before.approvedOn === waits.approvedOn)
    return
  const after = { ...before, ...waits, version: before.version + 1 }
  await saveReadjustment(tx, after)
  await record(tx, ctx, [changed('wait', before, after)])
}

/** What of the readjustments' work the scheduler does. */
export const readjustmentWork: WorkHandlers = { [APPLY_READJUSTMENT]: applyReadjustment }
