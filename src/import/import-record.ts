import type { Instant } from '../core/dates.ts'
import { columnOfHeading } from './file/columns.ts'
import type { Delimiter } from './file/csv.ts'
import type { Encoding } from './file/decode.ts'
import { ERASED, type FileFault, type FileFaults, MOST_LISTED, rankOf, withoutTexts } from './file/fault.ts'
import type { Difference } from './plan/difference.ts'

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
  /** Of those, how many were left as they are; absent in reports of before it was told. */
  notAppliedCount?: number
  /** When the texts of its rows were erased, because a customer's data was. */
  textsErasedAt: Instant | null
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
    faults: faults.list.toSorted(byLine).slice(0, MOST_LISTED),
    faultCount: faults.count,
    // A column that says nothing useful in each row must not bury what costs money.
    warnings: warnings.list.toSorted((a, b) => rankOf(a) - rankOf(b) || byLine(a, b)).slice(0, MOST_LISTED),
    warningCount: warnings.count,
    differences: differences.slice(0, MOST_LISTED),
    differenceCount: differences.length,
    notAppliedCount: differences.filter(({ isApplied }) => !isApplied).length,
    textsErasedAt: null,
  }
}

/**
 * What is left of a report when a person's data is erased (LGPD). A faulty row names nobody that we know, and may spell a name or a
 * tax id in a way that no search finds: so the texts of all rows go. Lines, columns, codes and counts stay.
 */
export function erasedReport(report: Report, at: Instant): Report {
  const withoutText = (fault: FileFault) => withoutTexts(fault, heading => columnOfHeading(heading) !== null)
  return {
    ...report,
    faults: report.faults.map(withoutText),
    warnings: report.warnings.map(withoutText),
    differences: report.differences.map(difference => ({
      ...difference,
      from: ERASED,
      to: ERASED,
      ...(difference.whyNot != null && { whyNot: ERASED }),
    })),
    textsErasedAt: at,
  }
}

function byLine(a: FileFault, b: FileFault): number {
  return a.line - b.line
}
