import type { Line } from '../../contracts/rules/terms.ts'
import { showCell } from '../file/columns.ts'
import type { Row } from '../file/read-rows.ts'

/**
 * Which line of a rule each row goes on, by its place in the list; null: the row is a new one. Of several lines of one service rather the
 * one that says the same, then the one of the same description, then the next; so a row that was taken out takes no other's place. What
 * is left on both sides at the same place is a line whose service was changed.
 */
export function pairLines(rows: readonly Row[], serviceOf: (row: Row) => number, base: readonly Line[]): (number | null)[] {
  const places: (number | null)[] = rows.map(() => null)
  const services = rows.map(serviceOf)
  const left = new Set(base.keys())
  const pairBy = (isMeant: (row: Row, line: Line, at: number, place: number) => boolean) => {
    for (const [at, row] of rows.entries()) {
      if (places[at] !== null) continue
      const place = [...left].find(each => {
        const line = base[each]
        return line !== undefined && isMeant(row, line, at, each)
      })
      if (place === undefined) continue
      places[at] = place
      left.delete(place)
    }
  }
  const isOfService = (line: Line, at: number) => line.serviceItemId === services[at]
  pairBy((row, line, at) => isOfService(line, at) && isDescribed(row, line) && isPriced(row, line))
  pairBy((row, line, at) => isOfService(line, at) && isDescribed(row, line))
  pairBy((_, line, at) => isOfService(line, at))
  pairBy((_row, _line, at, place) => at === place)
  return places
}

function isDescribed({ cells }: Row, line: Line): boolean {
  return cells.description == null || cells.description === line.description
}

function isPriced({ cells }: Row, line: Line): boolean {
  const isSamePrice = cells.unitPrice == null || showCell('unitPrice', cells.unitPrice) === showCell('unitPrice', line.unitPrice)
  return isSamePrice && (cells.quantity == null || showCell('quantity', cells.quantity) === showCell('quantity', line.quantity))
}
