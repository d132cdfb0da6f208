import { type Cents, type Decimal, decimal, formatAmount, parseBrazilianDecimal, parseBrl, zeroCents } from '../../core/money.ts'
import { type Kind, type Misreading, orMisread, type Reading } from './reading.ts'

/** Ten billion reais: what no amount of a contract may pass, so that sums of many stay exact. */
const MOST_CENTS = 1_000_000_000_000

const AMOUNT = 'um valor como 1.234,56'
const amountWriting: Writing = { expected: AMOUNT, least: 2, most: 2, suffix: '' }

/** How a kind of number is written. */
interface Writing {
  expected: string
  /** Digits after the comma: those that are always written, and those that there may be. */
  least: number
  most: number
  /** Such as '%', without which it would be another number. */
  suffix: string
}

/** 1.234 is a thousand to us and one to an American; 1,234.56 the other way round. */
function misreadNumber(text: string, writing: Writing): Misreading {
  const bare = text.trim()
  const isAmbiguous = /^-?(R\$)?\s*\d[\d.,]*$/.test(bare) && /\.\d{3}$|,.*\.|\.\d{1,2}$/.test(bare)
  if (isAmbiguous) return { code: 'ambiguous_number', expected: readingsOf(bare, writing).join(' ou ') || writing.expected }
  return { code: 'invalid_number', expected: /,\d+$/.test(bare) ? withMost(writing) : writing.expected }
}

function withMost({ expected, most }: Writing): string {
  return `${expected}, com até ${most} casas depois da vírgula`
}

/** All that an ambiguous number may have meant, each as it is to be written: '1.250' → '1250,00', '1,25'. */
function readingsOf(text: string, { least, most, suffix }: Writing): string[] {
  const number = text.replace(/^-|R\$|\s/g, '')
  const [, thousands = '', rest = ''] = /^(\d{1,3})\.(\d{3})$/.exec(number) ?? []
  const [, whole = '', decimals = ''] = /^(\d{1,3}(?:,\d{3})+|\d+)\.(\d+)$/.exec(number) ?? []
  const fraction = decimals.replace(/0+$/, '')
  const written = (digits: string, after: string) =>
    `${digits}${after === '' && least === 0 ? '' : `,${after.padEnd(least, '0')}`}${suffix}`
  return [
    ...(rest === '' ? [] : [written(thousands + rest, '')]),
    ...(whole === '' || fraction.length > most ? [] : [written(whole.replaceAll(',', ''), fraction)]),
  ]
}

/** An amount in cents, above zero unless told. */
export function amount({ zeroAllowed }: { zeroAllowed: boolean }): Kind<Cents> {
  return {
    parse(text) {
      const value = parseBrl(text)
      if (value === null) return misreadNumber(text, amountWriting)
      if (value < zeroCents) return { code: 'negative_number', expected: AMOUNT }
      if (value > MOST_CENTS || (value === zeroCents && !zeroAllowed))
        return { code: 'out_of_bounds', expected: `de 0,01 a ${formatAmount(mostAmount)}` }
      return { value }
    },
    format: formatAmount,
  }
}
// A safe integer by its own definition.
const mostAmount = MOST_CENTS as Cents

interface DecimalBounds {
  expected: string
  /** Above this is out of bounds. */
  most: number
  zeroAllowed: boolean
  /** Digits after the comma that its column of the database keeps. */
  digits: number
  /** Those that are always written; none, if not told. */
  least?: number
  suffix?: string
}

function boundedDecimal(text: string, bounds: DecimalBounds): Reading<Decimal> {
  const { expected, most, zeroAllowed, digits, least = 0, suffix = '' } = bounds
  const writing: Writing = { expected, least, most: digits, suffix }
  const value = parseBrazilianDecimal(text)
  if (value === null) return misreadNumber(text, writing)
  if (value.startsWith('-')) return { code: 'negative_number', expected }
  // Compared as numbers only to find what is far out; the value itself stays exact.
  const size = Number(value)
  if (size > most || (size === 0 && !zeroAllowed)) return { code: 'out_of_bounds', expected }
  if ((value.split('.')[1] ?? '').length > digits) return { code: 'out_of_bounds', expected: withMost(writing) }
  return { value }
}

