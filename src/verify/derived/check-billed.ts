import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { decided } from './decided.ts'

export type BilledCode =
  | 'off_rhythm'
  | 'billed_while_suspended'
  | 'billed_outside_validity'
  | 'wrong_terms'
  | 'wrong_dates'
  | 'wrong_amount'
  | 'wrong_line'
  | 'wrong_emission'

/**
 * Every invoice of a rule, derived from the terms that were known when it was planned: was its period to be charged, do dates and
 * version agree, is each line, discount, event, tax and total what the terms make of those days, and does it wait for an approval, or
 * go out, as terms, run and people wanted. One statement for many invoices.
 */
export async function checkBilled(tx: Reader, invoices: Ids): Promise<Found<BilledCode>[]> {
  const { rows } = await sql<Found<BilledCode>>`
    with inv as materialized (
      select id, rule_id, contract_id, planned_seq, terms_version, prorated_days, prorated_of, period_start, period_end, scheduled_on,
             competence, gross_cents, discount_cents, withheld_cents, net_cents, estimated_issue_on, created_at, organization_id,
             version = 1 and run_id is not null and issue_on is null as is_as_left, version = 1 as is_untouched, run_id, approval, management,
             emit_wanted, payment_method, description
      from invoice where account_id = ${account} and ${isAmong('id', invoices)} and rule_id is not null
    ), period as (
      -- A released invoice has no period any more: its own dates say what it billed.
      select i.id, i.rule_id, i.contract_id, i.planned_seq as known_before, c.rule_id is not null as stands,
             case when c.rule_id is null then i.terms_version else c.terms_version end as period_version,
             coalesce(c.starts_on, i.period_start) as starts_on, coalesce(c.ends_on, i.period_end) as ends_on,
             coalesce(c.scheduled_on, i.scheduled_on) as scheduled_on
      from inv i
      left join (select * from coverage where account_id = ${account} and ${isAmong('invoice_id', invoices)}) c on c.invoice_id = i.id
    ), decided as materialized (
      -- Several periods may end in one invoice; what is said of the invoice as a whole goes by its last one.
      select d.*, row_number() over own = 1 as is_last, min(starts_on) over own_all as first_day, max(ends_on) over own_all as last_day,
             min(scheduled_on) over own_all as first_scheduled_on
      from (${decided('period')}) d
      window own as (partition by id order by starts_on desc), own_all as (partition by id)
    ),

    -- Lines: quantity × price, half up to cents; the discount of the whole; both prorated, half up.
    wanted_line as (
      select d.id, row_number() over (partition by d.id order by d.starts_on, l.position) as n, l.service_item_id, l.quantity, l.unit_price, l.description, l.category_id,
             ${prorated('l.gross')} as gross, ${prorated('l.discount')} as discount, l.withholdings, ${prorated('l.withheld_cents')} as withheld
      from decided d
      cross join lateral (
        select position, service_item_id, description, category_id, quantity, unit_price, withholdings, withheld_cents, gross,
               case when discount_percent is not null then round(gross * discount_percent * 0.01)
                    else least(coalesce(discount_cents, 0), gross) end as discount
        from (
          select r.*, round(r.quantity * r.unit_price * 100) as gross from rule_line r
          where r.account_id = ${account} and r.rule_id = d.rule_id and r.terms_version = d.version
            and d.starts_on >= coalesce(r.valid_from, '-infinity') and d.starts_on <= coalesce(r.valid_until, 'infinity')
          offset 0
        ) whole offset 0
      ) l
    ), stored_line as materialized (
      select invoice_id as id, source, row_number() over (partition by invoice_id, source order by position) as n,
             service_item_id, description, category_id, quantity, unit_price, gross_cents, discount_cents
      from invoice_line where account_id = ${account} and ${isAmong('invoice_id', invoices)}
    ), line_total as materialized (
      select coalesce(w.id, s.id) as id, coalesce(sum(w.gross), 0) as gross, coalesce(sum(w.discount), 0) as discount,
             count(*) filter (where (w.service_item_id, w.quantity, w.unit_price, w.gross, w.discount)
               is distinct from (s.service_item_id, s.quantity, s.unit_price, s.gross_cents, s.discount_cents)) as odd,
             count(*) filter (where w.description <> s.description or (s.id = w.id and w.category_id is distinct from s.category_id)) as renamed
      from wanted_line w full join (select * from stored_line where source = 'rule') s on s.id = w.id and s.n = w.n
      group by 1
    ), adjusted as (
      select id, sum(gross_cents) as gross, sum(discount_cents) as discount from stored_line where source = 'adjustment' group by id
    ),

    -- Events: surcharges whole; then discounts, each as far as anything is left.
    consumed as materialized (
      select c.invoice_id as id, c.part_id, e.id as event_id, e.kind, e.is_reimbursement, p.amount_cents as amount, c.used_cents
      from event_consumption c
      cross join lateral (select event_id, amount_cents from billing_event_part where account_id = ${account} and id = c.part_id offset 0) p
      cross join lateral (select id, kind, is_reimbursement from billing_event where account_id = ${account} and id = p.event_id offset 0) e
      where c.account_id = ${account} and ${isAmong('c.invoice_id', invoices)}
    ), event_total as (
      select id, sum(wanted) filter (where kind = 'surcharge') as gross, sum(wanted) filter (where kind = 'discount') as discount,
             sum(wanted) filter (where is_reimbursement) as reimbursed, count(*) filter (where wanted <> used_cents) as odd
      from (
        select c.id, c.kind, c.is_reimbursement, c.used_cents,
               case c.kind when 'surcharge' then c.amount
                           else least(c.left_cents, c.until_here) - least(c.left_cents, c.until_here - c.amount) end as wanted
        from (
          select c.*, sum(c.amount) over (partition by c.id, c.kind order by c.event_id, c.part_id) as until_here,
                 coalesce(l.gross - l.discount, 0)
                   + coalesce(sum(c.amount) filter (where c.kind = 'surcharge') over (partition by c.id), 0) as left_cents
          from consumed c left join line_total l on l.id = c.id
        ) c
      ) w group by id
    ),

    -- Taxes on what remains but for what is paid back, each half even; where that is more than there is, in their order as far as anything
    -- is left, and last what was agreed upon as an amount.
    base as materialized (
      select d.id, d.version, ${ratesOfMonth} as withholdings, d.days, d.of_days,
             coalesce(l.gross, 0) + coalesce(e.gross, 0) + coalesce(a.gross, 0) as gross,
             coalesce(l.discount, 0) + coalesce(e.discount, 0) + coalesce(a.discount, 0) as discount,
             coalesce(e.reimbursed, 0) as reimbursed, coalesce(l.odd, 0) + coalesce(e.odd, 0) as odd, coalesce(l.renamed, 0) as renamed
      from decided d
      left join line_total l on l.id = d.id
      left join event_total e on e.id = d.id
      left join adjusted a on a.id = d.id
      where d.is_last
    ), said as materialized (
      -- Invoices of which a line says itself what is withheld of it: their lines, each with what holds for it.
      select w.id, w.n, w.gross - w.discount as net, coalesce(w.withholdings, b.withholdings) as rates, w.withheld,
             count(*) over own as lines, sum(w.gross - w.discount) over own as total, b.gross - b.discount - b.reimbursed as whole
      from wanted_line w join base b on b.id = w.id
      where w.id in (select id from wanted_line where withholdings is not null or withheld is not null)
      window own as (partition by w.id)
    ), said_tax as (
      select s.id, r.tax, r."rateMicros" as rate, r."leastBaseCents" as least_base, s.n, s.net, s.lines, s.total, s.whole, null::numeric as fixed
      from said s cross join lateral jsonb_to_recordset(s.rates) as r (tax text, "rateMicros" integer, "leastBaseCents" bigint)
      union all
      select id, 'other', 0, null, n, net, lines, total, whole, withheld from said where withheld is not null
      union all
      -- What the rule says stands there also where no line goes by it.
      select s.id, r.tax, r."rateMicros", r."leastBaseCents", null, 0, s.lines, s.total, s.whole, null
      from (select id, lines, total, whole from said where n = 1) s join base b on b.id = s.id
      cross join lateral jsonb_to_recordset(b.withholdings) as r (tax text, "rateMicros" integer, "leastBaseCents" bigint)
    ), taxed as (
      select b.id, w.tax, w."rateMicros" as rate, coalesce(w."leastBaseCents", 0) as least_base, greatest(b.whole, 0) as base, null::numeric as fixed, null::jsonb as lines
      from (select id, withholdings, gross - discount - reimbursed as whole from base where withholdings <> '[]' and id not in (select id from said) offset 0) b
      cross join lateral jsonb_to_recordset(b.withholdings) as w (tax text, "rateMicros" integer, "leastBaseCents" bigint)
      union all
      -- What is added, or taken off, as a whole is shared over the lines in proportion, half up.
      select id, tax, rate, min(coalesce(least_base, 0)),
             greatest(case when count(n) = lines then whole when sum(net) = 0 then 0
                           else sum(net) + sign(whole - total) * div(2 * abs(whole - total) * sum(net) + total, 2 * total) end, 0),
             sum(fixed), case when count(n) < lines then coalesce(jsonb_agg(n order by n) filter (where n is not null), '[]') end
      from said_tax group by id, tax, rate, lines, total, whole
    ), wanted_tax as (
      select id, tax, rate, least_base, base, fixed, lines, least(amount, greatest(remains - before, 0)) as amount
      from (
        select t.*, b.gross - b.discount as remains, r.amount,
               coalesce(sum(r.amount) over (partition by t.id order by ${taxOrder('t.tax')}, t.rate
                                            rows between unbounded preceding and 1 preceding), 0) as before
        from taxed t join base b on b.id = t.id
        cross join lateral (select case when t.fixed is not null then least(t.fixed, t.base)
                                         when t.base >= t.least_base then ${halfEven('t.base * t.rate * 0.000001')} else 0 end as amount) r
      ) rounded
    ), tax_total as (
      select coalesce(w.id, s.id) as id, coalesce(sum(w.amount), 0) as withheld,
             count(*) filter (where (w.base, w.amount, w.fixed, w.lines, w.least_base) is distinct from (s.base_cents, s.amount_cents, s.fixed_cents, s.lines, s.least_base_cents)
               or w.id is null or s.id is null) as odd
      from wanted_tax w
      full join (
        select w.invoice_id as id, w.tax, w.rate_micros, w.base_cents, w.amount_cents, w.fixed_cents, w.lines, w.least_base_cents
        from invoice_withholding w where w.account_id = ${account} and ${isAmong('w.invoice_id', invoices)}
      ) s on s.id = w.id and s.tax = w.tax and s.rate_micros = w.rate
      group by 1
    ),

    judged as (
      select i.*, d.starts_on, d.ends_on, d.first_day, d.last_day, d.first_scheduled_on, d.period_version, d.version, d.verdict,
             d.stands and not d.fits as is_off_rhythm,
             d.stands and d.verdict <> 'charged' as is_not_chargeable,
             i.terms_version is distinct from d.version or d.period_version is distinct from d.version as has_wrong_terms,
             d.is_last and ((i.period_start, i.period_end, i.scheduled_on) is distinct from (d.first_day, d.last_day, d.first_scheduled_on)
               or (i.competence <> (date_trunc('month', d.first_scheduled_on) + make_interval(months => d.competence_shift))::date
                 and not ${competenceChosen})
               or (i.is_as_left and not ${isForecast})) as has_wrong_dates,
             coalesce(b.renamed > 0, false) or (d.is_last and i.is_untouched and i.run_id is not null
               and (i.payment_method, i.description) is distinct from (d.payment_method, d.description)) as has_wrong_line, b.renamed,
             d.is_last and (i.approval, i.management, i.emit_wanted) is distinct from (due.approval, due.management, due.emit_wanted) as has_wrong_emission,
             due.approval as approval_due, due.management as management_due, due.emit_wanted as emit_wanted_due,
             d.is_last and coalesce(i.gross_cents <> b.gross or i.discount_cents <> b.discount or i.withheld_cents <> coalesce(t.withheld, 0)
               or b.odd > 0 or coalesce(t.odd, 0) > 0
               or case when b.days = b.of_days then coalesce(i.prorated_days, i.prorated_of) is not null
                       else (i.prorated_days, i.prorated_of) is distinct from (b.days, b.of_days) end, true) as has_wrong_amount,
             b.gross, b.discount, coalesce(t.withheld, 0) as withheld, b.days, b.of_days, b.odd + coalesce(t.odd, 0) as odd
      from decided d
      join inv i on i.id = d.id
      left join base b on b.id = d.id
      left join tax_total t on t.id = d.id
      cross join lateral (
        select case when i.is_untouched then ${approvalByTerms} else coalesce(${approvalByPerson}, ${approvalByTerms}) end as approval,
               case when i.is_untouched and i.run_id is not null then coalesce(d.management, i.management) else i.management end as management,
               case when i.is_as_left then coalesce(${wantedByRun}, i.emit_wanted) else i.emit_wanted end as emit_wanted
      ) due
    )

    select f.code, 'invoice' as noun, j.id, j.starts_on as "startsOn", j.ends_on as "endsOn", f.details
    from (
      select * from judged where is_off_rhythm or is_not_chargeable or has_wrong_terms or has_wrong_dates or has_wrong_amount or has_wrong_line or has_wrong_emission
      offset 0
    ) j
    cross join lateral (values
      ('off_rhythm', j.is_off_rhythm, jsonb_build_object('rule', j.rule_id, 'scheduledOn', j.scheduled_on, 'termsVersion', j.version)),
      (case j.verdict when 'outside_validity' then 'billed_outside_validity' else 'billed_while_suspended' end, j.is_not_chargeable,
        jsonb_build_object('rule', j.rule_id, 'verdict', j.verdict)),
      ('wrong_terms', j.has_wrong_terms, jsonb_build_object(
        'invoiceVersion', j.terms_version, 'periodVersion', j.period_version, 'inForce', j.version)),
      ('wrong_dates', j.has_wrong_dates, jsonb_build_object(
        'stored', jsonb_build_object('startsOn', j.period_start, 'endsOn', j.period_end, 'scheduledOn', j.scheduled_on,
                                     'competence', j.competence, 'estimatedIssueOn', j.estimated_issue_on),
        'derived', jsonb_build_object('startsOn', j.first_day, 'endsOn', j.last_day, 'scheduledOn', j.first_scheduled_on))),
      ('wrong_line', j.has_wrong_line, jsonb_build_object('differingRows', j.renamed, 'termsVersion', j.version)),
      ('wrong_emission', j.has_wrong_emission, jsonb_build_object(
        'stored', jsonb_build_object('approval', j.approval, 'management', j.management, 'emitWanted', j.emit_wanted),
        'derived', jsonb_build_object('approval', j.approval_due, 'management', j.management_due, 'emitWanted', j.emit_wanted_due))),
      ('wrong_amount', j.has_wrong_amount, jsonb_build_object(
        'stored', jsonb_build_object('grossCents', j.gross_cents, 'discountCents', j.discount_cents, 'withheldCents', j.withheld_cents,
                                     'netCents', j.net_cents, 'days', j.prorated_days, 'of', j.prorated_of),
        'derived', jsonb_build_object('grossCents', j.gross, 'discountCents', j.discount, 'withheldCents', j.withheld,
                                      'netCents', j.gross - j.discount - j.withheld, 'days', j.days, 'of', j.of_days),
        'differingRows', j.odd, 'termsVersion', j.version))
    ) f (code, is_wrong, details)
    where f.is_wrong
    order by j.id, f.code`.execute(tx)
  return rows
}

