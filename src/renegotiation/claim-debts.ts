import { Faults } from '../core/faults.ts'
import type { CreditOwner } from '../customers/customer-credit-store.ts'
import { type CustomerClaim, claimCustomer } from '../invoices/claim.ts'
import type { Dossier } from '../invoices/dossier.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { notFound } from '../receivables/claim-receivable.ts'
import type { Receivable } from '../receivables/receivable.ts'
import { lockReceivables, receivablesOf } from '../receivables/receivable-store.ts'

/** Receivables of one customer with one organization, held and as they stand, and the invoices that some of them are of. */
export interface DebtClaim extends CustomerClaim {
  readonly receivables: readonly Receivable[]
  readonly dossiers: ReadonlyMap<number, Dossier>
}

/**
 * Whose the receivables are. Refuses those that are not there, that are named twice, or that are of different customers or organizations:
 * each at its place in `path`.
 */
export async function ownerOf(tx: Reader, ids: readonly number[], path: string): Promise<CreditOwner> {
  const known = await receivablesOf(tx, ids)
  const faults = new Faults()
  const [first] = ids.flatMap(id => known.get(id) ?? [])
  for (const [i, id] of ids.entries()) {
    const receivable = known.get(id)
    const at = `${path}/${i}`
    if (ids.indexOf(id) < i) faults.add(at, 'receivable_repeated', 'A parcela já está na lista.')
    else if (receivable === undefined || first === undefined) faults.add(at, 'not_found', notFound)
    else if (receivable.customerId !== first.customerId) {
      faults.add(at, 'other_customer', 'A parcela é de outro cliente: uma renegociação é de um só.')
    } else if (receivable.organizationId !== first.organizationId) {
      faults.add(at, 'other_organization', 'A parcela é de outra organização: uma renegociação é de uma só.')
    }
  }
  faults.refuseIfAny()
  if (first === undefined) throw new Error('a renegotiation of nothing')
  return { customerId: first.customerId, organizationId: first.organizationId }
}

/** Holds them, in the order that everyone keeps: the customer, the invoices, the receivables. Answered in the order of the ids. */
export async function claimDebts(tx: Tx, ctx: Ctx, owner: CreditOwner, ids: readonly number[]): Promise<DebtClaim> {
  // Of which invoices they are does not change; all else is read under the locks.
  const known = [...(await receivablesOf(tx, ids)).values()]
  const invoiceIds = [...new Set(known.flatMap(({ invoiceId }) => invoiceId ?? []))]
  const { claim, dossiers } = await claimCustomer(tx, ctx, owner, invoiceIds)
  const loose = await lockReceivables(
    tx,
    known.flatMap(({ id, invoiceId }) => (invoiceId === null ? [id] : [])),
  )
  const held = new Map([...loose, ...[...dossiers.values()].flatMap(({ receivables }) => receivables)].map(one => [one.id, one]))
  return { ...claim, receivables: ids.flatMap(id => held.get(id) ?? []), dossiers }
}
