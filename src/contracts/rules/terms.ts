import type { CivilDate, YearMonth } from '../../core/dates.ts'
import type { Cents, Decimal } from '../../core/money.ts'
import type { DueRule } from './due-dates.ts'
import type { Recurrence } from './recurrence.ts'

export const TAXES = ['irrf', 'pis', 'cofins', 'csll', 'inss', 'iss'] as const
export type Tax = (typeof TAXES)[number]
/**
 * `rateMicros`: 50000 is five per cent. One that was taken from a template of notes says besides from which base on, and in which months of
 * competence it holds, both ends counted; and the article.
 */
export type WithholdingRate = {
  readonly tax: Tax
  readonly rateMicros: number
  readonly leastBaseCents?: Cents
  readonly from?: YearMonth
  readonly until?: YearMonth
  readonly source?: string
}

export type Timing = 'advance' | 'arrears'
export type Management = 'automatic' | 'draft' | 'on_request'
export type Cut = 'full' | 'prorate' | 'none'
export type PaymentMethod = 'boleto' | 'pix' | 'card' | 'transfer' | 'other'

export interface Line {
  position: number
  serviceItemId: number
  description: string
  quantity: Decimal
  unitPrice: Decimal
  /** At most one of the two: percent of the line, or an amount in cents. */
  discountPercent: Decimal | null
  discountCents: Cents | null
  /** The line's own validity, both ends counted, asked on the period's first day. */
  validFrom: CivilDate | null
  validUntil: CivilDate | null
  /** What it is for the books; it changes no amount. */
  categoryId: number | null
  /** Taxes that are withheld of this line, in place of those of the rule; null: the rule's. */
  withholdings: readonly WithholdingRate[] | null
  /** What is withheld of a whole period besides, as an amount that was agreed upon. */
  withheldCents: Cents | null
}

export interface WithholdingTemplate {
  readonly id: number
  readonly version: number
}

/**
 * One version of what a rule says. Versions are only added to; `validFrom` is the first day of the periods that it may decide.
 */
export interface Terms {
  version: number
  validFrom: CivilDate
  recurrence: Recurrence
  timing: Timing
  /** Months from the month of the scheduled date to the competence: −1, 0 or 1. */
  competenceShift: number
  due: DueRule
  paymentMethod: PaymentMethod
  management: Management
  approvalWanted: boolean
  /** A period that begins before the contract's validity; one that the end of validity, the contract's or the rule's own, cuts. */
  cutStart: Cut
  cutEnd: Cut
  priceChange: 'next_period' | 'prorate'
  /** The rule's own last day, counted; null: as long as the contract. Of all versions the one speaks that is the last in time. */
  endsOn: CivilDate | null
  maxAmountCents: Cents | null
  maxGrowthPercent: Decimal | null
  /** Of lines that say nothing of it themselves. */
  withholdings: readonly WithholdingRate[]
  /** The template of notes that they were taken from, as it stood then; absent: they were given. */
  withholdingTemplate?: WithholdingTemplate | undefined
  description: string | null
  lines: readonly Line[]
}

/** Unless the rule says otherwise (behaviour.md, periods): nobody pays for days before the start, and what was paid ahead stays. */
export function defaultCuts(timing: Timing): { cutStart: Cut; cutEnd: Cut } {
  return timing === 'advance' ? { cutStart: 'none', cutEnd: 'full' } : { cutStart: 'prorate', cutEnd: 'prorate' }
}

/**
 * The version that decides a period beginning on `day`: the latest `validFrom` on or before it, among equals the highest version.
 * Before all of them the earliest one speaks, by the same rule among equals.
 */
export function termsAt<T extends { version: number; validFrom: CivilDate }>(versions: readonly T[], day: CivilDate): T {
  let best: T | undefined
  let earliest: T | undefined
  for (const candidate of versions) {
    if (
      !earliest ||
      candidate.validFrom < earliest.validFrom ||
      (candidate.validFrom === earliest.validFrom && precedes(earliest, candidate))
    ) {
      earliest = candidate
    }
    if (candidate.validFrom <= day && (!best || precedes(best, candidate))) best = candidate
  }
  const found = best ?? earliest
  if (!found) throw new Error('a rule has at least one version of its terms')
  return found
}

/** Until when the rule bills, by itself: a change holds for good, so the version that is the last in time has what was said last. */
export function endOfRule(
  versions: readonly { version: number; validFrom: CivilDate; endsOn?: CivilDate | null }[],
): CivilDate | null {
  const [first, ...others] = versions
  if (first === undefined) return null
  return others.reduce((last, version) => (precedes(last, version) ? version : last), first).endsOn ?? null
}

function precedes(a: { version: number; validFrom: CivilDate }, b: { version: number; validFrom: CivilDate }): boolean {
  return a.validFrom < b.validFrom || (a.validFrom === b.validFrom && a.version < b.version)
}
