import { type Cents, type Decimal, decimal, formatAmount, parseBrazilianDecimal, parseBrl, zeroCents } from '../../core/money.ts'
import { type Kind, type Misreading, orMisread, type Reading } from './reading.ts'

/** Ten billion reais: what no amount of a contract may pass, so that sums of many stay exact. */
const MOST_CENTS = 1_000_000_000_000

const AMOUNT = 'um valor como 1.234,56'

/** 1.234 is a thousand to us and one to an American; 1,234.56 the other way round. */
function misreadNumber(text: string, expected: string): Misreading {
  const isAmbiguous = /^-?(R\$)?\s*\d[\d.,]*$/.test(text.trim()) && /\.\d{3}$|,.*\.|\.\d{1,2}$/.test(text.trim())
  return { code: isAmbiguous ? 'ambiguous_number' : 'invalid_number', expected }
}

/** An amount in cents, above zero unless told. */
export function amount({ zeroAllowed }: { zeroAllowed: boolean }): Kind<Cents> {
  return {
    parse(text) {
      const value = parseBrl(text)
      if (value === null) return misreadNumber(text, AMOUNT)
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
}

function boundedDecimal(text: string, { expected, most, zeroAllowed, digits }: DecimalBounds): Reading<Decimal> {
  const value = parseBrazilianDecimal(text)
  if (value === null) return misreadNumber(text, expected)
  if (value.startsWith('-')) return { code: 'negative_number', expected }
  // Compared as numbers only to find what is far out; the value itself stays exact.
  const size = Number(value)
  if (size > most || (size === 0 && !zeroAllowed) || (value.split('.')[1] ?? '').length > digits)
    return { code: 'out_of_bounds', expected }
  return { value }
}

function withComma(value: Decimal): string {
  return value.replace('.', ',')
}

/** A unit price: up to six digits after the comma, at least two are written. '1.234,50', '0,0375'. */
export const price: Kind<Decimal> = {
  parse: text =>
    boundedDecimal(text.replace(/^R\$\s*/i, ''), { expected: AMOUNT, most: MOST_CENTS / 100, zeroAllowed: true, digits: 6 }),
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
    }),
  format: value => `${withComma(value)}%`,
}

export type Discount = { readonly percent: Decimal } | { readonly cents: Cents }

/** '10%' of the line, or an amount: 'R$ 50,00'. */
export const discount: Kind<Discount> = {
  parse(text) {
    const expected = 'um percentual de até 100% ou um valor como R$ 50,00'
    if (!text.endsWith('%')) {
      const cents = amount({ zeroAllowed: false }).parse(text)
      return 'value' in cents ? { value: { cents: cents.value } } : { ...cents, expected }
    }
    const percent = boundedDecimal(text.slice(0, -1), { expected, most: 100, zeroAllowed: false, digits: 6 })
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
