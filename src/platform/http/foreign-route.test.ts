import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { bearer, fakeApp } from '../../../test/http/fake-app.ts'
import { foreignGround, foreignRoute } from './foreign-route.ts'
import type { App } from './route.ts'

const mebibyte = 1024 * 1024
const bounds = { mostBytes: 10 * mebibyte, mostBytesOfAccount: 6 * mebibyte, atOnce: 1 }

test('a body that is longer than usual is admitted and waits in line like a file; one that is not goes past it', async () => {
  const held = Promise.withResolvers<void>()
  const begun: unknown[] = []
  const app = await fakeApp(
    app =>
      foreignRoute(app, {
        methods: ['POST'],
        url: '/theirs',
        maxBytes: 5 * mebibyte,
        keyOf: () => 'bdr_fake',
        operationOf: () => ({
          needs: ['invoices:write'],
          reads: true,
          run: async (_ctx, { origin, body }) => {
            const length = JSON.stringify(body).length
            begun.push(length)
            if (length > mebibyte) await held.promise
            return { status: 200, body: { origin } }
          },
        }),
        tell: ({ status, code }) => ({ status, body: { errors: code } }),
      }),
    { uploads: bounds },
  )
  const send = (bytes: number) =>
    app.inject({
      method: 'POST',
      url: '/theirs',
      headers: { ...bearer, host: 'theirs.example:8080', 'content-type': 'application/json' },
      payload: JSON.stringify('x'.repeat(bytes - 2)),
    })
  const first = send(3 * mebibyte)
  const second = send(2 * mebibyte)
  await expect.poll(() => begun).toEqual([3 * mebibyte])
  const third = await send(2 * mebibyte)
  expect([third.statusCode, third.json(), third.headers['retry-after']]).toEqual([503, { errors: 'busy' }, '2'])
  const short = await send(1000)
  expect([short.statusCode, short.json()]).toEqual([200, { origin: 'http://theirs.example:8080' }])
  expect(begun).toEqual([3 * mebibyte, 1000])
  held.resolve()
  expect([(await first).statusCode, (await second).statusCode]).toEqual([200, 200])
  expect((await send(5 * mebibyte + 1)).statusCode).toBe(413)
  await app.close()
})

const theirs = (app: App) => {
  foreignGround(app, {
    prefixes: ['/api/theirs'],
    tell: ({ status, code }, { path, method }) => ({ status: status === 405 ? 404 : status, body: { code, path, method } }),
    write: body => JSON.stringify(body).replaceAll('_', '\\u005f'),
  })
  foreignRoute(app, {
    methods: ['GET'],
    url: '/api/theirs/origin/:id',
    keyOf: () => 'bdr_fake',
    operationOf: () => ({ needs: [], reads: true, run: async (_ctx, { origin }) => ({ status: 200, body: { origin } }) }),
    tell: ({ status, code }) => ({ status, body: { told: code } }),
  })
}

test('what is not there is told by whoever has the address', async () => {
  const app = await fakeApp(theirs)
  const ask = async (request: string) => {
    const [method, url] = request.split(' ') as ['GET' | 'POST', string]
    const { statusCode, headers, body } = await app.inject({ method, url })
    return [statusCode, headers['content-type'], headers.allow, body]
  }
  const json = 'application/json; charset=utf-8'
  const nothing = (method: string, path: string) => [
    404,
    json,
    undefined,
    `{"code":"not\\u005ffound","path":"${path}","method":"${method}"}`,
  ]
  expect(await ask('GET /api/theirs?a=1')).toEqual(nothing('GET', '/api/theirs'))
  expect(await ask('POST /api/theirs/x/')).toEqual(nothing('POST', '/api/theirs/x/'))
  expect(await ask('POST /api/theirs/origin/1')).toMatchObject([404, json, undefined, expect.stringContaining('method')])
  expect(await ask('GET /api/theirs/%zz')).toMatchObject([400, json, undefined, expect.stringContaining('malformed')])
  expect(await ask('GET /api/their')).toMatchObject([
    404,
    'application/problem+json; charset=utf-8',
    undefined,
    expect.anything(),
  ])
  // What no text may hold is the name of nothing.
  expect((await app.inject({ url: '/api/theirs/origin/%00', headers: bearer })).json()).toEqual({ told: 'not_found' })
  await app.close()
})

