import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { halfEven } from './check-billed.ts'

export type CentsCode =
  | 'cents_lines'
  | 'cents_adjustments'
  | 'cents_withheld'
  | 'cents_receivables'
  | 'cents_installments'
  | 'cents_receipts'
  | 'cents_credit'
  | 'wrong_state'

/** Every invoice is the sum of its rows, and what is asked for it is its net, evenly where a rule splits it. */
export async function checkInvoiceCents(tx: Reader, invoices: Ids): Promise<Found<CentsCode>[]> {
  const { rows } = await sql<Found<CentsCode>>`
    with line as (
      select invoice_id as id, sum(gross_cents) as gross, sum(discount_cents) as discount, count(*) filter (where ${isOddLine}) as odd_lines
      from invoice_line where account_id = ${account} and ${isAmong('invoice_id', invoices)} group by invoice_id
    ), tax as (
      select invoice_id as id, sum(amount_cents) as withheld, count(*) filter (where amount_cents <> case when fixed_cents is not null then least(fixed_cents, base_cents) when base_cents >= least_base_cents then ${halfEven('base_cents * rate_micros * 0.000001')} else 0 end) as odd_taxes,
             min(base_cents) filter (where lines is null) as least_base, max(base_cents) filter (where lines is null) as most_base, max(base_cents) as highest_base
      from invoice_withholding where account_id = ${account} and ${isAmong('invoice_id', invoices)} group by invoice_id
    ), asked as (
      select invoice_id, sum(amount_cents) as amount, count(*) as parts, max(installment) as last,
             min(installments) as least_parts, max(installments) as most_parts,
             min(amount_cents) filter (where installment < installments) as least_but_last,
             max(amount_cents) filter (where installment < installments) as most_but_last,
             count(*) filter (where state = 'to_emit') as to_emit, count(*) filter (where state = 'to_receive') as to_receive,
             count(*) filter (where state = 'received') as received,
             count(*) filter (where state = 'renegotiated' and settled_on is null) as replaced_open,
             count(*) filter (where state = 'renegotiated' and settled_on is not null) as replaced_settled
      from receivable where account_id = ${account} and ${isAmong('invoice_id', invoices)} group by invoice_id
    ), adjustment as (
      select a.invoice_id as id, count(*) as odd
      from invoice_adjustment a
      left join invoice_line l on l.account_id = ${account} and l.invoice_id = a.invoice_id and l.position = a.line_position
      where a.account_id = ${account} and ${isAmong('a.invoice_id', invoices)}
        and (coalesce(l.source, '') <> 'adjustment' or l.service_item_id is not null
          or case a.kind when 'surcharge' then l.gross_cents else l.discount_cents end <> a.amount_cents)
      group by a.invoice_id
    ), whole as (
      select i.id, i.rule_id, i.state, i.due_by_rule, i.gross_cents, i.discount_cents, i.withheld_cents, i.net_cents, t.installments,
             l.gross, l.discount, coalesce(l.odd_lines, 0) as odd_lines, coalesce(x.withheld, 0) as withheld, coalesce(x.odd_taxes, 0) as odd_taxes, x.least_base, x.most_base, x.highest_base, a.*, j.odd,
             trunc(i.net_cents::numeric / greatest(a.parts, 1)) as even
      from invoice i
      left join line l on l.id = i.id
      left join tax x on x.id = i.id
      left join asked a on a.invoice_id = i.id
      left join adjustment j on j.id = i.id
      left join lateral (
        select installments from rule_terms where account_id = ${account} and rule_id = i.rule_id and version = i.terms_version offset 0
      ) t on true
      where i.account_id = ${account} and ${isAmong('i.id', invoices)}
    ), judged as (
      select *,
        gross_cents is distinct from coalesce(gross, 0) or discount_cents is distinct from coalesce(discount, 0) or odd_lines > 0 as wrong_lines,
        odd is not null as wrong_adjustments,
        withheld_cents <> withheld or coalesce(highest_base, 0) > gross_cents - discount_cents
          -- Of what a customer pays back nothing is withheld, so that the base is less by it.
          or ((coalesce(least_base, gross_cents - discount_cents) <> gross_cents - discount_cents
               or coalesce(most_base, gross_cents - discount_cents) <> gross_cents - discount_cents) and not ${hasReimbursement})
          -- Where they are more than there is, some are cut; those of rules are held against the terms.
          or (odd_taxes > 0 and withheld < gross_cents - discount_cents) as wrong_withheld,
        coalesce(amount, -1) <> net_cents or net_cents <> gross_cents - discount_cents - withheld_cents as wrong_receivables,
        coalesce(parts, 0) = 0 or parts <> last or parts <> least_parts or parts <> most_parts
          or (rule_id is not null and (coalesce(least_but_last, even) <> even or coalesce(most_but_last, even) <> even))
          or (rule_id is not null and due_by_rule and parts <> case when net_cents = 0 then 1 else installments end) as wrong_installments,
        case state
          when 'to_emit' then to_receive + received + replaced_open + replaced_settled > 0
          when 'to_receive' then to_emit > 0 or to_receive + replaced_open = 0
          when 'received' then to_emit + to_receive + replaced_open > 0 or received + replaced_settled = 0
          else to_emit + to_receive + received + replaced_open + replaced_settled > 0
        end as wrong_state
      from whole
    )
    select f.code, 'invoice' as noun, j.id, null as "startsOn", null as "endsOn", f.details
    from (
      select * from judged
      where wrong_lines or wrong_adjustments or wrong_withheld or wrong_receivables or wrong_installments or wrong_state
      offset 0
    ) j
    cross join lateral (values
      ('cents_lines', j.wrong_lines, jsonb_build_object('grossCents', j.gross_cents, 'linesGrossCents', coalesce(j.gross, 0),
                                                        'discountCents', j.discount_cents, 'linesDiscountCents', coalesce(j.discount, 0), 'differingLines', j.odd_lines)),
      ('cents_adjustments', j.wrong_adjustments, jsonb_build_object('adjustments', j.odd)),
      ('cents_withheld', j.wrong_withheld, jsonb_build_object('withheldCents', j.withheld_cents, 'taxesCents', j.withheld)),
      ('cents_receivables', j.wrong_receivables, jsonb_build_object('netCents', j.net_cents, 'receivablesCents', coalesce(j.amount, 0),
        'grossCents', j.gross_cents, 'discountCents', j.discount_cents, 'withheldCents', j.withheld_cents)),
      ('cents_installments', j.wrong_installments, jsonb_build_object(
        'netCents', j.net_cents, 'receivables', coalesce(j.parts, 0), 'installments', j.installments)),
      ('wrong_state', j.wrong_state, jsonb_build_object(
        'state', j.state, 'toEmit', j.to_emit, 'toReceive', j.to_receive, 'received', j.received,
        'renegotiated', j.replaced_open, 'renegotiatedAndReceived', j.replaced_settled))
    ) f (code, is_wrong, details)
    where f.is_wrong
    order by j.id, f.code`.execute(tx)
  return rows
}

