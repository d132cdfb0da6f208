import { type Cents, zeroCents } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import { claimReceivable } from './claim-receivable.ts'
import { type ReceivableDetail, receivableDetail } from './read-receivable.ts'
import { requireReason } from './reason.ts'
import { requireAbatement, requireNotRenegotiated, requireToReceive } from './receivable.ts'
import { receivableWith, saveReceivable } from './save-receivable.ts'

export interface AbatementInput {
  receivableId: number
  /** Above zero, at most what is outstanding. */
  amountCents: Cents
  reason: string
}

/** Gives up a part of what is outstanding. The invoice keeps its amounts: this is a loss, not a discount. */
export function abateReceivable(ctx: Ctx, input: AbatementInput): Promise<ReceivableDetail> {
  return ctx.transact(async tx => {
    const claim = await claimReceivable(tx, ctx, input.receivableId)
    const { receivable, calendar } = claim
    requireNotRenegotiated(receivable)
    requireToReceive(receivable.state)
    requireAbatement(receivable, input.amountCents)
    const reason = requireReason(input.reason)
    const added = {
      receivableId: receivable.id,
      kind: 'abatement',
      amountCents: input.amountCents,
      surplusCents: zeroCents,
      receivedOn: calendar.today,
      method: null,
      financialAccountId: null,
      note: reason,
    } as const
    await saveReceivable(tx, ctx, claim, {
      action: 'abate',
      after: receivableWith(claim, { added }),
      addedReceipts: [added],
      reason,
    })
    return receivableDetail(tx, ctx, receivable.id)
  })
}
