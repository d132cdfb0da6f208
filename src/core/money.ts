// Money is counted in whole cents; quantities, unit prices and percentages are exact decimal text. This is the only file that
// multiplies, rounds and formats them. Every product passes through a bigint scaled by a million, so no binary fraction is ever involved.

export type Cents = number & { readonly __brand: 'Cents' }
export type Decimal = string & { readonly __brand: 'Decimal' }

const FRACTION_DIGITS = 6
const INTEGER_DIGITS = 12
const MICROS_PER_UNIT = 1_000_000n
const MICROS_PER_PERCENT = 100n * MICROS_PER_UNIT
/** micros × micros is 10⁻¹² of a unit; a cent is 10⁻² of it. */
const PRODUCT_TO_CENT = 10n ** 10n

/** Throws RangeError unless `n` is a safe integer; minus zero becomes zero, so that equal amounts are the same value. */
export function cents(n: number): Cents {
  if (!Number.isSafeInteger(n)) throw new RangeError(`not an amount in whole cents: ${n}`)
  return (n === 0 ? 0 : n) as Cents // the brand is given here, after the check
}

export const zeroCents = cents(0)

/** No amount is larger than ten billion reais: sums of many stay safe integers. */
export const mostCents = 1_000_000_000_000

export function sum(list: Iterable<Cents>): Cents {
  let total = 0
  // Checked at each step: beyond 2⁵³ an addition could lose a cent and a later subtraction could hide it.
  for (const amount of list) total = cents(total + amount)
  return cents(total)
}

const DECIMAL_SHAPE = /^(-?)0*(\d+)(?:\.(\d+))?$/

/** Null when the text is not plain decimal notation (no exponent, no plus sign, no bare point), or has more than 12 + 6 digits. */
export function parseDecimal(text: string): Decimal | null {
  if (text.length > 64) return null
  const match = DECIMAL_SHAPE.exec(text)
  if (!match) return null
  const [, sign = '', integer = '', fraction = ''] = match
  const significant = fraction.replace(/0+$/, '')
  if (integer.length > INTEGER_DIGITS || significant.length > FRACTION_DIGITS) return null
  const magnitude = significant === '' ? integer : `${integer}.${significant}`
  return (magnitude === '0' ? magnitude : sign + magnitude) as Decimal // canonical from here on
}

/** Throws RangeError on anything `parseDecimal` refuses, and so on a number whose shortest text has an exponent or a long tail. */
export function decimal(value: string | number): Decimal {
  const parsed = parseDecimal(String(value))
  if (parsed === null)
    throw new RangeError(`not a decimal of at most ${INTEGER_DIGITS} + ${FRACTION_DIGITS} digits: ${String(value).slice(0, 80)}`)
  return parsed
}

/** What a number that came as a float was meant to say: the fifteen digits that a float holds, 1.0700000000000001 → '1.07'. */
export function digitsOfFloat(value: number): string {
  return String(Number(value.toPrecision(15)))
}

/** The decimal in millionths, exactly: '2.5' → 2500000n. */
export function micros(value: Decimal): bigint {
  const point = value.indexOf('.')
  if (point < 0) return BigInt(value) * MICROS_PER_UNIT
  return BigInt(value.slice(0, point) + value.slice(point + 1).padEnd(FRACTION_DIGITS, '0'))
}

/** The sum of decimals as it is; throws RangeError where it is no decimal any more. */
export function sumOfDecimals(list: Iterable<Decimal>): Decimal {
  let total = 0n
  for (const value of list) total += micros(value)
  const digits = (total < 0n ? -total : total).toString().padStart(FRACTION_DIGITS + 1, '0')
  return decimal(`${total < 0n ? '-' : ''}${digits.slice(0, -FRACTION_DIGITS)}.${digits.slice(-FRACTION_DIGITS)}`)
}

/** The amount in reais as a decimal: 1438 → '14.38'. Any amount: one that is too large to be read must be shown all the same. */
export function decimalOf(amount: Cents): Decimal {
  const { sign, reais, rest } = shown(amount)
  const fraction = rest.replace(/0+$/, '')
  return `${sign}${reais}${fraction === '' ? '' : `.${fraction}`}` as Decimal // canonical, as `parseDecimal` leaves it
}

