import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import { pgArray } from '../platform/db/array.ts'
import type { Reader } from '../platform/db/db.ts'

/** The contract of each code: the one in use, otherwise the last that was archived. */
export async function contractIdsByCode(tx: Reader, codes: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ code: string; id: number }>`
    select distinct on (code) code, id from contract
    where account_id = ${account} and code = any(cast(${pgArray(codes)}::text as text[]))
    order by code, archived_at desc nulls first, id desc`.execute(tx)
  return new Map(rows.map(row => [row.code, row.id]))
}

/** Every service that some version of some rule of these contracts names. */
export async function usedServiceIds(tx: Reader, contractIds: readonly number[]): Promise<Map<number, Set<number>>> {
  const { rows } = await sql<{ contractId: number; serviceItemId: number }>`
    select distinct r.contract_id as "contractId", l.service_item_id as "serviceItemId"
    from invoice_rule r join rule_line l on l.account_id = r.account_id and l.rule_id = r.id
    where r.account_id = ${account} and r.contract_id = any(cast(${pgArray(contractIds)}::text as bigint[]))`.execute(tx)
  const used = new Map<number, Set<number>>()
  for (const { contractId, serviceItemId } of rows) {
    const services = used.get(contractId)
    if (services) services.add(serviceItemId)
    else used.set(contractId, new Set([serviceItemId]))
  }
  return used
}
