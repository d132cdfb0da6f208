import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import { likePart } from '../core/text.ts'
import { account } from '../platform/account.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Account, AccountMode, AccountState } from './account.ts'

const columns = sql`account_id as id, name, mode, sandbox_now as "sandboxNow", state, version, created_at as "createdAt"`

/** The account of the open transaction; null before it is made. */
export async function ownAccount(tx: Reader): Promise<Account | null> {
  const { rows } = await sql<Account>`select ${columns} from account where account_id = ${account}`.execute(tx)
  return rows[0] ?? null
}

export async function lockAccount(tx: Tx): Promise<Account | null> {
  const { rows } = await sql<Account>`select ${columns} from account where account_id = ${account} for no key update`.execute(tx)
  return rows[0] ?? null
}

export interface AccountFilter {
  q?: string | undefined
  mode?: AccountMode | undefined
  state?: AccountState | undefined
}

/** In a transaction of the dispatcher: all accounts in order of id, from the one after `after`. */
export async function listAccounts(tx: Reader, filter: AccountFilter, after: number, limit: number): Promise<Account[]> {
  const conditions = [sql`account_id > ${after}`]
  if (filter.mode !== undefined) conditions.push(sql`mode = ${filter.mode}`)
  if (filter.state !== undefined) conditions.push(sql`state = ${filter.state}`)
  if (filter.q !== undefined) conditions.push(sql`lower(name) like ${`%${likePart(filter.q.toLowerCase())}%`}`)
  const { rows } = await sql<Account>`
    select ${columns} from account where ${sql.join(conditions, sql` and `)} order by account_id limit ${limit}`.execute(tx)
  return rows
}

export async function insertAccount(tx: Tx, it: Account): Promise<void> {
  await sql`
    insert into account (account_id, name, mode, sandbox_now, state, version, created_at)
    values (${it.id}, ${it.name}, ${it.mode}, ${it.sandboxNow}, ${it.state}, ${it.version}, ${it.createdAt})`.execute(tx)
}

/** Name and state. The caller holds the row; the sandbox clock moves by `setSandboxClock` alone. */
export async function saveAccount(tx: Tx, it: Account): Promise<void> {
  await sql`update account set name = ${it.name}, state = ${it.state}, version = ${it.version} where account_id = ${account}`.execute(
    tx,
  )
}

/** The caller holds the row. */
export async function setSandboxClock(tx: Tx, now: Instant): Promise<void> {
  await sql`update account set sandbox_now = ${now} where account_id = ${account}`.execute(tx)
}
