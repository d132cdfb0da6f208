import { bindReferences } from '../catalog/references/bind-references.ts'
import type { CivilDate } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import type { Cents } from '../core/money.ts'
import { given } from '../core/text.ts'
import { requireRoomForCredit } from '../customers/credit-bound.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { claimReceivable } from './claim-receivable.ts'
import { type ReceivableDetail, receivableDetail } from './read-receivable.ts'
import type { PaymentChannel } from './receipt.ts'
import { dividePayment, requireNotRenegotiated, requirePayable, requireReceiptDay, requireToReceive } from './receivable.ts'
import { receivableWith, saveReceivable } from './save-receivable.ts'

export interface PaymentInput {
  receivableId: number
  /** Above zero, at most `mostCents`; less than what is outstanding is a part, more becomes credit of the customer. */
  amountCents: Cents
  receivedOn: CivilDate
  method?: PaymentChannel | null | undefined
  /** The account into which it came. */
  financialAccountId?: number | null | undefined
  note?: string | null | undefined
}

/** A boleto that is paid twice is money of the customer's all the same. */
const paidAgain =
  ' Se foi paga de novo, dê o valor como crédito ao cliente (no comando, customers credit), que a próxima emissão dele usa; se a baixa anterior está errada, desfaça-a antes (no comando, receivables undo).'

/** Records a payment on a receivable. */
export async function receivePayment(ctx: Ctx, input: PaymentInput): Promise<ReceivableDetail> {
  requirePayable(input.amountCents)
  return ctx.transact(async tx => {
    const claim = await claimReceivable(tx, ctx, input.receivableId)
    const { receivable, dossier, calendar } = claim
    requireNotRenegotiated(receivable)
    requireToReceive(receivable.state, paidAgain)
    requireReceiptDay(input.receivedOn, dossier?.invoice.issueOn ?? null, calendar.today)
    await bindAccount(tx, input.financialAccountId ?? null, receivable.organizationId)
    const divided = dividePayment(receivable, input.amountCents)
    requireRoomForCredit(claim.creditCents, divided.surplusCents)
    const added = {
      ...divided,
      receivableId: receivable.id,
      kind: 'payment',
      receivedOn: input.receivedOn,
      method: input.method ?? null,
      financialAccountId: input.financialAccountId ?? null,
      note: given(input.note),
    } as const
    await saveReceivable(tx, ctx, claim, { action: 'receive', after: receivableWith(claim, { added }), addedReceipts: [added] })
    return receivableDetail(tx, ctx, receivable.id)
  })
}

/** One of its organization's that is in use, and stays so until the receipt stands. */
async function bindAccount(tx: Tx, id: number | null, organizationId: number): Promise<void> {
  if (id === null) return
  const faults = new Faults()
  await bindReferences(tx, organizationId, [{ noun: 'financial_account', id, path: '/financialAccountId' }], faults)
  faults.refuseIfAny()
}
