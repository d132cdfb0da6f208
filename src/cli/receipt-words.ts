import type { ReceiptKind } from '../receivables/receipt.ts'
import type { ReceivableDetail } from './answers.ts'
import { brl, momentWords, paymentChannelWords } from './words.ts'

export type Receipt = ReceivableDetail['receipts'][number]

const kindWords: Record<ReceiptKind, string> = {
  payment: 'pagamento',
  credit: 'crédito usado',
  abatement: 'abatimento',
}

/** 'pagamento, pix', 'crédito usado' */
export function howReceived({ kind, method }: Receipt): string {
  return method === null ? kindWords[kind] : `${kindWords[kind]}, ${paymentChannelWords[method]}`
}

/** What else is to know of it: what became credit, what was noted, whether it was undone. */
export function aboutReceipt({ surplusCents, note, undoneAt, undoReason }: Receipt): string {
  const parts = [
    ...(surplusCents > 0 ? [`mais ${brl(surplusCents)} de crédito`] : []),
    ...(note === null ? [] : [`"${note}"`]),
    ...(undoneAt === null ? [] : [`desfeita em ${momentWords(undoneAt)}${undoReason === null ? '' : `: ${undoReason}`}`]),
  ]
  return parts.join('; ')
}
