import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import type { Noun } from '../core/ids.ts'
import { account } from '../platform/account.ts'
import { rowsOf } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Delivery, DeliveryState } from './delivery.ts'

const columns = sql`
  d.id, d.endpoint_id as "endpointId", d.message_id as "messageId", d.noun, d.subject_id as "subjectId", d.subject_version as version,
  d.event, d.is_test as "isTest", d.state, d.attempts, d.failures, d.due_at as "dueAt", d.created_at as "createdAt", d.ended_at as "endedAt"`

export type NewDelivery = Pick<
  Delivery,
  'id' | 'endpointId' | 'messageId' | 'noun' | 'subjectId' | 'version' | 'event' | 'isTest' | 'createdAt'
> & {
  body: string
}

const written = {
  id: 'bigint',
  endpoint_id: 'bigint',
  message_id: 'text',
  noun: 'text',
  subject_id: 'bigint',
  subject_version: 'integer',
  event: 'text',
  is_test: 'boolean',
  body: 'text',
  created_at: 'timestamptz',
} as const

/**
 * Due at once, or, while a version before it waits for its next attempt, when that one is. The caller holds the endpoints: nobody dates
 * anything of theirs meanwhile.
 */
export async function insertDeliveries(
  tx: Tx,
  deliveries: readonly NewDelivery[],
  now: Instant,
  storedAt: Instant,
): Promise<void> {
  if (deliveries.length === 0) return
  const rows = deliveries.map(it => ({
    id: it.id,
    endpoint_id: it.endpointId,
    message_id: it.messageId,
    noun: it.noun,
    subject_id: it.subjectId,
    subject_version: it.version,
    event: it.event,
    is_test: it.isTest,
    body: it.body,
    created_at: it.createdAt,
  }))
  await sql`
    insert into webhook_delivery (account_id, id, endpoint_id, message_id, noun, subject_id, subject_version, event, is_test, body, state, due_at,
                                  created_at, stored_at)
    select ${account}, r.id, r.endpoint_id, r.message_id, r.noun, r.subject_id, r.subject_version, r.event, r.is_test, r.body, 'waiting',
           greatest(cast(${now} as timestamptz), (
             select max(w.due_at) from webhook_delivery w
             where w.account_id = ${account} and w.endpoint_id = r.endpoint_id and w.noun = r.noun and w.subject_id = r.subject_id
               and w.subject_version < r.subject_version and w.state = 'waiting' and not w.is_test)),
           r.created_at, ${storedAt}
    from ${rowsOf(written, rows)} as r
    on conflict do nothing`.execute(tx)
}

export async function deliveryOf(tx: Reader, id: number): Promise<(Delivery & { body: string }) | null> {
  const { rows } = await sql<Delivery & { body: string }>`
    select ${columns}, d.body from webhook_delivery d where d.account_id = ${account} and d.id = ${id}`.execute(tx)
  return rows[0] ?? null
}

export interface DeliveryFilter {
  endpointId?: number | undefined
  state?: DeliveryState | undefined
  event?: string | undefined
  subject?: { noun: Noun; id: number } | undefined
  from?: Instant | undefined
  until?: Instant | undefined
}

function conditionsOf(filter: DeliveryFilter) {
  const conditions = [sql`d.account_id = ${account}`]
  if (filter.endpointId !== undefined) conditions.push(sql`d.endpoint_id = ${filter.endpointId}`)
  if (filter.state !== undefined) conditions.push(sql`d.state = ${filter.state}`)
  if (filter.event !== undefined) conditions.push(sql`d.noun || '.' || d.event = ${filter.event}`)
  if (filter.subject !== undefined) conditions.push(sql`d.noun = ${filter.subject.noun} and d.subject_id = ${filter.subject.id}`)
  if (filter.from !== undefined) conditions.push(sql`d.created_at >= ${filter.from}`)
  if (filter.until !== undefined) conditions.push(sql`d.created_at < ${filter.until}`)
  return conditions
}

