import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'

export type LinkCode = 'invoice_missing' | 'invoice_of_another_rule' | 'invoice_released' | 'closed_otherwise' | 'billed_twice'

/** A billed period and its invoice name each other; an invoice of a rule without a period billed something twice, or undue. */
export async function checkLinks(tx: Reader, invoices: Ids): Promise<Found<LinkCode>[]> {
  const { rows } = await sql<Found<LinkCode>>`
    with link as (
      select c.rule_id, c.starts_on, c.ends_on, c.disposition, c.invoice_id,
             i.id, i.rule_id as invoice_rule_id, i.contract_id, i.organization_id, i.customer_id, i.period_start, i.period_end, i.state, i.net_cents, i.released_at
      from (select * from coverage where account_id = ${account} and ${isAmong('invoice_id', invoices)}) c
      full join (select * from invoice where account_id = ${account} and ${isAmong('id', invoices)}) i on i.id = c.invoice_id
    )
    select case when l.id is null then 'invoice_missing' when l.released_at is not null then 'invoice_released'
                when l.disposition <> 'billed' then 'closed_otherwise' else 'invoice_of_another_rule' end as code,
           'invoice_rule' as noun, l.rule_id as id, l.starts_on as "startsOn", l.ends_on as "endsOn",
           jsonb_build_object('invoice', l.invoice_id, 'invoiceRule', l.invoice_rule_id, 'invoiceContract', l.contract_id,
                              'disposition', l.disposition) as details
    from (select * from link where invoice_id is not null offset 0) l
    left join lateral (
      select contract_id, organization_id, customer_id from invoice_rule where account_id = ${account} and id = l.rule_id offset 0
    ) r on true
    where l.id is null or l.released_at is not null or l.disposition <> 'billed'
      or (l.invoice_rule_id, l.contract_id, l.organization_id, l.customer_id)
        is distinct from (l.rule_id, r.contract_id, r.organization_id, r.customer_id)
    union all
    select 'billed_twice', 'invoice', l.id, l.period_start, l.period_end, jsonb_build_object(
             'rule', l.invoice_rule_id, 'state', l.state, 'netCents', l.net_cents,
             'periodInvoice', (
               select c.invoice_id from coverage c
               where c.account_id = ${account} and c.rule_id = l.invoice_rule_id and c.starts_on = l.period_start limit 1))
    from link l where l.invoice_id is null and l.invoice_rule_id is not null and l.released_at is null
    order by 1, 3`.execute(tx)
  return rows
}
