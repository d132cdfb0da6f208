// All SQL of the ledger of schedules.

import { type RawBuilder, sql } from 'kysely'
import type { CivilDate, Instant } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import type { LateUntil } from '../organizations/calendar.ts'
import { account } from '../platform/account.ts'
import { insertRows, isAmong, rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { isLateBy } from '../receivables/late-store.ts'
import type { Occurrence } from './schedule.ts'
import { says } from './schedule-store.ts'

const columns = sql`
  o.schedule_id as "scheduleId", o.number, o.disposition, o.reason, o.terms_version as "termsVersion", o.due_on as "dueOn",
  o.scheduled_on as "scheduledOn", o.accrual_on as "accrualOn", o.receivable_id as "receivableId", o.said_on as "saidOn"`

// --- Reading ---

/** Of one schedule, from one number until another, in order. The caller holds the schedule. */
export async function occurrencesOf(tx: Reader, scheduleId: number, from: number, until: number | null): Promise<Occurrence[]> {
  const { rows } = await sql<Occurrence>`
    select ${columns} from schedule_occurrence o
     where o.account_id = ${account} and o.schedule_id = ${scheduleId} and o.number >= greatest(${from}, 1)
       and (${until}::integer is null or o.number <= ${until}::integer)
     order by o.number`.execute(tx)
  return rows
}

/** By the receivables that they made. */
export async function occurrencesOfReceivables(tx: Reader, receivableIds: readonly number[]): Promise<Map<number, Occurrence>> {
  if (receivableIds.length === 0) return new Map()
  const { rows } = await sql<Occurrence>`
    select ${columns} from schedule_occurrence o
     where o.account_id = ${account} and ${isAmong('o.receivable_id', receivableIds)}`.execute(tx)
  return new Map(rows.map(row => [row.receivableId, row]))
}

/** What all that is asked for of each sums to. */
export async function totalsOf(tx: Reader, scheduleIds: readonly number[]): Promise<Map<number, Cents>> {
  if (scheduleIds.length === 0) return new Map()
  const { rows } = await sql<{ id: number; total: Cents }>`
    select o.schedule_id as id, cast(sum(r.amount_cents) as bigint) as total from schedule_occurrence o
      join receivable r on r.account_id = o.account_id and r.id = o.receivable_id
     where o.account_id = ${account} and ${isAmong('o.schedule_id', scheduleIds)} and o.disposition = 'billed'
     group by o.schedule_id`.execute(tx)
  return new Map(rows.map(({ id, total }) => [id, total]))
}

export const occurrenceStates = ['open', 'partly_received', 'received', 'renegotiated', 'waived'] as const
export type OccurrenceState = (typeof occurrenceStates)[number]

export interface OccurrenceFilter {
  scheduleId?: number | undefined
  organizationId?: number | undefined
  customerId?: number | undefined
  state?: OccurrenceState | undefined
  late?: boolean | undefined
  isFlagged?: boolean | undefined
  dueFrom?: CivilDate | undefined
  dueUntil?: CivilDate | undefined
  scheduledFrom?: CivilDate | undefined
  scheduledUntil?: CivilDate | undefined
  accrualFrom?: CivilDate | undefined
  accrualUntil?: CivilDate | undefined
  q?: string | undefined
}

/** Where a page ended: they are listed by due date. */
export interface OccurrencePlace {
  dueOn: CivilDate
  scheduleId: number
  number: number
}

/**
 * By due date, from the one after `after`. What was waived is listed where it is asked for alone, or with its schedule; what is not to come
 * yet, when it does.
 */
export async function listOccurrences(
  tx: Reader,
  filter: OccurrenceFilter,
  lateUntil: LateUntil,
  after: OccurrencePlace | null,
  limit: number,
): Promise<Occurrence[]> {
  const isThere = sql`o.disposition <> 'seed' and o.reason is distinct from 'not_yet'`
  const conditions = [sql`o.account_id = ${account}`, isThere, ...conditionsOf(filter, lateUntil)]
  if (after !== null) {
    conditions.push(
      sql`(o.due_on, o.schedule_id, o.number) > (cast(${after.dueOn} as date), cast(${after.scheduleId} as bigint), cast(${after.number} as integer))`,
    )
  }
  const { rows } = await sql<Occurrence>`
    select ${columns} from schedule_occurrence o
      join schedule s on s.account_id = o.account_id and s.id = o.schedule_id
      join schedule_terms t on t.account_id = o.account_id and t.schedule_id = o.schedule_id and t.version = o.terms_version
      join receivable r on r.account_id = o.account_id and r.id = o.receivable_id
     where ${sql.join(conditions, sql` and `)}
     order by o.due_on, o.schedule_id, o.number limit ${limit}`.execute(tx)
  return rows
}

function conditionsOf(filter: OccurrenceFilter, lateUntil: LateUntil): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = []
  const where = <T>(value: T | undefined, condition: (value: T) => RawBuilder<unknown>) => {
    if (value !== undefined) conditions.push(condition(value))
  }
  where(filter.scheduleId, id => sql`o.schedule_id = ${id}`)
  where(filter.organizationId, id => sql`s.organization_id = ${id}`)
  where(filter.customerId, id => sql`s.customer_id = ${id}`)
  where(filter.isFlagged, isFlagged => sql`t.is_flagged = ${isFlagged}`)
  where(filter.dueFrom, day => sql`o.due_on >= ${day}`)
  where(filter.dueUntil, day => sql`o.due_on <= ${day}`)
  where(filter.scheduledFrom, day => sql`o.scheduled_on >= ${day}`)
  where(filter.scheduledUntil, day => sql`o.scheduled_on <= ${day}`)
  where(filter.accrualFrom, day => sql`o.accrual_on >= ${day}`)
  where(filter.accrualUntil, day => sql`o.accrual_on <= ${day}`)
  where(filter.q, q => says(q))
  if (filter.state !== undefined) conditions.push(inState[filter.state])
  else if (filter.scheduleId === undefined) conditions.push(sql`o.disposition = 'billed'`)
  where(filter.late, late => (late ? isLateBy(lateUntil) : sql`not ${isLateBy(lateUntil)}`))
  return conditions
}

