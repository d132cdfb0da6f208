import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runById } from '../src/billing-run/run-store.ts'
import { startRun } from '../src/billing-run/start-run.ts'
import { workRun } from '../src/billing-run/work-run.ts'
import { instant } from '../src/core/dates.ts'
import { clockAt } from '../src/platform/clock.ts'
import { type Ctx, openCtx } from '../src/platform/context.ts'
import { type Db, openDb } from '../src/platform/db/db.ts'
import { PgConnection } from '../src/platform/db/pg-connection.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { postgresPrograms, startCluster } from '../test/database/postgres-cluster.ts'
import { latencyDuring } from './api-latency.ts'
import { copySeconds, dumpInserted, forget, referencePerSecond, withClient } from './floor.ts'
import { seedContracts } from './seed.ts'

export interface BillingOptions {
  contracts: number
  engine: 'postgres' | 'pglite'
  workers: number
  accounts: number
}

/**
 * Bills all contracts on a database of our own and, in the same run, lets PostgreSQL COPY exactly the rows that came of it. What is
 * timed is what a user triggers: run created to run done.
 */
export async function benchBilling(options: BillingOptions): Promise<Record<string, unknown>> {
  const programs = postgresPrograms()
  if (!programs) throw new Error('the floor needs PostgreSQL: apt-get install postgresql')
  const cluster = await startCluster(programs, { fast: false })
  const urlOf = (database: string) => cluster.url.replace(/\/postgres$/, `/${database}`)
  try {
    await withClient(cluster.url, client => client.query('create database bench'))
    await prepare(urlOf('bench'), options)
    // The same seed, constraints and indexes, without what the run is about to add.
    await withClient(cluster.url, client => client.query('create database floor template bench'))
    const billed =
      options.engine === 'postgres' ? await billOnPostgres(urlOf('bench'), options) : await billOnPglite(options, urlOf('bench'))
    const dumped = await dumpInserted(urlOf('bench'))
    await withClient(urlOf('floor'), client => client.query('checkpoint'))
    const floorPerSecond = options.contracts / (await copySeconds(urlOf('floor'), dumped))
    const rowsPerInvoice = [...dumped.rows.values()].reduce((a, b) => a + b, 0) / options.contracts
    forget(dumped)
    await withClient(cluster.url, client => client.query('create database reference'))
    const reference = await referencePerSecond(urlOf('reference'), options.contracts)
    return {
      ...options,
      ...billed,
      floorPerSecond: Math.round(floorPerSecond),
      ratio: round(billed.invoicesPerSecond / floorPerSecond),
      referencePerSecond: Math.round(reference),
      referenceRatio: round(billed.invoicesPerSecond / reference),
      rowsPerInvoice: round(rowsPerInvoice),
      node: process.version,
      postgres: execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' }).trim(),
      cpus: cpus().length,
    }
  } finally {
    await cluster.stop()
  }
}

async function prepare(url: string, { accounts, contracts }: BillingOptions): Promise<void> {
  const db = await openDb({ databaseUrl: url })
  await db.close()
  await withOwner(url, owner => seedContracts(owner, accounts, Math.ceil(contracts / accounts)))
}

async function billOnPostgres(url: string, options: BillingOptions) {
  const db = await openDb({ databaseUrl: url, poolSize: options.workers + 2 })
  try {
    await withClient(url, client => client.query('checkpoint'))
    return await measure(db, options)
  } finally {
    await db.close()
  }
}

/** On PGlite; the same is done on PostgreSQL too, untimed, for the rows of the floor. */
async function billOnPglite(options: BillingOptions, url: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-pglite-'))
  try {
    const first = await openDb({ dataDir: folder })
    await first.close()
    const { PgliteSource } = await import('../src/platform/db/pglite.ts')
    const source = await PgliteSource.open({ dataDir: folder })
    await source.withOwner(owner => seedContracts(owner, options.accounts, Math.ceil(options.contracts / options.accounts)))
    await source.close()
    const db = await openDb({ dataDir: folder })
    const billed = await measure(db, options)
    await db.close()
    await billOnPostgres(url, { ...options, workers: 1 })
    return billed
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(db: Db, { accounts, contracts, workers }: BillingOptions) {
  const statements = countStatements()
  let rss = 0
  const watch = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss())
  }, 50)
  const cpu = process.cpuUsage()
  const started = performance.now()
  let seconds = 0
  const latency = await latencyDuring(ctxOf(db, 1), async () => {
    await billAccounts(db, accounts, workers)
    seconds = (performance.now() - started) / 1000
  })
  const { user, system } = process.cpuUsage(cpu)
  clearInterval(watch)
  return {
    seconds: round(seconds),
    invoicesPerSecond: Math.round(contracts / seconds),
    rssMb: Math.round(rss / 1024 / 1024),
    cpuSecondsPer1000: round((user + system) / 1e6 / (contracts / 1000)),
    statementsPer1000: Math.round(statements() / (contracts / 1000)),
    apiP50MsDuringRun: latency.p50,
    apiP99MsDuringRun: latency.p99,
  }
}

/** Runs of all accounts, one after the other; the workers share each run, and further accounts as soon as they are free. */
async function billAccounts(db: Db, accounts: number, workers: number): Promise<void> {
  let next = 1
  if (accounts === 1) return billOne(ctxOf(db, 1), workers)
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (next <= accounts) await billOne(ctxOf(db, next++), 1)
    }),
  )
}

export function ctxOf(db: Db, account: number): Ctx {
  return openCtx({
    account,
    actor: { kind: 'system', id: 'bench' },
    requestId: 'bench',
    clock: clockAt(instant('2026-01-31T12:00:00.000Z')),
    db,
    log: { debug() {}, info() {}, warn: console.error, error: console.error },
    priority: 'background',
  })
}

export async function billOne(ctx: Ctx, workers: number): Promise<void> {
  const run = await startRun(ctx, {})
  await Promise.all(Array.from({ length: workers }, () => workRun(ctx, run.id)))
  const done = await ctx.transact(tx => runById(tx, run.id))
  if (done?.state !== 'done') throw new Error(`the run of account ${ctx.account} ended in ${done?.state}`)
}

function countStatements(): () => number {
  let count = 0
  const { query, script } = PgConnection.prototype
  PgConnection.prototype.query = function (...args) {
    count++
    return query.apply(this, args)
  }
  PgConnection.prototype.script = function (...args) {
    count++
    return script.apply(this, args)
  }
  return () => {
    Object.assign(PgConnection.prototype, { query, script })
    return count
  }
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
