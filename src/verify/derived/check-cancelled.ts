import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'

/**
 * Periods whose only invoice was cancelled and neither released nor waived: nobody owes them and no run looks at them again, until
 * somebody chooses. From the invoice after `after`; `last` is null at the end.
 */
export async function checkCancelled(
  tx: Reader,
  after: number,
  limit: number,
): Promise<{ found: Found<'due'>[]; last: number | null }> {
  const { rows } = await sql<Found<'due'> & { invoice: number }>`
    select 'due' as code, 'invoice_rule' as noun, c.rule_id as id, c.starts_on as "startsOn", c.ends_on as "endsOn", i.id as invoice,
           jsonb_build_object('scheduledOn', c.scheduled_on, 'reason', 'invoice_cancelled', 'invoice', i.id, 'netCents', i.net_cents,
                              'contract', i.contract_id, 'isRuleArchived', i.is_rule_archived) as details
    from (
      select id, contract_id, net_cents, (
        select archived_at is not null from invoice_rule where account_id = ${account} and id = invoice.rule_id
      ) as is_rule_archived
      from invoice where account_id = ${account} and state = 'cancelled' and released_at is null and rule_id is not null and id > ${after}
      order by id limit ${limit}
    ) i
    left join lateral (select * from coverage where account_id = ${account} and invoice_id = i.id offset 0) c on true
    order by i.id, c.starts_on`.execute(tx)
  const found = rows.filter(row => row.startsOn !== null).map(({ invoice, ...row }) => row)
  const invoices = new Set(rows.map(row => row.invoice))
  return { found, last: invoices.size < limit ? null : (rows.at(-1)?.invoice ?? null) }
}
