import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Verified } from './tally.ts'

// All SQL of what was verified when, and of the chain's heads that it is counted from.

export interface Verification {
  id: number
  state: 'waiting' | 'running' | 'done'
  asked: { full: boolean; since: string | null }
  createdAt: Instant
  finishedAt: Instant | null
  version: number
  /** Null until it is done. */
  result: Verified | null
}

interface Row extends Pick<Verification, 'id' | 'state' | 'createdAt' | 'finishedAt' | 'version'> {
  askedFull: boolean
  askedSince: string | null
  mode: Verified['mode'] | null
  head: string | null
  clean: boolean | null
  checked: Verified['checked'] | null
  found: Verified['found'] | null
  findings: Verified['findings'] | null
  information: Pick<Verified, 'due' | 'information'> | null
}

const selected = sql`
  id, state, asked_full as "askedFull", encode(asked_since, 'hex') as "askedSince", mode, encode(head, 'hex') as head, clean, checked, found,
  findings, information, version, created_at as "createdAt", finished_at as "finishedAt"`

function toCore({ askedFull, askedSince, mode, head, clean, checked, found, findings, information, ...rest }: Row): Verification {
  const asked = { full: askedFull, since: askedSince }
  if (mode === null || clean === null || !checked || !found || !findings || !information) return { ...rest, asked, result: null }
  return { ...rest, asked, result: { mode, clean, head, checked, found, findings, ...information } }
}

export async function insertVerification(
  tx: Tx,
  id: number,
  asked: { full: boolean; since: string | null },
  at: Instant,
): Promise<void> {
  await sql`
    insert into verification (account_id, id, state, asked_full, asked_since, created_at)
    values (${account}, ${id}, 'waiting', ${asked.full}, decode(${asked.since}, 'hex'), ${at})`.execute(tx)
}

export async function verificationOf(tx: Reader, id: number): Promise<Verification | null> {
  const { rows } = await sql<Row>`select ${selected} from verification where account_id = ${account} and id = ${id}`.execute(tx)
  return rows[0] ? toCore(rows[0]) : null
}

/** The latest first. */
export async function listVerifications(tx: Reader, before: number | null, limit: number): Promise<Verification[]> {
  const { rows } = await sql<Row>`
    select ${selected} from verification
    where account_id = ${account} and id < ${before ?? Number.MAX_SAFE_INTEGER} order by id desc limit ${limit}`.execute(tx)
  return rows.map(toCore)
}

/** False when it is done already. */
export async function beginVerification(tx: Tx, id: number): Promise<boolean> {
  const begun = await sql`
    update verification set state = 'running', version = version + 1 where account_id = ${account} and id = ${id} and state <> 'done'`.execute(
    tx,
  )
  return begun.numAffectedRows === 1n
}

/** Saves the result once. It is a checkpoint when it is clean and leaves nothing out between the checkpoint before and itself. */
export async function endVerification(tx: Tx, id: number, result: Verified, span: Span, at: Instant): Promise<void> {
  const { mode, clean, checked, found, findings, due, information } = result
  await sql`
    update verification v
    set state = 'done', mode = ${mode}, from_seal = ${span.from}, seal = ${span.head.seal}, head = decode(${span.head.digest}, 'hex'), clean = ${clean},
        is_checkpoint = ${clean} and ${span.from} <= coalesce((
          select max(c.seal) from verification c where c.account_id = ${account} and c.is_checkpoint), 0),
        checked = ${JSON.stringify(checked)}, found = ${JSON.stringify(found)}, findings = ${JSON.stringify(findings)},
        information = ${JSON.stringify({ due, information })}, version = version + 1, finished_at = ${at}
    where v.account_id = ${account} and v.id = ${id} and v.state <> 'done'`.execute(tx)
}

// --- The chain's heads ---

export interface Head {
  /** 0 and null before the first seal. */
  seal: number
  digest: string | null
}

/** Seals after `from` up to the head are what was looked at. */
export interface Span {
  from: number
  head: Head
}

export async function currentHead(tx: Reader): Promise<Head> {
  const { rows } = await sql<Head>`
    select seq as seal, encode(digest, 'hex') as digest from history_seal where account_id = ${account} order by seq desc limit 1`.execute(
    tx,
  )
  return rows[0] ?? { seal: 0, digest: null }
}

/** The seal with that digest; null when the chain has none. */
export async function sealOf(tx: Reader, digest: string): Promise<number | null> {
  const { rows } = await sql<{ seal: number }>`
    select seq as seal from history_seal where account_id = ${account} and digest = decode(${digest}, 'hex') limit 1`.execute(tx)
  return rows[0]?.seal ?? null
}

/** Where the last clean verification got to, and whether the chain still has that head there. */
export async function lastCheckpoint(tx: Reader): Promise<(Head & { stands: boolean }) | null> {
  const { rows } = await sql<Head & { stands: boolean }>`
    select v.seal, encode(v.head, 'hex') as digest, v.seal = 0 or s.digest is not distinct from v.head as stands
    from verification v left join history_seal s on s.account_id = v.account_id and s.seq = v.seal
    where v.account_id = ${account} and v.is_checkpoint order by v.seal desc limit 1`.execute(tx)
  return rows[0] ?? null
}

/** Where the entries of the seals after `from` begin: an entry that committed late may lie before those of the seal before. */
export async function firstEntryAfter(tx: Reader, from: number): Promise<number> {
  const { rows } = await sql<{ id: number | null }>`
    select min(first_id) as id from history_seal where account_id = ${account} and seq > ${from}`.execute(tx)
  return rows[0]?.id ?? 0
}
