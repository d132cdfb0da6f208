import { sql } from 'kysely'
import type { CivilDate } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import { isAmong, keepsPlan, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { constraintOf } from '../platform/db/faults.ts'
import { holdsText } from '../platform/db/plain-text.ts'
import type { Contract, ContractKind, ContractState } from './contract.ts'

const columns = sql`
  c.id, c.code, c.number, c.name, c.title, c.description, c.comments, c.kind, c.organization_id as "organizationId",
  c.customer_id as "customerId", c.state, c.starts_on as "startsOn", c.ends_on as "endsOn",
  c.bill_while_overdue as "billWhileOverdue", c.cancelled_on as "cancelledOn", c.cancel_reason as "cancelReason", c.version,
  c.created_at as "createdAt", c.archived_at as "archivedAt"`

export async function contractOf(tx: Reader, id: number): Promise<Contract | null> {
  const { rows } =
    await sql<Contract>`${keepsPlan} select ${columns} from contract c where c.account_id = ${account} and c.id = ${id}`.execute(
      tx,
    )
  return rows[0] ?? null
}

/** Those that exist among the ids, archived ones too. */
export async function contractsOf(tx: Reader, ids: readonly number[]): Promise<Map<number, Contract>> {
  const { rows } = await sql<Contract>`
    select ${columns} from contract c where c.account_id = ${account} and c.id in (select unnest(cast(${pgArray(ids)}::text as bigint[])))`.execute(
    tx,
  )
  return new Map(rows.map(contract => [contract.id, contract]))
}

/** Held until the transaction ends; the rules' rows come after it. */
export async function lockContract(tx: Tx, id: number): Promise<Contract | null> {
  const { rows } = await sql<Contract>`
    select ${columns} from contract c where c.account_id = ${account} and c.id = ${id} for no key update`.execute(tx)
  return rows[0] ?? null
}

/** Many at once, locked in the order that everyone keeps. One that does not exist is absent. */
export async function lockContracts(tx: Tx, ids: readonly number[]): Promise<Contract[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Contract>`
    select ${columns} from contract c where c.account_id = ${account} and ${isAmong('c.id', ids)} order by c.id for no key update`.execute(
    tx,
  )
  return rows
}

export interface ContractFilter {
  archived: boolean
  /** Part of the name, title, code or number, or of the customer's name. */
  q?: string | undefined
  code?: string | undefined
  state?: ContractState | undefined
  kind?: ContractKind | undefined
  organizationId?: number | undefined
  customerId?: number | undefined
  id?: number | undefined
}

export interface ListedContract extends Contract {
  /** The earliest day on which one of its rules can be due. */
  nextDueOn: CivilDate | null
}

/** In order of id, from the one after `after`. */
export async function listContracts(tx: Reader, filter: ContractFilter, after: number, limit: number): Promise<ListedContract[]> {
  const conditions = [
    sql`c.account_id = ${account}`,
    sql`c.id > ${after}`,
    filter.archived ? sql`c.archived_at is not null` : sql`c.archived_at is null`,
  ]
  if (filter.id !== undefined) conditions.push(sql`c.id = ${filter.id}`)
  if (filter.code !== undefined) conditions.push(sql`c.code = ${filter.code}`)
  if (filter.state !== undefined) conditions.push(sql`c.state = ${filter.state}`)
  if (filter.kind !== undefined) conditions.push(sql`c.kind = ${filter.kind}`)
  if (filter.organizationId !== undefined) conditions.push(sql`c.organization_id = ${filter.organizationId}`)
  if (filter.customerId !== undefined) conditions.push(sql`c.customer_id = ${filter.customerId}`)
  if (filter.q !== undefined) {
    const own = ['c.name', 'c.title', 'c.code', 'c.number'].map(column => holdsText(column, filter.q ?? ''))
    // Customers are looked through once, and not once for each contract.
    const byCustomer = sql`c.customer_id in (select p.id from customer p where p.account_id = ${account} and ${holdsText('p.name', filter.q)})`
    conditions.push(sql`(${sql.join([...own, byCustomer], sql` or `)})`)
  }
  const { rows } = await sql<ListedContract>`
    select ${columns}, (
      select min(r.next_due_on) from invoice_rule r
      where r.account_id = c.account_id and r.contract_id = c.id and r.archived_at is null
    ) as "nextDueOn"
    from contract c where ${sql.join(conditions, sql` and `)} order by c.id limit ${limit}`.execute(tx)
  return rows
}

/** Contracts in use that have one of the codes, by code: for an import that meets contracts it knows. */
export async function contractsByCode(tx: Reader, codes: readonly string[]): Promise<Map<string, Contract>> {
  if (codes.length === 0) return new Map()
  const { rows } = await sql<Contract & { code: string }>`
    select ${columns} from ${rowsOf(
      { code: 'text' },
      codes.map(code => ({ code })),
    )} as k
    join contract c on c.account_id = ${account} and c.code = k.code and c.archived_at is null`.execute(tx)
  return new Map(rows.map(contract => [contract.code, contract]))
}

/** Whether an organization or a customer has contracts that are not over. */
export async function hasLiveContracts(
  tx: Reader,
  {
    organizationId,
    customerId,
  }: { organizationId: number; customerId?: number } | { organizationId?: number; customerId: number },
): Promise<boolean> {
  const parties = [
    ...(organizationId === undefined ? [] : [sql`organization_id = ${organizationId}`]),
    ...(customerId === undefined ? [] : [sql`customer_id = ${customerId}`]),
  ]
  const { rows } = await sql`
    select from contract
    where account_id = ${account} and ${sql.join(parties, sql` and `)} and archived_at is null and state in ('draft', 'active', 'suspended') limit 1`.execute(
    tx,
  )
  return rows.length > 0
}

/** Contracts of an organization or a customer of which something is still to be billed, as the heads of their rules say. */
export async function contractsLeftToBill(
  tx: Reader,
  of: { organizationId: number } | { customerId: number },
  limit: number,
): Promise<number[]> {
  const party = 'organizationId' in of ? sql`organization_id = ${of.organizationId}` : sql`customer_id = ${of.customerId}`
  const { rows } = await sql<{ id: number }>`
    select distinct contract_id as id from invoice_rule
    where account_id = ${account} and ${party} and archived_at is null and next_due_on is not null order by 1 limit ${limit}`.execute(
    tx,
  )
  return rows.map(row => row.id)
}

const written = {
  id: 'bigint',
  code: 'text',
  number: 'text',
  name: 'text',
  title: 'text',
  description: 'text',
  comments: 'text',
  kind: 'text',
  organization_id: 'bigint',
  customer_id: 'bigint',
  state: 'text',
  starts_on: 'date',
  ends_on: 'date',
  bill_while_overdue: 'boolean',
  cancelled_on: 'date',
  cancel_reason: 'text',
  version: 'integer',
  created_at: 'timestamptz',
  archived_at: 'timestamptz',
} as const

function toRow(it: Contract) {
  return {
    id: it.id,
    code: it.code,
    number: it.number,
    name: it.name,
    title: it.title,
    description: it.description,
    comments: it.comments,
    kind: it.kind,
    organization_id: it.organizationId,
    customer_id: it.customerId,
    state: it.state,
    starts_on: it.startsOn,
    ends_on: it.endsOn,
    bill_while_overdue: it.billWhileOverdue,
    cancelled_on: it.cancelledOn,
    cancel_reason: it.cancelReason,
    version: it.version,
    created_at: it.createdAt,
    archived_at: it.archivedAt,
  }
}

export async function insertContracts(tx: Tx, contracts: readonly Contract[]): Promise<void> {
  if (contracts.length === 0) return
  await orCodeTaken(() =>
    sql`
      insert into contract (account_id, id, code, number, name, title, description, comments, kind, organization_id, customer_id,
                            state, starts_on, ends_on, bill_while_overdue, cancelled_on, cancel_reason, version, created_at, archived_at)
      select ${account}, id, code, number, name, title, description, comments, kind, organization_id, customer_id,
             state, starts_on, ends_on, bill_while_overdue, cancelled_on, cancel_reason, version, created_at, archived_at
      from ${rowsOf(written, contracts.map(toRow))} as r`.execute(tx),
  )
}

/** Everything that may change. The caller holds the row. */
export async function saveContract(tx: Tx, it: Contract): Promise<void> {
  await orCodeTaken(() =>
    sql`
      update contract
      set code = ${it.code}, number = ${it.number}, name = ${it.name}, title = ${it.title}, description = ${it.description},
          comments = ${it.comments}, state = ${it.state}, starts_on = ${it.startsOn}, ends_on = ${it.endsOn},
          bill_while_overdue = ${it.billWhileOverdue}, cancelled_on = ${it.cancelledOn}, cancel_reason = ${it.cancelReason},
          version = ${it.version}, archived_at = ${it.archivedAt}
      where account_id = ${account} and id = ${it.id}`.execute(tx),
  )
}

async function orCodeTaken(save: () => Promise<unknown>): Promise<void> {
  try {
    await save()
  } catch (error) {
    if (constraintOf(error) === 'contract_code') {
      refuse('code_taken', 'Já existe um contrato com este código.', { path: '/code' })
    }
    throw error
  }
}
