import { sql } from 'kysely'
import type { CustomerKind } from '../../customers/customer.ts'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'

export interface TakingRule {
  id: number
  taker: CustomerKind
}

/** Rules that go on, of contracts that do, any version of which took its withholdings from the template; by id, after one. */
export async function rulesTakingFrom(tx: Reader, templateId: number, after: number, limit: number): Promise<TakingRule[]> {
  const { rows } = await sql<TakingRule>`
    select r.id, c.kind as taker
    from (
      select distinct rule_id from rule_terms where account_id = ${account} and nfse_template_id = ${templateId} and rule_id > ${after}
    ) t
    join invoice_rule r on r.account_id = ${account} and r.id = t.rule_id and r.archived_at is null
    join contract k on k.account_id = ${account} and k.id = r.contract_id and k.archived_at is null
      and k.state not in ('ended', 'cancelled')
    join customer c on c.account_id = ${account} and c.id = k.customer_id
    order by r.id limit ${limit}`.execute(tx)
  return rows
}
