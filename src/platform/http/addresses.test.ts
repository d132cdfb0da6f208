import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSamples, type Samples } from '../../../test/http/sample-routes.ts'

let samples: Samples
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.app.close())

describe('a query', () => {
  test('is read by its schema', async () => {
    expect((await samples.send('GET', '/v1/things?limit=7&open=false&state=a&from=2026-01-31&customer=cus_3')).status).toBe(204)
    expect(samples.got()).toMatchObject({
      query: { limit: 7, open: false, state: ['a'], from: '2026-01-31', customer: 3 },
      page: { limit: 7, after: null },
    })
    expect((await samples.send('GET', '/v1/things?state=a&state=b')).status).toBe(204)
    expect(samples.got()).toMatchObject({ query: { state: ['a', 'b'] }, page: { limit: 50 } })
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
    const reply = await samples.send('GET', `/v1/things?${query}`)
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
      expect(await samples.send('GET', `/v1/things?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor' },
      })
    }
  })
})

describe('an address', () => {
  test('that does not exist is 404, and so is an id that cannot exist', async () => {
    expect(await samples.send('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    for (const id of ['ctr_1', 'cus_0', '1', 'cus_1%00', `cus_${'9'.repeat(30)}`, 'x'.repeat(300)]) {
      expect(await samples.send('PATCH', `/v1/things/${id}`, {})).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('tells which methods it has', async () => {
    const reply = await samples.send('DELETE', '/v1/things/cus_1?x=1')
    expect(reply).toMatchObject({ status: 405, body: { code: 'method_not_allowed' }, headers: { allow: 'PATCH' } })
    expect((await samples.send('DELETE', '/v1/things')).headers.allow).toBe('POST, GET, HEAD')
  })

  test('with a broken escape is refused', async () => {
    expect(await samples.send('GET', '/v1/%zz')).toMatchObject({ status: 400, body: { code: 'malformed_request' } })
  })
})
