import type { TSchema } from 'typebox'
import type { Method, RouteSpec } from './route-spec.ts'

type AnySpec = RouteSpec<TSchema, TSchema, TSchema, TSchema, boolean, unknown>

/** What the documentation says of a route beyond what its requests are checked with. */
export function describeRoute(method: Method, url: string, spec: AnySpec, status: number) {
  return {
    summary: spec.summary,
    ...describedBy(spec),
    operationId: operationId(method, url),
    tags: [spec.access === 'operator' ? 'accounts' : (spec.access.split(':')[0] ?? spec.access)],
    security: [spec.access === 'operator' ? { operatorKey: [] } : { apiKey: scopesOf(spec) }],
    ...(spec.upload ? { consumes: [...spec.upload.types] } : {}),
    response: { [status]: responseOf(spec) },
  }
}

/** Of an operation that wants one scope, its area says which. */
function describedBy(spec: AnySpec): { description?: string } {
  const scopes = spec.alsoNeeds ? `Permissões: ${scopesOf(spec).join(', ')}.` : undefined
  const told = [spec.description, scopes].filter(text => text !== undefined)
  return told.length === 0 ? {} : { description: told.join(' ') }
}

function scopesOf({ access, alsoNeeds = [] }: AnySpec): string[] {
  return [access, ...alsoNeeds]
}

function responseOf(spec: AnySpec): object {
  if (spec.downloads) return { description: 'O arquivo.', content: { [spec.downloads]: { schema: fileOf(spec.downloads) } } }
  return spec.answer ?? { type: 'null', description: 'Feito; não há corpo.' }
}

/** What is no text is told to generators of clients, which would read it as one. */
function fileOf(type: string): object {
  return type.startsWith('text/') ? { type: 'string' } : { type: 'string', format: 'binary' }
}

/** 'GET /v1/customers/:id/history' → 'getCustomersIdHistory': the name of the function in generated clients. */
function operationId(method: Method, url: string): string {
  const words = url.split(/[^A-Za-z0-9]+/).filter(word => word !== '' && word !== 'v1')
  return method.toLowerCase() + words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
