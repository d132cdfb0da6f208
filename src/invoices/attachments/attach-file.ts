import { hash } from 'node:crypto'
import { found } from '../../core/current.ts'
import { bindCustomers } from '../../customers/customer-store.ts'
import { type Ctx, showActor } from '../../platform/context.ts'
import { giveAddress } from '../../platform/file-address-store.ts'
import { record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import { lockInvoicesById } from '../invoice-store.ts'
import { readFilename, requireRoom } from './attachment.ts'
import { attachmentsOf, insertAttachment, keepContent } from './attachment-store.ts'
import type { KnownAttachment } from './read-attachment.ts'
import { typeOfBytes } from './sniff.ts'

export interface FileToAttach {
  invoiceId: number
  filename: string
  /** What its sender says that it is; kept, and never believed. */
  declaredType: string | null
  bytes: Buffer
}

const MOST_OF_TYPE = 200

/** Attaches a file to an invoice in any state. It is nobody's version of the invoice, so it changes none. */
export function attachFile(ctx: Ctx, { invoiceId, filename, declaredType, bytes }: FileToAttach): Promise<KnownAttachment> {
  const name = readFilename(filename)
  const content = { sha256: hash('sha256', bytes), sniffedType: typeOfBytes(bytes) }
  return ctx.transact(async tx => {
    const [invoice] = await lockInvoicesById(tx, [invoiceId])
    const { customerId } = found(invoice, 'Fatura não encontrada.')
    // Whoever erases the customer waits for this, and erases it too.
    await bindCustomers(tx, [customerId])
    requireRoom(await attachmentsOf(tx, invoiceId), bytes.length)
    const at = ctx.clock.now()
    const made = {
      id: await takeIds(tx, 'attachment'),
      invoiceId,
      filename: name,
      declaredType: declaredType?.slice(0, MOST_OF_TYPE) ?? null,
      ...content,
      sizeBytes: bytes.length,
      madeBy: showActor(ctx.actor),
      createdAt: at,
    }
    await keepContent(tx, { ...content, bytes, at })
    await insertAttachment(tx, made)
    const token = await giveAddress(tx, 'attachment', made.id, at)
    await record(tx, ctx, [{ action: 'create', subject: { noun: 'attachment', id: made.id, version: 1 }, after: made }])
    return { ...made, token }
  })
}
