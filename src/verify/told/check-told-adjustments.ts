import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { payloadOf } from './told.ts'

export type ToldAdjustmentCode = 'adjustment_not_as_told'

/**
 * What a person added to an invoice, or took from it, is what the history tells of it: so much, for that reason, by that person; each
 * as many times as it was told, and no other. Of an invoice whose entries were erased (LGPD) nothing is told any more.
 */
export async function checkToldAdjustments(tx: Reader, invoices: Ids): Promise<Found<ToldAdjustmentCode>[]> {
  const { rows } = await sql<Found<ToldAdjustmentCode>>`
    with entry as materialized (
      -- Whoever adjusts raises the version; most invoices are still in their first one.
      select i.id as invoice_id, h.actor as made_by, p.after is null as is_erased, p.after ->> 'reason' as reason,
             (p.after ->> 'grossCents')::bigint - (p.before ->> 'grossCents')::bigint as gross,
             (p.after ->> 'discountCents')::bigint - (p.before ->> 'discountCents')::bigint as discount
      from (select id from invoice where account_id = ${account} and ${isAmong('id', invoices)} and version > 1 offset 0) i
      cross join lateral (
        select id, actor from history
        where account_id = ${account} and noun = 'invoice' and subject_id = i.id and action = 'adjust' offset 0
      ) h
      left join lateral ${payloadOf('h.id')} p on true
    ), told as (
      select *, row_number() over (partition by invoice_id, kind, amount_cents, reason, made_by) as n
      from (
        select invoice_id, reason, made_by, case when gross > 0 then 'surcharge' else 'discount' end as kind,
               case when gross > 0 then gross else discount end as amount_cents
        from entry where not is_erased
      ) e
    ), stored as (
      select id, invoice_id, kind, amount_cents, reason, made_by,
             row_number() over (partition by invoice_id, kind, amount_cents, reason, made_by order by id) as n
      from invoice_adjustment where account_id = ${account} and ${isAmong('invoice_id', invoices)}
    )
    select 'adjustment_not_as_told' as code, 'invoice' as noun, f.invoice_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('isStored', f.is_stored, 'kind', f.kind, 'amountCents', f.amount_cents, 'adjustment', f.id) as details
    from (
      select coalesce(s.invoice_id, t.invoice_id) as invoice_id, s.id is not null as is_stored, s.id,
             coalesce(s.kind, t.kind) as kind, coalesce(s.amount_cents, t.amount_cents) as amount_cents
      from stored s
      full join told t using (invoice_id, kind, amount_cents, reason, made_by, n)
      where s.id is null or t.invoice_id is null
    ) f
    where f.invoice_id not in (select invoice_id from entry where is_erased)
    order by f.invoice_id, f.id`.execute(tx)
  return rows
}
