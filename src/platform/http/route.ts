import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { StaticEncode, TObject, TSchema } from 'typebox'
import type { Ctx } from '../context.ts'
import { authenticate, contextOf } from './authenticate.ts'
import { acceptContentType } from './bodies.ts'
import { untilGone } from './caller-gone.ts'
import { describeRoute } from './describe-route.ts'
import { Fields } from './fields.ts'
import { dispositionOf, headersOfFile } from './file-headers.ts'
import { oncePerKey } from './idempotency.ts'
import { tellBroken } from './observe.ts'
import type { Answer, Input, Method, RouteSpec } from './route-spec.ts'
import type { UploadGate } from './upload-gate.ts'
import { contentEtag, etagOf, expectedVersion, isAlreadyThere } from './versions.ts'

export type App = FastifyInstance

type Nothing = TObject<Record<never, never>>

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
export function admitUpload(uploads: UploadGate, maxBytes: number) {
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
    contentType: request.headers['content-type'] ?? null,
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
  const { filename, content, isInline = false, isTagged } = answer.download
  if (isTagged) {
    const etag = contentEtag(content)
    reply.header('etag', etag)
    if (isAlreadyThere(reply.request, etag)) return reply.code(304).send()
  }
  if (answer.download.type === undefined) {
    reply.type(downloads).header('content-disposition', dispositionOf(isInline ? 'inline' : 'attachment', filename))
  } else reply.headers(headersOfFile(answer.download))
  // Its status has gone out: the caller sees the connection break off, and nobody else would hear of it.
  if (content instanceof Readable) content.once('error', onBroken)
  return reply.send(content)
}
