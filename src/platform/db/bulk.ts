import { type RawBuilder, sql } from 'kysely'
import { pgArray } from './array.ts'
import type { Tx } from './db.ts'
import { KEEPS_PLAN } from './kept-plans.ts'

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
  const arrays = listed.map(name => arrayOf(columns[name], columnOf(rows, name)))
  const outputs = names.map(name => {
    if (!listed.includes(name)) return sql`cast(${first?.[name] ?? null} as ${sql.raw(columns[name] ?? '')}) as ${sql.ref(name)}`
    return columns[name] === 'jsonb' ? sql`${sql.ref(name)}::jsonb as ${sql.ref(name)}` : sql.ref(name)
  })
  return sql`(select ${sql.join(outputs)} from unnest(${sql.join(arrays)}) as u (${sql.join(listed.map(name => sql.ref(name)))}))`
}

function* columnOf<C extends Columns>(rows: readonly BulkRow<C>[], name: string): Iterable<Value> {
  for (const row of rows) yield row[name] ?? null
}

function arrayOf(type: SqlType | undefined, values: Iterable<Value>): RawBuilder<unknown> {
  return sql`cast(${pgArray(values)}::text as ${sql.raw(type === 'jsonb' ? 'text[]' : `${type}[]`)})`
}

/**
 * Ids to look something up by, one after the other: `from ${eachOf(ids)} cross join lateral (select … where id = k.id offset 0) as t`.
 * The offset keeps the planner from turning the look-ups into a join: it then walks an index for each id, however many rows there
 * are and whatever it knows of them. `= any(array)` reads the text of the array anew for each row that it filters, and a join with
 * the ids goes through the whole table once statistics say that this is cheap for one page.
 */
export function eachOf(ids: readonly number[]): RawBuilder<unknown> {
  return sql`unnest(cast(${pgArray(ids)}::text as bigint[])) as k (id)`
}

/**
 * That a column is one of the ids: `where ${isAmong('r.id', ids)}`. An update from `rowsOf` wants it beside its join, or else it reads all rows
 * of the account to find its own. The array is read once, as the answer of a query of its own.
 */
export function isAmong(column: string, ids: readonly number[]): RawBuilder<unknown> {
  return sql`${sql.ref(column)} = any((select cast(${pgArray(ids)}::text as bigint[]))::bigint[])`
}

/** At the very beginning of an insert from `rowsOf`, or of a statement that finds its rows by key: see KEEPS_PLAN. */
export const keepsPlan: RawBuilder<unknown> = sql.raw(KEEPS_PLAN)

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
  await sql`${keepsPlan}
    insert into ${sql.table(table)} (account_id, ${sql.join(names)})
    select cast(${account} as bigint), ${sql.join(names)} from ${rowsOf(columns, rows)} as r`.execute(tx)
}
