import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import type { Reader } from '../platform/db/db.ts'
import type { Found } from './findings.ts'

/** An organization's numbers after `after`, in order: those left out up to the last that was given, and where the page ended. */
export async function numberGaps(
  tx: Reader,
  organizationId: number,
  after: number,
  limit: number,
): Promise<{ gaps: Found<'number_gap'>[]; last: number | null }> {
  const { rows } = await sql<{ from: number; to: number; number: number; isLast: boolean }>`
    with page as (
      select number from invoice where account_id = ${account} and organization_id = ${organizationId} and number > ${after} order by number limit ${limit}
    ), given as (
      select number, false as is_end from page
      union all
      -- The numbers that were reserved and not used after the last invoice are left out as well.
      select next_id, true from id_range
      where account_id = ${account} and noun = 'invoice_number' and scope = ${organizationId} and (select count(*) from page) < ${limit}
    ), placed as (
      select number, lag(number, 1, ${after}::bigint) over (order by number) as before from given
    )
    select before + 1 as "from", number - 1 as "to", number, false as "isLast" from placed where number > before + 1
    union all
    select 0, 0, max(number), true from page having count(*) = ${limit}`.execute(tx)
  const gaps = rows
    .filter(row => !row.isLast)
    .map(({ from, to }) => ({
      code: 'number_gap' as const,
      noun: 'organization' as const,
      id: organizationId,
      startsOn: null,
      endsOn: null,
      details: { from, to },
    }))
  return { gaps, last: rows.find(row => row.isLast)?.number ?? null }
}

export async function organizationsOf(tx: Reader): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from organization where account_id = ${account} order by id`.execute(tx)
  return rows.map(row => row.id)
}