/** quantity × unit price, half up: 2.5 × 5.75 = 14.375 → 1438 cents (Fintera's sample, F3816–3818). */
export function multiplyToCents(quantity: Decimal, unitPrice: Decimal): Cents {
  return toCents(divideHalfUp(micros(quantity) * micros(unitPrice), PRODUCT_TO_CENT))
}

/** Whether quantity × unit price is whole cents as it is, so that `multiplyToCents` rounds nothing. */
export function isWholeCents(quantity: Decimal, unitPrice: Decimal): boolean {
  return (micros(quantity) * micros(unitPrice)) % PRODUCT_TO_CENT === 0n
}

/** quantity × unit price as it is, neither negative, with at least two decimals: '1.5', '99.99' → '149,985'. */
export function formatProduct(quantity: Decimal, unitPrice: Decimal): string {
  const digits = (micros(quantity) * micros(unitPrice)).toString().padStart(2 * FRACTION_DIGITS + 1, '0')
  const fraction = digits.slice(-2 * FRACTION_DIGITS).replace(/0+$/, '')
  return `${grouped(digits.slice(0, -2 * FRACTION_DIGITS))},${fraction.padEnd(2, '0')}`
}

/** A decimal times an exact fraction, half up once, to so many decimals: 1000 × 102828436/100000000 to two is 1028.28. */
export function scaledBy(value: Decimal, numerator: bigint, denominator: bigint, fractionDigits: number): Decimal {
  if (denominator < 1n) throw new RangeError(`not a denominator: ${denominator}`)
  if (!Number.isInteger(fractionDigits) || fractionDigits < 0 || fractionDigits > FRACTION_DIGITS) {
    throw new RangeError(`a decimal has 0 to ${FRACTION_DIGITS} decimals: ${fractionDigits}`)
  }
  const unit = 10n ** BigInt(FRACTION_DIGITS - fractionDigits)
  const scaled = divideHalfUp(micros(value) * numerator, denominator * unit) * unit
  const magnitude = (scaled < 0n ? -scaled : scaled).toString().padStart(FRACTION_DIGITS + 1, '0')
  return decimal(`${scaled < 0n ? '-' : ''}${magnitude.slice(0, -FRACTION_DIGITS)}.${magnitude.slice(-FRACTION_DIGITS)}`)
}

/** `percent` of an amount, half up: '10' is ten per cent. */
export function percentOf(amount: Cents, percent: Decimal): Cents {
  return toCents(divideHalfUp(BigInt(amount) * micros(percent), MICROS_PER_PERCENT))
}

/** A tax is rounded half even (ABNT NBR 5891). `rateMicros`: 50000 is five per cent. */
export function taxOf(amount: Cents, rateMicros: number): Cents {
  if (!Number.isInteger(rateMicros) || rateMicros < 0 || rateMicros > 1_000_000) {
    throw new RangeError(`a tax rate is 0 to 1000000 whole millionths: ${rateMicros}`)
  }
  return toCents(divideHalfEven(BigInt(amount) * BigInt(rateMicros), MICROS_PER_UNIT))
}

/** A tax before it is rounded, in hundred-millionths of a cent: what a threshold is asked of. 4.65 % of R$ 215,05 is 99998250000. */
export type RawTax = bigint & { readonly __brand: 'RawTax' }

const RAW_PER_CENT = 100_000_000n

/** `percent` of an amount, exactly: '4.65' is 4.65 per cent. */
export function rawTaxOf(amount: Cents, percent: Decimal): RawTax {
  return (BigInt(amount) * micros(percent)) as RawTax // the brand is given here
}

/** To cents, half even, as `taxOf`. */
export function roundTax(raw: RawTax): Cents {
  return toCents(divideHalfEven(raw, RAW_PER_CENT))
}

/** Whether it is more than an amount (1), less (-1), or the same (0): before any rounding. */
export function compareRawTax(raw: RawTax, amount: Cents): -1 | 0 | 1 {
  const other = BigInt(amount) * RAW_PER_CENT
  return raw > other ? 1 : raw < other ? -1 : 0
}

/** A tax that is not negative as it is, in reais, for people: '9,999825', '10,00'. */
export function formatRawTax(raw: RawTax): string {
  const [integer = '', fraction = ''] = rawTaxText(raw).split('.')
  return `${grouped(integer)},${fraction.padEnd(2, '0')}`
}

