// Days of inclusion and of change, as every list of theirs may ask for them and every record tells them: a change is what our history has.

import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../../core/dates.ts'
import type { Noun } from '../../core/ids.ts'
import { account } from '../../platform/account.ts'
import { isAmong } from '../../platform/db/bulk.ts'
import type { Reader } from '../../platform/db/db.ts'

export interface Within {
  from?: Instant | undefined
  /** The first instant that is not meant any more. */
  before?: Instant | undefined
}

export interface Moved extends Within {
  by: 'inclusion' | 'change' | 'either'
}

export function isWithin(at: RawBuilder<unknown>, { from, before }: Within): RawBuilder<unknown> {
  const conditions = [sql`true`]
  if (from !== undefined) conditions.push(sql`${at} >= ${from}`)
  if (before !== undefined) conditions.push(sql`${at} < ${before}`)
  return sql.join(conditions, sql` and `)
}

/** That a row was included, or that something its history tells happened to it, within the days. `subjects` are the nouns that tell of it. */
export function hasMoved(
  moved: Moved,
  createdAt: RawBuilder<unknown>,
  subjects: readonly { noun: Noun; id: RawBuilder<unknown> }[],
): RawBuilder<unknown> {
  const included = sql`(${isWithin(createdAt, moved)})`
  if (moved.by === 'inclusion') return included
  const changed = subjects.map(
    ({ noun, id }) => sql`exists (
      select from history h
       where h.account_id = ${account} and h.noun = ${noun} and h.subject_id = ${id} and h.subject_version > 1
         and ${isWithin(sql`h.at`, moved)})`,
  )
  return sql`(${sql.join(moved.by === 'either' ? [included, ...changed] : changed, sql` or `)})`
}

/** When each was last changed; those that never were tell of the day on which they came. */
export async function lastChangesOf(tx: Reader, noun: Noun, ids: readonly number[]): Promise<Map<number, Instant>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; at: Instant }>`
    select subject_id as id, max(at) as at from history
     where account_id = ${account} and noun = ${noun} and ${isAmong('subject_id', ids)} group by subject_id`.execute(tx)
  return new Map(rows.map(({ id, at }) => [id, at]))
}
