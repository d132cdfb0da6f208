// All SQL of renegotiations. What they made and replaced are receivables, whose own store writes them.

import { type RawBuilder, sql } from 'kysely'
import type { Cents } from '../core/money.ts'
import { account } from '../platform/account.ts'
import { insertRows, isAmong } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Renegotiation, RenegotiationState } from './renegotiation.ts'

const columns = sql`
  n.id, n.organization_id as "organizationId", n.customer_id as "customerId", n.replaced_cents as "replacedCents",
  n.interest_cents as "interestCents", n.fine_cents as "fineCents", n.fee_cents as "feeCents", n.discount_cents as "discountCents",
  n.discount_reason as "discountReason", n.total_cents as "totalCents", n.down_payment_cents as "downPaymentCents", n.note,
  n.agreed_on as "agreedOn", n.version, n.created_at as "createdAt", n.undone_at as "undoneAt", n.undo_reason as "undoReason"`

export async function renegotiationOf(tx: Reader, id: number): Promise<Renegotiation | null> {
  const { rows } =
    await sql<Renegotiation>`select ${columns} from renegotiation n where n.account_id = ${account} and n.id = ${id}`.execute(tx)
  return rows[0] ?? null
}

export async function renegotiationsOf(tx: Reader, ids: readonly number[]): Promise<Map<number, Renegotiation>> {
  const { rows } = await sql<Renegotiation>`
    select ${columns} from renegotiation n where n.account_id = ${account} and ${isAmong('n.id', ids)}`.execute(tx)
  return new Map(rows.map(renegotiation => [renegotiation.id, renegotiation]))
}

export interface Replaced {
  readonly renegotiationId: number
  readonly receivableId: number
  /** What was outstanding of it then. */
  readonly outstandingCents: Cents
}

/** What renegotiations replaced, those that were undone too. */
export async function replacedBy(tx: Reader, renegotiationIds: readonly number[]): Promise<Replaced[]> {
  const { rows } = await sql<Replaced>`
    select renegotiation_id as "renegotiationId", receivable_id as "receivableId", outstanding_cents as "outstandingCents"
      from renegotiation_replaced
     where account_id = ${account} and ${isAmong('renegotiation_id', renegotiationIds)} order by renegotiation_id, receivable_id`.execute(
    tx,
  )
  return rows
}

export interface RenegotiationFilter {
  organizationId?: number | undefined
  customerId?: number | undefined
  /** That replaced this receivable, or made it. */
  receivableId?: number | undefined
  state?: RenegotiationState | undefined
}

/** Newest first, from the one before `before`. */
export async function listRenegotiations(
  tx: Reader,
  filter: RenegotiationFilter,
  before: number | null,
  limit: number,
): Promise<Renegotiation[]> {
  const { rows } = await sql<Renegotiation>`
    select ${columns} from renegotiation n
     where ${sql.join([sql`n.account_id = ${account}`, ...conditionsOf(filter, before)], sql` and `)}
     order by n.id desc limit ${limit}`.execute(tx)
  return rows
}

function conditionsOf({ organizationId, customerId, receivableId, state }: RenegotiationFilter, before: number | null) {
  const conditions: RawBuilder<unknown>[] = []
  if (before !== null) conditions.push(sql`n.id < ${before}`)
  if (organizationId !== undefined) conditions.push(sql`n.organization_id = ${organizationId}`)
  if (customerId !== undefined) conditions.push(sql`n.customer_id = ${customerId}`)
  if (receivableId !== undefined) {
    conditions.push(sql`n.id in (
      select p.renegotiation_id from renegotiation_replaced p where p.account_id = ${account} and p.receivable_id = ${receivableId}
      union all
      select r.renegotiation_id from receivable r where r.account_id = ${account} and r.id = ${receivableId})`)
  }
  if (state === 'undone') conditions.push(sql`n.undone_at is not null`)
  else if (state !== undefined) {
    const isOpen = sql`exists (
      select from receivable r
       where r.account_id = n.account_id and r.renegotiation_id = n.id and r.state <> 'received' and r.settled_on is null)`
    conditions.push(sql`n.undone_at is null`, state === 'open' ? isOpen : sql`not ${isOpen}`)
  }
  return conditions
}

const written = {
  id: 'bigint',
  organization_id: 'bigint',
  customer_id: 'bigint',
  replaced_cents: 'bigint',
  interest_cents: 'bigint',
  fine_cents: 'bigint',
  fee_cents: 'bigint',
  discount_cents: 'bigint',
  discount_reason: 'text',
  total_cents: 'bigint',
  down_payment_cents: 'bigint',
  note: 'text',
  agreed_on: 'date',
  created_at: 'timestamptz',
} as const

const writtenReplaced = { renegotiation_id: 'bigint', receivable_id: 'bigint', outstanding_cents: 'bigint' } as const

export async function insertRenegotiation(
  tx: Tx,
  forAccount: number,
  it: Renegotiation,
  replaced: readonly Pick<Replaced, 'receivableId' | 'outstandingCents'>[],
): Promise<void> {
  const row = {
    id: it.id,
    organization_id: it.organizationId,
    customer_id: it.customerId,
    replaced_cents: it.replacedCents,
    interest_cents: it.interestCents,
    fine_cents: it.fineCents,
    fee_cents: it.feeCents,
    discount_cents: it.discountCents,
    discount_reason: it.discountReason,
    total_cents: it.totalCents,
    down_payment_cents: it.downPaymentCents,
    note: it.note,
    agreed_on: it.agreedOn,
    created_at: it.createdAt,
  }
  await insertRows(tx, forAccount, 'renegotiation', written, [row])
  const rows = replaced.map(({ receivableId, outstandingCents }) => {
    return { renegotiation_id: it.id, receivable_id: receivableId, outstanding_cents: outstandingCents }
  })
  await insertRows(tx, forAccount, 'renegotiation_replaced', writtenReplaced, rows)
}

/** The caller holds its customer. */
export async function saveUndone(tx: Tx, { id, undoneAt, undoReason, version }: Renegotiation): Promise<void> {
  const result = await sql`
    update renegotiation set undone_at = ${undoneAt}, undo_reason = ${undoReason}, version = ${version}
     where account_id = ${account} and id = ${id} and undone_at is null`.execute(tx)
  if (Number(result.numAffectedRows) !== 1) throw new Error('a renegotiation was undone twice although its customer was held')
}
