import { CsvError, Parser } from 'csv-parse'
import type { Sliced } from '../../core/slices.ts'
import type { FileFaults } from './fault.ts'

const MOST_ROWS = 50_000
const MOST_COLUMNS = 80
/** Empty lines count here, so that a file of nothing else ends too. */
const MOST_RECORDS = 2 * MOST_ROWS

export type Delimiter = ';' | ',' | '\t'

export interface CsvRecord {
  /** Where it begins; a quoted cell may hold line breaks. */
  line: number
  cells: string[]
}

/** What a file is as a table. */
export interface Table {
  delimiter: Delimiter
  records: CsvRecord[]
  /** False: its heading says nothing that we know, and its rows were not all read. */
  isWhole: boolean
}

/**
 * The records of a text, lines of nothing but delimiters left out; the first is the heading. Null when the file cannot be read as a
 * table at all; `faults` tells why. What can be seen at the heading is refused before the rows are read.
 */
export function* readRecords(text: string, isKnown: (heading: string) => boolean, faults: FileFaults): Sliced<Table | null> {
  const lines = yield* withPlainBreaks(text)
  // Excel's own first line says which delimiter follows.
  const named = /^sep=([;,\t])\n/.exec(lines)
  const linesBefore = named ? 1 : 0
  const body = named ? lines.slice(named[0].length) : lines
  const start = body.search(/\S/)
  const heading =
    start < 0
      ? ''
      : body
          .slice(start, start + LONGEST_HEADING)
          .split('\n', 1)
          .join('')
  const delimiter = (named?.[1] as Delimiter | undefined) ?? delimiterOf(heading)
  const width = yield* widthOf(body, Math.max(start, 0), delimiter)
  if (width > MOST_COLUMNS) {
    const line = linesBefore + countBreaks(body, Math.max(start, 0)) + 1
    return faults.add(line, null, 'too_many_columns', `até ${MOST_COLUMNS} colunas`, `${width} colunas`)
  }
  if (yield* hasEndlessLine(body, linesBefore, delimiter, faults)) return null
  const table = yield* split(body, delimiter, linesBefore, isKnown, faults)
  if (table === null) return null
  const [first] = table.records
  if (first === undefined || (table.isWhole && table.records.length === 1))
    return faults.add(first?.line ?? 1, null, 'file_empty', 'um cabeçalho e ao menos uma linha', '')
  if (first.cells.length > MOST_COLUMNS) {
    return faults.add(first.line, null, 'too_many_columns', `até ${MOST_COLUMNS} colunas`, `${first.cells.length} colunas`)
  }
  return { delimiter, ...table }
}

/** So much text between two stops: a few milliseconds of work. */
const SLICE = 256 * 1024
/** The same for the parser, to whom every byte may be a row. */
const PARSED_SLICE = 16 * 1024
/** Enough to see which delimiter a heading has most of. */
const LONGEST_HEADING = 64 * 1024

function* withPlainBreaks(text: string): Sliced<string> {
  if (!text.includes('\r')) return text
  const parts: string[] = []
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + SLICE, text.length)
    // The two halves of one break stay together.
    if (text[end - 1] === '\r' && text[end] === '\n') end++
    parts.push(text.slice(at, end).replaceAll('\r\n', '\n').replaceAll('\r', '\n'))
    at = end
    yield
  }
  return parts.join('')
}

/** Whichever the heading holds most of; a semicolon when it holds none. */
function delimiterOf(heading: string): Delimiter {
  const bare = heading.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  const candidates: Delimiter[] = [';', '\t', ',']
  return candidates.reduce((best, next) => (count(next) > count(best) ? next : best))
}

