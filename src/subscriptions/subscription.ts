import { type Contract, refuseState } from '../contracts/contract.ts'
import type { Timing } from '../contracts/rules/terms.ts'
import { addDays, type CivilDate, maxDate, minDate } from '../core/dates.ts'
import type { ChargingMethod, Plan } from './plan.ts'

/** What a contract is besides a contract, where somebody subscribed to a plan. Its id is the contract's. */
export interface Subscription {
  contractId: number
  ruleId: number
  /** The plan in force. */
  planId: number
  /** The first day after the trial; null: there was none. */
  trialEndsOn: CivilDate | null
  version: number
  createdAt: string
}

export const subscriptionStatuses = ['trial', 'established', 'cancelled'] as const
export type SubscriptionStatus = (typeof subscriptionStatuses)[number]

/** A reading of its days: nothing is kept that a day by itself could make untrue. What ended of itself, or whose contract was deleted, is over like what was cancelled. */
export function statusOn(
  today: CivilDate,
  contract: Pick<Contract, 'state' | 'archivedAt'>,
  { trialEndsOn }: Pick<Subscription, 'trialEndsOn'>,
): SubscriptionStatus {
  if (contract.archivedAt !== null || contract.state === 'cancelled' || contract.state === 'ended') return 'cancelled'
  return trialEndsOn !== null && today < trialEndsOn ? 'trial' : 'established'
}

/** What has to be known of a ledger to say until when a subscription is valid. */
export interface Paid {
  timing: Timing
  /** End of the last period that an invoice bills which was not cancelled; null: of none. */
  billedUntil: CivilDate | null
  /** End of the period that holds today; null: none does. */
  underWayUntil: CivilDate | null
}

/**
 * The first day on which it is not valid any more, as far as is known; null before anything is. Paid in advance, that is the end of what
 * was billed (whether an invoice is late, its own state says); paid afterwards, the end of the period under way. During its trial it
 * is valid until the trial ends, and whatever is not billed beyond it ends with the contract.
 */
export function validUntil(
  today: CivilDate,
  endsOn: CivilDate | null,
  { trialEndsOn }: Pick<Subscription, 'trialEndsOn'>,
  paid: Paid,
): CivilDate | null {
  const inTrial = trialEndsOn !== null && today < trialEndsOn ? trialEndsOn : null
  const over = endsOn === null ? null : addDays(endsOn, 1)
  const until = inTrial ?? (paid.timing === 'arrears' ? paid.underWayUntil : null)
  const lasts = until !== null && over !== null ? minDate(until, over) : until
  if (lasts === null) return paid.billedUntil ?? over
  return paid.billedUntil === null ? lasts : maxDate(lasts, paid.billedUntil)
}

export const timingOf: Record<ChargingMethod, Timing> = { pre_paid: 'advance', post_paid: 'arrears' }

/** What is over changes no more. */
export function requireRunning({ state }: Pick<Contract, 'state'>): void {
  if (state === 'cancelled' || state === 'ended') refuseState(state, 'change_plan')
}

/** In how many installments a period of the plan may be paid at most. */
export function mostInstallments({ allowInstallments, installmentsLimit }: Plan): number {
  return allowInstallments ? Math.max(1, installmentsLimit) : 1
}
