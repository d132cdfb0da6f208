import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { readBodies } from './bodies.ts'
import { endConnectionsOnClose } from './close.ts'
import { addDocs } from './docs.ts'
import { documentOptions } from './document.ts'
import { ForeignDocument } from './foreign-document.ts'
import { ForeignPlaces } from './foreign-places.ts'
import { addHealth } from './health.ts'
import { answerBrokenRequest, refuseExpectations, requireHost } from './node-refusals.ts'
import { KnownRoutes, pathOf } from './not-found.ts'
import { observeRequests } from './observe.ts'
import { answerProblem } from './problem.ts'
import { requestIdOf, showRequestId } from './request-id.ts'
import type { App } from './route.ts'
import { refuseLooseRoute } from './schema-guard.ts'
import { addSecurityHeaders } from './security-headers.ts'
import type { Services } from './services.ts'
import { type UploadBounds, UploadGate, usualBounds } from './upload-gate.ts'
import { compileValidator } from './validate.ts'

export interface HttpConfig {
  /** Addresses or networks whose `X-Forwarded-*` is believed; nobody's by default. */
  trustedProxies?: readonly string[] | undefined
  tls?: { cert: Buffer; key: Buffer } | undefined
  /** How much may be uploaded at once. */
  uploads?: UploadBounds
}

const mebibyte = 1024 * 1024

/** The server with the routes that `register` adds. It answers once it listens, or by `inject`. */
export async function openApp(services: Services, config: HttpConfig, register: (app: App) => void): Promise<App> {
  const app = create(services, config)
  app.decorate('services', services)
  app.decorate('uploads', new UploadGate(config.uploads ?? usualBounds(services.db.engine)))
  app.decorate('foreignPlaces', new ForeignPlaces())
  app.decorate('foreignDocument', new ForeignDocument())
  app.decorateRequest('caller', null)
  app.setValidatorCompiler(compileValidator)
  readBodies(app)
  endConnectionsOnClose(app)
  showRequestId(app)
  refuseExpectations(app.server)
  requireHost(app)
  addSecurityHeaders(app, config.tls !== undefined)
  observeRequests(app)
  app.setErrorHandler((error, request, reply) => answerInPlace(services, error, request, reply))
  const known = new KnownRoutes()
  app.addHook('onRoute', options => {
    refuseLooseRoute(options)
    known.add(options.url, options.method)
  })
  app.setNotFoundHandler((request, reply) => known.refuse(request, reply))
  // Awaited: it must see each route as it is added.
  await app.register(swagger, documentOptions(app.foreignDocument))
  register(app)
  addHealth(app)
  addDocs(app)
  await app.ready()
  return app
}

function create(services: Services, { tls, trustedProxies = [] }: HttpConfig): App {
  return Fastify({
    serverFactory: handler => serverFor(tls, handler),
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    requestIdHeader: false,
    // What fails before a route is found, an address that cannot be decoded, comes here instead of to the error handler.
    frameworkErrors: (error, request, reply) => void answerInPlace(services, error, request, reply),
    clientErrorHandler: answerBrokenRequest,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: mebibyte,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  })
}

/** In the words of whoever has the address. */
function answerInPlace(services: Services, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const place = request.server.foreignPlaces.at(pathOf(request))
  return place === null ? answerProblem(services.log, error, request, reply) : place.refuse(error, request, reply)
}

const timeouts = { requestTimeout: 120_000, headersTimeout: 30_000, keepAliveTimeout: 10_000 }
const settings = { ...timeouts, requireHostHeader: false }

function serverFor(tls: HttpConfig['tls'], handler: RequestListener): Server {
  if (tls === undefined) return createServer(settings, handler)
  // Of what Fastify asks of a server, one with TLS has the same.
  return createSecureServer({ ...settings, ...tls }, handler) as unknown as Server
}
