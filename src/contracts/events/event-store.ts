import { sql } from 'kysely'
import { firstDayOfMonth, type Instant, type YearMonth } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import { account } from '../../platform/account.ts'
import { pgArray } from '../../platform/db/array.ts'
import { eachOf, keepsPlan, rowsOf } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { takeIds } from '../../platform/ids.ts'
import { type BillingEvent, type EventKind, type EventPart, type PartOrigin, type PartState, partsOf } from './billing-event.ts'

// All SQL of billing events, their parts and what consumed them. Whoever writes holds the row of the rule.

/** The open parts of many rules, each rule's by id: one statement. A rule without any is absent. */
export async function openPartsOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, EventPart[]>> {
  if (ruleIds.length === 0) return new Map()
  const { rows } = await sql<EventPart>`${keepsPlan}
    select p.id, p.event_id as "eventId", p.rule_id as "ruleId", e.kind, p.number, e.parts, e.description,
           e.service_item_id as "serviceItemId", e.is_reimbursement as "isReimbursement", p.amount_cents as "amountCents", to_char(p.earliest_month, 'YYYY-MM') as "earliestMonth"
    from ${eachOf(ruleIds)}
    cross join lateral (select * from billing_event_part where account_id = ${account} and rule_id = k.id and state = 'open' offset 0) as p
    join billing_event e on e.account_id = p.account_id and e.id = p.event_id
    order by p.rule_id, p.id`.execute(tx)
  return Map.groupBy(rows, part => part.ruleId)
}

export interface Consumption {
  partId: number
  invoiceId: number
  usedCents: Cents
  /** What the invoice could not use lives on as a part with this id. */
  carried: { id: number; amountCents: Cents } | null
}

/** Ends parts as consumed by the invoices and carries on what was left: three statements. Throws when a part was not open. */
export async function consumeParts(tx: Tx, consumptions: readonly Consumption[]): Promise<void> {
  if (consumptions.length === 0) return
  const ids = pgArray(consumptions.map(row => row.partId))
  const ended = await sql`
    update billing_event_part set state = 'consumed'
    where account_id = ${account} and id in (select unnest(cast(${ids}::text as bigint[]))) and state = 'open'`.execute(tx)
  if (Number(ended.numAffectedRows) !== consumptions.length)
    throw new Error('a part of an event was consumed although its rule was held')
  const used = consumptions.map(row => ({ part_id: row.partId, invoice_id: row.invoiceId, used_cents: row.usedCents }))
  await sql`
    insert into event_consumption (account_id, part_id, invoice_id, used_cents)
    select ${account}, part_id, invoice_id, used_cents
    from ${rowsOf({ part_id: 'bigint', invoice_id: 'bigint', used_cents: 'bigint' }, used)} as u`.execute(tx)
  const carried = consumptions.flatMap(({ partId, carried }) =>
    carried === null ? [] : [{ id: carried.id, part_id: partId, amount_cents: carried.amountCents }],
  )
  if (carried.length > 0) await liveOn(tx, 'carried', carried)
}

/** What the invoices consumed is open again, as new parts. Answers how many. Their consumptions stand, marked as given back. */
export async function giveBackParts(tx: Tx, invoiceIds: readonly number[], at: Instant): Promise<number> {
  const { rows } = await sql<{ partId: number; usedCents: Cents }>`
    update event_consumption set given_back_at = ${at}
    where account_id = ${account} and invoice_id in (select unnest(cast(${pgArray(invoiceIds)}::text as bigint[]))) and given_back_at is null
    returning part_id as "partId", used_cents as "usedCents"`.execute(tx)
  const used = rows.filter(row => row.usedCents > 0).sort((a, b) => a.partId - b.partId)
  if (used.length === 0) return 0
  const first = await takeIds(tx, 'billing_event_part', used.length)
  await liveOn(
    tx,
    'given_back',
    used.map(({ partId, usedCents }, i) => ({ id: first + i, part_id: partId, amount_cents: usedCents })),
  )
  return used.length
}

