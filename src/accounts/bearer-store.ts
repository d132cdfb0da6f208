import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { hashOfKey, refreshText } from '../platform/http/key-directory.ts'
import type { Bearer } from './bearer.ts'

export async function insertBearer(tx: Tx, keyId: number, it: Bearer): Promise<void> {
  await sql`
    insert into bearer (account_id, token_hash, refresh_hash, key_id, issued_at, expires_at, refresh_until)
    values (${account}, decode(${hashOfKey(it.token)}, 'hex'), decode(${hashOfKey(refreshText(it.refresh))}, 'hex'), ${keyId},
            ${it.issuedAt}, ${it.expiresAt}, ${it.refreshUntil})`.execute(tx)
}

/** Ends the bearer of a refresh, once: false when it had ended, or is too old to be refreshed. Two at once wait for each other here. */
export async function endByRefresh(tx: Tx, keyId: number, refresh: string, at: Instant): Promise<boolean> {
  const ended = await sql`
    update bearer set ended_at = ${at}
    where account_id = ${account} and key_id = ${keyId} and refresh_hash = decode(${hashOfKey(refreshText(refresh))}, 'hex')
      and ended_at is null and refresh_until > ${at}`.execute(tx)
  return Number(ended.numAffectedRows ?? 0n) === 1
}

/** Forgets a key's bearers that open nothing any more, and the oldest of those that do, beyond `most`. */
export async function forgetBearers(tx: Tx, keyId: number, at: Instant, most: number): Promise<void> {
  await sql`
    delete from bearer where account_id = ${account} and key_id = ${keyId} and (ended_at is not null or refresh_until <= ${at}
      or token_hash in (select token_hash from bearer where account_id = ${account} and key_id = ${keyId} and ended_at is null
                         order by issued_at desc, token_hash offset ${most}))`.execute(tx)
}

/** Whether client and secret are those of the key. */
export async function isClientOf(tx: Reader, keyId: number, clientHash: string): Promise<boolean> {
  const { rows } = await sql<{ same: boolean }>`
    select client_hash = decode(${clientHash}, 'hex') as same from api_key where account_id = ${account} and id = ${keyId}`.execute(
    tx,
  )
  return rows[0]?.same === true
}