/** The same for programs: '9.999825', '10'. */
export function rawTaxText(raw: RawTax): string {
  const digits = raw.toString().padStart(11, '0')
  const fraction = digits.slice(-10).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -10) : `${digits.slice(0, -10)}.${fraction}`
}

/** The smallest amount of which `percent` is more than `tax`, or at least as much: above R$ 10,00 at 1.5 % begins at R$ 666,67. */
export function leastTaxed(percent: Decimal, tax: Cents, how: 'above' | 'at_least'): Cents {
  const rate = micros(percent)
  if (rate <= 0n) throw new RangeError(`nothing is taxed at ${percent} per cent`)
  const wanted = BigInt(tax) * RAW_PER_CENT
  return toCents(how === 'above' ? wanted / rate + 1n : (wanted + rate - 1n) / rate)
}

/** The part of an amount that `days` out of `ofDays` deserve, half up. */
export function prorate(amount: Cents, days: number, ofDays: number): Cents {
  if (!Number.isSafeInteger(ofDays) || ofDays < 1) throw new RangeError(`a period has at least one whole day: ${ofDays}`)
  if (!Number.isSafeInteger(days) || days < 0 || days > ofDays) throw new RangeError(`not a part of ${ofDays} days: ${days}`)
  return toCents(divideHalfUp(BigInt(amount) * BigInt(days), BigInt(ofDays)))
}

/** What `days` of an interval of `of` days cost, of which the whole costs `amount`. */
export interface Share {
  amount: Cents
  days: number
  of: number
}

/** What shares sum to, exact until it is rounded once, half up; and which way that went: 1 where it is more than they sum to. */
export function sumOfShares(shares: Iterable<Share>): { cents: Cents; rounding: -1 | 0 | 1 } {
  let dividend = 0n
  let divisor = 1n
  for (const { amount, days, of } of shares) {
    if (!Number.isSafeInteger(of) || of < 1) throw new RangeError(`a period has at least one whole day: ${of}`)
    if (!Number.isSafeInteger(days) || days < 0) throw new RangeError(`not a number of days: ${days}`)
    const part = BigInt(amount) * BigInt(days)
    const [whole, ofDays] = [divisor, BigInt(of)]
    // Shares of one interval come together, so that the divisor stays small.
    if (whole % ofDays === 0n) dividend += part * (whole / ofDays)
    else {
      dividend = dividend * ofDays + part * whole
      divisor = whole * ofDays
    }
  }
  const rounded = divideHalfUp(dividend, divisor)
  const error = rounded * divisor - dividend
  return { cents: toCents(rounded), rounding: error > 0n ? 1 : error < 0n ? -1 : 0 }
}

/** Equal parts, each cut down to whole cents; what remains goes to the last part: 100 in 3 is 33, 33, 34. */
export function splitEvenly(total: Cents, parts: number): Cents[] {
  if (!Number.isSafeInteger(parts) || parts < 1) throw new RangeError(`cannot split into ${parts} parts`)
  const remainder = total % parts
  const each = cents((total - remainder) / parts)
  const split = new Array<Cents>(parts).fill(each)
  split[parts - 1] = cents(each + remainder)
  return split
}

/**
 * Parts in proportion to whole-number weights: each half up, the rest on the last part that has a weight. A part never takes more
 * than is left, since four quarters of two cents would otherwise be 1, 1, 1 and −1.
 */
export function splitByWeights(total: Cents, weights: readonly (number | bigint)[]): Cents[] {
  const exact = weights.map(wholeWeight)
  const whole = exact.reduce((a, b) => a + b, 0n)
  if (whole === 0n) throw new RangeError('a split needs at least one weight above zero')
  const last = exact.findLastIndex(weight => weight > 0n)
  let left: number = total
  return exact.map((weight, i) => {
    const share = i === last ? left : nearerToZero(Number(divideHalfUp(BigInt(total) * weight, whole)), left)
    left -= share
    return cents(share)
  })
}

/** Throws RangeError unless the percentages total exactly 100: three times 33.33 is a mistake that a rest on the last part would hide. */
export function splitByPercents(total: Cents, percents: readonly Decimal[]): Cents[] {
  const weights = percents.map(micros)
  if (weights.reduce((a, b) => a + b, 0n) !== MICROS_PER_PERCENT)
    throw new RangeError('percentages of a split must total exactly 100')
  return splitByWeights(total, weights)
}

