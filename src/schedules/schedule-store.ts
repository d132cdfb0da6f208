// All SQL of schedules: their heads, and what they ask for.

import { type RawBuilder, sql } from 'kysely'
import type { Share } from '../catalog/classification/apportionment.ts'
import type { CivilDate, Instant } from '../core/dates.ts'
import { type Cents, type Decimal, decimal } from '../core/money.ts'
import { likePart } from '../core/text.ts'
import { account } from '../platform/account.ts'
import { insertRows, isAmong } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { ChargeIntent, NfseIntent } from './automation.ts'
import type { Schedule, ScheduleKind, ScheduleState } from './schedule.ts'
import type { RecurrenceUnit, Terms } from './terms.ts'

const columns = sql`
  s.id, s.organization_id as "organizationId", s.customer_id as "customerId", s.kind, s.state, s.last_number as "lastNumber",
  s.ends_on as "endsOn", s.made_until as "madeUntil", s.terms_version as "termsVersion", s.version, s.created_at as "createdAt",
  s.cancelled_at as "cancelledAt"`

// --- Reading ---

export async function scheduleOf(tx: Reader, id: number): Promise<Schedule | null> {
  const { rows } =
    await sql<Schedule>`select ${columns} from schedule s where s.account_id = ${account} and s.id = ${id}`.execute(tx)
  return rows[0] ?? null
}

/** Holds it: whoever makes or changes its occurrences does so alone. */
export async function lockSchedule(tx: Tx, id: number): Promise<Schedule | null> {
  const { rows } = await sql<Schedule>`
    select ${columns} from schedule s where s.account_id = ${account} and s.id = ${id} for no key update`.execute(tx)
  return rows[0] ?? null
}

export async function schedulesOf(tx: Reader, ids: readonly number[]): Promise<Map<number, Schedule>> {
  const { rows } = await sql<Schedule>`
    select ${columns} from schedule s where s.account_id = ${account} and ${isAmong('s.id', ids)}`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}

/** Whether something is still to be made for a party. */
export async function hasActiveSchedules(tx: Reader, of: { organizationId: number } | { customerId: number }): Promise<boolean> {
  const ofParty = 'organizationId' in of ? sql`organization_id = ${of.organizationId}` : sql`customer_id = ${of.customerId}`
  const { rows } = await sql`
    select from schedule where account_id = ${account} and ${ofParty} and state = 'active' limit 1`.execute(tx)
  return rows.length > 0
}

export interface ScheduleFilter {
  organizationId?: number | undefined
  customerId?: number | undefined
  kind?: ScheduleKind | undefined
  state?: ScheduleState | undefined
  /** With an occurrence that falls due then. */
  dueFrom?: CivilDate | undefined
  dueUntil?: CivilDate | undefined
  /** Part of what it says, or of its reference. */
  q?: string | undefined
}

/** In order of id, from the one after `after`. */
export async function listSchedules(tx: Reader, filter: ScheduleFilter, after: number, limit: number): Promise<Schedule[]> {
  const conditions = [sql`s.account_id = ${account}`, sql`s.id > ${after}`]
  if (filter.organizationId !== undefined) conditions.push(sql`s.organization_id = ${filter.organizationId}`)
  if (filter.customerId !== undefined) conditions.push(sql`s.customer_id = ${filter.customerId}`)
  if (filter.kind !== undefined) conditions.push(sql`s.kind = ${filter.kind}`)
  if (filter.state !== undefined) conditions.push(sql`s.state = ${filter.state}`)
  if (filter.dueFrom !== undefined || filter.dueUntil !== undefined) {
    conditions.push(sql`exists (
      select from schedule_occurrence o where o.account_id = ${account} and o.schedule_id = s.id and o.disposition = 'billed'
         and o.due_on between ${filter.dueFrom ?? '1000-01-01'} and ${filter.dueUntil ?? '2999-12-31'})`)
  }
  if (filter.q !== undefined) {
    conditions.push(sql`exists (
      select from schedule_terms t where t.account_id = ${account} and t.schedule_id = s.id and ${says(filter.q)})`)
  }
  const { rows } = await sql<Schedule>`
    select ${columns} from schedule s where ${sql.join(conditions, sql` and `)} order by s.id limit ${limit}`.execute(tx)
  return rows
}

