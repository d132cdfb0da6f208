import { sql } from 'kysely'
import { startRun } from '../../src/billing-run/start-run.ts'
import { workRun } from '../../src/billing-run/work-run.ts'
import { createEvent } from '../../src/contracts/events/create-event.ts'
import { waiveOnePeriod } from '../../src/contracts/ledger/waive-period.ts'
import { updateContract } from '../../src/contracts/update-contract.ts'
import { civilDate } from '../../src/core/dates.ts'
import { readId } from '../../src/core/ids.ts'
import { cents, decimal } from '../../src/core/money.ts'
import { createCustomer } from '../../src/customers/create-customer.ts'
import { createInvoice } from '../../src/invoices/create-invoice.ts'
import { redraftInvoice } from '../../src/invoices/release-invoice.ts'
import type { Tx } from '../../src/platform/db/db.ts'
import { erasePayloads, record } from '../../src/platform/history.ts'
import { enterReceivables } from '../../src/receivables/enter-receivables.ts'
import type { Agreement } from '../stories/story.ts'
import type { Company } from './company.ts'
import { type Fault, invoiceOn, ruleOf, suspended } from './faults.ts'

// What somebody forges who knows the tables well: every sum is right afterwards, and every derivation agrees with the rows. Only the
// history tells otherwise.

const contractOf = (of: Agreement) => readId('contract', of.id) ?? 0

/** A surcharge of R$ 900 that waits for April, as `e.id`. */
const surcharge = ({ ctx, plain }: Company) =>
  createEvent(ctx, ruleOf(plain), { kind: 'surcharge', description: 'Instalação', amountCents: 90_000 })

/** The last period of the resting contract stands open: its invoice was redrafted. */
async function openPeriod(tx: Tx, { ctx, resting }: Company): Promise<void> {
  const { rows } = await sql<{ id: number }>`select ${invoiceOn(resting, '2026-03-10')} as id`.execute(tx)
  await redraftInvoice(ctx, rows[0]?.id ?? 0, 'Engano')
}

const closed = sql`closed_at = now(), closed_seq = nextval('fact_seq')`

