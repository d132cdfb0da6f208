// Pages of contracts, as lists of theirs are asked for; when a contract was made and last changed, and by whom.

import { sql } from 'kysely'
import type { Instant } from '../../../core/dates.ts'
import { account } from '../../../platform/account.ts'
import { rowsOf } from '../../../platform/db/bulk.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { hasMoved, type Moved } from '../changes-store.ts'

export interface ContractPageFilter {
  /** Null: of all. */
  organizationId: number | null
  customerId?: number | undefined
  /** Without punctuation. */
  taxId?: string | undefined
  /** Those alone that one of their clients sent. */
  theirs: boolean
  moved: Moved | undefined
  order: 'id' | 'code' | 'number' | 'made' | 'changed'
  descending: boolean
}

const changedAt = sql`(select max(h.at) from history h where h.account_id = c.account_id and h.noun = 'contract' and h.subject_id = c.id)`

const orders = {
  id: sql`null`,
  code: sql`(select min(e.external) from external_id e
    where e.account_id = c.account_id and e.noun = 'contract' and e.system = 'omie' and e.id = c.id)`,
  // As it is shown.
  number: sql`coalesce(c.number, c.code)`,
  made: sql`c.created_at`,
  changed: changedAt,
} as const

export async function pageOfContracts(
  tx: Reader,
  { organizationId, customerId, taxId, theirs, moved, order, descending }: ContractPageFilter,
  { offset, size }: { offset: number; size: number },
): Promise<{ ids: number[]; all: number }> {
  const way = descending ? sql`desc nulls last` : sql`asc nulls last`
  const { rows } = await sql<{ id: number | null; all: number }>`
    with own as (
      select c.id, ${orders[order]} as place from contract c
      where c.account_id = ${account} and c.archived_at is null and c.kind = 'sale'
        ${organizationId === null ? sql`` : sql`and c.organization_id = ${organizationId}`}
        ${customerId === undefined ? sql`` : sql`and c.customer_id = ${customerId}`}
        ${taxId === undefined ? sql`` : sql`and c.customer_id in (select p.id from customer p where p.account_id = ${account} and p.tax_id = ${taxId})`}
        ${theirs ? sql`and exists (select from dialect_field k where k.account_id = c.account_id and k.dialect = 'omie' and k.noun = 'contract' and k.subject_id = c.id)` : sql``}
        ${moved === undefined ? sql`` : sql`and ${hasMoved(moved, sql`c.created_at`, [{ noun: 'contract', id: sql`c.id` }])}`}
    ), page as (
      select id, row_number() over (order by place ${way}, id ${descending ? sql`desc` : sql`asc`}) as n from own
    )
    select p.id, (select count(*) from own)::integer as "all"
    from (values (1)) as one left join (select id, n from page where n > ${offset} and n <= ${offset + size}) p on true order by p.n`.execute(
    tx,
  )
  return { ids: rows.flatMap(row => row.id ?? []), all: rows[0]?.all ?? 0 }
}

export interface Written {
  createdAt: Instant
  createdBy: string
  changedAt: Instant
  changedBy: string
}

/** By the contract's own entries in the history: the first one, and the last. */
export async function writtenOf(tx: Reader, ids: readonly number[]): Promise<Map<number, Written>> {
  if (ids.length === 0) return new Map()
  const own = sql`h.account_id = ${account} and h.noun = 'contract' and h.subject_id = r.id`
  const { rows } = await sql<Written & { id: number }>`
    select r.id, f.at as "createdAt", f.actor as "createdBy", l.at as "changedAt", l.actor as "changedBy"
    from ${rowsOf(
      { id: 'bigint' },
      ids.map(id => ({ id })),
    )} as r
    cross join lateral (select h.at, h.actor from history h where ${own} order by h.id limit 1) f
    cross join lateral (select h.at, h.actor from history h where ${own} order by h.id desc limit 1) l`.execute(tx)
  return new Map(rows.map(({ id, ...written }) => [id, written]))
}