/** The rates that speak of the month of competence; most speak of all months. */
const ratesOfMonth = sql`case when jsonb_path_exists(d.withholdings, '$[*] ? (exists (@.from) || exists (@.until))') then (
  select coalesce(jsonb_agg(r), '[]')
  from jsonb_array_elements(d.withholdings) r,
       lateral (select to_char(d.first_scheduled_on + make_interval(months => d.competence_shift), 'YYYY-MM') as month) m
  where coalesce(r ->> 'from', m.month) <= m.month and coalesce(r ->> 'until', m.month) >= m.month)
  else d.withholdings end`

/** So many days of the interval, half up, in whole numbers: a division of decimals might cut off the half that decides. */
function prorated(amount: string) {
  const whole = sql.ref(amount)
  return sql`case when d.days = d.of_days then ${whole} else div(2 * ${whole} * d.days + d.of_days, 2 * d.of_days) end`
}

/** As the documents list them: income tax, the contributions, social security, services. */
function taxOrder(tax: string) {
  return sql`array_position(array['irrf', 'pis', 'cofins', 'csll', 'inss', 'iss', 'other'], ${sql.ref(tax)})`
}

/** Ties go to the even cent. */
export function halfEven(exact: string) {
  const x = sql.raw(exact)
  return sql`case when mod(${x}, 1) = 0.5 and mod(trunc(${x}), 2) = 0 then trunc(${x}) else round(${x}) end`
}

