// A route in somebody else's format: its own place for the key, its own reading of bodies, its own words for refusals. What it does
// goes through the same doors as every route: account and scopes, once per Idempotency-Key, one transaction, the log.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Fault, Refusal, refuse } from '../../core/refusal.ts'
import type { Ctx } from '../context.ts'
import type { KeyScope } from './access.ts'
import { admit, contextOf } from './authenticate.ts'
import { untilGone } from './caller-gone.ts'
import { oncePerKey } from './idempotency.ts'
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
  /** The JSON of the body, whatever type it was said to be of; undefined where there is none. */
  readonly body: unknown
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
  readonly needs: readonly [KeyScope, ...KeyScope[]]
  /** It changes nothing. */
  readonly reads?: boolean
  run(ctx: Ctx, asked: ForeignRequest): Promise<ForeignAnswer>
}

export interface ForeignSpec<O extends ForeignOperation> {
  readonly methods: readonly Method[]
  readonly url: string
  /** The key that the request brings; null: none. */
  keyOf(asked: ForeignRequest): string | null
  /** How long a body may be; as everywhere, unless told. Longer ones are admitted and wait in line as files do (`upload-gate.ts`). */
  readonly maxBytes?: number
  /** Where only the body says who asks or what for: it is read first. */
  readonly readsBodyFirst?: boolean
  /** Which one is asked for; null: none that there is. */
  operationOf(asked: ForeignRequest): O | null
  /** How whoever asked is told that it did not succeed. */
  tell(refusal: Refusal, asked: ForeignRequest, operation: O | null): ForeignAnswer
}

const mostFaults = 100

export function foreignRoute<O extends ForeignOperation>(app: App, spec: ForeignSpec<O>): void {
  const { services } = app
  const admitted = async (request: FastifyRequest): Promise<void> => {
    const asked = askedOf(request)
    const [access, ...alsoNeeds] = operationFor(spec, asked).needs
    const key = spec.keyOf(asked) ?? refuse('missing_key', 'Envie a chave de acesso.', { status: 401 })
    await admit(services, request, key, access, alsoNeeds)
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
      const refusal = refusalFor(error)
      const { status, code } = refusal
      if (status >= 500) logFailure(services.log, { status, code, requestId: request.id }, error)
      if (status === 503) reply.header('retry-after', secondsToWait)
      reply.header('x-request-id', request.id)
      const asked = refusedOf(request)
      return send(reply, spec.tell(refusal, asked, spec.operationOf(asked)))
    },
    handler: async (request, reply) => {
      const asked = askedOf(request)
      const operation = operationFor(spec, asked)
      const isEffect = operation.reads !== true
      refuseUnstorable(asked)
      const ctx = await contextOf(services, request, isEffect)
      const work = async () => asText(await operation.run(ctx, asked))
      const answerOnce = async () =>
        isEffect ? oncePerKey(services, ctx, request, { status: 200, isSecret: false }, work) : work()
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
function asText(answer: ForeignAnswer): Answer<unknown> {
  return answer.body === undefined ? answer : { ...answer, body: JSON.stringify(answer.body) }
}

function operationFor<O extends ForeignOperation>(spec: ForeignSpec<O>, asked: ForeignRequest): O {
  return spec.operationOf(asked) ?? refuse('not_found', 'Não há nada neste endereço.', { status: 404 })
}

function askedOf(request: FastifyRequest): ForeignRequest {
  const { method, url, headers, params } = request
  const mark = url.indexOf('?')
  return {
    method,
    origin: `${request.protocol}://${request.host}`,
    path: mark < 0 ? url : url.slice(0, mark),
    params: params as Record<string, string>, // the names that stand in the URL's pattern
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers,
    get body() {
      return jsonOf(request.body)
    },
  }
}

/** What is told about a request whose body cannot be read is told without its body. */
function refusedOf(request: FastifyRequest): ForeignRequest {
  const asked = askedOf(request)
  try {
    jsonOf(request.body)
    return asked
  } catch {
    const { method, origin, path, params, query, headers } = asked
    return { method, origin, path, params, query, headers, body: undefined }
  }
}

/** A body of any other type than JSON came as its bytes: most clients that forget the type send JSON nonetheless. */
function jsonOf(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) return body
  if (body.length === 0) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Refusal('malformed_json', 'O corpo não é JSON válido.', { status: 400 })
  }
}

/** What no text of ours may hold is refused in whatever field it stands, before anybody reads it. */
function refuseUnstorable(asked: ForeignRequest): void {
  const query = Object.fromEntries([...asked.query.keys()].map(name => [name, asked.query.getAll(name)]))
  const faults: Fault[] = [asked.body, query, asked.params].flatMap(part => textFaults(part))
  if (faults.length === 0) return
  throw new Refusal('invalid_input', 'Há campos que precisam ser corrigidos.', { faults: faults.slice(0, mostFaults) })
}

function send(reply: FastifyReply, { status, body, headers = {} }: Sent): FastifyReply {
  reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return reply.header('content-type', 'application/json; charset=utf-8').send(text)
}
