// What a contract says where it is a subscription. Its name is the customer's and the plan's; with us it is the plan's alone, since what
// is erased of a person is not looked for in names of contracts (src/subscriptions/README.md). So it is put together when it is shown.

import type { Contract } from '../../../contracts/contract.ts'
import type { Customer } from '../../../customers/customer.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { type KnownSubscription, subscriptionsAmong } from '../../../subscriptions/read-subscription.ts'
import type { Facts } from '../kept.ts'
import { showDay, showText } from '../values.ts'
import { type ShownPlan, showPlans } from './plan-view.ts'

export interface ShownSubscription {
  it: KnownSubscription
  plan: ShownPlan
}

/** Those of the contracts that are subscriptions. Nothing for whoever only asks who the parties are. */
export async function subscriptionsOf(
  tx: Reader,
  ctx: Ctx | null,
  contractIds: readonly number[],
): Promise<Map<number, ShownSubscription>> {
  const known = ctx === null ? new Map<number, KnownSubscription>() : await subscriptionsAmong(ctx, contractIds)
  const all = [...known.values()]
  const plans = await showPlans(tx, [...new Map(all.map(({ plan }) => [plan.id, plan])).values()])
  return new Map(
    all.flatMap(it => {
      const plan = plans.get(it.planId)
      return plan === undefined ? [] : [[it.contractId, { it, plan }] as const]
    }),
  )
}

export function showSubscribed({ it, plan }: ShownSubscription, kept: Facts) {
  const own = kept.cobrato_payment_gateway_charge_config_id ?? null
  const ownName = kept.cobrato_payment_gateway_charge_config_name ?? null
  return {
    // Until it is established, and once it is cancelled, it ends when it is not valid any more.
    end_date: showDay(it.status === 'established' ? it.endsOn : it.validUntil),
    valid_until: showDay(it.validUntil),
    status: it.status,
    registration_method: 'subscription',
    cobrato_payment_gateway_charge_config_id: own ?? plan.cobrato_payment_gateway_charge_config_id,
    cobrato_payment_gateway_charge_config_name: ownName ?? plan.cobrato_payment_gateway_charge_config_name,
    plan,
  }
}

/** The name that its plan gave it, as theirs gives it. */
export function nameOfSubscription({ ruleTitle }: KnownSubscription, customer: Customer | undefined): string {
  const named = customer === undefined ? '' : `${customer.tradeName ?? customer.name} - `
  return `Assinatura ${named}${ruleTitle}`
}

export function showName(
  ours: Contract['title'],
  said: unknown,
  subscription: ShownSubscription | undefined,
  customer: Customer | undefined,
): string | null {
  const isTheirPlans = subscription !== undefined && ours === `Assinatura ${subscription.it.ruleTitle}`
  return isTheirPlans ? nameOfSubscription(subscription.it, customer) : showText(ours, said)
}
