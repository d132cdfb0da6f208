// All SQL of attachments. Whoever adds or takes away one of an invoice holds that invoice's row.

import { sql } from 'kysely'
import type { Instant } from '../../core/dates.ts'
import { account } from '../../platform/account.ts'
import { pgArray } from '../../platform/db/array.ts'
import { isAmong } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Attachment } from './attachment.ts'

const columns = sql`
  a.id, a.invoice_id as "invoiceId", a.filename, a.declared_type as "declaredType", c.sniffed_type as "sniffedType",
  c.size_bytes as "sizeBytes", a.sha256, a.made_by as "madeBy", a.created_at as "createdAt"`

const joined = sql`
  invoice_attachment a join attachment_content c on c.account_id = a.account_id and c.sha256 = a.sha256`

/** In the order in which they were attached. */
export async function attachmentsOf(tx: Reader, invoiceId: number): Promise<Attachment[]> {
  const { rows } = await sql<Attachment>`
    select ${columns} from ${joined} where a.account_id = ${account} and a.invoice_id = ${invoiceId} order by a.id`.execute(tx)
  return rows
}

/** By invoice, each in the order in which they were attached; one without any is absent. */
export async function attachmentsOfInvoices(tx: Reader, invoiceIds: readonly number[]): Promise<Map<number, Attachment[]>> {
  if (invoiceIds.length === 0) return new Map()
  const { rows } = await sql<Attachment>`
    select ${columns} from ${joined} where a.account_id = ${account} and ${isAmong('a.invoice_id', invoiceIds)} order by a.id`.execute(
    tx,
  )
  return Map.groupBy(rows, ({ invoiceId }) => invoiceId)
}

export async function attachmentOf(tx: Reader, id: number): Promise<Attachment | null> {
  const { rows } =
    await sql<Attachment>`select ${columns} from ${joined} where a.account_id = ${account} and a.id = ${id}`.execute(tx)
  return rows[0] ?? null
}

/** Those of all invoices to a customer. */
export async function attachmentsOfCustomer(tx: Reader, customerId: number): Promise<Attachment[]> {
  const { rows } = await sql<Attachment>`
    select ${columns} from ${joined} join invoice i on i.account_id = a.account_id and i.id = a.invoice_id
    where a.account_id = ${account} and i.customer_id = ${customerId} order by a.id`.execute(tx)
  return rows
}

/** What was ever attached to an invoice to a customer, by the history: of what was taken off nothing else is left. */
export async function everAttached(tx: Reader, customerId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select h.subject_id as id
    from history h join history_payload p on p.account_id = h.account_id and p.history_id = h.id
    join invoice i on i.account_id = h.account_id and i.id = (p.after ->> 'invoiceId')::bigint
    where h.account_id = ${account} and h.noun = 'attachment' and h.action = 'create' and i.customer_id = ${customerId}
    order by h.subject_id`.execute(tx)
  return rows.map(row => row.id)
}

/** So many bytes of a content from that one on, counted from 0; null when it is gone. */
export async function sliceOf(tx: Reader, sha256: string, from: number, count: number): Promise<Buffer | null> {
  const { rows } = await sql<{ bytes: Uint8Array }>`
    select substring(bytes from ${from + 1} for ${count}) as bytes from attachment_content
    where account_id = ${account} and sha256 = ${sha256}`.execute(tx)
  return rows[0] === undefined ? null : Buffer.from(rows[0].bytes)
}

/** Keeps the bytes, or holds the row that has them already: whoever would throw them away waits, and finds them named. */
export async function keepContent(
  tx: Tx,
  it: { sha256: string; sniffedType: string; bytes: Buffer; at: Instant },
): Promise<void> {
  await sql`
    insert into attachment_content as c (account_id, sha256, sniffed_type, bytes, created_at)
    values (${account}, ${it.sha256}, ${it.sniffedType}, ${it.bytes}, ${it.at})
    on conflict (account_id, sha256) do update set created_at = c.created_at`.execute(tx)
}

export async function insertAttachment(tx: Tx, it: Attachment): Promise<void> {
  await sql`
    insert into invoice_attachment (account_id, id, invoice_id, sha256, filename, declared_type, made_by, created_at)
    values (${account}, ${it.id}, ${it.invoiceId}, ${it.sha256}, ${it.filename}, ${it.declaredType}, ${it.madeBy}, ${it.createdAt})`.execute(
    tx,
  )
}

/** Takes them away, and the bytes that no other one has. */
export async function deleteAttachments(tx: Tx, attachments: readonly Attachment[]): Promise<void> {
  if (attachments.length === 0) return
  await sql`
    delete from invoice_attachment where account_id = ${account} and ${isAmong(
      'id',
      attachments.map(({ id }) => id),
    )}`.execute(tx)
  const hashes = pgArray([...new Set(attachments.map(({ sha256 }) => sha256))].sort())
  const theirs = sql`account_id = ${account} and sha256 in (select unnest(cast(${hashes}::text as text[])))`
  // Held first: the next statement then sees whoever attached the same bytes meanwhile.
  await sql`select from attachment_content where ${theirs} order by sha256 for update`.execute(tx)
  await sql`
    delete from attachment_content c where ${theirs}
      and not exists (select from invoice_attachment a where a.account_id = c.account_id and a.sha256 = c.sha256)`.execute(tx)
}
