import { type Cells, type ColumnKey, columnKeys, columns, headingOf, LEFT_OUT, showCell } from './columns.ts'
import { guard, showRecord } from './csv.ts'

/** The columns of a file that we write. Ids name their own systems, so that the column that would name one for all is not needed. */
const written = columnKeys.filter(key => key !== 'system')

/** The heading of a file of contracts. */
export const contractHeading = showRecord([...written.map(headingOf), LEFT_OUT])

/** One row of it. A free text that a spreadsheet would take for a formula is made a text. */
export function showRow({ cells, leftOut }: { cells: Cells; leftOut: string }): string {
  return showRecord([...written.map(key => showColumn(key, cells)), leftOut])
}

function showColumn(key: ColumnKey, cells: Cells): string {
  const text = showCell(key, cells[key])
  return columns[key].isFree ? guard(text) : text
}
