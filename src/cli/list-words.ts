import type { Page } from './answers.ts'
import { moreFrom } from './paging.ts'
import { type Column, renderTable } from './table.ts'
import { brl, counted } from './words.ts'

export interface ListTotal<Row> {
  /** '12 faturas, líquido R$ 1.234,56' */
  of(rows: readonly Row[]): string
  /** Where the page goes on from; then it is not the whole, however it ends. */
  cursor: string | undefined
}

/** A page of a list: its rows, what they sum to, and how to see what follows. */
export function listWords<Row>(
  columns: readonly Column<Row>[],
  { data, nextCursor }: Page<Row>,
  terminalColumns: number,
  total?: ListTotal<Row>,
): string {
  if (data.length === 0) return 'Nada a mostrar.'
  const isWhole = nextCursor === null && total?.cursor === undefined
  const sums =
    total === undefined ? [] : ['', `${isWhole ? 'Total' : 'Só desta página, e não de toda a lista'}: ${total.of(data)}.`]
  const more = nextCursor === null ? [] : [moreFrom(nextCursor)]
  return [renderTable(columns, data, { columns: terminalColumns }), ...sums, ...more].join('\n')
}

/** What counts, and beside it what is asked for no more: '10 faturas, líquido R$ 100,00; fora da soma, 2 canceladas, R$ 20,00' */
export function sumWords<Row>(rows: readonly Row[], { one, many, isOut, outOne, outMany, amounts, apart }: Summing<Row>): string {
  const counting = rows.filter(row => !isOut(row))
  const out = rows.filter(isOut)
  const sums = amounts.map(({ name, of }) => `${name} ${brl(sumOf(counting, of))}`)
  const first = amounts[0]
  const outside =
    out.length === 0 || first === undefined
      ? ''
      : `; fora da soma, ${counted(out.length, outOne, outMany)}, ${brl(sumOf(out, first.of))}`
  const waiting = apart === undefined ? [] : counting.filter(apart.isIn)
  const beside = apart === undefined || waiting.length === 0 ? '' : `, ${apart.name} ${brl(sumOf(waiting, apart.of))}`
  return `${counted(counting.length, one, many)}, ${sums.join(', ')}${beside}${outside}`
}

interface Summing<Row> {
  one: string
  many: string
  isOut(row: Row): boolean
  outOne: string
  outMany: string
  /** The first of them is said of what does not count too. */
  amounts: readonly { name: string; of(row: Row): number }[]
  /** What is not asked for yet, and said apart: 'a emitir R$ 20,00'. */
  apart?: { name: string; isIn(row: Row): boolean; of(row: Row): number }
}

function sumOf<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0)
}
