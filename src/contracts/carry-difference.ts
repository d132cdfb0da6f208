import { type CivilDate, formatDate, monthOf } from '../core/dates.ts'
import { type Cents, cents, sum, zeroCents } from '../core/money.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { HistoryEntry } from '../platform/history.ts'
import { storedPeriod } from './coverage.ts'
import { ledgerOf } from './coverage-store.ts'
import { addEvent } from './create-event.ts'
import type { HeldContract } from './held-contract.ts'
import { type InvoiceRule, periodsToCome } from './invoice-rule.ts'
import { type PricedPeriod, priceDifference } from './price-change.ts'
import type { Terms } from './terms.ts'

export interface Carried {
  /** Less than zero is a discount. */
  differenceCents: Cents
  /** The event that carries it; null when there is no difference. */
  eventId: number | null
  entries: HistoryEntry[]
}

/**
 * Makes of a price that changes in mid-period a billing event, where the added versions prorate: what is billed already is settled
 * with the next billing, a period still to be billed with its own. The rule is held.
 */
export async function carryDifference(
  tx: Tx,
  { facts: { validity }, now }: HeldContract,
  rule: InvoiceRule,
  before: readonly Terms[],
  added: readonly Terms[],
  validFrom: CivilDate,
): Promise<Carried> {
  const nothing = { differenceCents: zeroCents, eventId: null, entries: [] }
  if (validity === null || !added.some(terms => terms.priceChange === 'prorate')) return nothing
  const billed = await billedPeriods(tx, rule, before, validFrom)
  const current = await periodToBill(tx, rule, before, validity, validFrom)
  const differenceCents = sum(
    [...billed, ...(current ? [current] : [])].map(period => priceDifference(before, added, period, validFrom, validity)),
  )
  if (differenceCents === 0) return nothing
  const { event, entry } = await addEvent(tx, rule, now, {
    kind: differenceCents > 0 ? 'surcharge' : 'discount',
    description: `Diferença de preço a partir de ${formatDate(validFrom)}`,
    amountCents: cents(Math.abs(differenceCents)),
    parts: 1,
    firstMonth: billed.length === 0 && current ? monthOf(current.scheduledOn) : null,
    serviceItemId: null,
  })
  return { differenceCents, eventId: event.id, entries: [entry] }
}

/** More periods than anybody bills after the day from which a price changes: weekly for sixty years. */
const ALL = 3200

async function billedPeriods(
  tx: Reader,
  rule: InvoiceRule,
  before: readonly Terms[],
  validFrom: CivilDate,
): Promise<PricedPeriod[]> {
  const rows = await ledgerOf(tx, rule.id, validFrom, ALL)
  return rows.flatMap(({ startsOn, endsOn, scheduledOn, disposition, termsVersion }) =>
    disposition === 'billed' && startsOn !== null && scheduledOn !== null
      ? [{ ...storedPeriod(before, { startsOn, endsOn, scheduledOn }), billedBy: termsVersion }]
      : [],
  )
}

/** The period that begins before `validFrom`, ends after it, and is still to be billed at the price of its first day. */
async function periodToBill(
  tx: Reader,
  rule: InvoiceRule,
  before: readonly Terms[],
  validity: NonNullable<HeldContract['facts']['validity']>,
  validFrom: CivilDate,
): Promise<PricedPeriod | null> {
  const [around] = await ledgerOf(tx, rule.id, validFrom, 1)
  if (around) {
    const { startsOn, endsOn, scheduledOn, disposition } = around
    if (disposition !== 'open' || startsOn === null || scheduledOn === null || startsOn >= validFrom) return null
    return { ...storedPeriod(before, { startsOn, endsOn, scheduledOn }), billedBy: null }
  }
  if (rule.coveredUntil === null) return null
  for (const period of periodsToCome(before, rule.coveredUntil, validity)) {
    if (period.startsOn >= validFrom) return null
    if (validFrom < period.endsOn) return { ...period, billedBy: null }
  }
  return null
}
