import { found } from '../../core/current.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { type Parties, partiesOf } from '../parties.ts'
import { rulesOf } from '../rules/rule-store.ts'
import type { BillingEvent } from './billing-event.ts'
import { type EventFilter, eventOf, listEvents, type PartRecord, partsOfEvents } from './event-store.ts'

export interface EventDetail extends BillingEvent, Parties {
  partRecords: PartRecord[]
  /** Its open parts find no billing any more: the rule has nothing to come. Reported, not lost. */
  isUnused: boolean
}

export function getEvent(ctx: Ctx, id: number): Promise<EventDetail> {
  return ctx.transact(async tx => {
    const event = found(await eventOf(tx, id), 'Evento de faturamento não encontrado.')
    const [detail] = await withParts(tx, [event])
    return found(detail, 'Evento de faturamento não encontrado.')
  })
}

/** In order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchEvents(ctx: Ctx, filter: EventFilter, after: number, limit: number): Promise<EventDetail[]> {
  return ctx.transact(async tx => withParts(tx, await listEvents(tx, filter, after, limit + 1)))
}

async function withParts(tx: Reader, events: readonly BillingEvent[]): Promise<EventDetail[]> {
  const parts = await partsOfEvents(
    tx,
    events.map(event => event.id),
  )
  const rules = await rulesOf(tx, [...new Set(events.map(event => event.ruleId))])
  const parties = await partiesOf(tx, [...rules.values()])
  return events.map(event => {
    const partRecords = parts.get(event.id) ?? []
    const rule = rules.get(event.ruleId)
    // A foreign key sees to it.
    if (rule === undefined) throw new Error('an event of no rule')
    const hasNothingToCome = rule.nextDueOn === null && rule.coveredUntil !== null
    return {
      ...event,
      ...parties(rule),
      partRecords,
      isUnused: hasNothingToCome && partRecords.some(part => part.state === 'open'),
    }
  })
}
