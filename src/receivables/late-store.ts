import { type RawBuilder, sql } from 'kysely'
import type { LateUntil } from '../organizations/calendar.ts'
import { rowsOf } from '../platform/db/bulk.ts'

/** That the receivable `r` of a statement is late, as `isLate` decides of one that was read. */
export function isLateBy(lateUntil: LateUntil): RawBuilder<unknown> {
  const rows = [...lateUntil].map(([id, until]) => ({ organization_id: id, until }))
  return sql`(r.state = 'to_receive' and r.due_on <= (
    select l.until from ${rowsOf({ organization_id: 'bigint', until: 'date' }, rows)} as l where l.organization_id = r.organization_id))`
}
