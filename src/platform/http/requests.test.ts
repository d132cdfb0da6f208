import { type TSchema, Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, fakeApp } from '../../../test/http/fake-app.ts'
import { refuse } from '../../core/refusal.ts'
import { ConnectionLost } from '../db/faults.ts'
import {
  CnpjText,
  Day,
  DecimalText,
  Email,
  Fields,
  Flag,
  IdOf,
  List,
  Moment,
  Money,
  OneOf,
  OrNull,
  Partly,
  Percent,
  Quantity,
  Text,
  TimeZone,
  Whole,
} from './fields.ts'
import { PageQuery, readPage } from './paging.ts'
import { type App, route } from './route.ts'

const Line = Fields({ quantity: Quantity(), unitPrice: Quantity(), discount: Type.Optional(OrNull(Percent())) })
const Due = Type.Union([
  Fields({ kind: OneOf(['fixed_day']), day: Whole(1, 31) }),
  Fields({ kind: OneOf(['days_after']), days: Whole(1, 365) }),
])
const Everything = Fields({
  name: Text(20),
  amountCents: Money(),
  customer: IdOf('customer'),
  parent: Type.Optional(OrNull(IdOf('contract'))),
  startsOn: Day(),
  at: Type.Optional(Moment()),
  rate: Type.Optional(DecimalText()),
  cnpj: Type.Optional(CnpjText()),
  email: Type.Optional(Email()),
  zone: Type.Optional(TimeZone()),
  isOpen: Type.Optional(Flag()),
  kind: Type.Optional(OneOf(['sale', 'purchase'])),
  due: Type.Optional(Due),
  lines: Type.Optional(List(Line, 3, { minItems: 1 })),
})
const fit = { name: 'Ana', amountCents: 10, customer: 'cus_7', startsOn: '2026-01-31' }

/** What the handler got, so that tests see how a request was decoded. */
let got: unknown

function registerSamples(app: App): void {
  const echo = async (_ctx: unknown, input: { body: unknown; query: unknown; params: unknown }) => {
    got = { body: input.body, query: input.query, params: input.params }
    return {}
  }
  route(app, 'POST /v1/things', { access: 'customers:write', summary: 'Faz.', body: Everything }, echo)
  route(
    app,
    'PATCH /v1/things/:id',
    { access: 'customers:write', summary: 'Muda.', params: Fields({ id: IdOf('customer') }), body: Partly(Everything) },
    echo,
  )
  route(
    app,
    'POST /v1/things/:id/archive',
    { access: 'customers:write', summary: 'Arquiva.', params: Fields({ id: IdOf('customer') }) },
    echo,
  )
  const filters = {
    open: Type.Optional(Flag()),
    state: Type.Optional(List(OneOf(['a', 'b']), 2)),
    from: Type.Optional(Day()),
    customer: Type.Optional(IdOf('customer')),
  }
  route(
    app,
    'GET /v1/things',
    { access: 'customers:read', summary: 'Lista.', query: PageQuery(filters) },
    async (_ctx, input) => {
      got = { query: input.query, page: readPage(input.query, ['text', 'integer']) }
      return {}
    },
  )
  route(
    app,
    'POST /v1/files',
    { access: 'imports:write', summary: 'Envia.', upload: { types: ['text/csv'], maxBytes: 2_000_000 } },
    async (_ctx, { file }) => {
      got = file
      return {}
    },
  )
  route(app, 'GET /v1/files', { access: 'imports:read', summary: 'Baixa.', downloads: 'text/csv' }, async () => ({
    download: { filename: 'a.csv', content: Buffer.from('ção', 'latin1') },
  }))
  const failures: Record<string, () => unknown> = {
    refusal: () =>
      refuse('contract_suspended', 'O contrato está suspenso.', { path: '/contract', details: { since: '2026-01-01' } }),
    bug: () => JSON.parse('{"secret":'),
    outage: () => {
      throw new ConnectionLost('the database at 10.0.0.7 cannot be reached')
    },
    disk: () => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    },
  }
  route(
    app,
    'POST /v1/failures/:kind',
    { access: 'customers:write', summary: 'Falha.', params: Fields({ kind: Text(20) }) },
    async (_ctx, { params }) => {
      failures[params.kind]?.()
      return {}
    },
  )
}

