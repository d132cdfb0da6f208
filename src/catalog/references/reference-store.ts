// The SQL of all references. A kind's table has the columns of the head and one for each field, named like it.

import { sql } from 'kysely'
import type { Noun } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { likePart } from '../../core/text.ts'
import { account } from '../../platform/account.ts'
import { insertRows, isAmong, type SqlType } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { constraintOf } from '../../platform/db/faults.ts'
import { columnOf, columnsOf, fromRow, type Typed, toRow, typesOf } from './field-set.ts'
import type { Reference, ReferenceFields, ReferenceHead, ReferenceKind } from './reference.ts'

const headColumns: Readonly<Record<keyof ReferenceHead, SqlType>> = {
  id: 'bigint',
  organizationId: 'bigint',
  version: 'integer',
  createdAt: 'timestamptz',
  updatedAt: 'timestamptz',
  archivedAt: 'timestamptz',
}

function allTypes({ fields }: ReferenceKind): Typed {
  return { ...headColumns, ...typesOf(fields) }
}

function selected(kind: ReferenceKind) {
  return sql.join(Object.keys(allTypes(kind)).map(field => sql`${sql.ref(columnOf(field))} as ${sql.ref(field)}`))
}

/** Null where there is none. `hold` makes whoever changes it wait; `leaving`, whoever would name it too. */
export async function referenceOf<F extends ReferenceFields>(
  tx: Reader,
  kind: ReferenceKind<F>,
  id: number,
  lock: 'none' | 'hold' | 'leaving' = 'none',
): Promise<Reference<F> | null> {
  const locking = { none: sql``, hold: sql`for no key update`, leaving: sql`for update` }[lock]
  const { rows } = await sql<Reference<F>>`
    select ${selected(kind)} from ${sql.table(kind.noun)} where account_id = ${account} and id = ${id} ${locking}`.execute(tx)
  return rows[0] === undefined ? null : fromRow(kind.fields, rows[0])
}

/** Those that are there, by id. */
export async function referencesOf<F extends ReferenceFields>(
  tx: Reader,
  kind: ReferenceKind<F>,
  ids: readonly number[],
): Promise<Map<number, Reference<F>>> {
  const { rows } = await sql<Reference<F>>`
    select ${selected(kind)} from ${sql.table(kind.noun)} where account_id = ${account} and ${isAmong('id', ids)}`.execute(tx)
  return new Map(rows.map(row => [row.id, fromRow(kind.fields, row)]))
}

export interface ReferenceFilter {
  archived: boolean
  organizationId?: number | undefined
  /** Part of the name. */
  q?: string | undefined
  id?: number | undefined
}

/** They are listed by name. */
export interface ReferencePlace {
  name: string
  id: number
}

/** With the name as it sorts. */
export type Listed<F extends ReferenceFields> = Reference<F> & { place: string }

export async function listReferences<F extends ReferenceFields>(
  tx: Reader,
  kind: ReferenceKind<F>,
  filter: ReferenceFilter,
  after: ReferencePlace | null,
  limit: number,
): Promise<Listed<F>[]> {
  const conditions = [sql`account_id = ${account}`, filter.archived ? sql`archived_at is not null` : sql`archived_at is null`]
  if (after !== null) conditions.push(sql`(lower(name), id) > (${after.name}, cast(${after.id} as bigint))`)
  if (filter.id !== undefined) conditions.push(sql`id = ${filter.id}`)
  if (filter.organizationId !== undefined) {
    conditions.push(sql`(organization_id is null or organization_id = ${filter.organizationId})`)
  }
  if (filter.q !== undefined) conditions.push(sql`lower(name) like ${`%${likePart(filter.q.toLowerCase())}%`}`)
  const { rows } = await sql<Listed<F>>`
    select ${selected(kind)}, lower(name) as place from ${sql.table(kind.noun)} where ${sql.join(conditions, sql` and `)}
    order by lower(name), id limit ${limit}`.execute(tx)
  return rows.map(row => fromRow(kind.fields, row))
}

export async function insertReference<F extends ReferenceFields>(
  tx: Tx,
  account: number,
  kind: ReferenceKind<F>,
  it: Reference<F>,
): Promise<void> {
  const types = allTypes(kind)
  await orTaken(kind, () => insertRows(tx, account, kind.noun, columnsOf(types), [toRow(types, it)]))
}

/** Everything that may change. The caller holds the row. */
export async function saveReference<F extends ReferenceFields>(tx: Tx, kind: ReferenceKind<F>, it: Reference<F>): Promise<void> {
  const { id, organizationId, createdAt, ...changing } = allTypes(kind)
  const row = toRow(changing, it)
  const sets = Object.entries(columnsOf(changing)).map(
    ([column, type]) => sql`${sql.ref(column)} = cast(${row[column] ?? null} as ${sql.raw(type)})`,
  )
  await orTaken(kind, () =>
    sql`update ${sql.table(kind.noun)} set ${sql.join(sets)} where account_id = ${account} and id = ${it.id}`.execute(tx),
  )
}

/** Fails on a foreign key while anything hangs on it. */
export async function deleteReferenceRow(tx: Tx, { noun }: { noun: Noun }, id: number): Promise<void> {
  await sql`delete from ${sql.table(noun)} where account_id = ${account} and id = ${id}`.execute(tx)
}

/** What whoever is going to name one must know. */
export interface BoundReference {
  id: number
  organizationId: number | null
  archived: boolean
}

/** Those that exist among the ids; until the transaction ends nobody archives or deletes one. */
export async function bindReferenceRows(tx: Tx, noun: Noun, ids: readonly number[]): Promise<Map<number, BoundReference>> {
  // What is sold is everybody's.
  const organization = noun === 'service_item' ? sql`null::bigint` : sql`organization_id`
  const { rows } = await sql<BoundReference>`
    select id, ${organization} as "organizationId", archived_at is not null as archived from ${sql.table(noun)}
    where account_id = ${account} and ${isAmong('id', ids)} order by id for key share`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}

async function orTaken<F extends ReferenceFields>({ taken }: ReferenceKind<F>, save: () => Promise<unknown>): Promise<void> {
  try {
    await save()
  } catch (error) {
    const by = taken?.[constraintOf(error) ?? '']
    if (by === undefined) throw error
    refuse(by.code, by.message, { path: by.path })
  }
}
