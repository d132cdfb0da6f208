// All SQL of attachments. Whoever adds or takes away one of an invoice holds that invoice's row, of a rule that rule's, of an occurrence that
// schedule's.

import { sql } from 'kysely'
import type { Instant } from '../../core/dates.ts'
import { account } from '../../platform/account.ts'
import { pgArray } from '../../platform/db/array.ts'
import { isAmong } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Attachment } from './attachment.ts'

const file = sql`
  a.filename, a.declared_type as "declaredType", c.sniffed_type as "sniffedType", c.size_bytes as "sizeBytes", a.sha256,
  a.made_by as "madeBy", a.created_at as "createdAt", a.schedule_id as "scheduleId", a.occurrence_number as "occurrenceNumber",
  a.attached_at as "attachedAt"`

const columns = sql`a.id, a.invoice_id as "invoiceId", a.rule_id as "ruleId", ${file}`

const joined = sql`
  invoice_attachment a join attachment_content c on c.account_id = a.account_id and c.sha256 = a.sha256`

/** Of `i`, an invoice, and `a`: what its rule had when it was planned, and nobody took off it since. */
const carries = sql`
  i.rule_id = a.rule_id and i.planned_seq > a.known_seq and (a.until_known_seq is null or i.planned_seq < a.until_known_seq)
  and not exists (
    select from invoice_attachment_left_out o where o.account_id = a.account_id and o.invoice_id = i.id and o.attachment_id = a.id)`

/** In the order in which they were attached, those of its rule included. */
export async function attachmentsOf(tx: Reader, invoiceId: number): Promise<Attachment[]> {
  return (await attachmentsOfInvoices(tx, [invoiceId])).get(invoiceId) ?? []
}

/** By invoice, each in the order in which they were attached, those of its rule included; one without any is absent. */
export async function attachmentsOfInvoices(tx: Reader, invoiceIds: readonly number[]): Promise<Map<number, Attachment[]>> {
  if (invoiceIds.length === 0) return new Map()
  const { rows } = await sql<Attachment & { invoiceId: number }>`
    select ${columns} from ${joined} where a.account_id = ${account} and ${isAmong('a.invoice_id', invoiceIds)}
    union all
    select a.id, i.id, a.rule_id, ${file} from invoice i join ${joined} on a.account_id = i.account_id and ${carries}
    where i.account_id = ${account} and i.rule_id is not null and ${isAmong('i.id', invoiceIds)} order by id`.execute(tx)
  return Map.groupBy(rows, ({ invoiceId }) => invoiceId)
}

export async function attachmentsOfRule(tx: Reader, ruleId: number): Promise<Attachment[]> {
  return (await attachmentsOfRules(tx, [ruleId])).get(ruleId) ?? []
}

/** By rule: what the invoices that it makes from now on will carry. */
export async function attachmentsOfRules(tx: Reader, ruleIds: readonly number[]): Promise<Map<number, Attachment[]>> {
  if (ruleIds.length === 0) return new Map()
  const { rows } = await sql<Attachment & { ruleId: number }>`
    select ${columns} from ${joined} where a.account_id = ${account} and ${isAmong('a.rule_id', ruleIds)} and a.until_known_seq is null
    order by a.id`.execute(tx)
  return Map.groupBy(rows, ({ ruleId }) => ruleId)
}

/** Of one occurrence of a schedule, in the order in which they were made. */
export async function attachmentsOfOccurrence(tx: Reader, scheduleId: number, number: number): Promise<Attachment[]> {
  const { rows } = await sql<Attachment>`
    select ${columns} from ${joined}
    where a.account_id = ${account} and a.schedule_id = ${scheduleId} and a.occurrence_number = ${number} order by a.id`.execute(
    tx,
  )
  return rows
}

