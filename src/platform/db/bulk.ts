import { type RawBuilder, sql } from 'kysely'
import { pgArray } from './array.ts'
import type { Tx } from './db.ts'

export type SqlType = 'bigint' | 'integer' | 'smallint' | 'numeric' | 'date' | 'timestamptz' | 'text' | 'boolean' | 'jsonb'
export type Columns = Readonly<Record<string, SqlType>>
type Value = string | number | boolean | null

/** A row for `columns`: each column has its value; jsonb as its text. */
export type BulkRow<C extends Columns> = { readonly [K in keyof C]: Value }

/**
 * The rows as a relation named by its columns: `sql\`… from ${rowsOf(columns, rows)} as r\``. A column goes over as one array; one
 * with the same value in every row, as are half of an invoice's, goes over once. However many rows, a handful of parameters.
 */
export function rowsOf<C extends Columns>(columns: C, rows: readonly BulkRow<C>[]): RawBuilder<unknown> {
  const names = Object.keys(columns)
  const [first] = rows
  // The first column says how many rows there are, so it is an array whatever it holds.
  const listed = names.filter((name, i) => i === 0 || rows.some(row => row[name] !== first?.[name]))
  const arrays = listed.map(name =>
    arrayOf(
      columns[name],
      rows.map(row => row[name] ?? null),
    ),
  )
  const outputs = names.map(name => {
    if (!listed.includes(name)) return sql`cast(${first?.[name] ?? null} as ${sql.raw(columns[name] ?? '')}) as ${sql.ref(name)}`
    return columns[name] === 'jsonb' ? sql`${sql.ref(name)}::jsonb as ${sql.ref(name)}` : sql.ref(name)
  })
  return sql`(select ${sql.join(outputs)} from unnest(${sql.join(arrays)}) as u (${sql.join(listed.map(name => sql.ref(name)))}))`
}

function arrayOf(type: SqlType | undefined, values: readonly Value[]): RawBuilder<unknown> {
  return sql`cast(${pgArray(values)}::text as ${sql.raw(type === 'jsonb' ? 'text[]' : `${type}[]`)})`
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
