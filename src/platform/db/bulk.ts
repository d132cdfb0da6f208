import { type RawBuilder, sql } from 'kysely'
import { pgArray } from './array.ts'
import type { Tx } from './db.ts'

export type SqlType = 'bigint' | 'integer' | 'smallint' | 'numeric' | 'date' | 'timestamptz' | 'text' | 'boolean' | 'jsonb'
export type Columns = Readonly<Record<string, SqlType>>
type Value = string | number | boolean | null

/** A row for `columns`: each column has its value; jsonb as its text. */
export type BulkRow<C extends Columns> = { readonly [K in keyof C]: Value }

/**
 * The rows as a relation named by its columns, from one array parameter per column: however many rows, one statement
 * whose text never changes. `sql\`… from ${rowsOf(columns, rows)} as r\``.
 */
export function rowsOf<C extends Columns>(columns: C, rows: readonly BulkRow<C>[]): RawBuilder<unknown> {
  const names = Object.keys(columns)
  const arrays = names.map(
    name => sql`cast(${pgArray(rows.map(row => row[name] ?? null))}::text as ${sql.raw(arrayType(columns[name]))})`,
  )
  const outputs = names.map(name =>
    columns[name] === 'jsonb' ? sql`${sql.ref(name)}::jsonb as ${sql.ref(name)}` : sql.ref(name),
  )
  return sql`(select ${sql.join(outputs)} from unnest(${sql.join(arrays)}) as u (${sql.join(names.map(name => sql.ref(name)))}))`
}

/** Inserts the rows of the open transaction's account, `account_id` added. */
export async function insertRows<C extends Columns>(
  tx: Tx,
  account: number,
  table: string,
  columns: C,
  rows: readonly BulkRow<C>[],
): Promise<void> {
  if (rows.length === 0) return
  const names = Object.keys(columns).map(name => sql.ref(name))
  await sql`
    insert into ${sql.table(table)} (account_id, ${sql.join(names)})
    select cast(${account} as bigint), ${sql.join(names)} from ${rowsOf(columns, rows)} as r`.execute(tx)
}

function arrayType(type: SqlType | undefined): string {
  return type === 'jsonb' ? 'text[]' : `${type}[]`
}