/** How many were handed over and hang on nothing yet. */
export async function countLoose(tx: Reader): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::bigint as count from invoice_attachment a where a.account_id = ${account} and ${isLoose}`.execute(tx)
  return rows[0]?.count ?? 0
}

/** Those that were handed over before an instant and hang on nothing still, held; what somebody is attaching is passed over. */
export async function lockLooseBefore(tx: Tx, before: Instant): Promise<Attachment[]> {
  const { rows } = await sql<Attachment>`
    select ${columns} from ${joined} where a.account_id = ${account} and ${isLoose} and a.created_at < ${before}
    order by a.id for update of a skip locked`.execute(tx)
  return rows
}

const isLoose = sql`a.invoice_id is null and a.rule_id is null and a.schedule_id is null`

/** The caller holds it, and the schedule. */
export async function hangOnOccurrence(tx: Tx, it: Attachment): Promise<void> {
  await sql`
    update invoice_attachment set schedule_id = ${it.scheduleId}, occurrence_number = ${it.occurrenceNumber}, attached_at = ${it.attachedAt}
    where account_id = ${account} and id = ${it.id}`.execute(tx)
}

export async function attachmentOf(tx: Reader, id: number): Promise<Attachment | null> {
  const { rows } =
    await sql<Attachment>`select ${columns} from ${joined} where a.account_id = ${account} and a.id = ${id}`.execute(tx)
  return rows[0] ?? null
}

/** Those of all invoices, rules and schedules of a customer. */
export async function attachmentsOfCustomer(tx: Reader, customerId: number): Promise<Attachment[]> {
  const { rows } = await sql<Attachment>`
    select ${columns} from ${joined} join invoice i on i.account_id = a.account_id and i.id = a.invoice_id
    where a.account_id = ${account} and i.customer_id = ${customerId}
    union all
    select ${columns} from ${joined} join invoice_rule r on r.account_id = a.account_id and r.id = a.rule_id
    where a.account_id = ${account} and r.customer_id = ${customerId}
    union all
    select ${columns} from ${joined} join schedule s on s.account_id = a.account_id and s.id = a.schedule_id
    where a.account_id = ${account} and s.customer_id = ${customerId} order by id`.execute(tx)
  return rows
}

/** What was ever attached to an invoice, a rule or a schedule of a customer, by the history: of what was taken off nothing else is left. */
export async function everAttached(tx: Reader, customerId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct h.subject_id as id
    from history h join history_payload p on p.account_id = h.account_id and p.history_id = h.id
    left join invoice i on i.account_id = h.account_id and i.id = (p.after ->> 'invoiceId')::bigint
    left join invoice_rule r on r.account_id = h.account_id and r.id = (p.after ->> 'ruleId')::bigint
    left join schedule s on s.account_id = h.account_id and s.id = (p.after ->> 'scheduleId')::bigint
    where h.account_id = ${account} and h.noun = 'attachment' and h.action in ('create', 'attach')
      and coalesce(i.customer_id, r.customer_id, s.customer_id) = ${customerId}
    order by 1`.execute(tx)
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

/** Of a rule: from now on. The caller holds the rule, so that what it makes comes before or after. */
export async function insertAttachment(tx: Tx, it: Attachment): Promise<void> {
  const knownSeq = it.ruleId === null ? sql`null` : sql`nextval('fact_seq')`
  await sql`
    insert into invoice_attachment (account_id, id, invoice_id, rule_id, schedule_id, occurrence_number, known_seq, sha256, filename,
      declared_type, made_by, created_at, attached_at)
    values (${account}, ${it.id}, ${it.invoiceId}, ${it.ruleId}, ${it.scheduleId}, ${it.occurrenceNumber}, ${knownSeq}, ${it.sha256},
      ${it.filename}, ${it.declaredType}, ${it.madeBy}, ${it.createdAt}, ${it.attachedAt})`.execute(tx)
}

/** From now on nothing that the rule makes carries it. The caller holds the rule. */
export async function endAttachment(tx: Tx, id: number): Promise<void> {
  await sql`
    update invoice_attachment set until_known_seq = nextval('fact_seq')
    where account_id = ${account} and id = ${id} and until_known_seq is null`.execute(tx)
}

/** That invoice alone does not carry it any more. */
export async function leaveOut(tx: Tx, invoiceId: number, id: number): Promise<void> {
  await sql`
    insert into invoice_attachment_left_out (account_id, invoice_id, attachment_id)
    values (${account}, ${invoiceId}, ${id}) on conflict do nothing`.execute(tx)
}

/** Of a rule's there are several who may do something with it, by the rule or by an invoice that carries it. */
export async function lockAttachment(tx: Tx, id: number): Promise<void> {
  await sql`select from invoice_attachment where account_id = ${account} and id = ${id} for update`.execute(tx)
}

/** Of a rule's, which the caller holds: whether an invoice carries it, or the next one will. */
export async function isInUse(tx: Tx, id: number): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`
    select a.until_known_seq is null or exists (select from invoice i where i.account_id = a.account_id and ${carries}) as used
    from invoice_attachment a where a.account_id = ${account} and a.id = ${id}`.execute(tx)
  return rows[0]?.used === true
}

/** Takes them away, and the bytes that no other one has. */
export async function deleteAttachments(tx: Tx, attachments: readonly Attachment[]): Promise<void> {
  if (attachments.length === 0) return
  const ids = attachments.map(({ id }) => id)
  await sql`delete from invoice_attachment_left_out where account_id = ${account} and ${isAmong('attachment_id', ids)}`.execute(
    tx,
  )
  await sql`delete from invoice_attachment where account_id = ${account} and ${isAmong('id', ids)}`.execute(tx)
  const hashes = pgArray([...new Set(attachments.map(({ sha256 }) => sha256))].sort())
  const theirs = sql`account_id = ${account} and sha256 in (select unnest(cast(${hashes}::text as text[])))`
  // Held first: the next statement then sees whoever attached the same bytes meanwhile.
  await sql`select from attachment_content where ${theirs} order by sha256 for update`.execute(tx)
  await sql`
    delete from attachment_content c where ${theirs}
      and not exists (select from invoice_attachment a where a.account_id = c.account_id and a.sha256 = c.sha256)`.execute(tx)
}
