import type { Ctx } from '../../platform/context.ts'
import { takeAddressesAway } from '../../platform/file-address-store.ts'
import { record } from '../../platform/history.ts'
import { lockInvoicesById } from '../invoice-store.ts'
import { deleteAttachments } from './attachment-store.ts'
import { requireAttachment } from './read-attachment.ts'

/** Takes a file off an invoice; its address opens nothing any more, and its bytes go with the last attachment that has them. */
export function detachFile(ctx: Ctx, invoiceId: number, id: number): Promise<void> {
  return ctx.transact(async tx => {
    await lockInvoicesById(tx, [invoiceId])
    const before = await requireAttachment(tx, invoiceId, id)
    await takeAddressesAway(tx, 'attachment', [id])
    await deleteAttachments(tx, [before])
    await record(tx, ctx, [{ action: 'delete', subject: { noun: 'attachment', id, version: 2 }, before, after: null }])
  })
}
