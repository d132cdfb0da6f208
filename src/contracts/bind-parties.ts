import { refuse } from '../core/refusal.ts'
import { bindCustomers } from '../customers/customer-store.ts'
import { bindOrganizations } from '../organizations/organization-store.ts'
import type { Tx } from '../platform/db/db.ts'
import type { Contract } from './contract.ts'

/**
 * For verbs by which a contract comes to life: binds whom it names, so that neither goes out of use before it lives, and refuses one that
 * is out of use already. An archived organization bills nothing by itself, an erased customer cannot be billed, and nobody bills itself.
 */
export async function bindParties(tx: Tx, { organizationId, customerId }: Contract): Promise<void> {
  const organization = (await bindOrganizations(tx, [organizationId])).get(organizationId)
  if (organization?.archivedAt != null) {
    refuse('archived_organization', 'A organização deste contrato está arquivada; desarquive-a antes.', { status: 409 })
  }
  const customer = (await bindCustomers(tx, [customerId])).get(customerId)
  if (customer?.archivedAt != null) {
    refuse('archived_customer', 'O cliente deste contrato está arquivado; desarquive-o antes.', { status: 409 })
  }
  // While the contract was over, nothing kept one of them from getting the other's.
  if (organization && organization.cnpj === customer?.taxId) {
    refuse('customer_is_supplier', 'O cliente deste contrato passou a ter o CNPJ da própria organização; corrija-o antes.', {
      status: 409,
    })
  }
}
