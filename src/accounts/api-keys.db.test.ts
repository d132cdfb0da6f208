import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { testApi } from '../../test/http/test-api.ts'

eachEngine('API keys', database => {
  it('are shown once, and only their hash is kept', async () => {
    const api = await testApi(database())
    const { status, body } = await api.post('/v1/api-keys', { name: 'ERP', scopes: ['customers:read', 'customers:read'] })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'ERP', scopes: ['customers:read'], revokedAt: null, version: 1 })
    expect(body.key).toMatch(new RegExp(`^bdr_${body.prefix}_[0-9a-f]{64}$`))
    const all = JSON.stringify([
      (await api.get('/v1/api-keys')).body,
      (await api.get(`/v1/api-keys/${body.id}`)).body,
      (await api.get(`/v1/api-keys/${body.id}/history`)).body,
    ])
    expect(all).toContain(body.prefix)
    expect(all).not.toContain(body.key)
    const kept = await database().asOwner(owner =>
      owner.query(`select encode(key_hash, 'hex') as hash, row_to_json(api_key)::text as row from api_key where prefix = $1`, [
        body.prefix,
      ]),
    )
    expect(kept.rows[0]?.hash).toBe(createHash('sha256').update(body.key).digest('hex'))
    expect(String(kept.rows[0]?.row)).not.toContain(body.key.split('_')[2])
  })

  it('leave no secret in any table, even under an Idempotency-Key', async () => {
    const api = await testApi(database())
    const { body } = await api.post('/v1/api-keys', { name: 'ERP', scopes: ['*'] }, { once: 'chave-1' })
    const { rows } = await database().db.transact({ account: api.account }, tx =>
      sql<{ text: string }>`select body::text as text from idempotency_key where account_id = ${api.account}`.execute(tx),
    )
    expect(JSON.stringify(rows)).not.toContain(body.key)
  })

  it('open what their scopes say and nothing else', async () => {
    const api = await testApi(database())
    const key = await api.keyWith(['customers:read', 'keys:write'])
    expect((await api.get('/v1/customers', { key })).status).toBe(200)
    expect(await api.post('/v1/customers', { kind: 'person', name: 'x' }, { key })).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    })
    expect((await api.get('/v1/api-keys', { key })).status).toBe(403)
    expect((await api.get('/v1/customers', { key: null })).status).toBe(401)
    expect((await api.get('/v1/customers', { key: 'bdr_naoexist_00' })).status).toBe(401)
  })

  it('give no more than they have', async () => {
    const api = await testApi(database())
    const key = await api.keyWith(['customers:read', 'keys:write'])
    for (const scopes of [['*'], ['customers:read', 'customers:write']]) {
      expect(await api.post('/v1/api-keys', { name: 'mais', scopes }, { key })).toMatchObject({
        status: 403,
        body: { code: 'scope_not_held', faults: [{ path: '/scopes' }] },
      })
    }
    expect((await api.post('/v1/api-keys', { name: 'menos', scopes: ['customers:read'] }, { key })).status).toBe(201)
  })

  it('are refused with scopes that do not exist, none at all, or no name', async () => {
    const api = await testApi(database())
    for (const scopes of [['clientes:read'], ['customers'], [], 'customers:read', undefined]) {
      expect((await api.post('/v1/api-keys', { name: 'x', scopes })).status).toBe(422)
    }
    expect(await api.post('/v1/api-keys', { name: ' ', scopes: ['*'] })).toMatchObject({
      status: 422,
      body: { faults: [{ path: '/name' }] },
    })
  })

  it('end at once when they are revoked, and stay on the list', async () => {
    const api = await testApi(database())
    const { body } = await api.post('/v1/api-keys', { name: 'ERP', scopes: ['*'] })
    expect((await api.get('/v1/customers', { key: body.key })).status).toBe(200)
    const revoked = await api.post(`/v1/api-keys/${body.id}/revoke`)
    expect(revoked.body).toMatchObject({ revokedAt: '2026-01-01T12:00:00.000Z', version: 2 })
    expect((await api.post(`/v1/api-keys/${body.id}/revoke`)).body.version).toBe(2)
    expect((await api.get('/v1/customers', { key: body.key })).status).toBe(401)
    expect((await api.get('/v1/api-keys')).body.data).toHaveLength(2)
    expect((await api.get(`/v1/api-keys/${body.id}/history`)).body.data).toMatchObject([
      { action: 'revoke' },
      { action: 'create' },
    ])
  })

  it('are not revoked by a key that may do less', async () => {
    const api = await testApi(database())
    const keys = await api.keyWith(['keys:read', 'keys:write'])
    const all = (await api.get('/v1/api-keys')).body.data
    const master = all.find(({ scopes }: { scopes: string[] }) => scopes.includes('*'))
    const erp = (await api.post('/v1/api-keys', { name: 'ERP', scopes: ['keys:read', 'customers:read'] })).body
    for (const id of [master.id, erp.id]) {
      expect(await api.post(`/v1/api-keys/${id}/revoke`, undefined, { key: keys })).toMatchObject({
        status: 403,
        body: { code: 'scope_not_held' },
      })
    }
    expect((await api.get('/v1/customers', { key: erp.key })).status).toBe(200)
    const less = (await api.post('/v1/api-keys', { name: 'menos', scopes: ['keys:read'] })).body
    expect((await api.post(`/v1/api-keys/${less.id}/revoke`, undefined, { key: keys })).status).toBe(200)
    // Itself it may revoke, whatever it may do.
    const own = (await api.get('/v1/api-keys')).body.data.find(({ scopes }: { scopes: string[] }) =>
      scopes.includes('keys:write'),
    )
    expect((await api.post(`/v1/api-keys/${own.id}/revoke`, undefined, { key: keys })).status).toBe(200)
  })

  it('of another account are not found', async () => {
    const owner = await testApi(database())
    const stranger = await testApi(database())
    const { body } = await owner.post('/v1/api-keys', { name: 'ERP', scopes: ['*'] })
    expect((await stranger.get(`/v1/api-keys/${body.id}`)).status).toBe(404)
    expect((await stranger.post(`/v1/api-keys/${body.id}/revoke`)).status).toBe(404)
    expect((await owner.get('/v1/customers', { key: body.key })).status).toBe(200)
  })
})
