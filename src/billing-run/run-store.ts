import { type RawBuilder, sql } from 'kysely'
import type { CivilDate, Instant } from '../core/dates.ts'
import { account } from '../platform/account.ts'
import { keepsPlan } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { RunCause, RunFilters, RunState } from './billing-run.ts'

export interface Run {
  id: number
  state: RunState
  cause: RunCause
  day: CivilDate
  organizationId: number | null
  filters: RunFilters
  previewed: boolean
  pauseReason: string | null
  error: string | null
  /** Items decided so far. */
  items: number
  /** Nothing is added to it any more. */
  decided: boolean
  plannedCents: number
  planHash: string | null
  decidedCustomerId: number | null
  decidedRuleId: number | null
  decidedInvoiceId: number | null
  decidedItem: number
  boundsAllowed: boolean
  version: number
  createdAt: Instant
  expiresAt: Instant | null
  finishedAt: Instant | null
}

const columns = sql`
  id, state, cause, day, organization_id as "organizationId", filters, previewed, pause_reason as "pauseReason", error, items, decided,
  planned_cents as "plannedCents", plan_hash as "planHash", decided_customer_id as "decidedCustomerId", decided_rule_id as "decidedRuleId",
  decided_invoice_id as "decidedInvoiceId", decided_item as "decidedItem", bounds_allowed as "boundsAllowed", version,
  created_at as "createdAt", expires_at as "expiresAt", finished_at as "finishedAt"`

/** Null when the account has no such run. */
export function runById(tx: Reader, id: number): Promise<Run | null> {
  return readRun(tx, id, sql``)
}

/** The run, and nobody changes its state until this transaction ends. */
export function lockRun(tx: Tx, id: number): Promise<Run | null> {
  return readRun(tx, id, sql`for update`)
}

/**
 * The run, decided by nobody else until this transaction ends. Chunks go on meanwhile; whoever would pause or cancel it waits.
 * Null when there is no such run, or, unless `waits`, when somebody else decides it right now.
 */
export function lockDeciding(tx: Tx, id: number, waits: boolean): Promise<Run | null> {
  return readRun(tx, id, waits ? sql`for no key update` : sql`for no key update skip locked`)
}

/** The run, whose state stays while this transaction lasts: whoever would pause or cancel it waits. Chunks side by side do not. */
export function holdRun(tx: Tx, id: number): Promise<Run | null> {
  return readRun(tx, id, sql`for key share`)
}

async function readRun(tx: Reader, id: number, lock: RawBuilder<unknown>): Promise<Run | null> {
  const { rows } =
    await sql<Run>`${keepsPlan} select ${columns} from billing_run where account_id = ${account} and id = ${id} ${lock}`.execute(
      tx,
    )
  return rows[0] ?? null
}

export type NewRun = Pick<
  Run,
  'id' | 'state' | 'cause' | 'day' | 'organizationId' | 'filters' | 'previewed' | 'createdAt' | 'expiresAt'
>

/** False when the scheduler has its run of that organization and day already. */
export async function insertRun(tx: Tx, run: NewRun): Promise<boolean> {
  const result = await sql`${keepsPlan}
    insert into billing_run (account_id, id, state, cause, day, organization_id, filters, previewed, created_at, expires_at)
    values (${account}, ${run.id}, ${run.state}, ${run.cause}, ${run.day}, ${run.organizationId}, ${JSON.stringify(run.filters)}::jsonb,
            ${run.previewed}, ${run.createdAt}, ${run.expiresAt})
    on conflict (account_id, organization_id, day) where cause = 'scheduler' do nothing`.execute(tx)
  return Number(result.numAffectedRows) === 1
}

/** All of a locked run that may change. */
export async function saveRun(tx: Tx, run: Run): Promise<void> {
  await sql`${keepsPlan}
    update billing_run set state = ${run.state}, version = ${run.version}, pause_reason = ${run.pauseReason}, error = ${run.error},
      finished_at = ${run.finishedAt}, bounds_allowed = ${run.boundsAllowed}, items = ${run.items}, decided = ${run.decided},
      planned_cents = ${run.plannedCents}, plan_hash = ${run.planHash}, decided_customer_id = ${run.decidedCustomerId},
      decided_rule_id = ${run.decidedRuleId}, decided_invoice_id = ${run.decidedInvoiceId}, decided_item = ${run.decidedItem}
    where account_id = ${account} and id = ${run.id}`.execute(tx)
}