const hasReimbursement = sql`exists (
  select from event_consumption c
  join billing_event_part p on p.account_id = c.account_id and p.id = c.part_id
  join billing_event e on e.account_id = p.account_id and e.id = p.event_id
  where c.account_id = ${account} and c.invoice_id = whole.id and e.is_reimbursement)`

/** A receivable stands where its receipts that were not undone put it, and each receipt moved the credit that it says. */
export async function checkReceivables(tx: Reader, receivables: Ids): Promise<Found<CentsCode>[]> {
  const { rows } = await sql<Found<CentsCode>>`
    with stands as (
      select receivable_id as id, coalesce(sum(amount_cents) filter (where kind <> 'abatement'), 0) as received,
             coalesce(sum(amount_cents) filter (where kind = 'abatement'), 0) as abated
      from receipt where account_id = ${account} and ${isAmong('receivable_id', receivables)} and undone_at is null group by receivable_id
    ), moved as (
      select p.id, p.receivable_id, r.customer_id, r.organization_id,
             case when p.undone_at is not null then 0 when p.kind = 'credit' then -p.amount_cents else p.surplus_cents end as due,
             coalesce((
               select sum(e.amount_cents) from customer_credit_entry e
               where e.account_id = ${account} and e.customer_id = r.customer_id and e.organization_id = r.organization_id
                 and e.receipt_id = p.id), 0) as done
      from receipt p join receivable r on r.account_id = ${account} and r.id = p.receivable_id
      where p.account_id = ${account} and ${isAmong('p.receivable_id', receivables)} and (p.kind = 'credit' or p.surplus_cents > 0)
      offset 0
    )
    select 'cents_receipts' as code, 'receivable' as noun, r.id, null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object(
             'state', r.state, 'amountCents', r.amount_cents, 'receivedCents', r.received_cents, 'receiptsCents', coalesce(s.received, 0),
             'abatedCents', r.abated_cents, 'abatementsCents', coalesce(s.abated, 0), 'receivedOn', r.received_on) as details
    from receivable r left join stands s on s.id = r.id
    where r.account_id = ${account} and ${isAmong('r.id', receivables)} and (
      r.received_cents <> coalesce(s.received, 0) or r.abated_cents <> coalesce(s.abated, 0)
      or case r.state when 'received' then r.received_cents + r.abated_cents <> r.amount_cents
                      when 'to_receive' then r.received_cents + r.abated_cents >= r.amount_cents
                      when 'renegotiated' then r.received_cents + r.abated_cents >= r.amount_cents
                      else r.received_cents + r.abated_cents > 0 end
      or (r.state = 'received') <> (r.received_on is not null))
    union all
    select 'cents_credit', 'receipt', m.id, null, null, jsonb_build_object('receivable', m.receivable_id, 'customer', m.customer_id,
           'organization', m.organization_id, 'creditCents', m.done, 'dueCents', m.due)
    from moved m where m.due <> m.done
    order by 1, 3`.execute(tx)
  return rows
}