/** Of terms `t`. */
export function says(q: string): RawBuilder<unknown> {
  const part = `%${likePart(q.toLowerCase())}%`
  return sql`(lower(t.description) like ${part} or lower(t.reference) like ${part})`
}

interface TermsRow {
  scheduleId: number
  version: number
  fromNumber: number
  untilNumber: number | null
  unit: RecurrenceUnit | null
  every: number | null
  dueOn: CivilDate
  dueNumber: number
  scheduledOn: CivilDate
  scheduledNumber: number
  accrualOn: CivilDate
  accrualNumber: number
  amountCents: Cents
  description: string | null
  reference: string | null
  isFlagged: boolean
  isOwn: boolean
  sharesVersion: number
  chargeWhen: ChargeIntent['when'] | null
  chargeDays: number | null
  chargeDelivery: ChargeIntent['delivery'] | null
  nfseWhen: NfseIntent['when'] | null
  nfseDays: number | null
  nfseTemplateId: number | null
  nfseRemarks: string | null
  nfseDescription: string | null
  serviceState: Terms['serviceState']
  serviceCity: string | null
}

interface ShareRow {
  scheduleId: number
  version: number
  kind: 'category' | 'cost_centre'
  targetId: number
  percent: Decimal | null
  valueCents: Cents | null
  description: string | null
}

/** All versions of each, in order. */
export async function termsOfSchedules(tx: Reader, ids: readonly number[]): Promise<Map<number, Terms[]>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<TermsRow>`
    select schedule_id as "scheduleId", version, from_number as "fromNumber", until_number as "untilNumber", unit, every,
      due_on as "dueOn", due_number as "dueNumber", scheduled_on as "scheduledOn", scheduled_number as "scheduledNumber",
      accrual_on as "accrualOn", accrual_number as "accrualNumber", amount_cents as "amountCents", description, reference,
      is_flagged as "isFlagged", is_own as "isOwn", shares_version as "sharesVersion", charge_when as "chargeWhen",
      charge_days as "chargeDays", charge_delivery as "chargeDelivery", nfse_when as "nfseWhen", nfse_days as "nfseDays",
      nfse_template_id as "nfseTemplateId", nfse_remarks as "nfseRemarks", nfse_description as "nfseDescription",
      service_state as "serviceState", service_city as "serviceCity"
    from schedule_terms where account_id = ${account} and ${isAmong('schedule_id', ids)} order by schedule_id, version`.execute(
    tx,
  )
  const { rows: shares } = await sql<ShareRow>`
    select schedule_id as "scheduleId", terms_version as version, kind, coalesce(category_id, cost_centre_id) as "targetId", percent,
      value_cents as "valueCents", description
    from schedule_share where account_id = ${account} and ${isAmong('schedule_id', ids)}
    order by schedule_id, terms_version, kind, position`.execute(tx)
  const byVersion = Map.groupBy(shares, ({ scheduleId, version, kind }) => `${scheduleId} ${version} ${kind}`)
  const sharesOf = ({ scheduleId, sharesVersion }: TermsRow, kind: ShareRow['kind']) =>
    (byVersion.get(`${scheduleId} ${sharesVersion} ${kind}`) ?? []).map(toShare)
  const terms = rows.map(row => ({
    scheduleId: row.scheduleId,
    terms: toTerms(row, sharesOf(row, 'category'), sharesOf(row, 'cost_centre')),
  }))
  return new Map([...Map.groupBy(terms, ({ scheduleId }) => scheduleId)].map(([id, own]) => [id, own.map(({ terms }) => terms)]))
}

