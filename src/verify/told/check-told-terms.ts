import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'
import { listIn, payloadOf } from './told.ts'

export type ToldTermsCode = 'terms_not_as_told'

/**
 * Every version of what a rule says stands as it was told when it was written: what is billed is derived from it, so a price that
 * somebody changes there by hand would be billed, and be right by every other check. Versions are only added to, one by one.
 */
export async function checkToldTerms(tx: Reader, rules: Ids): Promise<Found<ToldTermsCode>[]> {
  const { rows } = await sql<Found<ToldTermsCode>>`
    with entry as materialized (
      select h.subject_id as rule_id, h.id, p.after
      from (select id, subject_id from history where account_id = ${account} and noun = 'invoice_rule' and ${isAmong('subject_id', rules)} offset 0) h
      cross join lateral ${payloadOf('h.id')} p
      where p.after ? 'terms' or p.after ? 'termsVersion'
    ), told as materialized (
      select e.rule_id, t.terms, (t.terms ->> 'version')::integer as version
      from entry e
      cross join lateral (
        select e.after -> 'terms' as terms where e.after ? 'terms'
        union all
        select later from jsonb_array_elements(${listIn('e.after', 'laterTerms')}) later
      ) t
    ), judged as (
      select t.rule_id, t.version,
             s.version is null or ${isAnother()} as has_other_terms, coalesce(l.odd, 0) as odd_lines
      from told t
      left join lateral (
        select * from rule_terms where account_id = ${account} and rule_id = t.rule_id and version = t.version offset 0
      ) s on true
      left join lateral (
        select count(*) as odd
        from jsonb_to_recordset(${listIn('t.terms', 'lines')}) as w
          (position smallint, "serviceItemId" bigint, description text, quantity numeric, "unitPrice" numeric, "discountPercent" numeric,
           "discountCents" bigint, "validFrom" date, "validUntil" date,
           "categoryId" bigint, withholdings jsonb, "withheldCents" bigint)
        full join (
          select * from rule_line where account_id = ${account} and rule_id = t.rule_id and terms_version = t.version offset 0
        ) r on r.position = w.position
        where (w.position, w."serviceItemId", w.description, w.quantity, w."unitPrice", w."discountPercent", w."discountCents", w."validFrom",
               w."validUntil", w."categoryId", w.withholdings, w."withheldCents")
          is distinct from (r.position, r.service_item_id, r.description, r.quantity, r.unit_price, r.discount_percent, r.discount_cents,
               r.valid_from, r.valid_until, r.category_id, r.withholdings, r.withheld_cents)
      ) l on true
    ), latest as (
      -- How many versions there are, by whatever was told of the rule last.
      select distinct on (rule_id) rule_id, (after ->> 'termsVersion')::integer as told
      from entry where after ? 'termsVersion' order by rule_id, id desc
    )
    select 'terms_not_as_told' as code, 'invoice_rule' as noun, rule_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('termsVersion', version, 'differingLines', odd_lines) as details
    from judged where has_other_terms or odd_lines > 0
    union all
    select 'terms_not_as_told', 'invoice_rule', l.rule_id, null, null,
           jsonb_build_object('termsVersion', greatest(s.last, r.terms_version), 'toldVersion', l.told)
    from latest l
    cross join lateral (select terms_version from invoice_rule where account_id = ${account} and id = l.rule_id offset 0) r
    cross join lateral (
      select max(version) as last from rule_terms where account_id = ${account} and rule_id = l.rule_id
    ) s
    where l.told <> r.terms_version or l.told is distinct from s.last
    order by 3`.execute(tx)
  return rows
}

/** Of the version as it stands, all but its lines. What entries older than a field do not tell has its usual value. */
function isAnother() {
  const told = (key: string) => sql`t.terms ->> ${sql.lit(key)}`
  const due = (key: string) => sql`t.terms -> 'due' ->> ${sql.lit(key)}`
  return sql`(
    (s.valid_from, s.recurrence_unit, s.recurrence_every, s.anchor_on, s.timing, s.competence_shift)
      is distinct from ((${told('validFrom')})::date, t.terms -> 'recurrence' ->> 'unit', (t.terms -> 'recurrence' ->> 'every')::integer,
        (t.terms -> 'recurrence' ->> 'anchor')::date, ${told('timing')}, (${told('competenceShift')})::smallint)
    or (s.due_kind, s.due_day, s.due_days, s.due_months, s.due_only_business_days, s.due_roll, s.installments)
      is distinct from (${due('kind')}, (${due('day')})::smallint, (${due('days')})::smallint, (${due('months')})::smallint,
        coalesce((${due('onlyBusinessDays')})::boolean, false), coalesce(${due('roll')}, 'none'), (${due('installments')})::smallint)
    or (s.payment_method, s.management, s.approval_wanted, s.cut_start, s.cut_end, s.price_change, s.ends_on)
      is distinct from (${told('paymentMethod')}, ${told('management')}, (${told('approvalWanted')})::boolean, ${told('cutStart')},
        ${told('cutEnd')}, ${told('priceChange')}, (${told('endsOn')})::date)
    or (s.max_amount_cents, s.max_growth_percent, s.withholdings, s.nfse_template_id, s.nfse_template_version, s.description)
      is distinct from ((${told('maxAmountCents')})::bigint, (${told('maxGrowthPercent')})::numeric, t.terms -> 'withholdings',
        (t.terms -> 'withholdingTemplate' ->> 'id')::bigint, (t.terms -> 'withholdingTemplate' ->> 'version')::integer,
        ${told('description')}))`
}
