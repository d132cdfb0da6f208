import { giveBackParts } from '../contracts/events/event-store.ts'
import { settleDifferences } from '../contracts/events/settle-differences.ts'
import { cutOpenAnew, refreshNextDue, reopenPeriods } from '../contracts/ledger/coverage-store.ts'
import { ruleChanged } from '../contracts/rules/rule-history.ts'
import { ruleOf, saveRule } from '../contracts/rules/rule-store.ts'
import { unchangedSince } from '../core/current.ts'
import { showId } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import { type CreditOwner, lockCredit } from '../customers/customer-credit-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { requireReason } from '../receivables/reason.ts'
import { lockReceivablesOfInvoices } from '../receivables/receivable-store.ts'
import { cancellation, deletion, release } from './cancellation.ts'
import { claimInvoice } from './claim.ts'
import { chained, dossierAfter } from './dossier.ts'
import { emitHeldOf } from './emit-held.ts'
import type { Invoice } from './invoice.ts'
import { lockCancelledOf } from './invoice-store.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { requirePartiesInUse } from './require-parties.ts'
import { revokeAddresses } from './revoke-addresses.ts'
import { saveChanges } from './save-changes.ts'

/**
 * Gives back what a cancelled invoice billed: its periods are open again and its events wait for the next billing. For good.
 *
 * @param waives its periods are waived instead, for that reason, and never billed again; of an archived rule too
 */
export function releaseInvoice(ctx: Ctx, invoiceId: number, reason: string | null, waives = false): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId, { withLedger: true })
    const change = release(claim.dossier, given(reason), ctx.clock.now())
    const { invoice } = claim.dossier
    if (waives) await waiveBilled(tx, ctx, invoice, requireReason(reason ?? ''))
    else await giveBack(tx, ctx, invoice, 'open')
    await saveChanges(tx, ctx, [change])
    return invoiceDetail(tx, ctx, invoiceId)
  })
}

/** Cancels and releases in one step, so that the period can be billed again by the terms of today. */
export function redraftInvoice(ctx: Ctx, invoiceId: number, reason: string): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId, { withLedger: true })
    const at = ctx.clock.now()
    requireStanding(claim.dossier.invoice)
    const cancelled = cancellation(claim.dossier, requireReason(reason), at)
    const change = chained(cancelled, release(dossierAfter(cancelled), null, at))
    await giveBack(tx, ctx, claim.dossier.invoice, 'open')
    await saveChanges(tx, ctx, [change])
    await emitHeldOf(tx, ctx, claim)
    return invoiceDetail(tx, ctx, invoiceId)
  })
}

function requireStanding({ id, state, releasedAt }: Invoice): void {
  if (state !== 'cancelled') return
  const next = releasedAt === null ? `libere-a (no comando, invoices release ${showId('invoice', id)})` : 'e já foi liberada'
  refuse(
    'invoice_state',
    `A fatura já foi cancelada: ${releasedAt === null ? `para faturar o período de novo, ${next}` : next}.`,
    {
      status: 409,
      details: { state, verb: 'redraft' },
    },
  )
}

/**
 * Does away with an invoice that was never issued: it stays as a cancelled one, its periods are waived and its events given back, and
 * what was handed out of it opens nothing any more. What was issued is cancelled instead.
 */
export function deleteInvoice(ctx: Ctx, invoiceId: number, expectedVersion: number, reason: string | null): Promise<void> {
  return ctx.transact(async tx => {
    const claim = await claimInvoice(tx, ctx, invoiceId, { withLedger: true })
    const invoice = unchangedSince(claim.dossier.invoice, expectedVersion)
    const change = deletion(claim.dossier, given(reason) ?? 'Excluída antes da emissão.', ctx.clock.now())
    await giveBack(tx, ctx, invoice, 'waived')
    await saveChanges(tx, ctx, [change])
    await revokeAddresses(tx, ctx, invoiceId)
  })
}

/**
 * As a contract is deleted, in that transaction: what was cancelled of it is released for good, and its periods are waived with those of
 * its rules. The caller holds the contract and its rules.
 */
export async function releaseCancelledOf(tx: Tx, ctx: Ctx, contract: CreditOwner & { readonly id: number }): Promise<void> {
  await lockCredit(tx, contract)
  const invoices = await lockCancelledOf(tx, contract.id)
  const asked = await lockReceivablesOfInvoices(
    tx,
    invoices.map(({ id }) => id),
  )
  for (const invoice of invoices) if (invoice.ruleId !== null) await waiveBilled(tx, ctx, invoice, 'contract_deleted')
  const dossiers = invoices.map(invoice => ({ invoice, receivables: asked.get(invoice.id) ?? [], receipts: [] }))
  const at = ctx.clock.now()
  await saveChanges(
    tx,
    ctx,
    dossiers.map(dossier => release(dossier, 'contract_deleted', at)),
  )
}

/** Waives what the invoice billed, told as any waiver of its rule, and gives its events back. */
async function waiveBilled(tx: Tx, ctx: Ctx, { id, ruleId }: Invoice, reason: string): Promise<void> {
  if (ruleId === null) refuse('no_period', 'A fatura é avulsa: não há período a dispensar.', { path: '/waive' })
  let rule = await ruleOf(tx, ruleId)
  if (rule === null) throw new Error(`invoice ${id} names a rule that is not there`)
  const at = ctx.clock.now()
  for (const { startsOn } of await reopenPeriods(tx, id, { disposition: 'waived', reason, at })) {
    rule = { ...rule, version: rule.version + 1 }
    await saveRule(tx, rule)
    const waived = { startsOn, disposition: 'waived', reason }
    await record(tx, ctx, [ruleChanged('waive_period', { startsOn, disposition: 'billed' }, rule, waived)])
  }
  await giveBackEvents(tx, ctx, id, ruleId)
}

async function giveBack(tx: Tx, ctx: Ctx, invoice: Invoice, as: 'open' | 'waived'): Promise<void> {
  const { id, ruleId } = invoice
  if (ruleId === null) return
  const at = ctx.clock.now()
  if (as === 'open') {
    await requireRuleInUse(tx, ruleId)
    await requirePartiesInUse(tx, invoice)
  }
  await reopenPeriods(tx, id, as === 'open' ? { disposition: as } : { disposition: as, reason: 'invoice_deleted', at })
  // By the terms of today, which may have another recurrence than those that it was billed by.
  if (as === 'open') await cutOpenAnew(tx, ruleId)
  await giveBackEvents(tx, ctx, id, ruleId)
}

async function giveBackEvents(tx: Tx, ctx: Ctx, id: number, ruleId: number): Promise<void> {
  const at = ctx.clock.now()
  await giveBackParts(tx, [id], at)
  await refreshNextDue(tx, [ruleId])
  // Last of all: what it gave back is open by now, and can be taken back.
  await record(tx, ctx, (await settleDifferences(tx, ruleId, at)).entries)
}

/** The periods of an archived rule are closed for good: one that opened again would never be billed, nor waived. */
async function requireRuleInUse(tx: Tx, ruleId: number): Promise<void> {
  const rule = await ruleOf(tx, ruleId)
  if (rule?.archivedAt == null) return
  refuse(
    'rule_archived',
    'A regra desta fatura foi excluída: o período não pode voltar a ficar em aberto, só ser dispensado (no comando, invoices release com --waive; na API, waive: true).',
    {
      status: 409,
      details: { ruleId },
    },
  )
}
