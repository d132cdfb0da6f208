import type { YearMonth } from '../../core/dates.ts'
import { type Cents, micros } from '../../core/money.ts'
import { allTaxCalendars, type TaxCalendar, WITHHELD_TAXES, type WithheldTax } from './tax-calendar.ts'
import type { TaxTemplate } from './tax-template.ts'
import { leastBaseOf, type Parties, taxRulesOf } from './withhold.ts'

/** A rate that is withheld of bases from so many cents on, in months of competence between both ends, each counted. */
export interface WithholdingTerm {
  readonly tax: WithheldTax
  /** Millionths: 50000 is five per cent. */
  readonly rateMicros: number
  readonly leastBaseCents: Cents
  readonly from: YearMonth | null
  readonly until: YearMonth | null
  /** What waives smaller bases; null: the template itself, or nothing. */
  readonly source: string | null
}

/** Per cent with four decimals are whole millionths; whatever is finer is refused as a template is judged. */
const MICROS_PER_RATE = 100n

/**
 * All that a template ever withholds between two parties, as a short table: what the terms of a rule keep, so that planning needs neither the
 * template nor the law. Where two calendars agree it is one row.
 */
export function withholdingTermsOf(template: TaxTemplate, parties: Parties): WithholdingTerm[] {
  const all = allTaxCalendars.flatMap(calendar => termsIn(template, parties, calendar))
  return WITHHELD_TAXES.flatMap(tax => joined(all.filter(term => term.tax === tax)))
}

function termsIn(template: TaxTemplate, parties: Parties, calendar: TaxCalendar): WithholdingTerm[] {
  return taxRulesOf(template, parties, calendar).flatMap(rule => {
    if (rule.never !== null) return []
    const { tax, percent, threshold, groupPercent } = rule
    return {
      tax,
      rateMicros: Number(micros(percent) / MICROS_PER_RATE),
      leastBaseCents: leastBaseOf(threshold, groupPercent),
      from: calendar.from,
      until: calendar.until,
      source: threshold?.of === 'tax' ? threshold.source : null,
    }
  })
}

/** Calendars follow one another without a gap: what is the same in the next one goes on. */
function joined(terms: readonly WithholdingTerm[]): WithholdingTerm[] {
  const done: WithholdingTerm[] = []
  for (const term of terms) {
    const last = done.at(-1)
    const goesOn = last?.rateMicros === term.rateMicros && last.leastBaseCents === term.leastBaseCents
    if (last && goesOn) done[done.length - 1] = { ...last, until: term.until }
    else done.push(term)
  }
  return done
}

/** Those that speak of a month. What says nothing of months speaks of all. */
export function ofMonth<T extends { readonly from?: YearMonth | null; readonly until?: YearMonth | null }>(
  terms: readonly T[],
  competence: YearMonth,
): readonly T[] {
  if (!terms.some(isBound)) return terms
  return terms.filter(({ from, until }) => (from == null || from <= competence) && (until == null || competence <= until))
}

function isBound({ from, until }: { from?: YearMonth | null; until?: YearMonth | null }): boolean {
  return from != null || until != null
}
