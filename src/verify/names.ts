import { sql } from 'kysely'
import { type Noun, readId, showId } from '../core/ids.ts'
import { account } from '../platform/account.ts'
import { eachOf } from '../platform/db/bulk.ts'
import type { Reader } from '../platform/db/db.ts'

/** What people know a finding's subject by. */
export interface Names {
  contract: { id: string; code: string | null; number: string | null; name: string } | null
  customer: { id: string; name: string } | null
  /** What an event says on an invoice; null of all others. */
  event: string | null
}

interface NameRow {
  noun: Noun
  id: number
  contractId: number | null
  contractCode: string | null
  contractNumber: string | null
  contractName: string | null
  customerId: number | null
  customerName: string | null
  event: string | null
}

/**
 * By subject as it is shown ('inv_12'); one whose row is gone, or that belongs to no customer, has no entry. Names are looked up as a
 * verification is shown and never kept with it: one that was erased (LGPD) since then must not come back from there.
 */
export async function namesOf(tx: Reader, subjects: readonly string[]): Promise<ReadonlyMap<string, Names>> {
  if (subjects.length === 0) return new Map()
  const among = (noun: Noun) => eachOf([...new Set(subjects.flatMap(subject => readId(noun, subject) ?? []))])
  const { rows } = await sql<NameRow>`
    with subject as (
      select 'contract' as noun, k.id, t.id as contract_id, t.customer_id, null as event from ${among('contract')}
      cross join lateral (select id, customer_id from contract where account_id = ${account} and id = k.id offset 0) t
      union all
      select 'invoice_rule', k.id, t.contract_id, t.customer_id, null from ${among('invoice_rule')}
      cross join lateral (select contract_id, customer_id from invoice_rule where account_id = ${account} and id = k.id offset 0) t
      union all
      select 'invoice', k.id, t.contract_id, t.customer_id, null from ${among('invoice')}
      cross join lateral (select contract_id, customer_id from invoice where account_id = ${account} and id = k.id offset 0) t
      union all
      select 'receivable', k.id, t.contract_id, t.customer_id, null from ${among('receivable')}
      cross join lateral (select contract_id, customer_id from receivable where account_id = ${account} and id = k.id offset 0) t
      union all
      select 'receipt', k.id, t.contract_id, t.customer_id, null from ${among('receipt')}
      cross join lateral (select receivable_id from receipt where account_id = ${account} and id = k.id offset 0) p
      cross join lateral (
        select contract_id, customer_id from receivable where account_id = ${account} and id = p.receivable_id offset 0
      ) t
      union all
      select 'billing_event', k.id, t.contract_id, t.customer_id, e.description from ${among('billing_event')}
      cross join lateral (select rule_id, description from billing_event where account_id = ${account} and id = k.id offset 0) e
      cross join lateral (select contract_id, customer_id from invoice_rule where account_id = ${account} and id = e.rule_id offset 0) t
      union all
      select 'renegotiation', k.id, null, t.customer_id, null from ${among('renegotiation')}
      cross join lateral (select customer_id from renegotiation where account_id = ${account} and id = k.id offset 0) t
      union all
      select 'schedule', k.id, null, t.customer_id, null from ${among('schedule')}
      cross join lateral (select customer_id from schedule where account_id = ${account} and id = k.id offset 0) t
      union all
      select 'customer', k.id, null, k.id, null from ${among('customer')}
    )
    select s.noun, s.id, s.event, c.id as "contractId", c.code as "contractCode", c.number as "contractNumber", c.name as "contractName", p.id as "customerId", p.name as "customerName"
    from subject s
    left join lateral (select id, code, number, name from contract where account_id = ${account} and id = s.contract_id offset 0) c on true
    left join lateral (select id, name from customer where account_id = ${account} and id = s.customer_id offset 0) p on true`.execute(
    tx,
  )
  return new Map(rows.map(row => [showId(row.noun, row.id), toNames(row)]))
}

function toNames(row: NameRow): Names {
  const { contractId, contractCode, contractNumber, contractName, customerId, customerName, event } = row
  return {
    contract:
      contractId === null || contractName === null
        ? null
        : { id: showId('contract', contractId), code: contractCode, number: contractNumber, name: contractName },
    customer: customerId === null || customerName === null ? null : { id: showId('customer', customerId), name: customerName },
    event,
  }
}
