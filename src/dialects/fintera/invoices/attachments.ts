// Files of an invoice or a rule, which theirs sends within it, in base64. What is attached to a rule goes along with its invoices.

import { Refusal } from '../../../core/refusal.ts'
import { attachFile, attachToRule } from '../../../invoices/attachments/attach-file.ts'
import type { Attachment } from '../../../invoices/attachments/attachment.ts'
import { readFilename, requireRoom } from '../../../invoices/attachments/attachment.ts'
import { detachFile, detachFromRule } from '../../../invoices/attachments/detach-file.ts'
import type { KnownAttachment } from '../../../invoices/attachments/read-attachment.ts'
import type { Ctx } from '../../../platform/context.ts'
import { publicPath } from '../../../platform/http/public-files.ts'
import type { Form } from '../form.ts'
import { blank, invalid, notThere } from '../words.ts'

/** One of the largest files that may be attached, in base64, and what stands around it. */
export const MOST_BODY_BYTES = 15 * 1024 * 1024

interface FileSent {
  filename: string
  declaredType: string | null
  bytes: Buffer
}

export interface AttachmentsSent {
  /** Ids of those that go. */
  going: number[]
  coming: FileSent[]
}

/** By `id` one that is there: with `_destroy` it goes, with other contents another one takes its place. What has no `id` is new. */
export function readAttachments(form: Form, before: readonly Attachment[]): AttachmentsSent {
  const going = new Set<number>()
  const coming: { entry: Form; file: FileSent }[] = []
  for (const entry of form.children('attachments') ?? []) {
    const id = entry.id()
    const there = id === null ? null : (before.find(each => each.id === id) ?? notThere())
    const goes = entry.flag('_destroy') === true
    if (there && (goes || entry.has('content'))) going.add(there.id)
    if (goes) continue
    if (there && !entry.has('content')) {
      if (entry.has('filename') && entry.text('filename', 1000) !== there.filename)
        entry.fault('filename', 'não pode ser alterado')
      continue
    }
    const file = readFile(entry, there)
    if (file !== null) coming.push({ entry, file })
  }
  const room: { sizeBytes: number }[] = before.filter(({ id }) => !going.has(id))
  for (const { entry, file } of coming) {
    judged(entry, 'content', () => requireRoom(room, file.bytes.length))
    room.push({ sizeBytes: file.bytes.length })
  }
  return { going: [...going], coming: coming.map(({ file }) => file) }
}

function readFile(entry: Form, there: Attachment | null): FileSent | null {
  const sent = entry.needed('filename', there === null, 1000) ?? there?.filename ?? ''
  const filename = sent === '' ? null : judged(entry, 'filename', () => readFilename(sent))
  const content = entry.text('content', Number.POSITIVE_INFINITY) ?? ''
  const bytes = fromBase64(content)
  if (bytes === null || bytes.length === 0) entry.fault('content', content.trim() === '' ? blank : invalid)
  const declaredType = entry.text('content_type') ?? null
  return filename === null || bytes === null || bytes.length === 0 ? null : { filename, declaredType, bytes }
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** With padding or without it, in lines or not, of either alphabet; null: no base64. */
function fromBase64(text: string): Buffer | null {
  const compact = text.replace(/\s+/g, '')
  const isWhole = compact.replace(/=+$/, '').length % 4 !== 1
  return BASE64.test(compact) && isWhole ? Buffer.from(compact, 'base64') : null
}

/** What the decision answers, or its refusal told of that field. */
function judged<T>(entry: Form, name: string, decide: () => T): T | null {
  try {
    return decide()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return entry.fault(name, error.message)
  }
}

export async function saveAttachments(ctx: Ctx, invoiceId: number, { going, coming }: AttachmentsSent): Promise<void> {
  for (const id of going) await detachFile(ctx, invoiceId, id)
  for (const file of coming) await attachFile(ctx, { invoiceId, ...file })
}

export async function saveAttachmentsOfRule(ctx: Ctx, ruleId: number, { going, coming }: AttachmentsSent): Promise<void> {
  for (const id of going) await detachFromRule(ctx, ruleId, id)
  for (const file of coming) await attachToRule(ctx, { ruleId, ...file })
}

/** By an address of the host that was called; null after it was taken away. */
export function showAttachment({ id, filename, token }: KnownAttachment, origin: string) {
  return { id, filename, url: addressAt(origin, token) }
}

export function addressAt(origin: string, token: string | null | undefined, ending: '' | '.pdf' = ''): string | null {
  return token == null ? null : `${origin}${publicPath(token, ending)}`
}
