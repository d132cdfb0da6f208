import { addDays, type CivilDate, formatDate, type Instant, maxDate, minDate, monthOf, type YearMonth } from '../../core/dates.ts'
import { type Cents, cents, sum, zeroCents } from '../../core/money.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { HistoryEntry } from '../../platform/history.ts'
import { contractFactsOf, gapsOf } from '../contract-facts-store.ts'
import { periodsToCome, storedPeriod, type Validity, validityOfRule } from '../ledger/coverage.ts'
import { coveredUntilOf, openPeriodsOf } from '../ledger/coverage-store.ts'
import type { InvoiceRule } from '../rules/invoice-rule.ts'
import { chargedDays, differenceOf, type PricedPeriod, type Stretch, type Swap, swapOf } from '../rules/price-change.ts'
import { ruleOf } from '../rules/rule-store.ts'
import { type Terms, termsAt } from '../rules/terms.ts'
import { termsOf } from '../rules/terms-store.ts'
import { addEvent } from './add-event.ts'
import {
  billedPeriodsOf,
  differencesOf,
  insertDifferences,
  rulesWithDifferences,
  saveTakenBack,
  unusedDifferences,
} from './difference-store.ts'
import { eventOf, reduceParts, saveEventEnd } from './event-store.ts'
import { type PriceDifference, standing, type TakenBack, takeBack } from './price-difference.ts'

export interface PriceChange {
  /** The versions that were known before it, and those that it adds. */
  before: readonly Terms[]
  added: readonly Terms[]
  validFrom: CivilDate
  /** Given, the difference is told as two events: what is taken back of the period's rest, and what is asked instead. */
  swap?: SwapWords | undefined
}

export interface SwapWords {
  credit: string
  debit: string
}

export interface Settled {
  /** Less than zero is a discount. */
  differenceCents: Cents
  /** The event that carries it, the first of several; null when there is no difference, or none but what still waited was taken back. */
  eventId: number | null
  entries: HistoryEntry[]
  /** The two sides of the difference, where they were asked for and there is one. */
  swap: (Swap & { startsOn: CivilDate; endsOn: CivilDate }) | null
}

/**
 * Brings what events ask for days and prices that changed in mid-period to what each period's terms and validity make of it now, called
 * by whoever changed terms or validity, opened a period again or closed it without charge. A billed period has the difference to what
 * its invoice billed, with the next billing; one still to be billed has the difference of its days, on its own billing; one that is not
 * charged has none. What no invoice uses is taken back, what one uses is balanced by another event. The rule is held.
 */
export async function settleDifferences(tx: Tx, ruleId: number, now: Instant, change?: PriceChange): Promise<Settled> {
  const nothing = { differenceCents: zeroCents, eventId: null, entries: [], swap: null }
  const versions = change ? [...change.before, ...change.added] : ((await termsOf(tx, [ruleId])).get(ruleId) ?? [])
  const rule = await ruleOf(tx, ruleId)
  if (rule === null || rule.coveredUntil === null) return nothing
  const ofContract = (await contractFactsOf(tx, [rule.contractId])).get(rule.contractId)?.validity ?? null
  if (ofContract === null) return nothing

  const settled = await differencesOf(tx, ruleId)
  const missing = await missingOf(tx, rule, { versions, ofContract, change }, settled)
  if (missing.length === 0) return nothing
  const byPeriod = Map.groupBy(settled, difference => difference.startsOn)
  const unused = await unusedDifferences(tx, ruleId)
  const taken: TakenBack[] = []
  const rests: Missing[] = []
  for (const one of missing) {
    if (one.swap && change?.swap) {
      rests.push(...sidesOf(one, one.swap, change.swap))
      continue
    }
    const back = takeBack(one.cents, byPeriod.get(one.startsOn) ?? [], unused)
    taken.push(...back.taken)
    if (back.rest !== 0) rests.push({ ...one, cents: back.rest })
  }
  const entries = await saveReduced(tx, ruleId, taken, now)
  const added = await addDifferences(tx, rule, rests, now, change)
  return {
    differenceCents: sum(missing.map(one => one.cents)),
    eventId: added[0]?.subject.id ?? null,
    entries: [...entries, ...added],
    swap: swapAmong(missing),
  }
}

function swapAmong(missing: readonly Missing[]): Settled['swap'] {
  const [one] = missing.filter(({ swap }) => swap !== null)
  return one?.swap ? { ...one.swap, startsOn: one.startsOn, endsOn: one.endsOn } : null
}