test('an address begins with the host that was called, and with nothing that is none', async () => {
  const app = await fakeApp(theirs, { trustedProxies: ['10.0.0.0/8'] })
  const ask = async (headers: Record<string, string>, remoteAddress = '127.0.0.1') => {
    const response = await app.inject({ url: '/api/theirs/origin/1', headers: { ...bearer, ...headers }, remoteAddress })
    return [response.statusCode, response.json()]
  }
  expect(await ask({ host: '[::1]:8080' })).toEqual([200, { origin: 'http://[::1]:8080' }])
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'bordero.example' }
  expect(await ask(forwarded, '10.1.2.3')).toEqual([200, { origin: 'https://bordero.example' }])
  for (const wrong of ['a.example/x?', 'a.example">', 'user@a.example', 'a b']) {
    const refused = [400, { told: 'malformed_request' }]
    expect([wrong, await ask({ host: wrong })]).toEqual([wrong, refused])
    expect([wrong, await ask({ 'x-forwarded-host': wrong }, '10.1.2.3')]).toEqual([wrong, refused])
  }
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the app listens on a port')
  const socket = connect(address.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('GET /api/theirs/origin/1 HTTP/1.0\r\n\r\n')
  expect(await text(socket)).toContain(`{"origin":"http://127.0.0.1:${address.port}"}`)
  await app.close()
})

const saying = (app: App) =>
  foreignRoute(app, {
    methods: ['POST'],
    url: '/said',
    readsForms: true,
    keyOf: () => 'bdr_fake',
    operationOf: () => ({ needs: [], reads: true, run: async (_ctx, { body }) => ({ status: 200, body: { said: body } }) }),
    tell: ({ status, code, faults }) => ({ status, body: { code, at: faults.map(({ path }) => path) } }),
  })

test.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', undefined])(
  'JSON is read alike whatever its type is said to be: %s',
  async type => {
    const app = await fakeApp(saying)
    const say = async (payload: string | Buffer) => {
      const headers = { ...bearer, ...(type !== undefined && { 'content-type': type }) }
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/said', headers, payload })
      return [statusCode, JSON.parse(body)]
    }
    expect(await say('{"valor":1}')).toEqual([200, { said: { valor: 1 } }])
    expect(await say('\ufeff{"valor":1}')).toEqual([200, { said: { valor: 1 } }])
    expect(await say('{"valor":1,"valor":99}')).toEqual([400, { code: 'duplicate_name', at: ['/valor'] }])
    expect(await say('{"a":{"b":1,"\\u0062":2}}')).toEqual([400, { code: 'duplicate_name', at: ['/a/b'] }])
    expect(await say('{"__proto__":{"valor":1}}')).toEqual([400, { code: 'malformed_json', at: [] }])
    expect(await say('{"valor":')).toEqual([400, { code: 'malformed_json', at: [] }])
    expect(await say(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toEqual([400, { code: 'malformed_utf8', at: [] }])
    await app.close()
  },
)

test('a form says each of its fields once, and a list as often as it is long', async () => {
  const app = await fakeApp(saying)
  const say = async (payload: string) => {
    const headers = { ...bearer, 'content-type': 'application/x-www-form-urlencoded' }
    return (await app.inject({ method: 'POST', url: '/said', headers, payload })).json()
  }
  expect(await say('valor=1%2C5&ids%5B%5D=1&ids%5B%5D=2')).toEqual({ said: { valor: '1,5', ids: ['1', '2'] } })
  expect(await say('valor=1&outro=2&valor=3')).toEqual({ code: 'duplicate_name', at: ['/valor'] })
  expect(await say('ids[]=1&ids=2')).toEqual({ code: 'duplicate_name', at: ['/ids'] })
  await app.close()
})
