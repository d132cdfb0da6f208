import type { Instant } from '../core/dates.ts'
import { addCreditEntries } from '../customers/customer-credit-store.ts'
import { insertInvoices, insertLines, insertWithholdings } from '../invoices/bulk-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { creditMoveOf } from '../receivables/receipt.ts'
import { insertReceipts } from '../receivables/receipt-store.ts'
import { insertReceivables } from '../receivables/receivable-store.ts'
import { invoiceRows, type SpentCredit } from './invoice-rows.ts'
import type { MadeInvoice } from './make-invoice.ts'

/** Saves invoices whose ids are known, with their receivables, the credit that they spend and their history: one statement a table. */
export async function saveInvoices(tx: Tx, ctx: Ctx, made: readonly MadeInvoice[]): Promise<void> {
  if (made.length === 0) return
  const rows = invoiceRows(made, ctx.clock.now())
  // One after the other on the one connection, in this order; what is next is put into words while PostgreSQL saves the one before.
  await Promise.all([
    insertInvoices(tx, ctx.account, rows.invoices),
    insertLines(tx, ctx.account, rows.lines),
    insertWithholdings(tx, ctx.account, rows.withholdings),
    insertReceivables(tx, ctx.account, rows.receivables),
    record(tx, ctx, rows.history),
  ])
  await saveSpentCredit(tx, ctx.account, rows.credits, ctx.clock.now())
}

async function saveSpentCredit(tx: Tx, account: number, credits: readonly SpentCredit[], at: Instant): Promise<void> {
  if (credits.length === 0) return
  const receiptId = await takeIds(tx, 'receipt', credits.length)
  const entryId = await takeIds(tx, 'customer_credit_entry', credits.length)
  const fresh = { createdAt: at, undoneAt: null, undoReason: null }
  await insertReceipts(
    tx,
    account,
    credits.map(({ receipt }, i) => ({ ...receipt, ...fresh, id: receiptId + i })),
  )
  const entries = credits.flatMap(({ owner, receipt }, i) => {
    const move = creditMoveOf(receipt)
    return move === null ? [] : [{ ...owner, ...move, id: entryId + i, receiptId: receiptId + i, createdAt: at }]
  })
  await addCreditEntries(tx, entries)
}