/** Nothing of an earlier event is taken back for them: each change is read on the invoice by itself. */
function sidesOf(missing: Missing, { creditCents, debitCents }: Swap, words: SwapWords): Missing[] {
  const sides = [
    { ...missing, cents: cents(-creditCents), says: words.credit },
    { ...missing, cents: debitCents, says: words.debit },
  ]
  return sides.filter(side => side.cents !== 0)
}

/** As `settleDifferences`, of the rules that have any: for whoever closes periods of many. */
export async function settleDifferencesOfRules(tx: Tx, ruleIds: readonly number[], now: Instant): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for (const ruleId of await rulesWithDifferences(tx, ruleIds)) {
    entries.push(...(await settleDifferences(tx, ruleId, now)).entries)
  }
  return entries
}

// --- What is missing ---

interface Missing {
  startsOn: CivilDate
  endsOn: CivilDate
  /** The month of its own billing; null: of the next one. */
  month: YearMonth | null
  cause: 'price' | 'days'
  /** Less than zero is a discount. */
  cents: Cents
  /** Of a change that is told by its two sides. */
  swap: Swap | null
  /** What its event is called. */
  says?: string
}

interface Known {
  versions: readonly Terms[]
  ofContract: Validity
  change: PriceChange | undefined
}

async function missingOf(tx: Reader, rule: InvoiceRule, known: Known, settled: readonly PriceDifference[]): Promise<Missing[]> {
  const { versions, ofContract, change } = known
  const validity = validityOfRule(versions, ofContract)
  const byPeriod = Map.groupBy(settled, difference => difference.startsOn)
  const missing: Missing[] = []
  const isCharged = new Set<CivilDate>()
  const bring = (
    period: Pick<Missing, 'startsOn' | 'endsOn' | 'month' | 'cause'>,
    to: number,
    swapOfNet: (net: Cents) => Swap | null = () => null,
  ) => {
    const { startsOn, endsOn, month, cause } = period
    isCharged.add(startsOn)
    const asked = cents(to - standing(byPeriod.get(startsOn) ?? []))
    const swap = swapOfNet(asked)
    if (asked !== 0 || swap !== null) missing.push({ startsOn, endsOn, month, cause, cents: asked, swap })
  }
  /** Only of the period in which the change begins. */
  const swapIn =
    (period: PricedPeriod, gaps: readonly Stretch[] = []) =>
    (net: Cents) => {
      if (change?.swap === undefined || change.validFrom < period.startsOn || period.endsOn <= change.validFrom) return null
      if (termsAt(versions, period.startsOn) === change.added[0] && period.billedBy === null) return null
      const swap = swapOf(change.before, versions, period, validity, gaps, change.validFrom, net)
      return swap === null || (swap.creditCents === 0 && swap.debitCents === 0) ? null : swap
    }
  const isPriced = settled.length > 0 || versions.some(isProrated)

  const open = (await openPeriodsOf(tx, [rule.id])).get(rule.id) ?? []
  for (const row of open) {
    const period = { ...storedPeriod(versions, row), billedBy: null }
    const own = { ...row, month: monthOf(row.scheduledOn), cause: 'price' } as const
    bring(own, differenceOf(versions, period, validity), swapIn(period))
  }
  const from = isPriced ? firstConcerned(rule, versions, [...settled, ...open], change) : null
  const billed = await billedPeriodsOf(tx, rule.id, from, validity)
  const gaps = billed.length === 0 ? [] : await gapsOf(tx, rule.contractId)
  const before = change === undefined ? null : validityOfRule(change.before, ofContract)
  for (const row of billed) {
    isCharged.add(row.startsOn)
    // What it billed stays as it is: what it still had to bill was waived.
    if (rule.archivedAt !== null) continue
    const period = { ...storedPeriod(versions, row), billedBy: row.termsVersion, billed: row.billed }
    const days = (by: Validity) => chargedDays(versions, period, by, gaps)
    const cause = before !== null && days(before) === days(validity) ? 'price' : 'days'
    bring({ ...row, month: null, cause }, differenceOf(versions, period, validity, gaps), swapIn(period, gaps))
  }
  if (rule.archivedAt === null) {
    const until = lastConcerned(versions, settled)
    for (const period of periodsToCome(versions, await coveredUntilOf(tx, rule.id), validity)) {
      if (until === null || period.startsOn > until) break
      const priced = { ...period, billedBy: null }
      const own = { ...period, month: monthOf(period.scheduledOn), cause: 'price' } as const
      bring(own, differenceOf(versions, priced, validity), swapIn(priced))
    }
  }
  // Waived, not charged, or cut anew: nothing is asked for it any more.
  for (const { startsOn, endsOn } of settled) {
    if (!isCharged.has(startsOn)) bring({ startsOn, endsOn, month: null, cause: 'price' }, 0)
  }
  return missing
}

