// Which of our runs are batches of theirs: those over all that is due, whoever started them. A preview is none until it is billed, a run
// of named contracts is none, and a day on which the scheduler found nothing is none.

import { sql } from 'kysely'
import type { Instant } from '../../../core/dates.ts'
import { account } from '../../../platform/account.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import type { Sized } from './batch-pages.ts'
import { faultyOutcomes } from './batch-words.ts'

const isBatch = sql`
  r.account_id = ${account}
  and not (r.previewed and r.state in ('previewing', 'previewed', 'expired', 'cancelled'))
  and not (r.filters ?| array['contracts', 'customers', 'rules'])
  and not (r.cause = 'scheduler' and r.items = 0)`

/** Nobody else starts or joins a batch of that code until the transaction ends. */
export async function lockBatchCode(tx: Tx, code: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('omie batch ' || ${account}::text || ' ' || ${code}, 0))`.execute(tx)
}

/** The batch of that code that runs; null: none does. One that somebody paused runs no more. */
export async function runningBatch(tx: Reader, code: string): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select r.id from billing_run r
    join dialect_field f on f.account_id = r.account_id and f.dialect = 'omie' and f.noun = 'billing_run' and f.subject_id = r.id
    where ${isBatch} and r.state in ('preparing', 'running') and f.fields ->> 'cCodIntLote' = ${code}
    order by r.id desc limit 1`.execute(tx)
  return rows[0]?.id ?? null
}

/** The run by which a client of theirs bills that contract alone; null: none runs. */
export async function runningFor(tx: Reader, contractId: number): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select id from billing_run
    where account_id = ${account} and state in ('preparing', 'running') and cause = 'dialect'
      and filters -> 'contracts' = cast(${JSON.stringify([contractId])}::text as jsonb)
    order by id desc limit 1`.execute(tx)
  return rows[0]?.id ?? null
}

export interface BatchFilter {
  id?: number | undefined
  from?: Instant | undefined
  before?: Instant | undefined
}

/** Whether the scheduler did something in it, or something went wrong: what it only looked at concerns nobody. */
const isTold = sql`
  r.cause <> 'scheduler' or r.state <> 'done' or r.planned_cents > 0 or exists (
    select from billing_run_item i where i.account_id = r.account_id and i.run_id = r.id
      and (i.outcome_class in ('billed', 'parked') or i.outcome in (${sql.join(faultyOutcomes('scheduler'))})))`

/** The latest first: whoever asks for one page wants today's. */
export async function listBatches(
  tx: Reader,
  { id, from, before }: BatchFilter,
  { offset, size }: { offset: number; size: number },
): Promise<{ batches: Sized[]; all: number }> {
  const { rows } = await sql<{ id: number | null; items: number; all: number }>`
    with own as (
      select r.id, r.items from billing_run r
      where ${isBatch} and (${isTold})
        ${id === undefined ? sql`` : sql`and r.id = ${id}`}
        ${from === undefined ? sql`` : sql`and r.created_at >= ${from}`}
        ${before === undefined ? sql`` : sql`and r.created_at < ${before}`}
    )
    select p.id, p.items, (select count(*) from own)::integer as "all"
    from (values (1)) as one left join (select id, items from own order by id desc offset ${offset} limit ${size}) p on true order by p.id desc`.execute(
    tx,
  )
  return { batches: rows.flatMap(({ id, items }) => (id === null ? [] : [{ id, items }])), all: rows[0]?.all ?? 0 }
}
