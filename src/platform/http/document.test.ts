import { Type } from 'typebox'
import { expect, test, vi } from 'vitest'
import { fakeApp } from '../../../test/http/fake-app.ts'
import { documentText } from './docs.ts'
import { Fields, OrNull, Text } from './fields.ts'
import { route } from './route.ts'

const Thing = Type.Object({ name: Type.String() }, { title: 'Thing' })

test('a schema with a title is written once and referred to', async () => {
  const app = await fakeApp(app => {
    route(app, 'GET /v1/thing', { access: 'customers:read', summary: 'Lê.', answer: Thing }, async () => ({
      body: { name: 'a' },
    }))
    route(
      app,
      'GET /v1/pair',
      { access: 'customers:read', summary: 'Lê.', answer: Type.Object({ one: Thing, other: OrNull(Thing) }) },
      async () => ({
        body: { one: { name: 'a' }, other: null },
      }),
    )
  })
  const document = JSON.parse((await app.inject('/openapi.json')).body)
  expect(document.components.schemas).toMatchObject({
    Problem: {},
    Thing: { type: 'object', properties: { name: { type: 'string' } } },
  })
  expect(document.paths['/v1/thing'].get.responses['200'].content['application/json'].schema).toEqual({
    $ref: '#/components/schemas/Thing',
  })
  expect(document.paths['/v1/pair'].get.responses['200'].content['application/json'].schema.properties).toMatchObject({
    one: { $ref: '#/components/schemas/Thing' },
    other: { type: ['object', 'null'] },
  })
  await app.close()
})

test('one name for two schemas is refused', async () => {
  const same = Type.Object({ size: Type.Integer() }, { title: 'Thing' })
  const app = await fakeApp(app => {
    route(app, 'GET /v1/a', { access: 'customers:read', summary: 'Lê.', answer: Thing }, async () => ({ body: { name: 'a' } }))
    route(app, 'GET /v1/b', { access: 'customers:read', summary: 'Lê.', answer: same }, async () => ({ body: { size: 1 } }))
  })
  expect(() => documentText(app)).toThrow('two schemas are called Thing')
  await app.close()
})

test('an operation tells its headers, its problems, and whether its body may be left out', async () => {
  const app = await fakeApp(app => {
    route(app, 'POST /v1/do', { access: 'customers:write', summary: 'Faz.', ifMatch: true }, async () => ({}))
    route(
      app,
      'POST /v1/say',
      { access: 'customers:write', summary: 'Diz.', body: Fields({ why: Type.Optional(Text(9)) }) },
      async () => ({}),
    )
  })
  const { paths } = JSON.parse((await app.inject('/openapi.json')).body)
  expect(paths['/v1/do'].post).toMatchObject({
    operationId: 'postDo',
    tags: ['customers'],
    security: [{ apiKey: ['customers:write'] }],
    parameters: [
      { name: 'Idempotency-Key', required: false },
      { name: 'If-Match', required: true },
    ],
    responses: { 204: {}, default: { content: { 'application/problem+json': {} } } },
  })
  expect(paths['/v1/do'].post.requestBody).toBeUndefined()
  expect(paths['/v1/say'].post.requestBody.required).toBe(false)
  await app.close()
})

test('an operation names every scope that it wants', async () => {
  const app = await fakeApp(app => {
    const alsoNeeds = ['customers:read', 'receivables:read'] as const
    route(app, 'GET /v1/all', { access: 'contracts:read', alsoNeeds, summary: 'Lê.' }, async () => ({}))
  })
  const { paths } = JSON.parse((await app.inject('/openapi.json')).body)
  expect(paths['/v1/all'].get).toMatchObject({
    description: 'Permissões: contracts:read, customers:read, receivables:read.',
    security: [{ apiKey: ['contracts:read', 'customers:read', 'receivables:read'] }],
  })
  await app.close()
})

test('the document is made once, and not sent again to whoever has it', async () => {
  const app = await fakeApp(app => {
    route(app, 'GET /v1/thing', { access: 'customers:read', summary: 'Lê.', answer: Thing }, async () => ({
      body: { name: 'a' },
    }))
  })
  const made = vi.spyOn(app, 'swagger')
  const first = await app.inject('/openapi.json')
  const etag = String(first.headers.etag)
  expect(etag).toMatch(/^"[\w-]{43}"$/)
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await app.inject({ url: '/openapi.json', headers: { 'if-none-match': known } })
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag])
  }
  const other = await app.inject({ url: '/openapi.json', headers: { 'if-none-match': '"other"' } })
  expect([other.statusCode, other.body]).toEqual([200, first.body])
  expect(made).toHaveBeenCalledTimes(1)
  await app.close()
})
