import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Fault, Refusal, refuse } from '../../core/refusal.ts'
import { repeatedNames } from './repeated-names.ts'
import { anyType } from './route-spec.ts'

const mostFaults = 100

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** How the bytes of a body become a value. Nothing is guessed: wrong bytes are refused, not replaced. */
export function readBodies(app: FastifyInstance): void {
  const readJson = jsonReader(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    // A verb whose fields may all be left out is called with an empty body.
    if (bytes.length === 0) return done(null, {})
    try {
      done(null, readJson(request, bytes))
    } catch (error) {
      done(error as Error)
    }
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) => done(null, bytes))
  // Called without a body and without its type: the same as the empty one.
  app.addHook('preValidation', async request => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {}
  })
}

/** The value of JSON in its bytes, whatever type they are said to be of. Throws a Refusal. */
export function jsonReader(app: FastifyInstance): (request: FastifyRequest, bytes: Buffer) => unknown {
  const parse = app.getDefaultJsonParser('error', 'error')
  return (request, bytes) => {
    const text = utf8Of(bytes)
    const read: { value?: unknown } = {}
    // It answers before it returns.
    parse(request, text, (error, value) => {
      if (error === null) read.value = value
    })
    if (!('value' in read)) throw new Refusal('malformed_json', 'O corpo não é JSON válido.', { status: 400 })
    refuseRepeated(repeatedNames(text, mostFaults))
    return read.value
  }
}

/** What one object, or form, says twice. */
export function refuseRepeated(faults: readonly Fault[]): void {
  if (faults.length === 0) return
  throw new Refusal('duplicate_name', 'O corpo traz o mesmo campo mais de uma vez.', { status: 400, faults })
}

/** Before the body is read: is it of a type that this route understands? */
export function acceptContentType(types: readonly string[]): (request: FastifyRequest) => Promise<void> {
  return async request => {
    const header = request.headers['content-type']
    if (header === undefined || request.method === 'GET') return
    const [type = '', ...parameters] = header
      .toLowerCase()
      .split(';')
      .map(part => part.trim())
    const charset = parameters
      .find(parameter => parameter.startsWith('charset='))
      ?.slice('charset='.length)
      .replaceAll('"', '')
    const isUtf8 = charset === undefined || charset === 'utf-8' || charset === 'utf8' || type !== 'application/json'
    // JSON would be read before anybody asks for its bytes, and a form is an envelope around them.
    const isAny = types.includes(anyType) && type !== 'application/json' && !type.startsWith('multipart/')
    if (isAny || (types.includes(type) && isUtf8)) return
    refuse(
      'unsupported_media_type',
      `Esta operação aceita ${types.join(', ')}${types.includes('application/json') ? ' em UTF-8' : ''}.`,
      {
        status: 415,
      },
    )
  }
}

/** The text of a body. Throws a Refusal. */
export function utf8Of(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Refusal('malformed_utf8', 'O corpo não é UTF-8 válido.', { status: 400 })
  }
}
