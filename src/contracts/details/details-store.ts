import { sql } from 'kysely'
import { columnOf, columnsOf, fromRow, type Typed, toRow, typesOf } from '../../catalog/references/field-set.ts'
import { account } from '../../platform/account.ts'
import { insertRows, isAmong } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { type BillingDetails, detailFields } from './billing-details.ts'

const types: Typed = { id: 'bigint', createdAt: 'timestamptz', ...typesOf(detailFields) }
const selected = sql.join(Object.keys(types).map(name => sql`${sql.ref(columnOf(name))} as ${sql.ref(name)}`))

/** By id. */
export async function detailsOf(tx: Reader, ids: readonly number[]): Promise<Map<number, BillingDetails>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<BillingDetails>`
    select ${selected} from billing_details where account_id = ${account} and ${isAmong('id', ids)}`.execute(tx)
  return new Map(rows.map(row => [row.id, fromRow(detailFields, row)]))
}

export async function insertDetails(tx: Tx, account: number, added: readonly BillingDetails[]): Promise<void> {
  await insertRows(
    tx,
    account,
    'billing_details',
    columnsOf(types),
    added.map(details => toRow(types, details)),
  )
}