/** A part that ended lives on in another one, for the same event, number and month. */
async function liveOn(
  tx: Tx,
  origin: Exclude<PartOrigin, 'event'>,
  parts: readonly { id: number; part_id: number; amount_cents: number }[],
): Promise<void> {
  await sql`
    insert into billing_event_part (account_id, id, event_id, rule_id, number, amount_cents, earliest_month, origin, origin_part_id, state)
    select p.account_id, n.id, p.event_id, p.rule_id, p.number, n.amount_cents, p.earliest_month, ${origin}, p.id,
           -- What somebody cancelled meanwhile is not billed again.
           case when e.cancelled_at is null then 'open' else 'cancelled' end
    from ${rowsOf({ id: 'bigint', part_id: 'bigint', amount_cents: 'bigint' }, parts)} as n
      join billing_event_part p on p.account_id = ${account} and p.id = n.part_id
      join billing_event e on e.account_id = p.account_id and e.id = p.event_id`.execute(tx)
}

// --- Events themselves ---

const columns = sql`
  e.id, e.rule_id as "ruleId", e.kind, e.description, e.amount_cents as "amountCents", e.parts,
  to_char(e.first_month, 'YYYY-MM') as "firstMonth", e.service_item_id as "serviceItemId", e.line_number as "lineNumber",
  e.service_type_id as "serviceTypeId", e.is_reimbursement as "isReimbursement", e.created_at as "createdAt",
  e.cancelled_at as "cancelledAt", e.version`

export async function eventOf(tx: Reader, id: number): Promise<BillingEvent | null> {
  const { rows } =
    await sql<BillingEvent>`select ${columns} from billing_event e where e.account_id = ${account} and e.id = ${id}`.execute(tx)
  return rows[0] ?? null
}

export interface EventFilter {
  ruleId?: number | undefined
  contractId?: number | undefined
  kind?: EventKind | undefined
  /** true: only those with an open part; false: only those without. */
  open?: boolean | undefined
}

/** In order of id, from the one after `after`. */
export async function listEvents(tx: Reader, filter: EventFilter, after: number, limit: number): Promise<BillingEvent[]> {
  const conditions = [sql`e.account_id = ${account}`, sql`e.id > ${after}`]
  if (filter.ruleId !== undefined) conditions.push(sql`e.rule_id = ${filter.ruleId}`)
  if (filter.kind !== undefined) conditions.push(sql`e.kind = ${filter.kind}`)
  if (filter.contractId !== undefined) {
    conditions.push(
      sql`e.rule_id in (select id from invoice_rule where account_id = ${account} and contract_id = ${filter.contractId})`,
    )
  }
  if (filter.open !== undefined) {
    const openPart = sql`exists (
      select from billing_event_part p
      where p.account_id = e.account_id and p.rule_id = e.rule_id and p.event_id = e.id and p.state = 'open')`
    conditions.push(filter.open ? openPart : sql`not ${openPart}`)
  }
  const { rows } = await sql<BillingEvent>`
    select ${columns} from billing_event e where ${sql.join(conditions, sql` and `)} order by e.id limit ${limit}`.execute(tx)
  return rows
}

/** A part with what became of it. */
export interface PartRecord {
  id: number
  eventId: number
  number: number
  amountCents: Cents
  earliestMonth: YearMonth | null
  origin: PartOrigin
  originPartId: number | null
  state: PartState
  /** The invoice that consumed it, and how much of it; null unless consumed. */
  invoiceId: number | null
  usedCents: Cents | null
  /** When that invoice gave it back, as another part. */
  givenBackAt: Instant | null
}

/** The parts of each event, in order of number, older ones first. */
export async function partsOfEvents(tx: Reader, eventIds: readonly number[]): Promise<Map<number, PartRecord[]>> {
  if (eventIds.length === 0) return new Map()
  const { rows } = await sql<PartRecord>`
    select p.id, p.event_id as "eventId", p.number, p.amount_cents as "amountCents", to_char(p.earliest_month, 'YYYY-MM') as "earliestMonth",
           p.origin, p.origin_part_id as "originPartId", p.state, c.invoice_id as "invoiceId", c.used_cents as "usedCents",
           c.given_back_at as "givenBackAt"
    from billing_event_part p left join event_consumption c on c.account_id = p.account_id and c.part_id = p.id
    where p.account_id = ${account} and p.event_id in (select unnest(cast(${pgArray(eventIds)}::text as bigint[])))
    order by p.event_id, p.number, p.id`.execute(tx)
  return Map.groupBy(rows, part => part.eventId)
}

