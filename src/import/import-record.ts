import type { Instant } from '../core/dates.ts'
import type { Delimiter } from './csv.ts'
import type { Encoding } from './decode.ts'
import type { Difference } from './difference.ts'
import { type FileFault, type FileFaults, MOST_LISTED } from './fault.ts'

/**
 * refused  something was wrong, and nothing was written
 * checked  a dry run: what would be written was told
 * done     written, all of it, or the rows that were right
 */
export type ImportState = 'refused' | 'checked' | 'done'
export const importStates = ['refused', 'checked', 'done'] as const satisfies readonly ImportState[]

/** How many rows ended how; of a dry run, how they would end. They sum to `rows`, but for a refused import, which creates and updates nothing. */
export interface Counts {
  rows: number
  created: number
  updated: number
  unchanged: number
  differing: number
  refused: number
}

/** An import as it is kept. */
export interface ImportRecord extends Counts {
  id: number
  state: ImportState
  filename: string | null
  report: Report
  madeBy: string
  createdAt: Instant
}

/** Each list is cut short; its count is not. */
export interface Report {
  encoding: Encoding | null
  delimiter: Delimiter | null
  update: boolean
  validRows: boolean
  faults: FileFault[]
  faultCount: number
  warnings: FileFault[]
  warningCount: number
  differences: Difference[]
  differenceCount: number
}

export interface Findings {
  encoding: Encoding | null
  delimiter: Delimiter | null
  faults: FileFaults
  warnings: FileFaults
  differences: readonly Difference[]
}

export function reportOf(findings: Findings, { update, validRows }: { update: boolean; validRows: boolean }): Report {
  const { encoding, delimiter, faults, warnings, differences } = findings
  return {
    encoding,
    delimiter,
    update,
    validRows,
    faults: inOrder(faults.list),
    faultCount: faults.count,
    warnings: inOrder(warnings.list),
    warningCount: warnings.count,
    differences: differences.slice(0, MOST_LISTED),
    differenceCount: differences.length,
  }
}

function inOrder(faults: readonly FileFault[]): FileFault[] {
  return [...faults].sort((a, b) => a.line - b.line)
}