/** How many columns the line that begins at `start` has, before anything is made of them. */
function* widthOf(text: string, start: number, delimiter: Delimiter): Sliced<number> {
  let width = 1
  let isQuoted = false
  let isAtStart = true
  for (let at = start; at < text.length; at++) {
    if ((at - start) % SLICE === SLICE - 1) yield
    const character = text[at]
    if (isQuoted) isQuoted = character !== '"'
    else if (character === '\n') break
    // A doubled quote closes and opens again.
    else if (character === '"' && (isAtStart || text[at - 1] === '"')) isQuoted = true
    else if (character === delimiter) width++
    isAtStart = character === delimiter && !isQuoted
  }
  return width
}

/** No row that could be right is longer: as many cells as there may be, each as long as it may be. */
const LONGEST_LINE = MOST_COLUMNS * 20_000

/** Many more than a row may have; the rest of such a line may be one long text, and is told as that. */
const MOST_CELLS = 100 * MOST_COLUMNS

/** A line of millions of cells would be taken apart at one stroke. */
function* hasEndlessLine(text: string, linesBefore: number, delimiter: Delimiter, faults: FileFaults): Sliced<boolean> {
  let line = linesBefore
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    line++
    if (end - start > LONGEST_LINE && text.slice(start, end).split(delimiter, MOST_CELLS).length === MOST_CELLS) {
      faults.add(line, null, 'too_long', `linhas de até ${LONGEST_LINE} caracteres`, `${end - start} caracteres`)
      return true
    }
    start = end + 1
    if (line % SLICE === 0) yield
  }
  return false
}

type Split = Omit<Table, 'delimiter'>

function* split(
  text: string,
  delimiter: Delimiter,
  linesBefore: number,
  isKnown: (heading: string) => boolean,
  faults: FileFaults,
): Sliced<Split | null> {
  const records: CsvRecord[] = []
  let linesRead = linesBefore
  let seen = 0
  const parser = new Parser({
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
  const bytes = Buffer.from(text)
  let problem: Error | null | undefined
  const onEnd = (error?: Error | null) => {
    problem = error
  }
  const isOver = () => problem != null || seen >= MOST_RECORDS || records.length > MOST_ROWS + 1
  // The parser's own step is called, and not the stream's: it works at once, and what it throws is known at once.
  for (let at = 0; at < bytes.length && !isOver(); at += PARSED_SLICE) {
    withoutTraces(() => parser._transform(bytes.subarray(at, at + PARSED_SLICE), 'utf8', onEnd))
    const [heading, ...rows] = records
    if (rows.length > 0 && heading?.cells.every(cell => !isKnown(cell)) && at + PARSED_SLICE < bytes.length)
      return { records, isWhole: false }
    yield
  }
  if (!isOver()) parser._flush(onEnd)
  if (problem != null) {
    if (!(problem instanceof CsvError) || problem.code !== 'CSV_QUOTE_NOT_CLOSED') throw problem
    const line = linesRead + 1
    return faults.add(line, null, 'unclosed_quote', 'aspas que fecham o texto que abriram', startOfLine(text, line - linesBefore))
  }
  if (seen < MOST_RECORDS && records.length <= MOST_ROWS + 1) return { records, isWhole: true }
  return faults.add(
    records[MOST_ROWS + 1]?.line ?? linesRead,
    null,
    'too_many_rows',
    `até ${MOST_ROWS} linhas`,
    `mais de ${MOST_ROWS}`,
  )
}

/** The parser makes an error of each row with fewer or more cells than the heading, and throws none of them: their traces cost the most. */
function withoutTraces(step: () => void): void {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    step()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function startOfLine(text: string, line: number): string {
  let start = 0
  for (let before = 1; before < line; before++) start = text.indexOf('\n', start) + 1
  const end = text.indexOf('\n', start)
  return text.slice(start, Math.min(end < 0 ? text.length : end, start + SLICE))
}

function countBreaks(text: string, until: number): number {
  let breaks = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < until; at = text.indexOf('\n', at + 1)) breaks++
  return breaks
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
  return FORMULA.test(text) ? `'${text}` : text
}

export function unguard(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text
}

/** Spreadsheets of East Asian systems read the wide forms alike, and some pass over space before them. */
const FORMULA = /^'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/
