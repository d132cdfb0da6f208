import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Attempt, AttemptResult, Delivery } from './delivery.ts'
import type { Endpoint } from './endpoint.ts'

export interface Claimed extends Pick<Delivery, 'id' | 'endpointId' | 'messageId' | 'isTest' | 'failures'> {
  body: string
  attempt: number
  leaseToken: string
}

export interface ClaimWish {
  endpointId: number
  /** The account's. */
  now: Instant
  /** The machine's. */
  at: Instant
  leaseUntil: Instant
  leaseToken: string
  lanes: number
  /** The endpoint rests: what waits for it waits on. */
  testsOnly: boolean
}

/**
 * Takes the first delivery that is due, and begins an attempt. Of one subject only the lowest version that waits is ever taken. While as
 * many as the endpoint has lanes are under way, none is. The caller holds the endpoint.
 */
export async function claimDelivery(tx: Tx, wish: ClaimWish): Promise<Claimed | null> {
  const { endpointId, now, at, leaseUntil, leaseToken, lanes, testsOnly } = wish
  const { rows } = await sql<Claimed>`
    with under_way as (
      select count(*) as count from webhook_delivery
      where account_id = ${account} and endpoint_id = ${endpointId} and lease_token is not null and lease_until >= ${at}
    ), first as (
      select d.id from webhook_delivery d
      where d.account_id = ${account} and d.endpoint_id = ${endpointId} and d.state = 'waiting' and d.due_at <= ${now}
        and (d.lease_until is null or d.lease_until < ${at}) and (select count from under_way) < ${lanes} ${testsOnly ? sql`and d.is_test` : sql``}
        and (d.is_test or not exists (
          select from webhook_delivery e
          where e.account_id = d.account_id and e.endpoint_id = d.endpoint_id and e.noun = d.noun and e.subject_id = d.subject_id
            and e.subject_version < d.subject_version and e.state = 'waiting' and not e.is_test))
      order by d.due_at, d.id limit 1
    ), claimed as (
      update webhook_delivery d set lease_token = ${leaseToken}, lease_until = ${leaseUntil}, attempts = d.attempts + 1
      from first where d.account_id = ${account} and d.id = first.id
      returning d.id, d.endpoint_id, d.message_id, d.is_test, d.body, d.failures, d.attempts
    ), begun as (
      insert into webhook_attempt (account_id, delivery_id, number, at) select ${account}, id, attempts, ${now} from claimed
    )
    select id, endpoint_id as "endpointId", message_id as "messageId", is_test as "isTest", body, failures, attempts as attempt,
           cast(${leaseToken} as text) as "leaseToken"
    from claimed`.execute(tx)
  return rows[0] ?? null
}

/** Its sender is still at it. Nothing once somebody else holds it. */
export async function extendLease(tx: Tx, { id, leaseToken }: Claimed, until: Instant): Promise<void> {
  await sql`
    update webhook_delivery set lease_until = ${until} where account_id = ${account} and id = ${id} and lease_token = ${leaseToken}`.execute(
    tx,
  )
}

/**
 * When the first delivery of an endpoint is due, not before it has rested, unless it is a test; null when none waits. Versions of a subject are
 * due in their order, so nothing else but a sending that is under way can hold the first one back.
 */
export async function firstDue(tx: Reader, { id, pausedUntil }: Pick<Endpoint, 'id' | 'pausedUntil'>): Promise<Instant | null> {
  const first = await firstWaiting(tx, id, sql``)
  if (first === null || pausedUntil === null || first >= pausedUntil) return first
  const test = await firstWaiting(tx, id, sql`and is_test`)
  return test !== null && test < pausedUntil ? test : pausedUntil
}

async function firstWaiting(tx: Reader, endpointId: number, also: RawBuilder<unknown>): Promise<Instant | null> {
  const { rows } = await sql<{ dueAt: Instant | null }>`
    select min(due_at) as "dueAt" from webhook_delivery
    where account_id = ${account} and endpoint_id = ${endpointId} and state = 'waiting' ${also}`.execute(tx)
  return rows[0]?.dueAt ?? null
}

