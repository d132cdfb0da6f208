// All SQL of receipts.

import { sql } from 'kysely'
import type { CivilDate, Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import { insertRows, isAmong } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Receipt, ReceiptKind } from './receipt.ts'

const columns = sql`
  id, receivable_id as "receivableId", kind, amount_cents as "amountCents", surplus_cents as "surplusCents",
  received_on as "receivedOn", method,
  financial_account_id as "financialAccountId", note, created_at as "createdAt", undone_at as "undoneAt", undo_reason as "undoReason"`

/** Of many receivables, those that were undone included, in the order in which they were made. */
export async function receiptsOf(tx: Reader, receivableIds: readonly number[]): Promise<Receipt[]> {
  if (receivableIds.length === 0) return []
  const { rows } = await sql<Receipt>`
    select ${columns} from receipt where account_id = ${account} and receivable_id in (select unnest(cast(${pgArray(receivableIds)}::text as bigint[])))
     order by id`.execute(tx)
  return rows
}

/** In no order; those that were undone included. */
export async function receiptsById(tx: Reader, ids: readonly number[]): Promise<Receipt[]> {
  const { rows } = await sql<Receipt>`
    select ${columns} from receipt where account_id = ${account} and ${isAmong('id', ids)}`.execute(tx)
  return rows
}

export interface ReceiptFilter {
  receivedFrom?: CivilDate | undefined
  receivedUntil?: CivilDate | undefined
  kind?: ReceiptKind | undefined
  financialAccountId?: number | undefined
}

/** Those that stand, by day, from the one after `after`. */
export async function listReceipts(
  tx: Reader,
  { receivedFrom, receivedUntil, kind, financialAccountId }: ReceiptFilter,
  after: { receivedOn: CivilDate; id: number } | null,
  limit: number,
): Promise<Receipt[]> {
  const conditions = [sql`account_id = ${account}`, sql`undone_at is null`]
  if (receivedFrom !== undefined) conditions.push(sql`received_on >= ${receivedFrom}`)
  if (receivedUntil !== undefined) conditions.push(sql`received_on <= ${receivedUntil}`)
  if (kind !== undefined) conditions.push(sql`kind = ${kind}`)
  if (financialAccountId !== undefined) conditions.push(sql`financial_account_id = ${financialAccountId}`)
  if (after !== null) {
    conditions.push(sql`(received_on, id) > (cast(${after.receivedOn} as date), cast(${after.id} as bigint))`)
  }
  const { rows } = await sql<Receipt>`
    select ${columns} from receipt where ${sql.join(conditions, sql` and `)} order by received_on, id limit ${limit}`.execute(tx)
  return rows
}

const written = {
  id: 'bigint',
  receivable_id: 'bigint',
  kind: 'text',
  amount_cents: 'bigint',
  surplus_cents: 'bigint',
  received_on: 'date',
  method: 'text',
  financial_account_id: 'bigint',
  note: 'text',
  created_at: 'timestamptz',
} as const

export async function insertReceipts(tx: Tx, forAccount: number, receipts: readonly Receipt[]): Promise<void> {
  const rows = receipts.map(it => ({
    id: it.id,
    receivable_id: it.receivableId,
    kind: it.kind,
    amount_cents: it.amountCents,
    surplus_cents: it.surplusCents,
    received_on: it.receivedOn,
    method: it.method,
    financial_account_id: it.financialAccountId,
    note: it.note,
    created_at: it.createdAt,
  }))
  await insertRows(tx, forAccount, 'receipt', written, rows)
}

/** The caller holds their receivables. */
export async function undoReceipts(tx: Tx, ids: readonly number[], at: Instant, reason: string | null): Promise<void> {
  if (ids.length === 0) return
  const result = await sql`
    update receipt set undone_at = ${at}, undo_reason = ${reason}
     where account_id = ${account} and id in (select unnest(cast(${pgArray(ids)}::text as bigint[]))) and undone_at is null`.execute(
    tx,
  )
  if (Number(result.numAffectedRows) !== ids.length)
    throw new Error('a receipt was undone twice although its receivable was held')
}