/**
 * What a run leaves to be emitted is to be issued on its scheduled day, or on the day that it was made where that is later; a run that
 * works through midnight has begun on the day before.
 */
const isForecast = sql`exists (
  select from organization o
  where o.account_id = ${account} and o.id = i.organization_id and i.estimated_issue_on in (
    greatest(i.scheduled_on, (i.created_at at time zone o.time_zone)::date),
    greatest(i.scheduled_on, ((i.created_at - interval '1 minute') at time zone o.time_zone)::date)))`

/** A person may set another month before the invoice is issued; that stands in the history. */
const competenceChosen = sql`coalesce((
  select true from history h
  where h.account_id = ${account} and h.noun = 'invoice' and h.subject_id = i.id and h.action = 'update' limit 1), false)`

const approvalByTerms = sql`case when d.approval_wanted then 'blocked' else 'approved' end`

/** Who approves or blocks one raises its version, and the history names it. */
const approvalByPerson = sql`(
  select case h.action when 'approve' then 'approved' else 'blocked' end from history h
  where h.account_id = ${account} and h.noun = 'invoice' and h.subject_id = i.id and h.action in ('approve', 'block')
  order by h.id desc limit 1)`

/** What a person's run leaves is to go out once nothing holds it back. */
const wantedByRun = sql`(select cause <> 'scheduler' from billing_run where account_id = ${account} and id = i.run_id)`
