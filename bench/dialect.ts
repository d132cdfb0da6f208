import { execFile, execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Fastify from 'fastify'
import { CompiledQuery } from 'kysely'
import { Pool } from 'pg'
import { createApiKey } from '../src/accounts/api-keys.ts'
import { registerRoutes } from '../src/app/routes.ts'
import { dueHandlers } from '../src/app/schedule.ts'
import { systemClock } from '../src/platform/clock.ts'
import { type Db, openDb } from '../src/platform/db/db.ts'
import { PgConnection } from '../src/platform/db/pg-connection.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { openApp } from '../src/platform/http/app.ts'
import { openLog } from '../src/platform/log.ts'
import { postgresPrograms, startCluster } from '../test/database/postgres-cluster.ts'
import { billOne, ctxOf, round } from './billing.ts'
import { seedContracts } from './seed.ts'

const client = fileURLToPath(new URL('client.ts', import.meta.url))
const run = promisify(execFile)

const ACCOUNT = 1
const PER_PAGE = 50
const CONNECTIONS = 8
const SECONDS = 1
/**
 * Each is measured so often, in turn with the others, and its median counts; of ratios, that of those within one turn: the machine is never
 * quite alone, and what it does beside is much the same for three seconds.
 */
const ROUNDS = 9

interface Target {
  name: string
  path: string
  /** As its client signs in. */
  authorization(key: string): string
  /** What somebody would write who has this one question. */
  naked: string
}

/**
 * What a vendor's client and one of ours ask most: pages of all invoices, and a contract. Each is compared with bare Fastify that sends the
 * same statements in the same envelope of an account and answers the same bytes, knowing nothing of keys, schemas or formats; and with
 * one naked select.
 */
export async function benchDialect({ invoices }: { invoices: number }): Promise<Record<string, unknown>> {
  const programs = postgresPrograms()
  if (!programs) throw new Error('this needs PostgreSQL: apt-get install postgresql')
  const cluster = await startCluster(programs, { fast: false })
  try {
    const db = await openDb({ databaseUrl: cluster.url })
    const pool = new Pool({ connectionString: cluster.url, max: 10 })
    // One that is just closing hears that the cluster stops.
    pool.on('error', () => {})
    try {
      await withOwner(cluster.url, owner => seedContracts(owner, 1, invoices))
      await billOne(ctxOf(db, ACCOUNT), 1)
      await withOwner(cluster.url, owner => owner.query('analyze', []))
      const result: Record<string, unknown> = { invoices, perPage: PER_PAGE, connections: CONNECTIONS }
      for (const target of targetsOf(invoices)) result[target.name] = await measure(db, pool, target)
      const postgres = execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' }).trim()
      return { ...result, node: process.version, postgres, cpus: cpus().length }
    } finally {
      await pool.end()
      await db.close()
    }
  } finally {
    await cluster.stop()
  }
}

function targetsOf(invoices: number): Target[] {
  const middle = Math.max(1, Math.floor(invoices / PER_PAGE / 2))
  const page = (number: number) => ({
    path: `/api/v1/organizations/1000000001/invoices/search?per_page=${PER_PAGE}&page=${number}`,
    authorization: (key: string) => `Token token=${key}`,
    naked: `select * from invoice where account_id = 1 and organization_id = 1 order by id desc limit ${PER_PAGE} offset ${(number - 1) * PER_PAGE}`,
  })
  return [
    { name: 'firstPage', ...page(1) },
    { name: `page${middle}`, ...page(middle) },
    {
      name: 'contract',
      path: '/v1/contracts/ctr_1',
      authorization: key => `Bearer ${key}`,
      naked: 'select * from contract where account_id = 1 and id = 1',
    },
  ]
}

async function measure(db: Db, pool: Pool, target: Target): Promise<Record<string, unknown>> {
  const ours = await openOurs(db)
  const key = (await createApiKey(ctxOf(db, ACCOUNT), { name: 'bench', scopes: ['*'] })).text
  const authorization = target.authorization(key)
  const { statements, body } = await recorded(async () => {
    const reply = await ours.app.inject({ method: 'GET', url: target.path, headers: { authorization } })
    if (reply.statusCode !== 200) throw new Error(`${target.path} answered ${reply.statusCode}: ${reply.body}`)
    return reply.body
  })
  const bare = await openBare(async () => {
    await db.transact({ account: ACCOUNT }, async tx => {
      for (const { text, parameters } of statements) await tx.executeQuery(CompiledQuery.raw(text, [...parameters]))
    })
    return body
  })
  const naked = await openBare(async () => JSON.stringify((await pool.query(target.naked)).rows))
  const seen = { ours: [] as Seen[], bare: [] as Seen[], naked: [] as Seen[] }
  try {
    // The first time each of them plans, compiles and connects.
    for (let round = -1; round < ROUNDS; round++) {
      if (round === 0) for (const list of [seen.ours, seen.bare, seen.naked]) list.length = 0
      seen.ours.push(await ask(`${ours.url}${target.path}`, authorization))
      seen.bare.push(await ask(bare.url, ''))
      seen.naked.push(await ask(naked.url, ''))
    }
  } finally {
    for (const { close } of [ours, bare, naked]) await close()
  }
  const [own, floor, one] = [median(seen.ours), median(seen.bare), median(seen.naked)]
  return {
    statements: statements.length,
    bytes: Buffer.byteLength(body),
    perSecond: Math.round(own.perSecond),
    p50Ms: round(own.p50),
    p99Ms: round(own.p99),
    barePerSecond: Math.round(floor.perSecond),
    ratio: round(ratioOf(seen.ours, seen.bare)),
    nakedPerSecond: Math.round(one.perSecond),
    nakedRatio: round(ratioOf(seen.ours, seen.naked)),
  }
}

interface Seen {
  perSecond: number
  p50: number
  p99: number
}

async function ask(url: string, authorization: string): Promise<Seen> {
  const { stdout } = await run(process.execPath, [client, url, authorization, String(SECONDS), String(CONNECTIONS)])
  return JSON.parse(stdout)
}

function ratioOf(seen: readonly Seen[], floor: readonly Seen[]): number {
  const ratios = seen.map(({ perSecond }, i) => perSecond / (floor[i]?.perSecond ?? Number.NaN)).sort((a, b) => a - b)
  return ratios[Math.floor(ratios.length / 2)] ?? Number.NaN
}

function median(seen: readonly Seen[]): Seen {
  const middle = seen.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(seen.length / 2)]
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}

