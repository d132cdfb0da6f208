import { type RawBuilder, sql } from 'kysely'
import { civilDate } from '../../src/core/dates.ts'
import { readId } from '../../src/core/ids.ts'
import { cents } from '../../src/core/money.ts'
import { grantCredit } from '../../src/customers/grant-credit.ts'
import type { Tx } from '../../src/platform/db/db.ts'
import { enterReceivables } from '../../src/receivables/enter-receivables.ts'
import type { FindingCode } from '../../src/verify/findings.ts'
import type { Agreement } from '../stories/story.ts'
import type { Company } from './company.ts'

export const ruleOf = (of: Agreement) => readId('invoice_rule', of.ruleId) ?? 0

/** One planted fault: what is done by SQL, and exactly the codes that are found then. */
export type Fault = [title: string, codes: FindingCode[], plant: (tx: Tx, company: Company) => Promise<unknown>]

/** The invoice of a rule's period that begins on that day. */
export const invoiceOn = (of: Agreement, day: string) =>
  sql`(select invoice_id from coverage where rule_id = ${ruleOf(of)} and starts_on = ${day})`
/** The first of what it asks for. */
const receivableOn = (of: Agreement, day: string) =>
  sql`(select min(id) from receivable where invoice_id = ${invoiceOn(of, day)})`
const period = (of: Agreement, day: string) => sql`rule_id = ${ruleOf(of)} and starts_on = ${day}`

