import type { LineInput } from '../../contracts/rules/read-terms.ts'
import type { Line } from '../../contracts/rules/terms.ts'
import type { Discount } from '../file/numbers.ts'
import type { Row } from '../file/read-rows.ts'

/**
 * The lines of a rule, one per row. Of a known rule, what a row does not say stays as it is in the line that it goes on, if that one is
 * of the same service.
 */
export function saidLines(
  rows: readonly Row[],
  serviceOf: (row: Row) => number,
  base: readonly Line[],
  places: readonly (number | null)[],
): LineInput[] {
  return rows.map((row, i) => {
    const serviceItemId = serviceOf(row)
    const line = base[places[i] ?? -1]
    return saidLine(row, serviceItemId, line?.serviceItemId === serviceItemId ? line : undefined)
  })
}

function saidLine({ cells }: Row, serviceItemId: number, stored: Line | undefined): LineInput {
  return {
    serviceItemId,
    description: cells.description ?? stored?.description ?? null,
    ...quantityOf(cells.quantity, stored),
    unitPrice: cells.unitPrice ?? stored?.unitPrice ?? null,
    ...(cells.discount === undefined ? storedDiscount(stored) : saidDiscount(cells.discount)),
    validFrom: cells.lineFrom === undefined ? (stored?.validFrom ?? null) : cells.lineFrom,
    validUntil: cells.lineUntil === undefined ? (stored?.validUntil ?? null) : cells.lineUntil,
    categoryId: stored?.categoryId ?? null,
    withholdings: stored?.withholdings ?? null,
    withheldCents: stored?.withheldCents ?? null,
  }
}

/** An empty cell means one. */
function quantityOf(said: Row['cells']['quantity'], stored: Line | undefined): Pick<LineInput, 'quantity'> {
  const quantity = said === undefined ? stored?.quantity : said
  return quantity ? { quantity } : {}
}

function saidDiscount(said: Discount | null): Pick<LineInput, 'discountPercent' | 'discountCents'> {
  if (said === null) return { discountPercent: null, discountCents: null }
  return 'percent' in said
    ? { discountPercent: said.percent, discountCents: null }
    : { discountPercent: null, discountCents: said.cents }
}

function storedDiscount(stored: Line | undefined): Pick<LineInput, 'discountPercent' | 'discountCents'> {
  return { discountPercent: stored?.discountPercent ?? null, discountCents: stored?.discountCents ?? null }
}
