// A receipt: one act of receiving on a receivable. It is undone by a date, never deleted.

import type { CivilDate, Instant } from '../core/dates.ts'
import { type Cents, cents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'

export const receiptKinds = ['payment', 'credit', 'abatement'] as const
export type ReceiptKind = (typeof receiptKinds)[number]

/** How money came. */
export const paymentChannels = ['boleto', 'pix', 'card', 'transfer', 'cash', 'other'] as const
export type PaymentChannel = (typeof paymentChannels)[number]

export interface NewReceipt {
  readonly receivableId: number
  readonly kind: ReceiptKind
  /** What it settles of the receivable. */
  readonly amountCents: Cents
  /** What came on top of it and became credit of the customer; only a payment has any. */
  readonly surplusCents: Cents
  readonly receivedOn: CivilDate
  readonly method: PaymentChannel | null
  /** The account into which the money came, where it was told. */
  readonly financialAccountId: number | null
  readonly note: string | null
}

export interface Receipt extends NewReceipt {
  readonly id: number
  readonly createdAt: Instant
  readonly undoneAt: Instant | null
  readonly undoReason: string | null
}

export type CreditMove = { amountCents: Cents; cause: 'overpayment' | 'overpayment_undone' | 'spent' | 'given_back' }

/** What a receipt does to the customer's credit when it is made; null for most. */
export function creditMoveOf(receipt: NewReceipt): CreditMove | null {
  if (receipt.kind === 'credit') return { amountCents: cents(-receipt.amountCents), cause: 'spent' }
  return receipt.surplusCents === 0 ? null : { amountCents: receipt.surplusCents, cause: 'overpayment' }
}

/** What undoing a receipt does to the customer's credit. */
export function creditMoveOfUndoing(receipt: NewReceipt): CreditMove | null {
  if (receipt.kind === 'credit') return { amountCents: receipt.amountCents, cause: 'given_back' }
  return receipt.surplusCents === 0 ? null : { amountCents: cents(-receipt.surplusCents), cause: 'overpayment_undone' }
}

export function isStanding(receipt: Receipt): boolean {
  return receipt.undoneAt === null
}

/** Refuses while money or an abatement stands. Credit is no obstacle: it is given back by what is asked for. */
export function requireOnlyCredit(standing: readonly Receipt[]): void {
  const receiptIds = standing.filter(receipt => receipt.kind !== 'credit').map(receipt => receipt.id)
  if (receiptIds.length === 0) return
  refuse('receipt_stands', 'Há baixa (pagamento ou abatimento) registrada nesta fatura: desfaça-a primeiro.', {
    status: 409,
    details: { receiptIds },
  })
}
