import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { EVER } from './decided.ts'

export type EventCode =
  | 'cents_event'
  | 'event_consumed_twice'
  | 'event_lost'
  | 'event_repeated_in_invoice'
  | 'event_of_another_rule'
  | 'event_line'
  | 'event_not_cancelled'
  | 'event_skipped'

/**
 * Every cent of an event is in exactly one place: open, consumed by one invoice, or cancelled. What an invoice could not use or gave
 * back lives on in another part, and no invoice that was made passed over a part that it should have taken.
 */
export async function checkEvents(tx: Reader, events: Ids): Promise<Found<EventCode>[]> {
  return [...(await checkParts(tx, events)), ...(await checkSkipped(tx, events))]
}

async function checkParts(tx: Reader, events: Ids): Promise<Found<EventCode>[]> {
  const { rows } = await sql<Found<EventCode>>`
    with event as materialized (
      select b.*, d.settled, coalesce(d.taken_back, 0) as taken_back
      from billing_event b
      left join lateral (
        select sum(amount_cents) as settled, sum(cancelled_cents) as taken_back
        from price_difference where account_id = ${account} and event_id = b.id
      ) d on true
      where b.account_id = ${account} and ${isAmong('b.id', events)}
    ), part as materialized (
      select p.*, e.rule_id as event_rule_id, e.kind, e.cancelled_at, k.*, g.*
      from event e
      cross join lateral (select * from billing_event_part where account_id = ${account} and event_id = e.id offset 0) p
      left join lateral (
        select count(*) as times, sum(c.used_cents) as used, min(c.invoice_id) as invoice_id,
               bool_or(c.given_back_at is not null) as is_given_back,
               bool_or(i.released_at is not null) as is_released, bool_or(i.rule_id is distinct from p.rule_id) as is_foreign,
               sum((select count(*) from invoice_line l
                    where l.account_id = ${account} and l.invoice_id = c.invoice_id and l.event_part_id = p.id and l.source = 'event'
                      and l.description = e.description and l.service_item_id is not distinct from e.service_item_id
                      and (l.gross_cents, l.discount_cents)
                        = (case e.kind when 'surcharge' then (c.used_cents, 0::bigint) else (0::bigint, c.used_cents) end))) as lines
        from event_consumption c
        left join lateral (select released_at, rule_id from invoice where account_id = ${account} and id = c.invoice_id offset 0) i on true
        where c.account_id = ${account} and c.part_id = p.id
      ) k on true
      left join lateral (
        select coalesce(sum(o.amount_cents) filter (where o.origin = 'carried'), 0) as carried,
               coalesce(sum(o.amount_cents) filter (where o.origin = 'given_back'), 0) as returned,
               coalesce(sum(o.amount_cents) filter (where o.origin = 'reduced'), 0) as reduced,
               coalesce(bool_or(o.number <> p.number), false) as is_renumbered
        from billing_event_part o where o.account_id = ${account} and o.origin_part_id = p.id
      ) g on true
    ), whole as (
      select e.id, e.amount_cents, e.parts, count(p.id) as found, coalesce(sum(p.amount_cents), 0) as amount,
             count(distinct p.number) as numbers, min(p.number) as first, max(p.number) as last,
             bool_or(p.amount_cents <> case when p.number < e.parts then trunc(e.amount_cents::numeric / e.parts)
                                            else e.amount_cents - trunc(e.amount_cents::numeric / e.parts) * (e.parts - 1) end) as is_uneven
      from event e left join part p on p.event_id = e.id and p.origin = 'event'
      group by e.id, e.amount_cents, e.parts
    ), ended as (
      select e.id, e.cancelled_at, e.amount_cents, e.settled, e.taken_back,
             coalesce(sum(p.amount_cents - p.reduced) filter (where p.state = 'cancelled'), 0) as cancelled
      from event e left join part p on p.event_id = e.id
      group by e.id, e.cancelled_at, e.amount_cents, e.settled, e.taken_back
    ), found as (
      select 'cents_event' as code, id, null::bigint as part,
             jsonb_build_object('amountCents', amount_cents, 'partsCents', amount, 'parts', parts, 'found', found) as details
      from whole where amount <> amount_cents or found <> parts or numbers <> parts or first <> 1 or last <> parts or is_uneven
      union all
      -- What was left of a part, or given back of it, is the same part.
      select 'cents_event', event_id, id, ${partDetails} from part where is_renumbered
      union all
      select 'cents_event', id, null, jsonb_build_object('amountCents', amount_cents, 'settledCents', settled)
      from ended where settled <> amount_cents
      union all
      select 'event_consumed_twice', event_id, id, ${partDetails}
      from part
      where times > 1 or (times > 0 and state <> 'consumed') or used > amount_cents or carried > amount_cents - coalesce(used, 0)
        or returned > case when is_given_back then used else 0 end or (is_given_back and not is_released)
        or reduced > case when state = 'cancelled' then amount_cents else 0 end
      union all
      select 'event_lost', event_id, id, ${partDetails}
      from part
      where (state = 'consumed' and times = 0) or (times = 1 and state = 'consumed' and carried < amount_cents - used)
        or (is_released and not is_given_back) or (is_given_back and returned < used)
      union all
      -- Without a person's word no more is cancelled than what was taken back of a difference.
      select 'event_lost', id, null, jsonb_build_object('cancelledCents', cancelled, 'takenBackCents', taken_back)
      from ended where cancelled_at is null and cancelled > taken_back
      union all
      select 'event_not_cancelled', id, null, jsonb_build_object('cancelledCents', cancelled, 'takenBackCents', taken_back)
      from ended where cancelled < taken_back
      union all
      select 'event_not_cancelled', event_id, id, ${partDetails}
      from part where state = 'open' and cancelled_at is not null and origin <> 'given_back'
      union all
      select 'event_of_another_rule', event_id, id, ${partDetails}
      from part where is_foreign or rule_id <> event_rule_id
      union all
      select 'event_line', event_id, id, ${partDetails}
      from part where times = 1 and lines <> 1
      union all
      select 'event_repeated_in_invoice', event_id, null, jsonb_build_object('invoice', invoice_id, 'parts', jsonb_agg(id order by id))
      from part where times > 0 group by event_id, invoice_id having count(distinct number) > 1
    )
    select code, 'billing_event' as noun, id, null as "startsOn", null as "endsOn", details from found order by code, id, part`.execute(
    tx,
  )
  return rows
}

