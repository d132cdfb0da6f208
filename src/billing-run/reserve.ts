import type { Tx } from '../platform/db/db.ts'
import { takeIds, takeRanges } from '../platform/ids.ts'
import type { DraftItem } from './plan/items-of-rule.ts'

/**
 * Gives each item that will be billed its ids, and each that will be emitted its number, by position: neither workers nor
 * crashes change who gets which. What is not used in the end leaves a gap.
 */
export async function reserve(tx: Tx, items: readonly DraftItem[]): Promise<void> {
  await reserveIds(
    tx,
    items.filter(item => item.bills),
  )
  const emitted = items.filter(item => item.emits)
  const byOrganization = [...Map.groupBy(emitted, item => item.organizationId)].sort(([a], [b]) => a - b)
  for (const [organizationId, own] of byOrganization) {
    let number = await takeIds(tx, 'invoice_number', own.length, organizationId)
    for (const item of own) item.number = number++
  }
}

async function reserveIds(tx: Tx, billed: readonly DraftItem[]): Promise<void> {
  if (billed.length === 0) return
  const receivables = billed.reduce((total, item) => total + (item.installments ?? 1), 0)
  const [firstInvoiceId, firstReceivableId] = await takeRanges(tx, [
    { counted: 'invoice', count: billed.length },
    { counted: 'receivable', count: receivables },
  ])
  let invoiceId = firstInvoiceId ?? 0
  let receivableId = firstReceivableId ?? 0
  for (const item of billed) {
    item.invoiceId = invoiceId++
    item.firstReceivableId = receivableId
    receivableId += item.installments ?? 1
  }
}