export const faults: Fault[] = [
  // --- The ledger ---
  [
    'a period is taken out',
    ['billed_twice', 'gap'],
    (tx, { plain }) => sql`delete from coverage where ${period(plain, '2026-02-10')}`.execute(tx),
  ],
  [
    'a period begins before the one before it ends',
    ['off_rhythm', 'overlap', 'wrong_dates'],
    (tx, { plain }) => sql`update coverage set starts_on = '2026-02-05' where ${period(plain, '2026-02-10')}`.execute(tx),
  ],
  [
    'two periods share another border than the rhythm has',
    ['off_rhythm', 'wrong_dates'],
    async (tx, { resting }) => {
      await sql`update coverage set ends_on = '2026-02-12' where ${period(resting, '2026-01-10')}`.execute(tx)
      await sql`update coverage set starts_on = '2026-02-12', scheduled_on = '2026-02-12' where ${period(resting, '2026-02-10')}`.execute(
        tx,
      )
    },
  ],
  [
    'a ledger loses its seed',
    ['seed_missing'],
    (tx, { plain }) => sql`delete from coverage where rule_id = ${ruleOf(plain)} and starts_on is null`.execute(tx),
  ],
  [
    'a ledger has two seeds',
    ['overlap', 'seed_repeated'],
    (tx, { plain }) =>
      sql`insert into coverage (account_id, rule_id, ends_on, disposition) select account_id, rule_id, '2026-03-10', 'seed' from coverage where ${period(plain, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a rule says that it is due later than it is',
    ['head'],
    (tx, { plain }) => sql`update invoice_rule set next_due_on = '2026-05-10' where id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'a rule says that it is never due',
    ['head'],
    (tx, { plain }) => sql`update invoice_rule set next_due_on = null where id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'a rule says that it is covered longer',
    ['head'],
    (tx, { plain }) => sql`update invoice_rule set covered_until = '2026-05-10' where id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'a period stays uncharged although no suspension says so',
    ['suspension_not_as_told', 'uncharged_without_cause'],
    (tx, { resting }) => sql`delete from contract_suspension where contract_id = ${readId('contract', resting.id)}`.execute(tx),
  ],
  [
    'a period is said to be billed elsewhere',
    ['billed_elsewhere_without_cause', 'billed_twice', 'wrong_reason'],
    (tx, { plain }) =>
      sql`update coverage set disposition = 'billed_elsewhere', invoice_id = null where ${period(plain, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'an archived rule keeps a period open',
    ['billed_twice', 'open_in_archived_rule', 'rule_not_as_told'],
    async (tx, { plain }) => {
      await sql`update coverage set disposition = 'open', invoice_id = null, closed_at = null, closed_seq = null where ${period(plain, '2026-03-10')}`.execute(
        tx,
      )
      await sql`update invoice_rule set archived_at = created_at where id = ${ruleOf(plain)}`.execute(tx)
    },
  ],

  // --- What is billed ---
  [
    'a billed period names no invoice',
    ['billed_twice', 'invoice_missing'],
    (tx, { resting }) => sql`update coverage set invoice_id = null where ${period(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a period with an invoice counts as waived',
    ['closed_otherwise', 'waiver_not_as_told'],
    (tx, { resting }) => sql`update coverage set disposition = 'waived' where ${period(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'an invoice is gone',
    ['invoice_missing', 'subject_gone', 'wrong_item'],
    (tx, { resting }) => sql`delete from invoice where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a period names the invoice of another rule',
    ['billed_twice', 'invoice_of_another_rule', 'wrong_amount'],
    async (tx, { plain, resting }) => {
      await sql`update coverage set invoice_id = ${invoiceOn(plain, '2026-01-10')} where ${period(resting, '2026-01-10')}`.execute(
        tx,
      )
    },
  ],
  [
    'an invoice is of another customer than its rule',
    ['invoice_of_another_rule', 'receivable_not_as_told'],
    (tx, { resting }) =>
      sql`update invoice set customer_id = customer_id - 1 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a second invoice asks for the same period',
    ['billed_twice', 'ids_given_again'],
    async (tx, { resting }) => {
      const original = invoiceOn(resting, '2026-01-10')
      await copied(tx, 'invoice', sql`id = ${original}`, {
        id: sql`900001`,
        number: sql`null`,
        issue_on: sql`null`,
        state: sql`'to_emit'`,
      })
      await copied(tx, 'invoice_line', sql`invoice_id = ${original}`, { invoice_id: sql`900001` })
      await copied(tx, 'receivable', sql`invoice_id = ${original}`, {
        id: sql`900001`,
        invoice_id: sql`900001`,
        state: sql`'to_emit'`,
      })
      await copied(tx, 'history', sql`noun = 'invoice' and subject_id = ${original}`, {
        id: sql`nextval('history_id_seq')`,
        subject_id: sql`900001`,
        sealed_in: sql`null`,
      })
      await sql`insert into history_payload select account_id, id, decode(repeat('07', 32), 'hex'), null, null from history where subject_id = 900001`.execute(
        tx,
      )
      await sql`update history set digest = history_digest(decode(repeat('07', 32), 'hex'), null, null) where subject_id = 900001`.execute(
        tx,
      )
      await copied(tx, 'outbox', sql`noun = 'invoice' and subject_id = ${original}`, { subject_id: sql`900001` })
    },
  ],
  [
    'a released invoice still has its period',
    ['invoice_released'],
    (tx, { resting }) =>
      sql`update invoice set released_at = created_at where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a suspension was known and billed all the same',
    ['billed_while_suspended', 'suspension_not_as_told', 'work_missing'],
    (tx, { plain }) => suspended(tx, plain, sql`0`),
  ],
  [
    'the validity was over, and that was known',
    ['billed_outside_validity', 'validity_not_as_told', 'work_missing'],
    (tx, { plain }) =>
      sql`insert into contract_validity (account_id, contract_id, known_seq, known_at, starts_on, ends_on, cause)
          select account_id, contract_id, planned_seq - 1, created_at, '2026-01-10', '2026-02-28', 'test' from invoice
          where id = ${invoiceOn(plain, '2026-03-10')}`.execute(tx),
  ],
  [
    'the rule was over, and that was known',
    ['billed_outside_validity', 'terms_not_as_told'],
    (tx, { plain }) => sql`update rule_terms set ends_on = '2026-02-28' where rule_id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'a rule is said to withhold in other months only',
    ['terms_not_as_told', 'wrong_amount'],
    (tx, { full }) =>
      sql`update rule_terms set withholdings = '[{"tax": "irrf", "rateMicros": 15000, "until": "2026-01"}]'
          where rule_id = ${ruleOf(full)}`.execute(tx),
  ],
  [
    'the last period was cut by the end of the rule, and charged whole',
    ['terms_not_as_told', 'wrong_amount'],
    (tx, { plain }) =>
      sql`update rule_terms set ends_on = '2026-03-20', cut_end = 'prorate' where rule_id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'an invoice names another version of the terms',
    ['wrong_terms'],
    (tx, { resting }) => sql`update invoice set terms_version = 7 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'an invoice says another competence',
    ['wrong_dates'],
    (tx, { resting }) =>
      sql`update invoice set competence = '2026-02-01' where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'an amount is forged in every place that it stands',
    ['invoice_not_as_told', 'wrong_amount', 'wrong_item'],
    async (tx, { resting }) => {
      const invoice = invoiceOn(resting, '2026-01-10')
      await sql`update invoice set gross_cents = gross_cents + 1, net_cents = net_cents + 1 where id = ${invoice}`.execute(tx)
      await sql`update invoice_line set gross_cents = gross_cents + 1 where invoice_id = ${invoice}`.execute(tx)
      await sql`update receivable set amount_cents = amount_cents + 1 where invoice_id = ${invoice}`.execute(tx)
    },
  ],
  [
    'the price of the terms was another one',
    ['terms_not_as_told', 'wrong_amount'],
    (tx, { resting }) => sql`update rule_line set unit_price = 100.01 where rule_id = ${ruleOf(resting)}`.execute(tx),
  ],
  [
    'the terms were written by hand: nothing is billed by them yet',
    ['terms_not_as_told'],
    (tx, { plain }) => sql`update rule_terms set price_change = 'prorate' where rule_id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'a version was added that nobody told of',
    ['terms_not_as_told'],
    async (tx, { plain }) => {
      const first = sql`rule_id = ${ruleOf(plain)}`
      await copied(tx, 'rule_terms', first, {
        version: sql`2`,
        valid_from: sql`date '2027-01-10'`,
        known_seq: sql`nextval('fact_seq')`,
      })
      await copied(tx, 'rule_line', first, { terms_version: sql`2` })
    },
  ],
  [
    'a holiday that nobody entered puts due dates off',
    ['holiday_not_as_told'],
    tx =>
      sql`insert into organization_holiday (account_id, organization_id, on_date, name, scope, known_at)
          select account_id, id, '2026-07-09', 'Feriado', 'state', '2026-01-01T00:00:00Z' from organization`.execute(tx),
  ],
  [
    'a line is called otherwise',
    ['wrong_line'],
    (tx, { full }) =>
      sql`update invoice_line set description = 'Consultoria' where source = 'rule' and position = 1 and invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'the line of an event is called otherwise',
    ['event_line'],
    (tx, { plain }) =>
      sql`update invoice_line set description = 'Outra coisa' where source = 'event' and invoice_id = ${invoiceOn(plain, '2026-02-10')}`.execute(
        tx,
      ),
  ],
  [
    'the forecast of an invoice that a run left was put off',
    ['wrong_dates'],
    (tx, { adjusted }) =>
      sql`update invoice set estimated_issue_on = '2026-03-20' where id = ${invoiceOn(adjusted, '2026-03-10')}`.execute(tx),
  ],
  [
    'a share of days is charged as a whole',
    ['wrong_amount'],
    (tx, { resting }) =>
      sql`update invoice set prorated_days = 15, prorated_of = 31 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],

  // --- Cents ---
  [
    'a line has a cent more',
    ['cents_lines', 'wrong_amount'],
    (tx, { full }) =>
      sql`update invoice_line set gross_cents = gross_cents + 1 where position = 1 and invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a tax is said to be withheld of larger amounts only',
    ['cents_withheld', 'wrong_amount'],
    (tx, { full }) =>
      sql`update invoice_withholding set least_base_cents = 99999999 where invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a least base is put where none was said, and changes no cent',
    ['wrong_amount'],
    (tx, { full }) =>
      sql`update invoice_withholding set least_base_cents = 1 where invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(tx),
  ],
  [
    'a tax has a cent more',
    ['cents_withheld', 'wrong_amount'],
    (tx, { full }) =>
      sql`update invoice_withholding set amount_cents = amount_cents + 1 where invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a receivable asks for a cent more',
    ['cents_receivables', 'receivable_not_as_told'],
    (tx, { full }) =>
      sql`update receivable set amount_cents = amount_cents + 1 where installment = 3 and invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a cent moves from one installment to another',
    ['cents_installments', 'receivable_not_as_told'],
    (tx, { full }) =>
      sql`update receivable set amount_cents = amount_cents + case installment when 2 then 1 when 3 then -1 else 0 end
          where invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(tx),
  ],
  [
    'an installment is missing',
    ['cents_installments', 'cents_receivables', 'receivable_not_as_told'],
    (tx, { full }) =>
      sql`delete from receivable where installment = 2 and invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(tx),
  ],
  [
    'a receipt has a cent less',
    ['cents_receipts', 'receipt_not_as_told'],
    (tx, { full }) =>
      sql`update receipt set amount_cents = amount_cents - 1 where receivable_id in (select id from receivable where invoice_id = ${invoiceOn(full, '2026-01-10')})`.execute(
        tx,
      ),
  ],
  [
    'a receivable counts as received',
    ['cents_receipts', 'receivable_not_as_told', 'wrong_state'],
    (tx, { resting }) =>
      sql`update receivable set state = 'received' where invoice_id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a customer has a cent more of credit',
    ['cents_credit'],
    tx => sql`update customer_credit set balance_cents = balance_cents + 1 where customer_id = 2`.execute(tx),
  ],
  [
    'an overpayment is booked twice',
    ['cents_credit', 'ids_given_again'],
    tx => copied(tx, 'customer_credit_entry', sql`cause = 'overpayment'`, { id: sql`900001` }),
  ],
  [
    'an invoice counts as received',
    ['invoice_not_as_told', 'wrong_state'],
    (tx, { resting }) => sql`update invoice set state = 'received' where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],

  [
    'an adjustment is larger than its line',
    ['adjustment_not_as_told', 'cents_adjustments', 'wrong_item'],
    tx => sql`update invoice_adjustment set amount_cents = amount_cents + 1`.execute(tx),
  ],

  // --- Events ---
  [
    'an event is larger than its parts',
    ['cents_event', 'event_not_as_told'],
    tx => sql`update billing_event set amount_cents = amount_cents + 1 where parts = 4`.execute(tx),
  ],
  [
    'a part is consumed by two invoices',
    ['event_consumed_twice', 'event_of_another_rule', 'wrong_amount'],
    (tx, { plain, resting }) =>
      copied(tx, 'event_consumption', sql`invoice_id = ${invoiceOn(plain, '2026-02-10')}`, {
        invoice_id: invoiceOn(resting, '2026-01-10'),
      }),
  ],
  [
    'what a discount could not use is carried on twice',
    ['event_consumed_twice', 'ids_given_again'],
    tx =>
      copied(tx, 'billing_event_part', sql`origin = 'carried' and state = 'consumed' and amount_cents = 15000`, {
        id: sql`900001`,
        state: sql`'open'`,
        known_seq: sql`nextval('fact_seq')`,
      }),
  ],
  [
    'what a discount could not use is gone',
    ['event_lost', 'wrong_amount'],
    (tx, { discounted }) =>
      sql`delete from billing_event_part where rule_id = ${ruleOf(discounted)} and amount_cents = 5000`.execute(tx),
  ],
  [
    'a part says consumed and no invoice has it',
    ['event_lost', 'wrong_amount'],
    (tx, { plain }) => sql`delete from event_consumption where invoice_id = ${invoiceOn(plain, '2026-02-10')}`.execute(tx),
  ],
  [
    'two parts of an event are on one invoice',
    ['event_line', 'event_repeated_in_invoice', 'event_skipped', 'wrong_amount'],
    (tx, { full }) =>
      sql`update event_consumption set invoice_id = ${invoiceOn(full, '2026-01-10')} where invoice_id = ${invoiceOn(full, '2026-02-10')}`.execute(
        tx,
      ),
  ],
  [
    'an invoice has no line for what it consumed',
    ['cents_lines', 'event_line'],
    (tx, { plain }) =>
      sql`delete from invoice_line where source = 'event' and invoice_id = ${invoiceOn(plain, '2026-02-10')}`.execute(tx),
  ],
  [
    'an invoice was made without the event that waited for it',
    ['event_skipped', 'invoice_not_as_told', 'wrong_item'],
    async (tx, { plain }) => {
      const invoice = invoiceOn(plain, '2026-02-10')
      await sql`update billing_event_part set state = 'open' where id = (select part_id from event_consumption where invoice_id = ${invoice})`.execute(
        tx,
      )
      await sql`delete from event_consumption where invoice_id = ${invoice}`.execute(tx)
      await sql`delete from invoice_line where source = 'event' and invoice_id = ${invoice}`.execute(tx)
      await sql`update invoice set gross_cents = gross_cents - 3000, net_cents = net_cents - 3000 where id = ${invoice}`.execute(
        tx,
      )
      await sql`update receivable set amount_cents = amount_cents - 3000 where invoice_id = ${invoice}`.execute(tx)
    },
  ],
  [
    'a difference of price is left over of a period whose price did not change',
    ['wrong_difference'],
    (tx, { plain }) => settles(tx, plain, { amount_cents: sql`e.amount_cents`, cancelled_cents: sql`0` }),
  ],
  [
    'the periods of a difference do not sum to its event',
    ['cents_event', 'wrong_difference'],
    (tx, { plain }) => settles(tx, plain, { amount_cents: sql`e.amount_cents - 1`, cancelled_cents: sql`0` }),
  ],
  [
    'a difference says that it was taken back, and was billed',
    ['event_not_cancelled'],
    (tx, { plain }) => settles(tx, plain, { amount_cents: sql`e.amount_cents`, cancelled_cents: sql`e.amount_cents` }),
  ],
  // --- Readjustments ---
  [
    'a readjustment that is to come has no date on which it is done',
    ['readjustment_not_as_told', 'work_missing'],
    (tx, { plain }) => readjusted(tx, plain, { archived: false, values: [], factor: '1', newPrice: '100' }),
  ],
  [
    'a readjustment is of another factor than its months make',
    ['readjustment_not_as_told', 'wrong_readjustment'],
    (tx, { plain }) => readjusted(tx, plain, { values: [['2024-09', '0.62']], factor: '1.0063', newPrice: '100.63' }),
  ],
  [
    'a readjustment went by a value that nobody published',
    ['readjustment_not_as_told', 'wrong_readjustment'],
    (tx, { plain }) => readjusted(tx, plain, { values: [['2024-09', '0.72']], factor: '1.0072', newPrice: '100.72' }),
  ],
  [
    'a readjustment made another price than its factor does',
    ['readjustment_not_as_told', 'wrong_readjustment'],
    (tx, { plain }) => readjusted(tx, plain, { values: [['2024-09', '0.62']], factor: '1.0062', newPrice: '101' }),
  ],
  [
    'a readjustment made a price that no version of the rule says',
    ['readjustment_not_as_told', 'wrong_readjustment'],
    (tx, { plain }) => readjusted(tx, plain, { values: [['2024-09', '0.62']], factor: '1.0062', newPrice: '100.62', version: 1 }),
  ],
  [
    'a readjustment went by another month than its own',
    ['readjustment_not_as_told', 'wrong_readjustment'],
    (tx, { plain }) => readjusted(tx, plain, { values: [['2024-08', '0.29']], factor: '1.0029', newPrice: '100.29' }),
  ],
  [
    'a readjustment kept a price as if its index had fallen, and it had risen',
    ['readjustment_not_as_told', 'wrong_readjustment'],
    (tx, { plain }) =>
      readjusted(tx, plain, { values: [['2024-09', '0.62']], factor: '1.0062', newPrice: '100', outcome: 'held_at_zero' }),
  ],
  [
    'periods were billed in spite of a readjustment whose date had come and that nobody had approved',
    ['billed_without_readjustment', 'readjustment_not_as_told'],
    async (tx, { plain }) => {
      await counts(tx, 'readjustment', 1)
      await sql`
        insert into readjustment (account_id, id, rule_id, index_code, every_months, method, lag_months, allows_negative, approval_wanted,
          starts_on, first_number, next_number, next_on, waits_for, dated_seq, created_at)
        values (current_setting('bordero.account')::bigint, 1, ${ruleOf(plain)}, 'igpm', 12, 'monthly_product', 1, false, true, '2026-02-10',
          0, 0, '2026-02-10', 'approval', 0, '2026-01-10T12:00:00Z')`.execute(tx)
    },
  ],
  [
    'a part is cancelled that nobody cancelled',
    ['event_lost'],
    tx => sql`update billing_event_part set state = 'cancelled' where state = 'open'`.execute(tx),
  ],
  [
    'a cancelled event keeps a part open',
    ['event_not_as_told', 'event_not_cancelled'],
    tx =>
      sql`update billing_event set cancelled_at = created_at, version = version where id = (select max(event_id) from billing_event_part where state = 'open')`.execute(
        tx,
      ),
  ],

  // --- Numbers ---
  [
    'two invoices have one number',
    ['invoice_not_as_told', 'number_repeated'],
    (tx, { plain, resting }) =>
      sql`update invoice set number = (select number from invoice where id = ${invoiceOn(plain, '2026-01-10')}) where id = ${invoiceOn(resting, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a number was never given',
    ['invoice_not_as_told', 'number_out_of_range'],
    (tx, { resting }) => sql`update invoice set number = 4711 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],

  // --- What the history told of money ---
  [
    'a payment is entered by hand',
    ['ids_given_again', 'receipt_not_as_told'],
    async (tx, { resting }) => {
      const receivable = receivableOn(resting, '2026-01-10')
      await sql`update receivable set received_cents = 100 where id = ${receivable}`.execute(tx)
      await sql`insert into receipt (account_id, id, receivable_id, kind, amount_cents, received_on, created_at)
                select account_id, 900001, id, 'payment', 100, due_on, created_at from receivable where id = ${receivable}`.execute(
        tx,
      )
    },
  ],
  [
    'an invoice is paid by hand',
    ['history_missing', 'ids_given_again', 'invoice_not_as_told', 'outbox_missing', 'receipt_not_as_told'],
    async (tx, { resting }) => {
      const invoice = invoiceOn(resting, '2026-01-10')
      await sql`update invoice set state = 'received', version = version + 1 where id = ${invoice}`.execute(tx)
      await sql`update receivable set state = 'received', received_cents = amount_cents, received_on = i.issue_on
                from invoice i where i.id = invoice_id and invoice_id = ${invoice}`.execute(tx)
      await sql`insert into receipt (account_id, id, receivable_id, kind, amount_cents, received_on, created_at)
                select account_id, 900001, id, 'payment', amount_cents, received_on, created_at from receivable where invoice_id = ${invoice}`.execute(
        tx,
      )
    },
  ],
  [
    'a payment comes on another day',
    ['receipt_not_as_told'],
    (tx, { full }) =>
      sql`update receipt set received_on = received_on - 1 where receivable_id = ${receivableOn(full, '2026-01-10')}`.execute(tx),
  ],
  [
    'a payment counts as undone',
    ['receipt_not_as_told', 'receivable_not_as_told'],
    async (tx, { full }) => {
      await sql`update receipt set undone_at = created_at where receivable_id = ${receivableOn(full, '2026-01-10')}`.execute(tx)
      await sql`update receivable set received_cents = 0 where id = ${receivableOn(full, '2026-01-10')}`.execute(tx)
    },
  ],
  [
    'a payment is taken out',
    ['receipt_not_as_told', 'receivable_not_as_told'],
    async (tx, { full }) => {
      await sql`delete from receipt where receivable_id = ${receivableOn(full, '2026-01-10')}`.execute(tx)
      await sql`update receivable set received_cents = 0 where id = ${receivableOn(full, '2026-01-10')}`.execute(tx)
    },
  ],
  [
    'a run spent less of a credit than it told',
    ['receipt_not_as_told'],
    async tx => {
      await sql`update receivable set received_cents = received_cents - 1000 where id = (select receivable_id from receipt where kind = 'credit')`.execute(
        tx,
      )
      await sql`update receipt set amount_cents = amount_cents - 1000 where kind = 'credit'`.execute(tx)
      await sql`update customer_credit_entry set amount_cents = amount_cents + 1000 where cause = 'spent'`.execute(tx)
      await sql`update customer_credit c set balance_cents = balance_cents + 1000
                where customer_id = (select customer_id from customer_credit_entry where cause = 'spent')`.execute(tx)
    },
  ],
  [
    'a customer has credit that nobody granted',
    ['credit_not_as_told', 'ids_given_again'],
    async (tx, { shop }) => {
      await sql`insert into customer_credit_entry (account_id, id, customer_id, organization_id, amount_cents, cause, created_at)
                select account_id, 900001, customer_id, organization_id, 5000, 'granted', created_at
                from contract where id = (select min(id) from contract)`.execute(tx)
      await sql`update customer_credit set balance_cents = balance_cents + 5000
                where customer_id = (select customer_id from customer_credit_entry where id = 900001)
                  and organization_id = ${readId('organization', shop.organizationId)}`.execute(tx)
    },
  ],
  [
    'credit that was granted is taken out',
    ['credit_not_as_told'],
    async (tx, { ctx, shop, plain }) => {
      const organizationId = readId('organization', shop.organizationId) ?? 0
      await grantCredit(ctx, readId('customer', plain.customerId) ?? 0, {
        organizationId,
        amountCents: cents(700),
        reason: 'Brinde',
      })
      await sql`delete from customer_credit_entry where cause = 'granted'`.execute(tx)
      await sql`update customer_credit set balance_cents = balance_cents - 700
                where customer_id = ${readId('customer', plain.customerId)}`.execute(tx)
    },
  ],
  [
    'what a payment left over counts as granted',
    ['cents_credit', 'credit_not_as_told'],
    tx => sql`update customer_credit_entry set cause = 'granted', receipt_id = null where cause = 'overpayment'`.execute(tx),
  ],
  [
    'what a run made falls due on another day',
    ['wrong_due_date'],
    (tx, { resting }) =>
      sql`update receivable set due_on = due_on + 1 where id = ${receivableOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'what was paid in part falls due on another day',
    ['receivable_not_as_told', 'wrong_due_date'],
    (tx, { full }) =>
      sql`update receivable set due_on = due_on + 1 where invoice_id = ${invoiceOn(full, '2026-01-10')} and installment = 2`.execute(
        tx,
      ),
  ],
  [
    'what came from another system falls due on another day',
    ['receivable_not_as_told'],
    async (tx, { ctx, shop, plain }) => {
      const owner = {
        organizationId: readId('organization', shop.organizationId) ?? 0,
        customerId: readId('customer', plain.customerId) ?? 0,
        contractId: null,
      }
      await enterReceivables(tx, ctx, [{ ...owner, dueOn: civilDate('2026-02-20'), amountCents: cents(5000) }])
      await sql`update receivable set due_on = due_on + 1 where invoice_id is null`.execute(tx)
    },
  ],
  [
    'an invoice was issued on another day',
    ['invoice_not_as_told'],
    (tx, { resting }) =>
      sql`update invoice set issue_on = issue_on - 1 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a customer has another tax id',
    ['customer_not_as_told'],
    tx => sql`update customer set tax_id = '11444777000161' where id = (select max(customer_id) from contract)`.execute(tx),
  ],

  // --- History ---
  [
    'what was written is erased, and nobody asked for it',
    ['history_erased'],
    tx =>
      sql`update history_payload set before = null, after = null, salt = '', erased_at = now()
          where history_id = (select max(id) from history where noun = 'invoice')`.execute(tx),
  ],
  [
    'what was written is changed',
    ['history_altered', 'invoice_not_as_told'],
    tx =>
      sql`update history_payload set after = '{"netCents": 1}' where history_id = (select max(id) from history where noun = 'invoice')`.execute(
        tx,
      ),
  ],
  [
    'what was written is taken away',
    ['history_altered'],
    tx => sql`delete from history_payload where history_id = (select max(id) from history where noun = 'invoice')`.execute(tx),
  ],
  [
    'somebody else is said to have done it',
    ['history_chain_broken'],
    tx => sql`update history set actor = 'key:key_9' where id = (select min(id) from history)`.execute(tx),
  ],
  [
    'an entry is taken out',
    ['history_chain_broken', 'history_missing'],
    tx => sql`delete from history where id = (select min(id) from history where noun = 'contract')`.execute(tx),
  ],
  [
    'a seal is taken out',
    ['history_chain_broken'],
    tx => sql`delete from history_seal where seq = (select max(seq) from history_seal)`.execute(tx),
  ],
  [
    'a seal follows another one',
    ['history_chain_broken'],
    tx => sql`update history_seal set previous = sha256('x') where seq = (select max(seq) from history_seal)`.execute(tx),
  ],
  [
    'a version of an invoice is nowhere told',
    ['history_missing', 'outbox_missing'],
    (tx, { resting }) => sql`update invoice set version = version + 1 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a message is taken out',
    ['outbox_missing'],
    (tx, { resting }) =>
      sql`delete from outbox where noun = 'invoice' and subject_id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
]

async function copied(
  tx: Tx,
  table: string,
  where: ReturnType<typeof sql>,
  changes: Record<string, ReturnType<typeof sql>>,
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns where table_schema = 'public' and table_name = ${table}`.execute(
    tx,
  )
  const names = rows.map(({ name }) => name)
  const values = names.map(name => changes[name] ?? sql.ref(name))
  await sql`insert into ${sql.table(table)} (${sql.join(names.map(name => sql.ref(name)))}) select ${sql.join(values)} from ${sql.table(table)} where ${where}`.execute(
    tx,
  )
}

/** Suspended in March, known with that place in the order of facts. */
export const suspended = (tx: Tx, of: Agreement, knownSeq: ReturnType<typeof sql>) =>
  sql`insert into contract_suspension (account_id, contract_id, from_on, until_on, charge_later, known_seq, known_at, until_known_seq, until_known_at)
      select account_id, id, '2026-03-01', '2026-04-01', false, ${knownSeq}, created_at, ${knownSeq}, created_at from contract
      where id = ${readId('contract', of.id)}`.execute(tx)

/** January is said to have had a difference of price: the event that February's invoice has. */
function settles(
  tx: Tx,
  { ruleId }: Agreement,
  wish: { amount_cents: RawBuilder<unknown>; cancelled_cents: RawBuilder<unknown> },
) {
  const rule = readId('invoice_rule', ruleId)
  return sql`
    insert into price_difference (account_id, rule_id, starts_on, event_id, ends_on, amount_cents, cancelled_cents)
    select e.account_id, e.rule_id, '2026-01-10', e.id, '2026-02-10', ${wish.amount_cents}, ${wish.cancelled_cents}
    from billing_event e where e.rule_id = ${rule}`.execute(tx)
}

/** What is planted with an id of its own was counted, so that only what is planted is found. */
const counts = (tx: Tx, counted: string, upTo: number) =>
  sql`insert into id_range (account_id, noun, next_id) values (current_setting('bordero.account')::bigint, ${counted}, ${upTo + 1})
      on conflict (account_id, noun, scope) do update set next_id = excluded.next_id`.execute(tx)

interface Planted {
  outcome?: 'applied' | 'held_at_zero'
  archived?: boolean
  values: [string, string][]
  factor: string
  newPrice: string
  /** The version that is said to have the new price; without one no price changed. */
  version?: number
}

/** A monthly clause of a rule at 100 reais, as if IGP-M of September 2024 had readjusted it on 1 October; published was 0.62 per cent. */
async function readjusted(
  tx: Tx,
  of: Agreement,
  { outcome = 'applied', archived = true, values, factor, newPrice, version }: Planted,
): Promise<void> {
  const at = '2024-10-01T12:00:00Z'
  for (const counted of ['readjustment', 'readjustment_application']) await counts(tx, counted, 1)
  await sql`
    insert into readjustment (account_id, id, rule_id, index_code, every_months, method, lag_months, allows_negative, approval_wanted, starts_on,
      first_number, next_number, next_on, created_at, archived_at)
    values (current_setting('bordero.account')::bigint, 1, ${ruleOf(of)}, 'igpm', 1, 'monthly_product', 1, false, false, '2024-10-01', 0, 40,
      '2028-02-01', ${at}, ${archived ? at : null})`.execute(tx)
  if (values.length === 0) return
  const prices = [{ validFrom: '2026-01-10', position: 1, serviceItemId: 1, oldUnitPrice: '100', newUnitPrice: newPrice }]
  await sql`
    insert into readjustment_application (account_id, id, readjustment_id, rule_id, due_on, number, outcome, index_code, method, first_month,
      last_month, index_values, factor, valid_from, first_version, last_version, prices, applied_by, applied_at)
    select current_setting('bordero.account')::bigint, 1, 1, ${ruleOf(of)}, '2024-10-01', 0, ${outcome}, 'igpm', 'monthly_product', '2024-09-01',
      '2024-09-01', jsonb_agg(jsonb_build_object('month', v.month, 'percent', v.percent, 'kind', 'official', 'knownSeq', i.known_seq)),
      cast(${factor}::text as numeric), case when cast(${version ?? null} as integer) is null then null else date '2026-01-10' end, cast(${version ?? null} as integer),
      cast(${version ?? null} as integer), cast(${JSON.stringify(prices)}::text as jsonb), 'key:key_1', ${at}
    from jsonb_to_recordset(cast(${JSON.stringify(values.map(([month, percent]) => ({ month, percent })))}::text as jsonb))
      as v (month text, percent text)
    join index_value i on i.index_code = 'igpm' and i.months = 1 and i.month = (v.month || '-01')::date`.execute(tx)
}
