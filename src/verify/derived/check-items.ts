import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import type { Stretch } from '../ids.ts'
import { payloadOf } from '../told/told.ts'

export type ItemCode = 'wrong_item' | 'item_missing' | 'allowance_not_as_told'

/** Of a run, one of its positions. */
export interface Place {
  runId: number
  item: number
}

/**
 * Items of runs after a place, in order: none is left out between two; what one says that it billed is an invoice of that run, rule and
 * period, of the same amounts but for what a person adjusted since; what went beyond its rule's bounds was let pass by somebody.
 */
export async function itemsAfter(
  tx: Reader,
  runs: Stretch,
  after: Place,
  limit: number,
): Promise<{ found: Found<ItemCode>[]; last: Place | null }> {
  const { rows } = await sql<Found<ItemCode> & { items: number; lastRun: number; lastItem: number }>`
    with page as materialized (
      select run_id, item, kind, rule_id, period_start, invoice_id, outcome, outcome_class, allowed_by, gross_cents, discount_cents,
             withheld_cents, net_cents
      from billing_run_item
      where account_id = ${account} and run_id between ${runs.from} and ${runs.to}
        and (run_id, item) > (cast(${after.runId} as bigint), cast(${after.item} as integer))
      order by run_id, item limit ${limit}
    ), placed as (
      select run_id, item, lag(item, 1, case when run_id = ${after.runId} then ${after.item} else 0 end) over (partition by run_id order by item) as before
      from page
    ), odd as (
      select p.*, i.id as stored_id, i.gross_cents as stored_gross, i.discount_cents as stored_discount, i.net_cents as stored_net,
             coalesce(p.kind = 'bill' and not ${isItsOwn}, true) as is_another
      from (select * from page where outcome_class = 'billed' and (kind = 'bill' or outcome = 'emitted') offset 0) p
      left join lateral (
        select id, run_id, rule_id, period_start, period_end, gross_cents, discount_cents, withheld_cents, net_cents from invoice
        where account_id = ${account} and id = p.invoice_id offset 0
      ) i on true
      where i.id is null or p.kind = 'bill' and (not ${isItsOwn}
        or (i.gross_cents, i.discount_cents, i.withheld_cents, i.net_cents)
          is distinct from (p.gross_cents, p.discount_cents, p.withheld_cents, p.net_cents))
    ), found as (
      select 'wrong_item' as code, o.run_id, o.item, jsonb_build_object('invoice', o.invoice_id, 'isThere', o.stored_id is not null,
               'stored', jsonb_build_object('grossCents', o.stored_gross, 'discountCents', o.stored_discount, 'netCents', o.stored_net),
               'listed', jsonb_build_object('grossCents', o.gross_cents, 'discountCents', o.discount_cents, 'netCents', o.net_cents)) as details
      from odd o
      left join lateral (
        select count(*) as times, coalesce(sum(amount_cents) filter (where kind = 'surcharge'), 0) as gross,
               coalesce(sum(amount_cents) filter (where kind = 'discount'), 0) as discount
        from invoice_adjustment where account_id = ${account} and invoice_id = o.invoice_id
      ) a on true
      -- What was adjusted since has other taxes, and another net.
      where o.is_another or a.times = 0
        or (o.stored_gross, o.stored_discount) is distinct from (o.gross_cents + a.gross, o.discount_cents + a.discount)
      union all
      select 'item_missing', run_id, before + 1, jsonb_build_object('until', item - 1) from placed where item > before + 1
      union all
      select 'allowance_not_as_told', p.run_id, p.item, jsonb_build_object('allowedBy', p.allowed_by)
      from page p
      where p.allowed_by is not null and not exists (
        select from history h cross join lateral ${payloadOf('h.id')} e
        where h.account_id = ${account} and h.noun = 'billing_run' and h.subject_id = p.run_id and h.action = 'allow_item'
          and (e.after is null or (h.actor = p.allowed_by and (e.after ->> 'item')::bigint = p.item)))
    )
    select f.code, 'billing_run' as noun, f.run_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('item', f.item) || f.details as details, l.items::integer as items, l.run_id as "lastRun", l.item as "lastItem"
    from (select run_id, item, (select count(*) from page) as items from page order by run_id desc, item desc limit 1) l
    left join found f on true
    order by f.run_id, f.item, f.code`.execute(tx)
  const [first] = rows
  const found = rows.flatMap(({ code, noun, id, startsOn, endsOn, details }) =>
    code === null ? [] : [{ code, noun, id, startsOn, endsOn, details }],
  )
  return { found, last: first && first.items === limit ? { runId: first.lastRun, item: first.lastItem } : null }
}

/** A rule may have been billed for several periods at once: the item is of one of them. */
const isItsOwn = sql`coalesce(
  i.run_id = p.run_id and i.rule_id = p.rule_id and p.period_start >= i.period_start and p.period_start < i.period_end, false)`
