import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import type { Reader } from '../platform/db/db.ts'
import type { Found } from './findings.ts'
import { type Ids, isAmong } from './ids.ts'

export type LinkCode = 'invoice_missing' | 'invoice_of_another_rule' | 'invoice_released' | 'billed_twice' | 'number_repeated' | 'number_out_of_range'

/** A billed period and its invoice name each other; an invoice of a rule without a period billed something twice; a number is one invoice's. */
export async function checkLinks(tx: Reader, invoices: Ids): Promise<Found<LinkCode>[]> {
  const { rows } = await sql<Found<LinkCode>>`
    select case when i.id is null then 'invoice_missing' when i.released_at is not null then 'invoice_released' else 'invoice_of_another_rule' end as code,
           'invoice_rule' as noun, c.rule_id as id, c.starts_on as "startsOn", c.ends_on as "endsOn",
           jsonb_build_object('invoice', c.invoice_id, 'invoiceRule', i.rule_id, 'invoiceContract', i.contract_id, 'disposition', c.disposition) as details
    from coverage c
    left join lateral (select * from invoice where account_id = ${account} and id = c.invoice_id offset 0) i on true
    left join lateral (select * from invoice_rule where account_id = ${account} and id = c.rule_id offset 0) r on true
    where c.account_id = ${account} and ${isAmong('c.invoice_id', invoices)}
      and (i.id is null or i.released_at is not null or c.disposition <> 'billed'
        or (i.rule_id, i.contract_id, i.organization_id, i.customer_id) is distinct from (c.rule_id, r.contract_id, r.organization_id, r.customer_id))
    union all
    select 'billed_twice', 'invoice', i.id, i.period_start, i.period_end, jsonb_build_object('rule', i.rule_id, 'state', i.state, 'netCents', i.net_cents,
           'periodInvoice', (select c.invoice_id from coverage c where c.account_id = ${account} and c.rule_id = i.rule_id and c.starts_on = i.period_start limit 1))
    from invoice i
    where i.account_id = ${account} and ${isAmong('i.id', invoices)} and i.rule_id is not null and i.released_at is null
      and not exists (select from coverage c where c.account_id = ${account} and c.invoice_id = i.id offset 0)
    union all
    select case when other.id is null then 'number_out_of_range' else 'number_repeated' end, 'invoice', i.id, null, null,
           jsonb_build_object('number', i.number, 'organization', i.organization_id, 'otherInvoice', other.id, 'nextNumber', next.number)
    from invoice i
    left join lateral (
      select o.id from invoice o
      where o.account_id = ${account} and o.organization_id = i.organization_id and o.number = i.number and o.id <> i.id limit 1
    ) other on true
    left join lateral (
      select next_id as number from id_range
      where account_id = ${account} and noun = 'invoice_number' and scope = i.organization_id offset 0
    ) next on true
    where i.account_id = ${account} and ${isAmong('i.id', invoices)} and i.number is not null
      and (other.id is not null or i.number < 1 or i.number >= coalesce(next.number, 1))
    order by 1, 3`.execute(tx)
  return rows
}
