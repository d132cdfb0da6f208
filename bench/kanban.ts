import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBoard, readColumn } from '../src/billing-run/kanban/read-kanban.ts'
import { instant } from '../src/core/dates.ts'
import { clockAt } from '../src/platform/clock.ts'
import type { SqlConnection } from '../src/platform/db/connection.ts'
import { type Db, openDb } from '../src/platform/db/db.ts'
import { PgliteSource } from '../src/platform/db/pglite.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { postgresPrograms, startCluster } from '../test/database/postgres-cluster.ts'
import { billOne, ctxOf, round } from './billing.ts'
import { addPeriods } from './more-periods.ts'
import { seedContracts } from './seed.ts'

/** Months of invoices behind each contract. */
const MONTHS = 12
const ROUNDS = 7

/** The board of contracts with a year behind it: its counts, and a page of each column; medians. */
export async function benchKanban(options: {
  contracts: number
  engine: 'postgres' | 'pglite'
}): Promise<Record<string, unknown>> {
  const { contracts, engine } = options
  if (engine === 'pglite') return onPglite(contracts)
  const programs = postgresPrograms()
  if (!programs) throw new Error('this needs PostgreSQL: apt-get install postgresql')
  const cluster = await startCluster(programs, { fast: false })
  try {
    const db = await openDb({ databaseUrl: cluster.url })
    try {
      const asOwner = (work: (owner: SqlConnection) => Promise<void>) => withOwner(cluster.url, work)
      await prepare(db, asOwner, contracts)
      return { contracts, engine, months: MONTHS, ...(await measure(db)) }
    } finally {
      await db.close()
    }
  } finally {
    await cluster.stop()
  }
}

async function onPglite(contracts: number): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-pglite-'))
  const asOwner = async (work: (owner: SqlConnection) => Promise<void>) => {
    const source = await PgliteSource.open({ dataDir: folder })
    await source.withOwner(work)
    await source.close()
  }
  try {
    await (await openDb({ dataDir: folder })).close()
    await asOwner(owner => seedContracts(owner, 1, contracts))
    const billing = await openDb({ dataDir: folder })
    await billOne(ctxOf(billing, 1), 1)
    await billing.close()
    await asOwner(spread)
    const db = await openDb({ dataDir: folder })
    try {
      return { contracts, engine: 'pglite', months: MONTHS, ...(await measure(db)) }
    } finally {
      await db.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function prepare(
  db: Db,
  asOwner: (work: (owner: SqlConnection) => Promise<void>) => Promise<void>,
  contracts: number,
): Promise<void> {
  await asOwner(owner => seedContracts(owner, 1, contracts))
  await billOne(ctxOf(db, 1), 2)
  await asOwner(spread)
}

/** A year of invoices; then some contracts are due, some end soon, some are over, some suspended. */
async function spread(owner: SqlConnection): Promise<void> {
  await addPeriods(owner, MONTHS - 1)
  const statements = [
    `update invoice_rule set next_due_on = date '2027-01-31' where id % 100 <> 0`,
    `update invoice_rule set next_due_on = date '2026-12-31', covered_until = date '2026-12-31' where id % 100 = 0`,
    `update contract set ends_on = date '2027-02-28' where id % 10 = 1`,
    `update contract set ends_on = date '2026-12-15', state = 'ended' where id % 10 = 2`,
    `insert into contract_suspension (account_id, contract_id, from_on, charge_later, known_at)
     select account_id, id, date '2026-12-01', false, created_at from contract where id % 50 = 3`,
    'analyze',
  ]
  for (const statement of statements) await owner.query(statement, [])
}

async function measure(db: Db): Promise<Record<string, unknown>> {
  const ctx = { ...ctxOf(db, 1), clock: clockAt(instant('2026-12-31T15:00:00.000Z')) }
  const counts = await readBoard(ctx, null)
  const page = (column: 'due_today' | 'billed_this_month' | 'ended') => readColumn(ctx, { column, organizationId: null }, 0, 50)
  return {
    counts,
    countsMs: await medianMs(() => readBoard(ctx, null)),
    dueTodayPageMs: await medianMs(() => page('due_today')),
    billedPageMs: await medianMs(() => page('billed_this_month')),
    endedPageMs: await medianMs(() => page('ended')),
  }
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const seen: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const started = performance.now()
    await work()
    seen.push(performance.now() - started)
  }
  return round(seen.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN)
}