let app: App
const lines: string[] = []
beforeAll(async () => {
  app = await fakeApp(registerSamples, { lines })
})
afterAll(() => app.close())

async function send(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: unknown,
  headers: Record<string, string> = {},
) {
  const isRaw = typeof payload === 'string' || Buffer.isBuffer(payload)
  const response = await app.inject({
    method,
    url,
    headers: { ...bearer, ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(payload === undefined ? {} : { payload: isRaw ? payload : JSON.stringify(payload) }),
  })
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json(), headers: response.headers }
}

async function faultsOf(body: unknown): Promise<Record<string, string>> {
  const reply = await send('POST', '/v1/things', body)
  expect(reply.status).toBe(422)
  expect(reply.body.code).toBe('invalid_input')
  return Object.fromEntries(reply.body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]))
}

describe('a body', () => {
  test('reaches the handler decoded: ids as numbers, decimals canonical, a CNPJ bare', async () => {
    const { status } = await send('POST', '/v1/things', {
      ...fit,
      parent: null,
      rate: '-02.50',
      cnpj: '11.222.333/0001-81',
      at: '2026-01-31T09:00:00-03:00',
      due: { kind: 'days_after', days: 5 },
      lines: [{ quantity: '1.000', unitPrice: '0', discount: null }],
    })
    expect(status).toBe(204)
    expect(got).toMatchObject({
      body: {
        customer: 7,
        parent: null,
        rate: '-2.5',
        cnpj: '11222333000181',
        at: '2026-01-31T12:00:00.000Z',
        due: { kind: 'days_after', days: 5 },
        lines: [{ quantity: '1', unitPrice: '0', discount: null }],
      },
    })
  })

  test('is told all its faults at once, each with its place', async () => {
    expect(
      await faultsOf({
        name: 'x'.repeat(21),
        amountCents: -1,
        customer: 'ctr_7',
        startsOn: '2026-02-30',
        'a/b': 1,
        email: 'ana',
        zone: 'Brasil',
        cnpj: '11.222.333/0001-82',
        kind: 'gift',
        lines: [{ quantity: '-1', unitPrice: '1e3', discount: '100.01', price: 2 }, {}],
      }),
    ).toEqual({
      '/name': 'too_long',
      '/amountCents': 'too_small',
      '/customer': 'invalid_format',
      '/startsOn': 'invalid_format',
      '/a~1b': 'unknown_field',
      '/email': 'invalid_format',
      '/zone': 'invalid_format',
      '/cnpj': 'invalid_format',
      '/kind': 'invalid_choice',
      '/lines/0/quantity': 'invalid_format',
      '/lines/0/unitPrice': 'invalid_format',
      '/lines/0/discount': 'invalid_format',
      '/lines/0/price': 'unknown_field',
      '/lines/1/quantity': 'required',
      '/lines/1/unitPrice': 'required',
    })
  })

  test('is never coerced', async () => {
    expect(await faultsOf({ name: 1, amountCents: '10', customer: 7, startsOn: null, isOpen: 'true', lines: {} })).toEqual({
      '/name': 'wrong_type',
      '/amountCents': 'wrong_type',
      '/customer': 'wrong_type',
      '/startsOn': 'wrong_type',
      '/isOpen': 'wrong_type',
      '/lines': 'wrong_type',
    })
    expect(await faultsOf({ ...fit, amountCents: 10.5 })).toEqual({ '/amountCents': 'wrong_type' })
    expect(await faultsOf(JSON.parse(`{"name":"Ana","amountCents":1e400,"customer":"cus_7","startsOn":"2026-01-31"}`))).toEqual({
      '/amountCents': 'wrong_type',
    })
  })

  test('with alternatives is told the faults of the one that it names', async () => {
    expect(await faultsOf({ ...fit, due: { kind: 'fixed_day', day: 32, days: 1 } })).toEqual({
      '/due/day': 'too_large',
      '/due/days': 'unknown_field',
    })
    expect(await faultsOf({ ...fit, due: { kind: 'never' } })).toEqual({ '/due/kind': 'invalid_choice' })
    expect(await faultsOf({ ...fit, due: 3 })).toEqual({ '/due/kind': 'invalid_choice' })
  })

  test('is bounded: amounts, lists, texts', async () => {
    expect(await faultsOf({ ...fit, amountCents: 1_000_000_000_001 })).toEqual({ '/amountCents': 'too_large' })
    expect(await faultsOf({ ...fit, lines: [] })).toEqual({ '/lines': 'too_few_items' })
    expect(await faultsOf({ ...fit, lines: Array.from({ length: 4 }, () => ({ quantity: '1', unitPrice: '1' })) })).toEqual({
      '/lines': 'too_many_items',
    })
    expect(await faultsOf({ ...fit, name: '' })).toEqual({ '/name': 'too_short' })
  })

  test('holds no text that the database cannot hold', async () => {
    expect(await faultsOf({ ...fit, name: 'a\u0000b' })).toEqual({ '/name': 'invalid_text' })
    expect(await faultsOf(Buffer.from(`{"name":"\\ud800","amountCents":10,"customer":"cus_7","startsOn":"2026-01-31"}`))).toEqual(
      { '/name': 'invalid_text' },
    )
  })

  test('of hundreds of faults names the first hundred', async () => {
    const reply = await send('POST', '/v1/things', Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, 1])))
    expect(reply.body.faults).toHaveLength(100)
  })

  test('nested without end is refused, not followed', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect((await send('POST', '/v1/things', `{"name":${deep}}`)).body.faults).toContainEqual(
      expect.objectContaining({ code: 'too_deep' }),
    )
  })

  test('may be left out where no field is required, and is complained about field by field where some are', async () => {
    expect((await send('POST', '/v1/things/cus_1/archive')).status).toBe(204)
    expect((await send('POST', '/v1/things/cus_1/archive', '')).status).toBe(204)
    expect((await send('PATCH', '/v1/things/cus_1')).status).toBe(204)
    expect(await faultsOf(undefined)).toEqual({
      '/name': 'required',
      '/amountCents': 'required',
      '/customer': 'required',
      '/startsOn': 'required',
    })
  })

  test('of a route that takes none is refused by name', async () => {
    const reply = await send('POST', '/v1/things/cus_1/archive', { reason: 'x' })
    expect(reply.body.faults).toMatchObject([
      { path: '/reason', code: 'unknown_field', message: 'O campo "reason" não existe aqui.' },
    ])
  })

  test('that is no object is refused', async () => {
    expect(await faultsOf([])).toEqual({ '': 'wrong_type' })
    expect(await faultsOf('null')).toEqual({ '': 'wrong_type' })
  })
})