export const forgeries: Fault[] = [
  // --- Events ---
  [
    'a surcharge is cut to nine cents',
    ['event_not_as_told'],
    async (tx, company) => {
      const { id } = await surcharge(company)
      await sql`update billing_event set amount_cents = 9 where id = ${id}`.execute(tx)
      await sql`update billing_event_part set amount_cents = 9 where event_id = ${id}`.execute(tx)
    },
  ],
  [
    'a surcharge becomes a discount',
    ['event_not_as_told'],
    async (tx, company) => {
      const { id } = await surcharge(company)
      await sql`update billing_event set kind = 'discount' where id = ${id}`.execute(tx)
    },
  ],
  [
    'a surcharge is said to be of another line',
    ['event_not_as_told'],
    async (tx, company) => {
      const { id } = await surcharge(company)
      await sql`update billing_event set line_number = 7 where id = ${id}`.execute(tx)
    },
  ],
  [
    'a surcharge vanishes with its parts',
    ['subject_gone'],
    async (tx, company) => {
      const { id } = await surcharge(company)
      await sql`delete from billing_event_part where event_id = ${id}`.execute(tx)
      await sql`delete from billing_event where id = ${id}`.execute(tx)
    },
  ],
  [
    'a surcharge is cancelled by hand',
    ['event_not_as_told'],
    async (tx, company) => {
      const { id } = await surcharge(company)
      await sql`update billing_event_part set state = 'cancelled' where event_id = ${id}`.execute(tx)
      await sql`update billing_event set cancelled_at = now() where id = ${id}`.execute(tx)
    },
  ],
  [
    'a part of a surcharge is put off for good',
    ['event_not_as_told'],
    async (tx, company) => {
      const { id } = await surcharge(company)
      await sql`update billing_event_part set earliest_month = '2099-01-01' where event_id = ${id}`.execute(tx)
    },
  ],
  [
    'a surcharge and its parts are put off for good',
    ['event_not_as_told'],
    async (tx, company) => {
      const { id } = await surcharge(company)
      await sql`update billing_event set first_month = '2099-01-01' where id = ${id}`.execute(tx)
      await sql`update billing_event_part set earliest_month = '2099-01-01' where event_id = ${id}`.execute(tx)
    },
  ],
  [
    'a surcharge is moved to the rule of another customer',
    ['event_not_as_told'],
    async (tx, company) => {
      const { id } = await surcharge(company)
      await sql`update billing_event set rule_id = ${ruleOf(company.resting)} where id = ${id}`.execute(tx)
      await sql`update billing_event_part set rule_id = ${ruleOf(company.resting)} where event_id = ${id}`.execute(tx)
    },
  ],
  [
    'a discount of R$ 5 is billed as a surcharge of R$ 9.000 to another customer',
    ['event_not_as_told'],
    async (tx, { ctx, plain, resting }) => {
      const { id } = await createEvent(ctx, ruleOf(plain), { kind: 'discount', description: 'Cortesia', amountCents: 500 })
      await sql`update billing_event set kind = 'surcharge', amount_cents = 900000, rule_id = ${ruleOf(resting)} where id = ${id}`.execute(
        tx,
      )
      await sql`update billing_event_part set amount_cents = 900000, rule_id = ${ruleOf(resting)} where event_id = ${id}`.execute(
        tx,
      )
      const run = await startRun(ctx, { cause: 'person', filters: { ahead: true, contracts: [contractOf(resting)] } })
      await workRun(ctx, run.id)
    },
  ],

  // --- The ledger ---
  [
    'an open period is waived by hand',
    ['waiver_not_as_told'],
    async (tx, company) => {
      await openPeriod(tx, company)
      await sql`update coverage set disposition = 'waived', reason = 'Cortesia', ${closed}
                where rule_id = ${ruleOf(company.resting)} and disposition = 'open'`.execute(tx)
    },
  ],
  [
    'an open period is said to be given up with an invoice that was deleted',
    ['waiver_not_as_told'],
    async (tx, company) => {
      await openPeriod(tx, company)
      await sql`update coverage set disposition = 'waived', reason = 'invoice_deleted', ${closed}
                where rule_id = ${ruleOf(company.resting)} and disposition = 'open'`.execute(tx)
    },
  ],
  [
    'a period that somebody waived waits to be billed',
    ['waiver_not_as_told'],
    async (tx, { ctx, plain }) => {
      await waiveOnePeriod(ctx, ruleOf(plain), civilDate('2026-04-10'), 'Cortesia')
      await sql`update coverage set disposition = 'open', reason = null, closed_at = null, closed_seq = null
                where rule_id = ${ruleOf(plain)} and disposition = 'waived'`.execute(tx)
      await sql`update invoice_rule set next_due_on = '2026-04-10' where id = ${ruleOf(plain)}`.execute(tx)
    },
  ],
  [
    'a period is not charged, for a suspension that nobody asked for',
    // It would last until April, and nothing is dated for its end.
    ['suspension_not_as_told', 'work_missing'],
    async (tx, company) => {
      await openPeriod(tx, company)
      await suspended(tx, company.resting, sql`nextval('fact_seq')`)
      await sql`update coverage set disposition = 'uncharged', reason = 'contract_suspended', ${closed}
                where rule_id = ${ruleOf(company.resting)} and disposition = 'open'`.execute(tx)
    },
  ],

  // --- The contract and its rule ---
  [
    'a contract ends earlier',
    ['contract_not_as_told', 'validity_not_as_told'],
    async (tx, { plain }) => {
      await sql`update contract_validity set ends_on = '2026-03-10' where contract_id = ${contractOf(plain)}`.execute(tx)
      await sql`update contract set ends_on = '2026-03-10', state = 'ended' where id = ${contractOf(plain)}`.execute(tx)
    },
  ],
  [
    'a contract counts as a purchase',
    ['contract_not_as_told'],
    async (tx, { plain }) => {
      await sql`update contract set kind = 'purchase' where id = ${contractOf(plain)}`.execute(tx)
      await sql`update invoice_rule set next_due_on = null where id = ${ruleOf(plain)}`.execute(tx)
    },
  ],
  [
    'a contract is not billed while something of its customer is late',
    ['contract_not_as_told'],
    (tx, { plain }) => sql`update contract set bill_while_overdue = false where id = ${contractOf(plain)}`.execute(tx),
  ],
  [
    'a contract is archived by hand',
    ['contract_not_as_told'],
    (tx, { plain }) => sql`update contract set archived_at = now() where id = ${contractOf(plain)}`.execute(tx),
  ],
  [
    'a rule is archived, and what it still had to bill waived with it',
    ['rule_not_as_told'],
    async (tx, company) => {
      await openPeriod(tx, company)
      const rule = ruleOf(company.resting)
      await sql`update coverage set disposition = 'waived', reason = 'rule_deleted', ${closed}
                where rule_id = ${rule} and disposition = 'open'`.execute(tx)
      await sql`update invoice_rule set archived_at = now(), next_due_on = null where id = ${rule}`.execute(tx)
    },
  ],
  [
    'a rule says that an open period was billed elsewhere',
    ['rule_not_as_told'],
    async (tx, company) => {
      await openPeriod(tx, company)
      const rule = ruleOf(company.resting)
      await sql`update coverage set disposition = 'billed_elsewhere', reason = 'billed_through', ${closed}
                where rule_id = ${rule} and disposition = 'open'`.execute(tx)
      await sql`update invoice_rule set billed_through = '2026-03-31' where id = ${rule}`.execute(tx)
    },
  ],

  // --- What is taken out whole ---
  [
    'an invoice vanishes with what it asked for, and its period counts as waived',
    ['subject_gone', 'waiver_not_as_told', 'wrong_item'],
    async (tx, { resting }) => {
      const { rows } = await sql<{ id: number }>`select ${invoiceOn(resting, '2026-03-10')} as id`.execute(tx)
      await sql`update coverage set disposition = 'waived', reason = 'Cortesia', invoice_id = null, terms_version = null
                where rule_id = ${ruleOf(resting)} and starts_on = '2026-03-10'`.execute(tx)
      await withoutInvoices(tx, sql`id = ${rows[0]?.id}`)
    },
  ],
  [
    'an invoice that no rule made vanishes',
    ['subject_gone'],
    async (tx, { ctx, shop, plain }) => {
      const { invoice } = await createInvoice(ctx, {
        contractId: contractOf(plain),
        lines: [{ serviceItemId: readId('service_item', shop.serviceItemId) ?? 0, unitPrice: decimal('500') }],
        receivables: [{ dueOn: civilDate('2026-03-20'), percent: decimal('100') }],
      })
      await withoutInvoices(tx, sql`id = ${invoice.id}`)
    },
  ],
  [
    'a rule vanishes with its invoices',
    ['subject_gone', 'terms_not_as_told', 'wrong_item'],
    async (tx, { resting }) => withoutRule(tx, resting),
  ],
  [
    'a contract vanishes with its invoices',
    ['subject_gone', 'terms_not_as_told', 'wrong_item'],
    async (tx, { resting }) => {
      await withoutRule(tx, resting)
      for (const table of ['contract_validity', 'contract_suspension'])
        await sql`delete from ${sql.table(table)} where contract_id = ${contractOf(resting)}`.execute(tx)
      await sql`delete from contract where id = ${contractOf(resting)}`.execute(tx)
    },
  ],
  [
    'what came from another system vanishes',
    ['subject_gone'],
    async (tx, { ctx, shop, plain }) => {
      const owner = {
        organizationId: readId('organization', shop.organizationId) ?? 0,
        customerId: readId('customer', plain.customerId) ?? 0,
        contractId: null,
      }
      await enterReceivables(tx, ctx, [{ ...owner, dueOn: civilDate('2026-02-20'), amountCents: cents(5000) }])
      await sql`delete from receivable where invoice_id is null`.execute(tx)
    },
  ],

  [
    'a customer vanishes',
    ['subject_gone'],
    async (tx, { ctx }) => {
      const { id } = await createCustomer(ctx, { kind: 'person', name: 'Ana' })
      await sql`delete from customer where id = ${id}`.execute(tx)
    },
  ],

  // --- What was attached ---
  [
    'an attachment is emptied in the history as if its customer had been erased',
    ['history_erased'],
    async (tx, { ctx }) => {
      const subject = { noun: 'attachment', id: 1, version: 1 } as const
      await record(tx, ctx, [{ action: 'create', subject, after: { invoiceId: 1, filename: 'contrato.pdf' } }])
      await erasePayloads(tx, 'attachment', 1, ctx.clock.now())
      await record(tx, ctx, [{ action: 'erase', subject: { ...subject, version: 3 }, after: { customerId: 1 } }])
    },
  ],
  // --- What happens by itself ---
  [
    'an organization is archived, and bills no more',
    ['organization_not_as_told'],
    async tx => {
      await sql`update organization set archived_at = now()`.execute(tx)
      await sql`delete from due_work`.execute(tx)
    },
  ],
  ['nothing is billed by itself any more', ['work_missing'], tx => sql`delete from due_work`.execute(tx)],
  [
    'the daily billing waits for a day that nobody will see',
    ['work_missing'],
    tx => sql`update due_work set due_at = '2099-01-01' where kind = 'daily_billing'`.execute(tx),
  ],
  [
    'a run goes on no more',
    ['work_missing'],
    async (tx, { ctx }) => {
      const run = await startRun(ctx, { cause: 'person' })
      await sql`delete from due_work where kind = 'billing_run' and subject_id = ${run.id}`.execute(tx)
    },
  ],
  [
    'a contract that ends will never turn',
    ['work_missing'],
    async (tx, { ctx, plain }) => {
      const { rows } = await sql<{ version: number }>`select version from contract where id = ${contractOf(plain)}`.execute(tx)
      await updateContract(ctx, contractOf(plain), rows[0]?.version ?? 0, { endsOn: civilDate('2026-12-31') })
      await sql`delete from due_work where kind = 'settle_contract'`.execute(tx)
    },
  ],
]

async function withoutInvoices(tx: Tx, which: ReturnType<typeof sql>): Promise<void> {
  const gone = sql`(select id from invoice where ${which})`
  await sql`delete from receivable where invoice_id in ${gone}`.execute(tx)
  await sql`delete from invoice_line where invoice_id in ${gone}`.execute(tx)
  await sql`delete from invoice where ${which}`.execute(tx)
}

async function withoutRule(tx: Tx, of: Agreement): Promise<void> {
  const rule = ruleOf(of)
  await withoutInvoices(tx, sql`rule_id = ${rule}`)
  for (const table of ['coverage', 'rule_line', 'rule_terms'])
    await sql`delete from ${sql.table(table)} where rule_id = ${rule}`.execute(tx)
  await sql`delete from invoice_rule where id = ${rule}`.execute(tx)
}
