import { holdRule } from '../../contracts/rules/held-rule.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { giveAddress, takeAddressesAway } from '../../platform/file-address-store.ts'
import { record } from '../../platform/history.ts'
import { lockInvoicesById } from '../invoice-store.ts'
import type { Attachment } from './attachment.ts'
import { lockAttachment } from './attachment-store.ts'
import { type KnownAttachment, requireAttachment, requireOfRule } from './read-attachment.ts'

export type Move = 'renew_address' | 'revoke_address'

/** Another address in place of the one that it had, which opens nothing any more; of a rule's, for every invoice that carries it. */
export function renewAddress(ctx: Ctx, invoiceId: number, id: number): Promise<KnownAttachment> {
  return ofInvoice(ctx, invoiceId, id, 'renew_address')
}

/** Only whoever may read the invoice reads the file from now on. */
export function revokeAddress(ctx: Ctx, invoiceId: number, id: number): Promise<KnownAttachment> {
  return ofInvoice(ctx, invoiceId, id, 'revoke_address')
}

export function renewAddressOfRule(ctx: Ctx, ruleId: number, id: number): Promise<KnownAttachment> {
  return ofRule(ctx, ruleId, id, 'renew_address')
}

export function revokeAddressOfRule(ctx: Ctx, ruleId: number, id: number): Promise<KnownAttachment> {
  return ofRule(ctx, ruleId, id, 'revoke_address')
}

function ofInvoice(ctx: Ctx, invoiceId: number, id: number, action: Move): Promise<KnownAttachment> {
  return ctx.transact(async tx => {
    await lockInvoicesById(tx, [invoiceId])
    return moveAddress(tx, ctx, await requireAttachment(tx, invoiceId, id), action)
  })
}

function ofRule(ctx: Ctx, ruleId: number, id: number, action: Move): Promise<KnownAttachment> {
  return ctx.transact(async tx => {
    await holdRule(tx, ctx, ruleId)
    return moveAddress(tx, ctx, await requireOfRule(tx, ruleId, id), action)
  })
}

/** The caller holds what it hangs on. */
export async function moveAddress(tx: Tx, ctx: Ctx, attachment: Attachment, action: Move): Promise<KnownAttachment> {
  const { id } = attachment
  // Of a rule's somebody else may be doing the same by another invoice.
  await lockAttachment(tx, id)
  await takeAddressesAway(tx, 'attachment', [id])
  const token = action === 'renew_address' ? await giveAddress(tx, 'attachment', id, ctx.clock.now()) : null
  // The address itself opens the file: it stands in no history.
  await record(tx, ctx, [{ action, subject: { noun: 'attachment', id, version: 1 } }])
  return { ...attachment, token }
}