/** The latest first, from the one before `before`. */
export async function listDeliveries(
  tx: Reader,
  filter: DeliveryFilter,
  before: number | null,
  limit: number,
): Promise<Delivery[]> {
  const conditions = conditionsOf(filter)
  if (before !== null) conditions.push(sql`d.id < ${before}`)
  const { rows } = await sql<Delivery>`
    select ${columns} from webhook_delivery d where ${sql.join(conditions, sql` and `)} order by d.id desc limit ${limit}`.execute(
    tx,
  )
  return rows
}

/**
 * Those that ended, the oldest first, wait again as if they were new, none before a version below it that waits already. Answers the endpoints and how many. The caller holds the endpoints.
 */
export async function replayDeliveries(
  tx: Tx,
  filter: DeliveryFilter,
  ids: readonly number[] | null,
  now: Instant,
  limit: number,
) {
  const conditions = conditionsOf(filter)
  conditions.push(sql`d.state <> 'waiting' and not d.is_test`)
  if (ids !== null) conditions.push(sql`d.id in (${sql.join(ids)})`)
  const { rows } = await sql<{ endpointId: number; count: number }>`
    with again as (
      update webhook_delivery w set state = 'waiting', failures = 0, ended_at = null, lease_token = null, lease_until = null,
        due_at = greatest(cast(${now} as timestamptz), (
          select max(b.due_at) from webhook_delivery b
          where b.account_id = w.account_id and b.endpoint_id = w.endpoint_id and b.noun = w.noun and b.subject_id = w.subject_id
            and b.subject_version < w.subject_version and b.state = 'waiting' and not b.is_test))
      from (select d.account_id, d.id from webhook_delivery d
            join webhook_endpoint e on e.account_id = d.account_id and e.id = d.endpoint_id and e.deleted_at is null
            where ${sql.join(conditions, sql` and `)} order by d.id limit ${limit}) as chosen
      where w.account_id = chosen.account_id and w.id = chosen.id
      returning w.endpoint_id
    )
    select endpoint_id as "endpointId", count(*)::integer as count from again group by 1 order by 1`.execute(tx)
  return rows
}

/** All that wait for an endpoint are due now. The caller holds it. */
export async function dueNow(tx: Tx, endpointId: number, now: Instant): Promise<void> {
  await sql`
    update webhook_delivery set due_at = ${now}
    where account_id = ${account} and endpoint_id = ${endpointId} and state = 'waiting' and due_at > ${now}`.execute(tx)
}

/** All that wait for an endpoint are let go. The caller holds it. */
export async function dropWaiting(tx: Tx, endpointId: number, at: Instant): Promise<void> {
  await sql`
    update webhook_delivery set state = 'dropped', ended_at = ${at}, lease_token = null, lease_until = null
    where account_id = ${account} and endpoint_id = ${endpointId} and state = 'waiting'`.execute(tx)
}

export async function countWaiting(tx: Reader, endpointIds: readonly number[]): Promise<Map<number, number>> {
  if (endpointIds.length === 0) return new Map()
  const { rows } = await sql<{ endpointId: number; count: number }>`
    select endpoint_id as "endpointId", count(*)::integer as count from webhook_delivery
    where account_id = ${account} and state = 'waiting' and endpoint_id in (${sql.join(endpointIds)}) group by 1`.execute(tx)
  return new Map(rows.map(({ endpointId, count }) => [endpointId, count]))
}

/**
 * Deletes some of those that were stored before an instant, with their attempts: what ended, and what waits for an endpoint that is off. What
 * still waits for one that is on is kept.
 */
export async function deleteOld(tx: Tx, storedBefore: Instant, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from webhook_delivery w using (
      select d.account_id, d.id from webhook_delivery d
      join webhook_endpoint e on e.account_id = d.account_id and e.id = d.endpoint_id
      where d.account_id = ${account} and d.stored_at < ${storedBefore} and (d.state <> 'waiting' or e.state = 'disabled')
      order by d.stored_at limit ${limit}
    ) as old
    where w.account_id = old.account_id and w.id = old.id`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}
