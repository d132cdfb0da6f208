import { Readable } from 'node:stream'
import { ruleOf } from '../../contracts/rules/rule-store.ts'
import { found } from '../../core/current.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { addressesOf } from '../../platform/file-address-store.ts'
import type { PublicFile } from '../../platform/http/public-files.ts'
import { requireInvoice } from '../claim.ts'
import type { Attachment } from './attachment.ts'
import { attachmentOf, attachmentsOf, attachmentsOfRule, sliceOf } from './attachment-store.ts'
import { handedOutAs } from './sniff.ts'

export interface KnownAttachment extends Attachment {
  /** Of its address for everybody; null: it was taken away. */
  token: string | null
}

export const attachmentNotFound = 'Anexo não encontrado.'

/** One of the invoice's own or of those that it carries of its rule, or 404. */
export async function requireAttachment(tx: Reader, invoiceId: number, id: number): Promise<Attachment> {
  return found((await attachmentsOf(tx, invoiceId)).find(each => each.id === id) ?? null, attachmentNotFound)
}

/** One that the rule has, or 404. */
export async function requireOfRule(tx: Reader, ruleId: number, id: number): Promise<Attachment> {
  return found((await attachmentsOfRule(tx, ruleId)).find(each => each.id === id) ?? null, attachmentNotFound)
}

export async function withAddresses(tx: Reader, attachments: readonly Attachment[]): Promise<KnownAttachment[]> {
  const tokens = await addressesOf(
    tx,
    'attachment',
    attachments.map(({ id }) => id),
  )
  return attachments.map(attachment => ({ ...attachment, token: tokens.get(attachment.id) ?? null }))
}

export function listAttachments(ctx: Ctx, invoiceId: number): Promise<KnownAttachment[]> {
  return ctx.transact(async tx => {
    await requireInvoice(tx, invoiceId)
    return withAddresses(tx, await attachmentsOf(tx, invoiceId))
  })
}

export function listOfRule(ctx: Ctx, ruleId: number): Promise<KnownAttachment[]> {
  return ctx.transact(async tx => {
    found(await ruleOf(tx, ruleId), 'Regra de faturamento não encontrada.')
    return withAddresses(tx, await attachmentsOfRule(tx, ruleId))
  })
}

export function getAttachment(ctx: Ctx, invoiceId: number, id: number): Promise<KnownAttachment> {
  return ctx.transact(async tx => known(tx, await requireAttachment(tx, invoiceId, id)))
}

export function getOfRule(ctx: Ctx, ruleId: number, id: number): Promise<KnownAttachment> {
  return ctx.transact(async tx => known(tx, await requireOfRule(tx, ruleId, id)))
}

export async function known(tx: Reader, attachment: Attachment): Promise<KnownAttachment> {
  return found((await withAddresses(tx, [attachment]))[0], attachmentNotFound)
}

/** For whoever may read the invoice. */
export async function downloadAttachment(ctx: Ctx, invoiceId: number, id: number): Promise<PublicFile> {
  return fileOf(ctx, await ctx.transact(tx => requireAttachment(tx, invoiceId, id)))
}

/** For whoever may read the rule. */
export async function downloadOfRule(ctx: Ctx, ruleId: number, id: number): Promise<PublicFile> {
  return fileOf(ctx, await ctx.transact(tx => requireOfRule(tx, ruleId, id)))
}

/** For whoever has its address. */
export async function attachmentFile(ctx: Ctx, id: number): Promise<PublicFile | null> {
  const attachment = await ctx.transact(tx => attachmentOf(tx, id))
  return attachment && fileOf(ctx, attachment)
}

export function fileOf(ctx: Ctx, { filename, sniffedType, sizeBytes, sha256 }: Attachment): PublicFile {
  const content = Readable.from(slicesOf(ctx, sha256, sizeBytes), { objectMode: false })
  return { filename, type: handedOutAs(sniffedType), sizeBytes, content }
}

const SLICE = 512 * 1024

/** Read while it is sent, so that whoever reads slowly holds one slice. Bytes under a hash never change; taken off meanwhile, it breaks off. */
async function* slicesOf(ctx: Ctx, sha256: string, sizeBytes: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < sizeBytes; from += SLICE) {
    const slice = await ctx.transact(tx => sliceOf(tx, sha256, from, SLICE))
    if (slice === null) throw new Error(`the content ${sha256} was taken off while it was read`)
    yield slice
  }
}
