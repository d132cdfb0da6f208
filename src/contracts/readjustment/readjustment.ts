// A clause that readjusts a rule's prices by an index: its dates, what they wait for, and what a date makes of the terms.

import { addDays, addMonths, type CivilDate, type Instant, maxDate, type YearMonth } from '../../core/dates.ts'
import type { Cents, Decimal } from '../../core/money.ts'
import {
  type Factor,
  type FactorMethod,
  type FactorOutcome,
  factorOver,
  factorText,
  type IndexValue,
  isNegative,
  monthsFor,
  type PriceIndex,
  readjustedPrice,
  type Span,
} from '../../indices/price-index.ts'
import { type Period, type Validity, validityOfRule } from '../ledger/coverage.ts'
import { amountsOfLine, MOST_CENTS_OF_A_LINE, priceOf } from '../rules/line-amounts.ts'
import { changedVersions } from '../rules/rule-versions.ts'
import { type Line, type Terms, termsAt } from '../rules/terms.ts'

/** Every how many months prices are readjusted, at most; a factor is the product over so many. Under twelve the law does not stand behind it: see `warningsOf`. */
export const MOST_EVERY_MONTHS = 120

export type WaitsFor = 'index' | 'approval'

export interface Readjustment {
  id: number
  ruleId: number
  /** The service whose lines it concerns; null: all lines whose service has no clause of its own. */
  serviceItemId: number | null
  index: PriceIndex
  everyMonths: number
  method: FactorMethod
  lagMonths: number
  /** Calendar days before the date on which people are to be told; null: nobody is. */
  noticeDays: number | null
  allowsNegative: boolean
  approvalWanted: boolean
  /** The anchor: date 0. */
  startsOn: CivilDate
  /** The first date that is to be applied, as they are counted from the anchor now: none before it is made up for. */
  firstNumber: number
  /** Which date comes next. */
  nextNumber: number
  nextOn: CivilDate
  /** What keeps a date that has come from being applied; null: nothing. */
  waitsFor: WaitsFor | null
  missingMonth: YearMonth | null
  /** The date that somebody approved. */
  approvedOn: CivilDate | null
  /** The factor that its months made then, exact; null: they were not known yet. */
  approvedFactor: string | null
  version: number
  createdAt: Instant
  archivedAt: Instant | null
}

/** Date k is counted from the anchor, never from the date before: 31 January, 28 February, 31 March. */
export function dateOf({ startsOn, everyMonths }: Pick<Readjustment, 'startsOn' | 'everyMonths'>, number: number): CivilDate {
  return addMonths(startsOn, everyMonths * number)
}

/** The first date on or after a day. */
export function firstNumberFrom(clause: Pick<Readjustment, 'startsOn' | 'everyMonths'>, day: CivilDate): number {
  let number = 0
  while (dateOf(clause, number) < day) number++
  return number
}

/** Which of its dates a day is; null: none. */
export function numberOn(clause: Pick<Readjustment, 'startsOn' | 'everyMonths'>, day: CivilDate): number | null {
  const number = firstNumberFrom(clause, day)
  return dateOf(clause, number) === day ? number : null
}

/** Which date follows the next one. One that was taken back may lie before the first that is asked for by now. */
export function numberAfter({ nextNumber, firstNumber }: Pick<Readjustment, 'nextNumber' | 'firstNumber'>): number {
  return Math.max(nextNumber + 1, firstNumber)
}

/** The clause at another of its dates, which waits for nothing yet. */
export function movedTo(clause: Readjustment, number: number): Readjustment {
  const nextOn = dateOf(clause, number)
  return { ...clause, nextNumber: number, nextOn, waitsFor: null, missingMonth: null, approvedOn: null, approvedFactor: null }
}

/** As `movedTo`, where its dates are counted anew: none before this one is asked for any more. */
export function countedFrom(clause: Readjustment, number: number): Readjustment {
  return { ...movedTo(clause, number), firstNumber: number }
}

/**
 * The clause as another rule takes it on, whose prices somebody says today: from its first date on or after a day on. Whether they
 * hold a date already that has come and was not applied only a person can tell: it waits to be approved for them, or passed over.
 */
export function carriedTo(clause: Readjustment, day: CivilDate, today: CivilDate): Readjustment {
  const carried = countedFrom(clause, firstNumberFrom(clause, day))
  return { ...carried, waitsFor: carried.nextOn <= today ? 'approval' : null }
}

export function remindOn({ nextOn, noticeDays }: Pick<Readjustment, 'nextOn' | 'noticeDays'>): CivilDate | null {
  return noticeDays === null ? null : addDays(nextOn, -noticeDays)
}

