import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { StaticDecode, StaticEncode, TObject, TSchema } from 'typebox'
import type { Ctx } from '../context.ts'
import type { Access, KeyScope } from './access.ts'
import { authenticate, contextOf } from './authenticate.ts'
import { acceptContentType } from './bodies.ts'
import { untilGone } from './caller-gone.ts'
import { describeRoute } from './describe-route.ts'
import { Fields } from './fields.ts'
import { oncePerKey } from './idempotency.ts'
import { tellBroken } from './observe.ts'
import type { UploadGate } from './upload-gate.ts'
import { etagOf, expectedVersion } from './versions.ts'

export type App = FastifyInstance

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Nothing = TObject<Record<never, never>>

export interface RouteSpec<P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema, M extends boolean, F> {
  /** Whose key opens it: an area and what is done there, or the operator's. */
  access: Access
  /** Further scopes without which it does not open: of everything that it shows or writes beyond its own area. */
  alsoNeeds?: readonly KeyScope[]
  /** One Portuguese sentence for the documentation. */
  summary: string
  description?: string
  params?: P
  query?: Q
  body?: B
  /** What a success answers. Without it: 204 and no body. */
  answer?: A
  /** Of a success: 200 unless told. */
  status?: 200 | 201 | 202
  /** The caller must say which version it saw (`If-Match`); the handler gets it as `expectedVersion`. */
  ifMatch?: M
  /**
   * Doing it twice is doing it once, and it may take longer than one transaction should: an `Idempotency-Key` is
   * welcome and not kept.
   */
  repeatable?: boolean
  /** The answer holds what is shown once: under an `Idempotency-Key` it is not kept, and asking again is refused. */
  answersSecret?: boolean
  /**
   * The body is a file of one of these types instead of JSON; the handler gets its bytes as `file`, or what `read` makes of them. That is
   * done before any transaction opens: an `Idempotency-Key` holds one for as long as the handler takes. Few files are worked on at once,
   * the others wait in line (`upload-gate.ts`).
   */
  upload?: { types: readonly string[]; maxBytes: number; read?: (bytes: Buffer) => Promise<F> }
  /** The answer is a file of this type, sent by `download`, instead of JSON. */
  downloads?: string
}

export interface Input<P extends TSchema, Q extends TSchema, B extends TSchema, M extends boolean, F = Buffer> {
  params: StaticDecode<P>
  query: StaticDecode<Q>
  body: StaticDecode<B>
  expectedVersion: M extends true ? number : undefined
  /** The bytes of an upload, or what was read of them; empty for other routes. */
  file: F
  /** Aborted when nobody waits for the answer any more, or the server stops. Made when it is asked for. */
  readonly untilGone: AbortSignal
}

export interface Answer<Body> {
  /** Left out by a route without an answer. */
  body?: Body
  /** Of the noun in the body: becomes its ETag. */
  version?: number
  /** Path of what was made. */
  location?: string
  /** In place of the status of the route. */
  status?: number
  /** A large one is a stream: it is read while it is sent. */
  download?: { filename: string; content: string | Buffer | Readable }
  /** There is due work now: workers are told when the effect is committed. */
  wakes?: boolean
  /** Set by the idempotency layer: this answer was given before. */
  isReplayed?: boolean
}

/**
 * Adds a route of the API. A GET reads; every other method is an effect, which happens once per `Idempotency-Key`.
 * Parts of the request that the specification does not name are refused.
 */
export function route<
  P extends TSchema = Nothing,
  Q extends TSchema = Nothing,
  B extends TSchema = Nothing,
  A extends TSchema = Nothing,
  M extends boolean = false,
  F = Buffer,
