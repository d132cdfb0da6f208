import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Found } from '../findings.ts'
import { type Ids, isAmong, type Stretch } from '../ids.ts'

export type HistoryCode =
  | 'history_chain_broken'
  | 'history_altered'
  | 'history_erased'
  | 'history_missing'
  | 'outbox_missing'
  | 'head_unknown'

/** Each seal binds the one before it and exactly its own rows, as they stand now. */
export async function checkSeals(tx: Reader, { from, to }: Stretch): Promise<Found<HistoryCode>[]> {
  const { rows } = await sql<Found<HistoryCode>>`
    with seal as materialized (
      select s.*, case when s.seq = 1 then decode(repeat('00', 32), 'hex') else b.digest end as before
      from history_seal s
      left join lateral (select digest from history_seal where account_id = ${account} and seq = s.seq - 1 offset 0) b on true
      where s.account_id = ${account} and s.seq between ${from} and ${to}
    ), bound as (
      select h.sealed_in as seq, count(*) as rows, string_agg(history_image(h), ''::bytea order by h.id) as images
      from history h
      where h.account_id = ${account} and h.id between (select min(first_id) from seal) and (select max(last_id) from seal)
        and h.sealed_in between ${from} and ${to}
      group by h.sealed_in
    )
    select 'history_chain_broken' as code, 'account' as noun, s.account_id as id, null as "startsOn", null as "endsOn",
           jsonb_build_object('seal', s.seq, 'rows', s.rows, 'found', coalesce(b.rows, 0), 'firstEntry', s.first_id, 'lastEntry', s.last_id,
             'follows', s.before is not null and s.previous = s.before) as details
    from seal s left join bound b on b.seq = s.seq
    where s.previous is distinct from s.before or b.rows is distinct from s.rows::bigint
       or s.digest is distinct from history_seal_digest(s.previous, s.seq, b.images)
    order by s.seq`.execute(tx)
  return rows
}

/** What is not erased is what its digest says, only who was erased has erased entries, and every row that was sealed has its seal. */
export async function checkEntries(tx: Reader, { from, to }: Stretch, sealedAfter: number): Promise<Found<HistoryCode>[]> {
  const { rows } = await sql<Found<HistoryCode>>`
    select case when s.seq is null and h.sealed_in is not null then 'history_chain_broken'
                when p.erased_at is not null then 'history_erased' else 'history_altered' end as code,
           'history_entry' as noun, h.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('action', h.action, 'noun', h.noun, 'subject', h.subject_id, 'version', h.subject_version,
                              'seal', h.sealed_in, 'hasPayload', p.history_id is not null) as details
    from history h
    left join history_payload p on p.account_id = ${account} and p.history_id = h.id and p.history_id between ${from} and ${to}
    left join lateral (select seq from history_seal where account_id = ${account} and seq = h.sealed_in offset 0) s on true
    where h.account_id = ${account} and h.id between ${from} and ${to} and coalesce(h.sealed_in > ${sealedAfter}, true)
      and (p.history_id is null or (p.erased_at is null and history_digest(p.salt, p.before, p.after) <> h.digest)
        or (p.erased_at is not null and not ${wasErased})
        or (s.seq is null and h.sealed_in is not null))
    order by h.id`.execute(tx)
  return rows
}

/**
 * An erased payload says when, and a later entry of its customer that it was erased (LGPD); what was attached to the customer's invoices,
 * and what schedules said, has an entry of its own, which names the customer with whom it was erased.
 */
const wasErased = sql`exists (
  select from history e
  cross join lateral (
    select case when e.noun = 'customer' then e.subject_id else (
      select (p.after ->> 'customerId')::bigint from history_payload p where p.account_id = ${account} and p.history_id = e.id) end as customer_id
  ) w
  join history c on c.account_id = ${account} and c.noun = 'customer' and c.subject_id = w.customer_id and c.action = 'erase'
    and c.request_id = e.request_id
  where e.account_id = ${account} and e.noun in ('customer', 'attachment', 'schedule') and e.noun = h.noun and e.subject_id = h.subject_id
    and e.action = 'erase' and e.id > h.id)`

/** Nouns of which every version was told, in the history and to those who subscribed. */
export type VersionedNoun = 'invoice' | 'contract' | 'invoice_rule' | 'schedule' | 'billing_event' | 'renegotiation'

/** Every version of every one of them has its row in the history and its message in the outbox. */
export async function checkVersions(tx: Reader, noun: VersionedNoun, ids: Ids): Promise<Found<HistoryCode>[]> {
  const { rows } = await sql<Found<HistoryCode>>`
    with told as (
      select subject_id as id, count(distinct subject_version) as versions, max(subject_version) as last from history
      where account_id = ${account} and noun = ${noun} and ${isAmong('subject_id', ids)} group by subject_id
    ), sent as (
      select subject_id as id, count(*) as versions, max(subject_version) as last from outbox
      where account_id = ${account} and noun = ${noun} and ${isAmong('subject_id', ids)} group by subject_id
    )
    select f.code, ${noun}::text as noun, s.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('version', s.version, 'found', f.versions, 'last', f.last) as details
    from ${sql.table(noun)} s
    left join told t on t.id = s.id
    left join sent o on o.id = s.id
    cross join lateral (values
      ('history_missing', coalesce(t.versions, 0), t.last),
      ('outbox_missing', coalesce(o.versions, 0), o.last)
    ) f (code, versions, last)
    where s.account_id = ${account} and ${isAmong('s.id', ids)} and (f.versions <> s.version or f.last <> s.version)
    order by s.id, f.code`.execute(tx)
  return rows
}

/** Receivables are told with their invoice; those that came without one are told by themselves. */
export async function checkReceivableVersions(tx: Reader, receivables: Ids): Promise<Found<HistoryCode>[]> {
  const { rows } = await sql<Found<HistoryCode>>`
    select 'history_missing' as code, 'receivable' as noun, r.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('version', r.version, 'found', t.versions) as details
    from receivable r
    cross join lateral (
      select count(distinct subject_version) as versions from history
      where account_id = ${account} and noun = 'receivable' and subject_id = r.id offset 0
    ) t
    where r.account_id = ${account} and ${isAmong('r.id', receivables)} and r.invoice_id is null and t.versions <> r.version
    order by r.id`.execute(tx)
  return rows
}
