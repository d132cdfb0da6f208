import { sql } from 'kysely'
import { civilDate } from '../../src/core/dates.ts'
import { cents, mostCents } from '../../src/core/money.ts'
import type { Tx } from '../../src/platform/db/db.ts'
import { receivePayment } from '../../src/receivables/receive-payment.ts'
import { performRenegotiation } from '../../src/renegotiation/perform-renegotiation.ts'
import { undoRenegotiation } from '../../src/renegotiation/undo-renegotiation.ts'
import type { Company } from './company.ts'
import { type Fault, invoiceOn } from './faults.ts'

// What was renegotiated, and is said to be something else.

const today = civilDate('2026-03-10')
const made = sql`renegotiation_id is not null`
const replaced = sql`renegotiated_by is not null`

export const renegotiations: Fault[] = [
  [
    'what replaced a debt asks for a cent less',
    ['receivable_not_as_told', 'renegotiation_cents'],
    async (tx, company) => {
      await renegotiated(tx, company)
      await sql`update receivable set amount_cents = amount_cents - 1 where ${made} and installment = 2`.execute(tx)
    },
  ],
  [
    'less is said to have been open of what was replaced',
    ['renegotiation_cents', 'renegotiation_not_as_told'],
    async (tx, company) => {
      await renegotiated(tx, company)
      await sql`update renegotiation_replaced set outstanding_cents = outstanding_cents - 1`.execute(tx)
    },
  ],
  [
    'a fee is said to have been added',
    ['renegotiation_cents', 'renegotiation_not_as_told'],
    async (tx, company) => {
      await renegotiated(tx, company)
      await sql`update renegotiation set fee_cents = fee_cents + 100`.execute(tx)
    },
  ],
  [
    'more was added than anybody may',
    ['amount_beyond_bounds', 'renegotiation_cents', 'renegotiation_not_as_told'],
    async (tx, company) => {
      await renegotiated(tx, company)
      await sql`update renegotiation set interest_cents = ${mostCents + 1}`.execute(tx)
    },
  ],
  [
    'a discount is said to have another reason',
    ['renegotiation_not_as_told'],
    async (tx, company) => {
      await renegotiated(tx, company)
      await sql`update renegotiation set discount_reason = 'Outro'`.execute(tx)
    },
  ],
  [
    'a debt is said to be renegotiated, and nothing replaced it',
    ['receivable_not_as_told', 'renegotiation_missing'],
    (tx, { resting }) =>
      sql`update receivable set state = 'renegotiated' where invoice_id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a renegotiation vanishes with what it replaced',
    ['renegotiation_missing', 'subject_gone'],
    async (tx, company) => {
      await renegotiated(tx, company)
      await sql`delete from renegotiation_replaced`.execute(tx)
      await sql`delete from renegotiation`.execute(tx)
    },
  ],
  [
    'what was renegotiated is said to be settled while it is owed',
    ['receivable_not_as_told', 'wrong_settlement', 'wrong_state'],
    async (tx, company) => {
      await renegotiated(tx, company)
      await sql`update receivable set settled_on = ${today} where ${replaced}`.execute(tx)
    },
  ],
  [
    'what was renegotiated is said to be owed though all that replaced it was received',
    ['receivable_not_as_told', 'wrong_settlement', 'wrong_state'],
    async (tx, company) => {
      for (const { id, amountCents } of (await renegotiated(tx, company)).receivables) {
        await receivePayment(company.ctx, { receivableId: id, amountCents: cents(amountCents), receivedOn: today })
      }
      await sql`update receivable set settled_on = null where ${replaced}`.execute(tx)
    },
  ],
  [
    'what was undone is asked for all the same',
    ['receivable_not_as_told', 'renegotiation_links'],
    async (tx, company) => {
      const { renegotiation } = await renegotiated(tx, company)
      await undoRenegotiation(company.ctx, renegotiation.id)
      await sql`update receivable set state = 'to_receive' where ${made} and installment = 1`.execute(tx)
    },
  ],
  [
    'another customer is asked for what replaced a debt',
    ['receivable_not_as_told', 'renegotiation_links'],
    async (tx, company) => {
      await renegotiated(tx, company)
      await sql`update receivable set customer_id = customer_id - 1 where ${made} and installment = 1`.execute(tx)
    },
  ],
]

/** The invoice of January is renegotiated on two dates. */
async function renegotiated(tx: Tx, { ctx, resting }: Company) {
  const { rows } = await sql<{ id: number }>`
    select id from receivable where invoice_id = ${invoiceOn(resting, '2026-01-10')} and state = 'to_receive'`.execute(tx)
  return performRenegotiation(ctx, {
    receivableIds: rows.map(({ id }) => id),
    fineCents: cents(200),
    discountCents: cents(100),
    discountReason: 'Acordo',
    installments: { count: 2, firstDueOn: today },
  })
}