/**
 * What a line costs is its quantity at its price; one of an event or an adjustment is a single piece, and only one of an event names a
 * part. Lines of rules may be cut by their days: they are held against the terms.
 */
const isOddLine = sql`case source
  when 'rule' then event_part_id is not null
  when 'event' then event_part_id is null or quantity <> 1 or unit_price * 100 <> gross_cents
  when 'adjustment' then event_part_id is not null or quantity <> 1 or unit_price * 100 <> gross_cents
  else event_part_id is not null or round(quantity * unit_price * 100) <> gross_cents end`

/** A customer's credit is the sum of its entries, and never below zero. */
export async function checkCredits(tx: Reader, customers: Ids): Promise<Found<CentsCode>[]> {
  const { rows } = await sql<Found<CentsCode>>`
    with entry as (
      select customer_id, organization_id, sum(amount_cents) as amount from customer_credit_entry
      where account_id = ${account} and ${isAmong('customer_id', customers)} group by customer_id, organization_id
    )
    select 'cents_credit' as code, 'customer' as noun, coalesce(c.customer_id, e.customer_id) as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('organization', coalesce(c.organization_id, e.organization_id), 'balanceCents', c.balance_cents,
                              'entriesCents', coalesce(e.amount, 0)) as details
    from (select * from customer_credit where account_id = ${account} and ${isAmong('customer_id', customers)}) c
    full join entry e on e.customer_id = c.customer_id and e.organization_id = c.organization_id
    where c.balance_cents is distinct from coalesce(e.amount, 0) or c.balance_cents < 0
    order by 3`.execute(tx)
  return rows
}