/**
 * The first day of what there is to look at. Without a change of price an earlier one may ask for what it did not ask for until now: of
 * an invoice that is owed again nothing was given back while it was cancelled.
 */
function firstConcerned(
  rule: InvoiceRule,
  versions: readonly Terms[],
  concerned: readonly { startsOn: CivilDate }[],
  change: PriceChange | undefined,
): CivilDate | null {
  const days = concerned.map(({ startsOn }) => startsOn)
  if (change !== undefined) days.push(change.validFrom)
  else days.push(...versions.filter(terms => terms.version > 1 && isProrated(terms)).map(({ validFrom }) => validFrom))
  const [first, ...others] = days
  return first === undefined ? rule.coveredUntil : minDate(first, ...others)
}

/** Periods to come that begin later have neither a difference nor a price that changes in them. */
function lastConcerned(versions: readonly Terms[], settled: readonly PriceDifference[]): CivilDate | null {
  const [first, ...others] = [
    ...versions.filter(isProrated).map(({ validFrom }) => validFrom),
    ...settled.map(({ startsOn }) => startsOn),
  ]
  return first === undefined ? null : maxDate(first, ...others)
}

function isProrated({ priceChange }: Terms): boolean {
  return priceChange === 'prorate'
}

// --- What becomes of it ---

/** The events of which something open was taken back: whole, an event is cancelled. */
async function saveReduced(tx: Tx, ruleId: number, taken: readonly TakenBack[], now: Instant): Promise<HistoryEntry[]> {
  await saveTakenBack(tx, ruleId, taken)
  const entries: HistoryEntry[] = []
  for (const [id, own] of Map.groupBy(taken, one => one.eventId)) {
    const openCents = sum(own.map(one => one.openCents))
    if (openCents === 0) continue
    const before = await eventOf(tx, id)
    if (before === null) throw new Error(`a difference is of event ${id}, which is not there`)
    const isOver = await reduceParts(tx, id, openCents)
    const after = { ...before, cancelledAt: isOver ? now : before.cancelledAt, version: before.version + 1 }
    await saveEventEnd(tx, after)
    entries.push({
      action: isOver ? 'cancel' : 'reduce',
      event: isOver ? 'cancel' : 'update',
      subject: { noun: 'billing_event', id, version: after.version },
      before,
      after: { ...after, cancelledCents: openCents },
    })
  }
  return entries
}

/** A surcharge and a discount for the next billing, and of each period still to be billed one for its own. */
async function addDifferences(
  tx: Tx,
  rule: InvoiceRule,
  rests: readonly Missing[],
  now: Instant,
  change: PriceChange | undefined,
): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  const together = Map.groupBy(
    rests,
    ({ cause, month, startsOn, cents, says = '' }) => `${cause} ${cents > 0} ${month === null ? '' : startsOn} ${says}`,
  )
  for (const own of together.values()) {
    const [first] = own
    if (!first) continue
    const { event, entry } = await addEvent(tx, rule, now, {
      kind: first.cents > 0 ? 'surcharge' : 'discount',
      description: first.says ?? descriptionOf(own, first, change),
      amountCents: cents(Math.abs(sum(own.map(one => one.cents)))),
      parts: 1,
      firstMonth: first.month,
      serviceItemId: null,
      lineNumber: null,
      serviceTypeId: null,
      isReimbursement: false,
    })
    const periods = own.map(one => ({ ...one, amountCents: cents(Math.abs(one.cents)) }))
    await insertDifferences(tx, rule.id, event.id, periods)
    // Told with the event: one whose periods were forgotten would be asked for again, and `verify` would see one event like any other.
    const settles = periods.map(({ startsOn, endsOn, amountCents }) => ({ startsOn, endsOn, amountCents }))
    entries.push({ ...entry, after: { ...entry.after, settles } })
  }
  return entries
}

function descriptionOf(periods: readonly Missing[], { cause, cents }: Missing, change: PriceChange | undefined): string {
  if (cause === 'price' && change) return `Diferença de preço a partir de ${formatDate(change.validFrom)}`
  const first = periods.map(({ startsOn }) => startsOn).reduce((a, b) => minDate(a, b))
  const end = periods.map(({ endsOn }) => endsOn).reduce((a, b) => maxDate(a, b))
  const when = `de ${formatDate(first)} a ${formatDate(addDays(end, -1))}`
  if (cause === 'price') return `Acerto da diferença de preço ${when}`
  return cents > 0 ? `Complemento de dias do período ${when}` : `Desconto de dias do período ${when}`
}
