import { bindReferences } from '../catalog/references/bind-references.ts'
import { referenceOf } from '../catalog/references/reference-store.ts'
import { createContract } from '../contracts/create-contract.ts'
import { timeZoneOf } from '../contracts/held-contract.ts'
import { closeTrial } from '../contracts/ledger/coverage-store.ts'
import type { PaymentMethod } from '../contracts/rules/terms.ts'
import { addDays, type CivilDate, dayInZone } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import type { ExternalId } from '../platform/external-ids.ts'
import { record } from '../platform/history.ts'
import { agreeReadjustment } from './agree-readjustment.ts'
import { blamePlan } from './blame-plan.ts'
import { type Plan, plans } from './plan.ts'
import { LONGEST_NAME, termsOfPlan } from './plan-change.ts'
import { detailsOfPlan } from './plan-details.ts'
import { mostInstallments, type Subscription, timingOf } from './subscription.ts'
import { insertSubscription } from './subscription-store.ts'

export interface NewSubscription {
  planId: number
  customerId: number
  /** First day of the trial, or of service; today unless told. */
  startsOn?: CivilDate | undefined
  paymentMethod?: PaymentMethod | undefined
  /** In how many a period is paid; the plan says how many it may be. */
  installments?: number | undefined
  /** As people call it; after the plan unless told, without anybody's name, which could not be erased there. */
  name?: string | undefined
  externalIds?: readonly ExternalId[] | undefined
}

/**
 * Makes a contract with one rule that bills the plan. The days of a trial are the ledger's first, not charged; the first period begins
 * where they end.
 */
export function createSubscription(ctx: Ctx, input: NewSubscription): Promise<Subscription> {
  return ctx.transact(async tx => {
    const plan = await bindPlan(tx, input.planId, null)
    const installments = readInstallments(plan, input.installments ?? 1)
    const startsOn = input.startsOn ?? dayInZone(ctx.clock.now(), await timeZoneOf(tx, ownerOf(plan)))
    const trialEndsOn = plan.trialDays === 0 ? null : addDays(startsOn, plan.trialDays)
    const name = given(input.name) ?? `Assinatura ${plan.name}`.slice(0, LONGEST_NAME)
    const { contract, rules } = await blamePlan(
      createContract(ctx, {
        name,
        title: name,
        organizationId: ownerOf(plan),
        customerId: input.customerId,
        startsOn,
        rules: [
          {
            title: plan.name,
            recurrence: { unit: 'month', every: plan.billingMonths, anchorOn: trialEndsOn ?? startsOn },
            timing: timingOf[plan.chargingMethod],
            ...termsOfPlan(plan, installments),
            ...(input.paymentMethod && { paymentMethod: input.paymentMethod }),
            details: detailsOfPlan(plan),
          },
        ],
        externalIds: input.externalIds,
      }),
    )
    const [rule] = rules
    if (!rule) throw new Error('a subscription was made without its rule')
    const made = {
      contractId: contract.id,
      ruleId: rule.id,
      planId: plan.id,
      trialEndsOn,
      version: 1,
      createdAt: contract.createdAt,
    }
    await insertSubscription(tx, made)
    if (trialEndsOn !== null) await closeTrial(tx, rule.id, startsOn, trialEndsOn, contract.createdAt)
    await record(tx, ctx, [
      {
        action: 'create',
        event: 'create',
        subject: { noun: 'subscription', id: contract.id, version: 1 },
        after: { ...made, installments },
      },
    ])
    await agreeReadjustment(ctx, rule.id, plan, trialEndsOn ?? startsOn)
    return made
  })
}

/** The plan, which nobody archives or deletes until the transaction ends. Refused where nobody may take it, or an organization other than its own. */
export async function bindPlan(tx: Tx, id: number, organizationId: number | null): Promise<Plan> {
  const plan = await referenceOf(tx, plans, id)
  const faults = new Faults()
  const owner = organizationId ?? plan?.organizationId ?? null
  await bindReferences(tx, owner, [{ noun: 'plan', id, path: '/planId' }], faults)
  faults.refuseIfAny()
  // Read once more now that it is bound: until then it could be changed, or be gone.
  return (await referenceOf(tx, plans, id)) ?? faults.refuse()
}

/** Each plan is made for an organization; the column says so. */
function ownerOf({ organizationId }: Plan): number {
  if (organizationId === null) throw new Error('a plan without its organization')
  return organizationId
}

function readInstallments(plan: Plan, installments: number): number {
  const most = mostInstallments(plan)
  if (installments <= most) return installments
  const faults = new Faults()
  const sentence = most === 1 ? 'O plano não permite parcelar.' : `O plano permite no máximo ${most} parcelas.`
  faults.add('/installments', 'installments_out_of_range', sentence)
  return faults.refuse()
}
