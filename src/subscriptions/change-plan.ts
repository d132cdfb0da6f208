import { referenceOf } from '../catalog/references/reference-store.ts'
import { type HeldContract, holdLivingContract, settle } from '../contracts/held-contract.ts'
import { ledgerRowsAt } from '../contracts/ledger/coverage-store.ts'
import { type ChangedTerms, changeTerms } from '../contracts/rules/change-terms.ts'
import { ruleOf } from '../contracts/rules/rule-store.ts'
import { termsAt } from '../contracts/rules/terms.ts'
import { termsOf } from '../contracts/rules/terms-store.ts'
import { updateRule } from '../contracts/rules/update-rule.ts'
import { found } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import { zeroCents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { agreeReadjustment } from './agree-readjustment.ts'
import { blamePlan } from './blame-plan.ts'
import { bindPlan } from './create-subscription.ts'
import { type Plan, plans } from './plan.ts'
import { CHANGE_PLAN, changesTo, renamed, underwayOn } from './plan-change.ts'
import { detailsOfPlan } from './plan-details.ts'
import { requireRunning, type Subscription } from './subscription.ts'
import { insertPlanChange, type PlanChangeRecord, savePlanOf, subscriptionOf } from './subscription-store.ts'

export interface PlanChange extends PlanChangeRecord {
  fromPlan: Pick<Plan, 'id' | 'name'>
  plan: Pick<Plan, 'id' | 'name'>
  /** The rest of the period under way that changed hands; null where nothing did. */
  swapped: { startsOn: CivilDate; endsOn: CivilDate; days: number } | null
}

/**
 * Puts another plan in force today. What was billed stays: the days that are left of the period under way are taken back at the price
 * that they had, and asked at the new plan's, both with the next billing; what the credit has beyond that carries on. The contract is held,
 * so of two changes at once the second sees the plan of the first.
 */
export function changePlan(ctx: Ctx, id: number, planId: number): Promise<PlanChange> {
  return ctx.transact(async tx => {
    found(await subscriptionOf(tx, id), notFound)
    const held = await holdLivingContract(tx, ctx, id)
    const subscription = found(await subscriptionOf(tx, id), notFound)
    requireRunning(held.contract)
    const plan = await bindPlan(tx, planId, held.contract.organizationId)
    if (plan.id === subscription.planId) {
      refuse('same_plan', 'A assinatura já é deste plano; escolha outro.', { path: '/planId' })
    }
    const fromPlan = found(await referenceOf(tx, plans, subscription.planId), 'Plano não encontrado.')
    const changed = await blamePlan(changeRule(tx, ctx, held, subscription, fromPlan, plan))
    const contract = await settle(tx, ctx, held, namesAfter(held.contract, fromPlan, plan), CHANGE_PLAN)
    const change: PlanChangeRecord = {
      fromPlanId: fromPlan.id,
      planId: plan.id,
      changedOn: held.today,
      effectiveOn: changed.effectiveOn,
      creditCents: changed.swap?.creditCents ?? zeroCents,
      debitCents: changed.swap?.debitCents ?? zeroCents,
      changedAt: held.now,
    }
    const after = { ...subscription, planId: plan.id, version: subscription.version + 1 }
    await savePlanOf(tx, after)
    await insertPlanChange(tx, id, contract.version, change)
    const subject = { noun: 'subscription', id, version: after.version } as const
    const entry = { action: CHANGE_PLAN, event: CHANGE_PLAN, subject, before: subscription, after: { ...after, change } }
    await record(tx, ctx, [entry])
    const { startsOn, endsOn, days } = changed.swap ?? {}
    const swapped = startsOn === undefined || endsOn === undefined || days === undefined ? null : { startsOn, endsOn, days }
    return { ...change, fromPlan, plan, swapped }
  })
}

/** What `changePlan` would do now: it is done, told, and undone. */
export async function previewPlanChange(ctx: Ctx, id: number, planId: number): Promise<PlanChange> {
  try {
    return await ctx.transact(async () => {
      throw new Undone(await changePlan(ctx, id, planId))
    })
  } catch (error) {
    if (error instanceof Undone) return error.change
    throw error
  }
}

/** Not a failure: what undoes the transaction of a preview, and carries what it found out of it. */
class Undone extends Error {
  readonly change: PlanChange

  constructor(change: PlanChange) {
    super('a preview is undone')
    this.change = change
  }
}

function namesAfter({ name, title }: HeldContract['contract'], from: Plan, to: Plan) {
  return { name: renamed(name, from, to), title: title && renamed(title, from, to) }
}

const notFound = 'Assinatura não encontrada.'

// --- The rule ---

async function changeRule(
  tx: Tx,
  ctx: Ctx,
  held: HeldContract,
  { ruleId }: Subscription,
  from: Plan,
  to: Plan,
): Promise<ChangedTerms> {
  const rule = found(await ruleOf(tx, ruleId), 'Regra de faturamento não encontrada.')
  const versions = (await termsOf(tx, [ruleId])).get(ruleId) ?? []
  const { coveredUntil } = rule
  if (coveredUntil === null) throw new Error('a subscription without a ledger')
  const row = (await ledgerRowsAt(tx, [{ ruleId, day: held.today }])).get(ruleId) ?? null
  const underway = underwayOn(held.today, { coveredUntil, validity: held.facts.validity, versions, row })
  const steps = changesTo(to, from, held.today, { terms: termsAt(versions, held.today), coveredUntil, underway })
  let changed: ChangedTerms | null = null
  for (const step of steps) changed = await changeTerms(ctx, ruleId, step)
  const [was, is] = [detailsOfPlan(from), detailsOfPlan(to)]
  const standing = found(await ruleOf(tx, ruleId), 'Regra de faturamento não encontrada.')
  const details = is ?? (was && { emailTemplateId: null, chargeTemplateId: null, notificationRulerId: null })
  await updateRule(ctx, ruleId, standing.version, { title: to.name, details })
  await agreeReadjustment(ctx, ruleId, to, changed?.effectiveOn ?? held.today)
  return changed ?? Promise.reject(new Error('a change of plan changes terms'))
}
