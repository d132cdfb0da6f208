import { type CivilDate, type Instant, maxDate } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import { given } from '../../core/text.ts'
import type { Contract } from '../contract.ts'
import { ledgerStart, nextPeriod, type Period, type Rhythm, type Validity } from '../ledger/coverage.ts'
import { readTerms, type Services, type TermsBody, type TermsInput } from './read-terms.ts'
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
  version: number
  createdAt: Instant
  archivedAt: Instant | null
}

export interface RuleInput extends TermsInput {
  title?: string | null
  billedThrough?: CivilDate | null
  replacesRuleId?: number | null
}

export interface RuleData {
  title: string
  billedThrough: CivilDate | null
  replacesRuleId: number | null
  terms: Terms
}

/** The first version speaks from the anchor on, which is the first day of service. */
export function readRule(input: RuleInput, services: Services, path: string, faults: Faults): RuleData {
  const body = readTerms(input, services, path, faults)
  return {
    title: given(input.title) ?? body.lines[0]?.description ?? '',
    billedThrough: input.billedThrough ?? null,
    replacesRuleId: input.replacesRuleId ?? null,
    terms: firstVersion(body),
  }
}

function firstVersion(body: TermsBody): Terms {
  return { ...body, version: 1, validFrom: body.recurrence.anchor }
}

/** A rule as it is made: without a ledger yet. */
export function newRule(id: number, contract: Contract, data: RuleData, now: Instant): InvoiceRule {
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
    version: 1,
    createdAt: now,
    archivedAt: null,
  }
}

/** Where the ledger of a rule begins, and until where it is closed from its beginning. */
export interface LedgerStart {
  seed: CivilDate
  billedElsewhereUntil: CivilDate | null
}

/**
 * As `ledgerStart`; a rule that replaces another begins where that one's billed coverage ends, so that no day is billed twice
 * and none is left out in between.
 */
export function startOfLedger(
  terms: Rhythm,
  validity: Validity,
  madeOn: CivilDate,
  billedThrough: CivilDate | null,
  replacedUntil: CivilDate | null,
): LedgerStart {
  const start = ledgerStart(terms, validity, madeOn, billedThrough)
  if (replacedUntil === null || replacedUntil <= firstOpenDay(start)) return start
  return { seed: maxDate(start.seed, replacedUntil), billedElsewhereUntil: null }
}

/** The first day that the rule itself bills. */
export function firstOpenDay({ seed, billedElsewhereUntil }: LedgerStart): CivilDate {
  return billedElsewhereUntil ?? seed
}

/** Periods that follow what is covered, one after the other, as long as they begin within the validity. Without end when it has none. */
export function* periodsToCome(versions: readonly Rhythm[], coveredUntil: CivilDate, validity: Validity): Generator<Period> {
  let from = coveredUntil
  while (validity.endsOn === null || from <= validity.endsOn) {
    const period = nextPeriod(versions, from)
    yield period
    from = period.endsOn
  }
}
