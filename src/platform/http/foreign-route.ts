// A route in somebody else's format: its own place for the key, its own reading of bodies, its own words for refusals. What it does
// goes through the same doors as every route: account and scopes, once per Idempotency-Key, one transaction, the log.

import { isIPv6 } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Instant } from '../../core/dates.ts'
import { type Fault, Refusal, refuse } from '../../core/refusal.ts'
import type { Ctx } from '../context.ts'
import type { KeyScope } from './access.ts'
import { admit, contextOf } from './authenticate.ts'
import { untilGone } from './caller-gone.ts'
import { foreignBodyReader, type Reading } from './foreign-body.ts'
import { Guesses } from './guesses.ts'
import { oncePerKey } from './idempotency.ts'
import { filesOfForm, isMultipart, type SentFile } from './multipart.ts'
import { pathOf } from './not-found.ts'
import { logFailure, refusalFor, secondsToWait } from './problem.ts'
import { type App, admitUpload } from './route.ts'
import type { Answer, Method } from './route-spec.ts'
import { textFaults } from './text-faults.ts'

/** The request as its sender wrote it, nothing coerced. */
export interface ForeignRequest {
  readonly method: string
  /** `https://bordero.example`: the host that was called. */
  readonly origin: string
  /** Without the query. */
  readonly path: string
  /** What the path names, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** In the order in which it came: a name may come several times. */
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** By the machine's clock. */
  readonly receivedAt: Instant
  /** The JSON of the body, whatever type it was said to be of; undefined where there is none. */
  readonly body: unknown
  /** What came as a form with files, where the operation reads such; its body is undefined then. */
  readonly files?: readonly SentFile[]
}

export interface ForeignAnswer {
  readonly status: number
  /** Sent as JSON, its keys in the order in which they stand; without one the body is empty. */
  readonly body?: object | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** Of whom it tells, as shown ('cus_12'): see Answer. */
  readonly about?: string
  readonly wakes?: boolean
}

/** What a route does, once it is known which one of its operations is asked for. */
export interface ForeignOperation {
  /** None: any key does. */
  readonly needs: readonly KeyScope[]
  /** It changes nothing. */
  readonly reads?: boolean
  /** What it answers is shown once and kept nowhere. */
  readonly answersSecret?: boolean
  run(ctx: Ctx, asked: ForeignRequest): Promise<ForeignAnswer>
}

export interface ForeignSpec<O extends ForeignOperation> extends Reading {
  readonly methods: readonly Method[]
  readonly url: string
  /** The key that the request brings; null: none. */
  keyOf(asked: ForeignRequest): string | null
  /** How long a body may be; as everywhere, unless told. Longer ones are admitted and wait in line as files do (`upload-gate.ts`). */
  readonly maxBytes?: number
  /** Where only the body says who asks or what for: it is read first. */
  readonly readsBodyFirst?: boolean
  /** Who is tried out by a request that logs in: wrong tries are bounded. Null: no such request. */
  guesserOf?(asked: ForeignRequest): string | null
  /** Which one is asked for; null: none that there is. */
  operationOf(asked: ForeignRequest): O | null
  /** How whoever asked is told that it did not succeed. */
  tell(refusal: Refusal, asked: ForeignRequest, operation: O | null): ForeignAnswer
  /** How bodies are written, where not as JSON usually is. */
  write?(body: object): string
}

const mostFaults = 100

export function foreignRoute<O extends ForeignOperation>(app: App, spec: ForeignSpec<O>): void {
  const { services } = app
  const guesses = new Guesses()
  const bodyOf = foreignBodyReader(app, spec)
  const askedOf = (request: FastifyRequest) => readAsked(request, services.clock.now(), bodyOf, spec.readsFiles)
  const admitted = async (request: FastifyRequest): Promise<void> => {
    const asked = askedOf(request)
    const [access = null, ...alsoNeeds] = operationFor(spec, asked).needs
    const key = spec.keyOf(asked) ?? refuse('missing_key', 'Envie a chave de acesso.', { status: 401 })
    const tried = spec.guesserOf?.(asked) ?? null
    if (tried === null) return admit(services, request, key, access, alsoNeeds)
    try {
      await admit(services, request, key, access, alsoNeeds)
    } catch (error) {
      if (error instanceof Refusal && error.code === 'invalid_key') guesses.wasWrong(`${request.ip} ${tried}`, asked.receivedAt)
      throw error
    }
  }
  const { maxBytes } = spec
  const admittedAsFile = maxBytes === undefined ? null : admitUpload(app.uploads, maxBytes)
  app.route({
    method: [...spec.methods],
    url: spec.url,
    schema: { hide: true },
    ...(maxBytes !== undefined && { bodyLimit: maxBytes }),
    [spec.readsBodyFirst === true ? 'preHandler' : 'onRequest']: async (request: FastifyRequest, reply: FastifyReply) => {
      await admitted(request)
      if (isLong(request)) await admittedAsFile?.(request, reply)
    },
    errorHandler: (error, request, reply) => {
      const asked = refusedOf(askedOf(request))
      const tell = (refusal: Refusal) => spec.tell(refusal, asked, spec.operationOf(asked))
      return answerRefused(app, error, request, reply, tell, spec.write)
    },
    handler: async (request, reply) => {
      const asked = askedOf(request)
      const operation = operationFor(spec, asked)
      const isEffect = operation.reads !== true
      refuseUnstorable(asked)
      const ctx = await contextOf(services, request, isEffect)
      const work = async () => asText(await operation.run(ctx, asked), spec.write)
      const answerOnce = async () =>
        isEffect ? oncePerKey(services, ctx, request, { status: 200, isSecret: operation.answersSecret === true }, work) : work()
      const waits = admittedAsFile !== null && isLong(request)
      const answer = waits
        ? await app.uploads.inTurn(ctx.account, untilGone(reply, services.stopping), answerOnce)
        : await answerOnce()
      if (isEffect) services.onChange(ctx.account)
      if (answer.wakes) services.onDueWork(ctx.account)
      if (answer.isReplayed) reply.header('idempotent-replayed', 'true')
      return send(reply, { ...answer, status: answer.status ?? 200 })
    },
  })
}

