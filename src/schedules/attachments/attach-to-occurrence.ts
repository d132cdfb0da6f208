import { found } from '../../core/current.ts'
import { type FileOfSomebody, readContent, saveAttachment } from '../../invoices/attachments/attach-file.ts'
import { type Attachment, isLoose, requireRoom } from '../../invoices/attachments/attachment.ts'
import {
  attachmentOf,
  attachmentsOfOccurrence,
  hangOnOccurrence,
  lockAttachment,
} from '../../invoices/attachments/attachment-store.ts'
import { attachmentNotFound, type KnownAttachment, known } from '../../invoices/attachments/read-attachment.ts'
import type { Ctx } from '../../platform/context.ts'
import { record } from '../../platform/history.ts'
import { holdOccurrence, type OccurrencePlace } from '../hold-occurrence.ts'

/** Attaches a file to an occurrence in any state. It is nobody's version of the schedule, so it changes none. */
export function attachToOccurrence(ctx: Ctx, at: OccurrencePlace, file: FileOfSomebody): Promise<KnownAttachment> {
  const content = readContent(file)
  return ctx.transact(async tx => {
    const { customerId } = await holdOccurrence(tx, at)
    requireRoom(await attachmentsOfOccurrence(tx, at.scheduleId, at.number), content.bytes.length)
    return saveAttachment(tx, ctx, customerId, { scheduleId: at.scheduleId, occurrenceNumber: at.number }, content)
  })
}

/** One that was handed over before, or that hangs on another occurrence, which it leaves then. Doing it again changes nothing. */
export function attachKept(ctx: Ctx, at: OccurrencePlace, id: number): Promise<KnownAttachment> {
  return ctx.transact(async tx => {
    await holdOccurrence(tx, at)
    await lockAttachment(tx, id)
    const before = found(await attachmentOf(tx, id), attachmentNotFound)
    requireMovable(before)
    if (hangsThere(before, at)) return known(tx, before)
    requireRoom(await attachmentsOfOccurrence(tx, at.scheduleId, at.number), before.sizeBytes)
    const hung = { scheduleId: at.scheduleId, occurrenceNumber: at.number, attachedAt: ctx.clock.now() }
    await hangOnOccurrence(tx, { ...before, ...hung })
    await record(tx, ctx, [{ action: 'attach', subject: { noun: 'attachment', id, version: 1 }, after: hung }])
    return known(tx, { ...before, ...hung })
  })
}

/** What hangs on an invoice or a rule is theirs. */
function requireMovable(attachment: Attachment): void {
  found(isLoose(attachment) || attachment.scheduleId !== null ? attachment : null, attachmentNotFound)
}

function hangsThere({ scheduleId, occurrenceNumber }: Attachment, at: OccurrencePlace): boolean {
  return scheduleId === at.scheduleId && occurrenceNumber === at.number
}
