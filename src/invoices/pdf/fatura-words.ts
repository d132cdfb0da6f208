// The Portuguese of the document: dates, months, rates, states, how something was paid.

import type { PaymentMethod } from '../../contracts/rules/terms.ts'
import type { Address } from '../../core/brazil/address.ts'
import { addDays, type CivilDate, dayOfMonth, formatDate, type YearMonth } from '../../core/dates.ts'
import { type Cents, type Decimal, decimal, formatAmount, formatDecimal } from '../../core/money.ts'
import { nameOfTax } from '../../nfse/withholding/tax-calendar.ts'
import type { PaymentChannel, Receipt } from '../../receivables/receipt.ts'
import { type Receivable, stillOwedOf } from '../../receivables/receivable.ts'
import type { WithheldTax } from '../withholding.ts'

export const NONE = '–'

/** '1.234,56'; less than nothing with a real minus sign: '−50,00'. */
export function amountWords(amount: Cents): string {
  return formatAmount(amount).replace('-', '−')
}

/** 'R$ 1.234,56', in one piece. */
export function brlWords(amount: Cents): string {
  const figure = amountWords(amount)
  return figure.startsWith('−') ? `−R$\u00a0${figure.slice(1)}` : `R$\u00a0${figure}`
}

/** '100,00', '0,0375': at least two digits after the comma. */
export function priceWords(price: Decimal): string {
  const [whole = '', fraction = ''] = formatDecimal(price).replace('-', '−').split(',')
  return `${whole},${fraction.padEnd(2, '0')}`
}

export const quantityWords = (quantity: Decimal): string => formatDecimal(quantity).replace('-', '−')

const MICROS_PER_PERCENT = 10_000

/** 15000 → '1,5%' */
export function rateWords(rateMicros: number): string {
  const rest = rateMicros % MICROS_PER_PERCENT
  const whole = (rateMicros - rest) / MICROS_PER_PERCENT
  return `${formatDecimal(decimal(`${whole}.${String(rest).padStart(4, '0')}`))}%`
}

const months = [
  'janeiro',
  'fevereiro',
  'março',
  'abril',
  'maio',
  'junho',
  'julho',
  'agosto',
  'setembro',
  'outubro',
  'novembro',
  'dezembro',
] as const

/** 'janeiro de 2026' */
export function monthWords(month: YearMonth): string {
  return `${months[Number(month.slice(5, 7)) - 1] ?? ''} de ${month.slice(0, 4)}`
}

/** '1º a 31 de janeiro de 2026', '31 de janeiro a 27 de fevereiro de 2026'. `endsOn` is the day after the last. */
export function periodWords(startsOn: CivilDate, endsOn: CivilDate): string {
  const first = written(startsOn)
  const last = written(addDays(endsOn, -1))
  const whole = `${last.day} de ${last.month} de ${last.year}`
  if (first.year !== last.year) return `${first.day} de ${first.month} de ${first.year} a ${whole}`
  if (first.month !== last.month) return `${first.day} de ${first.month} a ${whole}`
  return first.day === last.day ? whole : `${first.day} a ${whole}`
}

function written(day: CivilDate): { day: string; month: string; year: string } {
  const number = dayOfMonth(day)
  return { day: number === 1 ? '1º' : String(number), month: months[Number(day.slice(5, 7)) - 1] ?? '', year: day.slice(0, 4) }
}

export const taxWords: Record<WithheldTax, string> = { ...nameOfTax, other: 'Outras retenções' }

export const paymentMethodWords: Record<PaymentMethod, string> = {
  boleto: 'Boleto',
  pix: 'Pix',
  card: 'Cartão',
  transfer: 'Transferência',
  other: 'Outra',
}

const channelWords: Record<PaymentChannel, string> = {
  boleto: 'boleto',
  pix: 'Pix',
  card: 'cartão',
  transfer: 'transferência',
  cash: 'dinheiro',
  other: 'outro meio',
}

/** What stands of an installment. That it is late is not said: it depends on the day of reading, and the same invoice is the same document. */
export function receivableWords(receivable: Receivable): string {
  switch (receivable.state) {
    case 'to_emit':
      return 'Prevista'
    case 'cancelled':
      return 'Cancelada'
    case 'renegotiated':
      return receivable.settledOn === null ? 'Renegociada' : `Renegociada e recebida em ${formatDate(receivable.settledOn)}`
    case 'received':
      if (receivable.amountCents === 0) return 'Sem valor a pagar'
      return receivable.receivedOn === null ? 'Recebida' : `Recebida em ${formatDate(receivable.receivedOn)}`
    case 'to_receive':
      return stillOwedOf(receivable) === receivable.amountCents ? 'A receber' : 'Recebida em parte'
  }
}

/** 'Pagamento de 50,00 em 10/02/2026, por Pix'. What was noted beside it is the issuer's own. */
export function receiptWords(receipt: Receipt): string {
  const day = formatDate(receipt.receivedOn)
  const amount = amountWords(receipt.amountCents)
  if (receipt.kind === 'credit') return `Crédito do cliente usado: ${amount} em ${day}`
  if (receipt.kind === 'abatement') return `Abatimento de ${amount} em ${day}`
  const means = receipt.method === null ? '' : `, por ${channelWords[receipt.method]}`
  const surplus =
    receipt.surplusCents > 0 ? `; mais ${amountWords(receipt.surplusCents)}, que ficaram como crédito do cliente` : ''
  return `Pagamento de ${amount} em ${day}${means}${surplus}`
}

/** As on an envelope, line by line; what is missing leaves no gap. */
export function addressLines(address: Address): string[] {
  const { street, number, complement, district, city, uf, zipCode } = address
  const place = city !== null && uf !== null ? `${city}/${uf}` : (city ?? uf)
  return [
    join([join([street, number], ', '), complement], ' – '),
    join([district, place, zipCode === null ? null : `CEP\u00a0${zipCode.slice(0, 5)}-${zipCode.slice(5)}`], ' – '),
  ].filter(line => line !== '')
}

/** A hyphen that was typed where nothing is to be said is nothing. */
function join(parts: readonly (string | null)[], between: string): string {
  return parts.filter(part => part !== null && /[\p{L}\p{N}]/u.test(part)).join(between)
}
