import { sql } from 'kysely'
import { startRun } from '../../src/billing-run/start-run.ts'
import { contractOf } from '../../src/contracts/contract-store.ts'
import { changeTerms } from '../../src/contracts/rules/change-terms.ts'
import { civilDate } from '../../src/core/dates.ts'
import { readId } from '../../src/core/ids.ts'
import { cents, decimal } from '../../src/core/money.ts'
import { createOpenReceivables } from '../../src/import/open-receivables.ts'
import { emitInvoice } from '../../src/invoices/emit-invoice.ts'
import type { Tx } from '../../src/platform/db/db.ts'
import { record } from '../../src/platform/history.ts'
import type { Company } from './company.ts'
import { type Fault, invoiceOn, ruleOf } from './faults.ts'

// What somebody forges of differences, of what waits to go out, of runs, and of what all of them are counted by.

/** March's invoice of the rule that waits for approval, as a person's run left it. */
const waiting = ({ adjusted }: Company) => sql`${invoiceOn(adjusted, '2026-03-10')}`
/** The item that billed the resting contract's first period. */
const itemOf = ({ resting }: Company) => sql`invoice_id = ${invoiceOn(resting, '2026-01-10')} and kind = 'bill'`

/** The price of March changes on the 20th, for the days that are left of it. */
const dearer = ({ ctx, plain, shop }: Company) =>
  changeTerms(ctx, ruleOf(plain), {
    validFrom: civilDate('2026-03-20'),
    priceChange: 'prorate',
    lines: [{ serviceItemId: readId('service_item', shop.serviceItemId) ?? 0, unitPrice: decimal('200') }],
  })

