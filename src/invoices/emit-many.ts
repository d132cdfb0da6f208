import { contractFactsOf } from '../contracts/contract-facts-store.ts'
import { type Cents, cents, sum, zeroCents } from '../core/money.ts'
import { lockCredits } from '../customers/customer-credit-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { lateCustomers, lockReceivablesOfInvoices } from '../receivables/receivable-store.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import { type Change, type Dossier, lastStep, plainChange, revised } from './dossier.ts'
import { dueRulesOf } from './due-rules.ts'
import { emission } from './emission.ts'
import type { Invoice } from './invoice.ts'
import { invoicesOf, lockInvoicesById } from './invoice-store.ts'
import { saveChanges } from './save-changes.ts'

export type EmitOutcome = 'emitted' | 'awaiting_approval' | 'customer_overdue' | 'not_to_emit'

/**
 * Emits invoices that were made before, of many customers, in the caller's transaction: a handful of statements, however many. One
 * that waits for approval or for its customer stays, and says so; `wanted` marks it as asked for by a run, so that it goes out once
 * nothing holds it. `numbers` are those that the run reserved, by invoice. What is not there, or is to be emitted no more, is `not_to_emit`.
 */
export async function emitMany(
  tx: Tx,
  ctx: Ctx,
  invoiceIds: readonly number[],
  { wanted, numbers }: { wanted: boolean; numbers?: ReadonlyMap<number, number> },
): Promise<Map<number, { outcome: EmitOutcome; invoice: Invoice | null }>> {
  const owners = (await invoicesOf(tx, invoiceIds)).map(({ customerId, organizationId }) => ({ customerId, organizationId }))
  const balances = await lockCredits(tx, distinct(owners))
  const credit = new Map(balances.map(balance => [keyOf(balance), balance.balanceCents]))
  const open = (await lockInvoicesById(tx, invoiceIds)).filter(invoice => invoice.state === 'to_emit')
  const receivables = await lockReceivablesOfInvoices(
    tx,
    open.map(invoice => invoice.id),
  )
  const calendars = await calendarsOf(tx, ctx, open)
  const overdue = await overdueOf(tx, open, calendars)
  const dueRules = await dueRulesOf(tx, open)

  const outcomes = new Map<number, { outcome: EmitOutcome; invoice: Invoice | null }>()
  for (const id of invoiceIds) outcomes.set(id, { outcome: 'not_to_emit', invoice: null })
  const changes: Change[] = []
  for (const invoice of open) {
    const dossier: Dossier = { invoice, receivables: receivables.get(invoice.id) ?? [], receipts: [] }
    const calendar = calendars.get(invoice.organizationId)
    if (calendar === undefined) throw new Error(`organization ${invoice.organizationId} has no calendar`)
    const outcome =
      invoice.approval === 'blocked' ? 'awaiting_approval' : overdue.has(invoice.id) ? 'customer_overdue' : 'emitted'
    const creditCents = credit.get(keyOf(invoice)) ?? zeroCents
    const change =
      outcome === 'emitted'
        ? emission(dossier, {
            ...calendar,
            at: ctx.clock.now(),
            dueRule: dueRules.get(invoice.id) ?? null,
            creditCents,
            number: numbers?.get(invoice.id) ?? null,
          })
        : waiting(dossier, outcome, wanted)
    credit.set(keyOf(invoice), left(creditCents, change))
    if (change !== null) changes.push(change)
    outcomes.set(invoice.id, { outcome, invoice: change === null ? invoice : lastStep(change).invoice })
  }
  for (const saved of await saveChanges(tx, ctx, changes)) {
    const known = outcomes.get(saved.id)
    if (known !== undefined) known.invoice = saved
  }
  return outcomes
}

/** Null when it waits already, as it should. */
function waiting(dossier: Dossier, outcome: 'awaiting_approval' | 'customer_overdue', wanted: boolean): Change | null {
  const { invoice, receivables } = dossier
  const emitWanted = invoice.emitWanted || wanted
  const heldBy = outcome === 'customer_overdue' ? outcome : invoice.heldBy
  if (emitWanted === invoice.emitWanted && heldBy === invoice.heldBy) return null
  return plainChange(dossier, [{ action: 'hold', invoice: revised(invoice, { emitWanted, heldBy }), receivables }])
}

function left(creditCents: Cents, change: Change | null): Cents {
  return change === null ? creditCents : cents(creditCents - sum(change.addedReceipts.map(receipt => receipt.amountCents)))
}

async function calendarsOf(tx: Tx, ctx: Ctx, invoices: readonly Invoice[]): Promise<Map<number, Calendar>> {
  const calendars = new Map<number, Calendar>()
  for (const id of new Set(invoices.map(invoice => invoice.organizationId))) {
    calendars.set(id, await calendarOf(tx, ctx.clock.now(), id))
  }
  return calendars
}

/** Ids of those whose customer has something late, where the contract does not go on meanwhile. */
async function overdueOf(tx: Tx, invoices: readonly Invoice[], calendars: ReadonlyMap<number, Calendar>): Promise<Set<number>> {
  const contracts = await contractFactsOf(tx, [...new Set(invoices.map(invoice => invoice.contractId))])
  const strict = invoices.filter(invoice => contracts.get(invoice.contractId)?.billWhileOverdue === false)
  const overdue = new Set<number>()
  for (const [organizationId, those] of Map.groupBy(strict, invoice => invoice.organizationId)) {
    const calendar = calendars.get(organizationId)
    if (calendar === undefined) continue
    const late = await lateCustomers(
      tx,
      organizationId,
      those.map(invoice => invoice.customerId),
      calendar.lateUntil,
    )
    for (const invoice of those) if (late.has(invoice.customerId)) overdue.add(invoice.id)
  }
  return overdue
}

function distinct<T extends { customerId: number; organizationId: number }>(owners: readonly T[]): T[] {
  return [...new Map(owners.map(owner => [keyOf(owner), owner])).values()]
}

function keyOf({ customerId, organizationId }: { customerId: number; organizationId: number }): string {
  return `${organizationId}:${customerId}`
}