/** Whether the next date may only be applied once somebody has said so, and nobody has. */
export function isUnapproved({ approvalWanted, waitsFor, approvedOn, nextOn }: Readjustment): boolean {
  return (approvalWanted || waitsFor === 'approval') && approvedOn !== nextOn
}

/** Whether somebody approved the next date seeing another factor than its months make now: a value was revised, or entered anew. */
export function wasApprovedOtherwise({ approvedOn, approvedFactor, nextOn }: Readjustment, factor: Factor): boolean {
  return approvedOn === nextOn && approvedFactor !== null && approvedFactor !== factorText(factor)
}

// --- What a date holds up ---

export const holdReasons = ['index_missing', 'readjustment_unapproved', 'readjustment_pending'] as const
export type HoldReason = (typeof holdReasons)[number]

/** The readjustment that a period waits for: the first whose date comes on or before the period's first day and is not applied. */
export function holding<C extends Pick<Readjustment, 'nextOn' | 'id'>>(clauses: readonly C[], startsOn: CivilDate): C | null {
  let first: C | null = null
  for (const clause of clauses) {
    if (clause.nextOn <= startsOn && (first === null || clause.nextOn < first.nextOn)) first = clause
  }
  return first
}

export function holdReason({ waitsFor }: Pick<Readjustment, 'waitsFor'>): HoldReason {
  if (waitsFor === 'index') return 'index_missing'
  return waitsFor === 'approval' ? 'readjustment_unapproved' : 'readjustment_pending'
}

// --- What a date makes of the terms ---

/** Whether a period can still begin on or after the next date. */
export function concernsAnything(
  { nextOn }: Pick<Readjustment, 'nextOn'>,
  versions: readonly Terms[],
  validity: Validity | null,
): boolean {
  if (validity === null) return false
  const { endsOn } = validityOfRule(versions, validity)
  return endsOn === null || endsOn >= nextOn
}

/**
 * The first day of the version that a date adds: the date; of a rule that asks differences of prices in mid-period, the first period
 * that begins on or after it, since a readjustment splits no period.
 *
 * @param periods open ones and those to come, in order; of those to come at least as far as the first on or after the date
 */
export function firstDay(
  nextOn: CivilDate,
  versions: readonly Terms[],
  coveredUntil: CivilDate,
  periods: Iterable<Pick<Period, 'startsOn'>>,
): CivilDate {
  const prorates = [termsAt(versions, nextOn), ...versions.filter(({ validFrom }) => validFrom > nextOn)]
  if (prorates.every(({ priceChange }) => priceChange !== 'prorate')) return nextOn
  for (const { startsOn } of periods) if (startsOn >= nextOn) return startsOn
  return maxDate(nextOn, coveredUntil)
}

/** The lines that a clause readjusts, where the rule has these clauses. */
export function concerns(clause: Readjustment, living: readonly Readjustment[]): (line: Pick<Line, 'serviceItemId'>) => boolean {
  if (clause.serviceItemId !== null) return line => line.serviceItemId === clause.serviceItemId
  const own = new Set(living.flatMap(({ serviceItemId }) => serviceItemId ?? []))
  return line => !own.has(line.serviceItemId)
}

/** Whether the next date finds a price to change: a line that still bills by then, now or as it is planned. */
export function findsALine(clause: Readjustment, living: readonly Readjustment[], versions: readonly Terms[]): boolean {
  const { nextOn } = clause
  const isConcerned = concerns(clause, living)
  return [termsAt(versions, nextOn), ...versions.filter(({ validFrom }) => validFrom > nextOn)].some(({ lines }) =>
    lines.some(line => isConcerned(line) && (line.validUntil === null || line.validUntil >= nextOn)),
  )
}

/** What the months of the next date make, from what is known. */
export function factorOf(clause: Readjustment, values: readonly IndexValue[]): FactorOutcome {
  const own = values.filter(({ index }) => index === clause.index)
  return factorOver(monthsFor(clause.nextOn, clause.lagMonths, clause.everyMonths), clause.method, own)
}

/** What became of the price of one line in one version. */
export interface PriceStep {
  /** Of the version: the first day, and once more each day for which another was planned. */
  validFrom: CivilDate
  position: number
  serviceItemId: number
  description: string
  oldUnitPrice: Decimal
  newUnitPrice: Decimal
}

export type Outcome = 'applied' | 'held_at_zero'

