import type { Instant } from '../../core/dates.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { HistoryEntry } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import type { InvoiceRule } from '../rules/invoice-rule.ts'
import type { BillingEvent, EventData } from './billing-event.ts'
import { insertEvent } from './event-store.ts'

/** What verbs share that make an event: the rule is held, the event is judged. Answers what the history is to hold. */
export async function addEvent(
  tx: Tx,
  rule: Pick<InvoiceRule, 'id'>,
  now: Instant,
  data: EventData,
): Promise<{ event: BillingEvent; entry: HistoryEntry }> {
  const id = await takeIds(tx, 'billing_event')
  const firstPart = await takeIds(tx, 'billing_event_part', data.parts)
  const event: BillingEvent = { ...data, id, ruleId: rule.id, createdAt: now, cancelledAt: null, version: 1 }
  await insertEvent(tx, event, firstPart)
  const subject = { noun: 'billing_event', id, version: 1 } as const
  return { event, entry: { action: 'create', event: 'create', subject, after: event } }
}
