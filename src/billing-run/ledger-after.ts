import { nextDueOn } from '../contracts/ledger/coverage.ts'
import type { ClosingRow, OpenPeriod, RuleHead } from '../contracts/ledger/coverage-store.ts'
import type { CivilDate } from '../core/dates.ts'
import type { MadeInvoice } from './make-invoice.ts'
import type { PeriodDecision } from './plan/plan-rule.ts'
import type { RuleFacts } from './plan/rule-facts.ts'

/**
 * The rows that a rule's ledger gains when periods of it are closed: those with an invoice here, and those asked for that are not
 * charged. The ledger is one chain: what lies before such a period gets its row too, and stays open.
 */
export function ledgerAfter(
  rule: RuleFacts,
  decisions: readonly PeriodDecision[],
  asked: ReadonlySet<CivilDate>,
  made: readonly MadeInvoice[],
): { rows: ClosingRow[]; head: RuleHead } {
  const invoiceOf = new Map(made.map(one => [one.invoice.plan.startsOn, one]))
  const rows = decisions.map(decision => closingRow(rule, decision, asked, invoiceOf))
  // Nothing is added beyond the last period that is closed: what is open there may still be changed by new terms.
  const until = rows.findLastIndex(row => row.disposition !== 'open') + 1
  const kept = rows.slice(0, until).filter(row => !row.stored || row.disposition !== 'open')
  const added = kept.filter(row => !row.stored)
  const coveredUntil = added.at(-1)?.endsOn ?? rule.coveredUntil
  const closed = new Set(kept.filter(row => row.disposition !== 'open').map(row => row.startsOn))
  const open: OpenPeriod[] = [...rule.open, ...added].filter(row => !closed.has(row.startsOn))
  return {
    rows: kept,
    head: { ruleId: rule.ruleId, coveredUntil, nextDueOn: nextDueOn(rule.versions, coveredUntil, rule.contract.validity, open) },
  }
}

function closingRow(
  rule: RuleFacts,
  { period, stored, verdict }: PeriodDecision,
  asked: ReadonlySet<CivilDate>,
  invoiceOf: ReadonlyMap<CivilDate, MadeInvoice>,
): ClosingRow {
  const { startsOn, endsOn, scheduledOn } = period
  const row = { ruleId: rule.ruleId, startsOn, endsOn, scheduledOn, stored, termsVersion: null, invoiceId: null }
  const made = invoiceOf.get(startsOn)
  if (made)
    return {
      ...row,
      disposition: 'billed',
      reason: null,
      termsVersion: made.invoice.plan.termsVersion,
      invoiceId: made.invoice.id,
    }
  if (verdict.kind === 'uncharged' && asked.has(startsOn)) return { ...row, disposition: 'uncharged', reason: verdict.reason }
  return { ...row, disposition: 'open', reason: verdict.kind === 'bill' ? null : verdict.reason }
}
