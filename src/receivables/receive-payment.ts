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

/** A boleto that is paid twice is money of the customer's all the same. */
const paidAgain =
  ' Se foi paga de novo, dê o valor como crédito ao cliente (no comando, customers credit), que a próxima emissão dele usa; se a baixa anterior está errada, desfaça-a antes (receivables undo).'

/** Records a payment on a receivable. */
export function receivePayment(ctx: Ctx, input: PaymentInput): Promise<ReceivableDetail> {
  return ctx.transact(async tx => {
    const claim = await claimReceivable(tx, ctx, input.receivableId)
    const { receivable, dossier, calendar } = claim
    requireToReceive(receivable.state, paidAgain)
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
