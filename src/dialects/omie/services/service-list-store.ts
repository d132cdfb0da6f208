// Pages of services by number, as lists of theirs are asked for.

import { sql } from 'kysely'
import { account } from '../../../platform/account.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { holdsText } from '../../../platform/db/plain-text.ts'
import { hasMoved, type Moved } from '../changes-store.ts'

export interface ServicePageFilter {
  name?: string | undefined
  code?: string | undefined
  archived: boolean
  included?: Moved | undefined
  changed?: Moved | undefined
  descending: boolean
}

export async function pageOfServices(
  tx: Reader,
  { name, code, archived, included, changed, descending }: ServicePageFilter,
  { offset, size }: { offset: number; size: number },
): Promise<{ ids: number[]; all: number }> {
  const direction = descending ? sql`desc` : sql`asc`
  const moved = (days: Moved | undefined) =>
    days === undefined ? sql`` : sql`and ${hasMoved(days, sql`created_at`, [{ noun: 'service_item', id: sql`service_item.id` }])}`
  const { rows } = await sql<{ id: number | null; all: number }>`
    with own as (
      select id from service_item
      where account_id = ${account} and ${archived ? sql`archived_at is not null` : sql`archived_at is null`}
        ${name === undefined ? sql`` : sql`and ${holdsText('name', name)}`}
        ${code === undefined ? sql`` : sql`and code = ${code}`}
        ${moved(included)} ${moved(changed)}
    )
    select p.id, (select count(*) from own)::integer as "all"
    from (values (1)) as one left join (select id from own order by id ${direction} offset ${offset} limit ${size}) p on true
    order by p.id ${direction}`.execute(tx)
  return { ids: rows.flatMap(row => row.id ?? []), all: rows[0]?.all ?? 0 }
}
