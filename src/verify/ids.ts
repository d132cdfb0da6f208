import { type RawBuilder, sql } from 'kysely'
import { isAmong as isOneOf } from '../platform/db/bulk.ts'

/** Both ends included. */
export interface Stretch {
  from: number
  to: number
}

/** Which rows one statement looks at: a stretch of ids, or ids by name. Either way they are few. */
export type Ids = Stretch | { these: readonly number[] }

export function isAmong(column: string, ids: Ids): RawBuilder<unknown> {
  return 'these' in ids ? isOneOf(column, ids.these) : sql`${sql.ref(column)} between ${ids.from} and ${ids.to}`
}
