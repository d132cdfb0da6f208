import { type Emission, emitMany } from '../invoices/emit-many.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { isNaming } from './billing-run.ts'
import type { Item, ItemResult } from './item-store.ts'
import { outcomeOf } from './plan/outcomes.ts'
import type { Run } from './run-store.ts'

/** Sends out invoices that were made before and wait for their day; of a preview, those that still are as it showed them. */
export async function emitItems(tx: Tx, ctx: Ctx, run: Run, items: readonly Item[]): Promise<ItemResult[]> {
  if (items.length === 0) return []
  const ids = items.flatMap(item => item.invoiceId ?? [])
  const numbers = byInvoice(items, item => item.number)
  const seen = run.previewed ? byInvoice(items, item => item.planHash) : null
  const emitted = await emitMany(tx, ctx, ids, {
    wanted: run.cause !== 'scheduler',
    takenBack: isNaming(run.filters),
    numbers,
    seen,
  })
  return items.map(item => resultOf(item, item.invoiceId === null ? undefined : emitted.get(item.invoiceId)))
}

function byInvoice<V>(items: readonly Item[], value: (item: Item) => V | null): Map<number, V> {
  const known = items.map(item => [item.invoiceId, value(item)] as const)
  return new Map(known.flatMap(([id, value]) => (id === null || value === null ? [] : [[id, value]])))
}

/** With the amounts that went out, or that wait by now. */
function resultOf(item: Item, end: Emission | undefined): ItemResult {
  const invoice = end?.invoice ?? null
  if (end?.outcome === 'changed') {
    const detail = { now: 'to_emit', netCents: invoice?.netCents ?? null, seenNetCents: item.netCents }
    return { ...item, outcomeClass: 'not_billed', outcome: 'changed_since_preview', detail, number: null }
  }
  // Emitted or cancelled by somebody else since it was listed: there is nothing left to do for this run.
  const outcome = end === undefined || end.outcome === 'not_to_emit' ? 'already_billed' : end.outcome
  const { grossCents, discountCents, withheldCents, netCents } = invoice ?? item
  return {
    ...item,
    ...{ grossCents, discountCents, withheldCents, netCents },
    outcomeClass: outcomeOf('emit', outcome).class,
    outcome,
    detail: null,
    number: invoice?.number ?? null,
  }
}
