import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { systemClock } from '../platform/clock.ts'
import { type Db, openDb } from '../platform/db/db.ts'
import { type HttpConfig, openApp } from '../platform/http/app.ts'
import type { App } from '../platform/http/route.ts'
import { type Logger, openLog } from '../platform/log.ts'
import { SimulatedSgs } from '../sandbox/indices/simulated-sgs.ts'
import { sendAllDue } from '../webhooks/send-webhooks.ts'
import { type Config, SIMULATED_INDICES } from './config.ts'
import type { Machinery } from './context.ts'
import { DueWorker } from './due-worker.ts'
import { Housekeeper } from './housekeeper.ts'
import { IndexRefresher } from './index-refresher.ts'
import { Jobs } from './jobs.ts'
import { registerRoutes } from './routes.ts'
import { dueHandlers, sharedKinds, undividedKinds } from './schedule.ts'
import { Scheduler } from './scheduler.ts'
import { Sealer } from './sealer.ts'
import { openSecrets, webhookMachine } from './webhook-machine.ts'
import { WebhookSender } from './webhook-sender.ts'

export interface RunningServer {
  /** Where it listens: 'http://127.0.0.1:8080'. */
  readonly url: string
  readonly db: Db
  readonly log: Logger
  /** Stops listening, finishes what was begun, and lets go of the database. Calling it again waits for the same end. */
  close(): Promise<void>
}

/**
 * Opens the database (migrating it), takes up the roles, and listens; a process without the role `api` answers only
 * about its health. Throws DatabaseUnusable, or the system's error about the port, for a person to act.
 */
export async function serve(config: Config): Promise<RunningServer> {
  const log = openLog({ level: config.logLevel })
  const onIdleError = (err: unknown) => log.warn({ err }, 'the database failed while nobody was waiting for it')
  const { databaseUrl, appUrl, dataDir, poolSize } = config
  // What is wrong with files is told before a database is opened.
  const http = httpConfig(config)
  const db = await openDb({ databaseUrl, appUrl, dataDir, poolSize, onIdleError })
  const parts = new Parts()
  parts.add(() => db.close())
  try {
    const url = await start(config, http, { db, clock: systemClock, log }, parts)
    log.info({ url, roles: config.roles, engine: db.engine }, 'ready')
    return { url, db, log, close: () => parts.close() }
  } catch (error) {
    await parts.close()
    throw error
  }
}

async function start(config: Config, http: HttpConfig, machinery: Machinery, parts: Parts): Promise<string> {
  const { db, log } = machinery
  const stopping = new AbortController()
  const webhooks = webhookMachine(openSecrets(config))
  if (!webhooks.secrets.hasKey)
    log.warn('no BORDERO_SECRET_KEY: nothing that holds a secret can be registered, and no webhook sent')
  const sender = new WebhookSender(machinery, webhooks)

  const sealer = new Sealer(machinery)
  parts.add(() => sealer.stop())
  sealer.start()

  const jobs = await Jobs.open(db, log, config.workers)
  parts.add(() => jobs.close())

  const services = {
    ...machinery,
    operatorKey: config.operatorKey,
    stopping: stopping.signal,
    onChange: (account: number) => sealer.touch(account),
    onDueWork: (account: number) => void jobs.wake([account]),
  }
  const indicesUrl = config.indicesUrl === SIMULATED_INDICES ? await openSimulatedSgs(parts) : config.indicesUrl
  const indices = indicesUrl === undefined ? null : new IndexRefresher(machinery, indicesUrl, services.onDueWork)
  const app = await openApp(services, http, app => {
    const movedByHand = dueHandlers(stopping.signal, (ctx, endpointId, until) => sendAllDue(ctx, webhooks, endpointId, until))
    if (config.roles.includes('api')) registerRoutes(app, movedByHand, webhooks, indices?.refresh ?? null, config.callLimits)
  })
  parts.add(() => closeApp(app))

  parts.add(async () => stopping.abort())
  if (config.roles.includes('worker')) {
    parts.add(() => sender.stop())
    sender.start()
    const handlers = dueHandlers(stopping.signal, async (ctx, endpointId) => sender.wake(ctx.account, endpointId))
    // Of the places (one more than an account may have) one stays free of what no turn ends.
    const undivided = { kinds: undividedKinds, most: config.workers }
    const worker = new DueWorker(machinery, handlers, sharedKinds, stopping.signal, undivided)
    await jobs.work((account, turn) => worker.work(account, turn).finally(() => sealer.touch(account)))
  }
  if (config.roles.includes('scheduler')) {
    const scheduler = new Scheduler(machinery, jobs)
    parts.add(() => scheduler.stop())
    scheduler.start()
    const housekeeper = new Housekeeper(machinery)
    parts.add(() => housekeeper.stop())
    housekeeper.start()
    if (indices !== null) {
      parts.add(() => indices.stop())
      indices.start()
    }
  }
  await app.listen({ host: config.host, port: config.port, listenTextResolver: () => 'listening' })
  return urlOf(app, config)
}

async function openSimulatedSgs(parts: Parts): Promise<string> {
  const sgs = await SimulatedSgs.open()
  parts.add(() => sgs.close())
  return sgs.url
}

function urlOf(app: App, { tls, host }: Config): string {
  const [address] = app.addresses()
  if (typeof address !== 'object') throw new Error('the server listens nowhere')
  // An address that stands for all of this machine's is no place to call.
  const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls ? 'https' : 'http'}://${shown}:${address.port}`
}

function httpConfig({ tls, trustedProxies }: Config): HttpConfig {
  if (tls === undefined) return { trustedProxies }
  const pair = { cert: readNamed(tls.certFile), key: readNamed(tls.keyFile) }
  if (!new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key))) {
    // As OpenSSL calls it, which notices only between keys of one kind.
    throw Object.assign(new Error('the key is not that of the certificate'), { code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' })
  }
  return { trustedProxies, tls: pair }
}

function readNamed(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    // A folder is opened like a file, and its error says no path.
    throw error instanceof Error ? Object.assign(error, { path }) : error
  }
}

const patienceMs = 30_000

/** Requests under way are finished; whoever takes longer than that is cut off. */
async function closeApp(app: App): Promise<void> {
  const impatience = setTimeout(() => app.server.closeAllConnections(), patienceMs)
  await app.close()
  clearTimeout(impatience)
}

/** What was opened, closed once, the last first. */
class Parts {
  readonly #closers: (() => Promise<void>)[] = []
  #closing: Promise<void> | undefined

  add(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close()
  }
}

/** The whole life of a server process: until SIGTERM or SIGINT; a second one does not wait. */
export async function serveUntilStopped(config: Config): Promise<void> {
  const server = await serve(config)
  let isStopping = false
  const stop = () => {
    if (isStopping) process.exit(1)
    isStopping = true
    server.close().then(
      () => process.exit(0),
      err => {
        server.log.error({ err }, 'the stop failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
