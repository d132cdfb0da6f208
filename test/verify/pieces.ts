import { sql } from 'kysely'
import { categories } from '../../src/catalog/classification/category.ts'
import { departments } from '../../src/catalog/classification/department.ts'
import { createReference } from '../../src/catalog/references/create-reference.ts'
import { createReadjustment } from '../../src/contracts/readjustment/create-readjustment.ts'
import { deleteRule } from '../../src/contracts/rules/delete-rule.ts'
import { getRule } from '../../src/contracts/rules/read-rule.ts'
import { updateRule } from '../../src/contracts/rules/update-rule.ts'
import { civilDate } from '../../src/core/dates.ts'
import { readId } from '../../src/core/ids.ts'
import { decimal } from '../../src/core/money.ts'
import { cancelInvoice } from '../../src/invoices/cancel-invoice.ts'
import { createInvoice } from '../../src/invoices/create-invoice.ts'
import { redraftInvoice } from '../../src/invoices/release-invoice.ts'
import type { Tx } from '../../src/platform/db/db.ts'
import { changePlan } from '../../src/subscriptions/change-plan.ts'
import { createSubscription } from '../../src/subscriptions/create-subscription.ts'
import { plans } from '../../src/subscriptions/plan.ts'
import type { Company } from './company.ts'
import { type Fault, invoiceOn, ruleOf } from './faults.ts'

// What no sum shows: a line that says another quantity, a period that says another reason, what a subscription was told to be.

const eventLine = ({ full }: Company) => sql`source = 'event' and invoice_id = ${invoiceOn(full, '2026-01-10')}`
const adjustmentLine = sql`source = 'adjustment'`

