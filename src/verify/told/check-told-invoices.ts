import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { differences, listIn, payloadOf } from './told.ts'

export type ToldInvoiceCode = 'invoice_not_as_told' | 'receivable_not_as_told'

/**
 * Every invoice, and what is asked for it, stands as the history told last. A verb tells the whole of both. A run tells amounts, number
 * and day of what it makes, and whether it is held back: state and receivables follow from them, and no due date is fixed by a person
 * yet.
 */
export async function checkToldInvoices(tx: Reader, invoices: Ids): Promise<Found<ToldInvoiceCode>[]> {
  const { rows } = await sql<Found<ToldInvoiceCode>>`
    with entry as (
      -- A comment tells nothing of the invoice, and raises no version.
      select subject_id as id, min(id) as first_id, max(id) as last_id
      from history where account_id = ${account} and noun = 'invoice' and ${isAmong('subject_id', invoices)} and action <> 'comment'
      group by subject_id
    ), told as materialized (
      -- Where nothing remained to be received a run's second entry tells this alone, and its first one the rest.
      select e.id, l.after ? 'receivables' as is_whole, not l.after ? 'netCents' as is_received, case
          when l.after ? 'netCents' then l.after
          when l.after is not null then (select after from ${payloadOf('e.first_id')} f) end as after
      from entry e cross join lateral ${payloadOf('e.last_id')} l
    ), inv as materialized (
      select i.id, i.organization_id, i.customer_id, i.contract_id, i.issue_on, i.state, i.due_by_rule, t.is_whole, t.after as told,
             -- Older entries do not tell how the item ended.
             case when t.after ? 'outcome' then t.after ->> 'outcome' is not distinct from 'customer_overdue' else i.held_by is not null end as is_run_held,
             i.held_by,
             case when t.is_received then 'received' when t.after ->> 'issueOn' is null then 'to_emit' else 'to_receive' end as run_state,
             case when t.is_whole then jsonb_build_object(
               'organizationId', i.organization_id, 'customerId', i.customer_id, 'contractId', i.contract_id, 'ruleId', i.rule_id,
               'termsVersion', i.terms_version, 'state', i.state, 'approval', i.approval, 'management', i.management,
               'emitWanted', i.emit_wanted, 'heldBy', i.held_by, 'number', i.number, 'scheduledOn', i.scheduled_on,
               'competence', to_char(i.competence, 'YYYY-MM'), 'estimatedIssueOn', i.estimated_issue_on, 'issueOn', i.issue_on,
               'grossCents', i.gross_cents, 'discountCents', i.discount_cents, 'withheldCents', i.withheld_cents, 'netCents', i.net_cents,
               'paymentMethod', i.payment_method, 'description', i.description, 'dueByRule', i.due_by_rule,
               'cancelReason', i.cancel_reason, 'cancelledFrom', i.cancelled_from)
             else jsonb_build_object(
               'number', i.number, 'issueOn', i.issue_on, 'grossCents', i.gross_cents, 'discountCents', i.discount_cents,
               'withheldCents', i.withheld_cents, 'netCents', i.net_cents) end as stored
      from told t
      cross join lateral (select * from invoice where account_id = ${account} and id = t.id offset 0) i
      where t.after is not null
    ), odd as (
      select r.id, r.invoice_id, jsonb_build_object('state', r.state, 'version', r.version, 'receivedOn', r.received_on,
               'abatedCents', r.abated_cents, 'customer', r.customer_id, 'organization', r.organization_id) as details
      from inv i
      cross join lateral (select * from receivable where account_id = ${account} and invoice_id = i.id offset 0) r
      where (r.customer_id, r.organization_id, r.contract_id) is distinct from (i.customer_id, i.organization_id, i.contract_id)
        or (not i.is_whole and (r.version <> 1 or r.abated_cents <> 0 or (r.state, r.received_on) is distinct from (
          case when i.issue_on is null then 'to_emit' when r.received_cents = r.amount_cents then 'received' else 'to_receive' end,
          case when r.received_cents = r.amount_cents then i.issue_on end)))
      union all
      select coalesce(r.id, t.id), coalesce(r.invoice_id, t.invoice_id), jsonb_build_object(
               'told', case when t.id is not null then to_jsonb(t) - 'invoice_id' end,
               'stored', case when r.id is not null then jsonb_build_object(
                 'id', r.id, 'installment', r.installment, 'dueOn', r.due_on, 'amountCents', r.amount_cents, 'receivedCents', r.received_cents,
                 'abatedCents', r.abated_cents, 'receivedOn', r.received_on, 'state', r.state, 'renegotiatedBy', r.renegotiated_by, 'settledOn', r.settled_on) end)
      from (
        select i.id as invoice_id, o.* from inv i
        cross join lateral jsonb_to_recordset(${listIn('i.told', 'receivables')}) as o
          (id bigint, installment integer, "dueOn" date, "amountCents" bigint, "receivedCents" bigint, "abatedCents" bigint,
           "receivedOn" date, state text, "renegotiatedBy" bigint, "settledOn" date)
        where i.is_whole
      ) t
      full join (
        select a.* from inv i
        cross join lateral (select * from receivable where account_id = ${account} and invoice_id = i.id offset 0) a
        where i.is_whole
      ) r on r.id = t.id and r.invoice_id = t.invoice_id
      where (r.installment, r.due_on, r.amount_cents, r.received_cents, r.abated_cents, r.received_on, r.state, r.renegotiated_by, r.settled_on)
        is distinct from (t.installment, t."dueOn", t."amountCents", t."receivedCents", t."abatedCents", t."receivedOn", t.state,
          t."renegotiatedBy", t."settledOn")
    )
    select 'invoice_not_as_told' as code, 'invoice' as noun, i.id, null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('differs', ${differences('t.told', 't.stored')}) as details
    from (
      select * from inv where not told @> stored
        or (not is_whole and (state <> run_state or not due_by_rule or (held_by is not null) <> is_run_held))
      offset 0
    ) i
    cross join lateral (
      select i.told || case when i.is_whole then '{}' else jsonb_build_object(
               'state', i.run_state, 'dueByRule', true, 'heldBy', case when i.is_run_held then 'customer_overdue' end) end as told,
             i.stored || jsonb_build_object('state', i.state, 'dueByRule', i.due_by_rule, 'heldBy', i.held_by) as stored
    ) t
    union all
    select 'receivable_not_as_told', 'receivable', id, null, null, jsonb_build_object('invoice', invoice_id) || details from odd
    order by 1, 3`.execute(tx)
  return rows
}
