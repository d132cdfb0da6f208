import { createApiKey } from '../src/accounts/api-keys.ts'
import { registerRoutes } from '../src/app/routes.ts'
import { dueHandlers } from '../src/app/schedule.ts'
import { workRun } from '../src/billing-run/work-run.ts'
import { systemClock } from '../src/platform/clock.ts'
import { type Db, openDb } from '../src/platform/db/db.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { openApp } from '../src/platform/http/app.ts'
import { openLog } from '../src/platform/log.ts'
import { postgresPrograms, startCluster } from '../test/database/postgres-cluster.ts'
import { billOne, ctxOf, round } from './billing.ts'
import { withClient } from './floor.ts'
import { seedContracts } from './seed.ts'

/** One contract of so many has a customer that cannot be billed. */
const ONE_FAULTY_OF = 100
/** How often a client looks how far its batch got. */
const POLL_MS = 100
/** Each is measured so often, in turn with the other; the median of the ratios within one turn counts. */
const ROUNDS = 3

/**
 * A batch through the dialect, from the request that starts it to the status that says it is over, while a client polls its counters; and
 * the same contracts billed by a run of our own, on the same cluster and in turn.
 */
export async function benchOmieBatch({ contracts }: { contracts: number }): Promise<Record<string, unknown>> {
  const programs = postgresPrograms()
  if (!programs) throw new Error('this needs PostgreSQL: apt-get install postgresql')
  const cluster = await startCluster(programs, { fast: false })
  const urlOf = (database: string) => cluster.url.replace(/\/postgres$/, `/${database}`)
  try {
    const seed = urlOf('seed')
    await withClient(cluster.url, client => client.query('create database seed'))
    await (await openDb({ databaseUrl: seed })).close()
    await withOwner(seed, owner => seedContracts(owner, 1, contracts))
    await withOwner(seed, async owner => {
      await owner.query(`update customer set tax_id = null where id % ${ONE_FAULTY_OF} = 0`, [])
    })
    const rounds = []
    for (let i = 0; i < ROUNDS; i++) {
      const fresh = async <T>(name: string, work: (db: Db) => Promise<T>): Promise<T> => {
        await withClient(cluster.url, client => client.query(`create database ${name}${i} template seed`))
        const db = await openDb({ databaseUrl: urlOf(`${name}${i}`), poolSize: 4 })
        await withClient(urlOf(`${name}${i}`), client => client.query('checkpoint'))
        return work(db).finally(() => db.close())
      }
      const batch = await fresh('batch', db => throughDialect(db))
      const seconds = await fresh('billing', async db => {
        const started = performance.now()
        await billOne(ctxOf(db, 1), 1)
        return (performance.now() - started) / 1000
      })
      rounds.push({ ...batch, billingSeconds: seconds, ratio: seconds / batch.seconds })
    }
    const middle = rounds.toSorted((a, b) => a.ratio - b.ratio)[Math.floor(ROUNDS / 2)]
    if (middle === undefined) throw new Error('nothing was measured')
    return {
      contracts,
      ...middle,
      seconds: round(middle.seconds),
      invoicesPerSecond: Math.round((contracts - Math.floor(contracts / ONE_FAULTY_OF)) / middle.seconds),
      billingSeconds: round(middle.billingSeconds),
      ratio: round(middle.ratio),
      ratios: rounds.map(({ ratio }) => round(ratio)),
      node: process.version,
    }
  } finally {
    await cluster.stop()
  }
}

interface Lote {
  nIdLoteFat: number
  nQtdeTotal: number
  nQtdeProcessadas: number
  cStatus: string
}

async function throughDialect(db: Db) {
  const services = {
    db,
    clock: systemClock,
    log: openLog({ level: 'error' }),
    operatorKey: undefined,
    onChange() {},
    onDueWork() {},
  }
  const app = await openApp(services, {}, app => registerRoutes(app, dueHandlers()))
  const key = (await createApiKey(ctxOf(db, 1), { name: 'bench', scopes: ['*'] })).text
  const call = async (method: string, param: object) => {
    const payload = { call: method, app_key: 1, app_secret: key, param: [param] }
    const reply = await app.inject({ method: 'POST', url: '/api/v1/servicos/contratolote/', payload })
    if (reply.statusCode !== 200) throw new Error(`${method} answered ${reply.statusCode}: ${reply.body}`)
    return reply.json()
  }
  let rss = 0
  const watch = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss())
  }, 50)
  const started = performance.now()
  const { nIdLoteFat, nQtdeFat } = await call('FaturarLoteContrato', { cCodIntLote: '9999999' })
  const answeredMs = performance.now() - started
  const seen: number[] = []
  const working = workRun(ctxOf(db, 1), nIdLoteFat)
  let status: Lote = await call('StatusLoteContrato', { nIdLoteFat })
  while (status.cStatus === 'RUNNING') {
    seen.push(status.nQtdeProcessadas)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
    status = await call('StatusLoteContrato', { nIdLoteFat })
  }
  const seconds = (performance.now() - started) / 1000
  await working
  clearInterval(watch)
  const detailing = performance.now()
  const { lotes } = await call('ListarLotesContrato', { nIdLoteFat, cExibirDetalhes: 'S' })
  const detailMs = performance.now() - detailing
  const faulty = lotes[0].detalhes.filter(({ cStatus }: { cStatus: string }) => cStatus === 'ERROR').length
  await app.close()
  return {
    seconds,
    answeredMs: round(answeredMs),
    nQtdeFat,
    status: status.cStatus,
    total: status.nQtdeTotal,
    processed: status.nQtdeProcessadas,
    faulty,
    countersSeen: seen,
    countersMoved: new Set(seen).size,
    detailMs: round(detailMs),
    rssMb: Math.round(rss / 1024 / 1024),
  }
}
