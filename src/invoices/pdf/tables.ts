// The three tables of the document: lines, totals, installments. Columns of figures are as wide as their figures, and words take
// the rest. A figure is never broken: one that is too wide for its column is written smaller.

import type { Sliced } from '../../core/slices.ts'
import { type Block, type Cell, gap, row, ruled, stacked } from './block.ts'
import type { Fatura, InstallmentRow, Installments, LineRow } from './fatura.ts'
import { hairline, left, right, styles, width } from './looks.ts'
import { type Measure, narrowed, type Style } from './wrap.ts'

interface Column<R> {
  readonly head: string
  readonly of: (row: R) => string
  readonly align: 'left' | 'right'
  /** Below it, in small. */
  readonly details?: (row: R) => readonly string[]
  /** Takes what the others leave. */
  readonly isWide?: boolean
}

interface Spread<R> extends Column<R> {
  readonly x: number
  readonly width: number
}

const gutter = 14
/** A column of figures that are wider than any sum writes them smaller, rather than leave the words no room. */
const widest = 105
const rowsInOneGo = 8

/** Rows with the style in which they are drawn, which is the one that they are measured in. */
interface Styled<R> {
  readonly rows: readonly R[]
  readonly style: Style
}

function spread<R>(columns: readonly Column<R>[], all: readonly Styled<R>[], measure: Measure): Spread<R>[] {
  const own = columns.map(column => (column.isWide ? 0 : naturalWidth(column, all, measure)))
  const taken = own.reduce((sum, one) => sum + one, 0) + gutter * (columns.length - 1)
  let x = left
  return columns.map((column, i) => {
    const placed = { ...column, x, width: column.isWide ? width - taken : (own[i] ?? 0) }
    x += placed.width + gutter
    return placed
  })
}

function naturalWidth<R>(column: Column<R>, all: readonly Styled<R>[], measure: Measure): number {
  const widths = all.flatMap(({ rows, style }) => rows.map(one => measure(column.of(one), style)))
  const needed = widths.reduce((most, one) => Math.max(most, one), measure(column.head, styles.head))
  // Half a point more: a text must not break because of how its width was rounded.
  return Math.min(widest, needed + 0.5)
}

function headOf<R>(columns: readonly Spread<R>[], table: string, measure: Measure): Block {
  const cells = columns.map(
    (column): Cell => ({ ...place(column), role: 'TH', paragraphs: [{ text: column.head, style: styles.head }] }),
  )
  return ruled(row(measure, cells, { above: 3, below: 4 }, { keepsWithNext: true, table }), 'lower', {
    x: left,
    width,
    fill: styles.head.color,
    weight: 0.75,
  })
}

const place = <R>({ x, width, align }: Spread<R>) => ({ x, width, align })

function rowOf<R>(
  one: R,
  columns: readonly Spread<R>[],
  style: Style,
  more: Pick<Block, 'table' | 'head' | 'keepsWithNext'>,
  measure: Measure,
): Block {
  const cells = columns.map(
    (column): Cell => ({
      ...place(column),
      role: 'TD',
      paragraphs: [
        textIn(column, column.of(one), style, measure),
        ...(column.details?.(one) ?? []).map(text => ({ text, style: styles.detail })),
      ],
    }),
  )
  return ruled(row(measure, cells, { above: 3.5, below: 4 }, more), 'lower', { x: left, width, fill: hairline })
}

const textIn = ({ width, align }: { width: number; align: 'left' | 'right' }, text: string, style: Style, measure: Measure) => ({
  text,
  style: align === 'right' ? narrowed(text, style, width, measure) : style,
})

interface Table {
  readonly name: string
  readonly title: string
  /** Nothing follows that the last row should stay with. */
  readonly endsTable: boolean
}

