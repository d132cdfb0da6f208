import { addToMonth, type YearMonth } from '../core/dates.ts'
import { type Cents, splitEvenly } from '../core/money.ts'

export type EventKind = 'surcharge' | 'discount'
export type PartState = 'open' | 'consumed' | 'cancelled'
/** What a discount could not use is `carried` on; what a release gives back is another part again. */
export type PartOrigin = 'event' | 'carried' | 'given_back'

/** What of an event is billed at once, with what a line of an invoice needs to know of the event. */
export interface EventPart {
  id: number
  eventId: number
  ruleId: number
  kind: EventKind
  /** i of k, counted from 1; a part that was carried on or given back keeps the number of the one before it. */
  number: number
  parts: number
  description: string
  serviceItemId: number | null
  amountCents: Cents
  /** Looks for an occurrence scheduled in this month or later; null: any. */
  earliestMonth: YearMonth | null
}

/**
 * The parts of a new event. The amount is the whole: each part is cut down to cents, the rest is on the last. Part i looks from
 * the i-th month on; without a named month each takes the next billing that the parts before it left.
 */
export function partsOf(event: { amountCents: Cents; parts: number; firstMonth: YearMonth | null }): {
  number: number
  amountCents: Cents
  earliestMonth: YearMonth | null
}[] {
  return splitEvenly(event.amountCents, event.parts).map((amountCents, i) => ({
    number: i + 1,
    amountCents,
    earliestMonth: event.firstMonth === null ? null : addToMonth(event.firstMonth, i),
  }))
}

/**
 * The parts that a billing scheduled in `scheduledMonth` takes, in the order in which they apply: surcharges before discounts, each
 * by event. Never two parts of one event: the one with the lowest number goes first, of equal numbers the older.
 */
export function eligibleParts<T extends Pick<EventPart, 'id' | 'eventId' | 'kind' | 'number' | 'earliestMonth'>>(
  parts: readonly T[],
  scheduledMonth: YearMonth,
): T[] {
  const firstOfEvent = new Map<number, T>()
  for (const part of parts) {
    if (part.earliestMonth !== null && part.earliestMonth > scheduledMonth) continue
    const other = firstOfEvent.get(part.eventId)
    if (!other || part.number < other.number || (part.number === other.number && part.id < other.id))
      firstOfEvent.set(part.eventId, part)
  }
  return [...firstOfEvent.values()].sort((a, b) => rank(a.kind) - rank(b.kind) || a.eventId - b.eventId)
}

function rank(kind: EventKind): number {
  return kind === 'surcharge' ? 0 : 1
}
