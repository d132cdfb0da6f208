import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { ApiKey } from './api-key.ts'

const columns = sql`id, name, prefix, client, form, organization_id as "organizationId", scopes, created_at as "createdAt", revoked_at as "revokedAt", version`

export async function apiKeyOf(tx: Reader, id: number): Promise<ApiKey | null> {
  const { rows } = await sql<ApiKey>`select ${columns} from api_key where account_id = ${account} and id = ${id}`.execute(tx)
  return rows[0] ?? null
}

export async function lockApiKey(tx: Tx, id: number): Promise<ApiKey | null> {
  const { rows } =
    await sql<ApiKey>`select ${columns} from api_key where account_id = ${account} and id = ${id} for no key update`.execute(tx)
  return rows[0] ?? null
}

/** In order of id, from the one after `after`, revoked ones too. */
export async function listApiKeys(tx: Reader, after: number, limit: number): Promise<ApiKey[]> {
  const { rows } = await sql<ApiKey>`
    select ${columns} from api_key where account_id = ${account} and id > ${after} order by id limit ${limit}`.execute(tx)
  return rows
}

/** Hashes are the SHA-256 of what is looked up, in hexadecimal; `clientHash` of client and secret alone, where it is granted bearers. */
export async function insertApiKey(tx: Tx, it: ApiKey, hash: string, clientHash: string | null): Promise<void> {
  await sql`
    insert into api_key (account_id, id, name, prefix, client, form, organization_id, key_hash, client_hash, scopes, created_at, revoked_at, version)
    values (${account}, ${it.id}, ${it.name}, ${it.prefix}, ${it.client}, ${it.form}, ${it.organizationId}, decode(${hash}, 'hex'),
            decode(${clientHash}::text, 'hex'), cast(${pgArray(it.scopes)}::text as text[]), ${it.createdAt}, ${it.revokedAt}, ${it.version})`.execute(
    tx,
  )
}

/** The caller holds the row. */
export async function saveRevocation(tx: Tx, id: number, at: Instant, version: number): Promise<void> {
  await sql`update api_key set revoked_at = ${at}, version = ${version} where account_id = ${account} and id = ${id}`.execute(tx)
}
