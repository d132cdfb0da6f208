// What the API's document tells of routes in somebody else's format. Their bodies are theirs: what they hold is said by an example and
// by whoever keeps the format, not by a schema of ours.

import type { Method } from './route-spec.ts'

type JsonObject = { readonly [name: string]: unknown }

export interface ForeignVendor {
  /** 'Nome do Sistema': what its operations stand under. */
  readonly title: string
  readonly description: string
  /** As it is called among the ways to sign in; null: the key stands where the document has no word for it, in the body. */
  readonly signIn: { readonly name: string; readonly scheme: JsonObject } | null
}

export interface DocumentedOperation {
  readonly method: Method
  /** '/theirs/:id' */
  readonly url: string
  readonly operationId: string
  /** What it does, in Portuguese. */
  readonly summary: string
  readonly description: string
  /** As the body calls it, where operations share an address. */
  readonly call?: string | undefined
  readonly reads: boolean
  readonly query?: readonly QueryParameter[] | undefined
  readonly example: ForeignExample | null
}

/** What may stand behind the address. */
export interface QueryParameter {
  readonly name: string
  readonly description: string
}

export interface ForeignExample {
  readonly body?: unknown
  readonly status: number
  readonly answer?: unknown
}

export class ForeignDocument {
  readonly #vendors: { vendor: ForeignVendor; operationsOf: () => readonly DocumentedOperation[] }[] = []

  /** Asked when somebody wants the document, and not before. */
  add(vendor: ForeignVendor, operationsOf: () => readonly DocumentedOperation[]): void {
    this.#vendors.push({ vendor, operationsOf })
  }

  get tags(): { name: string; description: string }[] {
    return this.#vendors.map(({ vendor: { title: name, description } }) => ({ name, description }))
  }

  get securitySchemes(): Record<string, JsonObject> {
    return Object.fromEntries(this.#vendors.flatMap(({ vendor: { signIn } }) => (signIn ? [[signIn.name, signIn.scheme]] : [])))
  }

  /** By address and method. */
  get paths(): Record<string, Record<string, JsonObject>> {
    const paths: Record<string, Record<string, JsonObject>> = {}
    for (const { vendor, operationsOf } of this.#vendors) {
      const byPlace = Map.groupBy(operationsOf(), ({ method, url }) => `${method} ${url}`)
      for (const here of byPlace.values()) {
        const [first] = here
        if (first === undefined) continue
        const path = first.url.replaceAll(/:(\w+)/g, '{$1}')
        const shown = { ...paths[path], [first.method.toLowerCase()]: described(vendor, first, here) }
        paths[path] = shown
      }
    }
    return paths
  }
}

function described(vendor: ForeignVendor, first: DocumentedOperation, all: readonly DocumentedOperation[]): JsonObject {
  const calls = all.filter(({ call }) => call !== undefined)
  const isShared = calls.length > 0
  return {
    summary: isShared ? `Chamadas: ${calls.map(({ call }) => call).join(', ')}` : first.summary,
    description: isShared
      ? calls.map(({ call, summary, description }) => `- \`${call}\`: ${summary}. ${description}`).join('\n')
      : first.description,
    operationId: isShared
      ? `${first.method.toLowerCase()}${first.url.replaceAll(/[^A-Za-z0-9]+(\w?)/g, upper)}`
      : first.operationId,
    tags: [vendor.title],
    parameters: parametersOf(first),
    ...(hasBody(first.method) && { requestBody: bodyOf(all) }),
    responses: responsesOf(all),
    security: vendor.signIn === null ? [] : [{ [vendor.signIn.name]: [] }],
  }
}

const upper = (_: string, letter: string) => letter.toUpperCase()

const hasBody = (method: Method) => method === 'POST' || method === 'PATCH' || method === 'PUT'

function parametersOf({ url, reads, query = [] }: DocumentedOperation): JsonObject[] {
  const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const once = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'O mesmo pedido com a mesma chave tem efeito uma só vez.',
    schema: { type: 'string' },
  }
  const inQuery = query.map(one => ({ ...one, in: 'query', required: false, schema: { type: 'string' } }))
  return [...inPath, ...inQuery, ...(reads ? [] : [once])]
}

function bodyOf(all: readonly DocumentedOperation[]): JsonObject {
  const examples = all.flatMap(one => (one.example?.body === undefined ? [] : [{ one, value: one.example.body }]))
  const calls = all.flatMap(({ call }) => call ?? [])
  const schema = { type: 'object', ...(calls.length > 0 && { properties: { call: { type: 'string', enum: calls } } }) }
  return { content: { 'application/json': { schema, ...shownExamples(examples) } } }
}

function responsesOf(all: readonly DocumentedOperation[]): JsonObject {
  const byStatus = Map.groupBy(
    all.filter(({ example }) => example !== null),
    ({ example }) => String(example?.status),
  )
  const answered = [...byStatus].map(([status, operations]): [string, JsonObject] => {
    const examples = operations.flatMap(one => (one.example?.answer === undefined ? [] : [{ one, value: one.example.answer }]))
    const content = { 'application/json': { schema: {}, ...shownExamples(examples) } }
    return [status, { description: 'Feito.', ...(examples.length > 0 && { content }) }]
  })
  return { ...Object.fromEntries(answered), default: { description: 'No formato do fornecedor, também quando é recusado.' } }
}

function shownExamples(all: readonly { one: DocumentedOperation; value: unknown }[]): JsonObject {
  const [only] = all
  if (only === undefined) return {}
  if (only.one.call === undefined) return { example: only.value }
  return {
    examples: Object.fromEntries(all.map(({ one, value }) => [one.call, { summary: one.summary, value }])),
  }
}
