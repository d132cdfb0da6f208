import type { Cnpj } from '../core/brazil/cnpj.ts'
import type { TaxId } from '../core/brazil/tax-id.ts'
import { customersByTaxId } from '../customers/customer-store.ts'
import { organizationsByCnpj } from '../organizations/organization-store.ts'
import type { Tx } from '../platform/db/db.ts'
import { takeTurn } from '../platform/turns.ts'
import { hasLiveContracts } from './contract-store.ts'

// A customer is never the organization that bills it. Contracts are refused to such a pair when they are made; these are asked when a
// tax id is given to one side of contracts that live. One such change at a time: two at once would each see the other side as it was.

const MATTER = 'tax ids of parties'

/** Whether a customer in use with this tax id has contracts with the organization that are a draft, active or suspended. */
export async function hasLiveContractsOfTaxId(tx: Tx, organizationId: number, cnpj: Cnpj): Promise<boolean> {
  await takeTurn(tx, MATTER)
  const customer = (await customersByTaxId(tx, [cnpj])).get(cnpj)
  return customer !== undefined && hasLiveContracts(tx, { organizationId, customerId: customer.id })
}

/** The same from the other side: with an organization in use that has the tax id as its CNPJ. */
export async function hasLiveContractsWithCnpj(tx: Tx, customerId: number, taxId: TaxId['taxId']): Promise<boolean> {
  await takeTurn(tx, MATTER)
  // A CPF is nobody's CNPJ, and is not found as one.
  const [organization] = await organizationsByCnpj(tx, [taxId as Cnpj])
  return organization !== undefined && hasLiveContracts(tx, { organizationId: organization.id, customerId })
}
