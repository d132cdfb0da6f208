import { billedUntilOf, openPeriodsOf } from '../../../contracts/ledger/coverage-store.ts'
import type { InvoiceRule } from '../../../contracts/rules/invoice-rule.ts'
import { firstDayOf } from '../../../contracts/rules/rule-versions.ts'
import { type Terms, termsAt } from '../../../contracts/rules/terms.ts'
import { termsOf } from '../../../contracts/rules/terms-store.ts'
import { addDays, type CivilDate, maxDate, minDate } from '../../../core/dates.ts'
import type { Reader } from '../../../platform/db/db.ts'

/**
 * What a rule says for whoever has one price of a contract and no versions: the terms of the first period behind all that was billed. What
 * was left open before a billed one keeps its own; what is planned for later is not told yet.
 */
export interface StandingTerms {
  terms: Terms
  /** The first day of that period. */
  on: CivilDate
  /** From when a change of them holds; what was billed stays as it was. Undefined: for the whole life of a draft. */
  changesFrom: CivilDate | undefined
}

/** Of each rule, in the same number of statements. */
export async function standingTermsOf(tx: Reader, rules: readonly InvoiceRule[]): Promise<Map<number, StandingTerms>> {
  const ids = rules.map(rule => rule.id)
  const versions = await termsOf(tx, ids)
  const open = await openPeriodsOf(tx, ids)
  const billed = await billedUntilOf(tx, ids)
  return new Map(
    rules.flatMap(rule => {
      const known = versions.get(rule.id) ?? []
      if (known.length === 0) return []
      const before = rule.billedThrough === null ? null : addDays(rule.billedThrough, 1)
      const until = latest(billed.get(rule.id) ?? null, before)
      const starts = (open.get(rule.id) ?? []).map(period => period.startsOn)
      return [[rule.id, standingAt(known, rule.coveredUntil, starts, until)] as const]
    }),
  )
}

function standingAt(
  versions: readonly Terms[],
  coveredUntil: CivilDate | null,
  openStarts: readonly CivilDate[],
  billedUntil: CivilDate | null,
): StandingTerms {
  if (coveredUntil === null) {
    const on = firstDayOf(versions)
    return { terms: termsAt(versions, on), on, changesFrom: undefined }
  }
  const behind = openStarts.filter(day => billedUntil === null || day >= billedUntil)
  const on = minDate(coveredUntil, ...behind)
  const terms = termsAt(versions, on)
  // Its start may still be moved to before that period.
  return { terms, on, changesFrom: billedUntil === null ? minDate(on, terms.validFrom) : on }
}

function latest(one: CivilDate | null, other: CivilDate | null): CivilDate | null {
  return one === null || other === null ? (one ?? other) : maxDate(one, other)
}
