import { sql } from 'kysely'
import { refuse } from '../core/refusal.ts'
import { likePart } from '../core/text.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import { isAmong, keepsPlan, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { constraintOf } from '../platform/db/faults.ts'
import { holdsText } from '../platform/db/plain-text.ts'
import type { Customer, CustomerKind } from './customer.ts'

const columns = sql`
  id, kind, name, trade_name as "tradeName", tax_id as "taxId", municipal_registration as "municipalRegistration",
  billing_emails as "billingEmails", addresses, contacts, notes, version, created_at as "createdAt", archived_at as "archivedAt"`

export async function customerOf(tx: Reader, id: number): Promise<Customer | null> {
  const { rows } = await sql<Customer>`select ${columns} from customer where account_id = ${account} and id = ${id}`.execute(tx)
  return rows[0] ?? null
}

/** Those that exist among the ids, archived ones too. */
export async function customersOf(tx: Reader, ids: readonly number[]): Promise<Map<number, Customer>> {
  const { rows } = await sql<Customer>`${keepsPlan}
    select ${columns} from customer where account_id = ${account} and id in (select unnest(cast(${pgArray(ids)}::text as bigint[])))`.execute(
    tx,
  )
  return new Map(rows.map(customer => [customer.id, customer]))
}

export async function lockCustomer(tx: Tx, id: number): Promise<Customer | null> {
  const { rows } = await sql<Customer>`
    select ${columns} from customer where account_id = ${account} and id = ${id} for no key update`.execute(tx)
  return rows[0] ?? null
}

/** Waits for whoever is binding the customer, and makes the next one wait: what is asked after it of its contracts stays so. */
export async function lockLeavingCustomer(tx: Tx, id: number): Promise<Customer | null> {
  const { rows } = await sql<Customer>`
    select ${columns} from customer where account_id = ${account} and id = ${id} for update`.execute(tx)
  return rows[0] ?? null
}

/**
 * As `customersOf`, for what is going to name them: until the transaction ends nobody archives, erases or deletes one. Those who bind
 * the same customer, or change its data, do not wait for each other.
 */
export async function bindCustomers(tx: Tx, ids: readonly number[]): Promise<Map<number, Customer>> {
  const { rows } = await sql<Customer>`
    select ${columns} from customer where account_id = ${account} and ${isAmong('id', ids)} order by id for key share`.execute(tx)
  return new Map(rows.map(customer => [customer.id, customer]))
}

/** Those in use, by tax id: for an import that meets customers it knows. */
export async function customersByTaxId(tx: Reader, taxIds: readonly string[]): Promise<Map<string, Customer>> {
  const { rows } = await sql<Customer>`
    select ${columns} from customer
    where account_id = ${account} and tax_id in (select unnest(cast(${pgArray(taxIds)}::text as text[]))) and archived_at is null`.execute(
    tx,
  )
  return new Map(rows.map(customer => [customer.taxId ?? '', customer]))
}

/** Those in use, by lower-case name, which several may share. */
export async function customersByName(tx: Reader, names: readonly string[]): Promise<Map<string, Customer[]>> {
  const { rows } = await sql<ListedCustomer>`
    select ${columns}, lower(name) as place from customer
    where account_id = ${account} and lower(name) in (select unnest(cast(${pgArray(names.map(name => name.toLowerCase()))}::text as text[])))
      and archived_at is null
    order by id`.execute(tx)
  return Map.groupBy(rows, row => row.place)
}

export interface CustomerFilter {
  archived: boolean
  /** Part of a name, of a tax id (with or without its mask) or of a billing e-mail. */
  q?: string | undefined
  kind?: CustomerKind | undefined
  taxId?: string | undefined
  /** A billing e-mail as a whole. */
  email?: string | undefined
  id?: number | undefined
}

/** Where a page of customers ended: they are listed by name. */
export interface CustomerPlace {
  name: string
  id: number
}

export interface ListedCustomer extends Customer {
  /** The name as it sorts. */
  place: string
}