function toShare({ targetId, description, percent, valueCents }: ShareRow): Share {
  if (percent !== null) return { targetId, description, percent: decimal(percent) }
  if (valueCents === null) throw new Error('a share of no size, which a check refuses')
  return { targetId, description, valueCents }
}

function toTerms(row: TermsRow, categories: Share[], costCentres: Share[]): Terms {
  const { chargeWhen, chargeDays, chargeDelivery, nfseWhen, nfseDays } = row
  return {
    version: row.version,
    fromNumber: row.fromNumber,
    untilNumber: row.untilNumber,
    isOwn: row.isOwn,
    sharesVersion: row.sharesVersion,
    interval: row.unit === null || row.every === null ? null : { unit: row.unit, every: row.every },
    due: { on: row.dueOn, number: row.dueNumber },
    scheduled: { on: row.scheduledOn, number: row.scheduledNumber },
    accrual: { on: row.accrualOn, number: row.accrualNumber },
    amountCents: row.amountCents,
    description: row.description,
    reference: row.reference,
    isFlagged: row.isFlagged,
    categories,
    costCentres,
    charge:
      chargeWhen === null || chargeDelivery === null
        ? null
        : { when: chargeWhen, daysBeforeDue: chargeDays, delivery: chargeDelivery },
    nfse: nfseWhen === null ? null : { when: nfseWhen, daysBeforeDue: nfseDays },
    nfseTemplateId: row.nfseTemplateId,
    nfseRemarks: row.nfseRemarks,
    nfseDescription: row.nfseDescription,
    serviceState: row.serviceState,
    serviceCity: row.serviceCity,
  }
}

/** Those of a customer with all that they ever said, for its own export. */
export async function schedulesWithTerms(
  tx: Reader,
  customerId: number,
  limit: number,
): Promise<(Schedule & { terms: readonly Terms[] })[]> {
  const schedules = await listSchedules(tx, { customerId }, 0, limit)
  const versions = await termsOfSchedules(
    tx,
    schedules.map(({ id }) => id),
  )
  return schedules.map(schedule => ({ ...schedule, terms: versions.get(schedule.id) ?? [] }))
}

// --- Writing ---

export async function insertSchedule(tx: Tx, it: Schedule): Promise<void> {
  await sql`
    insert into schedule (account_id, id, organization_id, customer_id, kind, state, last_number, ends_on, made_until, terms_version,
                          version, created_at, cancelled_at)
    values (${account}, ${it.id}, ${it.organizationId}, ${it.customerId}, ${it.kind}, ${it.state}, ${it.lastNumber}, ${it.endsOn},
            ${it.madeUntil}, ${it.termsVersion}, ${it.version}, ${it.createdAt}, ${it.cancelledAt})`.execute(tx)
}

/** Everything that may change. The caller holds the row. */
export async function saveSchedule(tx: Tx, it: Schedule): Promise<void> {
  await sql`
    update schedule
       set state = ${it.state}, last_number = ${it.lastNumber}, ends_on = ${it.endsOn}, made_until = ${it.madeUntil},
           terms_version = ${it.termsVersion}, version = ${it.version}, cancelled_at = ${it.cancelledAt}
     where account_id = ${account} and id = ${it.id}`.execute(tx)
}

const termsColumns = {
  schedule_id: 'bigint',
  version: 'integer',
  from_number: 'integer',
  until_number: 'integer',
  unit: 'text',
  every: 'smallint',
  due_on: 'date',
  due_number: 'integer',
  scheduled_on: 'date',
  scheduled_number: 'integer',
  accrual_on: 'date',
  accrual_number: 'integer',
  amount_cents: 'bigint',
  description: 'text',
  reference: 'text',
  is_flagged: 'boolean',
  is_own: 'boolean',
  shares_version: 'integer',
  charge_when: 'text',
  charge_days: 'smallint',
  charge_delivery: 'text',
  nfse_when: 'text',
  nfse_days: 'smallint',
  nfse_template_id: 'bigint',
  nfse_remarks: 'text',
  nfse_description: 'text',
  service_state: 'text',
  service_city: 'text',
  created_at: 'timestamptz',
} as const

