import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Load } from '../db/connection.ts'
import type { Db } from '../db/db.ts'

/** Of the process, whatever runs in it: collected once, since each collector keeps observers of the runtime. */
let ofProcess: Registry | undefined

function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}

/** One line in the log and one observation for each request: the route's pattern, never the path or the query as sent. */
export function observeRequests(app: FastifyInstance): void {
  const registry = new Registry()
  const durations = new Histogram({
    name: 'bordero_http_request_seconds',
    help: 'Duration of requests by method, route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  const broken = new Counter({
    name: 'bordero_http_broken_answers_total',
    help: 'Downloads that broke off after their status had gone out, by route.',
    labelNames: ['route'] as const,
    registers: [registry],
  })
  app.decorate('countBroken', (route: string) => broken.inc({ route }))
  observeDatabase(app.services.db, registry)
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const status = reply.statusCode
    durations.observe({ method: request.method, route, status }, reply.elapsedTime / 1000)
    const account = request.caller?.entry?.account
    const line = { requestId: request.id, method: request.method, route, status, ms: Math.round(reply.elapsedTime), account }
    app.services.log[quiet.has(route) ? 'debug' : 'info'](line, 'request')
  })
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const metrics = [await processRegistry().metrics(), await registry.metrics()].join('\n')
    return reply.type(registry.contentType).send(metrics)
  })
}

/** A download failed while it was sent: before that it is answered like any failure, and that the caller went away is none of ours. */
export function tellBroken(request: FastifyRequest, reply: FastifyReply, err: unknown): void {
  if (!reply.raw.headersSent || request.raw.socket.destroyed) return
  const app = request.server
  const route = request.routeOptions.url ?? 'none'
  app.countBroken(route)
  const account = request.caller?.entry?.account
  app.services.log.error({ err, requestId: request.id, route, account }, 'answer broke off')
}

/** Read when somebody asks. `priority` is `interactive` for what a person waits for, `background` for jobs. */
function observeDatabase(db: Db, registry: Registry): void {
  const labelNames = ['priority'] as const
  const metric = (name: string, help: string, kind: typeof Gauge | typeof Counter, field: keyof Load) =>
    new kind({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset()
        for (const [priority, load] of Object.entries(db.load())) this.inc({ priority }, load[field])
      },
    })
  metric('bordero_db_connections_in_use', 'Database connections lent at this moment.', Gauge, 'inUse')
  metric('bordero_db_waiting', 'Callers that wait for a database connection at this moment.', Gauge, 'waiting')
  metric('bordero_db_lent_total', 'How often a database connection was lent.', Counter, 'lent')
  metric('bordero_db_waited_seconds_total', 'How long callers waited for a database connection in all.', Counter, 'waitedSeconds')
}

/** Asked for every few seconds by machines. */
const quiet = new Set(['/health_check', '/ready', '/metrics'])
