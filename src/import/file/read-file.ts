import type { Sliced } from '../../core/slices.ts'
import { type Delimiter, readRecords } from './csv.ts'
import { decode, type Encoding } from './decode.ts'
import { FileFaults } from './fault.ts'
import { type Heading, isHeading, type Row, readHeading, readRows } from './read-rows.ts'

/** A file as far as it can be read without knowing anything of the account. */
export interface ReadFile {
  encoding: Encoding | null
  delimiter: Delimiter | null
  /** Null when it could not be read as a table of ours; `faults` tell why. */
  heading: Heading | null
  /** How many rows it has, faulty ones included; 0 when they were not looked at. */
  rowCount: number
  rows: Row[]
  faults: FileFaults
}

/** Reads as far as it can: what keeps it from going on is in `faults`. */
export function* readFile(bytes: Uint8Array): Sliced<ReadFile> {
  const faults = new FileFaults()
  const nothing: ReadFile = { encoding: null, delimiter: null, heading: null, rowCount: 0, rows: [], faults }
  const decoded = decode(bytes, faults)
  if (decoded === null) return nothing
  yield
  const { encoding, text } = decoded
  const table = yield* readRecords(text, isHeading, faults)
  if (table === null) return { ...nothing, encoding }
  const { delimiter, records, isWhole } = table
  const heading = readHeading(records, faults)
  const rowCount = isWhole ? records.length - 1 : 0
  // Without its columns a row would only repeat what the heading's faults say.
  if (faults.count > 0) return { encoding, delimiter, heading: null, rowCount, rows: [], faults }
  return { encoding, delimiter, heading, rowCount, rows: yield* readRows(records, heading, faults), faults }
}
