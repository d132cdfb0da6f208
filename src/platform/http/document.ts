import type { FastifyDynamicSwaggerOptions, SwaggerTransformObject } from '@fastify/swagger'
import { Type } from 'typebox'
import project from '../../../package.json' with { type: 'json' }
import { judgedBounds, Text } from './fields.ts'
import type { ForeignDocument } from './foreign-document.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
type JsonObject = { [name: string]: Json }

const description = `Faturamento recorrente: cada período de cada contrato é faturado exatamente uma vez.

Autenticação: \`Authorization: Bearer bdr_…\`. Valores em centavos inteiros (\`…Cents\`); quantidades e preços unitários em decimal como texto.
Listas: \`{data, nextCursor}\`, com \`?limit=\` (até 200) e \`?cursor=\`. Alterações pedem \`If-Match\` com o \`ETag\` lido.
Com \`Idempotency-Key\`, o mesmo pedido repetido tem efeito uma só vez. Erros: \`application/problem+json\` com \`code\` estável.`

const Problem: JsonObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'faults', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Estável; programas decidem por ele.' },
    detail: { type: 'string', description: 'Em português, para pessoas.' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: {
          path: { type: 'string', description: 'JSON Pointer do campo.' },
          code: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
    details: { type: 'object', additionalProperties: true },
    requestId: { type: 'string' },
  },
}

const problemAnswer: JsonObject = {
  description: 'Recusado ou falhou.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** Headers that effects read; checked where they are used, so the documentation alone declares them. */
function effectHeaders(ifMatch: boolean) {
  return Type.Object({
    'Idempotency-Key': Type.Optional(Text(200, { description: 'O mesmo pedido com a mesma chave tem efeito uma só vez.' })),
    ...(ifMatch ? { 'If-Match': Text(20, { description: 'O ETag da versão que você leu, como "v3".' }) } : {}),
  })
}

export const documentOptions = (foreign: ForeignDocument): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Bordero', version: project.version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'A chave de uma conta.' },
        operatorKey: { type: 'http', scheme: 'bearer', description: 'A chave do operador, que administra contas.' },
      },
    },
  },
  convertConstToEnum: false,
  transform: ({ schema, url, route }) => {
    if (route.config?.access === undefined || route.method === 'GET') return { schema, url }
    const isUpload = schema.consumes !== undefined
    const headers = effectHeaders(route.config.ifMatch === true)
    return { schema: { ...schema, headers, ...(isUpload ? { body: { type: 'string', format: 'binary' } } : {}) }, url }
  },
  transformObject: document => {
    if (!('openapiObject' in document)) throw new Error('not an OpenAPI document')
    // Through JSON, so that what TypeBox hides in its schemas stays out of the document.
    const openapi: { paths: JsonObject; components: JsonObject } = JSON.parse(JSON.stringify(document.openapiObject))
    const schemas: JsonObject = { Problem }
    const paths = named(completed(openapi.paths), schemas)
    // Json all the way down; the plugin's types know OpenAPI in detail.
    const { securitySchemes } = openapi.components
    return {
      ...openapi,
      tags: foreign.tags,
      paths: { ...objectOf(paths), ...foreign.paths },
      components: {
        ...openapi.components,
        securitySchemes: { ...objectOf(securitySchemes), ...foreign.securitySchemes },
        schemas: sorted(schemas),
      },
    } as ReturnType<SwaggerTransformObject>
  },
})

/** Bounds are told as nouns judge them. A schema with a title is written once, under that name; one name for two schemas is a mistake, which the drift check finds. */
function named(node: Json, schemas: JsonObject): Json {
  if (Array.isArray(node)) return node.map(item => named(item, schemas))
  if (typeof node !== 'object' || node === null) return node
  const { [judgedBounds]: judged, ...told } = node
  const own = { ...told, ...objectOf(judged) }
  const mapped: JsonObject = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, named(value, schemas)]))
  const { title, ...schema } = mapped
  if (typeof title !== 'string') return mapped
  const before = schemas[title]
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema))
    throw new Error(`two schemas are called ${title}`)
  schemas[title] = schema
  return { $ref: `#/components/schemas/${title}` }
}

/** What the plugin writes where nobody described an answer. */
const unnamed = 'Default Response'

/** What every operation of the API has and no route says. */
function completed(paths: Json): Json {
  for (const path of children(paths)) {
    for (const operation of children(path)) {
      if (operation.security === undefined) continue
      completeBody(operation)
      for (const response of children(operation.responses)) {
        if (response.description === unnamed) response.description = 'Feito.'
      }
      operation.responses = { ...objectOf(operation.responses), default: problemAnswer }
    }
  }
  return paths
}

/** A body without fields is none; one whose fields may all be left out may be left out itself. */
function completeBody(operation: JsonObject): void {
  const body = objectOf(operation.requestBody)
  const [content] = children(body.content)
  const schema = objectOf(content?.schema)
  if (schema.type !== 'object') return
  if (children(schema.properties).length === 0) delete operation.requestBody
  else body.required = Array.isArray(schema.required) && schema.required.length > 0
}

function children(node: Json | undefined): JsonObject[] {
  return Object.values(objectOf(node)).map(objectOf)
}

function objectOf(node: Json | undefined): JsonObject {
  return typeof node === 'object' && node !== null && !Array.isArray(node) ? node : {}
}

function sorted(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
}
