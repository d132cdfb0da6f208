import { type RawBuilder, sql } from 'kysely'
import { pgArray } from '../platform/db/array.ts'

/** Both ends included. */
export interface Stretch {
  from: number
  to: number
}

/** Which rows one statement looks at: a stretch of ids, or ids by name. Either way they are few. */
export type Ids = Stretch | { these: readonly number[] }

export function isAmong(column: string, ids: Ids): RawBuilder<boolean> {
  const id = sql.ref(column)
  if ('these' in ids) return sql`${id} = any(cast(${pgArray(ids.these)}::text as bigint[]))`
  return sql`${id} between ${ids.from} and ${ids.to}`
}
