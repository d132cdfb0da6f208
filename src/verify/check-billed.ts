import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import type { Reader } from '../platform/db/db.ts'
import { decided } from './decided.ts'
import type { Found } from './findings.ts'
import { type Ids, isAmong } from './ids.ts'

export type BilledCode =
  | 'off_rhythm'
  | 'billed_while_suspended'
  | 'billed_outside_validity'
  | 'wrong_terms'
  | 'wrong_dates'
  | 'wrong_amount'

/**
 * Every invoice of a rule, derived from the terms that were known when it was planned: was its period to be charged, do dates and
 * version agree, and is each line, discount, event, tax and total what the terms make of those days. One statement for many invoices.
 */
export async function checkBilled(tx: Reader, invoices: Ids): Promise<Found<BilledCode>[]> {
  const { rows } = await sql<Found<BilledCode>>`
    with inv as materialized (
      select i.* from invoice i where i.account_id = ${account} and ${isAmong('i.id', invoices)} and i.rule_id is not null
    ), period as materialized (
      -- A released invoice has no period any more: its own dates say what it billed.
      select i.id, i.rule_id, i.contract_id, i.planned_seq as known_before, c.rule_id is not null as stands, c.terms_version,
             coalesce(c.starts_on, i.period_start) as starts_on, coalesce(c.ends_on, i.period_end) as ends_on,
             coalesce(c.scheduled_on, i.scheduled_on) as scheduled_on
      from inv i left join coverage c on c.account_id = ${account} and c.invoice_id = i.id
    ), decided as materialized (
      ${decided('period')}
    ),

    -- Lines: quantity × price, half up to cents; the discount of the whole; both prorated, half up.
    wanted_line as (
      select d.id, row_number() over (partition by d.id order by d.starts_on, l.position) as n, l.service_item_id, l.quantity, l.unit_price,
             ${prorated('w.gross')} as gross, ${prorated('w.discount')} as discount
      from decided d
      cross join lateral (
        select * from rule_line r
        where r.account_id = ${account} and r.rule_id = d.rule_id and r.terms_version = d.version
          and d.starts_on >= coalesce(r.valid_from, '-infinity') and d.starts_on <= coalesce(r.valid_until, 'infinity')
        offset 0
      ) l
      cross join lateral (select round(l.quantity * l.unit_price * 100) as gross offset 0) g
      cross join lateral (
        select g.gross, case when l.discount_percent is not null then round(g.gross * l.discount_percent * 0.01)
                             else least(coalesce(l.discount_cents, 0), g.gross) end as discount
        offset 0
      ) w
    ), stored_line as (
      select invoice_id as id, source, row_number() over (partition by invoice_id, source order by position) as n,
             service_item_id, quantity, unit_price, gross_cents, discount_cents
      from invoice_line where account_id = ${account} and ${isAmong('invoice_id', invoices)}
    ), line_total as (
      select coalesce(w.id, s.id) as id, coalesce(sum(w.gross), 0) as gross, coalesce(sum(w.discount), 0) as discount,
             count(*) filter (where (w.service_item_id, w.quantity, w.unit_price, w.gross, w.discount)
               is distinct from (s.service_item_id, s.quantity, s.unit_price, s.gross_cents, s.discount_cents)) as odd
      from wanted_line w full join (select * from stored_line where source = 'rule') s on s.id = w.id and s.n = w.n
      group by 1
    ), adjusted as (
      select id, sum(gross_cents) as gross, sum(discount_cents) as discount from stored_line where source = 'adjustment' group by id
    ),

    -- Events: surcharges whole; then discounts, each as far as anything is left.
    consumed as (
      select c.invoice_id as id, c.part_id, e.id as event_id, e.kind, p.amount_cents as amount, c.used_cents
      from event_consumption c
      join billing_event_part p on p.account_id = ${account} and p.id = c.part_id
      join billing_event e on e.account_id = ${account} and e.id = p.event_id
      where c.account_id = ${account} and ${isAmong('c.invoice_id', invoices)}
    ), surcharged as (
      select id, sum(amount) as gross from consumed where kind = 'surcharge' group by id
    ), event_total as (
      select id, sum(wanted) filter (where kind = 'surcharge') as gross, sum(wanted) filter (where kind = 'discount') as discount,
             count(*) filter (where wanted <> used_cents) as odd
      from (
        select c.id, c.kind, c.used_cents,
               case c.kind when 'surcharge' then c.amount else least(r.left_cents, c.until_here) - least(r.left_cents, c.until_here - c.amount) end as wanted
        from (select *, sum(amount) over (partition by id, kind order by event_id, part_id) as until_here from consumed) c
        cross join lateral (
          select coalesce((select gross - discount from line_total l where l.id = c.id), 0)
               + coalesce((select gross from surcharged s where s.id = c.id), 0) as left_cents offset 0
        ) r
      ) w group by id
    ),

    -- Taxes on what remains, each half even.
    base as (
      select d.id, d.version, d.withholdings, d.days, d.of_days, t.*
      from (select distinct on (id) * from decided order by id, starts_on desc) d
      left join line_total l on l.id = d.id
      left join event_total e on e.id = d.id
      left join adjusted a on a.id = d.id
      cross join lateral (
        select coalesce(l.gross, 0) + coalesce(e.gross, 0) + coalesce(a.gross, 0) as gross,
               coalesce(l.discount, 0) + coalesce(e.discount, 0) + coalesce(a.discount, 0) as discount,
               coalesce(l.odd, 0) + coalesce(e.odd, 0) as odd offset 0
      ) t
    ), wanted_tax as (
      select b.id, w.tax, w."rateMicros" as rate, b.gross - b.discount as base, ${halfEven('(b.gross - b.discount) * w."rateMicros" * 0.000001')} as amount
      from base b cross join lateral jsonb_to_recordset(b.withholdings) as w (tax text, "rateMicros" integer)
      where b.withholdings <> '[]'
    ), tax_total as (
      select coalesce(w.id, s.invoice_id) as id, sum(w.amount) as withheld,
             count(*) filter (where (w.rate, w.base, w.amount) is distinct from (s.rate_micros, s.base_cents, s.amount_cents)) as odd
      from wanted_tax w
      full join (select * from invoice_withholding where account_id = ${account} and ${isAmong('invoice_id', invoices)}) s
        on s.invoice_id = w.id and s.tax = w.tax
      group by 1
    ),

    judged as (
      select i.*, b.version as in_force, b.gross, b.discount, b.days, b.of_days, coalesce(t.withheld, 0) as withheld,
             b.odd + coalesce(t.odd, 0) as odd,
             i.gross_cents = b.gross and i.discount_cents = b.discount and i.withheld_cents = coalesce(t.withheld, 0)
               and b.odd = 0 and coalesce(t.odd, 0) = 0
               and coalesce((i.prorated_days, i.prorated_of) = (b.days, b.of_days), i.prorated_days is null and b.days = b.of_days) as has_amount
      from inv i join base b on b.id = i.id left join tax_total t on t.id = i.id
    )

    select 'off_rhythm' as code, 'invoice_rule' as noun, d.rule_id as id, d.starts_on as "startsOn", d.ends_on as "endsOn",
           jsonb_build_object('scheduledOn', d.scheduled_on, 'termsVersion', d.version, 'disposition', 'billed') as details
    from decided d where d.stands and not d.fits
    union all
    select case d.verdict when 'outside_validity' then 'billed_outside_validity' else 'billed_while_suspended' end, 'invoice', d.id,
           d.starts_on, d.ends_on, jsonb_build_object('rule', d.rule_id, 'verdict', d.verdict)
    from decided d where d.stands and d.verdict <> 'charged'
    union all
    select 'wrong_terms', 'invoice', d.id, d.starts_on, d.ends_on,
           jsonb_build_object('invoiceVersion', i.terms_version, 'periodVersion', d.terms_version, 'inForce', d.version)
    from decided d join inv i on i.id = d.id
    where i.terms_version is distinct from d.version or (d.stands and d.terms_version is distinct from d.version)
    union all
    select 'wrong_dates', 'invoice', i.id, i.period_start, i.period_end,
           jsonb_build_object('scheduledOn', i.scheduled_on, 'competence', i.competence, 'periodStart', p.starts_on, 'periodEnd', p.ends_on,
                              'periodScheduledOn', p.scheduled_on)
    from inv i
    join (select id, min(starts_on) as starts_on, max(ends_on) as ends_on, min(scheduled_on) as scheduled_on,
                 min((date_trunc('month', scheduled_on) + make_interval(months => competence_shift))::date) as competence
          from decided group by id) p on p.id = i.id
    where (i.period_start, i.period_end, i.scheduled_on) is distinct from (p.starts_on, p.ends_on, p.scheduled_on)
       or (i.competence <> p.competence and not ${competenceChosen})
    union all
    select 'wrong_amount', 'invoice', j.id, j.period_start, j.period_end, jsonb_build_object(
      'stored', jsonb_build_object('grossCents', j.gross_cents, 'discountCents', j.discount_cents, 'withheldCents', j.withheld_cents,
                                   'netCents', j.net_cents, 'days', j.prorated_days, 'of', j.prorated_of),
      'derived', jsonb_build_object('grossCents', j.gross, 'discountCents', j.discount, 'withheldCents', j.withheld,
                                    'netCents', j.gross - j.discount - j.withheld, 'days', j.days, 'of', j.of_days),
      'differingRows', j.odd, 'termsVersion', j.in_force)
    from judged j where not coalesce(j.has_amount, false)
    order by 1, 3`.execute(tx)
  return rows
}

/** So many days of the interval, half up, in whole numbers: a division of decimals might cut off the half that decides. */
function prorated(amount: string) {
  const whole = sql.ref(amount)
  return sql`case when d.days = d.of_days then ${whole} else div(2 * ${whole} * d.days + d.of_days, 2 * d.of_days) end`
}

/** Ties go to the even cent. */
function halfEven(exact: string) {
  const x = sql.raw(exact)
  return sql`case when mod(${x}, 1) = 0.5 and mod(trunc(${x}), 2) = 0 then trunc(${x}) else round(${x}) end`
}

/** A person may set another month before the invoice is issued; that stands in the history. */
const competenceChosen = sql`exists (
  select from history h where h.account_id = ${account} and h.noun = 'invoice' and h.subject_id = i.id and h.action = 'update')`
