// All SQL of their searches for *faturas*, each of which is one receivable of ours: in pages that are counted, in a total order.

import { type RawBuilder, sql } from 'kysely'
import type { CivilDate } from '../../core/dates.ts'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import { type ClientSearch, conditionOf } from './client-store.ts'
import type { Page } from './paging.ts'

export const dateKinds = ['data_vencimento', 'data_pagamento', 'data_cadastro'] as const
export type DateKind = (typeof dateKinds)[number]

export interface ReceivableSearch {
  /** Whom the key speaks for; none: all. */
  organizationId?: number | null
  /** CNPJ of who bills. */
  document?: string | null
  client?: ClientSearch | undefined
  id?: number | undefined
  ruleId?: number | undefined
  dates: { kind: DateKind; from: CivilDate | null; to: CivilDate | null }
  timeZone: string
  paidOnly: boolean
  openOnly: boolean
  /** What asks for nothing. */
  zeroToo: boolean
  /** What is asked for no more: cancelled, or replaced by a renegotiation. */
  inactiveToo: boolean
  /** What a renegotiation made. */
  renegotiatedToo: boolean
  clientState?: 'ativo' | 'inativo' | null
  order: { by: DateKind | 'valor'; direction: 'asc' | 'desc' }
}

/** `total` is how many there are in all. */
export async function findReceivables(
  tx: Reader,
  search: ReceivableSearch,
  { page, perPage }: Page,
): Promise<{ ids: number[]; total: number }> {
  const where = conditionsOf(search)
  const by = search.order.by === 'valor' ? sql`r.amount_cents` : dayOf(search.order.by, search.timeZone)
  const direction = search.order.direction === 'asc' ? sql`asc` : sql`desc`
  const from = sql`receivable r join customer c on c.account_id = r.account_id and c.id = r.customer_id`
  const { rows } = await sql<{ id: number | null; total: number }>`
    select found.id, counted.total from (select count(*)::bigint as total from ${from} where ${where}) as counted
    left join (
      select r.id, row_number() over (order by ${by} ${direction} nulls last, r.id ${direction}) as place from ${from} where ${where}
      order by place limit ${perPage} offset ${page * perPage}
    ) as found on true
    order by found.place`.execute(tx)
  return { ids: rows.flatMap(({ id }) => id ?? []), total: rows[0]?.total ?? 0 }
}

function dayOf(kind: DateKind, timeZone: string): RawBuilder<unknown> {
  switch (kind) {
    case 'data_vencimento':
      return sql`r.due_on`
    case 'data_pagamento':
      return sql`r.received_on`
    case 'data_cadastro':
      return sql`(r.created_at at time zone ${timeZone})::date`
  }
}

function conditionsOf(search: ReceivableSearch): RawBuilder<unknown> {
  const { document, client, id, ruleId, dates, clientState } = search
  const all = [sql`r.account_id = ${account}`, search.inactiveToo ? asked : current]
  if (search.organizationId != null) all.push(sql`r.organization_id = ${search.organizationId}`)
  if (document != null) {
    all.push(sql`r.organization_id in (select o.id from organization o where o.account_id = ${account} and o.cnpj = ${document})`)
  }
  if (client !== undefined) all.push(conditionOf(client))
  if (id !== undefined) all.push(sql`r.id = ${id}`)
  if (ruleId !== undefined) {
    all.push(sql`r.invoice_id in (select i.id from invoice i where i.account_id = ${account} and i.rule_id = ${ruleId})`)
  }
  const day = dayOf(dates.kind, search.timeZone)
  if (dates.from !== null) all.push(sql`${day} >= ${dates.from}`)
  if (dates.to !== null) all.push(sql`${day} <= ${dates.to}`)
  if (search.paidOnly) all.push(sql`r.state = 'received'`)
  if (search.openOnly) all.push(sql`r.state = 'to_receive'`)
  if (!search.zeroToo) all.push(sql`r.amount_cents > 0`)
  if (!search.renegotiatedToo) all.push(sql`r.renegotiation_id is null`)
  if (clientState != null) all.push(clientState === 'ativo' ? sql`c.archived_at is null` : sql`c.archived_at is not null`)
  return sql.join(all, sql` and `)
}

/** What was not issued yet asks for nothing. */
const current = sql`r.state in ('to_receive', 'received')`

/** With what was asked for once. */
const asked = sql`(${current} or r.state = 'renegotiated' or (r.state = 'cancelled' and not exists (
  select from invoice i where i.account_id = r.account_id and i.id = r.invoice_id and i.cancelled_from = 'to_emit')))`
