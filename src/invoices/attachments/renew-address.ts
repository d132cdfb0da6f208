import type { Ctx } from '../../platform/context.ts'
import { giveAddress, takeAddressesAway } from '../../platform/file-address-store.ts'
import { record } from '../../platform/history.ts'
import { lockInvoicesById } from '../invoice-store.ts'
import { type KnownAttachment, requireAttachment } from './read-attachment.ts'

/** Another address in place of the one that it had, which opens nothing any more. */
export function renewAddress(ctx: Ctx, invoiceId: number, id: number): Promise<KnownAttachment> {
  return move(ctx, invoiceId, id, 'renew_address')
}

/** Only whoever may read the invoice reads the file from now on. */
export function revokeAddress(ctx: Ctx, invoiceId: number, id: number): Promise<KnownAttachment> {
  return move(ctx, invoiceId, id, 'revoke_address')
}

function move(ctx: Ctx, invoiceId: number, id: number, action: 'renew_address' | 'revoke_address'): Promise<KnownAttachment> {
  return ctx.transact(async tx => {
    await lockInvoicesById(tx, [invoiceId])
    const attachment = await requireAttachment(tx, invoiceId, id)
    await takeAddressesAway(tx, 'attachment', [id])
    const token = action === 'renew_address' ? await giveAddress(tx, 'attachment', id, ctx.clock.now()) : null
    // The address itself opens the file: it stands in no history.
    await record(tx, ctx, [{ action, subject: { noun: 'attachment', id, version: 1 } }])
    return { ...attachment, token }
  })
}
