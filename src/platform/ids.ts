import { sql } from 'kysely'
import type { Tx } from './db/db.ts'

/**
 * Takes `count` consecutive ids of the open transaction's account and answers the first. `counted` is a noun, or what
 * else is numbered without gaps by chance; `scope` separates ranges within an account, such as invoice numbers per
 * organization. The range's row stays locked until the transaction ends: take ids last.
 */
export async function takeIds(tx: Tx, counted: string, count = 1, scope = 0): Promise<number> {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`cannot take ${count} ids`)
  const { rows } = await sql<{ first: number }>`
    insert into id_range as r (account_id, noun, scope, next_id)
    values (current_setting('bordero.account')::bigint, ${counted}, cast(${scope} as bigint), 1 + cast(${count} as bigint))
    on conflict (account_id, noun, scope) do update set next_id = r.next_id + cast(${count} as bigint)
    returning next_id - cast(${count} as bigint) as first`.execute(tx)
  const [range] = rows
  if (range === undefined) throw new Error(`no range of ${counted}`)
  return range.first
}

/** Waits for whoever is taking ids of this kind, and makes the next one wait until the transaction ends. */
export async function holdIds(tx: Tx, counted: string): Promise<void> {
  await sql`
    insert into id_range as r (account_id, noun, scope, next_id) values (current_setting('bordero.account')::bigint, ${counted}, 0, 1)
    on conflict (account_id, noun, scope) do update set next_id = r.next_id`.execute(tx)
}
