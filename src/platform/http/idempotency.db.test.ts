import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { Gate, sampleApp } from '../../../test/http/sample-api.ts'
import { operatorKey, testApi, testApp } from '../../../test/http/test-api.ts'
import type { App } from './route.ts'

eachEngine('an Idempotency-Key', database => {
  const gate = new Gate()
  let app: App
  let key: string
  beforeAll(async () => {
    app = await sampleApp(database(), gate)
    key = (await testApi(database())).key
  })
  afterAll(() => app.close())

  async function post(body: object, once?: string, options: { url?: string; bearer?: string; to?: App; seen?: string } = {}) {
    const {
      statusCode,
      body: text,
      headers,
    } = await (options.to ?? app).inject({
      method: 'POST',
      url: options.url ?? '/v1/tickets',
      headers: {
        authorization: `Bearer ${options.bearer ?? key}`,
        ...(once === undefined ? {} : { 'idempotency-key': once }),
        ...(options.seen === undefined ? {} : { 'if-match': options.seen }),
      },
      payload: body,
    })
    return { status: statusCode, text, body: JSON.parse(text), headers }
  }

  test('makes the same request have its effect once and the same answer each time', async () => {
    const first = await post({ note: 'a' }, 'once-1')
    const again = await post({ note: 'a' }, 'once-1')
    expect(first.status).toBe(201)
    expect(first.headers['idempotent-replayed']).toBeUndefined()
    expect(again).toMatchObject({
      status: 201,
      text: first.text,
      headers: { 'idempotent-replayed': 'true', etag: '"v1"', location: first.headers.location },
    })
    expect((await post({ note: 'a' }, 'once-2')).body.number).toBe(first.body.number + 1)
    expect((await post({ note: 'a' })).body.number).toBe(first.body.number + 2)
  })

  test('belongs to one request: another one under it is refused', async () => {
    await post({ note: 'a' }, 'reused')
    expect(await post({ note: 'b' }, 'reused')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
    expect(await post({ note: 'a' }, 'reused', { url: '/v1/secrets' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    })
  })

  test('belongs to the version that was seen: the same change of another version is another request', async () => {
    const first = await post({ note: 'a' }, 'versioned', { seen: '"v1"' })
    expect((await post({ note: 'a' }, 'versioned', { seen: '"v1"' })).text).toBe(first.text)
    for (const seen of ['"v2"', undefined]) {
      expect(await post({ note: 'a' }, 'versioned', seen === undefined ? {} : { seen })).toMatchObject({
        status: 422,
        body: { code: 'idempotency_key_reused' },
      })
    }
  })

  test('belongs to one account', async () => {
    const other = await testApi(database())
    await post({ note: 'a' }, 'shared')
    expect((await post({ note: 'b' }, 'shared', { bearer: other.key })).status).toBe(201)
  })

  test('keeps no refusal: what was refused may be sent again, and its effect is undone', async () => {
    const before = await post({ note: 'a' })
    expect(await post({ note: 'refused' }, 'mended')).toMatchObject({ status: 422, body: { code: 'no_ticket' } })
    expect(await post({ note: 'mended' }, 'mended')).toMatchObject({ status: 201, body: { number: before.body.number + 1 } })
  })

  test('under which a request is under way is busy, and answers once that one is done', async () => {
    gate.close()
    const first = post({ note: 'a' }, 'busy')
    await expect.poll(() => gate.waiting).toBe(1)
    const second = post({ note: 'a' }, 'busy')
    if (database().engine === 'pglite') {
      // The embedded database does one transaction at a time: there the second waits for its turn.
      await expect.poll(() => database().db.load().interactive.waiting).toBeGreaterThan(0)
      gate.open()
      expect(await second).toMatchObject({ status: 201, text: (await first).text })
    } else {
      expect(await second).toMatchObject({ status: 409, body: { code: 'idempotency_in_progress' } })
      gate.open()
    }
    expect((await first).status).toBe(201)
    expect((await post({ note: 'a' }, 'busy')).text).toBe((await first).text)
  })

  test('holds no transaction while a file is read: others are served', async () => {
    gate.close()
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'paper', 'content-type': 'text/csv' }
    const send = () => app.inject({ method: 'POST', url: '/v1/papers', headers, payload: 'a;b' })
    const paper = send()
    await expect.poll(() => gate.waiting).toBe(1)
    expect((await post({ note: 'a' }, undefined, { url: '/v1/secrets' })).status).toBe(201)
    gate.open()
    expect((await paper).json()).toMatchObject({ note: 'a;b' })
    expect((await send()).json()).toEqual((await paper).json())
  })

  test('keeps no secret', async () => {
    expect(await post({ note: 'a' }, 'secret', { url: '/v1/secrets' })).toMatchObject({ status: 201, body: { note: 'a secret' } })
    expect(await post({ note: 'a' }, 'secret', { url: '/v1/secrets' })).toMatchObject({
      status: 409,
      body: { code: 'answer_not_kept' },
    })
    const kept = await database().asOwner(owner => owner.query(`select body from idempotency_key where key = 'key:secret'`))
    expect(kept.rows).toEqual([{ body: null }])
  })

  test('that is no key is refused', async () => {
    for (const wrong of ['a b', 'ã', 'x'.repeat(201), '']) {
      expect(await post({ note: 'a' }, wrong)).toMatchObject({ status: 400, body: { code: 'invalid_idempotency_key' } })
    }
  })

  test('holds for making an account too, which is not known before', async () => {
    const to = await testApp(database())
    const once = `account-${Math.random()}`
    const make = (name: string) => post({ name, mode: 'sandbox' }, once, { url: '/v1/accounts', bearer: operatorKey, to })
    const replies = await Promise.all([make('A'), make('A')])
    const made = replies.filter(reply => reply.status === 201)
    expect(new Set(made.map(reply => reply.body.id)).size).toBe(1)
    expect(replies.filter(reply => reply.status !== 201).map(reply => reply.body.code)).toEqual(
      made.length === 2 ? [] : ['idempotency_in_progress'],
    )
    expect(await make('A')).toMatchObject({
      status: 201,
      body: { id: made[0]?.body.id },
      headers: { 'idempotent-replayed': 'true' },
    })
    expect(await make('B')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
  })
})