const partDetails = sql`jsonb_build_object(
  'part', id, 'number', number, 'amountCents', amount_cents, 'state', state, 'invoice', invoice_id, 'consumptions', times,
  'usedCents', used, 'carriedCents', carried, 'returnedCents', returned)`

/**
 * The next invoice that is made takes a part whose month has come: first parts first, of one event never two numbers but all that is
 * open of one, and a discount only where something is left to discount. Invoices that one transaction made knew the same facts.
 */
async function checkSkipped(tx: Reader, events: Ids): Promise<Found<EventCode>[]> {
  const { rows } = await sql<Found<EventCode>>`
    select distinct on (e.id) 'event_skipped' as code, 'billing_event' as noun, e.id,
           i.period_start as "startsOn", i.period_end as "endsOn",
           jsonb_build_object('invoice', i.id, 'part', p.id, 'number', p.number, 'amountCents', p.amount_cents,
                              'takenBy', taken.invoice_id) as details
    from billing_event e
    cross join lateral (
      select * from billing_event_part where account_id = ${account} and event_id = e.id and state <> 'cancelled' offset 0
    ) p
    left join lateral (
      select c.invoice_id, (select planned_seq from invoice where account_id = ${account} and id = c.invoice_id) as planned_seq
      from event_consumption c where c.account_id = ${account} and c.part_id = p.id limit 1
    ) taken on true
    cross join lateral (
      select * from invoice where account_id = ${account} and rule_id = p.rule_id and planned_seq > p.known_seq
        and planned_seq < coalesce(taken.planned_seq, ${EVER})
        and scheduled_on >= coalesce(p.earliest_month, '-infinity')
      offset 0
    ) i
    where e.account_id = ${account} and ${isAmong('e.id', events)} and (p.state = 'open' or taken.invoice_id is not null)
      and not exists (
        select from event_consumption c
        join billing_event_part o on o.account_id = ${account} and o.id = c.part_id
        where c.account_id = ${account} and c.invoice_id = i.id and o.event_id = e.id and o.number < p.number)
      and (e.kind = 'surcharge' or 0 < (
        select sum(l.gross_cents - l.discount_cents) from invoice_line l
        where l.account_id = ${account} and l.invoice_id = i.id and l.source in ('rule', 'event')))
      -- Another invoice of the same plan may have taken one that comes before it.
      and not exists (
        select from invoice s
        join event_consumption c on c.account_id = ${account} and c.invoice_id = s.id
        join billing_event_part o on o.account_id = ${account} and o.id = c.part_id
        where s.account_id = ${account} and s.rule_id = p.rule_id and s.planned_seq = i.planned_seq and o.event_id = e.id
          and o.number < p.number)
      -- An earlier period that was open then comes first: it may have been planned with the part and not been made.
      and not exists (
        select from coverage r
        where r.account_id = ${account} and r.rule_id = p.rule_id and r.starts_on < i.period_start
          and (r.disposition = 'open' or r.closed_seq > i.planned_seq))
    order by e.id, i.planned_seq, p.number, p.id`.execute(tx)
  return rows
}
