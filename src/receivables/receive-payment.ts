import type { CivilDate } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import { claimReceivable } from './claim-receivable.ts'
import { type ReceivableDetail, receivableDetail } from './read-receivable.ts'
import type { PaymentChannel } from './receipt.ts'
import { dividePayment, requireReceiptDay, requireToReceive } from './receivable.ts'
import { receivableWith, saveReceivable } from './save-receivable.ts'

export interface PaymentInput {
  receivableId: number
  /** Above zero; less than what is outstanding is a part, more becomes credit of the customer. */
  amountCents: Cents
  receivedOn: CivilDate
  method?: PaymentChannel | null | undefined
  note?: string | null | undefined
}

/** Records a payment on a receivable. */
export function receivePayment(ctx: Ctx, input: PaymentInput): Promise<ReceivableDetail> {
  return ctx.transact(async tx => {
    const claim = await claimReceivable(tx, ctx, input.receivableId)
    const { receivable, dossier, calendar } = claim
    requireToReceive(receivable.state)
    requireReceiptDay(input.receivedOn, dossier?.invoice.issueOn ?? null, calendar.today)
    const added = {
      ...dividePayment(receivable, input.amountCents),
      receivableId: receivable.id,
      kind: 'payment',
      receivedOn: input.receivedOn,
      method: input.method ?? null,
      note: given(input.note),
    } as const
    await saveReceivable(tx, ctx, claim, { action: 'receive', after: receivableWith(claim, { added }), addedReceipts: [added] })
    return receivableDetail(tx, ctx, receivable.id)
  })
}
