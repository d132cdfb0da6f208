import type { ReceiptKind } from '../receivables/receipt.ts'
import type { KnownReceipt, ReceivableDetail } from './answers.ts'
import { renderTable } from './table.ts'
import { brl, counted, dayWords, figure, momentWords, paymentChannelWords, summed } from './words.ts'

export type Receipt = ReceivableDetail['receipts'][number]

const kindWords: Record<ReceiptKind, string> = {
  payment: 'pagamento',
  credit: 'crédito usado',
  abatement: 'abatimento',
}

/** 'pagamento, pix', 'crédito usado' */
export function howReceived({ kind, method }: Pick<Receipt, 'kind' | 'method'>): string {
  return method === null ? kindWords[kind] : `${kindWords[kind]}, ${paymentChannelWords[method]}`
}

/** What else is to know of it: what became credit, what was noted, whether it was undone. */
export function aboutReceipt({ surplusCents, financialAccountId, note, undoneAt, undoReason }: Receipt): string {
  const parts = [
    ...(surplusCents > 0 ? [`mais ${brl(surplusCents)} de crédito`] : []),
    ...(financialAccountId === null ? [] : [`na conta ${financialAccountId}`]),
    ...(note === null ? [] : [`"${note}"`]),
    ...(undoneAt === null ? [] : [`desfeita em ${momentWords(undoneAt)}${undoReason === null ? '' : `: ${undoReason}`}`]),
  ]
  return parts.join('; ')
}

const receiptColumns = [
  { head: 'Dia', of: (it: KnownReceipt) => dayWords(it.receivedOn) },
  { head: 'Baixa', of: (it: KnownReceipt) => it.id },
  { head: 'Parcela', of: (it: KnownReceipt) => it.receivableId },
  { head: 'Fatura', of: (it: KnownReceipt) => it.invoiceId ?? it.scheduleId ?? '' },
  { head: 'Cliente', of: (it: KnownReceipt) => it.customer.name, least: 12 },
  { head: 'Valor (R$)', of: (it: KnownReceipt) => figure(it.amountCents + it.surplusCents), right: true },
  { head: 'Como', of: howReceived },
]

/** Money that came, by day and by means; what was settled by credit or abated is no money, and said apart. */
export function receiptsWords(receipts: readonly KnownReceipt[], columns: number): string {
  if (receipts.length === 0) return 'Nada foi recebido nesses dias.'
  const payments = receipts.filter(({ kind }) => kind === 'payment')
  const surplus = payments.reduce((total, { surplusCents }) => total + surplusCents, 0)
  const became = surplus === 0 ? '' : `, dos quais ${brl(surplus)} viraram crédito dos clientes`
  const apart = (['credit', 'abatement'] as const).flatMap(kind => {
    const own = receipts.filter(receipt => receipt.kind === kind)
    return own.length === 0 ? [] : [`Sem dinheiro, ${kindWords[kind]}: ${brl(moneyOf(own))}.`]
  })
  return [
    renderTable(receiptColumns, receipts, { columns }),
    '',
    ...sumsBy(payments, ({ receivedOn }) => dayWords(receivedOn)),
    ...sumsBy(payments, howReceived),
    `Dinheiro recebido: ${counted(payments.length, 'pagamento', 'pagamentos')}, ${brl(moneyOf(payments))}${became}.`,
    ...apart,
  ].join('\n')
}

/** What came: with what was paid beyond the installment. */
export function moneyOf(receipts: readonly KnownReceipt[]): number {
  return summed(receipts.flatMap(({ amountCents, surplusCents }) => [amountCents, surplusCents]))
}

function sumsBy(payments: readonly KnownReceipt[], key: (receipt: KnownReceipt) => string): string[] {
  return [...Map.groupBy(payments, key)].map(([name, own]) => `  ${name}: ${brl(moneyOf(own))}`)
}
