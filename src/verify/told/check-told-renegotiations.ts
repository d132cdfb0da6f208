import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { lastEntry, listIn, notAsTold, payloadOf } from './told.ts'

export type ToldRenegotiationCode = 'renegotiation_not_as_told'

/** A renegotiation is as its last entry tells it, and replaced what its first one says. What it made is told by itself. */
export async function checkToldRenegotiations(tx: Reader, renegotiations: Ids): Promise<Found<ToldRenegotiationCode>[]> {
  const { rows } = await sql<Found<ToldRenegotiationCode>>`
    with one as materialized (
      select * from renegotiation where account_id = ${account} and ${isAmong('id', renegotiations)}
    ), told as (
      select n.id, h.after || jsonb_build_object(
               'createdAt', (h.after ->> 'createdAt')::timestamptz, 'undoneAt', (h.after ->> 'undoneAt')::timestamptz,
               'replaced', f.replaced) as told,
             jsonb_build_object(
               'organizationId', n.organization_id, 'customerId', n.customer_id, 'replacedCents', n.replaced_cents,
               'interestCents', n.interest_cents, 'fineCents', n.fine_cents, 'feeCents', n.fee_cents, 'discountCents', n.discount_cents,
               'discountReason', n.discount_reason, 'totalCents', n.total_cents, 'downPaymentCents', n.down_payment_cents, 'note', n.note,
               'agreedOn', n.agreed_on, 'version', n.version, 'createdAt', n.created_at, 'undoneAt', n.undone_at, 'undoReason', n.undo_reason,
               'replaced', (
                 select jsonb_agg(jsonb_build_object('receivableId', p.receivable_id, 'outstandingCents', p.outstanding_cents)
                                  order by p.receivable_id)
                 from renegotiation_replaced p where p.account_id = ${account} and p.renegotiation_id = n.id)) as stored
      from one n
      cross join lateral ${lastEntry('renegotiation', 'n.id')} h
      left join lateral (
        select min(id) as entry from history where account_id = ${account} and noun = 'renegotiation' and subject_id = n.id
      ) b on true
      left join lateral (
        select jsonb_agg(o order by (o ->> 'receivableId')::bigint) as replaced
        from ${payloadOf('b.entry')} p cross join lateral jsonb_array_elements(${listIn('p.after', 'replaced')}) o
      ) f on true
      where h.after is not null
    )
    ${notAsTold('renegotiation_not_as_told', 'renegotiation')}
    order by 3`.execute(tx)
  return rows
}