/** Below its title; on further pages the title says that it goes on. */
function* tableOf<R>(
  rows: readonly R[],
  columns: readonly Spread<R>[],
  { name: table, title, endsTable }: Table,
  measure: Measure,
): Sliced<{ blocks: Block[]; head: Block }> {
  const first = headOf(columns, table, measure)
  const head = stacked([section(`${title} (continuação)`, measure), first])
  const blocks = [section(title, measure), first]
  for (const [i, one] of rows.entries()) {
    // The first row alone below a head, and the last one alone above the totals, look like a mistake.
    const isEarly = i === 0 && rows.length > 1
    const keepsWithNext = isEarly || (i >= rows.length - 2 && !(endsTable && i === rows.length - 1))
    blocks.push(rowOf(one, columns, styles.body, { table, head, keepsWithNext }, measure))
    if (i % rowsInOneGo === rowsInOneGo - 1) yield
  }
  return { blocks, head }
}

// --- Lines ---

export function* arrangeLines({ lines, hasDiscounts }: Fatura, measure: Measure): Sliced<Block[]> {
  const discount: Column<LineRow> = { head: 'Desconto (R$)', of: line => line.discount, align: 'right' }
  const columns = spread<LineRow>(
    [
      { head: 'Serviço', of: line => line.title, align: 'left', details: line => line.details, isWide: true },
      { head: 'Quantidade', of: line => line.quantity, align: 'right' },
      { head: 'Preço unitário (R$)', of: line => line.unitPrice, align: 'right' },
      ...(hasDiscounts ? [discount] : []),
      { head: 'Valor (R$)', of: line => line.amount, align: 'right' },
    ],
    [{ rows: lines, style: styles.body }],
    measure,
  )
  const { blocks } = yield* tableOf(lines, columns, { name: 'lines', title: 'O que é cobrado', endsTable: false }, measure)
  return blocks
}

function section(title: string, measure: Measure): Block {
  const cells: Cell[] = [{ x: left, width, role: 'H2', paragraphs: [{ text: title, style: styles.section }] }]
  return row(measure, cells, { below: 1 }, { keepsWithNext: true })
}

// --- Totals ---

const labels = { width: 210, x: right - 330 } as const
const values = { width: 115, x: right - 115, align: 'right' } as const

export function arrangeTotals({ totals }: Fatura, measure: Measure): Block[] {
  const rows = totals.map(({ label, value, isResult }, i) => {
    const style = isResult ? styles.result : styles.body
    const cells: Cell[] = [
      { ...labels, align: 'right', role: 'TH', paragraphs: [{ text: label, style }] },
      { ...values, role: 'TD', paragraphs: [textIn(values, value, style, measure)] },
    ]
    const space = isResult ? { above: 5 } : { above: 2, below: 1 }
    const block = row(measure, cells, space, { table: 'totals', keepsWithNext: i < totals.length - 1 })
    return isResult
      ? ruled(block, 'upper', { x: labels.x, width: right - labels.x, fill: styles.result.color, weight: 0.75 })
      : block
  })
  return [gap(3, true), ...rows]
}

// --- Installments ---

export function* arrangeInstallments({ title, isIssued, rows, total }: Installments, measure: Measure): Sliced<Block[]> {
  if (rows.length === 0) return []
  const sums = total === null ? [] : [{ part: 'Total', dueOn: '', state: '', details: [], ...total }]
  const receiving: Column<InstallmentRow>[] = [
    { head: 'Recebido (R$)', of: it => it.received, align: 'right' },
    { head: 'Em aberto (R$)', of: it => it.open, align: 'right' },
  ]
  const columns = spread<InstallmentRow>(
    [
      { head: 'Parcela', of: it => it.part, align: 'left' },
      { head: isIssued ? 'Vencimento' : 'Vencimento previsto', of: it => it.dueOn, align: 'left' },
      { head: 'Valor (R$)', of: it => it.amount, align: 'right' },
      ...(isIssued ? receiving : []),
      { head: 'Situação', of: it => it.state, align: 'left', details: it => it.details, isWide: true },
    ],
    [
      { rows, style: styles.body },
      { rows: sums, style: styles.strong },
    ],
    measure,
  )
  const { blocks, head } = yield* tableOf(rows, columns, { name: 'installments', title, endsTable: sums.length === 0 }, measure)
  const last = sums.map(sum => rowOf(sum, columns, styles.strong, { table: 'installments', keepsWithNext: false, head }, measure))
  return [...blocks, ...last]
}
