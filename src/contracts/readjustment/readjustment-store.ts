// All SQL of clauses and of what became of their dates.

import { sql } from 'kysely'
import { type CivilDate, firstDayOfMonth, type Instant, monthOf, type YearMonth } from '../../core/dates.ts'
import type { Decimal } from '../../core/money.ts'
import {
  type Factor,
  type FactorMethod,
  factorText,
  type PriceIndex,
  readFactor,
  type ValueKind,
} from '../../indices/price-index.ts'
import { account } from '../../platform/account.ts'
import { pgArray } from '../../platform/db/array.ts'
import { eachOf, isAmong, keepsPlan, rowsOf } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Outcome, PriceStep, Readjustment, WaitsFor } from './readjustment.ts'

// --- Clauses ---

const columns = sql`
  r.id, r.rule_id as "ruleId", r.service_item_id as "serviceItemId", r.index_code as index, r.every_months as "everyMonths", r.method,
  r.lag_months as "lagMonths", r.notice_days as "noticeDays", r.allows_negative as "allowsNegative", r.approval_wanted as "approvalWanted",
  r.starts_on as "startsOn", r.first_number as "firstNumber", r.next_number as "nextNumber", r.next_on as "nextOn", r.waits_for as "waitsFor",
  r.missing_month as "missingMonth", r.approved_on as "approvedOn", r.approved_factor as "approvedFactor", r.version, r.created_at as "createdAt", r.archived_at as "archivedAt"`

type Row = Omit<Readjustment, 'missingMonth'> & { missingMonth: CivilDate | null }

function fromRow(row: Row): Readjustment {
  return { ...row, missingMonth: row.missingMonth === null ? null : monthOf(row.missingMonth) }
}

export async function readjustmentOf(tx: Reader, id: number): Promise<Readjustment | null> {
  const { rows } = await sql<Row>`select ${columns} from readjustment r where r.account_id = ${account} and r.id = ${id}`.execute(
    tx,
  )
  return rows.map(fromRow)[0] ?? null
}

/** Whoever changes a clause holds its rule first, then the clause; whoever approves one holds the clause alone. */
export async function lockReadjustments(tx: Tx, ids: readonly number[]): Promise<Readjustment[]> {
  const { rows } = await sql<Row>`
    select ${columns} from readjustment r where r.account_id = ${account} and ${isAmong('r.id', ids)} order by r.id for no key update`.execute(
    tx,
  )
  return rows.map(fromRow)
}

