// All SQL of looking for subscriptions by the name that theirs have, which no column holds.

import { sql } from 'kysely'
import { account } from '../../../platform/account.ts'
import type { Reader } from '../../../platform/db/db.ts'

/** The contracts whose name is put together of customer and plan (`subscription-facts.ts`) and holds the text, as it is written. */
export async function subscriptionsNamed(tx: Reader, part: string): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select c.id
    from subscription s
    join contract c on c.account_id = s.account_id and c.id = s.contract_id and c.archived_at is null
    join invoice_rule r on r.account_id = s.account_id and r.id = s.rule_id
    join customer u on u.account_id = c.account_id and u.id = c.customer_id
    where s.account_id = ${account} and c.name = 'Assinatura ' || r.title
      and position(cast(${part} as text) in 'Assinatura ' || coalesce(u.trade_name, u.name) || ' - ' || r.title) > 0
    order by c.id`.execute(tx)
  return rows.map(({ id }) => id)
}
