import type { DueRule } from '../contracts/rules/due-dates.ts'
import { termsOf } from '../contracts/rules/terms-store.ts'
import type { Reader } from '../platform/db/db.ts'
import type { Invoice } from './invoice.ts'

/** By invoice, the due rule of the version of the terms that it was planned from. One that a person made has none. */
export async function dueRulesOf(tx: Reader, invoices: readonly Invoice[]): Promise<Map<number, DueRule>> {
  const terms = await termsOf(tx, [...new Set(invoices.flatMap(({ ruleId }) => ruleId ?? []))])
  const rules = new Map<number, DueRule>()
  for (const { id, ruleId, termsVersion } of invoices) {
    if (ruleId === null) continue
    const planned = terms.get(ruleId)?.find(({ version }) => version === termsVersion)
    if (planned !== undefined) rules.set(id, planned.due)
  }
  return rules
}
