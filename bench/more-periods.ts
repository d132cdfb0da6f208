import type { SqlConnection } from '../src/platform/db/connection.ts'
import { BENCH_DAY } from './seed.ts'

/**
 * Repeats what a run billed for the months that follow, as the owner and in SQL: eleven more runs would make the same rows and take
 * as long as eleven runs. Every period of every rule, its invoice with lines, receivable, history and outbox.
 */
export async function addPeriods(owner: SqlConnection, months: number): Promise<void> {
  for (let month = 1; month <= months; month++) for (const statement of statementsOf(month)) await owner.query(statement, [])
  await owner.query(`update invoice_rule set covered_until = ${dayOf(months + 1)}, next_due_on = ${dayOf(months + 1)}`, [])
  await owner.query(`update account set sandbox_now = (${dayOf(months)} + 1)::timestamptz`, [])
  await owner.query('analyze', [])
}

/** The k-th occurrence, from the anchor. */
function dayOf(month: number): string {
  return `(date '${BENCH_DAY}' + interval '${month} month')::date`
}

function statementsOf(month: number): string[] {
  const start = dayOf(month)
  const end = dayOf(month + 1)
  const due = `(date_trunc('month', ${start}) + interval '1 month 9 days')::date`
  // Ids and numbers of a month follow those of the month before.
  const shifted = (id: string, of: string) => `${id} + ${month} * (select max(id) from ${of})`
  const told = `jsonb_build_object('ruleId', rule_id, 'runId', run_id, 'termsVersion', terms_version, 'period', jsonb_build_array(${start}, ${end}), 'outcome', 'emitted',
       'number', new_number, 'issueOn', ${start}, 'grossCents', gross_cents, 'discountCents', discount_cents, 'withheldCents', withheld_cents, 'netCents', net_cents)`
  const first = `(select * from invoice where period_start = '${BENCH_DAY}')`
  return [
    `create temporary table base on commit preserve rows as
       select i.*, i.id + ${month} * (select count(*) from ${first} f) as new_id, i.number + ${month} * (select count(*) from ${first} f) as new_number from ${first} i`,
    `insert into invoice (account_id, id, organization_id, customer_id, contract_id, rule_id, terms_version, planned_seq, run_id, state, approval, management,
       emit_wanted, number, scheduled_on, period_start, period_end, competence, estimated_issue_on, issue_on, gross_cents, discount_cents, withheld_cents, net_cents,
       payment_method, description, due_by_rule, version, created_at, emitted_at)
     select account_id, new_id, organization_id, customer_id, contract_id, rule_id, terms_version, nextval('fact_seq'), run_id, state, approval, management,
       emit_wanted, new_number, ${start}, ${start}, ${end}, date_trunc('month', ${start})::date, ${start}, ${start}, gross_cents, discount_cents, withheld_cents,
       net_cents, payment_method, description, due_by_rule, version, created_at + interval '${month} month', emitted_at + interval '${month} month' from base`,
    `insert into invoice_line select l.account_id, b.new_id, l.position, l.source, l.service_item_id, l.event_part_id, l.description, l.quantity, l.unit_price,
       l.gross_cents, l.discount_cents from invoice_line l join base b on b.account_id = l.account_id and b.id = l.invoice_id`,
    `insert into receivable (account_id, id, invoice_id, organization_id, customer_id, contract_id, installment, installments, due_on, amount_cents, state, created_at)
     select r.account_id, b.new_id, b.new_id, r.organization_id, r.customer_id, r.contract_id, 1, 1, ${due}, r.amount_cents, r.state, r.created_at
     from receivable r join base b on b.account_id = r.account_id and b.id = r.invoice_id`,
    `insert into coverage (account_id, rule_id, starts_on, ends_on, scheduled_on, disposition, terms_version, invoice_id, closed_at, closed_seq)
     select account_id, rule_id, ${start}, ${end}, ${start}, 'billed', terms_version, new_id, created_at, nextval('fact_seq') from base`,
    `alter table base add column history_id bigint default nextval('history_id_seq')`,
    `insert into history (account_id, id, at, actor, action, noun, subject_id, subject_version, request_id, digest)
     select account_id, history_id, created_at, 'system:bench', 'emit', 'invoice', new_id, 1, 'bench', history_digest('\\x00', null, ${told}) from base`,
    `insert into history_payload (account_id, history_id, salt, before, after) select account_id, history_id, '\\x00', null, ${told} from base`,
    `insert into outbox (account_id, noun, subject_id, subject_version, event, created_at) select account_id, 'invoice', new_id, 1, 'emit', created_at from base`,
    `update id_range set next_id = ${shifted('1', 'invoice')} where noun in ('invoice', 'receivable', 'invoice_number')`,
    'drop table base',
  ]
}
