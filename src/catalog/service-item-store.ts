import { sql } from 'kysely'
import { type Decimal, decimal } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { likePart } from '../core/text.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import { isAmong, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { constraintOf } from '../platform/db/faults.ts'
import type { ServiceItem } from './service-item.ts'

const columns = sql`
  id, code, name, description, unit_price as "unitPrice", version, created_at as "createdAt", archived_at as "archivedAt"`

export async function serviceItemOf(tx: Reader, id: number): Promise<ServiceItem | null> {
  const { rows } =
    await sql<ServiceItem>`select ${columns} from service_item where account_id = ${account} and id = ${id}`.execute(tx)
  return rows.map(fromRow)[0] ?? null
}

export async function lockServiceItem(tx: Tx, id: number): Promise<ServiceItem | null> {
  const { rows } = await sql<ServiceItem>`
    select ${columns} from service_item where account_id = ${account} and id = ${id} for no key update`.execute(tx)
  return rows.map(fromRow)[0] ?? null
}

/** Waits for whoever is binding the item, and makes the next one wait. */
export async function lockLeavingServiceItem(tx: Tx, id: number): Promise<ServiceItem | null> {
  const { rows } = await sql<ServiceItem>`
    select ${columns} from service_item where account_id = ${account} and id = ${id} for update`.execute(tx)
  return rows.map(fromRow)[0] ?? null
}

/**
 * As `serviceItemsOf`, for what is going to name them: until the transaction ends nobody archives or deletes one. Those who bind the
 * same item, or change its data, do not wait for each other.
 */
export async function bindServiceItems(tx: Tx, ids: readonly number[]): Promise<Map<number, ServiceItem>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<ServiceItem>`
    select ${columns} from service_item where account_id = ${account} and ${isAmong('id', ids)} order by id for key share`.execute(
    tx,
  )
  return new Map(rows.map(row => [row.id, fromRow(row)]))
}

/** Those that exist among the ids, archived ones too: an old contract may still name them. */
export async function serviceItemsOf(tx: Reader, ids: readonly number[]): Promise<Map<number, ServiceItem>> {
  const { rows } = await sql<ServiceItem>`
    select ${columns} from service_item where account_id = ${account} and id in (select unnest(cast(${pgArray(ids)}::text as bigint[])))`.execute(
    tx,
  )
  return new Map(rows.map(row => [row.id, fromRow(row)]))
}

/** Those in use, by lower-case name; of equal names the oldest: for an import that names services. */
export async function serviceItemsByName(tx: Reader, names: readonly string[]): Promise<Map<string, ServiceItem>> {
  const { rows } = await sql<ServiceItem>`
    select ${columns} from service_item
    where account_id = ${account} and lower(name) in (select unnest(cast(${pgArray(names.map(name => name.toLowerCase()))}::text as text[])))
      and archived_at is null
    order by id desc`.execute(tx)
  return new Map(rows.map(row => [row.name.toLowerCase(), fromRow(row)]))
}

/** Those in use, by code. */
export async function serviceItemsByCode(tx: Reader, codes: readonly string[]): Promise<Map<string, ServiceItem>> {
  const { rows } = await sql<ServiceItem & { code: string }>`
    select ${columns} from service_item
    where account_id = ${account} and code in (select unnest(cast(${pgArray(codes)}::text as text[]))) and archived_at is null`.execute(
    tx,
  )
  return new Map(rows.map(row => [row.code, fromRow(row)]))
}

export interface ServiceItemFilter {
  archived: boolean
  q?: string | undefined
  code?: string | undefined
  id?: number | undefined
}

/** Where a page of service items ended: they are listed by name. */
export interface ServiceItemPlace {
  name: string
  id: number
}

export interface ListedServiceItem extends ServiceItem {
  /** The name as it sorts. */
  place: string
}

export async function listServiceItems(
  tx: Reader,
  filter: ServiceItemFilter,
  after: ServiceItemPlace | null,
  limit: number,
): Promise<ListedServiceItem[]> {
  const conditions = [sql`account_id = ${account}`, filter.archived ? sql`archived_at is not null` : sql`archived_at is null`]
  if (after !== null) conditions.push(sql`(lower(name), id) > (${after.name}, cast(${after.id} as bigint))`)
  if (filter.id !== undefined) conditions.push(sql`id = ${filter.id}`)
  if (filter.code !== undefined) conditions.push(sql`code = ${filter.code}`)
  if (filter.q !== undefined) {
    const part = `%${likePart(filter.q.toLowerCase())}%`
    conditions.push(sql`(lower(name) like ${part} or lower(code) like ${part} or lower(description) like ${part})`)
  }
  const { rows } = await sql<ListedServiceItem>`
    select ${columns}, lower(name) as place from service_item where ${sql.join(conditions, sql` and `)}
    order by lower(name), id limit ${limit}`.execute(tx)
  return rows.map(fromRow)
}

const written = {
  id: 'bigint',
  code: 'text',
  name: 'text',
  description: 'text',
  unit_price: 'numeric',
  version: 'integer',
  created_at: 'timestamptz',
  archived_at: 'timestamptz',
} as const

export async function insertServiceItems(tx: Tx, items: readonly ServiceItem[]): Promise<void> {
  if (items.length === 0) return
  await orCodeTaken(() =>
    sql`
      insert into service_item (account_id, id, code, name, description, unit_price, version, created_at, archived_at)
      select ${account}, id, code, name, description, unit_price, version, created_at, archived_at
      from ${rowsOf(written, items.map(toRow))} as r`.execute(tx),
  )
}

/** Everything that may change. The caller holds the row. */
export async function saveServiceItem(tx: Tx, it: ServiceItem): Promise<void> {
  await orCodeTaken(() =>
    sql`
      update service_item
      set code = ${it.code}, name = ${it.name}, description = ${it.description}, unit_price = ${it.unitPrice}, version = ${it.version},
          archived_at = ${it.archivedAt}
      where account_id = ${account} and id = ${it.id}`.execute(tx),
  )
}

/** Fails on a foreign key while anything hangs on it. */
export async function deleteServiceItemRow(tx: Tx, id: number): Promise<void> {
  await sql`delete from service_item where account_id = ${account} and id = ${id}`.execute(tx)
}

function toRow(it: ServiceItem) {
  return {
    id: it.id,
    code: it.code,
    name: it.name,
    description: it.description,
    unit_price: it.unitPrice,
    version: it.version,
    created_at: it.createdAt,
    archived_at: it.archivedAt,
  }
}

/** The column pads its scale with zeros: '10.500000' is the price '10.5'. */
function fromRow<T extends { unitPrice: Decimal | null }>(row: T): T {
  return { ...row, unitPrice: row.unitPrice === null ? null : decimal(row.unitPrice) }
}

async function orCodeTaken(save: () => Promise<unknown>): Promise<void> {
  try {
    await save()
  } catch (error) {
    if (constraintOf(error) === 'service_item_code') {
      refuse('code_taken', 'Já existe um serviço com este código.', { path: '/code' })
    }
    throw error
  }
}