export const pieces: Fault[] = [
  // --- Lines ---
  [
    'a surcharge is said to be two pieces',
    ['cents_lines'],
    (tx, company) => sql`update invoice_line set quantity = 2 where ${eventLine(company)}`.execute(tx),
  ],
  [
    'a discount is said to be two pieces: twice nothing is nothing',
    ['cents_lines'],
    (tx, { discounted }) =>
      sql`update invoice_line set quantity = 2 where source = 'event' and invoice_id = ${invoiceOn(discounted, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a surcharge is said to have another price',
    ['cents_lines'],
    (tx, company) => sql`update invoice_line set unit_price = unit_price + 1 where ${eventLine(company)}`.execute(tx),
  ],
  [
    'an adjustment is said to be two pieces',
    ['cents_lines'],
    tx => sql`update invoice_line set quantity = 2 where ${adjustmentLine}`.execute(tx),
  ],
  [
    'an adjustment is said to have another price',
    ['cents_lines'],
    tx => sql`update invoice_line set unit_price = unit_price + 1 where ${adjustmentLine}`.execute(tx),
  ],
  [
    'a surcharge is said to be for another service',
    ['event_line'],
    (tx, company) => sql`update invoice_line set service_item_id = 1 where ${eventLine(company)}`.execute(tx),
  ],
  [
    'an adjustment is said to be for a service',
    ['cents_adjustments'],
    tx => sql`update invoice_line set service_item_id = 1 where ${adjustmentLine}`.execute(tx),
  ],
  [
    'a line of the rule is said to come from an event',
    ['cents_lines'],
    (tx, { resting }) =>
      sql`update invoice_line set event_part_id = 1 where source = 'rule' and invoice_id = ${invoiceOn(resting, '2026-01-10')}`.execute(
        tx,
      ),
  ],

  [
    'an invoice that nobody touched is to be paid otherwise than its rule says',
    ['wrong_line'],
    (tx, { resting }) =>
      sql`update invoice set payment_method = 'pix' where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a whole period is said to be one of so many days',
    ['wrong_amount'],
    (tx, { resting }) => sql`update invoice set prorated_of = 31 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a tax is said to have another rate on an invoice that no rule made',
    ['cents_withheld'],
    async (tx, { ctx, shop, plain }) => {
      const { invoice } = await createInvoice(ctx, {
        contractId: readId('contract', plain.id) ?? 0,
        lines: [{ serviceItemId: readId('service_item', shop.serviceItemId) ?? 0, unitPrice: decimal('500') }],
        withholdings: [{ tax: 'iss', rateMicros: 20_000 }],
        receivables: [{ dueOn: civilDate('2026-03-20'), percent: decimal('100') }],
      })
      await sql`update invoice_withholding set rate_micros = 50000 where invoice_id = ${invoice.id}`.execute(tx)
    },
  ],
  [
    'an invoice that no rule made is said to be of two pieces',
    ['cents_lines'],
    async (tx, { ctx, shop, plain }) => {
      const { invoice } = await createInvoice(ctx, {
        contractId: readId('contract', plain.id) ?? 0,
        lines: [{ serviceItemId: readId('service_item', shop.serviceItemId) ?? 0, unitPrice: decimal('500') }],
        receivables: [{ dueOn: civilDate('2026-03-20'), percent: decimal('100') }],
      })
      await sql`update invoice_line set quantity = 2 where invoice_id = ${invoice.id}`.execute(tx)
    },
  ],
  [
    'what was left of a discount is said to be another of its parts',
    ['cents_event'],
    tx => sql`update billing_event_part set number = number + 1 where origin = 'carried'`.execute(tx),
  ],

  // --- The books ---
  [
    'a line is said to be of a category that its terms do not name',
    ['wrong_line'],
    (tx, { resting }) =>
      sql`update invoice_line set category_id = 77 where source = 'rule' and invoice_id = ${invoiceOn(resting, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'the terms of a rule are said to name a category, and so are the lines that it billed',
    ['terms_not_as_told'],
    async (tx, { ctx, resting }) => {
      const { id } = await createReference(ctx, categories, called('Serviços'))
      await sql`update rule_line set category_id = ${id} where rule_id = ${ruleOf(resting)}`.execute(tx)
      await sql`update invoice_line set category_id = ${id}
        where source = 'rule' and invoice_id in (select id from invoice where rule_id = ${ruleOf(resting)})`.execute(tx)
    },
  ],
  [
    'a share is a hundredth less, on a rule and on its invoice',
    ['shares_not_whole'],
    async (tx, company) => {
      await divided(company)
      await sql`update billing_details_share set percent = percent - 0.01 where position = 2`.execute(tx)
    },
  ],
  [
    'one share is by value, the other by percentage',
    ['shares_not_whole'],
    async (tx, company) => {
      await divided(company)
      await sql`update billing_details_share set percent = null, value_cents = 50 where position = 2`.execute(tx)
    },
  ],
  [
    'an organization is said to divide no amounts',
    ['organization_not_as_told'],
    tx => sql`update organization set apportionment_enabled = false`.execute(tx),
  ],

  // --- Reasons ---
  [
    'a validity is said to come from a cancellation',
    ['validity_not_as_told'],
    (tx, { plain }) =>
      sql`update contract_validity set cause = 'cancel' where contract_id = ${readId('contract', plain.id)}`.execute(tx),
  ],
  [
    'a billed period is said to be of a trial',
    ['wrong_reason'],
    (tx, { plain }) =>
      sql`update coverage set reason = 'trial' where rule_id = ${ruleOf(plain)} and disposition = 'billed'`.execute(tx),
  ],
  [
    'a ledger begins with a reason',
    ['wrong_reason'],
    (tx, { plain }) => sql`update coverage set reason = 'zz' where rule_id = ${ruleOf(plain)} and starts_on is null`.execute(tx),
  ],
  [
    'what ended with its rule is said to be replaced by another one',
    ['waiver_not_as_told'],
    async (tx, company) => {
      await archived(tx, company)
      await sql`update coverage set reason = 'rule_replaced' where reason = 'rule_deleted'`.execute(tx)
    },
  ],
  [
    'what ended with its rule is said to be of a trial',
    ['waiver_not_as_told'],
    async (tx, company) => {
      await archived(tx, company)
      await sql`update coverage set reason = 'trial' where reason = 'rule_deleted'`.execute(tx)
    },
  ],

  // --- Where an invoice goes back to ---
  [
    'an invoice that was issued is said to have been cancelled before',
    ['invoice_not_as_told'],
    async (tx, { ctx, resting }) => {
      const { rows } = await sql<{ id: number }>`select ${invoiceOn(resting, '2026-01-10')} as id`.execute(tx)
      await cancelInvoice(ctx, rows[0]?.id ?? 0, 'Engano')
      await sql`update invoice set cancelled_from = 'to_emit' where id = ${rows[0]?.id}`.execute(tx)
    },
  ],

  // --- Clauses ---
  [
    'a clause that readjusts prices vanishes',
    ['subject_gone'],
    async (tx, { ctx, plain }) => {
      const { id } = await createReadjustment(ctx, ruleOf(plain), { index: 'ipca', startsOn: civilDate('2027-01-10') })
      await sql`delete from readjustment where id = ${id}`.execute(tx)
      await sql`delete from due_work where kind = 'apply_readjustment'`.execute(tx)
    },
  ],

  // --- Plans and those who subscribed ---
  [
    'a plan costs ten times as much',
    ['plan_not_as_told'],
    async (tx, company) => {
      await planned(company, '50')
      await sql`update plan set price = price * 10`.execute(tx)
    },
  ],
  [
    'a plan vanishes',
    ['subject_gone'],
    async (tx, company) => {
      const id = await planned(company, '50')
      await sql`delete from plan where id = ${id}`.execute(tx)
    },
  ],
  [
    'a subscription is said to be to another plan',
    ['subscription_not_as_told'],
    async (tx, company) => {
      const { other } = await subscribed(company)
      await sql`update subscription set plan_id = ${other}`.execute(tx)
    },
  ],
  [
    'a subscription vanishes, and its contract goes on',
    ['subject_gone'],
    async (tx, company) => {
      await subscribed(company)
      await sql`delete from subscription`.execute(tx)
    },
  ],
  [
    'somebody subscribed to nothing that anybody told of',
    ['subscription_not_as_told'],
    async (tx, company) => {
      const id = await planned(company, '50')
      await sql`insert into subscription (account_id, contract_id, rule_id, plan_id, version, created_at)
                select account_id, contract_id, id, ${id}, 1, created_at from invoice_rule where id = ${ruleOf(company.plain)}`.execute(
        tx,
      )
    },
  ],
  [
    'a change of plan is said to have given back more',
    ['subscription_not_as_told'],
    async (tx, company) => {
      await changed(company)
      await sql`update plan_change set credit_cents = credit_cents + 10000`.execute(tx)
    },
  ],
  [
    'a change of plan is said to count from another day',
    ['subscription_not_as_told'],
    async (tx, company) => {
      await changed(company)
      await sql`update plan_change set effective_on = effective_on + 1`.execute(tx)
    },
  ],
  [
    'a change of plan vanishes',
    ['subscription_not_as_told'],
    async (tx, company) => {
      await changed(company)
      await sql`delete from plan_change`.execute(tx)
    },
  ],
  [
    'a change of plan is of another version of its contract',
    ['subscription_not_as_told'],
    async (tx, company) => {
      await changed(company)
      await sql`update plan_change set contract_version = contract_version + 1`.execute(tx)
    },
  ],
]

/** The rule of the resting contract ends with a period open, which is waived with it. */
async function archived(tx: Tx, { ctx, resting }: Company): Promise<void> {
  const { rows } = await sql<{ id: number }>`select ${invoiceOn(resting, '2026-03-10')} as id`.execute(tx)
  await redraftInvoice(ctx, rows[0]?.id ?? 0, 'Engano')
  const { rows: rules } = await sql<{ version: number }>`
    select version from invoice_rule where id = ${ruleOf(resting)}`.execute(tx)
  await deleteRule(ctx, ruleOf(resting), rules[0]?.version ?? 0)
}

async function planned({ ctx, shop }: Company, price: string): Promise<number> {
  const offered = {
    organizationId: readId('organization', shop.organizationId),
    serviceItemId: readId('service_item', shop.serviceItemId),
    name: `Plano de ${price}`,
    price,
  }
  const { id } = await createReference(ctx, plans, offered)
  return id
}

async function subscribed(company: Company): Promise<{ contractId: number; other: number }> {
  const planId = await planned(company, '50')
  const customerId = readId('customer', company.plain.customerId) ?? 0
  const { contractId } = await createSubscription(company.ctx, { planId, customerId, startsOn: civilDate('2026-03-01') })
  return { contractId, other: await planned(company, '80') }
}

async function changed(company: Company): Promise<void> {
  const { contractId, other } = await subscribed(company)
  await changePlan(company.ctx, contractId, other)
}

const called = (name: string): object => ({ name })

/** A rule whose amounts are divided among two departments. */
async function divided({ ctx, plain }: Company): Promise<void> {
  const made = [
    await createReference(ctx, departments, called('Vendas')),
    await createReference(ctx, departments, called('Suporte')),
  ]
  const shares = made.map(({ id }) => ({ targetId: id, description: null, percent: decimal('50') }))
  await updateRule(ctx, ruleOf(plain), (await getRule(ctx, ruleOf(plain))).rule.version, { details: { departments: shares } })
}