/** An event with its parts, numbered from `firstPartId` on. */
export async function insertEvent(tx: Tx, it: BillingEvent, firstPartId: number): Promise<void> {
  await sql`
    insert into billing_event (account_id, id, rule_id, service_item_id, line_number, service_type_id, kind, description, amount_cents, parts,
                               first_month, is_reimbursement, created_at, version)
    values (${account}, ${it.id}, ${it.ruleId}, ${it.serviceItemId}, ${it.lineNumber}, ${it.serviceTypeId}, ${it.kind}, ${it.description}, ${it.amountCents}, ${it.parts},
            ${it.firstMonth && firstDayOfMonth(it.firstMonth)}, ${it.isReimbursement}, ${it.createdAt}, ${it.version})`.execute(
    tx,
  )
  const parts = partsOf(it).map((part, i) => ({
    id: firstPartId + i,
    number: part.number,
    amount_cents: part.amountCents,
    earliest_month: part.earliestMonth && firstDayOfMonth(part.earliestMonth),
  }))
  await sql`
    insert into billing_event_part (account_id, id, event_id, rule_id, number, amount_cents, earliest_month, origin, state)
    select ${account}, id, cast(${it.id} as bigint), cast(${it.ruleId} as bigint), number, amount_cents, earliest_month, 'event', 'open'
    from ${rowsOf({ id: 'bigint', number: 'smallint', amount_cents: 'bigint', earliest_month: 'date' }, parts)} as p`.execute(tx)
}

/** Ends the open parts of an event; answers how many those were. */
export async function cancelOpenParts(tx: Tx, it: Pick<BillingEvent, 'id' | 'ruleId'>): Promise<number> {
  const cancelled = await sql`
    update billing_event_part set state = 'cancelled'
    where account_id = ${account} and rule_id = ${it.ruleId} and event_id = ${it.id} and state = 'open'`.execute(tx)
  return Number(cancelled.numAffectedRows ?? 0n)
}

/**
 * Takes back so much of what is open of an event, the last part first: one that is taken back in part lives on as another. Answers whether
 * nothing of the event is left, neither open nor used.
 */
export async function reduceParts(tx: Tx, eventId: number, amountCents: Cents): Promise<boolean> {
  const { rows } = await sql<{ id: number; amountCents: Cents }>`
    select id, amount_cents as "amountCents" from billing_event_part
    where account_id = ${account} and event_id = ${eventId} and state = 'open' order by number desc, id desc`.execute(tx)
  let left: number = amountCents
  const ended: number[] = []
  for (const part of rows) {
    if (left === 0) break
    ended.push(part.id)
    const kept = part.amountCents - left
    left = Math.max(0, -kept)
    if (kept > 0)
      await liveOn(tx, 'reduced', [{ id: await takeIds(tx, 'billing_event_part'), part_id: part.id, amount_cents: kept }])
  }
  if (left > 0) throw new Error(`less of event ${eventId} is open than was to be taken back`)
  await sql`
    update billing_event_part set state = 'cancelled'
    where account_id = ${account} and id in (select unnest(cast(${pgArray(ended)}::text as bigint[])))`.execute(tx)
  const used = await sql<{ isUsed: boolean }>`
    select exists (
      select from billing_event_part p left join event_consumption c on c.account_id = p.account_id and c.part_id = p.id
      where p.account_id = ${account} and p.event_id = ${eventId}
        and (p.state = 'open' or (c.used_cents > 0 and c.given_back_at is null))) as "isUsed"`.execute(tx)
  return used.rows[0]?.isUsed === false
}

export async function saveEventEnd(tx: Tx, it: Pick<BillingEvent, 'id' | 'cancelledAt' | 'version'>): Promise<void> {
  await sql`
    update billing_event set cancelled_at = ${it.cancelledAt}, version = ${it.version}
    where account_id = ${account} and id = ${it.id}`.execute(tx)
}
