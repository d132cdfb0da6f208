import type { CivilDate } from '../../core/dates.ts'
import { type Cents, cents, multiplyToCents, percentOf, sum, zeroCents } from '../../core/money.ts'
import type { Line, Terms } from './terms.ts'

/** R$ 99.999.999,99: the most that the ten digits of a boleto's amount can say (FEBRABAN's bar code, positions 10 to 19). */
export const MOST_CENTS_OF_A_LINE = cents(9_999_999_999)

export interface LineAmounts {
  grossCents: Cents
  discountCents: Cents
}

/** A line of a whole period. Percentages are of the line's gross, half up; a rule's lines never discount more than their gross. */
export function amountsOfLine(line: Pick<Line, 'quantity' | 'unitPrice' | 'discountPercent' | 'discountCents'>): LineAmounts {
  const grossCents = multiplyToCents(line.quantity, line.unitPrice)
  if (line.discountPercent !== null) return { grossCents, discountCents: percentOf(grossCents, line.discountPercent) }
  return { grossCents, discountCents: line.discountCents ?? zeroCents }
}

/** The lines that a period beginning on `day` bills: each line's own validity counts both ends. */
export function linesOn<L extends Pick<Line, 'validFrom' | 'validUntil'>>(lines: readonly L[], day: CivilDate): L[] {
  return lines.filter(
    ({ validFrom, validUntil }) => (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil),
  )
}

/** What a whole period that begins on `day` costs under these terms, discounts taken off, nothing withheld, without events. */
export function priceOf(terms: Pick<Terms, 'lines'>, day: CivilDate): Cents {
  return sum(
    linesOn(terms.lines, day).map(line => {
      const { grossCents, discountCents } = amountsOfLine(line)
      return cents(grossCents - discountCents)
    }),
  )
}
