import { holdRule } from '../../contracts/rules/held-rule.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { takeAddressesAway } from '../../platform/file-address-store.ts'
import { type HistoryEntry, record } from '../../platform/history.ts'
import { lockInvoicesById } from '../invoice-store.ts'
import type { Attachment } from './attachment.ts'
import { deleteAttachments, endAttachment, isInUse, leaveOut, lockAttachment } from './attachment-store.ts'
import { requireAttachment, requireOfRule } from './read-attachment.ts'

/**
 * Takes a file off an invoice; its address opens nothing any more, and its bytes go with the last attachment that has them. One of its rule
 * goes off this invoice alone: its address opens as long as the rule has it or another invoice carries it.
 */
export function detachFile(ctx: Ctx, invoiceId: number, id: number): Promise<void> {
  return ctx.transact(async tx => {
    await lockInvoicesById(tx, [invoiceId])
    const before = await requireAttachment(tx, invoiceId, id)
    if (before.ruleId === null) {
      await record(tx, ctx, await gone(tx, before))
      return
    }
    // Held first, so that of two who take it off the last two invoices one sees that the other did.
    await lockAttachment(tx, id)
    await leaveOut(tx, invoiceId, id)
    const entry = { action: 'leave_out', subject: { noun: 'attachment', id, version: 1 }, after: { invoiceId } } as const
    await record(tx, ctx, [entry, ...((await isInUse(tx, id)) ? [] : await gone(tx, { ...before, invoiceId: null }))])
  })
}

/** Takes a file off a rule: invoices to come do not carry it. Those that do go on, and with the last of them it is gone. */
export function detachFromRule(ctx: Ctx, ruleId: number, id: number): Promise<void> {
  return ctx.transact(async tx => {
    await holdRule(tx, ctx, ruleId)
    const before = await requireOfRule(tx, ruleId, id)
    await lockAttachment(tx, id)
    await endAttachment(tx, id)
    const entry = { action: 'detach', subject: { noun: 'attachment', id, version: 2 }, after: { ruleId } } as const
    await record(tx, ctx, (await isInUse(tx, id)) ? [entry] : await gone(tx, before))
  })
}

/** The bytes go with the last attachment that has them. */
export async function gone(tx: Tx, before: Attachment): Promise<HistoryEntry[]> {
  await takeAddressesAway(tx, 'attachment', [before.id])
  await deleteAttachments(tx, [before])
  return [{ action: 'delete', subject: { noun: 'attachment', id: before.id, version: 2 }, before, after: null }]
}
