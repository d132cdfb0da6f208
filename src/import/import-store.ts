import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import { rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { ImportRecord, Report } from './import-record.ts'

// All SQL of the imports that were made.

export async function insertImport(tx: Tx, it: ImportRecord, digest: Buffer): Promise<void> {
  await sql`
    insert into import (account_id, id, state, filename, digest, rows, created_count, updated_count, unchanged_count, differing_count,
                        refused_count, report, made_by, created_at)
    values (${account}, ${it.id}, ${it.state}, ${it.filename}, decode(${digest.toString('hex')}, 'hex'), ${it.rows}, ${it.created},
            ${it.updated}, ${it.unchanged}, ${it.differing}, ${it.refused}, cast(${JSON.stringify(it.report)} as text)::jsonb, ${it.madeBy},
            ${it.createdAt})`.execute(tx)
}

const columns = sql`
  id, state, filename, rows, created_count as created, updated_count as updated, unchanged_count as unchanged,
  differing_count as differing, refused_count as refused, made_by as "madeBy", created_at as "createdAt"`

export async function importOf(tx: Reader, id: number): Promise<ImportRecord | null> {
  const { rows } = await sql<ImportRecord>`
    select ${columns}, report from import where account_id = ${account} and id = ${id}`.execute(tx)
  return rows[0] ?? null
}

/** Reports that still hold texts of their rows, in order of id from the one after `after`. */
export async function reportsWithTexts(tx: Reader, after: number, limit: number): Promise<{ id: number; report: Report }[]> {
  const { rows } = await sql<{ id: number; report: Report }>`
    select id, report from import
    where account_id = ${account} and id > ${after} and report ->> 'textsErasedAt' is null order by id limit ${limit}`.execute(tx)
  return rows
}

export async function saveReports(tx: Tx, imports: readonly { id: number; report: Report }[]): Promise<void> {
  const rows = imports.map(({ id, report }) => ({ id, report: JSON.stringify(report) }))
  await sql`
    update import i set report = r.report from ${rowsOf({ id: 'bigint', report: 'jsonb' }, rows)} as r
    where i.account_id = ${account} and i.id = r.id`.execute(tx)
}

export type ListedImport = Omit<ImportRecord, 'report'>

/** The latest first, from the one before `before`. */
export async function listImports(
  tx: Reader,
  filter: { state?: ImportRecord['state'] | undefined },
  before: number | null,
  limit: number,
): Promise<ListedImport[]> {
  const conditions = [sql`account_id = ${account}`]
  if (before !== null) conditions.push(sql`id < ${before}`)
  if (filter.state !== undefined) conditions.push(sql`state = ${filter.state}`)
  const { rows } = await sql<ListedImport>`
    select ${columns} from import where ${sql.join(conditions, sql` and `)} order by id desc limit ${limit}`.execute(tx)
  return rows
}
