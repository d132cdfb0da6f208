// All SQL of their searches for clients: in pages that are counted, in a total order.

import { type RawBuilder, sql } from 'kysely'
import type { CivilDate } from '../../core/dates.ts'
import { likePart } from '../../core/text.ts'
import { account } from '../../platform/account.ts'
import { eachOf } from '../../platform/db/bulk.ts'
import type { Reader } from '../../platform/db/db.ts'
import { holdsText } from '../../platform/db/plain-text.ts'
import type { Page } from './paging.ts'

/** By what a client is looked for; `none` finds nobody: we keep no such thing. */
export type ClientSearch =
  | { by: 'id'; id: number }
  | { by: 'name' | 'trade_name'; text: string }
  | { by: 'tax_id'; taxId: string }
  | { by: 'phone'; digits: string }
  | { by: 'kind'; kind: 'company' | 'person' }
  | { by: 'rule'; ruleId: number }
  | { by: 'none' }

export interface ClientFilter {
  search?: ClientSearch | undefined
  /** Days on which it was made, in the time zone. */
  from?: CivilDate | null
  to?: CivilDate | null
  timeZone: string
  order: 'asc' | 'desc'
}

/** `total` is how many there are in all. */
export async function findClients(tx: Reader, filter: ClientFilter, page: Page): Promise<{ ids: number[]; total: number }> {
  const where = conditionsOf(filter)
  const direction = filter.order === 'asc' ? sql`asc` : sql`desc`
  const { rows } = await sql<{ id: number | null; total: number }>`
    select found.id, counted.total from (select count(*)::bigint as total from customer c where ${where}) as counted
    left join (
      select c.id, c.created_at from customer c where ${where}
      order by c.created_at ${direction}, c.id ${direction} limit ${page.perPage} offset ${page.page * page.perPage}
    ) as found on true
    order by found.created_at ${direction}, found.id ${direction}`.execute(tx)
  return { ids: rows.flatMap(({ id }) => id ?? []), total: rows[0]?.total ?? 0 }
}

function conditionsOf({ search, from, to, timeZone }: ClientFilter): RawBuilder<unknown> {
  const madeOn = sql`(c.created_at at time zone ${timeZone})::date`
  const all = [sql`c.account_id = ${account}`, sql`c.archived_at is null`]
  if (search !== undefined) all.push(conditionOf(search))
  if (from != null) all.push(sql`${madeOn} >= ${from}`)
  if (to != null) all.push(sql`${madeOn} <= ${to}`)
  return sql.join(all, sql` and `)
}

/** Of a customer `c`; shared with whatever is looked for by its client. */
export function conditionOf(search: ClientSearch): RawBuilder<unknown> {
  switch (search.by) {
    case 'id':
      return sql`c.id = ${search.id}`
    case 'name':
      return holdsText('c.name', search.text)
    case 'trade_name':
      return holdsText('c.trade_name', search.text)
    case 'tax_id':
      return sql`c.tax_id = ${search.taxId}`
    case 'phone':
      return sql`exists (select from jsonb_array_elements(c.contacts) as e (contact)
        where regexp_replace(e.contact ->> 'phone', '\\D', '', 'g') like ${`%${likePart(search.digits)}%`})`
    case 'kind':
      return sql`c.kind = ${search.kind}`
    case 'rule':
      return sql`c.id in (select r.customer_id from invoice_rule r where r.account_id = ${account} and r.id = ${search.ruleId})`
    case 'none':
      return sql`false`
  }
}

/** The contracts by which clients are billed, each client's by id. */
export async function contractIdsOf(tx: Reader, customerIds: readonly number[]): Promise<number[]> {
  if (customerIds.length === 0) return []
  const { rows } = await sql<{ id: number }>`
    select c.id from ${eachOf(customerIds)} cross join lateral (
      select id from contract where account_id = ${account} and customer_id = k.id and kind = 'sale' offset 0
    ) as c order by c.id`.execute(tx)
  return rows.map(({ id }) => id)
}