>(
  app: App,
  at: `${Method} /${string}`,
  spec: RouteSpec<P, Q, B, A, M, F>,
  handle: (ctx: Ctx, input: Input<P, Q, B, M, F>) => Promise<Answer<StaticEncode<A>>>,
): void {
  // The type of `at` says that there is one space, between a method and a path.
  const [method, url] = at.split(' ') as [Method, string]
  const isEffect = method !== 'GET'
  const { services } = app
  const status = spec.status ?? (spec.answer || spec.downloads ? 200 : 204)
  app.route({
    method,
    url,
    schema: {
      ...describeRoute(method, url, spec, status),
      params: spec.params ?? Fields({}),
      querystring: spec.query ?? Fields({}),
      ...(isEffect && !spec.upload ? { body: spec.body ?? Fields({}) } : {}),
    },
    config: { access: spec.access, ifMatch: spec.ifMatch === true },
    ...(spec.upload ? { bodyLimit: spec.upload.maxBytes } : {}),
    onRequest: [
      authenticate(services, spec.access, spec.alsoNeeds),
      acceptContentType(spec.upload?.types ?? ['application/json']),
      ...(spec.upload ? [admitUpload(app.uploads, spec.upload.maxBytes)] : []),
    ],
    handler: async (request, reply) => {
      const ctx = await contextOf(services, request, isEffect)
      const answerOnce = async (): Promise<Answer<unknown>> => {
        const file = await fileOf(request, spec.upload)
        const work = () =>
          handle(
            ctx,
            inputOf(request, spec.ifMatch === true, file, () => untilGone(reply, services.stopping)),
          )
        const isKept = isEffect && spec.repeatable !== true
        return isKept ? oncePerKey(services, ctx, request, { status, isSecret: spec.answersSecret === true }, work) : work()
      }
      // Whoever waits in line holds no transaction.
      const answer = spec.upload
        ? await app.uploads.inTurn(ctx.account, untilGone(reply, services.stopping), answerOnce)
        : await answerOnce()
      if (isEffect) services.onChange(ctx.account)
      if (answer.wakes) services.onDueWork(ctx.account)
      return send(reply, answer, status, spec.downloads, error => tellBroken(request, reply, error))
    },
  })
}

/** Before the body is read: by the size that it says, or by the largest that it may be. */
function admitUpload(uploads: UploadGate, maxBytes: number) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const account = request.caller?.entry?.account
    if (account === undefined) return
    const said = Number(request.headers['content-length'] ?? maxBytes)
    // What says that it is larger is refused by its size.
    const letGo = uploads.admit(account, Math.min(said, maxBytes))
    reply.raw.once('finish', letGo)
    reply.raw.once('close', letGo)
  }
}

const noFile = Buffer.alloc(0)

async function fileOf<F>(request: FastifyRequest, upload: { read?: (bytes: Buffer) => Promise<F> } | undefined): Promise<F> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : noFile
  // F is Buffer where nothing reads the file.
  return upload?.read ? upload.read(bytes) : (bytes as F)
}

function inputOf<P extends TSchema, Q extends TSchema, B extends TSchema, M extends boolean, F>(
  request: FastifyRequest,
  ifMatch: boolean,
  file: F,
  gone: () => AbortSignal,
): Input<P, Q, B, M, F> {
  const { params, query, body } = request
  const seen = ifMatch ? expectedVersion(request) : undefined
  // Checked and decoded by the very schemas from which P, Q and B are inferred.
  return {
    params,
    query,
    body,
    expectedVersion: seen,
    file,
    get untilGone() {
      return gone()
    },
  } as Input<P, Q, B, M, F>
}

function send(
  reply: FastifyReply,
  answer: Answer<unknown>,
  status: number,
  downloads: string | undefined,
  onBroken: (error: unknown) => void,
): FastifyReply {
  reply.code(answer.status ?? status)
  if (answer.version !== undefined) reply.header('etag', etagOf(answer.version))
  if (answer.location !== undefined) reply.header('location', answer.location)
  if (answer.isReplayed) reply.header('idempotent-replayed', 'true')
  if (answer.download === undefined || downloads === undefined) return reply.send(answer.body)
  reply.header('content-disposition', `attachment; filename="${answer.download.filename}"`)
  const { content } = answer.download
  // Its status has gone out: the caller sees the connection break off, and nobody else would hear of it.
  if (content instanceof Readable) content.once('error', onBroken)
  return reply.type(downloads).send(content)
}