/** Runs from the newest on. */
export async function listRuns(tx: Reader, before: number | null, limit: number, state: RunState | null): Promise<Run[]> {
  const { rows } = await sql<Run>`
    select ${columns} from billing_run
    where account_id = ${account} ${before === null ? sql`` : sql`and id < ${before}`} ${state === null ? sql`` : sql`and state = ${state}`}
    order by id desc limit ${limit}`.execute(tx)
  return rows
}

// Chunks: what one worker does in one transaction.

export async function insertChunks(
  tx: Tx,
  runId: number,
  chunks: readonly { firstItem: number; lastItem: number }[],
): Promise<void> {
  if (chunks.length === 0) return
  await sql`
    insert into billing_run_chunk (account_id, run_id, number, first_item, last_item, state)
    select ${account}, ${runId}, coalesce((select max(number) from billing_run_chunk where account_id = ${account} and run_id = ${runId}), 0) + n, first_item, last_item, 'pending'
    from jsonb_to_recordset(${JSON.stringify(chunks.map((chunk, i) => ({ n: i + 1, first_item: chunk.firstItem, last_item: chunk.lastItem })))}::jsonb)
      as c (n integer, first_item integer, last_item integer)`.execute(tx)
}

export interface Chunk {
  number: number
  firstItem: number
  lastItem: number
  leaseToken: string
}

/**
 * How long a chunk is its worker's: after a SIGKILL another one takes it this much later. By the machine's time, never the account's.
 * Short, because a worker that is saving holds the row besides: nobody takes a chunk from it, however slow it is.
 */
const LEASE = '3 seconds'

/** The next chunk that nobody works on; null when there is none, now or at all. */
export async function claimChunk(tx: Tx, runId: number, leaseToken: string): Promise<Chunk | null> {
  const { rows } = await sql<Omit<Chunk, 'leaseToken'>>`
    update billing_run_chunk c
    set lease_until = clock_timestamp() + ${LEASE}::interval, lease_token = ${leaseToken}, attempts = attempts + 1
    where c.account_id = ${account} and c.run_id = ${runId} and c.number = (
      select number from billing_run_chunk
      where account_id = ${account} and run_id = ${runId} and state = 'pending' and (lease_until is null or lease_until < clock_timestamp())
      order by number limit 1 for update skip locked)
    returning c.number, c.first_item as "firstItem", c.last_item as "lastItem"`.execute(tx)
  return rows[0] ? { ...rows[0], leaseToken } : null
}

/** Chunks to be done: those that are free to claim, and those that other workers have. */
export async function pendingChunks(tx: Reader, runId: number, leaseToken: string): Promise<{ free: number; others: number }> {
  const { rows } = await sql<{ free: number; others: number }>`
    select count(*) filter (where lease_until is null or lease_until < clock_timestamp())::integer as free,
           count(*) filter (where lease_until >= clock_timestamp() and lease_token <> ${leaseToken})::integer as others
    from billing_run_chunk where account_id = ${account} and run_id = ${runId} and state = 'pending'`.execute(tx)
  return rows[0] ?? { free: 0, others: 0 }
}

/** Whether the chunk is still ours; it stays so, and is renewed, until this transaction ends. */
export async function holdChunk(tx: Tx, runId: number, chunk: Chunk): Promise<boolean> {
  const result = await sql`
    update billing_run_chunk set lease_until = clock_timestamp() + ${LEASE}::interval
    where account_id = ${account} and run_id = ${runId} and number = ${chunk.number} and state = 'pending' and lease_token = ${chunk.leaseToken}`.execute(
    tx,
  )
  return Number(result.numAffectedRows) === 1
}

/** Ends the chunk with this transaction. False, and nothing is done, when it is ours no more. */
export async function endChunk(tx: Tx, runId: number, chunk: Chunk): Promise<boolean> {
  const result = await sql`
    update billing_run_chunk set state = 'done', lease_until = null
    where account_id = ${account} and run_id = ${runId} and number = ${chunk.number} and state = 'pending' and lease_token = ${chunk.leaseToken}`.execute(
    tx,
  )
  return Number(result.numAffectedRows) === 1
}

/** Whether a chunk that is still to be done holds the position. */
export async function isInPendingChunk(tx: Reader, runId: number, item: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from billing_run_chunk
    where account_id = ${account} and run_id = ${runId} and state = 'pending' and ${item} between first_item and last_item limit 1`.execute(
    tx,
  )
  return rows.length > 0
}

export async function hasPendingChunks(tx: Reader, runId: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from billing_run_chunk where account_id = ${account} and run_id = ${runId} and state = 'pending' limit 1`.execute(tx)
  return rows.length > 0
}