function withComma(value: Decimal): string {
  return value.replace('.', ',')
}

/** A unit price: up to six digits after the comma, at least two are written. '1.234,50', '0,0375'. */
export const price: Kind<Decimal> = {
  parse: text =>
    boundedDecimal(text.replace(/^R\$\s*/i, ''), {
      expected: AMOUNT,
      most: MOST_CENTS / 100,
      zeroAllowed: true,
      digits: 6,
      least: 2,
    }),
  format(value) {
    const [integer = '', fraction = ''] = value.split('.')
    return `${integer.replace(/\B(?=(?:\d{3})+$)/g, '.')},${fraction.padEnd(2, '0')}`
  },
}

export const quantity: Kind<Decimal> = {
  parse: text =>
    boundedDecimal(text, { expected: 'uma quantidade como 1 ou 2,5', most: 999_999_999_999, zeroAllowed: false, digits: 6 }),
  format: withComma,
}

/** 'Up to 50 % more than last time': no upper bound of meaning, so a wide one. */
export const growth: Kind<Decimal> = {
  parse: text =>
    boundedDecimal(text.replace(/\s*%$/, ''), {
      expected: 'um percentual como 30%',
      most: 999_999,
      zeroAllowed: false,
      digits: 3,
      suffix: '%',
    }),
  format: value => `${withComma(value)}%`,
}

/** `isBare`: written without %, R$ and decimals, so that a percentage may have been meant. */
export type Discount = { readonly percent: Decimal } | { readonly cents: Cents; readonly isBare?: true }

/** '10%' of the line, or an amount: 'R$ 50,00'. */
export const discount: Kind<Discount> = {
  parse(text) {
    const expected = 'um percentual de até 100% ou um valor como R$ 50,00'
    if (!text.endsWith('%')) {
      const cents = amount({ zeroAllowed: false }).parse(text)
      if ('value' in cents) return { value: { cents: cents.value, ...(/^\d+$/.test(text) && { isBare: true }) } }
      return cents.code === 'ambiguous_number' ? cents : { ...cents, expected }
    }
    const percent = boundedDecimal(text.slice(0, -1), { expected, most: 100, zeroAllowed: false, digits: 6, suffix: '%' })
    return 'value' in percent ? { value: { percent: percent.value } } : percent
  },
  format: value => ('percent' in value ? `${withComma(value.percent)}%` : `R$ ${formatAmount(value.cents)}`),
}

export function wholeNumber({ minimum, maximum }: { minimum: number; maximum: number }): Kind<number> {
  const expected = `um número inteiro de ${minimum} a ${maximum}`
  return {
    parse(text) {
      if (!/^\d{1,9}$/.test(text)) return { code: 'invalid_number', expected }
      const value = Number(text)
      return orMisread(value < minimum || value > maximum ? null : value, 'out_of_bounds', expected)
    },
    format: String,
  }
}

/** A rate in millionths as a percentage with a comma: 15000 ⇄ '1,5'. */
export const rate: Kind<number> = {
  parse(text) {
    const percent = boundedDecimal(text, { expected: 'uma alíquota como 1,5%', most: 100, zeroAllowed: false, digits: 4 })
    if (!('value' in percent)) return percent
    const [integer = '', fraction = ''] = percent.value.split('.')
    return { value: Number(integer + fraction.padEnd(4, '0')) }
  },
  format(micros) {
    const digits = String(micros).padStart(5, '0')
    return withComma(decimal(`${digits.slice(0, -4)}.${digits.slice(-4)}`))
  },
}
