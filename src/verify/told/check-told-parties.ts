import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { differences, payloadOf } from './told.ts'

export type ToldPartyCode = 'customer_not_as_told' | 'credit_not_as_told' | 'receivable_not_as_told'

/** Who pays is who the history says, and what was granted to them is there. Of somebody who was erased (LGPD) nothing is told any more, but that the name is gone. */
export async function checkToldCustomers(tx: Reader, customers: Ids): Promise<Found<ToldPartyCode>[]> {
  const { rows } = await sql<Found<ToldPartyCode>>`
    with last as (
      -- A grant tells of the credit alone.
      select subject_id as id, max(id) as entry from history
      where account_id = ${account} and noun = 'customer' and ${isAmong('subject_id', customers)} and action <> 'grant_credit'
      group by subject_id
    ), told as (
      select c.id, h.action,
             jsonb_build_object(
               'kind', c.kind, 'name', c.name, 'tradeName', c.trade_name, 'taxId', c.tax_id, 'municipalRegistration', c.municipal_registration,
               'billingEmails', c.billing_emails, 'version', c.version) as stored,
             case when h.action is null then '{}'
                  when h.action = 'erase' then jsonb_build_object('name', 'Dados apagados (LGPD)', 'version', h.subject_version)
                  else p.after end as told
      from customer c
      left join last l on l.id = c.id
      left join lateral (
        select action, subject_version from history where account_id = ${account} and id = l.entry offset 0
      ) h on true
      left join lateral ${payloadOf('l.entry')} p on true
      where c.account_id = ${account} and ${isAmong('c.id', customers)}
    )
    select 'customer_not_as_told' as code, 'customer' as noun, t.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('differs', ${differences('t.told', 't.stored')}) as details
    from told t
    where case when t.action = 'erase' then not t.stored @> t.told
               else t.told is not null and (not t.told @> t.stored or t.told -> 'billingEmails' is distinct from t.stored -> 'billingEmails') end
    union all
    select 'credit_not_as_told', 'customer', h.subject_id, null, null, p.after || jsonb_build_object('entry', p.after -> 'creditEntryId', 'isStored', false)
    from (
      select id, subject_id from history
      where account_id = ${account} and noun = 'customer' and ${isAmong('subject_id', customers)} and action = 'grant_credit' offset 0
    ) h
    cross join lateral ${payloadOf('h.id')} p
    where p.after ? 'creditEntryId' and not exists (
      select from customer_credit_entry e
      where e.account_id = ${account} and e.id = (p.after ->> 'creditEntryId')::bigint and e.customer_id = h.subject_id)
    order by 1, 3`.execute(tx)
  return rows
}

/**
 * Every entry of a customer's credit is a grant that the history tells of, or what its receipt moved. The receipts are held against
 * the history by themselves.
 */
export async function checkToldCredits(tx: Reader, customers: Ids): Promise<Found<ToldPartyCode>[]> {
  const { rows } = await sql<Found<ToldPartyCode>>`
    with entry as materialized (
      select * from customer_credit_entry where account_id = ${account} and ${isAmong('customer_id', customers)}
    ), granted as materialized (
      select h.subject_id as customer_id, (p.after ->> 'creditEntryId')::bigint as entry, p.after
      from (select distinct customer_id from entry where cause = 'granted') c
      cross join lateral (
        select id, subject_id from history
        where account_id = ${account} and noun = 'customer' and subject_id = c.customer_id and action = 'grant_credit' offset 0
      ) h
      cross join lateral ${payloadOf('h.id')} p
    ), explained as (
      -- Asked as "in", each list is read once and hashed, however few rows the planner expects of it.
      select id, customer_id, organization_id, amount_cents, cause, receipt_id,
             id in (select entry from granted where entry is not null) as is_named,
             (id, customer_id, organization_id, amount_cents) in (
               select entry, customer_id, (after -> 'organizationId')::bigint, (after -> 'amountCents')::bigint
               from granted where entry is not null) as is_granted
      from entry
      union all
      select null, customer_id, null, null, 'erased', null, null, null from granted where after is null
    ), counted as (
      select *, count(*) filter (where cause = 'erased') over of_customer as erased,
             count(*) filter (where cause = 'granted' and not is_named) over of_customer as unnamed
      from explained window of_customer as (partition by customer_id)
    )
    select 'credit_not_as_told' as code, 'customer' as noun, e.customer_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('entry', e.id, 'organization', e.organization_id, 'cause', e.cause, 'amountCents', e.amount_cents) as details
    from counted e
    left join lateral (
      select kind, receivable_id, amount_cents, surplus_cents, undone_at from receipt
      where account_id = ${account} and id = e.receipt_id offset 0
    ) p on e.cause <> 'granted'
    left join lateral (
      select customer_id, organization_id from receivable where account_id = ${account} and id = p.receivable_id offset 0
    ) r on true
    where e.cause <> 'erased' and not coalesce(case
      -- Erased with its customer: there were as many grants, at least, as there are entries that nothing else tells of.
      when e.cause = 'granted' then e.receipt_id is null and case when e.is_named then e.is_granted else e.erased >= e.unnamed end
      else (r.customer_id, r.organization_id) = (e.customer_id, e.organization_id) and case e.cause
        when 'overpayment' then p.kind = 'payment' and e.amount_cents = p.surplus_cents
        when 'overpayment_undone' then p.kind = 'payment' and e.amount_cents = -p.surplus_cents and p.undone_at is not null
        when 'spent' then p.kind = 'credit' and e.amount_cents = -p.amount_cents
        when 'given_back' then p.kind = 'credit' and e.amount_cents = p.amount_cents and p.undone_at is not null end
      end, false)
    order by 3, e.id`.execute(tx)
  return rows
}

/** What is of no invoice (from another system, of a schedule, of a renegotiation) is told by itself, as a whole. */
export async function checkToldReceivables(tx: Reader, receivables: Ids): Promise<Found<ToldPartyCode>[]> {
  const { rows } = await sql<Found<ToldPartyCode>>`
    with told as (
      -- Older entries know of no renegotiation.
      select r.id, ${unrenegotiated} || p.after as told, jsonb_build_object(
        'organizationId', r.organization_id, 'customerId', r.customer_id, 'contractId', r.contract_id, 'installment', r.installment,
        'installments', r.installments, 'dueOn', r.due_on, 'amountCents', r.amount_cents, 'receivedCents', r.received_cents,
        'abatedCents', r.abated_cents, 'receivedOn', r.received_on, 'state', r.state,
        'renegotiationId', r.renegotiation_id, 'renegotiatedBy', r.renegotiated_by, 'settledOn', r.settled_on, 'version', r.version) as stored
      from (
        select * from receivable where account_id = ${account} and ${isAmong('id', receivables)} and invoice_id is null offset 0
      ) r
      left join lateral (
        select id from history where account_id = ${account} and noun = 'receivable' and subject_id = r.id order by id desc limit 1
      ) h on true
      left join lateral ${payloadOf('h.id')} p on true
    )
    select 'receivable_not_as_told' as code, 'receivable' as noun, t.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('differs', ${differences('t.told', 't.stored')}) as details
    from told t where t.told is not null and not t.told @> t.stored
    order by 3`.execute(tx)
  return rows
}

const unrenegotiated = sql`'{"renegotiationId": null, "renegotiatedBy": null, "settledOn": null}'::jsonb`
