import type { Reader } from '../platform/db/db.ts'
import { receivablesOfInvoices } from '../receivables/receivable-store.ts'
import { seenHash } from './invoice.ts'
import { invoicesOf } from './invoice-store.ts'
import { linesOfInvoices } from './line-store.ts'

/** What a preview shows of invoices that wait, by invoice: see `seenHash`. Three statements, however many. */
export async function seenHashesOf(tx: Reader, invoiceIds: readonly number[]): Promise<Map<number, string>> {
  if (invoiceIds.length === 0) return new Map()
  const lines = await linesOfInvoices(tx, invoiceIds)
  const receivables = await receivablesOfInvoices(tx, invoiceIds)
  const invoices = await invoicesOf(tx, invoiceIds)
  return new Map(
    invoices.map(invoice => [invoice.id, seenHash(invoice, lines.get(invoice.id) ?? [], receivables.get(invoice.id) ?? [])]),
  )
}
