import type { Tx } from '../platform/db/db.ts'
import { takeIds } from '../platform/ids.ts'
import type { DraftItem } from './items-of-rule.ts'

/**
 * Gives each item that will be billed its ids, and each that will be emitted its number, by position: neither workers nor
 * crashes change who gets which. What is not used in the end leaves a gap.
 */
export async function reserve(tx: Tx, items: readonly DraftItem[]): Promise<void> {
  const billed = items.filter(item => item.bills)
  if (billed.length === 0) return
  let invoiceId = await takeIds(tx, 'invoice', billed.length)
  let receivableId = await takeIds(
    tx,
    'receivable',
    billed.reduce((total, item) => total + (item.installments ?? 1), 0),
  )
  for (const item of billed) {
    item.invoiceId = invoiceId++
    item.firstReceivableId = receivableId
    receivableId += item.installments ?? 1
  }
  const byOrganization = Map.groupBy(
    billed.filter(item => item.emits),
    item => item.organizationId,
  )
  for (const [organizationId, emitted] of [...byOrganization].sort(([a], [b]) => a - b)) {
    let number = await takeIds(tx, 'invoice_number', emitted.length, organizationId)
    for (const item of emitted) item.number = number++
  }
}