const shareColumns = {
  schedule_id: 'bigint',
  terms_version: 'integer',
  kind: 'text',
  position: 'smallint',
  category_id: 'bigint',
  cost_centre_id: 'bigint',
  percent: 'numeric',
  value_cents: 'bigint',
  description: 'text',
} as const

/** New versions, with the shares of those that say their own. */
export async function insertScheduleTerms(
  tx: Tx,
  forAccount: number,
  scheduleId: number,
  terms: readonly Terms[],
  at: Instant,
): Promise<void> {
  const rows = terms.map(it => ({
    schedule_id: scheduleId,
    version: it.version,
    from_number: it.fromNumber,
    until_number: it.untilNumber,
    unit: it.interval?.unit ?? null,
    every: it.interval?.every ?? null,
    due_on: it.due.on,
    due_number: it.due.number,
    scheduled_on: it.scheduled.on,
    scheduled_number: it.scheduled.number,
    accrual_on: it.accrual.on,
    accrual_number: it.accrual.number,
    amount_cents: it.amountCents,
    description: it.description,
    reference: it.reference,
    is_flagged: it.isFlagged,
    is_own: it.isOwn,
    shares_version: it.sharesVersion,
    charge_when: it.charge?.when ?? null,
    charge_days: it.charge?.daysBeforeDue ?? null,
    charge_delivery: it.charge?.delivery ?? null,
    nfse_when: it.nfse?.when ?? null,
    nfse_days: it.nfse?.daysBeforeDue ?? null,
    nfse_template_id: it.nfseTemplateId,
    nfse_remarks: it.nfseRemarks,
    nfse_description: it.nfseDescription,
    service_state: it.serviceState,
    service_city: it.serviceCity,
    created_at: at,
  }))
  await insertRows(tx, forAccount, 'schedule_terms', termsColumns, rows)
  const shares = terms
    .filter(({ version, sharesVersion }) => version === sharesVersion)
    .flatMap(it => [...shareRows(scheduleId, it, 'category'), ...shareRows(scheduleId, it, 'cost_centre')])
  await insertRows(tx, forAccount, 'schedule_share', shareColumns, shares)
}

function shareRows(scheduleId: number, terms: Terms, kind: ShareRow['kind']) {
  const shares = kind === 'category' ? terms.categories : terms.costCentres
  return shares.map((share, i) => ({
    schedule_id: scheduleId,
    terms_version: terms.version,
    kind,
    position: i + 1,
    category_id: kind === 'category' ? share.targetId : null,
    cost_centre_id: kind === 'cost_centre' ? share.targetId : null,
    percent: 'percent' in share ? share.percent : null,
    value_cents: 'valueCents' in share ? share.valueCents : null,
    description: share.description,
  }))
}

// --- Erasing (LGPD) ---

/** Those of a customer, in order of id. */
export async function schedulesOfCustomer(tx: Tx, customerId: number): Promise<Schedule[]> {
  const { rows } = await sql<Schedule>`
    select ${columns} from schedule s where s.account_id = ${account} and s.customer_id = ${customerId} order by s.id for no key update`.execute(
    tx,
  )
  return rows
}

/** What people wrote of what is asked for; amounts and days stay. */
export async function eraseScheduleTexts(tx: Tx, ids: readonly number[]): Promise<void> {
  await sql`
    update schedule_terms
       set description = null, reference = null, nfse_remarks = null, nfse_description = null, service_state = null, service_city = null
     where account_id = ${account} and ${isAmong('schedule_id', ids)}`.execute(tx)
  await sql`
    update schedule_share set description = null
     where account_id = ${account} and ${isAmong('schedule_id', ids)} and description is not null`.execute(tx)
}
