// Pages of customers by number, as lists of theirs are asked for.

import { sql } from 'kysely'
import { account } from '../../../platform/account.ts'
import { pgArray } from '../../../platform/db/array.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { holdsText } from '../../../platform/db/plain-text.ts'
import { hasMoved, type Moved } from '../changes-store.ts'

export interface CustomerPageFilter {
  ids?: readonly number[] | undefined
  /** Without punctuation. */
  taxId?: string | undefined
  name?: string | undefined
  tradeName?: string | undefined
  archived?: boolean | undefined
  moved?: Moved | undefined
}

export async function pageOfCustomers(
  tx: Reader,
  { ids, taxId, name, tradeName, archived, moved }: CustomerPageFilter,
  { offset, size }: { offset: number; size: number },
): Promise<{ ids: number[]; all: number }> {
  const { rows } = await sql<{ id: number | null; all: number }>`
    with own as (
      select id from customer
      where account_id = ${account}
        ${archived === undefined ? sql`` : archived ? sql`and archived_at is not null` : sql`and archived_at is null`}
        ${ids === undefined ? sql`` : sql`and id in (select unnest(cast(${pgArray(ids)}::text as bigint[])))`}
        ${taxId === undefined ? sql`` : sql`and tax_id = ${taxId}`}
        ${name === undefined ? sql`` : sql`and ${holdsText('name', name)}`}
        ${tradeName === undefined ? sql`` : sql`and ${holdsText('trade_name', tradeName)}`}
        ${moved === undefined ? sql`` : sql`and ${hasMoved(moved, sql`created_at`, [{ noun: 'customer', id: sql`customer.id` }])}`}
    )
    select p.id, (select count(*) from own)::integer as "all"
    from (values (1)) as one left join (select id from own order by id offset ${offset} limit ${size}) p on true order by p.id`.execute(
    tx,
  )
  return { ids: rows.flatMap(row => row.id ?? []), all: rows[0]?.all ?? 0 }
}
