import { sql } from 'kysely'
import { mostCents } from '../../core/money.ts'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'

export type RenegotiationCode =
  | 'renegotiation_cents'
  | 'renegotiation_links'
  | 'wrong_settlement'
  | 'renegotiation_missing'
  | 'amount_beyond_bounds'

/**
 * What was open of those that were replaced, with what was added and let off, is what the new ones ask for: derived from the rows of both,
 * and what was open from the receipts. While it stands, what it replaced is renegotiated by it and settled as the new ones are; undone,
 * nothing is, and the new ones are cancelled.
 */
export async function checkRenegotiations(tx: Reader, renegotiations: Ids): Promise<Found<RenegotiationCode>[]> {
  const { rows } = await sql<Found<RenegotiationCode>>`
    with one as materialized (
      select * from renegotiation where account_id = ${account} and ${isAmong('id', renegotiations)}
    ), replaced as materialized (
      select p.renegotiation_id as id, p.outstanding_cents, p.receivable_id, n.undone_at, r.customer_id, r.organization_id, r.renegotiated_by,
             r.state, r.settled_on, r.amount_cents - coalesce((
               select sum(c.amount_cents) from receipt c
               where c.account_id = ${account} and c.receivable_id = r.id and c.undone_at is null), 0) as open_cents
      from one n
      cross join lateral (select * from renegotiation_replaced where account_id = ${account} and renegotiation_id = n.id offset 0) p
      left join lateral (select * from receivable where account_id = ${account} and id = p.receivable_id offset 0) r on true
    ), made as materialized (
      select r.* from one n
      cross join lateral (select * from receivable where account_id = ${account} and renegotiation_id = n.id offset 0) r
    ), given as (
      select id, sum(outstanding_cents) as outstanding, coalesce(sum(open_cents) filter (where undone_at is null), 0) as open,
             bool_or(undone_at is null and open_cents is distinct from outstanding_cents) as is_odd
      from replaced group by id
    ), asked as (
      select renegotiation_id as id, sum(amount_cents) as amount, count(*) as parts, max(installment) as last,
             min(installments) as least_parts, max(installments) as most_parts, min(amount_cents) filter (where installment = 1) as first,
             bool_and(state = 'received' or (state = 'renegotiated' and settled_on is not null)) as is_settled,
             max(coalesce(received_on, settled_on)) as last_day
      from made group by renegotiation_id
    ), whole as (
      select n.*, g.outstanding, g.open, coalesce(g.is_odd, true) as is_odd, a.amount, a.parts, a.last, a.least_parts, a.most_parts, a.first,
             case when a.is_settled and n.undone_at is null then a.last_day end as settled_on
      from one n left join given g on g.id = n.id left join asked a on a.id = n.id
    )
    select 'renegotiation_cents' as code, 'renegotiation' as noun, w.id, null::date as "startsOn", null::date as "endsOn",
           jsonb_build_object('replacedCents', w.replaced_cents, 'outstandingCents', w.outstanding, 'openCents', w.open,
             'interestCents', w.interest_cents, 'fineCents', w.fine_cents, 'feeCents', w.fee_cents, 'discountCents', w.discount_cents,
             'totalCents', w.total_cents, 'receivablesCents', w.amount, 'downPaymentCents', w.down_payment_cents) as details
    from whole w
    where w.outstanding is distinct from w.replaced_cents or w.is_odd or w.amount is distinct from w.total_cents
      or w.total_cents <> w.replaced_cents + w.interest_cents + w.fine_cents + w.fee_cents - w.discount_cents
      or (w.down_payment_cents > 0 and w.first is distinct from w.down_payment_cents)
      or w.parts <> w.last or w.parts <> w.least_parts or w.parts <> w.most_parts
    union all
    select 'renegotiation_links', 'renegotiation', p.id, null, null, jsonb_build_object('receivable', p.receivable_id, 'state', p.state)
    from replaced p join one n on n.id = p.id
    where (p.customer_id, p.organization_id) is distinct from (n.customer_id, n.organization_id)
      or (p.renegotiated_by is not distinct from p.id) <> (p.undone_at is null)
    union all
    select 'renegotiation_links', 'renegotiation', n.id, null, null, jsonb_build_object('receivable', m.id, 'state', m.state)
    from made m join one n on n.id = m.renegotiation_id
    where (m.customer_id, m.organization_id) is distinct from (n.customer_id, n.organization_id)
      or (m.state = 'cancelled') <> (n.undone_at is not null) or m.invoice_id is not null
    union all
    select 'amount_beyond_bounds', 'renegotiation', n.id, null, null, jsonb_build_object('amountCents', g.most)
    from one n
    cross join lateral (
      select greatest(n.interest_cents, n.fine_cents, n.fee_cents, n.discount_cents, n.total_cents, n.down_payment_cents) as most
    ) g
    where g.most > ${mostCents}
    union all
    select 'wrong_settlement', 'receivable', p.receivable_id, null, null,
           jsonb_build_object('renegotiation', p.id, 'settledOn', p.settled_on, 'derivedOn', w.settled_on)
    from replaced p join whole w on w.id = p.id
    where p.renegotiated_by = p.id and p.settled_on is distinct from w.settled_on
    order by 1, 3`.execute(tx)
  return rows
}

/** A renegotiated receivable was replaced by a renegotiation that stands; only such a one is settled; and one that a renegotiation made names one that is there. */
export async function checkRenegotiated(tx: Reader, receivables: Ids): Promise<Found<RenegotiationCode>[]> {
  const { rows } = await sql<Found<RenegotiationCode>>`
    select 'renegotiation_missing' as code, 'receivable' as noun, r.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('state', r.state, 'renegotiation', coalesce(r.renegotiated_by, r.renegotiation_id), 'settledOn', r.settled_on) as details
    from (
      -- Hardly any is.
      select * from receivable r
      where r.account_id = ${account} and ${isAmong('r.id', receivables)}
        and (r.state = 'renegotiated' or r.renegotiated_by is not null or r.settled_on is not null or r.renegotiation_id is not null)
      offset 0
    ) r
    left join lateral (
      select n.id from renegotiation n
      join renegotiation_replaced p on p.account_id = ${account} and p.renegotiation_id = n.id and p.receivable_id = r.id
      where n.account_id = ${account} and n.id = r.renegotiated_by and n.undone_at is null offset 0
    ) by on true
    left join lateral (select n.id from renegotiation n where n.account_id = ${account} and n.id = r.renegotiation_id offset 0) of on true
    where (r.state = 'renegotiated') <> (by.id is not null) or (r.renegotiated_by is null) <> (by.id is null)
      or (r.settled_on is not null and by.id is null) or (r.renegotiation_id is null) <> (of.id is null)
    order by r.id`.execute(tx)
  return rows
}