/** 123456 → 'R$ 1.234,56'; negative: '-R$ 1.234,56'. */
export function formatBrl(amount: Cents): string {
  const { sign, reais, rest } = shown(amount)
  return `${sign}R$ ${grouped(reais)},${rest}`
}

/** As `formatBrl`, without the currency: '1.234,56'. */
export function formatAmount(amount: Cents): string {
  const { sign, reais, rest } = shown(amount)
  return `${sign}${grouped(reais)},${rest}`
}

/** '1234.5' → '1.234,5'. */
export function formatDecimal(value: Decimal): string {
  const [integer = '', fraction] = value.split('.')
  const sign = integer.startsWith('-') ? '-' : ''
  const whole = sign + grouped(integer.slice(sign.length))
  return fraction === undefined ? whole : `${whole},${fraction}`
}

const BRL_SHAPE = /^(-?)\s*(?:R\$)?\s*(-?)(\d{1,15}|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d{1,2}))?$/
const ONE_GROUP_NO_CENTS = /^\d{1,3}\.\d{3}$/

/**
 * Reads an amount as Brazilians write it. Whatever an American could have meant otherwise is null, '1.234' included: guessing wrong
 * by a factor of a thousand is worse than asking for '1.234,00'.
 */
export function parseBrl(text: string): Cents | null {
  if (text.length > 64) return null
  const match = BRL_SHAPE.exec(text.trim())
  if (!match) return null
  const [, outer = '', inner = '', integer = '', fraction = ''] = match
  if (outer !== '' && inner !== '') return null
  if (fraction === '' && ONE_GROUP_NO_CENTS.test(integer)) return null
  const magnitude = Number(integer.replaceAll('.', '') + fraction.padEnd(2, '0'))
  if (!Number.isSafeInteger(magnitude)) return null
  return cents(outer + inner === '-' ? -magnitude : magnitude)
}

const BRAZILIAN_DECIMAL_SHAPE = /^(-?)(\d{1,15}|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?$/

/** A quantity or percentage with a decimal comma: '2,5', '1.234,567'. Ambiguous forms are null, as in `parseBrl`. */
export function parseBrazilianDecimal(text: string): Decimal | null {
  if (text.length > 64) return null
  const match = BRAZILIAN_DECIMAL_SHAPE.exec(text.trim())
  if (!match) return null
  const [, sign = '', integer = '', fraction] = match
  if (fraction === undefined && ONE_GROUP_NO_CENTS.test(integer)) return null
  const whole = sign + integer.replaceAll('.', '')
  return parseDecimal(fraction === undefined ? whole : `${whole}.${fraction}`)
}

function toCents(exact: bigint): Cents {
  // A bigint beyond 2⁵³ becomes a number that is no longer safe, which `cents` refuses.
  return cents(Number(exact))
}

/** Halves go away from zero, as on an invoice: 14.375 → 14.38, −14.375 → −14.38. */
function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend
  const rounded = (2n * magnitude + divisor) / (2n * divisor)
  return dividend < 0n ? -rounded : rounded
}

/** Halves go to the even neighbour, so that many roundings do not drift. */
function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend
  const floor = magnitude / divisor
  const twiceRest = 2n * (magnitude % divisor)
  const goesUp = twiceRest > divisor || (twiceRest === divisor && floor % 2n === 1n)
  const rounded = goesUp ? floor + 1n : floor
  return dividend < 0n ? -rounded : rounded
}

function wholeWeight(weight: number | bigint): bigint {
  if (typeof weight === 'number' && !Number.isSafeInteger(weight)) throw new RangeError(`a weight is a whole number: ${weight}`)
  if (weight < 0) throw new RangeError(`a weight is not negative: ${weight}`)
  return BigInt(weight)
}

function nearerToZero(a: number, b: number): number {
  return Math.abs(a) < Math.abs(b) ? a : b
}

function shown(amount: Cents): { sign: string; reais: string; rest: string } {
  const digits = String(Math.abs(amount)).padStart(3, '0')
  return { sign: amount < 0 ? '-' : '', reais: digits.slice(0, -2), rest: digits.slice(-2) }
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, '.')
}
