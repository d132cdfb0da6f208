import { type CivilDate, parseCivilDate } from '../../../core/dates.ts'
import {
  type Cents,
  cents,
  decimal,
  decimalOf,
  formatAmount,
  isWholeCents,
  multiplyToCents,
  parseDecimal,
  zeroCents,
} from '../../../core/money.ts'
import { missingTag, wrongValue } from '../fault.ts'
import { type Param, textIn, textUpTo } from '../read-param.ts'

export interface ReceiptForm {
  /** The money of it: `valor` without `desconto`. What comes on top for `juros` and `multa` is in no sum of ours. */
  paidCents: Cents
  discountCents: Cents
  receivedOn: CivilDate
  note: string | null
  /** What is kept of it, to be told again. */
  kept: Readonly<Record<string, number>>
}

/** `valor` is what is written off the title; clients send `juros` on top of it, and their statements count `desconto` as part of it. */
export function readReceiptForm(param: Param): ReceiptForm {
  const valor = amountIn(param, 'valor')
  if (valor === undefined) throw missingTag('valor')
  if (valor === 0) throw wrongValue('valor', 'informe um valor maior que zero.')
  const receivedOn = parseCivilDate(textIn(param, 'data') ?? '')
  if (receivedOn === null) throw missingTag('data')
  const discountCents = amountIn(param, 'desconto') ?? zeroCents
  if (discountCents > valor) throw wrongValue('desconto', 'o desconto é parte de [valor] e não pode passar dele.')
  const onTop = (['juros', 'multa'] as const).flatMap(tag => {
    const amount = amountIn(param, tag) ?? zeroCents
    return amount === 0 ? [] : [{ tag, amount }]
  })
  const nsu = textUpTo(param, 'nsu', 60)?.trim()
  const said = [
    textUpTo(param, 'observacao', 350)?.trim() ?? '',
    ...onTop.map(({ tag, amount }) => `${tag} ${formatAmount(amount)}`),
    nsu ? `NSU ${nsu}` : '',
  ].filter(text => text !== '')
  return {
    paidCents: cents(valor - discountCents),
    discountCents,
    receivedOn,
    note: said.length === 0 ? null : said.join('; '),
    kept: Object.fromEntries(onTop.map(({ tag, amount }) => [tag, Number(decimalOf(amount))])),
  }
}

function amountIn(param: Param, tag: string): Cents | undefined {
  const text = textIn(param, tag)
  if (text === undefined) return undefined
  const one = decimal('1')
  const value = parseDecimal(text)
  if (value === null || !isWholeCents(one, value)) throw wrongValue(tag, 'informe o valor com até duas casas decimais.')
  if (value.startsWith('-')) throw wrongValue(tag, 'o valor não pode ser negativo.')
  return multiplyToCents(one, value)
}
