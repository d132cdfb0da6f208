import type { HistoryEntry } from '../../platform/history.ts'
import type { DetailsValues } from '../details/billing-details.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import type { Terms } from './terms.ts'

/** A rule as it stands in the history: with the version of its terms that was made with it, and what it says beside them. */
export function ruleMade(rule: InvoiceRule, terms: Terms, details: DetailsValues | null): HistoryEntry {
  return { action: 'create', event: 'create', subject: subjectOf(rule), after: { ...rule, terms, ...(details && { details }) } }
}

export function ruleChanged(action: string, before: object, rule: InvoiceRule, after: object = rule): HistoryEntry {
  return { action, event: action, subject: subjectOf(rule), before, after }
}

/** A change of terms: the version of its day, and those that had been planned for later, written once more with the same change. */
export function termsChanged(rule: InvoiceRule, before: Terms, after: InvoiceRule, added: readonly Terms[]): HistoryEntry {
  const [terms, ...later] = added
  const laterTerms = later.length === 0 ? {} : { laterTerms: later }
  return ruleChanged('change_terms', { ...rule, terms: before }, after, { ...after, terms, ...laterTerms })
}

function subjectOf(rule: InvoiceRule): HistoryEntry['subject'] {
  return { noun: 'invoice_rule', id: rule.id, version: rule.version }
}
