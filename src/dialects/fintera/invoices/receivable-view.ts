import { decimal, sum } from '../../../core/money.ts'
import { isStanding, type Receipt } from '../../../receivables/receipt.ts'
import type { Receivable } from '../../../receivables/receivable.ts'
import { showCents, showDay, showDecimal, showStamp } from '../values.ts'
import type { Share } from './invoice-amounts.ts'

export interface ReceivableShown {
  receivable: Receivable
  share: Share | undefined
  /** In the order in which they were made, undone ones too. */
  receipts: readonly Receipt[]
  timeZone: string
}

export function showReceivable({ receivable, share, receipts, timeZone }: ReceivableShown) {
  const received = receivedBy(receipts)
  return {
    id: receivable.id,
    invoice_id: receivable.invoiceId,
    due_date: showDay(receivable.dueOn),
    value: showDecimal(decimal(share?.percent ?? '100')),
    gross_value: showCents(share?.grossCents ?? receivable.amountCents),
    payment_value: showCents(share?.paymentCents ?? receivable.amountCents),
    received_value:
      received.length === 0 ? null : showCents(sum(received.flatMap(each => [each.amountCents, each.surplusCents]))),
    received_at: showDay(received.at(-1)?.receivedOn ?? null),
    created_at: showStamp(receivable.createdAt, timeZone),
    state: receivable.state === 'renegotiated' ? 'cancelled' : receivable.state,
    payment_gateway_status: null,
    cobrato_charge_id: null,
    cobrato_errors: null,
    finance_receivable_id: null,
    myfinance_sale_id: null,
    finance_entity_id: null,
    myfinance_errors: null,
    myfinance_receivable_account_id: null,
  }
}

/** The money that stands; where all of it was undone, what was undone last is still told (seed, "Desfazer recebimento"). */
function receivedBy(receipts: readonly Receipt[]): Receipt[] {
  const money = receipts.filter(({ kind }) => kind !== 'abatement')
  const standing = money.filter(isStanding)
  return standing.length > 0 ? standing : money.slice(-1)
}
