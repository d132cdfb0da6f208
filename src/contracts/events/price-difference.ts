// What a difference of price settles, period by period, and what is taken back of it when the period is not charged so any more.

import type { CivilDate } from '../../core/dates.ts'
import { type Cents, cents } from '../../core/money.ts'
import type { EventKind } from './billing-event.ts'

/** The part of an event that settles one period. */
export interface PriceDifference {
  eventId: number
  kind: EventKind
  /** First day of the period. */
  startsOn: CivilDate
  endsOn: CivilDate
  amountCents: Cents
  /** What was taken back of it. */
  cancelledCents: Cents
}

/** What of an event can still be taken back without giving anything back. */
export interface Unused {
  openCents: Cents
  /** What a person cancelled: it is settled, for nobody is asked for it, and nothing is given back for it. */
  forgivenCents: Cents
}

export interface TakenBack {
  eventId: number
  startsOn: CivilDate
  cancelledCents: Cents
  /** As much of it as was open. */
  openCents: Cents
}

/** What stands for a period; less than zero is a discount. */
export function standing(differences: readonly PriceDifference[]): Cents {
  return cents(differences.reduce((sum, one) => sum + signOf(one.kind) * (one.amountCents - one.cancelledCents), 0))
}

/**
 * Brings what stands for a period nearer to what is wanted: first whatever would have to be balanced and is not used by an invoice
 * is taken back, the latest first; the rest, less than zero for a discount, is for a new event.
 *
 * @param unused by event; what is taken is taken off
 */
export function takeBack(
  missing: Cents,
  differences: readonly PriceDifference[],
  unused: ReadonlyMap<number, Unused>,
): { taken: TakenBack[]; rest: Cents } {
  let left = Math.abs(missing)
  const taken: TakenBack[] = []
  for (const { eventId, kind, startsOn, amountCents, cancelledCents } of differences.toReversed()) {
    const of = unused.get(eventId)
    if (!of || signOf(kind) === Math.sign(missing)) continue
    const most = Math.min(left, amountCents - cancelledCents)
    const open = Math.min(most, of.openCents)
    const forgiven = Math.min(most - open, of.forgivenCents)
    if (open + forgiven === 0) continue
    of.openCents = cents(of.openCents - open)
    of.forgivenCents = cents(of.forgivenCents - forgiven)
    left -= open + forgiven
    taken.push({ eventId, startsOn, cancelledCents: cents(open + forgiven), openCents: cents(open) })
  }
  return { taken, rest: cents(Math.sign(missing) * left) }
}

function signOf(kind: EventKind): 1 | -1 {
  return kind === 'surcharge' ? 1 : -1
}
