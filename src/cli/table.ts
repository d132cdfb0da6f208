export interface Column<Row> {
  head: string
  of(row: Row): string
  /** Figures stand at the right. */
  right?: boolean
  /** May be cut short, with '…', where the terminal is too narrow; never below `least` characters. */
  least?: number
}

const gap = '  '
const usualColumns = 100

export interface TableOptions<Row> {
  columns?: number
  /** A last row below a line, such as the totals. */
  footer?: Row
}

/** Rows below their headings, columns two spaces apart, without trailing spaces. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], options: TableOptions<Row> = {}): string {
  const body = [...rows, ...(options.footer === undefined ? [] : [options.footer])]
  const cells = body.map(row => columns.map(column => printable(column.of(row))))
  const widths = widthsWithin(columns, cells, options.columns ?? usualColumns)
  const line = (texts: readonly string[]) =>
    columns
      .map((column, i) => pad(texts[i] ?? '', widths[i] ?? 0, column.right === true))
      .join(gap)
      .trimEnd()
  const rule = widths.map(width => '─'.repeat(width)).join(gap)
  const lines = cells.map(line)
  if (options.footer !== undefined) lines.splice(-1, 0, rule)
  return [line(columns.map(column => column.head)), rule, ...lines].join('\n')
}

/** Names come from whoever wrote to the API: a control character among them could steer the terminal. */
export function printable(text: string): string {
  return text.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** Takes from the widest column that may be cut until all fit. */
function widthsWithin<Row>(columns: readonly Column<Row>[], cells: readonly (readonly string[])[], available: number): number[] {
  const widths = columns.map((column, i) => Math.max(lengthOf(column.head), ...cells.map(row => lengthOf(row[i] ?? ''))))
  const total = () => widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1))
  for (let excess = total() - available; excess > 0; excess = total() - available) {
    const cuttable = widths.map((width, i) => width - (columns[i]?.least ?? width))
    const widest = cuttable.indexOf(Math.max(...cuttable))
    const most = cuttable[widest] ?? 0
    if (most <= 0) break
    widths[widest] = (widths[widest] ?? 0) - Math.min(most, excess)
  }
  return widths
}

function pad(text: string, width: number, right: boolean): string {
  const shown = lengthOf(text) > width ? `${[...text].slice(0, width - 1).join('')}…` : text
  const spaces = ' '.repeat(width - lengthOf(shown))
  return right ? spaces + shown : shown + spaces
}

function lengthOf(text: string): number {
  return [...text].length
}
