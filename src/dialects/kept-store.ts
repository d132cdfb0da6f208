// All SQL of what a dialect keeps beside our nouns: what its clients say and want to hear again.

import { sql } from 'kysely'
import type { Noun } from '../core/ids.ts'
import { account } from '../platform/account.ts'
import { isAmong } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'

/** Plain JSON, by the vendor's names. */
export type Kept = Readonly<Record<string, unknown>>

/** Of many subjects, in one statement; one of which nothing is kept is absent. */
export async function keptOf(tx: Reader, dialect: string, noun: Noun, ids: readonly number[]): Promise<Map<number, Kept>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; fields: Kept }>`
    select subject_id as id, fields from dialect_field
     where account_id = ${account} and dialect = ${dialect} and noun = ${noun} and ${isAmong('subject_id', ids)}`.execute(tx)
  return new Map(rows.map(row => [row.id, row.fields]))
}

/** Of subjects of several nouns, likewise in one statement. */
export async function keptOfNouns<N extends Noun>(
  tx: Reader,
  dialect: string,
  subjects: Readonly<Record<N, readonly number[]>>,
): Promise<Record<N, Map<number, Kept>>> {
  const nouns = Object.keys(subjects) as N[] // they are its own keys
  const found = Object.fromEntries(nouns.map(noun => [noun, new Map<number, Kept>()])) as Record<N, Map<number, Kept>>
  const asked = nouns.filter(noun => subjects[noun].length > 0)
  if (asked.length === 0) return found
  const conditions = asked.map(noun => sql`(noun = ${noun} and ${isAmong('subject_id', subjects[noun])})`)
  const { rows } = await sql<{ noun: N; id: number; fields: Kept }>`
    select noun, subject_id as id, fields from dialect_field
     where account_id = ${account} and dialect = ${dialect} and (${sql.join(conditions, sql` or `)})`.execute(tx)
  for (const { noun, id, fields } of rows) found[noun].set(id, fields)
  return found
}

/** In place of what was kept of it before. The caller holds the subject, or has just made it. */
export async function keep(tx: Tx, dialect: string, noun: Noun, id: number, fields: Kept): Promise<void> {
  await sql`
    insert into dialect_field (account_id, dialect, noun, subject_id, fields)
    values (${account}, ${dialect}, ${noun}, ${id}, cast(${JSON.stringify(fields)}::text as jsonb))
    on conflict (account_id, dialect, noun, subject_id) do update set fields = excluded.fields`.execute(tx)
}

/** LGPD: nothing is kept of a subject any more, whoever kept it. */
export async function forgetKept(tx: Tx, noun: Noun, id: number): Promise<void> {
  await sql`delete from dialect_field where account_id = ${account} and noun = ${noun} and subject_id = ${id}`.execute(tx)
}

/** What any dialect keeps of a subject, for its own export. */
export async function everythingKept(tx: Reader, noun: Noun, id: number): Promise<{ dialect: string; fields: Kept }[]> {
  const { rows } = await sql<{ dialect: string; fields: Kept }>`
    select dialect, fields from dialect_field
     where account_id = ${account} and noun = ${noun} and subject_id = ${id} order by dialect`.execute(tx)
  return rows
}
