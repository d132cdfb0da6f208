import { type LastBilled, lastBilledOf, openPeriodsOf } from '../../../contracts/ledger/coverage-store.ts'
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
  const billed = await lastBilledOf(tx, ids)
  return new Map(
    rules.flatMap(rule => {
      const known = versions.get(rule.id) ?? []
      if (known.length === 0) return []
      const starts = (open.get(rule.id) ?? []).map(period => period.startsOn)
      return [[rule.id, standingAt(known, rule, starts, billed.get(rule.id) ?? null)] as const]
    }),
  )
}

function standingAt(
  versions: readonly Terms[],
  { coveredUntil, billedThrough }: InvoiceRule,
  openStarts: readonly CivilDate[],
  last: LastBilled | null,
): StandingTerms {
  if (coveredUntil === null) {
    const on = firstDayOf(versions)
    return { terms: termsAt(versions, on), on, changesFrom: undefined }
  }
  // Corrected first and released then, its period is billed as it was corrected. Where prices prorate, what an invoice billed is asked
  // differences, also once it is cancelled.
  const isToCome = last?.isCancelled === true && versions.at(-1)?.priceChange !== 'prorate'
  const before = billedThrough === null ? null : addDays(billedThrough, 1)
  const until = latest(isToCome ? last.startsOn : (last?.endsOn ?? null), before)
  const starts = [...openStarts, ...(isToCome ? [last.startsOn] : [])]
  const on = minDate(coveredUntil, ...starts.filter(day => until === null || day >= until))
  const terms = termsAt(versions, on)
  // Its start may still be moved to before that period.
  return { terms, on, changesFrom: until === null ? minDate(on, terms.validFrom) : on }
}

function latest(one: CivilDate | null, other: CivilDate | null): CivilDate | null {
  return one === null || other === null ? (one ?? other) : maxDate(one, other)
}
