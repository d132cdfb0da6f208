import { type CivilDate, formatDate } from '../../../core/dates.ts'
import { type Cents, decimal, decimalOf, digitsOfFloat, multiplyToCents, sum, zeroCents } from '../../../core/money.ts'
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
  jurosCents: Cents
  multaCents: Cents
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
    const own = receipt.kind === 'abatement' ? receipt.amountCents : zeroCents
    return {
      receiptId: receipt.id,
      code: codeOf(receipt.id),
      amountCents: sum([receipt.amountCents, discount?.amountCents ?? zeroCents]),
      discountCents: sum([own, discount?.amountCents ?? zeroCents]),
      jurosCents: keptCents(kept.juros),
      multaCents: keptCents(kept.multa),
      receivedOn: receipt.receivedOn,
      financialAccountId: receipt.financialAccountId,
      note: receipt.note,
    }
  })
}

/** `receipt-form.ts` keeps amounts as they are sent. */
function keptCents(value: unknown): Cents {
  return multiplyToCents(decimal('1'), decimal(digitsOfFloat(Number(value ?? 0))))
}

const figure = (amount: Cents) => Number(decimalOf(amount))

/** The one block that a title of theirs has: the sums of all that stands, and the day and account of the last. */
export function showReceived(writeOffs: readonly WriteOff[]): Kept {
  const last = writeOffs.at(-1)
  if (last === undefined) return {}
  return {
    codigo_recebimento_integracao: last.code,
    codigo_conta_corrente: last.financialAccountId ?? undefined,
    valor: figure(sum(writeOffs.map(one => one.amountCents))),
    desconto: figure(sum(writeOffs.map(one => one.discountCents))),
    juros: figure(sum(writeOffs.map(one => one.jurosCents))),
    multa: figure(sum(writeOffs.map(one => one.multaCents))),
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
    juros: figure(one.jurosCents),
    multa: figure(one.multaCents),
    data: formatDate(one.receivedOn),
    codigo_conta_corrente: one.financialAccountId ?? 0,
    observacao: one.note ?? '',
  }
}
