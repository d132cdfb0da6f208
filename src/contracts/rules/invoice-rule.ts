import { addDays, type CivilDate, type Instant } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import { given } from '../../core/text.ts'
import type { Contract } from '../contract.ts'
import type { DetailsInput } from '../details/billing-details.ts'
import {
  beginsWithin,
  type LedgerStart,
  ledgerStart,
  type Rhythm,
  type TakenOver,
  type Validity,
  validityOfRule,
} from '../ledger/coverage.ts'
import { readTerms, type Services, type TermsBody, type TermsInput } from './read-terms.ts'
import { firstOccurrenceOnOrAfter, occurrence, type Recurrence } from './recurrence.ts'
import type { Terms } from './terms.ts'

/** What is billed of a contract, and when. What it says is its terms, in dated versions; what became of its periods is its ledger. */
export interface InvoiceRule {
  id: number
  contractId: number
  organizationId: number
  customerId: number
  title: string
  /** The latest version. */
  termsVersion: number
  /** End of the ledger; null while the contract is a draft. */
  coveredUntil: CivilDate | null
  /** The earliest day on which something of it can be due; null: nothing is to come. */
  nextDueOn: CivilDate | null
  /** Periods that begin on or before this day were billed before Bordero. */
  billedThrough: CivilDate | null
  replacesRuleId: number | null
  /** The template that it was made of; nothing is decided by it. */
  templateId: number | null
  /** What the next invoice gets beside its amounts (`details/`); null: nothing was said. */
  detailsId: number | null
  version: number
  createdAt: Instant
  archivedAt: Instant | null
}

export interface RuleInput extends TermsInput {
  title?: string | null
  billedThrough?: CivilDate | null
  /** In place of what `billedThrough` and today would make of the beginning. */
  takenOver?: TakenOver | null
  replacesRuleId?: number | null
  templateId?: number | null
  /** Judged and kept beside the terms, of which it is no part. */
  details?: DetailsInput | null | undefined
}

export interface RuleData {
  title: string
  billedThrough: CivilDate | null
  takenOver: TakenOver | null
  replacesRuleId: number | null
  templateId: number | null
  terms: Terms
}

/** The first version speaks from the anchor on, which is the first day of service. */
export function readRule(input: RuleInput, services: Services, path: string, faults: Faults): RuleData {
  const body = readTerms(input, services, path, faults)
  return {
    title: given(input.title) ?? body.lines[0]?.description ?? '',
    billedThrough: input.takenOver ? toldBefore(body.recurrence, input.takenOver) : (input.billedThrough ?? null),
    takenOver: input.takenOver ?? null,
    replacesRuleId: input.replacesRuleId ?? null,
    templateId: input.templateId ?? null,
    terms: firstVersion(body),
  }
}

/** What the rule remembers of a ledger that was taken over: what was closed, or why it begins on a day that is no occurrence. */
function toldBefore(recurrence: Recurrence, { billFrom, isClosedBefore }: TakenOver): CivilDate | null {
  const isOccurrence = occurrence(recurrence, firstOccurrenceOnOrAfter(recurrence, billFrom)) === billFrom
  return isClosedBefore || !isOccurrence ? addDays(billFrom, -1) : null
}

function firstVersion(body: TermsBody): Terms {
  return { ...body, version: 1, validFrom: body.recurrence.anchor }
}

/** A rule as it is made: without a ledger yet. */
export function newRule(id: number, contract: Contract, data: RuleData, now: Instant, detailsId: number | null): InvoiceRule {
  return {
    id,
    contractId: contract.id,
    organizationId: contract.organizationId,
    customerId: contract.customerId,
    title: data.title,
    termsVersion: data.terms.version,
    coveredUntil: null,
    nextDueOn: null,
    billedThrough: data.billedThrough,
    replacesRuleId: data.replacesRuleId,
    templateId: data.templateId,
    detailsId,
    version: 1,
    createdAt: now,
    archivedAt: null,
  }
}

/** Where a rule that is replaced leaves off. */
export interface Replaced {
  /** The end of what it has closed; no day before it is billed again. Null when that is nothing. */
  closedUntil: CivilDate | null
  /** The first of the days that it would have gone on to bill; null when nothing of it was to come. */
  leftFrom: CivilDate | null
}

/**
 * As `ledgerStart`; a rule that replaces another begins where that one's closed days end, so that no day is billed twice and none is
 * left out in between, unless it was told what was billed elsewhere.
 */
export function startOfLedger(
  terms: Rhythm,
  validity: Validity,
  madeOn: CivilDate,
  billedThrough: CivilDate | null,
  replaced: Replaced | null,
  takenOver: TakenOver | null = null,
): LedgerStart {
  const start = ledgerStart(terms, validity, madeOn, billedThrough, takenOver)
  if (replaced === null) return start
  const first = firstOpenDay(start)
  const { closedUntil, leftFrom } = replaced
  if (closedUntil !== null && closedUntil > first) return { seed: closedUntil, billedElsewhereUntil: null }
  const isTold = billedThrough !== null || takenOver !== null
  if (leftFrom !== null && leftFrom < first && !isTold) return { seed: leftFrom, billedElsewhereUntil: null }
  return start
}

/** What a rule that lives until it is replaced leaves to the other one; one that only was to begin later leaves nothing. */
export function leftBy(
  versions: readonly Rhythm[],
  ledger: { closedUntil: CivilDate | null; hasClosed: boolean },
  validity: Validity,
  replacedOn: CivilDate,
): Replaced {
  const { closedUntil: from, hasClosed } = ledger
  if (from === null) return { closedUntil: null, leftFrom: null }
  const goesOn = beginsWithin(validityOfRule(versions, validity), from) && (hasClosed || from < replacedOn)
  return { closedUntil: hasClosed ? from : null, leftFrom: goesOn ? from : null }
}

/** The first day that the rule itself bills. */
export function firstOpenDay({ seed, billedElsewhereUntil, open }: LedgerStart): CivilDate {
  return open?.[0]?.startsOn ?? billedElsewhereUntil ?? seed
}
