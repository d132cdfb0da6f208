import { type Change, type Dossier, following, revised } from '../invoices/dossier.ts'
import { saveChanges } from '../invoices/save-changes.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import type { NewReceipt, Receipt } from './receipt.ts'
import type { Receivable } from './receivable.ts'
import { saveMovement } from './save-movement.ts'

export interface Along {
  /** Receivables of one customer that is held, as they became. */
  readonly changed: readonly Receivable[]
  /** The invoices that they belong to, held. */
  readonly dossiers: ReadonlyMap<number, Dossier>
  /** Of those without an invoice. */
  readonly addedReceipts?: readonly NewReceipt[]
  readonly undoneReceipts?: readonly Receipt[]
  readonly undoReason?: string | null
}

/**
 * Saves receivables that changed together, whatever invoices they are of, if any: each invoice follows its own, and all of it is told,
 * in one transaction. `entries` are those of the receivables, told with the receipts that were added.
 */
export async function saveAlong(
  tx: Tx,
  ctx: Ctx,
  { changed, dossiers, addedReceipts = [], undoneReceipts = [], undoReason = null }: Along,
  entries: (added: readonly Receipt[]) => HistoryEntry[],
): Promise<void> {
  const loose = changed.filter(({ invoiceId }) => invoiceId === null)
  const added = await saveMovement(tx, ctx, { receivables: loose, addedReceipts, undoneReceipts, undoReason })
  const changes = [...dossiers.values()].flatMap(dossier => changeOf(dossier, changed) ?? [])
  if (changes.length === 0) await record(tx, ctx, entries(added))
  else await saveChanges(tx, ctx, changes, () => entries(added))
}

function changeOf(dossier: Dossier, changed: readonly Receivable[]): Change | null {
  const byId = new Map(changed.map(receivable => [receivable.id, receivable]))
  if (!dossier.receivables.some(({ id }) => byId.has(id))) return null
  const receivables = dossier.receivables.map(receivable => byId.get(receivable.id) ?? receivable)
  const { invoice } = dossier
  const step = following(invoice, receivables) ?? { action: 'update', invoice: revised(invoice, {}), receivables }
  return { before: dossier, steps: [step], addedReceipts: [], undoneReceipts: [], undoReason: null }
}
