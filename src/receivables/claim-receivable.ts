import { found } from '../core/current.ts'
import type { CreditOwner } from '../customers/customer-credit-store.ts'
import { type CustomerClaim, claimCustomer } from '../invoices/claim.ts'
import type { Dossier } from '../invoices/dossier.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { isStanding, type Receipt } from './receipt.ts'
import { receiptsOf } from './receipt-store.ts'
import type { Receivable } from './receivable.ts'
import { lockReceivables, receivableOf, renegotiatedTogether } from './receivable-store.ts'

export interface ReceivableClaim extends CustomerClaim {
  readonly receivable: Receivable
  /** Those that stand. */
  readonly receipts: readonly Receipt[]
  /** Its invoice with all that is asked for it; null for one that came from another system without its invoice. */
  readonly dossier: Dossier | null
  /** Of one that a renegotiation made: all that may be settled by it, itself among them; otherwise nothing. */
  readonly together: readonly Receivable[]
  /** The invoices of those. */
  readonly dossiers: ReadonlyMap<number, Dossier>
}

/** Locks a receivable and what goes along with it, in the order that everyone keeps: the customer, the invoices, the receivables. */
export async function claimReceivable(tx: Tx, ctx: Ctx, id: number): Promise<ReceivableClaim> {
  const { customerId, organizationId, invoiceId, renegotiationId } = found(await receivableOf(tx, id), notFound)
  const owner = { customerId, organizationId }
  if (invoiceId === null) {
    // Who hangs together does not change while the renegotiation stands; how each of them does is read under the locks.
    const known = renegotiationId === null ? [] : await renegotiatedTogether(tx, renegotiationId)
    return { ...(await claimTogether(tx, ctx, owner, id, known)), dossier: null }
  }
  const { claim, dossiers } = await claimCustomer(tx, ctx, owner, [invoiceId])
  const dossier = dossiers.get(invoiceId)
  if (dossier === undefined) throw new Error(`invoice ${invoiceId} went away, which none ever does`)
  // Split anew in the meantime, an invoice that is not issued may have fewer.
  const receivable = found(
    dossier.receivables.find(one => one.id === id),
    notFound,
  )
  const receipts = dossier.receipts.filter(receipt => receipt.receivableId === id)
  return { ...claim, receivable, receipts, dossier, together: [], dossiers: new Map() }
}

async function claimTogether(
  tx: Tx,
  ctx: Ctx,
  owner: CreditOwner,
  id: number,
  known: readonly Receivable[],
): Promise<Omit<ReceivableClaim, 'dossier'>> {
  const { claim, dossiers } = await claimCustomer(
    tx,
    ctx,
    owner,
    known.flatMap(({ invoiceId }) => invoiceId ?? []),
  )
  const loose = await lockReceivables(tx, [id, ...known.flatMap(one => (one.invoiceId === null ? [one.id] : []))])
  const receivable = found(
    loose.find(one => one.id === id),
    notFound,
  )
  const meant = new Set(known.map(one => one.id))
  const together = [...loose, ...[...dossiers.values()].flatMap(({ receivables }) => receivables)].filter(one =>
    meant.has(one.id),
  )
  return { ...claim, receivable, receipts: (await receiptsOf(tx, [id])).filter(isStanding), together, dossiers }
}

export const notFound = 'Parcela não encontrada.'
