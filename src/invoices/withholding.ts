// What the customer keeps back of an invoice, and pays for us: taxes at their rates, and amounts that were agreed upon.

import { TAXES, type WithholdingRate } from '../contracts/rules/terms.ts'
import { type Cents, cents, prorate, sum, taxOf, zeroCents } from '../core/money.ts'

/** `other` is what is withheld by agreement, as an amount and not at a rate. */
export const withheldTaxes = [...TAXES, 'other'] as const
export type WithheldTax = (typeof withheldTaxes)[number]

/** 'retenção de ISS'; 'outras retenções' */
export function withholdingPhrase(tax: WithheldTax): string {
  return tax === 'other' ? 'outras retenções' : `retenção de ${tax.toUpperCase()}`
}

/** What is withheld together: at one rate, or as one amount, of the same lines. */
export interface Withheld {
  readonly tax: WithheldTax
  /** 50000 is five per cent; 0 where an amount was agreed upon. */
  readonly rateMicros: number
  /** Of `other` alone: what was agreed upon. */
  readonly fixedCents?: Cents | null
  /** Below this base nothing is withheld; none unless told. */
  readonly leastBaseCents?: Cents
  /** Positions of the lines that it is reckoned on; none named: all of them. */
  readonly lines?: readonly number[] | null
}
export type Withholding = Withheld & { readonly baseCents: Cents; readonly amountCents: Cents }

/** What a line of a rule says of it; null: what the rule says, and no amount. */
export interface LineSays {
  withholdings: readonly WithholdingRate[] | null
  withheldCents: Cents | null
}

/**
 * What the lines of a period say together, by their places among them. `usual` is what the rule says for those that say nothing; `shareOf`
 * cuts an amount to the days of the period.
 */
export function withheldOf(
  usual: readonly WithholdingRate[],
  lines: readonly LineSays[],
  shareOf: (amount: Cents) => Cents,
): Withheld[] {
  if (lines.every(saysNothing)) return [...usual]
  const together = new Map<string, Withheld & { leastBaseCents: Cents; lines: number[] }>()
  const take = ({ tax, rateMicros, leastBaseCents = zeroCents }: WithholdingRate, position: number | null) => {
    const key = `${tax} ${rateMicros}`
    const known = together.get(key) ?? { tax, rateMicros, leastBaseCents, lines: [] }
    // One tax at one rate is withheld together, from the least base that anybody says of it.
    together.set(key, { ...known, leastBaseCents: cents(Math.min(known.leastBaseCents, leastBaseCents)) })
    if (position !== null) known.lines.push(position)
  }
  // What the rule says stands there also where each line says something else: an adjustment finds it.
  for (const rate of usual) take(rate, null)
  lines.forEach(({ withholdings }, i) => {
    for (const rate of withholdings ?? usual) take(rate, i + 1)
  })
  const agreed = lines.flatMap(({ withheldCents }, i) =>
    withheldCents === null ? [] : [{ position: i + 1, cents: shareOf(withheldCents) }],
  )
  const fixed: Withheld & { lines: number[] } = {
    tax: 'other',
    rateMicros: 0,
    fixedCents: sum(agreed.map(each => each.cents)),
    lines: agreed.map(each => each.position),
  }
  const rates = [...together.values()].map(({ leastBaseCents, ...each }) => ({
    ...each,
    ...(leastBaseCents > 0 && { leastBaseCents }),
  }))
  const all = [...rates, ...(fixed.fixedCents === 0 ? [] : [fixed])]
  return all.map(({ lines: own, ...each }) => (own.length === lines.length ? each : { ...each, lines: own }))
}

function saysNothing({ withholdings, withheldCents }: LineSays): boolean {
  return withholdings === null && withheldCents === null
}

export interface WithheldLine {
  readonly grossCents: Cents
  readonly discountCents: Cents
  /** Its place in the list, from 1, unless it says another one. */
  readonly position?: number
  /** What is no line of a rule or of a person is added, or taken off, as a whole. */
  readonly source?: 'rule' | 'event' | 'adjustment' | 'manual'
  /** What the customer pays back: no revenue, and nothing is withheld of it. */
  readonly isReimbursement?: boolean
}

/**
 * Each tax is reckoned on its lines, gross minus discounts, and rounded by itself, half even. What is added to an invoice, or taken off it,
 * as a whole (events, adjustments) is shared over its lines in proportion, half up. Of a few cents the taxes may be more than there is,
 * although the rates leave something: then each, in their order, takes as far as anything is left; what was agreed upon as an amount comes
 * last, and is never more than its lines leave.
 */
export function withhold(lines: readonly WithheldLine[], withheld: readonly Withheld[]): Withholding[] {
  if (withheld.length === 0) return []
  const baseOf = basesOf(lines)
  let left = cents(Math.max(0, sumOfNet(lines)))
  const amounts = new Map<Withheld, Cents>()
  for (const each of withheld.toSorted(inOrder)) {
    const base = baseOf(each)
    const asked = each.fixedCents == null ? taxFrom(base, each) : Math.min(each.fixedCents, base)
    const amount = cents(Math.min(asked, left))
    amounts.set(each, amount)
    left = cents(left - amount)
  }
  return withheld.map(each => ({ ...each, baseCents: baseOf(each), amountCents: amounts.get(each) ?? zeroCents }))
}

/** Nothing below the least base: that was asked of the tax before rounding, as the rate was taken from its template. */
function taxFrom(base: Cents, { rateMicros, leastBaseCents = zeroCents }: Withheld): Cents {
  return base < leastBaseCents ? zeroCents : taxOf(base, rateMicros)
}

/** Whether there is anything to tell of it: below its least base a rate waits, in case an adjustment passes that. */
export function isAsked({ baseCents, leastBaseCents = zeroCents }: Pick<Withholding, 'baseCents' | 'leastBaseCents'>): boolean {
  return baseCents >= leastBaseCents
}

/** Whoever rounds last gives way: the order of the taxes, not of how somebody wrote them down. */
function inOrder(a: Withheld, b: Withheld): number {
  return withheldTaxes.indexOf(a.tax) - withheldTaxes.indexOf(b.tax) || a.rateMicros - b.rateMicros
}

function basesOf(lines: readonly WithheldLine[]): (withheld: Withheld) => Cents {
  const whole = cents(Math.max(0, sumOfNet(lines.filter(({ isReimbursement }) => !isReimbursement))))
  // Most invoices are withheld from as a whole.
  let ofNamed: ((positions: readonly number[]) => Cents) | null = null
  return ({ lines: positions }) => {
    if (positions == null) return whole
    ofNamed ??= basesOfNamed(lines)
    return ofNamed(positions)
  }
}

function basesOfNamed(lines: readonly WithheldLine[]): (positions: readonly number[]) => Cents {
  const revenue = lines.map((line, i) => ({ ...line, position: line.position ?? i + 1 })).filter(line => !line.isReimbursement)
  const own = revenue.filter(({ source }) => source !== 'event' && source !== 'adjustment')
  const ofLines = sumOfNet(own)
  const added = sumOfNet(revenue) - ofLines
  return positions => {
    const named = new Set(positions)
    const base = sumOfNet(own.filter(({ position }) => named.has(position)))
    if (base === 0) return zeroCents
    const share = prorate(cents(Math.abs(added)), base, ofLines)
    return cents(Math.max(0, added < 0 ? base - share : base + share))
  }
}

function sumOfNet(lines: readonly WithheldLine[]): Cents {
  return sum(lines.map(netOf))
}

function netOf({ grossCents, discountCents }: WithheldLine): Cents {
  return cents(grossCents - discountCents)
}
