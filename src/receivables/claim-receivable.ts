import { found } from '../core/current.ts'
import { type CustomerClaim, claimCustomer } from '../invoices/claim.ts'
import type { Dossier } from '../invoices/dossier.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { isStanding, type Receipt } from './receipt.ts'
import { receiptsOf } from './receipt-store.ts'
import type { Receivable } from './receivable.ts'
import { lockReceivable, receivableOf } from './receivable-store.ts'

export interface ReceivableClaim extends CustomerClaim {
  readonly receivable: Receivable
  /** Those that stand. */
  readonly receipts: readonly Receipt[]
  /** Its invoice with all that is asked for it; null for one that came from another system without its invoice. */
  readonly dossier: Dossier | null
}

/** Locks a receivable and what goes along with it, in the order that everyone keeps: the customer, the invoice, the receivables. */
export async function claimReceivable(tx: Tx, ctx: Ctx, id: number): Promise<ReceivableClaim> {
  const { customerId, organizationId, invoiceId } = found(await receivableOf(tx, id), notFound)
  const { claim, dossiers } = await claimCustomer(tx, ctx, { customerId, organizationId }, invoiceId)
  const dossier = (invoiceId === null ? undefined : dossiers.get(invoiceId)) ?? null
  if (dossier === null) {
    const receivable = found(await lockReceivable(tx, id), notFound)
    return { ...claim, receivable, receipts: (await receiptsOf(tx, [id])).filter(isStanding), dossier }
  }
  // Split anew in the meantime, an invoice that is not issued may have fewer.
  const receivable = found(
    dossier.receivables.find(one => one.id === id),
    notFound,
  )
  return { ...claim, receivable, receipts: dossier.receipts.filter(receipt => receipt.receivableId === id), dossier }
}

export const notFound = 'Parcela não encontrada.'
