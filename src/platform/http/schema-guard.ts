// A schema that forgets a bound lets ten megabytes through to the database. Checked once, when the server starts.

import type { RouteOptions } from 'fastify'

type Schema = Readonly<Record<string, unknown>>

/** What is unbounded or open in the schema of a request's part, as `place: what`; empty when nothing is. */
export function looseEnds(schema: unknown, place = ''): string[] {
  if (!isSchema(schema)) return []
  const types = [schema.type].flat()
  const found: string[] = []
  const isNamed = 'enum' in schema || 'const' in schema
  if (types.includes('string') && !isNamed && !['maxLength', 'format', 'pattern'].some(bound => bound in schema))
    found.push(`${place}: text without maxLength`)
  if ((types.includes('integer') || types.includes('number')) && !isNamed && !('minimum' in schema && 'maximum' in schema)) {
    found.push(`${place}: number without minimum and maximum`)
  }
  if (types.includes('array') && !('maxItems' in schema)) found.push(`${place}: list without maxItems`)
  if (types.includes('object') && schema.additionalProperties !== false) found.push(`${place}: open object`)
  if (schema.type === undefined && !isNamed && !('anyOf' in schema)) found.push(`${place}: anything at all`)
  const properties = isSchema(schema.properties) ? Object.entries(schema.properties) : []
  return [
    ...found,
    ...properties.flatMap(([name, field]) => looseEnds(field, `${place}/${name}`)),
    ...looseEnds(schema.items, `${place}/*`),
    ...[schema.anyOf ?? []].flat().flatMap((branch, i) => looseEnds(branch, `${place}|${i}`)),
  ]
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null
}

/** A mistake in a route's declaration ends the start. */
export function refuseLooseRoute({ url, method, schema, config }: RouteOptions): void {
  const at = `${method} ${url}`
  if (url.startsWith('/v1') && config?.access === undefined) throw new Error(`${at}: declares no access; add it with route()`)
  const found = [
    ...looseEnds(schema?.body, 'body'),
    ...looseEnds(schema?.querystring, 'query'),
    ...looseEnds(schema?.params, 'params'),
  ]
  if (found.length > 0) throw new Error(`${at}: ${found.join('; ')}`)
}
