import { Type } from 'typebox'
import { NamedContractAnswer, NamedCustomerAnswer, showNamedContract, showNamedCustomer } from '../contracts/parties-wire.ts'
import { showId } from '../core/ids.ts'
import { Day, Fields, IdOf, Money, OneOf, OrNull, Text } from '../platform/http/fields.ts'
import type { KnownReceipt, KnownReceivable, ReceivableDetail } from './read-receivable.ts'
import { paymentChannels, type Receipt, receiptKinds } from './receipt.ts'
import { allReceivableStates, type Receivable, stillOwedOf } from './receivable.ts'

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
    financialAccountId: Type.Optional(OrNull(IdOf('financial_account', { description: 'A conta em que o dinheiro entrou.' }))),
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
    financialAccountId: OrNull(Type.String()),
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
  scheduleId: OrNull(Type.String({ description: 'O agendamento de que ela é uma ocorrência.' })),
  organizationId: Type.String(),
  customerId: Type.String(),
  contractId: OrNull(Type.String()),
  installment: Type.Integer(),
  installments: Type.Integer(),
  dueOn: Type.String(),
  amountCents: Type.Integer(),
  receivedCents: Type.Integer(),
  abatedCents: Type.Integer(),
  outstandingCents: Type.Integer({ description: 'O que falta receber; 0 da que foi cancelada ou renegociada.' }),
  receivedOn: OrNull(Type.String()),
  state: OneOf(allReceivableStates),
  renegotiationId: OrNull(Type.String({ description: 'A renegociação que a criou.' })),
  renegotiatedBy: OrNull(Type.String({ description: 'A renegociação que a substituiu, enquanto vale.' })),
  settledOn: OrNull(
    Type.String({ description: 'Da que foi renegociada: quando as parcelas que a substituíram foram todas recebidas.' }),
  ),
  isLate: Type.Boolean(),
  version: Type.Integer(),
  createdAt: Type.String(),
}

const named = {
  customer: NamedCustomerAnswer,
  contract: OrNull(NamedContractAnswer),
  invoiceNumber: OrNull(Type.Integer()),
}

export const ReceivableAnswer = Type.Object({ ...shown, ...named }, { title: 'Receivable' })
export const ReceivableDetailAnswer = Type.Object(
  { ...shown, ...named, receipts: Type.Array(ReceiptAnswer) },
  { title: 'ReceivableDetail' },
)
/** Within its invoice, which says the names. */
export const ReceivableOfInvoiceAnswer = Type.Object(
  { ...shown, receipts: Type.Array(ReceiptAnswer) },
  { title: 'ReceivableOfInvoice' },
)

export const KnownReceiptAnswer = Type.Object(
  {
    ...ReceiptAnswer.properties,
    receivableId: Type.String(),
    invoiceId: OrNull(Type.String()),
    scheduleId: OrNull(Type.String()),
    ...named,
  },
  { title: 'KnownReceipt' },
)

export function showKnownReceipt({ customer, contract, invoiceNumber, invoiceId, scheduleId, ...receipt }: KnownReceipt) {
  return {
    ...showReceipt(receipt),
    receivableId: showId('receivable', receipt.receivableId),
    invoiceId: invoiceId === null ? null : showId('invoice', invoiceId),
    scheduleId: scheduleId === null ? null : showId('schedule', scheduleId),
    customer: showNamedCustomer(customer),
    contract: contract === null ? null : showNamedContract(contract),
    invoiceNumber,
  }
}

export function showReceivable({ customer, contract, invoiceNumber, ...receivable }: KnownReceivable) {
  return {
    ...showBare(receivable),
    customer: showNamedCustomer(customer),
    contract: contract === null ? null : showNamedContract(contract),
    invoiceNumber,
  }
}

export function showReceivableDetail({ receipts, ...receivable }: ReceivableDetail) {
  return { ...showReceivable(receivable), receipts: receipts.map(showReceipt) }
}

export function showReceivableOfInvoice({ receipts, ...receivable }: Receivable & { isLate: boolean; receipts: Receipt[] }) {
  return { ...showBare(receivable), receipts: receipts.map(showReceipt) }
}

function showBare(receivable: Receivable & { isLate: boolean }) {
  const { invoiceId, contractId, scheduleId, renegotiationId, renegotiatedBy } = receivable
  return {
    ...receivable,
    id: showId('receivable', receivable.id),
    invoiceId: invoiceId === null ? null : showId('invoice', invoiceId),
    scheduleId: scheduleId === null ? null : showId('schedule', scheduleId),
    organizationId: showId('organization', receivable.organizationId),
    customerId: showId('customer', receivable.customerId),
    contractId: contractId === null ? null : showId('contract', contractId),
    renegotiationId: renegotiationId === null ? null : showId('renegotiation', renegotiationId),
    renegotiatedBy: renegotiatedBy === null ? null : showId('renegotiation', renegotiatedBy),
    outstandingCents: stillOwedOf(receivable),
  }
}

export function showReceipt(receipt: Receipt) {
  const { financialAccountId } = receipt
  return {
    ...receipt,
    id: showId('receipt', receipt.id),
    financialAccountId: financialAccountId === null ? null : showId('financial_account', financialAccountId),
  }
}
