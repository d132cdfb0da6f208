import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import type { Reader } from '../platform/db/db.ts'

/** Every service that some version of some rule of these contracts names. */
export async function usedServiceIds(tx: Reader, contractIds: readonly number[]): Promise<Map<number, Set<number>>> {
  const { rows } = await sql<{ contractId: number; serviceItemId: number }>`
    select distinct r.contract_id as "contractId", l.service_item_id as "serviceItemId"
    from invoice_rule r join rule_line l on l.account_id = r.account_id and l.rule_id = r.id
    where r.account_id = ${account} and r.contract_id in (select unnest(cast(${pgArray(contractIds)}::text as bigint[])))`.execute(tx)
  const used = new Map<number, Set<number>>()
  for (const { contractId, serviceItemId } of rows) {
    const services = used.get(contractId)
    if (services) services.add(serviceItemId)
    else used.set(contractId, new Set([serviceItemId]))
  }
  return used
}
