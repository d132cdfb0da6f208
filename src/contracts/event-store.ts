import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import { rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { takeIds } from '../platform/ids.ts'
import type { EventPart } from './billing-event.ts'

// All SQL of billing events, their parts and what consumed them. Whoever writes holds the row of the rule.

/** The open parts of many rules, each rule's by id: one statement. A rule without any is absent. */
export async function openPartsOf(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, EventPart[]>> {
  if (ruleIds.length === 0) return new Map()
  const { rows } = await sql<EventPart>`
    select p.id, p.event_id as "eventId", p.rule_id as "ruleId", e.kind, p.number, e.parts, e.description,
           e.service_item_id as "serviceItemId", p.amount_cents as "amountCents", to_char(p.earliest_month, 'YYYY-MM') as "earliestMonth"
    from billing_event_part p join billing_event e on e.account_id = p.account_id and e.id = p.event_id
    where p.account_id = ${account} and p.rule_id = any(cast(${pgArray(ruleIds)}::text as bigint[])) and p.state = 'open'
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
    where account_id = ${account} and id = any(cast(${ids}::text as bigint[])) and state = 'open'`.execute(tx)
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
    where account_id = ${account} and invoice_id = any(cast(${pgArray(invoiceIds)}::text as bigint[])) and given_back_at is null
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
  origin: 'carried' | 'given_back',
  parts: readonly { id: number; part_id: number; amount_cents: number }[],
): Promise<void> {
  await sql`
    insert into billing_event_part (account_id, id, event_id, rule_id, number, amount_cents, earliest_month, origin, origin_part_id, state)
    select p.account_id, n.id, p.event_id, p.rule_id, p.number, n.amount_cents, p.earliest_month, ${origin}, p.id, 'open'
    from ${rowsOf({ id: 'bigint', part_id: 'bigint', amount_cents: 'bigint' }, parts)} as n
      join billing_event_part p on p.account_id = ${account} and p.id = n.part_id`.execute(tx)
}
