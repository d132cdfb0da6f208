import { emitMany } from '../invoices/emit-many.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import type { Item, ItemResult } from './item-store.ts'
import { outcomeOf } from './plan/outcomes.ts'
import type { Run } from './run-store.ts'

/** Sends out invoices that were made before and wait for their day. */
export async function emitItems(tx: Tx, ctx: Ctx, run: Run, items: readonly Item[]): Promise<ItemResult[]> {
  if (items.length === 0) return []
  const numbers = new Map(
    items.flatMap(({ invoiceId, number }) => (invoiceId === null || number === null ? [] : [[invoiceId, number] as const])),
  )
  const emitted = await emitMany(
    tx,
    ctx,
    items.flatMap(item => item.invoiceId ?? []),
    { wanted: run.cause !== 'scheduler', numbers },
  )
  return items.map(item => {
    const end = item.invoiceId === null ? undefined : emitted.get(item.invoiceId)
    // Emitted or cancelled by somebody else since it was listed: there is nothing left to do for this run.
    const outcome = end === undefined || end.outcome === 'not_to_emit' ? 'already_billed' : end.outcome
    return {
      ...item,
      outcomeClass: outcomeOf('emit', outcome).class,
      outcome,
      detail: null,
      number: end?.invoice?.number ?? null,
    }
  })
}
