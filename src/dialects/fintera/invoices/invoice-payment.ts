// How much of an invoice is to be paid: what theirs call `payment_value` is what is left once discounts and withheld taxes are off.

import { type Cents, cents } from '../../../core/money.ts'

/** What is to be paid of an invoice whose services come to so much, discounts taken off. */
export type NetOf = (baseCents: Cents) => Cents

/**
 * What must be left before taxes so that so much is left after them, at most `mostCents`; `netCents` is no more than what that leaves. A
 * cent more before taxes is never more than a cent after them, so that every amount between is reached.
 */
export function baseOf(netCents: Cents, mostCents: Cents, netAt: NetOf): Cents {
  if (netAt(mostCents) === netCents) return mostCents
  let [least, most] = [0, mostCents as number]
  while (most - least > 1) {
    const middle = cents(Math.floor((least + most) / 2))
    if (netAt(middle) <= netCents) least = middle
    else most = middle
  }
  return cents(least)
}

/** Whether nothing is taken off but taxes; of an invoice with taxes two equal totals say that too. */
export function isWhole(payment: Cents, gross: Cents, netAt: NetOf): boolean {
  return payment === gross || payment === netAt(gross)
}

export interface TotalsSent {
  payment: Cents | undefined
  /** As it came beside the payment, also where it says no more than what stands. */
  gross: Cents | null
}

/**
 * What was said to be paid of services that come to `whole` now. Two totals of which one is all of the other say no amount but the whole:
 * where they do not fit the services they are those of before, and count for nothing, so that a request that comes twice is one.
 * Undefined: nothing was said.
 */
export function paymentMeant({ payment, gross }: TotalsSent, whole: Cents, netAt: NetOf): Cents | undefined {
  if (payment === undefined || gross === null || !isWhole(payment, gross, netAt)) return payment
  return gross === whole ? netAt(whole) : undefined
}
