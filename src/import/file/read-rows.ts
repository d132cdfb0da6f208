import type { Sliced } from '../../core/slices.ts'
import { type Cells, type ColumnKey, columnOfHeading, headingOf, indispensable, kindOf, LEFT_OUT } from './columns.ts'
import { type CsvRecord, unguard } from './csv.ts'
import type { FileFaults } from './fault.ts'
import { plain } from './plain.ts'
import { isMisread, type Reading } from './reading.ts'
import { similarTo } from './similar-heading.ts'

export interface Row {
  line: number
  cells: Cells
  /** What an export says that its columns cannot carry; absent where it says nothing. */
  leftOut?: string
}

/** Which column of the file is which, and how the file calls it. */
export interface Heading {
  /** In the order of the file; null: a column that is to be ignored. */
  order: (ColumnKey | null)[]
  /** The heading as the file spells it; ours for a column that it does not have. */
  spelled(key: ColumnKey): string
  has(key: ColumnKey): boolean
  /** Where an export tells what its columns cannot carry; -1 in any other file. */
  leftOutAt: number
}

/** Whether a heading is one of ours, or says that it is to be ignored. */
export function isHeading(text: string): boolean {
  const heading = text.trim()
  return heading.startsWith(IGNORED) || columnOfHeading(heading) !== null
}

/** Whoever wants a column to be ignored says so: a misspelled one would be lost in silence. */
const IGNORED = '#'

export function readHeading(records: readonly CsvRecord[], faults: FileFaults): Heading {
  const [first, ...rows] = records
  const line = first?.line ?? 1
  const spellings = new Map<ColumnKey, string>()
  const order = (first?.cells ?? []).map((cell, i) => {
    const heading = cell.trim()
    if (heading.startsWith(IGNORED)) return null
    const key = columnOfHeading(heading)
    if (key === null) {
      const isEmpty = rows.every(row => (row.cells[i] ?? '').trim() === '')
      if (!isEmpty)
        faults.add(
          line,
          heading,
          'unknown_column',
          `uma coluna conhecida${maybe(similarTo(heading))}, ou "#${heading}" para ignorá-la`,
          '',
        )
      return null
    }
    if (spellings.has(key))
      return faults.add(line, heading, 'repeated_column', `uma só coluna ${headingOf(key)}`, spellings.get(key) ?? '')
    spellings.set(key, heading)
    return key
  })
  for (const key of indispensable) {
    if (!spellings.has(key)) faults.add(line, headingOf(key), 'missing_column', `uma coluna "${headingOf(key)}"`, '')
  }
  const leftOutAt = (first?.cells ?? []).findIndex(cell => cell.trim().toLowerCase() === LEFT_OUT)
  return { order, spelled: key => spellings.get(key) ?? headingOf(key), has: key => spellings.has(key), leftOutAt }
}

/** What the rows say, cell by cell. A row with an unreadable cell comes along without it; `faults` knows its line. */
export function* readRows(records: readonly CsvRecord[], heading: Heading, faults: FileFaults): Sliced<Row[]> {
  const rows: Row[] = []
  for (const record of records.slice(1)) {
    const leftOut = record.cells[heading.leftOutAt]?.trim() ?? ''
    rows.push({ line: record.line, cells: readCells(record, heading, faults), ...(leftOut !== '' && { leftOut }) })
    if (rows.length % ROWS_A_SLICE === 0) yield
  }
  return rows
}

const ROWS_A_SLICE = 200

function readCells(record: CsvRecord, { order, spelled }: Heading, faults: FileFaults): Cells {
  const cells: Record<string, unknown> = {}
  if (isTotal(record, order)) {
    faults.add(record.line, null, 'looks_like_total', '', record.cells.filter(cell => cell.trim() !== '').join('; '))
    return {}
  }
  const surplus = record.cells.slice(order.length)
  if (record.cells.length < order.length || surplus.some(cell => cell.trim() !== '')) {
    faults.add(record.line, null, 'wrong_cell_count', `${order.length} colunas`, `${record.cells.length} colunas`)
    return {}
  }
  for (const [i, key] of order.entries()) {
    if (key === null) continue
    const text = unguard((record.cells[i] ?? '').trim())
    const reading = text === '' ? { value: null } : readCell(key, text)
    if (isMisread(reading)) faults.add(record.line, spelled(key), reading.code, reading.expected, text)
    else cells[key] = reading.value
  }
  // Each cell was read by the kind of its own column.
  return cells as Cells
}

const TOTAL = /^(sub[- ]?)?tota(l|is)\b|^somas?\b|^somatori[ao]\b/
const FIGURE = /^-?(r\$ ?)?-?\d[\d.,]*%?$/
const LONGEST_OF_A_TOTAL = 60
/** Figures in them are somebody's, and no sum. */
const NAMING: ReadonlySet<ColumnKey | null> = new Set(['code', 'taxId'])
const SUMMED: ReadonlySet<ColumnKey | null> = new Set(['quantity', 'unitPrice', 'discount'])

/** What a spreadsheet adds up below its rows: figures alone, beside a word that says so or in columns that say nothing by themselves. */
function isTotal({ cells }: CsvRecord, order: Heading['order']): boolean {
  // Most rows are contracts, and tell since when.
  if ((cells[order.indexOf('startsOn')] ?? '') !== '') return false
  const filled = cells.flatMap((cell, i) => (cell.trim() === '' ? [] : [{ key: order[i] ?? null, text: cell.trim() }]))
  if (filled.length === 0 || filled.some(({ text }) => text.length > LONGEST_OF_A_TOTAL)) return false
  const others = filled.filter(({ text }) => !TOTAL.test(plain(text)))
  if (!others.every(({ key, text }) => FIGURE.test(plain(text)) && !NAMING.has(key))) return false
  return others.length < filled.length || others.every(({ key }) => SUMMED.has(key))
}

/** Whatever the column; each has a bound of its own below this one. */
const MOST_CHARACTERS = 20_000

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is control characters that are refused.
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

function readCell(key: ColumnKey, text: string): Reading<unknown> {
  if (text.length > MOST_CHARACTERS) return { code: 'too_long', expected: `até ${MOST_CHARACTERS} caracteres` }
  if (CONTROL_CHARACTER.test(text)) return { code: 'control_character', expected: 'texto sem caracteres de controle' }
  return kindOf(key).parse(text)
}

/** ' (talvez "desconto")'. */
function maybe(headings: readonly string[]): string {
  return headings.length === 0 ? '' : ` (talvez ${headings.map(heading => `"${heading}"`).join(' ou ')})`
}
