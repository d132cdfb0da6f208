import { contractOf } from '../contracts/contract-store.ts'
import { refuse } from '../core/refusal.ts'
import { type Customer, isErased } from '../customers/customer.ts'
import { bindCustomers } from '../customers/customer-store.ts'
import type { Tx } from '../platform/db/db.ts'
import type { Invoice } from './invoice.ts'

type Parties = Pick<Invoice, 'contractId' | 'customerId'>

/**
 * For verbs that make an invoice one that can go out: its contract was not deleted, since what it bills may be billed by another by now,
 * and its customer still is somebody. Binds the customer, so that nobody erases it before the invoice stands.
 */
export async function requirePartiesThere(tx: Tx, { contractId, customerId }: Parties): Promise<Customer> {
  const contract = await contractOf(tx, contractId)
  if (contract?.archivedAt != null) {
    refuse(
      'contract_archived',
      'O contrato desta fatura foi excluído, e o que ela cobrava pode ter sido cobrado por outro: faça uma fatura nova em um contrato em vigor.',
      { status: 409, details: { contractId } },
    )
  }
  return bindKnownCustomer(tx, customerId)
}

/** As `requirePartiesThere`, for verbs that bring back what was given up: nor is it billed to a customer who is out of use. */
export async function requirePartiesInUse(tx: Tx, invoice: Parties): Promise<void> {
  const customer = await requirePartiesThere(tx, invoice)
  if (customer.archivedAt !== null) {
    refuse('archived_customer', 'O cliente desta fatura está arquivado; desarquive-o antes.', {
      status: 409,
      details: { customerId: customer.id },
    })
  }
}

/** Binds whom something is going to be asked of, and refuses one whose data was erased. */
export async function bindKnownCustomer(tx: Tx, id: number): Promise<Customer> {
  const customer = (await bindCustomers(tx, [id])).get(id)
  if (customer === undefined) throw new Error(`customer ${id}, whom a contract names, is not there`)
  if (isErased(customer)) {
    refuse(
      'erased_customer',
      'Os dados deste cliente foram apagados (LGPD), e nada mais se cobra dele: o que já foi emitido pode ser recebido ou cancelado.',
      { status: 409, details: { customerId: id } },
    )
  }
  return customer
}
