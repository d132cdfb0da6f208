import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { Day, Fields, IdOf, Money, OneOf, OrNull, Text } from '../platform/http/fields.ts'
import type { KnownReceivable, ReceivableDetail } from './read-receivable.ts'
import { paymentChannels, type Receipt, receiptKinds } from './receipt.ts'
import { allReceivableStates, outstandingOf } from './receivable.ts'

export const AtReceivable = Fields({ id: IdOf('receivable') })
export const AtReceipt = Fields({ id: IdOf('receivable'), receipt: IdOf('receipt') })

export const NewPayment = Fields(
  {
    amountCents: Money({
      minimum: 1,
      description: 'Menos que o valor em aberto é uma parte; o que passar vira crédito do cliente.',
    }),
    receivedOn: Day({ description: 'Entre a emissão da fatura e hoje.' }),
    method: Type.Optional(OrNull(OneOf(paymentChannels))),
    note: Type.Optional(OrNull(Text(500))),
  },
  { title: 'NewPayment' },
)

export const NewAbatement = Fields({ amountCents: Money({ minimum: 1 }), reason: Text(500) }, { title: 'NewAbatement' })

export const NewDueDate = Fields({ dueOn: Day(), reason: Type.Optional(OrNull(Text(500))) }, { title: 'NewDueDate' })

export const WithReason = Fields({ reason: Type.Optional(OrNull(Text(500, { description: 'O motivo, para o histórico.' }))) })

export const ReceiptAnswer = Type.Object(
  {
    id: Type.String(),
    kind: OneOf(receiptKinds),
    amountCents: Type.Integer(),
    surplusCents: Type.Integer(),
    receivedOn: Type.String(),
    method: OrNull(OneOf(paymentChannels)),
    note: OrNull(Type.String()),
    createdAt: Type.String(),
    undoneAt: OrNull(Type.String()),
    undoReason: OrNull(Type.String()),
  },
  { title: 'Receipt' },
)

const shown = {
  id: Type.String(),
  invoiceId: OrNull(Type.String()),
  organizationId: Type.String(),
  customerId: Type.String(),
  contractId: OrNull(Type.String()),
  installment: Type.Integer(),
  installments: Type.Integer(),
  dueOn: Type.String(),
  amountCents: Type.Integer(),
  receivedCents: Type.Integer(),
  abatedCents: Type.Integer(),
  outstandingCents: Type.Integer(),
  receivedOn: OrNull(Type.String()),
  state: OneOf(allReceivableStates),
  isLate: Type.Boolean(),
  version: Type.Integer(),
  createdAt: Type.String(),
}

export const ReceivableAnswer = Type.Object(shown, { title: 'Receivable' })
export const ReceivableDetailAnswer = Type.Object(
  { ...shown, receipts: Type.Array(ReceiptAnswer) },
  { title: 'ReceivableDetail' },
)

export function showReceivable(receivable: KnownReceivable) {
  const { invoiceId, contractId } = receivable
  return {
    ...receivable,
    id: showId('receivable', receivable.id),
    invoiceId: invoiceId === null ? null : showId('invoice', invoiceId),
    organizationId: showId('organization', receivable.organizationId),
    customerId: showId('customer', receivable.customerId),
    contractId: contractId === null ? null : showId('contract', contractId),
    outstandingCents: outstandingOf(receivable),
  }
}

export function showReceivableDetail(receivable: ReceivableDetail) {
  return { ...showReceivable(receivable), receipts: receivable.receipts.map(showReceipt) }
}

function showReceipt(receipt: Receipt) {
  return { ...receipt, id: showId('receipt', receipt.id) }
}
