import type { Fault } from '../../core/refusal.ts'
import { type Customer, type CustomerInput, readCustomer } from '../../customers/customer.ts'
import type { CustomerChange } from '../../customers/update-customer.ts'
import type { Cells, ColumnKey } from '../file/columns.ts'
import { customerChange, customerDifferences } from './customers-in-file.ts'
import { faultsOf } from './refusals.ts'

/** Where a row says something else than what stands. */
export interface Difference {
  line: number
  /** The heading as the file spells it. */
  column: string
  from: string
  to: string
  /** False: it was only reported. */
  isApplied: boolean
  /** Why no import applies it, and what to do instead; null where `update` does. Absent in reports of before it was told. */
  whyNot?: string | null
}

/** A difference before anybody decided whether it is applied. */
export interface Found {
  line: number
  key: ColumnKey
  from: string
  to: string
}

/** One that no import applies, and what to do instead. */
export interface FixedFound extends Found {
  whyNot: string
}

/** What the cells of a row would make of its customer. */
export function customerFindings(
  line: number,
  cells: Cells,
  before: Customer,
): { found: Found[]; change: CustomerChange; refused: readonly Fault[] } {
  const change = customerChange(cells, before)
  const input: CustomerInput = { ...before, ...change }
  const after = faultsOf(() => readCustomer(input))
  if ('faults' in after) return { found: [], change, refused: after.faults }
  return { found: customerDifferences(before, after.value).map(each => ({ line, ...each })), change, refused: [] }
}
