import { type Calendar, calendarsOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { lateAmong } from '../receivables/receivable-store.ts'
import type { RuleFacts } from './plan/rule-facts.ts'

/** What the day says: of each organization, and of the customers that are late on it. */
export interface Today {
  calendars: ReadonlyMap<number, Calendar>
  /** The ids of rules whose invoices are held: their customer has something late, and their contract is not billed meanwhile. */
  overdue: ReadonlySet<number>
}

export async function todayOf(tx: Reader, ctx: Ctx, facts: readonly RuleFacts[]): Promise<Today> {
  const calendars = await calendarsOf(tx, ctx.clock.now())
  const strict = facts.filter(rule => !rule.contract.billWhileOverdue)
  const late = await lateAmong(tx, strict, calendars)
  return { calendars, overdue: new Set(late.map(rule => rule.ruleId)) }
}