/** As `occurrenceStateOf` reads it. */
const inState: Record<OccurrenceState, RawBuilder<unknown>> = {
  open: sql`(r.state = 'to_receive' and r.received_cents + r.abated_cents = 0)`,
  partly_received: sql`(r.state = 'to_receive' and r.received_cents + r.abated_cents > 0)`,
  received: sql`r.state = 'received'`,
  renegotiated: sql`r.state = 'renegotiated'`,
  waived: sql`r.state = 'cancelled'`,
}

// --- Writing ---

/** The row before the first one. */
export async function seedOccurrences(tx: Tx, scheduleId: number): Promise<void> {
  await sql`
    insert into schedule_occurrence (account_id, schedule_id, number, disposition)
    values (${account}, ${scheduleId}, 0, 'seed')`.execute(tx)
}

const written = {
  schedule_id: 'bigint',
  number: 'integer',
  follows: 'integer',
  disposition: 'text',
  terms_version: 'integer',
  due_on: 'date',
  scheduled_on: 'date',
  accrual_on: 'date',
  receivable_id: 'bigint',
  said_on: 'date',
  closed_at: 'timestamptz',
} as const

/** Fails on a unique key where one of them is there, and on a foreign key where one before them is missing. */
export async function insertOccurrences(
  tx: Tx,
  forAccount: number,
  occurrences: readonly Occurrence[],
  at: Instant,
): Promise<void> {
  const rows = occurrences.map(it => ({
    schedule_id: it.scheduleId,
    number: it.number,
    follows: it.number - 1,
    disposition: it.disposition,
    terms_version: it.termsVersion,
    due_on: it.dueOn,
    scheduled_on: it.scheduledOn,
    accrual_on: it.accrualOn,
    receivable_id: it.receivableId,
    said_on: it.saidOn,
    closed_at: at,
  }))
  await insertRows(tx, forAccount, 'schedule_occurrence', written, rows)
}

const changing = {
  number: 'integer',
  disposition: 'text',
  reason: 'text',
  terms_version: 'integer',
  due_on: 'date',
  scheduled_on: 'date',
  accrual_on: 'date',
  said_on: 'date',
} as const

/** Everything that may change, of one schedule, which the caller holds. */
export async function saveOccurrences(
  tx: Tx,
  scheduleId: number,
  occurrences: readonly Occurrence[],
  at: Instant,
): Promise<void> {
  if (occurrences.length === 0) return
  const rows = occurrences.map(it => ({
    number: it.number,
    disposition: it.disposition,
    reason: it.reason,
    terms_version: it.termsVersion,
    due_on: it.dueOn,
    scheduled_on: it.scheduledOn,
    accrual_on: it.accrualOn,
    said_on: it.saidOn,
  }))
  const result = await sql`
    update schedule_occurrence o
       set disposition = n.disposition, reason = n.reason, terms_version = n.terms_version, due_on = n.due_on,
           scheduled_on = n.scheduled_on, accrual_on = n.accrual_on, said_on = n.said_on, closed_at = ${at}
      from ${rowsOf(changing, rows)} as n
     where o.account_id = ${account} and o.schedule_id = ${scheduleId} and o.number = n.number`.execute(tx)
  if (Number(result.numAffectedRows) !== occurrences.length) throw new Error('an occurrence of a schedule that was held is gone')
}
