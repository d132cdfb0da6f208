import { type Delimiter, readRecords } from './csv.ts'
import { decode, type Encoding } from './decode.ts'
import type { FileFaults } from './fault.ts'
import { type ContractRows, groupRows, type KnownOrganization } from './group-rows.ts'
import { type Heading, readHeading, readRows } from './read-rows.ts'

/** A file as far as it can be read without knowing what the account has. */
export interface ReadFile {
  encoding: Encoding | null
  delimiter: Delimiter | null
  heading: Heading | null
  /** How many rows it has, faulty ones included. */
  rows: number
  groups: ContractRows[]
}

/** Reads as far as it can: what keeps it from going on is in `faults`. */
export function readFile(bytes: Uint8Array, organizations: readonly KnownOrganization[], faults: FileFaults): ReadFile {
  const nothing: ReadFile = { encoding: null, delimiter: null, heading: null, rows: 0, groups: [] }
  const decoded = decode(bytes, faults)
  if (decoded === null) return nothing
  const { encoding, text } = decoded
  const table = readRecords(text, faults)
  if (table === null) return { ...nothing, encoding }
  const { delimiter, records } = table
  const heading = readHeading(records, faults)
  const rows = records.length - 1
  // Without its columns a row would only repeat what the heading's faults say.
  if (faults.count > 0) return { encoding, delimiter, heading: null, rows, groups: [] }
  return {
    encoding,
    delimiter,
    heading,
    rows,
    groups: groupRows(readRows(records, heading, faults), heading, organizations, faults),
  }
}
