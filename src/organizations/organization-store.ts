import { sql } from 'kysely'
import type { Cnpj } from '../core/brazil/cnpj.ts'
import { refuse } from '../core/refusal.ts'
import { likePart } from '../core/text.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import { isAmong } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { constraintOf } from '../platform/db/faults.ts'
import type { Organization } from './organization.ts'

const columns = sql`
  id, legal_name as "legalName", trade_name as "tradeName", cnpj, municipal_registration as "municipalRegistration",
  tax_regime as "taxRegime", time_zone as "timeZone", address, billing_hour as "billingHour", run_max_invoices as "runMaxInvoices",
  run_max_total_cents as "runMaxTotalCents", apportionment_enabled as "apportionmentEnabled", version, created_at as "createdAt", archived_at as "archivedAt"`

export async function organizationOf(tx: Reader, id: number): Promise<Organization | null> {
  const { rows } =
    await sql<Organization>`select ${columns} from organization where account_id = ${account} and id = ${id}`.execute(tx)
  return rows[0] ?? null
}

/** Holds it until the transaction ends: the first lock of all. */
export async function lockOrganization(tx: Tx, id: number): Promise<Organization | null> {
  const { rows } = await sql<Organization>`
    select ${columns} from organization where account_id = ${account} and id = ${id} for no key update`.execute(tx)
  return rows[0] ?? null
}

/** Waits for whoever is binding the organization, and makes the next one wait: what is asked after it of its contracts stays so. */
export async function lockLeavingOrganization(tx: Tx, id: number): Promise<Organization | null> {
  const { rows } = await sql<Organization>`
    select ${columns} from organization where account_id = ${account} and id = ${id} for update`.execute(tx)
  return rows[0] ?? null
}

/**
 * Those that exist among the ids, archived ones too, for what is going to name them: until the transaction ends nobody archives or
 * deletes one. Those who bind the same organization, change its data or bill for it do not wait for each other.
 */
export async function bindOrganizations(tx: Tx, ids: readonly number[]): Promise<Map<number, Organization>> {
  const { rows } = await sql<Organization>`
    select ${columns} from organization where account_id = ${account} and ${isAmong('id', ids)} order by id for key share`.execute(
    tx,
  )
  return new Map(rows.map(organization => [organization.id, organization]))
}

/** By id; archived ones too. */
export async function organizationsOf(tx: Reader, ids: readonly number[]): Promise<Map<number, Organization>> {
  const { rows } = await sql<Organization>`
    select ${columns} from organization where account_id = ${account} and ${isAmong('id', ids)}`.execute(tx)
  return new Map(rows.map(organization => [organization.id, organization]))
}

/** Those in use with one of these. */
export async function organizationsByCnpj(tx: Reader, cnpjs: readonly Cnpj[]): Promise<Organization[]> {
  const { rows } = await sql<Organization>`
    select ${columns} from organization
     where account_id = ${account} and archived_at is null and cnpj in (select unnest(cast(${pgArray(cnpjs)}::text as text[])))`.execute(
    tx,
  )
  return rows
}

export interface OrganizationFilter {
  archived: boolean
  q?: string | undefined
  cnpj?: Cnpj | undefined
  id?: number | undefined
}

/** In order of id, from the one after `after`. */
export async function listOrganizations(
  tx: Reader,
  filter: OrganizationFilter,
  after: number,
  limit: number,
): Promise<Organization[]> {
  const conditions = [
    sql`account_id = ${account}`,
    sql`id > ${after}`,
    filter.archived ? sql`archived_at is not null` : sql`archived_at is null`,
  ]
  if (filter.id !== undefined) conditions.push(sql`id = ${filter.id}`)
  if (filter.cnpj !== undefined) conditions.push(sql`cnpj = ${filter.cnpj}`)
  if (filter.q !== undefined) {
    const part = `%${likePart(filter.q.toLowerCase())}%`
    conditions.push(sql`(lower(legal_name) like ${part} or lower(trade_name) like ${part} or lower(cnpj) like ${part})`)
  }
  const { rows } = await sql<Organization>`
    select ${columns} from organization where ${sql.join(conditions, sql` and `)} order by id limit ${limit}`.execute(tx)
  return rows
}

export async function insertOrganization(tx: Tx, it: Organization): Promise<void> {
  await orCnpjTaken(() =>
    sql`
      insert into organization (account_id, id, legal_name, trade_name, cnpj, municipal_registration, tax_regime, time_zone, address,
                                billing_hour, run_max_invoices, run_max_total_cents, apportionment_enabled, version, created_at, archived_at)
      values (${account}, ${it.id}, ${it.legalName}, ${it.tradeName}, ${it.cnpj}, ${it.municipalRegistration}, ${it.taxRegime}, ${it.timeZone},
              ${addressText(it)}, ${it.billingHour}, ${it.runMaxInvoices}, ${it.runMaxTotalCents}, ${it.apportionmentEnabled}, ${it.version},
              ${it.createdAt}, ${it.archivedAt})`.execute(tx),
  )
}

/** Everything that may change. The caller holds the row. */
export async function saveOrganization(tx: Tx, it: Organization): Promise<void> {
  await orCnpjTaken(() =>
    sql`
      update organization
      set legal_name = ${it.legalName}, trade_name = ${it.tradeName}, cnpj = ${it.cnpj}, municipal_registration = ${it.municipalRegistration},
          tax_regime = ${it.taxRegime}, time_zone = ${it.timeZone}, address = ${addressText(it)}, billing_hour = ${it.billingHour},
          run_max_invoices = ${it.runMaxInvoices}, run_max_total_cents = ${it.runMaxTotalCents}, apportionment_enabled = ${it.apportionmentEnabled}, version = ${it.version},
          archived_at = ${it.archivedAt}
      where account_id = ${account} and id = ${it.id}`.execute(tx),
  )
}

/** Fails on a foreign key while anything hangs on it. */
export async function deleteOrganizationRow(tx: Tx, id: number): Promise<void> {
  await sql`delete from organization_holiday where account_id = ${account} and organization_id = ${id}`.execute(tx)
  await sql`delete from organization where account_id = ${account} and id = ${id}`.execute(tx)
}

function addressText(it: Organization): string | null {
  return it.address === null ? null : JSON.stringify(it.address)
}

async function orCnpjTaken(save: () => Promise<unknown>): Promise<void> {
  try {
    await save()
  } catch (error) {
    if (constraintOf(error) === 'organization_cnpj') {
      refuse('cnpj_taken', 'Já existe uma organização com este CNPJ.', { path: '/cnpj' })
    }
    throw error
  }
}
