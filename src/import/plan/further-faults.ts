import { type ColumnKey, columnKeys } from '../file/columns.ts'
import type { FileFault } from '../file/fault.ts'
import type { Heading } from '../file/read-rows.ts'

// A row with a cell that cannot be read is judged as far as its other cells go, so that whoever mends it is told everything at once.

/** Columns that a fault of a column rests on: while one of them cannot be read, nobody knows whether there is such a fault. */
const restsOn: Partial<Record<ColumnKey, readonly ColumnKey[]>> = {
  name: ['service'],
  billingDay: ['rhythm'],
  anchor: ['rhythm', 'billingDay'],
  startsOn: ['situation'],
  endsOn: ['startsOn'],
  situation: ['startsOn', 'endsOn'],
  discount: ['unitPrice', 'quantity'],
  unitPrice: ['quantity', 'discount'],
  service: ['serviceCode', 'description', 'lineFrom', 'lineUntil', 'ruleTitle'],
  lineUntil: ['lineFrom'],
  taxId: ['customerName', 'organization'],
  due: ['installments'],
  billedThrough: ['startsOn', 'rhythm'],
  billFrom: ['billedThrough', 'startsOn', 'rhythm', 'situation'],
  openPeriods: ['billFrom', 'billedThrough', 'startsOn', 'rhythm', 'billingDay', 'anchor', 'timing'],
  suspensions: ['situation'],
  ruleEndsOn: ['startsOn', 'anchor'],
  readjustmentIndex: [],
  readjustmentBase: ['readjustmentIndex', 'lastReadjustment', 'readjustmentMonths'],
  lastReadjustment: ['readjustmentBase', 'readjustmentMonths'],
  readjustmentMethod: ['readjustmentMonths'],
  externalIds: ['system'],
}

/** Whether a fault that was found in a row stands whatever the cells say of it that could not be read. */
export function standsAnyway({ column }: FileFault, unread: ReadonlySet<string>, heading: Heading): boolean {
  if (column === null || unread.has(column)) return false
  const key = columnKeys.find(key => heading.spelled(key) === column)
  return key !== undefined && (restsOn[key] ?? []).every(other => !unread.has(heading.spelled(other)))
}