export async function listCustomers(
  tx: Reader,
  filter: CustomerFilter,
  after: CustomerPlace | null,
  limit: number,
): Promise<ListedCustomer[]> {
  const conditions = [sql`account_id = ${account}`, filter.archived ? sql`archived_at is not null` : sql`archived_at is null`]
  if (after !== null) conditions.push(sql`(lower(name), id) > (${after.name}, cast(${after.id} as bigint))`)
  if (filter.id !== undefined) conditions.push(sql`id = ${filter.id}`)
  if (filter.kind !== undefined) conditions.push(sql`kind = ${filter.kind}`)
  if (filter.taxId !== undefined) conditions.push(sql`tax_id = ${filter.taxId}`)
  if (filter.email !== undefined) {
    conditions.push(
      sql`exists (select from unnest(billing_emails) as e (address) where lower(e.address) = ${filter.email.toLowerCase()})`,
    )
  }
  if (filter.q !== undefined) conditions.push(matches(filter.q))
  const { rows } = await sql<ListedCustomer>`
    select ${columns}, lower(name) as place from customer where ${sql.join(conditions, sql` and `)}
    order by lower(name), id limit ${limit}`.execute(tx)
  return rows
}

function matches(q: string) {
  const part = `%${likePart(q.toLowerCase())}%`
  const bare = q.replace(/[./\-\s]/g, '').toUpperCase()
  const byTaxId = /^[0-9A-Z]*\d[0-9A-Z]*$/.test(bare) ? sql`tax_id like ${`%${bare}%`}` : sql`false`
  return sql`(${holdsText('name', q)} or ${holdsText('trade_name', q)} or ${byTaxId}
    or exists (select from unnest(billing_emails) as e (address) where lower(e.address) like ${part}))`
}

const written = {
  id: 'bigint',
  kind: 'text',
  name: 'text',
  trade_name: 'text',
  tax_id: 'text',
  municipal_registration: 'text',
  // An array of arrays is a matrix to PostgreSQL: each list travels as its own literal.
  billing_emails: 'text',
  addresses: 'jsonb',
  contacts: 'jsonb',
  notes: 'text',
  version: 'integer',
  created_at: 'timestamptz',
  archived_at: 'timestamptz',
} as const

function toRow(it: Customer) {
  return {
    id: it.id,
    kind: it.kind,
    name: it.name,
    trade_name: it.tradeName,
    tax_id: it.taxId,
    municipal_registration: it.municipalRegistration,
    billing_emails: pgArray(it.billingEmails),
    addresses: JSON.stringify(it.addresses),
    contacts: JSON.stringify(it.contacts),
    notes: it.notes,
    version: it.version,
    created_at: it.createdAt,
    archived_at: it.archivedAt,
  }
}

export async function insertCustomers(tx: Tx, customers: readonly Customer[]): Promise<void> {
  if (customers.length === 0) return
  await orTaxIdTaken(() =>
    sql`
      insert into customer (account_id, id, kind, name, trade_name, tax_id, municipal_registration, billing_emails, addresses, contacts,
                            notes, version, created_at, archived_at)
      select ${account}, id, kind, name, trade_name, tax_id, municipal_registration, billing_emails::text[], addresses, contacts,
             notes, version, created_at, archived_at
      from ${rowsOf(written, customers.map(toRow))} as r`.execute(tx),
  )
}

/** Everything that may change. The caller holds the rows. */
export async function saveCustomers(tx: Tx, customers: readonly Customer[]): Promise<void> {
  if (customers.length === 0) return
  await orTaxIdTaken(() =>
    sql`
      update customer c
      set kind = r.kind, name = r.name, trade_name = r.trade_name, tax_id = r.tax_id, municipal_registration = r.municipal_registration,
          billing_emails = r.billing_emails::text[], addresses = r.addresses, contacts = r.contacts, notes = r.notes,
          version = r.version, archived_at = r.archived_at
      from ${rowsOf(written, customers.map(toRow))} as r
      where c.account_id = ${account} and c.id = r.id and ${isAmong(
        'c.id',
        customers.map(({ id }) => id),
      )}`.execute(tx),
  )
}

/** Fails on a foreign key while anything hangs on it. */
export async function deleteCustomerRow(tx: Tx, id: number): Promise<void> {
  await sql`delete from customer where account_id = ${account} and id = ${id}`.execute(tx)
}

async function orTaxIdTaken(save: () => Promise<unknown>): Promise<void> {
  try {
    await save()
  } catch (error) {
    if (constraintOf(error) === 'customer_tax_id') {
      refuse('tax_id_taken', 'Já existe um cliente com este CNPJ ou CPF.', { path: '/taxId' })
    }
    throw error
  }
}
