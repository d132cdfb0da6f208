// What codes of theirs name: an id that somebody brought along, or else our own code.

import { sql } from 'kysely'
import { account } from '../../../platform/account.ts'
import { pgArray } from '../../../platform/db/array.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'

export async function idsByCode(
  tx: Reader,
  noun: 'category' | 'department' | 'project',
  codes: readonly string[],
): Promise<Map<string, number>> {
  if (codes.length === 0) return new Map()
  const { rows } = await sql<{ said: string; id: number }>`
    select k.said, coalesce(
      (select t.id from external_id e join ${sql.table(noun)} t on t.account_id = e.account_id and t.id = e.id
        where e.account_id = ${account} and e.system = 'omie' and e.noun = ${noun} and e.external = k.said and t.archived_at is null),
      (select t.id from ${sql.table(noun)} t where t.account_id = ${account} and t.code = k.said and t.archived_at is null)
    ) as id
    from (select unnest(cast(${pgArray(codes)}::text as text[])) as said) k`.execute(tx)
  return new Map(rows.flatMap(({ said, id }) => (id === null ? [] : [[said, id] as const])))
}

/** The services that items say by their codes alone, by those codes. */
export async function servicesByActivity(tx: Reader, system: string, codes: readonly string[]): Promise<Map<string, number>> {
  if (codes.length === 0) return new Map()
  const { rows } = await sql<{ said: string; id: number }>`
    select e.external as said, e.id from external_id e
    where e.account_id = ${account} and e.system = ${system} and e.noun = 'service_item'
      and e.external in (select unnest(cast(${pgArray(codes)}::text as text[])))`.execute(tx)
  return new Map(rows.map(({ said, id }) => [said, id]))
}

/** Nobody else makes a contract of that code, or looks for one, until the transaction ends. */
export async function lockContractCode(tx: Tx, code: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('omie contract ' || ${account}::text || ' ' || ${code}, 0))`.execute(tx)
}

/** Nobody else makes a service of that activity until the transaction ends. */
export async function lockActivity(tx: Tx, code: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('omie activity ' || ${account}::text || ' ' || ${code}, 0))`.execute(tx)
}
