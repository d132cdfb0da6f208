import type { Calendar } from '../organizations/calendar.ts'
import type { Reader } from '../platform/db/db.ts'
import { lateCustomers } from '../receivables/receivable-store.ts'
import type { RuleFacts } from './plan/rule-facts.ts'

/** The ids of rules whose invoices are held: their customer has something late, and their contract is not billed meanwhile. */
export async function overdueRules(
  tx: Reader,
  facts: readonly RuleFacts[],
  calendars: ReadonlyMap<number, Calendar>,
): Promise<Set<number>> {
  const strict = facts.filter(rule => !rule.contract.billWhileOverdue)
  const overdue = new Set<number>()
  for (const [organizationId, rules] of Map.groupBy(strict, rule => rule.organizationId)) {
    const calendar = calendars.get(organizationId)
    if (!calendar) continue
    const late = await lateCustomers(tx, organizationId, [...new Set(rules.map(rule => rule.customerId))], calendar.lateUntil)
    for (const rule of rules) if (late.has(rule.customerId)) overdue.add(rule.ruleId)
  }
  return overdue
}
