import { readFileSync } from 'node:fs'
import { systemClock } from '../platform/clock.ts'
import { type Db, openDb } from '../platform/db/db.ts'
import { type HttpConfig, openApp } from '../platform/http/app.ts'
import type { App } from '../platform/http/route.ts'
import { type Logger, openLog } from '../platform/log.ts'
import type { Config } from './config.ts'
import type { Machinery } from './context.ts'
import { DueWorker } from './due-worker.ts'
import { Housekeeper } from './housekeeper.ts'
import { Jobs } from './jobs.ts'
import { registerRoutes } from './routes.ts'
import { dueHandlers, sharedKinds } from './schedule.ts'
import { Scheduler } from './scheduler.ts'
import { Sealer } from './sealer.ts'

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
  const db = await openDb({ databaseUrl, appUrl, dataDir, poolSize, onIdleError })
  const parts = new Parts()
  parts.add(() => db.close())
  try {
    const url = await start(config, { db, clock: systemClock, log }, parts)
    log.info({ url, roles: config.roles, engine: db.engine }, 'ready')
    return { url, db, log, close: () => parts.close() }
  } catch (error) {
    await parts.close()
    throw error
  }
}

async function start(config: Config, machinery: Machinery, parts: Parts): Promise<string> {
  const { db, log } = machinery
  const stopping = new AbortController()
  const handlers = dueHandlers(stopping.signal)

  const sealer = new Sealer(machinery)
  parts.add(() => sealer.stop())
  sealer.start()

  const jobs = await Jobs.open(db, log, config.workers)
  parts.add(() => jobs.close())

  const services = {
    ...machinery,
    operatorKey: config.operatorKey,
    onChange: (account: number) => sealer.touch(account),
    onDueWork: (account: number) => void jobs.wake([account]),
  }
  const app = await openApp(services, httpConfig(config), app => {
    if (config.roles.includes('api')) registerRoutes(app, handlers)
  })
  parts.add(() => closeApp(app))

  parts.add(async () => stopping.abort())
  if (config.roles.includes('worker')) {
    const worker = new DueWorker(machinery, handlers, sharedKinds, stopping.signal)
    await jobs.work(account => worker.work(account).finally(() => sealer.touch(account)))
  }
  if (config.roles.includes('scheduler')) {
    const scheduler = new Scheduler(machinery, jobs)
    parts.add(() => scheduler.stop())
    scheduler.start()
    const housekeeper = new Housekeeper(machinery)
    parts.add(() => housekeeper.stop())
    housekeeper.start()
  }
  await app.listen({ host: config.host, port: config.port, listenTextResolver: () => 'listening' })
  return urlOf(app, config)
}

function urlOf(app: App, { tls, host }: Config): string {
  const [address] = app.addresses()
  if (typeof address !== 'object') throw new Error('the server listens nowhere')
  // An address that stands for all of this machine's is no place to call.
  const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls ? 'https' : 'http'}://${shown}:${address.port}`
}

function httpConfig({ tls, trustedProxies }: Config): HttpConfig {
  return { trustedProxies, tls: tls && { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) } }
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
