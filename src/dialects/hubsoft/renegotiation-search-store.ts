// All SQL of their searches for renegotiations: in pages that are counted, the newest first.

import { type RawBuilder, sql } from 'kysely'
import type { CivilDate } from '../../core/dates.ts'
import type { LateUntil } from '../../organizations/calendar.ts'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import { isLateBy } from '../../receivables/late-store.ts'
import type { Page } from './paging.ts'

export const renegotiationStatuses = ['aguardando', 'vencido', 'pago', 'cancelado'] as const
export type RenegotiationStatus = (typeof renegotiationStatuses)[number]

export interface RenegotiationSearch {
  from: CivilDate
  to: CivilDate
  /** Whom the key speaks for; none: all. */
  organizationId?: number | null
  /** Any of them; empty: all. */
  companies: readonly string[]
  clients: readonly string[]
  statuses: readonly RenegotiationStatus[]
  /** For what is past due: as everywhere, not before the next business day. */
  lateUntil: LateUntil
}

/** `total` is how many there are in all. */
export async function findRenegotiations(
  tx: Reader,
  search: RenegotiationSearch,
  { page, perPage }: Page,
): Promise<{ ids: number[]; total: number }> {
  const where = conditionsOf(search)
  const { rows } = await sql<{ id: number | null; total: number }>`
    select found.id, counted.total from (select count(*)::bigint as total from renegotiation n where ${where}) as counted
    left join (
      select n.id from renegotiation n where ${where} order by n.id desc limit ${perPage} offset ${page * perPage}
    ) as found on true
    order by found.id desc`.execute(tx)
  return { ids: rows.flatMap(({ id }) => id ?? []), total: rows[0]?.total ?? 0 }
}

function conditionsOf({
  organizationId,
  from,
  to,
  companies,
  clients,
  statuses,
  lateUntil,
}: RenegotiationSearch): RawBuilder<unknown> {
  const all = [sql`n.account_id = ${account}`, sql`n.agreed_on between ${from} and ${to}`]
  if (organizationId != null) all.push(sql`n.organization_id = ${organizationId}`)
  if (companies.length > 0) {
    all.push(sql`n.organization_id in (
      select o.id from organization o where o.account_id = ${account} and o.cnpj in (${listed(companies)}))`)
  }
  if (clients.length > 0) {
    all.push(sql`n.customer_id in (
      select c.id from customer c where c.account_id = ${account} and c.tax_id in (${listed(clients)}))`)
  }
  if (statuses.length > 0) {
    const either = statuses.map(status => statusIs(status, lateUntil))
    all.push(sql`(${sql.join(either, sql` or `)})`)
  }
  return sql.join(all, sql` and `)
}

function listed(texts: readonly string[]): RawBuilder<unknown> {
  return sql.join(texts.map(text => sql`${text}`))
}

function statusIs(status: RenegotiationStatus, lateUntil: LateUntil): RawBuilder<unknown> {
  const made = sql`select from receivable r where r.account_id = n.account_id and r.renegotiation_id = n.id`
  const isOpen = sql`exists (${made} and r.state <> 'received' and r.settled_on is null)`
  const isLate = sql`exists (${made} and ${isLateBy(lateUntil)})`
  switch (status) {
    case 'cancelado':
      return sql`n.undone_at is not null`
    case 'pago':
      return sql`(n.undone_at is null and not ${isOpen})`
    case 'vencido':
      return sql`(n.undone_at is null and ${isLate})`
    case 'aguardando':
      return sql`(n.undone_at is null and ${isOpen} and not ${isLate})`
  }
}
