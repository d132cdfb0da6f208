import { sql } from 'kysely'
import { account } from '../platform/account.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { type Ids, isAmong, type Stretch } from './ids.ts'

// Everything is read in stretches of ids with few rows each: no statement holds the embedded database for long, memory does not grow
// with the account, and a plan never reads more of a table than its stretch.

/** Rows to one statement: on either engine some tens of milliseconds for the most expensive check. */
export function rowsAtOnce(ctx: Ctx): number {
  return ctx.db.engine === 'pglite' ? 500 : 5000
}

/** A transaction of its own for each statement, so that whoever waits comes between two of them. */
export function ask<T>(ctx: Ctx, question: (tx: Tx) => Promise<T>): Promise<T> {
  return ctx.transact(async tx => {
    // Compiling one of these statements, or starting workers for it, takes longer than running it.
    await sql`select set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`.execute(tx)
    return question(tx)
  })
}

/** `times`: how many times the usual rows one statement takes, because they are light or many belong to one id. */
const walks = {
  contracts: { table: 'contract', id: 'id', times: 1 },
  subscriptions: { table: 'subscription', id: 'contract_id', times: 1 },
  readjustments: { table: 'readjustment', id: 'id', times: 2 },
  rules: { table: 'invoice_rule', id: 'id', times: 1 },
  periods: { table: 'coverage', id: 'rule_id', times: 1 },
  invoices: { table: 'invoice', id: 'id', times: 1 },
  lines: { table: 'invoice_line', id: 'invoice_id', times: 4 },
  receivables: { table: 'receivable', id: 'id', times: 2 },
  schedules: { table: 'schedule', id: 'id', times: 1 },
  occurrences: { table: 'schedule_occurrence', id: 'schedule_id', times: 1 },
  renegotiations: { table: 'renegotiation', id: 'id', times: 0.5 },
  events: { table: 'billing_event', id: 'id', times: 1 },
  parts: { table: 'billing_event_part', id: 'event_id', times: 1 },
  customers: { table: 'customer', id: 'id', times: 1 },
  runs: { table: 'billing_run', id: 'id', times: 1 },
  credits: { table: 'customer_credit', id: 'customer_id', times: 1 },
  entries: { table: 'history', id: 'id', times: 2 },
  /** A seal binds up to a thousand entries. */
  seals: { table: 'history_seal', id: 'seq', times: 1 / 500 },
} as const

/** What can be walked through by an id; of some of them several have the same. */
export type Walk = keyof typeof walks

/**
 * Stretches that together hold every id from `from` on, also ids that only a wrong row has: each begins after the one before, and the
 * last one is open. None holds more rows of any of the walks than a statement takes, unless one id alone does.
 */
export async function* stretchesOf(ctx: Ctx, along: readonly Walk[], from = 0): AsyncGenerator<Stretch> {
  const rows = rowsAtOnce(ctx)
  for (let start = from; ; ) {
    const to = await ask(ctx, tx => endOfStretch(tx, along, start, rows))
    yield { from: start, to }
    if (to === Number.MAX_SAFE_INTEGER) return
    start = to + 1
  }
}

async function endOfStretch(tx: Reader, along: readonly Walk[], from: number, rows: number): Promise<number> {
  let end = Number.MAX_SAFE_INTEGER
  for (const walk of along) {
    const { table, id, times } = walks[walk]
    const column = sql.ref(id)
    const before = Math.max(0, Math.round(rows * times) - 1)
    const last = await sql<{ id: number }>`
      select ${column} as id from ${sql.table(table)}
      where account_id = ${account} and ${column} >= ${from} order by ${column} offset ${before} limit 1`.execute(tx)
    end = Math.min(end, last.rows[0]?.id ?? end)
  }
  return end
}

export async function countOf(tx: Reader, walk: Walk, ids: Ids): Promise<number> {
  const { table, id } = walks[walk]
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)} where account_id = ${account} and ${isAmong(id, ids)}`.execute(tx)
  return rows[0]?.count ?? 0
}

export function chunks(ids: readonly number[], size: number): Ids[] {
  const parts: Ids[] = []
  for (let i = 0; i < ids.length; i += size) parts.push({ these: ids.slice(i, i + size) })
  return parts
}

/**
 * So many take the next one as soon as they are free; no more than that are held. When one fails the others end what they are at, and
 * the first error is thrown.
 */
export async function inLanes<T>(lanes: number, source: AsyncGenerator<T>, work: (one: T) => Promise<void>): Promise<void> {
  let isOver = false
  // A generator answers calls of next() one after the other.
  const lane = async () => {
    try {
      for (let one = await source.next(); !one.done && !isOver; one = await source.next()) await work(one.value)
    } finally {
      isOver = true
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
