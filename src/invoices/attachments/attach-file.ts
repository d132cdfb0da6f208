import { hash } from 'node:crypto'
import { holdLivingRule } from '../../contracts/rules/held-rule.ts'
import { found } from '../../core/current.ts'
import { bindCustomers } from '../../customers/customer-store.ts'
import { type Ctx, showActor } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { giveAddress } from '../../platform/file-address-store.ts'
import { record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import { lockInvoicesById } from '../invoice-store.ts'
import { type Attachment, readFilename, requireRoom } from './attachment.ts'
import { attachmentsOf, attachmentsOfRule, insertAttachment, keepContent } from './attachment-store.ts'
import type { KnownAttachment } from './read-attachment.ts'
import { typeOfBytes } from './sniff.ts'

export interface FileOfSomebody {
  filename: string
  /** What its sender says that it is; kept, and never believed. */
  declaredType: string | null
  bytes: Buffer
}

const hangsOnNothing = { invoiceId: null, ruleId: null, scheduleId: null, occurrenceNumber: null }

export interface FileToAttach extends FileOfSomebody {
  invoiceId: number
}

export interface FileOfRule extends FileOfSomebody {
  ruleId: number
}

const MOST_OF_TYPE = 200

/** Attaches a file to an invoice in any state. It is nobody's version of the invoice, so it changes none. */
export function attachFile(ctx: Ctx, { invoiceId, ...file }: FileToAttach): Promise<KnownAttachment> {
  const content = readContent(file)
  return ctx.transact(async tx => {
    const [invoice] = await lockInvoicesById(tx, [invoiceId])
    const { customerId } = found(invoice, 'Fatura não encontrada.')
    requireRoom(await attachmentsOf(tx, invoiceId), content.bytes.length)
    return saveAttachment(tx, ctx, customerId, { invoiceId }, content)
  })
}

/** Attaches a file to a rule: each invoice that it makes from now on carries it. It is nobody's version of the terms. */
export function attachToRule(ctx: Ctx, { ruleId, ...file }: FileOfRule): Promise<KnownAttachment> {
  const content = readContent(file)
  return ctx.transact(async tx => {
    const { rule } = await holdLivingRule(tx, ctx, ruleId)
    requireRoom(await attachmentsOfRule(tx, ruleId), content.bytes.length)
    return saveAttachment(tx, ctx, rule.customerId, { ruleId }, content)
  })
}

export function readContent({ filename, declaredType, bytes }: FileOfSomebody) {
  return {
    filename: readFilename(filename),
    declaredType: declaredType?.slice(0, MOST_OF_TYPE) ?? null,
    sha256: hash('sha256', bytes),
    sniffedType: typeOfBytes(bytes),
    bytes,
  }
}

/** What it hangs on; nothing of these: nothing yet. */
export type HangsOn = Partial<Pick<Attachment, 'invoiceId' | 'ruleId' | 'scheduleId' | 'occurrenceNumber'>>

/** The caller holds what it hangs on, and `customerId` is whose that is. */
export async function saveAttachment(
  tx: Tx,
  ctx: Ctx,
  customerId: number | null,
  of: HangsOn,
  { bytes, ...content }: ReturnType<typeof readContent>,
): Promise<KnownAttachment> {
  // Whoever erases the customer waits for this, and erases it too.
  if (customerId !== null) await bindCustomers(tx, [customerId])
  const at = ctx.clock.now()
  const made = {
    id: await takeIds(tx, 'attachment'),
    ...hangsOnNothing,
    ...of,
    ...content,
    sizeBytes: bytes.length,
    madeBy: showActor(ctx.actor),
    createdAt: at,
    attachedAt: null,
  }
  await keepContent(tx, { sha256: content.sha256, sniffedType: content.sniffedType, bytes, at })
  await insertAttachment(tx, made)
  const token = await giveAddress(tx, 'attachment', made.id, at)
  await record(tx, ctx, [{ action: 'create', subject: { noun: 'attachment', id: made.id, version: 1 }, after: made }])
  return { ...made, token }
}
