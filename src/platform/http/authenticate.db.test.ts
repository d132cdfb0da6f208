import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { Gate, sampleApp } from '../../../test/http/sample-api.ts'
import { operatorKey, testApi } from '../../../test/http/test-api.ts'
import { instant } from '../../core/dates.ts'
import { systemClock } from '../clock.ts'
import type { App } from './route.ts'

eachEngine('keys', database => {
  let app: App
  beforeAll(async () => {
    app = await sampleApp(database(), new Gate())
  })
  afterAll(() => app.close())

  async function ask(url: string, authorization?: string) {
    const { statusCode, body, headers } = await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })
    return { status: statusCode, body: JSON.parse(body), headers }
  }

  test('a key opens its own account, on that account’s clock', async () => {
    const api = await testApi(database(), { now: instant('2027-03-01T10:00:00Z') })
    const reply = await ask('/v1/who', `Bearer ${api.key}`)
    expect(reply.body).toEqual({
      account: api.account,
      actor: expect.stringMatching(/^key:key_\d+$/),
      now: '2027-03-01T10:00:00.000Z',
    })
    const live = await testApi(database(), { mode: 'live' })
    const before = systemClock.now()
    const { now } = (await ask('/v1/who', `bearer  ${live.key}`)).body
    const after = systemClock.now()
    expect([before, now, after]).toEqual([before, now, after].toSorted())
  })

  test('nobody enters without a key, or with one that does not exist', async () => {
    expect(await ask('/v1/who')).toMatchObject({
      status: 401,
      body: { code: 'missing_key' },
      headers: { 'www-authenticate': 'Bearer' },
    })
    for (const wrong of ['Bearer bdr_nobody', 'Basic YTpi', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(500)}`]) {
      expect(await ask('/v1/who', wrong)).toMatchObject({ status: 401, body: { code: 'invalid_key' } })
    }
  })

  test('a revoked key ends at once', async () => {
    const api = await testApi(database())
    expect((await ask('/v1/who', `Bearer ${api.key}`)).status).toBe(200)
    await database().asOwner(owner => owner.query('update api_key set revoked_at = now() where account_id = $1', [api.account]))
    expect(await ask('/v1/who', `Bearer ${api.key}`)).toMatchObject({ status: 401, body: { code: 'invalid_key' } })
  })

  test('a closed account is shut', async () => {
    const api = await testApi(database())
    await database().asOwner(owner => owner.query(`update account set state = 'closed' where account_id = $1`, [api.account]))
    expect(await ask('/v1/who', `Bearer ${api.key}`)).toMatchObject({ status: 403, body: { code: 'account_closed' } })
  })

  test('a key does what its scopes say, and writing is not reading', async () => {
    const api = await testApi(database())
    const reader = await api.keyWith(['customers:read', 'invoices:write'])
    const writer = await api.keyWith(['customers:write'])
    expect((await ask('/v1/who', `Bearer ${reader}`)).status).toBe(200)
    expect(await ask('/v1/who', `Bearer ${writer}`)).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope', details: { wanted: 'customers:read' } },
    })
  })

  test('the operator administers accounts and enters none; a tenant does not administer', async () => {
    const api = await testApi(database())
    const path = `/v1/accounts/acc_${api.account}/who`
    expect((await ask(path, `Bearer ${operatorKey}`)).body).toEqual({ number: api.account, note: 'operator' })
    expect(await ask('/v1/accounts/acc_999999999/who', `Bearer ${operatorKey}`)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
    expect(await ask('/v1/who', `Bearer ${operatorKey}`)).toMatchObject({
      status: 403,
      body: { code: 'operator_has_no_account' },
    })
    expect(await ask(path, `Bearer ${api.key}`)).toMatchObject({ status: 403, body: { code: 'operator_only' } })
  })

  test('ready says that the database answers', async () => {
    expect(await ask('/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
    expect(await ask('/health_check')).toMatchObject({ status: 200, body: { status: 'ok' } })
  })
})