// --- Servers ---

async function openOurs(db: Db) {
  const log = openLog({ level: 'error' })
  const services = { db, clock: systemClock, log, operatorKey: undefined, onChange() {}, onDueWork() {} }
  const app = await openApp(services, {}, app => registerRoutes(app, dueHandlers()))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, url, close: () => app.close() }
}

async function openBare(answer: () => Promise<string>) {
  const app = Fastify()
  app.get('/', async (_, reply) => reply.type('application/json; charset=utf-8').send(await answer()))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${url}/`, close: () => app.close() }
}

interface Statement {
  text: string
  parameters: readonly unknown[]
}

/** The statements that `work` sends within the envelope of an account: what finds out who asks is not among them. */
async function recorded(work: () => Promise<string>): Promise<{ statements: Statement[]; body: string }> {
  const statements: Statement[] = []
  let isOfAccount = false
  const { query, script } = PgConnection.prototype
  PgConnection.prototype.query = function (text, parameters = []) {
    if (isOfAccount) statements.push({ text, parameters })
    return query.call(this, text, parameters)
  }
  PgConnection.prototype.script = function (text) {
    isOfAccount = text.includes(`bordero.account = '${ACCOUNT}'`)
    return script.call(this, text)
  }
  try {
    return { body: await work(), statements }
  } finally {
    Object.assign(PgConnection.prototype, { query, script })
  }
}
