import type { Page } from './answers.ts'
import { type Column, renderTable } from './table.ts'

/** A page of a list: its rows, and how to see what follows. */
export function listWords<Row>(
  columns: readonly Column<Row>[],
  { data, nextCursor }: Page<Row>,
  terminalColumns: number,
): string {
  if (data.length === 0) return 'Nada a mostrar.'
  const more = nextCursor === null ? [] : [`… e mais: --cursor ${nextCursor}`]
  return [renderTable(columns, data, { columns: terminalColumns }), ...more].join('\n')
}
