import { CsvError, parse } from 'csv-parse/sync'
import type { FileFaults } from './fault.ts'

const MOST_ROWS = 50_000
const MOST_COLUMNS = 60
/** Empty lines count here, so that a file of nothing else ends too. */
const MOST_RECORDS = 2 * MOST_ROWS

export type Delimiter = ';' | ',' | '\t'

export interface CsvRecord {
  /** Where it begins; a quoted cell may hold line breaks. */
  line: number
  cells: string[]
}

/**
 * The records of a text, lines of nothing but delimiters left out; the first is the heading. Null when the file cannot be read as a
 * table at all; `faults` tells why.
 */
export function readRecords(text: string, faults: FileFaults): { delimiter: Delimiter; records: CsvRecord[] } | null {
  const lines = text.replace(/\r\n?/g, '\n')
  // Excel's own first line says which delimiter follows.
  const named = /^sep=([;,\t])\n/.exec(lines)
  const delimiter = (named?.[1] as Delimiter | undefined) ?? delimiterOf(lines)
  const records = split(named ? lines.slice(named[0].length) : lines, delimiter, named ? 1 : 0, faults)
  if (records === null) return null
  const [heading] = records
  if (heading === undefined || records.length === 1)
    return faults.add(heading?.line ?? 1, null, 'file_empty', 'um cabeçalho e ao menos uma linha', '')
  if (heading.cells.length > MOST_COLUMNS) {
    return faults.add(heading.line, null, 'too_many_columns', `até ${MOST_COLUMNS} colunas`, `${heading.cells.length} colunas`)
  }
  return { delimiter, records }
}

/** Whichever the heading holds most of; a semicolon when it holds none. */
function delimiterOf(text: string): Delimiter {
  const heading = (/^\s*(.*)/.exec(text)?.[1] ?? '').replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => heading.split(delimiter).length
  const candidates: Delimiter[] = [';', '\t', ',']
  return candidates.reduce((best, next) => (count(next) > count(best) ? next : best))
}

function split(text: string, delimiter: Delimiter, linesBefore: number, faults: FileFaults): CsvRecord[] | null {
  const records: CsvRecord[] = []
  let linesRead = linesBefore
  let seen = 0
  try {
    parse(text, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      // A quote in the middle of a name is part of the name.
      relax_quotes: true,
      to: MOST_RECORDS,
      on_record: (cells: string[], context) => {
        const line = linesRead + 1
        linesRead = linesBefore + context.lines
        seen++
        if (cells.some(cell => cell.trim() !== '')) records.push({ line, cells })
        return null
      },
      // Uploads are bounded; a bound here would take a quote that was never closed for a large record.
      max_record_size: 0,
    })
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') throw error
    const line = linesRead + 1
    return faults.add(line, null, 'unclosed_quote', 'aspas que fecham o texto que abriram', startOfLine(text, line - linesBefore))
  }
  if (seen < MOST_RECORDS && records.length <= MOST_ROWS + 1) return records
  return faults.add(
    records[MOST_ROWS + 1]?.line ?? linesRead,
    null,
    'too_many_rows',
    `até ${MOST_ROWS} linhas`,
    `mais de ${MOST_ROWS}`,
  )
}

function startOfLine(text: string, line: number): string {
  return text.split('\n', line)[line - 1] ?? ''
}

// --- Writing ---

export const BYTE_ORDER_MARK = '\uFEFF'

/** One line of a file as Brazilian spreadsheets open it: semicolons, and quotes where they are needed. */
export function showRecord(cells: readonly string[]): string {
  return `${cells.map(showCell).join(';')}\r\n`
}

function showCell(cell: string): string {
  return /[;"\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/**
 * A spreadsheet takes a cell that begins with one of these for a formula, whoever typed it. An apostrophe before it makes it text; a text
 * that looks guarded already gets one more, so that `unguard` gives back every text as it was.
 */
export function guard(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

export function unguard(text: string): string {
  return /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text
}
