// The credit of a customer with one organization: a balance, the entries that it is the sum of, and the lock of that customer.

import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import { type Cents, zeroCents } from '../core/money.ts'
import { account } from '../platform/account.ts'
import { isAmong, keepsPlan, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'

export type CreditCause = 'overpayment' | 'overpayment_undone' | 'spent' | 'given_back' | 'granted'
export type CreditOwner = { readonly customerId: number; readonly organizationId: number }
export type CreditBalance = CreditOwner & { balanceCents: Cents }

export type CreditEntry = CreditOwner & {
  readonly id: number
  /** Positive adds to the balance, negative takes from it. */
  readonly amountCents: Cents
  readonly cause: CreditCause
  readonly receiptId: number | null
  readonly createdAt: Instant
}

/** A balance from before it was bounded may be more than can be counted with: it is taken for the most, so that it can be undone. */
const countable = sql`least(balance_cents, ${sql.raw(String(Number.MAX_SAFE_INTEGER))})`

/**
 * Locks one customer with one organization and tells the balance. The row is made when it is missing, so that the lock holds for a
 * customer who never had credit: everything that moves the money of a customer takes it before invoices and receivables.
 */
export async function lockCredit(tx: Tx, owner: CreditOwner): Promise<Cents> {
  await sql`
    insert into customer_credit (account_id, customer_id, organization_id, balance_cents)
    values (${account}, ${owner.customerId}, ${owner.organizationId}, 0)
    on conflict do nothing`.execute(tx)
  const [locked] = await lockCredits(tx, [owner])
  return locked?.balanceCents ?? zeroCents
}

const ownerColumns = { customer_id: 'bigint', organization_id: 'bigint' } as const

/**
 * As `lockCredit` for many, in one statement and in the order of customer and organization. Only those that have a row are locked and
 * answered: where there is none there is nothing to spend.
 */
export async function lockCredits(tx: Tx, owners: readonly CreditOwner[]): Promise<CreditBalance[]> {
  if (owners.length === 0) return []
  const rows = owners.map(owner => ({ customer_id: owner.customerId, organization_id: owner.organizationId }))
  const locked = await sql<CreditBalance>`${keepsPlan}
    select customer_id as "customerId", organization_id as "organizationId", ${countable} as "balanceCents"
      from customer_credit
     where account_id = ${account}
       and ${isAmong(
         'customer_id',
         owners.map(owner => owner.customerId),
       )}
       and (customer_id, organization_id) in (select customer_id, organization_id from ${rowsOf(ownerColumns, rows)} as r)
     order by customer_id, organization_id
       for update`.execute(tx)
  return locked.rows
}

const entryColumns = {
  id: 'bigint',
  customer_id: 'bigint',
  organization_id: 'bigint',
  amount_cents: 'bigint',
  cause: 'text',
  receipt_id: 'bigint',
  created_at: 'timestamptz',
} as const

/** Writes entries and moves the balances by them, in one statement. The owners must be locked and have a row. */
export async function addCreditEntries(tx: Tx, entries: readonly CreditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map(entry => ({
    id: entry.id,
    customer_id: entry.customerId,
    organization_id: entry.organizationId,
    amount_cents: entry.amountCents,
    cause: entry.cause,
    receipt_id: entry.receiptId,
    created_at: entry.createdAt,
  }))
  await sql`
    with entry as (
      insert into customer_credit_entry (account_id, id, customer_id, organization_id, amount_cents, cause, receipt_id, created_at)
      select ${account}, id, customer_id, organization_id, amount_cents, cause, receipt_id, created_at
        from ${rowsOf(entryColumns, rows)} as r
      returning customer_id, organization_id, amount_cents
    ), moved as (
      select customer_id, organization_id, sum(amount_cents)::bigint as amount_cents from entry group by 1, 2
    )
    update customer_credit credit
       set balance_cents = credit.balance_cents + moved.amount_cents
      from moved
     where credit.account_id = ${account}
       and credit.customer_id = moved.customer_id
       and credit.organization_id = moved.organization_id`.execute(tx)
}

export async function readCredit(reader: Reader, owner: CreditOwner): Promise<Cents> {
  const { rows } = await sql<{ balanceCents: Cents }>`
    select ${countable} as "balanceCents" from customer_credit
     where account_id = ${account} and customer_id = ${owner.customerId} and organization_id = ${owner.organizationId}`.execute(
    reader,
  )
  return rows[0]?.balanceCents ?? zeroCents
}

/** A customer's balances with each organization that it ever had credit with. */
export async function creditBalancesOf(reader: Reader, customerId: number): Promise<CreditBalance[]> {
  const { rows } = await sql<CreditBalance>`
    select customer_id as "customerId", organization_id as "organizationId", ${countable} as "balanceCents"
      from customer_credit where account_id = ${account} and customer_id = ${customerId} order by organization_id`.execute(reader)
  return rows
}

/** The latest first, from the one before `before`. */
export async function listCreditEntries(
  reader: Reader,
  customerId: number,
  before: number | null,
  limit: number,
): Promise<CreditEntry[]> {
  const { rows } = await sql<CreditEntry>`
    select id, customer_id as "customerId", organization_id as "organizationId", amount_cents as "amountCents", cause,
           receipt_id as "receiptId", created_at as "createdAt"
      from customer_credit_entry
     where account_id = ${account} and customer_id = ${customerId} and (cast(${before} as bigint) is null or id < ${before})
     order by id desc limit ${limit}`.execute(reader)
  return rows
}
