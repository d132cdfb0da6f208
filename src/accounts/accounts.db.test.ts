import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { operatorKey, type SendOptions, testApi } from '../../test/http/test-api.ts'

/** The API as the operator sees it. */
async function operator(database: TestDatabase) {
  const api = await testApi(database)
  const as = (options: SendOptions = {}): SendOptions => ({ ...options, key: operatorKey })
  return {
    tenant: api,
    get: (path: string) => api.get(path, as()),
    post: (path: string, body?: unknown, options?: SendOptions) => api.post(path, body, as(options)),
    patch: (path: string, body: unknown, version?: number) => api.patch(path, body, as(version === undefined ? {} : { version })),
  }
}

eachEngine('accounts', database => {
  it('are opened, shown, listed and renamed by the operator', async () => {
    const api = await operator(database())
    const name = `Conta ${randomUUID()}`
    const { status, body, headers } = await api.post('/v1/accounts', { name, mode: 'live' })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name, mode: 'live', sandboxNow: null, state: 'active', version: 1 })
    expect(headers.location).toBe(`/v1/accounts/${body.id}`)
    expect(await api.get(`/v1/accounts/${body.id}`)).toMatchObject({ body, headers: { etag: '"v1"' } })
    expect((await api.get(`/v1/accounts?q=${encodeURIComponent(name.toUpperCase())}`)).body).toEqual({
      data: [body],
      nextCursor: null,
    })
    expect((await api.patch(`/v1/accounts/${body.id}`, { name: 'x' })).status).toBe(428)
    const renamed = await api.patch(`/v1/accounts/${body.id}`, { name: `${name} SA` }, 1)
    expect(renamed.body).toEqual({ ...body, name: `${name} SA`, version: 2 })
    expect((await api.patch(`/v1/accounts/${body.id}`, { name: 'x' }, 1)).status).toBe(412)
    expect((await api.get(`/v1/accounts/${body.id}/history`)).body.data).toMatchObject([
      { action: 'update', actor: 'operator:operator', before: { name } },
      { action: 'create' },
    ])
  })

  it('of a sandbox begin where they are told', async () => {
    const api = await operator(database())
    const told = await api.post('/v1/accounts', { name: 'Testes', mode: 'sandbox', sandboxNow: '2026-05-01T09:00:00-03:00' })
    expect(told.body).toMatchObject({ mode: 'sandbox', sandboxNow: '2026-05-01T12:00:00.000Z' })
    expect((await api.post('/v1/accounts', { name: 'Testes', mode: 'sandbox' })).body.sandboxNow).not.toBeNull()
    const live = await api.post('/v1/accounts', { name: ' ', mode: 'live', sandboxNow: '2026-05-01T12:00:00Z' })
    expect(live).toMatchObject({
      status: 422,
      body: {
        faults: [
          { path: '/name', code: 'blank' },
          { path: '/sandboxNow', code: 'not_a_sandbox' },
        ],
      },
    })
    expect((await api.post('/v1/accounts', { name: 'x', mode: 'test' })).status).toBe(422)
  })

  it('belong to the operator alone', async () => {
    const api = await operator(database())
    for (const path of ['/v1/accounts', '/v1/accounts/acc_1']) expect((await api.tenant.get(path)).status).toBe(403)
    expect((await api.tenant.post('/v1/accounts', { name: 'x', mode: 'live' })).status).toBe(403)
    expect((await api.get('/v1/customers')).status).toBe(403)
    expect((await api.get('/v1/accounts/acc_999999')).status).toBe(404)
    expect((await api.post('/v1/accounts/acc_999999/close')).status).toBe(404)
  })

  it('that are closed let no key in, until they are opened again', async () => {
    const api = await operator(database())
    const path = `/v1/accounts/acc_${api.tenant.account}`
    expect((await api.tenant.get('/v1/customers')).status).toBe(200)
    const closed = await api.post(`${path}/close`)
    expect(closed.body).toMatchObject({ state: 'closed', version: 2 })
    expect((await api.post(`${path}/close`)).body.version).toBe(2)
    expect(await api.tenant.get('/v1/customers')).toMatchObject({ status: 403, body: { code: 'account_closed' } })
    await api.post(`${path}/reopen`)
    expect((await api.tenant.get('/v1/customers')).status).toBe(200)
  })

  it('get their first key from the operator', async () => {
    const api = await operator(database())
    const { body: account } = await api.post('/v1/accounts', { name: 'Nova', mode: 'live' })
    const { status, body: key } = await api.post(`/v1/accounts/${account.id}/api-keys`, { name: 'Primeira', scopes: ['*'] })
    expect(status).toBe(201)
    expect((await api.tenant.get('/v1/customers', { key: key.key })).status).toBe(200)
    const listed = await api.get(`/v1/accounts/${account.id}/api-keys`)
    expect(listed.body.data).toMatchObject([{ id: key.id, name: 'Primeira' }])
    expect(JSON.stringify(listed.body)).not.toContain(key.key)
    await api.post(`/v1/accounts/${account.id}/api-keys/${key.id}/revoke`)
    expect((await api.tenant.get('/v1/customers', { key: key.key })).status).toBe(401)
  })
})
