import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Sealed } from '../platform/secrets.ts'
import type { Endpoint } from './endpoint.ts'

const columns = sql`
  id, address, description, form, events, state, disabled_reason as "disabledReason", disabled_at as "disabledAt", reachable,
  failing_since as "failingSince", failures_in_a_row as "failuresInARow", paused_until as "pausedUntil", is_failing_told as "isFailingTold",
  previous_until as "previousUntil", version, created_at as "createdAt"`

/** Null for one that was deleted, too. */
export async function endpointOf(tx: Reader, id: number): Promise<Endpoint | null> {
  const { rows } = await sql<Endpoint>`
    select ${columns} from webhook_endpoint where account_id = ${account} and id = ${id} and deleted_at is null`.execute(tx)
  return rows[0] ?? null
}

export async function lockEndpoint(tx: Tx, id: number): Promise<Endpoint | null> {
  const { rows } = await sql<Endpoint>`
    select ${columns} from webhook_endpoint where account_id = ${account} and id = ${id} and deleted_at is null for no key update`.execute(
    tx,
  )
  return rows[0] ?? null
}

/** All that the account has, locked in the order that everyone keeps. */
export async function lockEndpoints(tx: Tx): Promise<Endpoint[]> {
  const { rows } = await sql<Endpoint>`
    select ${columns} from webhook_endpoint where account_id = ${account} and deleted_at is null order by id for no key update`.execute(
    tx,
  )
  return rows
}

/** In order of id, from the one after `after`. */
export async function listEndpoints(tx: Reader, after: number, limit: number): Promise<Endpoint[]> {
  const { rows } = await sql<Endpoint>`
    select ${columns} from webhook_endpoint where account_id = ${account} and deleted_at is null and id > ${after}
    order by id limit ${limit}`.execute(tx)
  return rows
}

export async function countEndpoints(tx: Reader): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from webhook_endpoint where account_id = ${account} and deleted_at is null`.execute(tx)
  return rows[0]?.count ?? 0
}

export async function insertEndpoint(tx: Tx, it: Endpoint, secret: Sealed): Promise<void> {
  await sql`
    insert into webhook_endpoint (account_id, id, address, description, form, events, secret, state, version, created_at)
    values (${account}, ${it.id}, ${it.address}, ${it.description}, ${it.form}, cast(${pgArray(it.events)}::text as text[]), ${secret}, ${it.state},
            ${it.version}, ${it.createdAt})`.execute(tx)
}

/** Everything but its secrets. The caller holds the row. */
export async function saveEndpoint(tx: Tx, it: Endpoint): Promise<void> {
  await sql`
    update webhook_endpoint
    set address = ${it.address}, description = ${it.description}, events = cast(${pgArray(it.events)}::text as text[]), state = ${it.state},
        disabled_reason = ${it.disabledReason}, disabled_at = ${it.disabledAt}, reachable = ${it.reachable}, failing_since = ${it.failingSince},
        failures_in_a_row = ${it.failuresInARow}, paused_until = ${it.pausedUntil}, is_failing_told = ${it.isFailingTold},
        previous_until = ${it.previousUntil}, version = ${it.version}
    where account_id = ${account} and id = ${it.id}`.execute(tx)
}

/** The secret in use becomes the one before. The caller holds the row. */
export async function replaceSecret(tx: Tx, id: number, secret: Sealed): Promise<void> {
  await sql`
    update webhook_endpoint set previous_secret = secret, secret = ${secret} where account_id = ${account} and id = ${id}`.execute(
    tx,
  )
}

export interface SealedSecrets {
  secret: Sealed
  previous: Sealed | null
  previousUntil: Instant | null
}

export async function secretsOf(tx: Reader, id: number): Promise<SealedSecrets | null> {
  const { rows } = await sql<SealedSecrets>`
    select secret, previous_secret as previous, previous_until as "previousUntil" from webhook_endpoint
    where account_id = ${account} and id = ${id} and secret is not null`.execute(tx)
  return rows[0] ?? null
}

/** Its row stays for the log of what was sent to it; its secrets do not. The caller holds the row. */
export async function markDeleted(tx: Tx, id: number, at: Instant, version: number): Promise<void> {
  await sql`
    update webhook_endpoint
    set deleted_at = ${at}, secret = null, previous_secret = null, previous_until = null, version = ${version}
    where account_id = ${account} and id = ${id}`.execute(tx)
}
