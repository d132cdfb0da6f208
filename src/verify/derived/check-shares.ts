import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong } from '../ids.ts'

export type ShareCode = 'shares_not_whole'

/** Whether the account divides anything at all: most do not. */
export async function anyShare(tx: Reader): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select from billing_details_share where account_id = ${account}) as any`.execute(tx)
  return rows[0]?.any === true
}

export function checkSharesOfRules(tx: Reader, rules: Ids): Promise<Found<ShareCode>[]> {
  return sharesOf(tx, 'invoice_rule', rules)
}

export function checkSharesOfInvoices(tx: Reader, invoices: Ids): Promise<Found<ShareCode>[]> {
  return sharesOf(tx, 'invoice', invoices)
}

/**
 * Of each kind, the parts are all by percent and are a hundred together, or all by value; none is nothing, and nobody has two. What they are
 * in cents is reckoned whenever an invoice is shown, and so adds up as long as this is so.
 */
async function sharesOf(tx: Reader, noun: 'invoice_rule' | 'invoice', ids: Ids): Promise<Found<ShareCode>[]> {
  const { rows } = await sql<Found<ShareCode>>`
    select 'shares_not_whole' as code, ${sql.lit(noun)} as noun, n.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('kind', s.kind, 'parts', s.parts, 'percents', s.percents, 'details', n.details_id) as details
    from (
      select id, details_id from ${sql.table(noun)}
      where account_id = ${account} and ${isAmong('id', ids)} and details_id is not null offset 0
    ) n
    cross join lateral (
      select kind, count(*) as parts, count(percent) as by_percent, sum(percent) as percents, min(coalesce(percent, value_cents)) as least,
             count(distinct coalesce(department_id, cost_centre_id)) as targets
      from billing_details_share where account_id = ${account} and details_id = n.details_id group by kind offset 0
    ) s
    where s.by_percent not in (0, s.parts) or (s.by_percent > 0 and s.percents <> 100) or s.least <= 0 or s.targets <> s.parts
    order by n.id, s.kind`.execute(tx)
  return rows
}
