// Amounts of a document may have fifteen digits before the point, which a double cannot hold: they are counted in whole cents as a
// bigint, rates in hundredths of a percent. This is the other side of the wire: it reckons in its own way, so that a mistake of
// core/money.ts cannot agree with itself.

/** Whole cents, or hundredths of a percent. */
export type Hundredths = bigint

/** '1000.00', '1000' or '0', as the schema lets them be written. Absent is nothing. */
export function hundredths(text: string | undefined): Hundredths {
  if (text === undefined) return 0n
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(2, '0'))
}

/** '1000.00'; a negative amount, which no document may hold, with its sign. */
export function written(amount: Hundredths): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** A percentage of an amount, half even (ABNT NBR 5891). */
export function percentOf(amount: Hundredths, rate: Hundredths): Hundredths {
  const product = amount * rate
  const [whole, rest] = [product / 10_000n, product % 10_000n]
  if (rest > 5_000n || (rest === 5_000n && whole % 2n === 1n)) return whole + 1n
  return whole
}

/** Whether a declared amount is the percentage of another, in whichever way it was rounded to a cent. */
export function isPercentOf(declared: Hundredths, amount: Hundredths, rate: Hundredths): boolean {
  const exact = amount * rate
  const away = declared * 10_000n - exact
  return away < 10_000n && away > -10_000n
}
