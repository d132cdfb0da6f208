import { customersOf } from '../customers/customer-store.ts'
import type { Reader } from '../platform/db/db.ts'
import { contractsOf } from './contract-store.ts'

export interface NamedCustomer {
  id: number
  name: string
}

export interface NamedContract {
  id: number
  code: string | null
  number: string | null
  name: string
}

/** Whom and what a row is about, as people call them. */
export interface Parties {
  customer: NamedCustomer
  contract: NamedContract
}

export async function customerNames(tx: Reader, ids: readonly number[]): Promise<(id: number) => NamedCustomer> {
  const customers = ids.length === 0 ? new Map() : await customersOf(tx, [...new Set(ids)])
  return id => {
    const { name } = known(customers.get(id))
    return { id, name }
  }
}

export async function contractNames(tx: Reader, ids: readonly number[]): Promise<(id: number) => NamedContract> {
  const contracts = ids.length === 0 ? new Map() : await contractsOf(tx, [...new Set(ids)])
  return id => {
    const { code, number, name } = known(contracts.get(id))
    return { id, code, number, name }
  }
}

/** Of a page of rows: two statements, however many rows. */
export async function partiesOf(
  tx: Reader,
  rows: readonly { customerId: number; contractId: number }[],
): Promise<(row: { customerId: number; contractId: number }) => Parties> {
  const customer = await customerNames(
    tx,
    rows.map(row => row.customerId),
  )
  const contract = await contractNames(
    tx,
    rows.map(row => row.contractId),
  )
  return row => ({ customer: customer(row.customerId), contract: contract(row.contractId) })
}

/** Foreign keys see to it that nobody is missing. */
function known<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('a row names a customer or contract that is not there')
  return found
}