/** Whether anybody has a delivery of the endpoint under way. `at` is the machine's. */
export async function isUnderWay(tx: Reader, endpointId: number, at: Instant): Promise<boolean> {
  const { rows } = await sql`
    select from webhook_delivery
    where account_id = ${account} and endpoint_id = ${endpointId} and lease_token is not null and lease_until >= ${at} limit 1`.execute(
    tx,
  )
  return rows.length > 0
}

/** A version of a subject is never due before one below it. What says otherwise, and waits for ever so, is put right. */
export async function putInOrder(tx: Tx, endpointId: number): Promise<void> {
  await sql`
    update webhook_delivery w set due_at = b.due_at
    from (select noun, subject_id, min(subject_version) as version, (array_agg(due_at order by subject_version))[1] as due_at
          from webhook_delivery
          where account_id = ${account} and endpoint_id = ${endpointId} and state = 'waiting' and not is_test group by 1, 2) as b
    where w.account_id = ${account} and w.endpoint_id = ${endpointId} and w.state = 'waiting' and not w.is_test and w.noun = b.noun
      and w.subject_id = b.subject_id and w.subject_version > b.version and w.due_at < b.due_at`.execute(tx)
}

/** What came of an attempt. One that was taken over meanwhile is told all the same. */
export async function saveAttempt(tx: Tx, { id, attempt }: Claimed, result: AttemptResult): Promise<void> {
  await sql`
    update webhook_attempt
    set outcome = ${result.outcome}, status = ${result.status}, headers = ${result.headers === null ? null : JSON.stringify(result.headers)}::text::jsonb,
        answer = ${result.answer}, detail = ${result.detail}, duration_ms = ${result.durationMs}
    where account_id = ${account} and delivery_id = ${id} and number = ${attempt}`.execute(tx)
}

/** It arrived: so it ends, whoever holds it by now, unless somebody has ended it or asked for it again. */
export async function endDelivery(
  tx: Tx,
  { id, leaseToken }: Claimed,
  state: 'delivered' | 'given_up',
  at: Instant,
): Promise<void> {
  const holds = state === 'delivered' ? sql`lease_token is not null` : sql`lease_token = ${leaseToken}`
  await sql`
    update webhook_delivery
    set state = ${state}, ended_at = ${at}, failures = failures + ${state === 'given_up' ? 1 : 0}, lease_token = null, lease_until = null
    where account_id = ${account} and id = ${id} and state = 'waiting' and ${holds}`.execute(tx)
}

/** It failed and is tried again at an instant; the versions after it wait at least as long. Only by whoever holds it. */
export async function retryDelivery(tx: Tx, { id, leaseToken }: Claimed, dueAt: Instant): Promise<void> {
  await sql`
    with failed as (
      update webhook_delivery set failures = failures + 1, due_at = ${dueAt}, lease_token = null, lease_until = null
      where account_id = ${account} and id = ${id} and state = 'waiting' and lease_token = ${leaseToken}
      returning endpoint_id, noun, subject_id, subject_version, is_test
    )
    update webhook_delivery d set due_at = ${dueAt} from failed f
    where d.account_id = ${account} and d.endpoint_id = f.endpoint_id and d.noun = f.noun and d.subject_id = f.subject_id
      and d.subject_version > f.subject_version and d.state = 'waiting' and d.due_at < ${dueAt} and not f.is_test and not d.is_test`.execute(
    tx,
  )
}

/** In the order in which they were made. */
export async function attemptsOf(tx: Reader, deliveryId: number): Promise<Attempt[]> {
  const { rows } = await sql<Attempt>`
    select number, at, outcome, status, headers, answer, detail, duration_ms as "durationMs" from webhook_attempt
    where account_id = ${account} and delivery_id = ${deliveryId} order by number`.execute(tx)
  return rows
}
