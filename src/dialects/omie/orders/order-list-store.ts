// Pages of *ordens de serviço*, each of which is one invoice of ours; what the organization itself is asked for is none.

import { type RawBuilder, sql } from 'kysely'
import type { CivilDate } from '../../../core/dates.ts'
import { account } from '../../../platform/account.ts'
import { isAmong } from '../../../platform/db/bulk.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { hasMoved, isWithin, type Moved, type Within } from '../changes-store.ts'

export interface OrderListFilter {
  organizationId?: number | undefined
  ids?: readonly number[] | undefined
  number?: number | undefined
  customerId?: number | undefined
  moved?: Moved | undefined
  foreseenFrom?: CivilDate | undefined
  foreseenUntil?: CivilDate | undefined
  issuedFrom?: CivilDate | undefined
  issuedUntil?: CivilDate | undefined
  cancelled?: Within | undefined
  /** Whether it was issued, and stands or was cancelled since. */
  isIssued?: boolean | undefined
  isCancelled?: boolean | undefined
}

export async function pageOfOrders(
  tx: Reader,
  filter: OrderListFilter,
  descending: boolean,
  { offset, size }: { offset: number; size: number },
): Promise<{ ids: number[]; all: number }> {
  const direction = descending ? sql`desc` : sql`asc`
  const { rows } = await sql<{ id: number | null; all: number }>`
    with own as (
      select i.id from invoice i join contract k on k.account_id = i.account_id and k.id = i.contract_id
       where i.account_id = ${account} and k.kind = 'sale' and ${sql.join(conditionsOf(filter), sql` and `)}
    )
    select p.id, (select count(*) from own)::integer as "all"
    from (values (1)) as one left join (select id from own order by id ${direction} offset ${offset} limit ${size}) p on true
    order by p.id ${direction}`.execute(tx)
  return { ids: rows.flatMap(row => row.id ?? []), all: rows[0]?.all ?? 0 }
}

function conditionsOf(filter: OrderListFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [sql`true`]
  const where = <T>(value: T | undefined, condition: (value: T) => RawBuilder<unknown>) => {
    if (value !== undefined) conditions.push(condition(value))
  }
  where(filter.organizationId, id => sql`i.organization_id = ${id}`)
  where(filter.ids, ids => isAmong('i.id', ids))
  where(filter.number, number => sql`i.number = ${number}`)
  where(filter.customerId, id => sql`i.customer_id = ${id}`)
  where(filter.moved, moved => hasMoved(moved, sql`i.created_at`, [{ noun: 'invoice', id: sql`i.id` }]))
  where(filter.foreseenFrom, day => sql`i.estimated_issue_on >= ${day}`)
  where(filter.foreseenUntil, day => sql`i.estimated_issue_on <= ${day}`)
  where(filter.issuedFrom, day => sql`i.issue_on >= ${day}`)
  where(filter.issuedUntil, day => sql`i.issue_on <= ${day}`)
  where(filter.cancelled, days => sql`(i.state = 'cancelled' and ${isWithin(sql`i.cancelled_at`, days)})`)
  where(filter.isIssued, yes => (yes ? sql`i.issue_on is not null` : sql`i.issue_on is null`))
  where(filter.isCancelled, yes => (yes ? sql`i.state = 'cancelled'` : sql`i.state <> 'cancelled'`))
  return conditions
}