describe('the bytes of a body', () => {
  test.each([
    ['broken JSON', '{"name":', 400, 'malformed_json'],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xe7, 0xe3, 0x22, 0x3a, 0x31, 0x7d]), 400, 'malformed_utf8'],
    ['a prototype smuggled in', '{"__proto__":{"isOpen":true}}', 400, 'malformed_json'],
    ['more than a megabyte', `{"name":"${'x'.repeat(1_100_000)}"}`, 413, 'body_too_large'],
  ])('%s', async (_name, payload, status, code) => {
    const reply = await send('POST', '/v1/things', payload)
    expect([reply.status, reply.body.code]).toEqual([status, code])
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    'nonsense',
  ])('of the type %s are refused', async type => {
    const reply = await send('POST', '/v1/things', '{}', { 'content-type': type })
    expect([reply.status, reply.body.code]).toEqual([415, 'unsupported_media_type'])
  })

  test('of an upload arrive as they were sent, up to its own limit', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0xe7]), Buffer.alloc(1_500_000)])
    expect((await send('POST', '/v1/files', bytes, { 'content-type': 'text/csv; charset=iso-8859-1' })).status).toBe(204)
    expect(got).toEqual(bytes)
    expect((await send('POST', '/v1/files', Buffer.alloc(2_000_001), { 'content-type': 'text/csv' })).body.code).toBe(
      'body_too_large',
    )
    expect((await send('POST', '/v1/files', {})).body.code).toBe('unsupported_media_type')
  })

  test('of a download go out as they are', async () => {
    const response = await app.inject({ url: '/v1/files', headers: bearer })
    expect(response.headers).toMatchObject({ 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="a.csv"' })
    expect(response.rawPayload).toEqual(Buffer.from('ção', 'latin1'))
  })
})

