// The body of a request in somebody else's format, whatever type it was said to be of: most clients that forget the type send JSON
// nonetheless.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Fault } from '../../core/refusal.ts'
import { jsonReader, refuseRepeated, utf8Of } from './bodies.ts'
import { pointerTo } from './json-pointer.ts'
import { isMultipart } from './multipart.ts'
import { repeatedName } from './repeated-names.ts'

export interface Reading {
  /** A body may come as a form (`a=1&b=2`): its fields are texts then. */
  readonly readsForms?: boolean
  /** A body may come as a form with files, which is no value. */
  readonly readsFiles?: boolean
}

/** Reads a body once, however often it is asked for; undefined where there is none. Throws a Refusal. */
export function foreignBodyReader(
  app: FastifyInstance,
  { readsForms, readsFiles }: Reading,
): (request: FastifyRequest) => unknown {
  const readJson = jsonReader(app)
  const known = new WeakMap<FastifyRequest, { readonly value: unknown }>()
  const read = (request: FastifyRequest): unknown => {
    const { body, headers } = request
    if (readsFiles && isMultipart(headers['content-type'])) return undefined
    if (!Buffer.isBuffer(body)) return body
    if (body.length === 0) return undefined
    return readsForms && isForm(headers['content-type'], body) ? formOf(body) : readJson(request, body)
  }
  return request => {
    const before = known.get(request)
    if (before !== undefined) return before.value
    const value = read(request)
    // Nothing came yet, where the key is looked at before the body is read.
    if (request.body !== undefined) known.set(request, { value })
    return value
  }
}

/** What begins like JSON is JSON, whatever the type says: curl names this one unless told. */
function isForm(type: string | undefined, body: Buffer): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(type ?? '') && !/^(?:\ufeff|\s)*[[{]/.test(body.toString('utf8', 0, 100))
}

/** A name with `[]` behind it may come several times and is a list; any other one comes once. */
function formOf(body: Buffer): object {
  const fields = new Map<string, string | string[]>()
  const faults: Fault[] = []
  for (const [name, value] of new URLSearchParams(utf8Of(body))) {
    const isOfList = name.endsWith('[]')
    const field = isOfList ? name.slice(0, -2) : name
    const before = fields.get(field)
    if (isOfList && Array.isArray(before)) before.push(value)
    else if (before === undefined) fields.set(field, isOfList ? [value] : value)
    else faults.push(repeatedName(pointerTo('', field), field))
  }
  refuseRepeated(faults.slice(0, 100))
  return Object.fromEntries(fields)
}
