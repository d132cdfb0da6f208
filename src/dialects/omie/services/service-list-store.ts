// Pages of services by number, as lists of theirs are asked for.

import { sql } from 'kysely'
import { account } from '../../../platform/account.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { holdsText } from '../../../platform/db/plain-text.ts'

export async function pageOfServices(
  tx: Reader,
  { name, code, archived }: { name?: string | undefined; code?: string | undefined; archived: boolean },
  { offset, size }: { offset: number; size: number },
): Promise<{ ids: number[]; all: number }> {
  const { rows } = await sql<{ id: number | null; all: number }>`
    with own as (
      select id from service_item
      where account_id = ${account} and ${archived ? sql`archived_at is not null` : sql`archived_at is null`}
        ${name === undefined ? sql`` : sql`and ${holdsText('name', name)}`}
        ${code === undefined ? sql`` : sql`and code = ${code}`}
    )
    select p.id, (select count(*) from own)::integer as "all"
    from (values (1)) as one left join (select id from own order by id offset ${offset} limit ${size}) p on true order by p.id`.execute(
    tx,
  )
  return { ids: rows.flatMap(row => row.id ?? []), all: rows[0]?.all ?? 0 }
}
