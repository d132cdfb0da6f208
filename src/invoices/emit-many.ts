import { contractFactsOf } from '../contracts/contract-facts-store.ts'
import type { DueRule } from '../contracts/rules/due-dates.ts'
import { type Cents, cents, sum, zeroCents } from '../core/money.ts'
import { lockCredits } from '../customers/customer-credit-store.ts'
import { type Calendar, calendarsOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { lateAmong, lockReceivablesOfInvoices } from '../receivables/receivable-store.ts'
import { type Change, type Dossier, lastStep, plainChange, revised } from './dossier.ts'
import { dueRulesOf } from './due-rules.ts'
import { emission } from './emission.ts'
import { type Invoice, seenHash } from './invoice.ts'
import { invoicesOf, lockInvoicesById } from './invoice-store.ts'
import { linesOfInvoices } from './line-store.ts'
import { saveChanges } from './save-changes.ts'

export type EmitOutcome = 'emitted' | 'awaiting_approval' | 'customer_overdue' | 'not_to_emit' | 'changed'

export interface EmitChoice {
  /** A run asked for it: what is held back now goes out once nothing holds it. */
  wanted: boolean
  /** Those too whose emission a person took back: they were named. Others are left to that person, `not_to_emit`. */
  takenBack: boolean
  /** Numbers that the run reserved, by invoice; others take the next one. */
  numbers?: ReadonlyMap<number, number>
  /** What was seen of each, by invoice: one that is otherwise now is left as it is, `changed`. */
  seen?: ReadonlyMap<number, string> | null
}

/** How an invoice ended, and as it is by now; null where there is none to emit. */
export interface Emission {
  outcome: EmitOutcome
  invoice: Invoice | null
}

/**
 * Emits invoices that were made before, of many customers, in the caller's transaction: a handful of statements, however many. One that
 * waits for approval or for its customer stays, and says so. What is not there, or is to be emitted no more, is `not_to_emit`.
 */
export async function emitMany(
  tx: Tx,
  ctx: Ctx,
  invoiceIds: readonly number[],
  choice: EmitChoice,
): Promise<Map<number, Emission>> {
  const batch = await claimMany(tx, ctx, invoiceIds, choice)
  const outcomes = new Map<number, Emission>()
  for (const id of invoiceIds) outcomes.set(id, { outcome: 'not_to_emit', invoice: null })
  const changes: Change[] = []
  const changed = choice.seen ? await changedSince(tx, batch.dossiers, choice.seen) : new Set<number>()
  for (const dossier of batch.dossiers) {
    const { invoice } = dossier
    if (changed.has(invoice.id)) {
      outcomes.set(invoice.id, { outcome: 'changed', invoice })
      continue
    }
    const outcome = outcomeOf(invoice, batch)
    const change = outcome === 'emitted' ? emissionOf(dossier, batch, ctx, choice) : waiting(dossier, outcome, choice)
    if (change !== null) changes.push(change)
    outcomes.set(invoice.id, { outcome, invoice: change === null ? invoice : lastStep(change).invoice })
  }
  for (const saved of await saveChanges(tx, ctx, changes)) {
    const known = outcomes.get(saved.id)
    if (known !== undefined) known.invoice = saved
  }
  return outcomes
}

/** Ids of those that are otherwise than they were seen. They are held, so what they are made of stays as it is read. */
async function changedSince(tx: Reader, dossiers: readonly Dossier[], seen: ReadonlyMap<number, string>): Promise<Set<number>> {
  const lines = await linesOfInvoices(
    tx,
    dossiers.map(({ invoice }) => invoice.id),
  )
  const isChanged = ({ invoice, receivables }: Dossier) =>
    seen.get(invoice.id) !== seenHash(invoice, lines.get(invoice.id) ?? [], receivables)
  return new Set(dossiers.filter(isChanged).map(({ invoice }) => invoice.id))
}

/** What of the invoices is still to be emitted, locked, and all that decides it. */
interface Batch {
  dossiers: Dossier[]
  /** What is left of each customer's credit; falls as it is spent. */
  creditLeft: Map<string, Cents>
  calendars: ReadonlyMap<number, Calendar>
  dueRules: ReadonlyMap<number, DueRule>
  /** Ids of those whose customer has something late, where the contract does not go on meanwhile. */
  overdue: ReadonlySet<number>
}

async function claimMany(tx: Tx, ctx: Ctx, ids: readonly number[], { takenBack }: EmitChoice): Promise<Batch> {
  const owners = new Map((await invoicesOf(tx, ids)).map(invoice => [keyOf(invoice), invoice]))
  const balances = await lockCredits(tx, [...owners.values()])
  const isMeant = ({ state, emittedAt }: Invoice) => state === 'to_emit' && (takenBack || emittedAt === null)
  const invoices = (await lockInvoicesById(tx, ids)).filter(isMeant)
  const openIds = invoices.map(invoice => invoice.id)
  const receivables = await lockReceivablesOfInvoices(tx, openIds)
  const calendars = await calendarsOf(tx, ctx.clock.now())
  return {
    dossiers: invoices.map(invoice => ({ invoice, receivables: receivables.get(invoice.id) ?? [], receipts: [] })),
    creditLeft: new Map(balances.map(balance => [keyOf(balance), balance.balanceCents])),
    calendars,
    dueRules: await dueRulesOf(tx, invoices),
    overdue: await overdueAmong(tx, invoices, calendars),
  }
}

/** Ids of the invoices whose customer has something late, where the contract does not go on meanwhile. */
export async function overdueAmong(
  tx: Reader,
  invoices: readonly Pick<Invoice, 'id' | 'organizationId' | 'customerId' | 'contractId'>[],
  calendars: ReadonlyMap<number, Calendar>,
): Promise<Set<number>> {
  const contracts = await contractFactsOf(tx, [...new Set(invoices.map(invoice => invoice.contractId))])
  const strict = invoices.filter(invoice => contracts.get(invoice.contractId)?.billWhileOverdue === false)
  return new Set((await lateAmong(tx, strict, calendars)).map(invoice => invoice.id))
}

function outcomeOf(invoice: Invoice, { overdue }: Batch): Exclude<EmitOutcome, 'not_to_emit' | 'changed'> {
  if (invoice.approval === 'blocked') return 'awaiting_approval'
  return overdue.has(invoice.id) ? 'customer_overdue' : 'emitted'
}

function emissionOf(dossier: Dossier, batch: Batch, ctx: Ctx, { numbers }: EmitChoice): Change {
  const { invoice } = dossier
  const creditCents = batch.creditLeft.get(keyOf(invoice)) ?? zeroCents
  const change = emission(dossier, {
    ...calendarIn(batch.calendars, invoice.organizationId),
    at: ctx.clock.now(),
    dueRule: batch.dueRules.get(invoice.id) ?? null,
    creditCents,
    number: numbers?.get(invoice.id) ?? null,
  })
  const spentCents = sum(change.addedReceipts.map(receipt => receipt.amountCents))
  batch.creditLeft.set(keyOf(invoice), cents(creditCents - spentCents))
  return change
}

/** Null when it waits already, as it should. */
function waiting(dossier: Dossier, outcome: 'awaiting_approval' | 'customer_overdue', { wanted }: EmitChoice): Change | null {
  const { invoice, receivables } = dossier
  const emitWanted = invoice.emitWanted || wanted
  const heldBy = outcome === 'customer_overdue' ? outcome : invoice.heldBy
  if (emitWanted === invoice.emitWanted && heldBy === invoice.heldBy) return null
  const action = heldBy === invoice.heldBy ? 'update' : 'hold'
  return plainChange(dossier, [{ action, invoice: revised(invoice, { emitWanted, heldBy }), receivables }])
}

function calendarIn(calendars: ReadonlyMap<number, Calendar>, organizationId: number): Calendar {
  const calendar = calendars.get(organizationId)
  if (calendar === undefined) throw new Error(`organization ${organizationId} has no calendar`)
  return calendar
}

function keyOf({ customerId, organizationId }: { customerId: number; organizationId: number }): string {
  return `${organizationId}:${customerId}`
}
