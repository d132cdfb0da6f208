import { type CivilDate, formatDate } from '../../../core/dates.ts'
import { type Cents, cents, decimalOf, sum } from '../../../core/money.ts'
import type { Receipt } from '../../../receivables/receipt.ts'
import type { Kept } from '../../kept-store.ts'

/** What stands of a title, one after the other: each is what LancarRecebimento answered, and CancelarRecebimento takes back. */
export interface WriteOff {
  receiptId: number
  code: string
  /** What was written off, discount included. */
  amountCents: Cents
  discountCents: Cents
  /** As they were sent: they are in no sum of ours. */
  juros: number
  multa: number
  receivedOn: CivilDate
  financialAccountId: number | null
  note: string | null
}

/** @param receipts those that stand, in order; a discount that came with money is part of it, and no write-off of its own */
export function writeOffsOf(
  receipts: readonly Receipt[],
  codeOf: (receiptId: number) => string,
  keptOf: (receiptId: number) => Kept,
): WriteOff[] {
  const discounts = new Set(receipts.map(({ id }) => Number(keptOf(id).abatement ?? 0)))
  return receipts.flatMap(receipt => {
    if (discounts.has(receipt.id)) return []
    const kept = keptOf(receipt.id)
    const discount = receipts.find(({ id }) => id === Number(kept.abatement ?? 0))
    const own = receipt.kind === 'abatement' ? receipt.amountCents : cents(0)
    return {
      receiptId: receipt.id,
      code: codeOf(receipt.id),
      amountCents: sum([receipt.amountCents, discount?.amountCents ?? cents(0)]),
      discountCents: sum([own, discount?.amountCents ?? cents(0)]),
      juros: Number(kept.juros ?? 0),
      multa: Number(kept.multa ?? 0),
      receivedOn: receipt.receivedOn,
      financialAccountId: receipt.financialAccountId,
      note: receipt.note,
    }
  })
}

const figure = (amount: Cents) => Number(decimalOf(amount))

/** The one block that a title of theirs has: the sums of all that stands, and the day and account of the last. */
export function showReceived(writeOffs: readonly WriteOff[]): Kept {
  const last = writeOffs.at(-1)
  if (last === undefined) return {}
  const onTop = (of: 'juros' | 'multa') => figure(sum(writeOffs.map(one => cents(Math.round(one[of] * 100)))))
  return {
    codigo_recebimento_integracao: last.code,
    codigo_conta_corrente: last.financialAccountId ?? undefined,
    valor: figure(sum(writeOffs.map(one => one.amountCents))),
    desconto: figure(sum(writeOffs.map(one => one.discountCents))),
    juros: onTop('juros'),
    multa: onTop('multa'),
    data: formatDate(last.receivedOn),
    observacao: last.note ?? '',
  }
}

/** By the tags of LancarRecebimento. A title of theirs does not list them: without that no `codigo_baixa` could be found again. */
export function showWriteOff(one: WriteOff): Kept {
  return {
    codigo_baixa: one.receiptId,
    codigo_baixa_integracao: one.code,
    valor: figure(one.amountCents),
    desconto: figure(one.discountCents),
    juros: one.juros,
    multa: one.multa,
    data: formatDate(one.receivedOn),
    codigo_conta_corrente: one.financialAccountId ?? 0,
    observacao: one.note ?? '',
  }
}