export const emissionForgeries: Fault[] = [
  // --- Differences ---
  [
    'a difference of price forgets its period',
    ['event_not_as_told', 'wrong_difference'],
    async (tx, company) => {
      await dearer(company)
      await sql`delete from price_difference`.execute(tx)
    },
  ],
  [
    'a difference of price that forgot its period is asked for again',
    ['event_not_as_told'],
    async (tx, company) => {
      await dearer(company)
      await sql`delete from price_difference`.execute(tx)
      await dearer(company)
    },
  ],
  [
    'a difference of price vanishes with its event',
    ['subject_gone', 'wrong_difference'],
    async (tx, company) => {
      const { eventId } = await dearer(company)
      await sql`delete from price_difference`.execute(tx)
      await sql`delete from billing_event_part where event_id = ${eventId}`.execute(tx)
      await sql`delete from billing_event where id = ${eventId}`.execute(tx)
    },
  ],

  // --- What came from another system ---
  [
    'what an import brought vanishes',
    ['subject_gone'],
    async (tx, { ctx, plain }) => {
      const contract = await contractOf(tx, readId('contract', plain.id) ?? 0)
      if (contract === null) throw new Error('the company has this contract')
      await createOpenReceivables(tx, ctx, [{ contract, open: [{ dueOn: civilDate('2026-02-20'), amountCents: cents(5000) }] }])
      await sql`delete from receivable where invoice_id is null`.execute(tx)
    },
  ],
  [
    'what an older history calls entered is gone',
    ['subject_gone'],
    (tx, { ctx }) =>
      record(tx, ctx, [{ action: 'enter', subject: { noun: 'receivable', id: 4711, version: 1 }, after: { id: 4711 } }]),
  ],

  // --- Who may emit ---
  [
    'an invoice that waits for approval counts as approved',
    ['wrong_emission'],
    (tx, company) => sql`update invoice set approval = 'approved' where id = ${waiting(company)}`.execute(tx),
  ],
  [
    'an invoice that nobody approved was emitted',
    ['wrong_emission'],
    async (tx, company) => {
      const { rows } = await sql<{ id: number }>`
        update invoice set approval = 'approved' where id = ${waiting(company)} returning id`.execute(tx)
      await emitInvoice(company.ctx, { invoiceId: rows[0]?.id ?? 0 })
    },
  ],
  [
    'an invoice that a run wanted to go out waits for a person',
    ['wrong_emission'],
    (tx, company) => sql`update invoice set emit_wanted = false where id = ${waiting(company)}`.execute(tx),
  ],
  [
    'an invoice of an automatic rule is a draft',
    ['wrong_emission'],
    (tx, company) => sql`update invoice set management = 'draft' where id = ${waiting(company)}`.execute(tx),
  ],
  [
    'an invoice is held back as if its customer were late',
    ['invoice_not_as_told'],
    (tx, company) => sql`update invoice set held_by = 'customer_overdue' where id = ${waiting(company)}`.execute(tx),
  ],

  // --- Adjustments ---
  [
    'an adjustment is gone, its line stays',
    ['adjustment_not_as_told', 'wrong_item'],
    tx => sql`delete from invoice_adjustment`.execute(tx),
  ],
  [
    'an adjustment was made for another reason',
    ['adjustment_not_as_told'],
    tx => sql`update invoice_adjustment set reason = 'Outra'`.execute(tx),
  ],
  [
    'an adjustment was made by somebody else',
    ['adjustment_not_as_told'],
    tx => sql`update invoice_adjustment set made_by = 'key:key_77'`.execute(tx),
  ],

  // --- Runs ---
  [
    'an item says that it billed less',
    ['wrong_item'],
    (tx, company) =>
      sql`update billing_run_item set gross_cents = gross_cents - 1, net_cents = net_cents - 1 where ${itemOf(company)}`.execute(
        tx,
      ),
  ],
  [
    'an item of an adjusted invoice says that it billed the adjustment too',
    ['wrong_item'],
    (tx, { adjusted }) =>
      sql`update billing_run_item set gross_cents = gross_cents + 777 where invoice_id = ${invoiceOn(adjusted, '2026-01-10')} and kind = 'bill'`.execute(
        tx,
      ),
  ],
  [
    'an item names the invoice of another rule',
    ['wrong_item'],
    (tx, company) =>
      sql`update billing_run_item set invoice_id = ${invoiceOn(company.plain, '2026-01-10')} where ${itemOf(company)}`.execute(
        tx,
      ),
  ],
  ['an item is gone', ['item_missing'], tx => sql`delete from billing_run_item where run_id = 1 and item = 2`.execute(tx)],
  [
    'the last item is gone',
    ['item_missing'],
    tx =>
      sql`delete from billing_run_item where run_id = 1 and item = (select max(item) from billing_run_item where run_id = 1)`.execute(
        tx,
      ),
  ],
  [
    'an item was let pass its bounds, and nobody said so',
    ['allowance_not_as_told'],
    (tx, company) => sql`update billing_run_item set allowed_by = 'key:key_1' where ${itemOf(company)}`.execute(tx),
  ],
  [
    'a run vanishes with its items',
    ['subject_gone'],
    async (tx, { ctx }) => {
      const { id } = await startRun(ctx, { cause: 'person' })
      await sql`delete from due_work where kind = 'billing_run' and subject_id = ${id}`.execute(tx)
      await sql`delete from billing_run where id = ${id}`.execute(tx)
    },
  ],
  [
    'a person’s run counts as one of the scheduler, which emits nothing of a draft',
    // March's invoice that waits was to go out because a person asked for it.
    ['run_not_as_told', 'wrong_emission'],
    (tx, company) =>
      sql`update billing_run set cause = 'scheduler' where id = (select run_id from invoice where id = ${waiting(company)})`.execute(
        tx,
      ),
  ],

  // --- What all is counted by, and told the days by ---
  [
    'invoices are counted anew',
    ['ids_given_again'],
    tx => sql`update id_range set next_id = 1 where noun = 'invoice'`.execute(tx),
  ],
  ['nobody knows any more which event comes next', ['ids_given_again'], tx => takenOut(tx, 'billing_event')],
  [
    'an organization lies in a zone that does not exist',
    ['organization_not_as_told', 'time_zone_unknown'],
    tx => sql`update organization set time_zone = 'America/Sampa'`.execute(tx),
  ],
]

function takenOut(tx: Tx, noun: string) {
  return sql`delete from id_range where noun = ${noun}`.execute(tx)
}
