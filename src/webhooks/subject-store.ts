import { sql } from 'kysely'
import { tokensOfContracts } from '../contracts/contract-token-store.ts'
import { account } from '../platform/account.ts'
import { eachOf } from '../platform/db/bulk.ts'
import type { Reader } from '../platform/db/db.ts'
import type { Told } from './form.ts'

type NamedContract = NonNullable<Told['contract']>

/** The contract of each invoice, as formats name it. */
export async function contractsOfInvoices(tx: Reader, ids: readonly number[]): Promise<Map<number, NamedContract>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; contractId: number }>`
    select k.id, t.contract_id as "contractId" from ${eachOf(ids)} cross join lateral (
      select i.contract_id from invoice i where i.account_id = ${account} and i.id = k.id offset 0) as t`.execute(tx)
  const named = await contractsById(tx, [...new Set(rows.map(({ contractId }) => contractId))])
  const known = new Map<number, NamedContract>()
  for (const { id, contractId } of rows) {
    const contract = named.get(contractId)
    if (contract !== undefined) known.set(id, contract)
  }
  return known
}

export async function contractsById(tx: Reader, ids: readonly number[]): Promise<Map<number, NamedContract>> {
  const tokens = await tokensOfContracts(tx, ids)
  return new Map([...tokens].map(([id, token]) => [id, { id, token }]))
}