export type ReadjustmentPlan =
  | { kind: 'missing'; months: YearMonth[]; missing: YearMonth[]; span: Span }
  | {
      kind: 'known'
      months: YearMonth[]
      used: IndexValue[]
      factor: Factor
      outcome: Outcome
      validFrom: CivilDate
      /** Versions that are added; none where no price changes. */
      added: Terms[]
      prices: PriceStep[]
      /** A price beyond what a line may cost: nobody wants that applied by itself. */
      isTooLarge: boolean
      /** What a whole period from the first day on costs before and after, discounts taken off. */
      oldCents: Cents
      newCents: Cents
    }

/**
 * What the next date would do, from what is known: a pure function, the same for the preview and for doing it. A negative factor is
 * applied or the prices are kept, by the clause; fixed discounts stay as they are.
 */
export function planReadjustment(
  clause: Readjustment,
  living: readonly Readjustment[],
  versions: readonly Terms[],
  values: readonly IndexValue[],
  validFrom: CivilDate,
): ReadjustmentPlan {
  const months = monthsFor(clause.nextOn, clause.lagMonths, clause.everyMonths)
  const found = factorOf(clause, values)
  if (found.kind === 'missing') return { ...found, months }
  const { factor, used } = found
  const outcome: Outcome = isNegative(factor) && !clause.allowsNegative ? 'held_at_zero' : 'applied'
  const isConcerned = concerns(clause, living)
  const prices: PriceStep[] = []
  const readjusted = (line: Line): Line =>
    isConcerned(line) && outcome === 'applied' ? { ...line, unitPrice: readjustedPrice(line.unitPrice, factor) } : line
  const versionsAfter = changedVersions(versions, validFrom, terms => ({ ...terms, lines: terms.lines.map(readjusted) }))
  for (const after of versionsAfter) prices.push(...stepsOf(termsAt(versions, after.validFrom), after, isConcerned))
  const [first] = versionsAfter
  if (first === undefined) throw new Error('a change adds at least one version')
  const changes = prices.some(({ oldUnitPrice, newUnitPrice }) => oldUnitPrice !== newUnitPrice)
  return {
    kind: 'known',
    months,
    used,
    factor,
    outcome,
    validFrom,
    added: changes ? versionsAfter : [],
    prices,
    isTooLarge: versionsAfter.some(({ lines }) => lines.some(isBeyondALine)),
    oldCents: priceOf(termsAt(versions, validFrom), validFrom),
    newCents: priceOf(first, validFrom),
  }
}

function stepsOf(before: Terms, after: Terms, isConcerned: (line: Line) => boolean): PriceStep[] {
  return before.lines.flatMap((line, i) => {
    const now = after.lines[i]
    if (now === undefined || !isConcerned(line)) return []
    const { position, serviceItemId, description } = line
    return {
      validFrom: after.validFrom,
      position,
      serviceItemId,
      description,
      oldUnitPrice: line.unitPrice,
      newUnitPrice: now.unitPrice,
    }
  })
}

function isBeyondALine(line: Line): boolean {
  try {
    return amountsOfLine(line).grossCents > MOST_CENTS_OF_A_LINE
  } catch (error) {
    if (error instanceof RangeError) return true
    throw error
  }
}

// --- Undoing ---

/**
 * The versions that give the old prices back. Null where a price is not the one that the readjustment made: somebody has changed it
 * since, and then nobody can say what it was to be.
 */
export function undoneVersions(versions: readonly Terms[], validFrom: CivilDate, prices: readonly PriceStep[]): Terms[] | null {
  let isChanged = false
  const added = changedVersions(versions, validFrom, terms => {
    const day = lastDayAmong(prices, terms.validFrom)
    const steps = prices.filter(step => step.validFrom === day)
    const lines = terms.lines.map(line => {
      const step = steps.find(({ position, serviceItemId }) => position === line.position && serviceItemId === line.serviceItemId)
      if (step === undefined) return line
      if (step.newUnitPrice !== line.unitPrice) isChanged = true
      return { ...line, unitPrice: step.oldUnitPrice }
    })
    const isGone = steps.some(
      step => !terms.lines.some(line => line.position === step.position && line.serviceItemId === step.serviceItemId),
    )
    if (isGone) isChanged = true
    return { ...terms, lines }
  })
  return isChanged ? null : added
}

function lastDayAmong(prices: readonly PriceStep[], day: CivilDate): CivilDate | null {
  return prices.reduce<CivilDate | null>(
    (last, { validFrom }) => (validFrom <= day && (last === null || validFrom > last) ? validFrom : last),
    null,
  )
}