/** Those that live, of many rules in one statement, by date. A rule without any is absent. */
export async function livingReadjustments(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, Readjustment[]>> {
  if (ruleIds.length === 0) return new Map()
  const { rows } = await sql<Row>`${keepsPlan}
    select r.* from ${eachOf(ruleIds)} cross join lateral (
      select ${columns} from readjustment r where r.account_id = ${account} and r.rule_id = k.id and r.archived_at is null offset 0
    ) as r order by r."nextOn", r.id`.execute(tx)
  return Map.groupBy(rows.map(fromRow), clause => clause.ruleId)
}

export interface ReadjustmentFilter {
  archived: boolean
  /** By their next date, both counted. */
  from?: CivilDate | undefined
  to?: CivilDate | undefined
  ruleId?: number | undefined
  contractId?: number | undefined
  waitsFor?: WaitsFor | undefined
  /** True: only those whose contract ends before their next date; false: only the others. */
  isOver?: boolean | undefined
}

/** Ended, cancelled or deleted before the date comes. */
const over = sql`c.archived_at is not null or coalesce(least(c.ends_on, c.cancelled_on) < r.next_on, false)`

/** In order of the next date and id, from the one after `after`. Rules that are archived have none left to come. */
export async function listReadjustments(
  tx: Reader,
  filter: ReadjustmentFilter,
  after: { nextOn: string; id: number } | null,
  limit: number,
): Promise<Readjustment[]> {
  const conditions = [
    sql`r.account_id = ${account}`,
    filter.archived
      ? sql`(r.archived_at is not null or i.archived_at is not null)`
      : sql`r.archived_at is null and i.archived_at is null`,
  ]
  if (after !== null) conditions.push(sql`(r.next_on, r.id) > (cast(${after.nextOn} as date), cast(${after.id} as bigint))`)
  if (filter.from !== undefined) conditions.push(sql`r.next_on >= ${filter.from}`)
  if (filter.to !== undefined) conditions.push(sql`r.next_on <= ${filter.to}`)
  if (filter.ruleId !== undefined) conditions.push(sql`r.rule_id = ${filter.ruleId}`)
  if (filter.contractId !== undefined) conditions.push(sql`i.contract_id = ${filter.contractId}`)
  if (filter.isOver !== undefined) conditions.push(sql`(${over}) = ${filter.isOver}`)
  if (filter.waitsFor !== undefined) conditions.push(sql`r.waits_for = ${filter.waitsFor}`)
  const { rows } = await sql<Row>`
    select ${columns} from readjustment r join invoice_rule i on i.account_id = r.account_id and i.id = r.rule_id
      join contract c on c.account_id = i.account_id and c.id = i.contract_id
    where ${sql.join(conditions, sql` and `)} order by r.next_on, r.id limit ${limit}`.execute(tx)
  return rows.map(fromRow)
}

/** Those of the account that wait for a value of the index. */
export async function waitingFor(tx: Reader, index: PriceIndex): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from readjustment
    where account_id = ${account} and index_code = ${index} and waits_for = 'index' and archived_at is null order by id`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

/**
 * Writes a clause whole: a new one, or what its verb has made of it. Of another anchor or rhythm its dates count from now on, and of one
 * that is archived no longer; of what was undone the date counts again.
 */
export async function saveReadjustment(tx: Tx, it: Readjustment): Promise<void> {
  const missing = it.missingMonth === null ? null : firstDayOfMonth(it.missingMonth)
  await sql`
    insert into readjustment (account_id, id, rule_id, service_item_id, index_code, every_months, method, lag_months, notice_days,
      allows_negative, approval_wanted, starts_on, first_number, next_number, next_on, waits_for, missing_month, approved_on, approved_factor, version,
      created_at, archived_at)
    values (${account}, ${it.id}, ${it.ruleId}, ${it.serviceItemId}, ${it.index}, ${it.everyMonths}, ${it.method}, ${it.lagMonths},
      ${it.noticeDays}, ${it.allowsNegative}, ${it.approvalWanted}, ${it.startsOn}, ${it.firstNumber}, ${it.nextNumber}, ${it.nextOn},
      ${it.waitsFor}, ${missing}, ${it.approvedOn}, ${it.approvedFactor}, ${it.version}, ${it.createdAt}, ${it.archivedAt})
    on conflict (account_id, id) do update set
      service_item_id = excluded.service_item_id, index_code = excluded.index_code, every_months = excluded.every_months,
      method = excluded.method, lag_months = excluded.lag_months, notice_days = excluded.notice_days,
      allows_negative = excluded.allows_negative, approval_wanted = excluded.approval_wanted, starts_on = excluded.starts_on,
      first_number = excluded.first_number, next_number = excluded.next_number, next_on = excluded.next_on, waits_for = excluded.waits_for,
      missing_month = excluded.missing_month, approved_on = excluded.approved_on, approved_factor = excluded.approved_factor,
      version = excluded.version, archived_at = excluded.archived_at,
      dated_seq = case when (readjustment.starts_on, readjustment.every_months) = (excluded.starts_on, excluded.every_months)
        then readjustment.dated_seq else excluded.dated_seq end,
      ended_seq = case when excluded.archived_at is not null then coalesce(readjustment.ended_seq, excluded.dated_seq) end`.execute(
    tx,
  )
}

const inserted = {
  id: 'bigint',
  rule_id: 'bigint',
  service_item_id: 'bigint',
  index_code: 'text',
  every_months: 'smallint',
  method: 'text',
  lag_months: 'smallint',
  notice_days: 'smallint',
  allows_negative: 'boolean',
  approval_wanted: 'boolean',
  starts_on: 'date',
  first_number: 'integer',
  next_number: 'integer',
  next_on: 'date',
  version: 'integer',
  created_at: 'timestamptz',
} as const

/** Many new ones in one statement: they wait for nothing yet, and nobody has approved anything of them. */
export async function insertReadjustments(tx: Tx, list: readonly Readjustment[]): Promise<void> {
  if (list.length === 0) return
  const names = sql.join(Object.keys(inserted).map(name => sql.ref(name)))
  const rows = list.map(it => ({
    id: it.id,
    rule_id: it.ruleId,
    service_item_id: it.serviceItemId,
    index_code: it.index,
    every_months: it.everyMonths,
    method: it.method,
    lag_months: it.lagMonths,
    notice_days: it.noticeDays,
    allows_negative: it.allowsNegative,
    approval_wanted: it.approvalWanted,
    starts_on: it.startsOn,
    first_number: it.firstNumber,
    next_number: it.nextNumber,
    next_on: it.nextOn,
    version: it.version,
    created_at: it.createdAt,
  }))
  await sql`insert into readjustment (account_id, ${names}) select ${account}, ${names} from ${rowsOf(inserted, rows)} as r`.execute(
    tx,
  )
}

// --- What became of dates ---

/** A value as it was known when it was used. */
export interface UsedValue {
  month: YearMonth
  percent: Decimal
  kind: ValueKind
  source: string
  knownAt: Instant
  knownSeq: number
}

export interface Application {
  id: number
  readjustmentId: number
  ruleId: number
  dueOn: CivilDate
  number: number
  outcome: Outcome | 'skipped'
  index: PriceIndex
  method: FactorMethod
  firstMonth: YearMonth
  lastMonth: YearMonth
  values: UsedValue[]
  /** Null where the date was passed over. */
  factor: Factor | null
  validFrom: CivilDate | null
  firstVersion: number | null
  lastVersion: number | null
  prices: PriceStep[]
  reason: string | null
  appliedBy: string
  appliedAt: Instant
  /** Its place in the order in which facts became known; zero before it is written. */
  knownSeq: number
  undoneAt: Instant | null
  undoneBy: string | null
  undoReason: string | null
  undoneVersion: number | null
}

const applicationColumns = sql`
  a.id, a.readjustment_id as "readjustmentId", a.rule_id as "ruleId", a.due_on as "dueOn", a.number, a.outcome, a.index_code as index, a.method,
  a.first_month as "firstMonth", a.last_month as "lastMonth", a.index_values as values, a.factor::text as factor, a.valid_from as "validFrom",
  a.first_version as "firstVersion", a.last_version as "lastVersion", a.prices, a.reason, a.applied_by as "appliedBy",
  a.applied_at as "appliedAt", a.known_seq as "knownSeq", a.undone_at as "undoneAt", a.undone_by as "undoneBy",
  a.undo_reason as "undoReason", a.undone_version as "undoneVersion"`

type ApplicationRow = Omit<Application, 'firstMonth' | 'lastMonth' | 'factor'> & {
  firstMonth: CivilDate
  lastMonth: CivilDate
  factor: string | null
}

function applicationFrom(row: ApplicationRow): Application {
  const factor = row.factor === null ? null : readFactor(row.factor)
  return { ...row, firstMonth: monthOf(row.firstMonth), lastMonth: monthOf(row.lastMonth), factor }
}

/** The key (clause, date) of what stands refuses a second one. */
export async function insertApplication(tx: Tx, it: Application): Promise<void> {
  await sql`
    insert into readjustment_application (account_id, id, readjustment_id, rule_id, due_on, number, outcome, index_code, method, first_month,
      last_month, index_values, factor, valid_from, first_version, last_version, prices, reason, applied_by, applied_at)
    values (${account}, ${it.id}, ${it.readjustmentId}, ${it.ruleId}, ${it.dueOn}, ${it.number}, ${it.outcome}, ${it.index}, ${it.method},
      ${firstDayOfMonth(it.firstMonth)}, ${firstDayOfMonth(it.lastMonth)}, cast(${JSON.stringify(it.values)}::text as jsonb),
      cast(${it.factor === null ? null : factorText(it.factor)}::text as numeric), ${it.validFrom}, ${it.firstVersion}, ${it.lastVersion},
      cast(${JSON.stringify(it.prices)}::text as jsonb), ${it.reason}, ${it.appliedBy}, ${it.appliedAt})`.execute(tx)
}

export async function saveUndone(tx: Tx, it: Application): Promise<void> {
  await sql`
    update readjustment_application set undone_at = ${it.undoneAt}, undone_by = ${it.undoneBy}, undo_reason = ${it.undoReason},
      undone_version = ${it.undoneVersion}, undone_seq = nextval('fact_seq')
    where account_id = ${account} and id = ${it.id}`.execute(tx)
}

/** Of a clause, the latest first. */
export async function applicationsOf(tx: Reader, readjustmentId: number, limit: number): Promise<Application[]> {
  const { rows } = await sql<ApplicationRow>`
    select ${applicationColumns} from readjustment_application a
    where a.account_id = ${account} and a.readjustment_id = ${readjustmentId} order by a.id desc limit ${limit}`.execute(tx)
  return rows.map(applicationFrom)
}

/** Of what stands the one of the latest date, however dates were counted when it was done; null: none. */
export async function lastStanding(tx: Reader, readjustmentId: number): Promise<Application | null> {
  const { rows } = await sql<ApplicationRow>`
    select ${applicationColumns} from readjustment_application a
    where a.account_id = ${account} and a.readjustment_id = ${readjustmentId} and a.undone_at is null
    order by a.due_on desc limit 1`.execute(tx)
  return rows.map(applicationFrom)[0] ?? null
}

/** What changed prices of rules, undone ones too, in the order in which it became known. */
export async function priceChangesOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, Application[]>> {
  if (ruleIds.length === 0) return new Map()
  const { rows } = await sql<ApplicationRow>`
    select ${applicationColumns} from readjustment_application a
    where a.account_id = ${account} and a.rule_id in (select unnest(cast(${pgArray(ruleIds)}::text as bigint[])))
      and a.first_version is not null order by a.rule_id, a.known_seq`.execute(tx)
  return Map.groupBy(rows.map(applicationFrom), application => application.ruleId)
}

/** Invoices of periods from a day on that were billed since a fact was known: they may have its price. */
export async function billedSince(tx: Reader, ruleId: number, from: CivilDate, knownSeq: number): Promise<number[]> {
  const { rows } = await sql<{ invoiceId: number }>`
    select invoice_id as "invoiceId" from coverage
    where account_id = ${account} and rule_id = ${ruleId} and disposition = 'billed' and starts_on >= ${from} and closed_seq > ${knownSeq}
      and invoice_id is not null
    order by starts_on limit 20`.execute(tx)
  return rows.map(({ invoiceId }) => invoiceId)
}
