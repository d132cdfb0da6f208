import { sql } from 'kysely'
import { keepsPlan } from './db/bulk.ts'
import { beside, type Tx } from './db/db.ts'
import { constraintOf } from './db/faults.ts'

/** What people see and ask about when one is missing: these are given back when their transaction is undone. */
const seenByPeople: ReadonlySet<string> = new Set(['invoice_number'])

/** Nobody beside them knows of the account yet, and would wait for the ranges that they have begun. */
const makesItsAccount = new WeakSet<Tx>()

/**
 * Takes `count` consecutive ids of the open transaction's account and answers the first. `counted` is a noun, or what
 * else is numbered; `scope` separates ranges within an account, such as invoice numbers per organization.
 *
 * They are taken beside the transaction, so that nobody waits for its end to get the next ones; undone, it leaves a gap. Ids are in
 * the order in which they were taken, which is that of the commits only under a lock that was held before. Numbers of invoices are
 * taken in the transaction: their range stays locked until it ends, so take them last.
 */
export async function takeIds(tx: Tx, counted: string, count = 1, scope = 0): Promise<number> {
  const [first] = await takeRanges(tx, [{ counted, count, scope }])
  if (first === undefined) throw new Error(`no range of ${counted}`)
  return first
}

export interface Wanted {
  counted: string
  count: number
  scope?: number
}

/** As `takeIds`, of several nouns at once; answers the first of each. Numbers of invoices are taken by themselves. */
export async function takeRanges(tx: Tx, wanted: readonly Wanted[]): Promise<number[]> {
  for (const { count } of wanted) if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`cannot take ${count} ids`)
  const take = (tx: Tx) => takeFrom(tx, wanted)
  if (wanted.some(({ counted }) => seenByPeople.has(counted)) || makesItsAccount.has(tx)) return take(tx)
  try {
    return await beside(tx, take)
  } catch (error) {
    if (constraintOf(error) !== 'id_range_account_id_fkey') throw error
    makesItsAccount.add(tx)
    return take(tx)
  }
}

/** In the order of their names, in which everybody locks them. */
async function takeFrom(tx: Tx, wanted: readonly Wanted[]): Promise<number[]> {
  const inOrder = wanted.toSorted((a, b) =>
    a.counted < b.counted ? -1 : a.counted > b.counted ? 1 : (a.scope ?? 0) - (b.scope ?? 0),
  )
  const rows = inOrder.map(
    ({ counted, count, scope = 0 }) =>
      sql`(current_setting('bordero.account')::bigint, ${counted}, cast(${scope} as bigint), 1 + cast(${count} as bigint))`,
  )
  const taken = await sql<{ noun: string; scope: number; next: number }>`${keepsPlan}
    insert into id_range as r (account_id, noun, scope, next_id) values ${sql.join(rows)}
    on conflict (account_id, noun, scope) do update set next_id = r.next_id + excluded.next_id - 1
    returning noun, scope, next_id as next`.execute(tx)
  return wanted.map(({ counted, count, scope = 0 }) => {
    const range = taken.rows.find(row => row.noun === counted && row.scope === scope)
    if (range === undefined) throw new Error(`no range of ${counted}`)
    return range.next - count
  })
}
