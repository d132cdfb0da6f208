import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer } from '../../../test/http/fake-app.ts'
import { fit, openSamples, type Samples } from '../../../test/http/sample-routes.ts'

let samples: Samples
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.app.close())

async function faultsOf(body: unknown): Promise<Record<string, string>> {
  const reply = await samples.send('POST', '/v1/things', body)
  expect(reply.status).toBe(422)
  expect(reply.body.code).toBe('invalid_input')
  return Object.fromEntries(reply.body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]))
}

describe('a body', () => {
  test('reaches the handler decoded: ids as numbers, decimals canonical, a CNPJ bare', async () => {
    const { status } = await samples.send('POST', '/v1/things', {
      ...fit,
      parent: null,
      rate: '-02.50',
      cnpj: '11.222.333/0001-81',
      at: '2026-01-31T09:00:00-03:00',
      due: { kind: 'days_after', days: 5 },
      lines: [{ quantity: '1.000', unitPrice: '0', discount: null }],
    })
    expect(status).toBe(204)
    expect(samples.got()).toMatchObject({
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

  test('holds no text that looks other than it is, and no e-mail address that cannot be', async () => {
    for (const name of ['Ac\u0007me', '\u202eemcA']) expect(await faultsOf({ ...fit, name })).toEqual({ '/name': 'invalid_text' })
    for (const email of ['a..b@c.com', 'a\u200bb@c.com']) {
      expect(await faultsOf({ ...fit, email })).toEqual({ '/email': 'invalid_format' })
    }
  })

  test('names a day of which no contract speaks as that, and a day that does not exist as that', async () => {
    for (const startsOn of ['1989-12-31', '2100-01-01', '2199-12-31']) {
      expect(await faultsOf({ ...fit, startsOn })).toEqual({ '/startsOn': 'date_out_of_range' })
    }
    expect(await faultsOf({ ...fit, startsOn: '2099-02-29' })).toEqual({ '/startsOn': 'invalid_format' })
  })

  test('of hundreds of faults names the first hundred', async () => {
    const reply = await samples.send(
      'POST',
      '/v1/things',
      Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, 1])),
    )
    expect(reply.body.faults).toHaveLength(100)
  })

  test('nested without end is refused, not followed', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect((await samples.send('POST', '/v1/things', `{"name":${deep}}`)).body.faults).toContainEqual(
      expect.objectContaining({ code: 'too_deep' }),
    )
  })

  test('may be left out where no field is required, and is complained about field by field where some are', async () => {
    expect((await samples.send('POST', '/v1/things/cus_1/archive')).status).toBe(204)
    expect((await samples.send('POST', '/v1/things/cus_1/archive', '')).status).toBe(204)
    expect((await samples.send('PATCH', '/v1/things/cus_1')).status).toBe(204)
    expect(await faultsOf(undefined)).toEqual({
      '/name': 'required',
      '/amountCents': 'required',
      '/customer': 'required',
      '/startsOn': 'required',
    })
  })

  test('of a route that takes none is refused by name', async () => {
    const reply = await samples.send('POST', '/v1/things/cus_1/archive', { reason: 'x' })
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
    const reply = await samples.send('POST', '/v1/things', payload)
    expect([reply.status, reply.body.code]).toEqual([status, code])
  })

  test('with one name twice in an object are refused, with its place', async () => {
    const twice = async (payload: string) => {
      const { status, body } = await samples.send('POST', '/v1/things', payload)
      return [status, body.code, ...body.faults.map(({ path }: { path: string }) => path)]
    }
    const duplicate = [400, 'duplicate_name']
    expect(await twice('{"amountCents":1,"amountCents":2}')).toEqual([...duplicate, '/amountCents'])
    expect(await twice('{"amountCents":1,"\\u0061mountCents":2}')).toEqual([...duplicate, '/amountCents'])
    expect(await twice('{"lines":[{"a":1},{"q":{"x/y":[],"x/y":{}},"q":2}],"lines":0}')).toEqual([
      ...duplicate,
      '/lines/1/q/x~1y',
      '/lines/1/q',
      '/lines',
    ])
    expect(await twice(`{${'"a":1,'.repeat(1000)}"a":1}`)).toHaveLength(102)
  })

  test('with one name in several objects, or as a value, are read', async () => {
    const due = { kind: 'fixed_day', day: 1 }
    const line = { quantity: '1', unitPrice: '1' }
    const body = { ...fit, name: 'name":1,"\\', due, lines: [line, line], kind: 'sale' }
    expect((await samples.send('POST', '/v1/things', body)).status).toBe(204)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    'nonsense',
  ])('of the type %s are refused', async type => {
    const reply = await samples.send('POST', '/v1/things', '{}', { 'content-type': type })
    expect([reply.status, reply.body.code]).toEqual([415, 'unsupported_media_type'])
  })

  test('of an upload arrive as they were sent, up to its own limit', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0xe7]), Buffer.alloc(1_500_000)])
    expect((await samples.send('POST', '/v1/files', bytes, { 'content-type': 'text/csv; charset=iso-8859-1' })).status).toBe(204)
    expect(samples.got()).toEqual(bytes)
    expect((await samples.send('POST', '/v1/files', Buffer.alloc(2_000_001), { 'content-type': 'text/csv' })).body.code).toBe(
      'body_too_large',
    )
    expect((await samples.send('POST', '/v1/files', {})).body.code).toBe('unsupported_media_type')
  })

  test('of a download go out as they are', async () => {
    const response = await samples.app.inject({ url: '/v1/files', headers: bearer })
    expect(response.headers).toMatchObject({ 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="a.csv"' })
    expect(response.rawPayload).toEqual(Buffer.from('ção', 'latin1'))
  })
})
