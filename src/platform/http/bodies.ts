import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal, refuse } from '../../core/refusal.ts'
import { repeatedNames } from './repeated-names.ts'
import { anyType } from './route-spec.ts'

const mostFaults = 100

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** How the bytes of a body become a value. Nothing is guessed: wrong bytes are refused, not replaced. */
export function readBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    // A verb whose fields may all be left out is called with an empty body.
    if (bytes.length === 0) return done(null, {})
    const text = decode(bytes)
    if (text === null) return done(new Refusal('malformed_utf8', 'O corpo não é UTF-8 válido.', { status: 400 }))
    parseJson(request, text, (error, value) => {
      if (error !== null) return done(new Refusal('malformed_json', 'O corpo não é JSON válido.', { status: 400 }))
      const faults = repeatedNames(text, mostFaults)
      if (faults.length === 0) return done(null, value)
      done(new Refusal('duplicate_name', 'O corpo traz o mesmo campo mais de uma vez.', { status: 400, faults }))
    })
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) => done(null, bytes))
  // Called without a body and without its type: the same as the empty one.
  app.addHook('preValidation', async request => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {}
  })
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

function decode(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}
