import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import type { Receipt } from '../receivables/receipt.ts'
import type { Receivable } from '../receivables/receivable.ts'
import { saveMovement } from '../receivables/save-movement.ts'
import { type Change, type Dossier, type InvoiceAction, lastStep, type Step } from './dossier.ts'
import type { Invoice } from './invoice.ts'
import { saveInvoices } from './invoice-store.ts'

/**
 * Saves changes of invoices that are claimed: money, invoices, numbers for those that are issued now, and the history of every step.
 * `also` are entries about what went along, told with the receipts that were added. One statement a table, however many changes.
 * Answers the invoices as they are now.
 */
export async function saveChanges(
  tx: Tx,
  ctx: Ctx,
  changes: readonly Change[],
  also: (added: readonly Receipt[]) => HistoryEntry[] = () => [],
): Promise<Invoice[]> {
  if (changes.length === 0) return []
  const added = await saveMovement(tx, ctx, {
    receivables: changes.flatMap(changedReceivables),
    addedReceipts: changes.flatMap(change => change.addedReceipts),
    undoneReceipts: changes.flatMap(change => change.undoneReceipts),
    undoReason: changes.find(change => change.undoReason !== null)?.undoReason ?? null,
  })
  const saved = await withNumbers(tx, changes)
  const invoices = saved.map(change => lastStep(change).invoice)
  await saveInvoices(tx, invoices)
  await record(tx, ctx, [...entriesOf(saved, added), ...also(added)])
  return invoices
}

/** The next numbers of each organization, in order, for what is issued and has none. Their ranges are locked last of all. */
async function withNumbers(tx: Tx, changes: readonly Change[]): Promise<Change[]> {
  const wanting = Map.groupBy(changes.filter(needsNumber), change => change.before.invoice.organizationId)
  const next = new Map<number, number>()
  for (const [organizationId, those] of [...wanting].sort(([a], [b]) => a - b)) {
    next.set(organizationId, await takeIds(tx, 'invoice_number', those.length, organizationId))
  }
  return changes.map(change => {
    const { organizationId } = change.before.invoice
    const number = next.get(organizationId)
    if (number === undefined || !needsNumber(change)) return change
    next.set(organizationId, number + 1)
    // A step before the emission, such as its approval, has no number yet.
    const steps = change.steps.map(step =>
      step.invoice.issueOn === null ? step : { ...step, invoice: { ...step.invoice, number } },
    )
    return { ...change, steps }
  })
}

function needsNumber(change: Change): boolean {
  const { issueOn, number } = lastStep(change).invoice
  return issueOn !== null && number === null
}

/** Those that were there before and have another version now. */
function changedReceivables(change: Change): Receivable[] {
  const before = new Map(change.before.receivables.map(receivable => [receivable.id, receivable.version]))
  return lastStep(change).receivables.filter(({ id, version }) => before.has(id) && before.get(id) !== version)
}

/** What subscribers are told: Fintera's events of an invoice, and that there is a new one. */
const eventOf: Record<InvoiceAction, string> = {
  create: 'create',
  update: 'update',
  adjust: 'update',
  approve: 'update',
  block: 'update',
  hold: 'update',
  unhold: 'update',
  emit: 'emit',
  undo_emission: 'undo_emission',
  confirm_receival: 'confirm_receival',
  undo_receival: 'undo_receival',
  cancel: 'cancel',
  undo_cancellation: 'undo_cancellation',
  release: 'update',
  delete: 'cancel',
}

/** `added` are the receipts of all changes, in their order. */
function entriesOf(changes: readonly Change[], added: readonly Receipt[]): HistoryEntry[] {
  let next = 0
  return changes.flatMap(({ before, steps, addedReceipts, undoneReceipts }) => {
    const own = added.slice(next, next + addedReceipts.length)
    next += own.length
    const entries = steps.map((step, i) => entryOf(step, steps[i - 1] ?? before))
    return entries.map((entry, i) =>
      i === entries.length - 1 ? { ...entry, after: { ...entry.after, ...told(own, undoneReceipts) } } : entry,
    )
  })
}

/** Every receipt is named where it comes and where it is undone: `verify` believes no other. */
export function told(added: readonly Receipt[], undone: readonly Receipt[]): object {
  return {
    ...(added.length > 0 && { receipts: added }),
    ...(undone.length > 0 && { undoneReceiptIds: undone.map(receipt => receipt.id) }),
  }
}

/** An invoice that was not there before has no `before`. */
export function entryOf(step: Step, before: Dossier | Step | null): HistoryEntry {
  return {
    action: step.action,
    event: eventOf[step.action],
    subject: { noun: 'invoice', id: step.invoice.id, version: step.invoice.version },
    before: before && { ...snapshot(before), ...(step.details && { details: step.details[0] }) },
    after: {
      ...snapshot(step),
      ...(step.reason != null && { reason: step.reason }),
      ...(step.details && { details: step.details[1] }),
    },
  }
}

/** What the history keeps of an invoice and of what is asked for it. */
function snapshot({ invoice, receivables }: Pick<Dossier, 'invoice' | 'receivables'>): object {
  const asked = receivables.map(
    ({ id, installment, dueOn, amountCents, receivedCents, abatedCents, receivedOn, state, ...more }) => {
      const { renegotiatedBy, settledOn } = more
      return { id, installment, dueOn, amountCents, receivedCents, abatedCents, receivedOn, state, renegotiatedBy, settledOn }
    },
  )
  return { ...invoice, receivables: asked }
}