export interface ForeignGround {
  /** '/api/v1/nfse': whatever is asked for at that path or below it is asked of them. */
  readonly prefixes: readonly string[]
  /** How whoever asks for what is not there is told so, or comes to it with a method that it does not have. */
  tell(refusal: Refusal, asked: ForeignRequest): ForeignAnswer
  write?(body: object): string
}

/** Addresses without a route, that are answered as theirs nonetheless. */
export function foreignGround(app: App, { prefixes, tell, write }: ForeignGround): void {
  const bodyOf = foreignBodyReader(app, {})
  app.foreignPlaces.add({
    prefixes,
    refuse: (error, request, reply) => {
      const asked = refusedOf(readAsked(request, app.services.clock.now(), bodyOf))
      reply.removeHeader('allow')
      return answerRefused(app, error, request, reply, refusal => tell(refusal, asked), write)
    },
  })
}

function answerRefused(
  { services }: App,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  tell: (refusal: Refusal) => ForeignAnswer,
  write: ForeignGround['write'],
): FastifyReply {
  const refusal = refusalFor(error)
  const { status, code } = refusal
  if (status >= 500) logFailure(services.log, { status, code, requestId: request.id }, error)
  if (status === 503) reply.header('retry-after', secondsToWait)
  reply.header('x-request-id', request.id)
  return send(reply, asText(tell(refusal), write))
}

/** Longer than any body may be that is read at once, or of a length that it does not say. */
function isLong({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > usualBytes
}

const usualBytes = 1024 * 1024

/** With its body as it was made, or as its text. */
interface Sent extends Omit<ForeignAnswer, 'body'> {
  readonly body?: unknown
}

/** An answer that is kept comes back as it was, key by key in its order: jsonb has an order of its own, but for a text. */
function asText(answer: ForeignAnswer, write: (body: object) => string = JSON.stringify): Answer<unknown> & Sent {
  return answer.body === undefined ? answer : { ...answer, body: write(answer.body) }
}

function operationFor<O extends ForeignOperation>(spec: ForeignSpec<O>, asked: ForeignRequest): O {
  return spec.operationOf(asked) ?? refuse('not_found', 'Não há nada neste endereço.', { status: 404 })
}

function readAsked(
  request: FastifyRequest,
  receivedAt: Instant,
  bodyOf: (request: FastifyRequest) => unknown,
  readsFiles = false,
): ForeignRequest {
  const { method, url, headers, params } = request
  const path = pathOf(request)
  return {
    method,
    origin: `${request.protocol}://${hostOf(request)}`,
    path,
    params: params as Record<string, string>, // the names that stand in the URL's pattern
    query: new URLSearchParams(url.slice(path.length)),
    headers,
    receivedAt,
    get files() {
      return readsFiles ? filesOf(request) : []
    },
    get body() {
      return bodyOf(request)
    },
  }
}

/** What speaks HTTP/1.0 need not say whom it called: then it is the address that it reached. */
function hostOf({ host, socket }: FastifyRequest): string {
  const { localAddress = '', localPort } = socket
  return host || `${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`
}

/** What is told about a request whose body cannot be read is told without its body. */
function refusedOf(asked: ForeignRequest): ForeignRequest {
  try {
    asked.body
    return asked
  } catch {
    const { method, origin, path, params, query, headers, receivedAt } = asked
    return { method, origin, path, params, query, headers, receivedAt, body: undefined }
  }
}

function filesOf({ headers, body }: FastifyRequest): SentFile[] {
  const type = headers['content-type']
  return type !== undefined && isMultipart(type) && Buffer.isBuffer(body) ? filesOfForm(type, body) : []
}

/** What no text of ours may hold is refused in whatever field it stands, before anybody reads it; nothing is found by it. */
function refuseUnstorable(asked: ForeignRequest): void {
  if (textFaults(asked.params).length > 0) refuse('not_found', 'Não há nada neste endereço.', { status: 404 })
  const query = Object.fromEntries([...asked.query.keys()].map(name => [name, asked.query.getAll(name)]))
  const faults: Fault[] = [asked.body, query].flatMap(part => textFaults(part))
  if (faults.length === 0) return
  throw new Refusal('invalid_input', 'Há campos que precisam ser corrigidos.', { faults: faults.slice(0, mostFaults) })
}

function send(reply: FastifyReply, { status, body, headers = {} }: Sent): FastifyReply {
  reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return reply.header('content-type', 'application/json; charset=utf-8').send(text)
}
