import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { listIn, payloadOf } from './told.ts'

export type ToldReceiptCode = 'receipt_not_as_told'

/**
 * Every receipt was told, as it stands, by an entry of its receivable or of that one's invoice; whatever such an entry of a receivable
 * named is there. What a run spends of a customer's credit is named by the entry of its emission,
 * and is of that day.
 */
export async function checkToldReceipts(tx: Reader, receivables: Ids): Promise<Found<ToldReceiptCode>[]> {
  const { rows } = await sql<Found<ToldReceiptCode>>`
    with receipt_here as materialized (
      select p.*, r.invoice_id from receipt p
      left join lateral (select invoice_id from receivable where account_id = ${account} and id = p.receivable_id offset 0) r on true
      where p.account_id = ${account} and ${isAmong('p.receivable_id', receivables)}
    ), entry as materialized (
      select h.noun, h.subject_id, p.after from history h cross join lateral ${payloadOf('h.id')} p
      where h.account_id = ${account} and h.noun = 'receivable' and ${isAmong('h.subject_id', receivables)}
      union all
      select h.noun, h.subject_id, p.after
      from (select distinct invoice_id from receipt_here where invoice_id is not null) i
      cross join lateral (
        select id, noun, subject_id from history where account_id = ${account} and noun = 'invoice' and subject_id = i.invoice_id offset 0
      ) h
      cross join lateral ${payloadOf('h.id')} p
    ), named as materialized (
      select distinct o.* from entry e cross join lateral jsonb_to_recordset(${listIn('e.after', 'receipts')}) as o
        (id bigint, "receivableId" bigint, kind text, "amountCents" bigint, "surplusCents" bigint, "receivedOn" date, method text, "financialAccountId" bigint, note text)
    ), undone as materialized (
      select o::bigint as id from entry e cross join lateral jsonb_array_elements_text(${listIn('e.after', 'undoneReceiptIds')}) o
    ), run_emission as (
      select c."receivableId" as receivable_id, c."amountCents" as amount_cents, (e.after ->> 'issueOn')::date as issue_on
      from entry e cross join lateral jsonb_to_recordset(${listIn('e.after', 'credits')}) as c ("receivableId" bigint, "amountCents" bigint)
      where e.noun = 'invoice' and e.after ? 'runId'
    )
    select 'receipt_not_as_told' as code, 'receipt' as noun, coalesce(p.id, n.id) as id, null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('receivable', coalesce(p.receivable_id, n."receivableId"), 'storedCents', p.amount_cents + p.surplus_cents,
             'toldCents', n."amountCents" + n."surplusCents", 'isUndone', p.undone_at is not null, 'isToldUndone', p.id in (select id from undone)) as details
    from receipt_here p
    full join named n on n.id = p.id
    where case
      when p.id is null then ${isAmong('n.receivableId', receivables)}
      when (p.undone_at is not null) <> (p.id in (select id from undone)) then true
      when n.id is not null then (p.receivable_id, p.kind, p.amount_cents, p.surplus_cents, p.received_on, p.method, p.financial_account_id, p.note)
        is distinct from (n."receivableId", n.kind, n."amountCents", n."surplusCents", n."receivedOn", n.method, n."financialAccountId", n.note)
      else p.kind <> 'credit' or p.surplus_cents > 0
        or (p.receivable_id, p.amount_cents, p.received_on) not in (select receivable_id, amount_cents, issue_on from run_emission) end
    order by 3`.execute(tx)
  return rows
}
