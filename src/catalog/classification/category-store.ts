import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'

/** The category above it, null of one at the top. Until the transaction ends nobody hangs it elsewhere. */
export async function holdParentOf(tx: Tx, id: number): Promise<number | null> {
  const { rows } = await sql<{ parentId: number | null }>`
    select parent_id as "parentId" from category where account_id = ${account} and id = ${id} for no key update`.execute(tx)
  return rows[0]?.parentId ?? null
}

/**
 * Whether a line of an invoice is of this category. A rule's line keeps it by a foreign key; a line that a person wrote has none. Only
 * whoever deletes a category asks, who holds its row.
 */
export async function isOnAnInvoice(tx: Reader, categoryId: number): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from invoice_line where account_id = ${account} and category_id = ${categoryId}) as found`.execute(tx)
  return rows[0]?.found === true
}