describe('a query', () => {
  test('is read by its schema', async () => {
    expect((await send('GET', '/v1/things?limit=7&open=false&state=a&from=2026-01-31&customer=cus_3')).status).toBe(204)
    expect(got).toMatchObject({
      query: { limit: 7, open: false, state: ['a'], from: '2026-01-31', customer: 3 },
      page: { limit: 7, after: null },
    })
    expect((await send('GET', '/v1/things?state=a&state=b')).status).toBe(204)
    expect(got).toMatchObject({ query: { state: ['a', 'b'] }, page: { limit: 50 } })
  })

  test.each([
    ['limit=0', '/limit', 'too_small'],
    ['limit=201', '/limit', 'too_large'],
    ['limit=07', '/limit', 'wrong_type'],
    ['limit=1e1', '/limit', 'wrong_type'],
    ['limit=1&limit=2', '/limit', 'wrong_type'],
    ['open=1', '/open', 'wrong_type'],
    ['from=31/01/2026', '/from', 'invalid_format'],
    ['colour=red', '/colour', 'unknown_field'],
    ['from=%00', '/from', 'invalid_text'],
  ])('?%s is refused', async (query, path, code) => {
    const reply = await send('GET', `/v1/things?${query}`)
    expect([reply.status, reply.body.code]).toEqual([400, 'invalid_query'])
    expect(reply.body.faults).toContainEqual(expect.objectContaining({ path, code }))
  })

  test('with a cursor that is not of this list is refused', async () => {
    const cursors = [
      'x',
      'bnVsbA',
      Buffer.from('[1,"a"]').toString('base64url'),
      Buffer.from('["a",1,2]').toString('base64url'),
      Buffer.from('["\\u0000",1]').toString('base64url'),
    ]
    for (const cursor of cursors) {
      expect(await send('GET', `/v1/things?cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } })
    }
  })
})

describe('an address', () => {
  test('that does not exist is 404, and so is an id that cannot exist', async () => {
    expect(await send('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    for (const id of ['ctr_1', 'cus_0', '1', 'cus_1%00', `cus_${'9'.repeat(30)}`, 'x'.repeat(300)]) {
      expect(await send('PATCH', `/v1/things/${id}`, {})).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('tells which methods it has', async () => {
    const reply = await send('DELETE', '/v1/things/cus_1?x=1')
    expect(reply).toMatchObject({ status: 405, body: { code: 'method_not_allowed' }, headers: { allow: 'PATCH' } })
    expect((await send('DELETE', '/v1/things')).headers.allow).toBe('POST, GET, HEAD')
  })

  test('with a broken escape is refused', async () => {
    expect(await send('GET', '/v1/%zz')).toMatchObject({ status: 400, body: { code: 'malformed_request' } })
  })
})

describe('a failure', () => {
  test('that is a refusal says what, where and why', async () => {
    expect((await send('POST', '/v1/failures/refusal', undefined, { 'x-request-id': 'request-0001' })).body).toEqual({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      code: 'contract_suspended',
      detail: 'O contrato está suspenso.',
      faults: [{ path: '/contract', code: 'contract_suspended', message: 'O contrato está suspenso.' }],
      details: { since: '2026-01-01' },
      requestId: 'request-0001',
    })
  })

  test('of ours says nothing of what is inside', async () => {
    for (const kind of ['bug', 'disk']) {
      const reply = await send('POST', `/v1/failures/${kind}`)
      expect(reply).toMatchObject({
        status: 500,
        body: { code: 'internal_error' },
        headers: { 'content-type': 'application/problem+json; charset=utf-8' },
      })
      expect(JSON.stringify(reply.body)).not.toMatch(/JSON|secret|ENOSPC|device|\.ts/)
    }
  })

  test('of the database asks to try again', async () => {
    const reply = await send('POST', '/v1/failures/outage')
    expect(reply).toMatchObject({ status: 503, body: { code: 'database_unavailable' }, headers: { 'retry-after': '2' } })
    expect(JSON.stringify(reply.body)).not.toContain('10.0.0.7')
  })
})

describe('every answer', () => {
  test('carries the request’s id: the caller’s own when it is sane', async () => {
    const idOf = async (sent?: string) =>
      (await send('GET', '/v1/nothing', undefined, sent === undefined ? {} : { 'x-request-id': sent })).headers['x-request-id']
    expect(await idOf('trace-1234:5')).toBe('trace-1234:5')
    const made = /^[0-9a-f-]{36}$/
    for (const insane of [undefined, 'short', 'with space 123', `x${'y'.repeat(200)}`, 'a"b\'c{}12345'])
      expect(await idOf(insane)).toMatch(made)
  })

  test('carries the headers that keep browsers from guessing', async () => {
    expect((await send('GET', '/v1/things')).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
  })
})

test('the log names route, status, account and request, and nothing that somebody sent', async () => {
  lines.length = 0
  await send('GET', '/v1/things?customer=cus_31415', undefined, { 'x-request-id': 'log-test-1' })
  await send('PATCH', '/v1/things/cus_27182', { email: 'ana@exemplo.com.br' })
  await send('POST', '/v1/failures/bug')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    requestId: 'log-test-1',
    method: 'GET',
    route: '/v1/things',
    status: 204,
    account: 1,
  })
  expect(lines.join('')).not.toMatch(/31415|27182|exemplo|bdr_/)
  expect(lines.join('')).toContain('"route":"/v1/things/:id"')
})

describe('forwarded headers', () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '9.9.9.9' }
  const seen = async (config: { trustedProxies?: string[] }, remoteAddress: string) => {
    const own = await fakeApp(
      app => void app.get('/seen', async request => ({ protocol: request.protocol, host: request.host, ip: request.ip })),
      config,
    )
    const response = await own.inject({ url: '/seen', headers, remoteAddress })
    await own.close()
    return response.json()
  }

  test('are ignored, save from a proxy that the configuration names', async () => {
    expect(await seen({}, '127.0.0.1')).toMatchObject({
      protocol: 'http',
      ip: '127.0.0.1',
      host: expect.stringContaining('localhost'),
    })
    expect(await seen({ trustedProxies: ['10.0.0.0/8'] }, '10.1.2.3')).toEqual({
      protocol: 'https',
      ip: '9.9.9.9',
      host: 'evil.example',
    })
    expect(await seen({ trustedProxies: ['10.0.0.0/8'] }, '11.1.2.3')).toMatchObject({ protocol: 'http', ip: '11.1.2.3' })
  })
})

describe('a route', () => {
  const start = (body: TSchema) =>
    fakeApp(app => route(app, 'POST /v1/loose', { access: 'customers:write', summary: 'x', body }, async () => ({})))

  test.each([
    ['a text without a bound', Fields({ name: Type.String() }), 'body/name: text without maxLength'],
    ['a list without a bound', Fields({ list: Type.Array(Day()) }), 'body/list: list without maxItems'],
    ['a number without bounds', Fields({ n: Type.Integer({ minimum: 0 }) }), 'body/n: number without minimum and maximum'],
    ['an open object', Fields({ list: List(Type.Object({}), 3) }), 'body/list/*: open object'],
    ['a field that may be anything', Fields({ x: Type.Unknown() }), 'body/x: anything at all'],
    [
      'a branch without bounds',
      Fields({ x: Type.Union([Type.Null(), Fields({ y: Type.String() })]) }),
      'body/x|1/y: text without maxLength',
    ],
  ])('with %s does not start', async (_name, body, message) => {
    await expect(start(body)).rejects.toThrow(message)
  })

  test('of /v1 without access does not start', async () => {
    await expect(fakeApp(app => void app.get('/v1/free', async () => 1))).rejects.toThrow('declares no access')
  })
})
