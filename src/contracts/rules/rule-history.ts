import type { HistoryEntry } from '../../platform/history.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import type { Terms } from './terms.ts'

/** A rule as it stands in the history: with the version of its terms that was made with it. */
export function ruleMade(rule: InvoiceRule, terms: Terms): HistoryEntry {
  return { action: 'create', event: 'create', subject: subjectOf(rule), after: { ...rule, terms } }
}

export function ruleChanged(action: string, before: object, rule: InvoiceRule, after: object = rule): HistoryEntry {
  return { action, event: action, subject: subjectOf(rule), before, after }
}

function subjectOf(rule: InvoiceRule): HistoryEntry['subject'] {
  return { noun: 'invoice_rule', id: rule.id, version: rule.version }
}
