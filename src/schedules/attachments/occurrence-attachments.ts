import { found } from '../../core/current.ts'
import type { Attachment } from '../../invoices/attachments/attachment.ts'
import { attachmentsOfOccurrence, lockAttachment } from '../../invoices/attachments/attachment-store.ts'
import { gone } from '../../invoices/attachments/detach-file.ts'
import {
  attachmentNotFound,
  fileOf,
  type KnownAttachment,
  known,
  withAddresses,
} from '../../invoices/attachments/read-attachment.ts'
import { type Move, moveAddress } from '../../invoices/attachments/renew-address.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import type { PublicFile } from '../../platform/http/public-files.ts'
import { holdOccurrence, type OccurrencePlace, requireOccurrence } from '../hold-occurrence.ts'

export function listOfOccurrence(ctx: Ctx, at: OccurrencePlace): Promise<KnownAttachment[]> {
  return ctx.transact(async tx => {
    await requireOccurrence(tx, at)
    return withAddresses(tx, await attachmentsOfOccurrence(tx, at.scheduleId, at.number))
  })
}

export function getOfOccurrence(ctx: Ctx, at: OccurrencePlace, id: number): Promise<KnownAttachment> {
  return ctx.transact(async tx => known(tx, await requireOfOccurrence(tx, at, id)))
}

/** For whoever may read the schedule. */
export async function downloadOfOccurrence(ctx: Ctx, at: OccurrencePlace, id: number): Promise<PublicFile> {
  return fileOf(ctx, await ctx.transact(tx => requireOfOccurrence(tx, at, id)))
}

/** Its address opens nothing any more, and its bytes go with the last attachment that has them. */
export function detachFromOccurrence(ctx: Ctx, at: OccurrencePlace, id: number): Promise<void> {
  return ctx.transact(async tx => {
    await holdOccurrence(tx, at)
    // Somebody may be attaching it to another occurrence, whose schedule is held then.
    await lockAttachment(tx, id)
    await record(tx, ctx, await gone(tx, await requireOfOccurrence(tx, at, id)))
  })
}

export function moveAddressOfOccurrence(ctx: Ctx, at: OccurrencePlace, id: number, action: Move): Promise<KnownAttachment> {
  return ctx.transact(async tx => {
    await holdOccurrence(tx, at)
    await lockAttachment(tx, id)
    return moveAddress(tx, ctx, await requireOfOccurrence(tx, at, id), action)
  })
}

async function requireOfOccurrence(tx: Reader, at: OccurrencePlace, id: number): Promise<Attachment> {
  return found(
    (await attachmentsOfOccurrence(tx, at.scheduleId, at.number)).find(each => each.id === id),
    attachmentNotFound,
  )
}
