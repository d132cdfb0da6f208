import { found } from '../../core/current.ts'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import { record } from '../../platform/history.ts'
import { holdRule } from '../rules/held-rule.ts'
import type { BillingEvent } from './billing-event.ts'
import { cancelOpenParts, eventOf, saveEventEnd } from './event-store.ts'

/** Cancels the parts that are still open; what an invoice has consumed stays there. */
export function cancelEvent(ctx: Ctx, id: number): Promise<BillingEvent> {
  return ctx.transact(async tx => {
    const { held } = await holdRule(tx, ctx, found(await eventOf(tx, id), notFound).ruleId)
    const before = found(await eventOf(tx, id), notFound)
    if ((await cancelOpenParts(tx, before)) === 0) {
      if (before.cancelledAt !== null) refuse('event_already_cancelled', 'O evento já foi cancelado.', { status: 409 })
      refuse('event_already_consumed', 'O evento já foi todo faturado; não há parcela em aberto para cancelar.', { status: 409 })
    }
    const after = { ...before, cancelledAt: held.now, version: before.version + 1 }
    await saveEventEnd(tx, after)
    await record(tx, ctx, [
      { action: 'cancel', event: 'cancel', subject: { noun: 'billing_event', id, version: after.version }, before, after },
    ])
    return after
  })
}

const notFound = 'Evento de faturamento não encontrado.'
