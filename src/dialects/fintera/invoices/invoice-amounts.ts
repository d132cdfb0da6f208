// What theirs says of an invoice's amounts: the gross value of its services, and which share of it each receivable is.

import {
  type Cents,
  cents,
  type Decimal,
  decimal,
  isWholeCents,
  micros,
  multiplyToCents,
  splitByPercents,
  splitByWeights,
  splitEvenly,
  sum,
} from '../../../core/money.ts'
import type { Invoice } from '../../../invoices/invoice.ts'
import type { PlacedLine } from '../../../invoices/line-store.ts'
import type { Facts } from '../kept.ts'
import { readDecimal } from '../values.ts'

/** What takes from an invoice, or gives back to it, so that what is to be paid is what was said; they have a field for that. */
export const PAYMENT_DIFFERENCE = 'Diferença entre o valor bruto e o valor a receber'

function isDifference({ source, description }: PlacedLine): boolean {
  return source === 'adjustment' && description === PAYMENT_DIFFERENCE
}

/** A line by hand beside the catalogue carries a gross value without services. */
export function isService(line: PlacedLine): boolean {
  return !isDifference(line) && (line.source !== 'manual' || line.serviceItemId !== null)
}

/** What the services come to, before what is withheld or not to be paid. */
export function grossOf({ lines }: { lines: readonly PlacedLine[] }): Cents {
  return sum(lines.filter(line => !isDifference(line)).map(line => cents(line.grossCents - line.discountCents)))
}

/** Of it what somebody added or took off beside the services, which no gross value that is sent can say. */
export function adjustmentsOf({ lines }: { lines: readonly PlacedLine[] }): Cents {
  return grossOf({ lines: lines.filter(({ source }) => source !== 'manual') })
}

/** Null: no amount of whole cents, neither negative nor unsafe. */
export function centsIn(sent: unknown): Cents | null {
  const value = readDecimal(sent)
  return value === null || value.startsWith('-') || !isWholeCents(ONE, value) ? null : multiplyToCents(ONE, value)
}

const ONE = decimal('1')

// --- Shares ---

export interface Share {
  percent: string
  grossCents: Cents
  paymentCents: Cents
}

export interface Shares {
  /** What somebody said of them; amounts: nobody did, or somebody has changed them since in another way. */
  by: 'percents' | 'grosses' | 'amounts'
  shares: Share[]
}

interface Amounts {
  invoice: Pick<Invoice, 'netCents'>
  facts: Facts
  lines: readonly PlacedLine[]
  receivables: readonly { id: number; amountCents: Cents }[]
}

/** In the order of the receivables. The percents that nobody said total 100 too, the rest on the last. */
export function sharesOf({ invoice, facts, lines, receivables }: Amounts): Shares {
  const whole = grossOf({ lines })
  const amounts = receivables.map(({ amountCents }) => amountCents)
  const said = saidShares(facts, receivables, whole)
  const isAsSaid = said?.splits(invoice.netCents).some(split => isSame(split, amounts)) ?? false
  const standing = isAsSaid ? said : null
  const grosses = standing?.grosses ?? inProportion(whole, amounts)
  const percents = standing?.percents ?? hundredths(amounts)
  return {
    by: standing?.by ?? 'amounts',
    shares: receivables.map(({ amountCents }, i) => ({
      percent: percents[i] ?? '0',
      grossCents: grosses[i] ?? cents(0),
      paymentCents: amountCents,
    })),
  }
}

interface Said {
  by: 'percents' | 'grosses'
  percents: string[]
  /** Of the whole as it is now. */
  grosses: Cents[]
  /** What they make of an amount that is asked for, as it was split when it was the whole or less than it. */
  splits(netCents: Cents): Cents[][]
}

/** What was said of each receivable that there is; null: not of all. */
export function saidShares(facts: Facts, receivables: readonly { id: number }[], whole: Cents): Said | null {
  const percents = textsOf(facts.percents, receivables)
  if (percents !== null) {
    const exact = percents.map(percent => decimal(percent))
    if (exact.reduce((all, percent) => all + micros(percent), 0n) !== WHOLE) return null
    const grosses = splitByPercents(whole, exact)
    return { by: 'percents', percents, grosses, splits: net => [inProportion(net, grosses), splitByPercents(net, exact)] }
  }
  const said = textsOf(facts.grosses, receivables)?.map(Number).map(cents) ?? null
  if (said === null || isAllZero(said)) return null
  const grosses = splitByWeights(whole, said)
  return {
    by: 'grosses',
    percents: hundredths(said),
    grosses,
    splits: net => [inProportion(net, grosses), splitByWeights(net, said)],
  }
}

const WHOLE = micros(decimal('100'))

/** What is to be kept of the receivables that there are, in their order; of what nobody said there is nothing. */
export function keptShares(
  receivables: readonly { id: number }[],
  said: { percents: readonly Decimal[] } | { grosses: readonly Cents[] },
): Facts {
  const byId = (texts: readonly string[]) => Object.fromEntries(receivables.map(({ id }, i) => [id, texts[i]]))
  return 'percents' in said
    ? { percents: byId(said.percents), grosses: undefined }
    : { percents: undefined, grosses: byId(said.grosses.map(String)) }
}

function textsOf(kept: unknown, receivables: readonly { id: number }[]): string[] | null {
  if (typeof kept !== 'object' || kept === null) return null
  const byId = new Map(Object.entries(kept))
  const texts = receivables.flatMap(({ id }) => {
    const text: unknown = byId.get(String(id))
    return typeof text === 'string' ? [text] : []
  })
  return texts.length === receivables.length ? texts : null
}

function inProportion(whole: Cents, parts: readonly Cents[]): Cents[] {
  return isAllZero(parts) ? splitEvenly(whole, parts.length) : splitByWeights(whole, parts)
}

function hundredths(parts: readonly Cents[]): string[] {
  return inProportion(cents(10_000), parts).map(part => {
    const digits = String(part).padStart(3, '0')
    return decimal(`${digits.slice(0, -2)}.${digits.slice(-2)}`)
  })
}

function isAllZero(parts: readonly Cents[]): boolean {
  return parts.every(part => part === 0)
}

function isSame(one: readonly Cents[], other: readonly Cents[]): boolean {
  return one.length === other.length && one.every((amount, i) => amount === other[i])
}
