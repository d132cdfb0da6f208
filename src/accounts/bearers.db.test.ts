import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { operatorKey, type TestApi, testApi, testApp } from '../../test/http/test-api.ts'
import type { GrantedScope } from './api-keys.ts'

// The password grant as its clients use it, and what becomes of what it gave.

interface Login {
  client_id: string
  client_secret: string
  username: string
  password: string
}

const client = 'hubsoft'
const ask = { url: '/api/v1/integracao/financeiro/evento_faturamento', method: 'POST' as const }

async function newLogin(api: TestApi, scopes: readonly GrantedScope[] = ['*']) {
  const { status, body } = await api.post('/v1/api-keys', { name: 'Provedor', scopes, for: client })
  expect(status).toBe(201)
  return { id: String(body.id), login: body.credentials as Login, body }
}

/** As a client posts it, JSON or a form; nothing else says who it is. */
async function post(api: TestApi, fields: object | string) {
  const isForm = typeof fields === 'string'
  const response = await api.app.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
    payload: isForm ? fields : JSON.stringify(fields),
  })
  return { status: response.statusCode, body: response.json(), headers: response.headers }
}

const enter = (api: TestApi, login: object) => post(api, { grant_type: 'password', ...login })
const refresh = (api: TestApi, { client_id, client_secret }: Login, refresh_token: string) =>
  post(api, { grant_type: 'refresh_token', client_id, client_secret, refresh_token })

/** What a bearer opens: 404 or 200 when it is taken, 401 when not. */
async function opens(api: TestApi, authorization: string): Promise<boolean> {
  const { statusCode } = await api.app.inject({ method: 'GET', url: '/v1/customers', headers: { authorization } })
  return statusCode === 200
}

eachEngine('A password grant', database => {
  it('gives a bearer to who says all four parts, as JSON or as a form', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    const { status, body, headers } = await enter(api, login)
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.stringMatching(/^bdb_[0-9a-f]{64}$/),
      expires_in: 2_592_000,
      refresh_token: expect.stringMatching(/^bdf_[0-9a-f]{64}$/),
      token_type: 'Bearer',
    })
    expect(headers['cache-control']).toBe('no-store')
    expect(await opens(api, `Bearer ${body.access_token}`)).toBe(true)
    const form = await post(api, new URLSearchParams({ grant_type: 'password', ...login }).toString())
    expect(form.status).toBe(200)
    expect(form.body.access_token).not.toBe(body.access_token)
    // A number, as their client ids are elsewhere, and an address in capitals.
    const other = await enter(api, { ...login, client_id: Number(login.client_id), username: login.username.toUpperCase() })
    expect(other.status).toBe(200)
  })

  it('does not say which part was wrong', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    const { login: other } = await newLogin(api)
    const told = { error: 'invalid_credentials', error_description: 'The user credentials were incorrect.' }
    for (const name of ['client_id', 'client_secret', 'username', 'password'] as const) {
      expect(await enter(api, { ...login, [name]: other[name] }), name).toMatchObject({
        status: 401,
        body: { ...told, message: told.error_description },
      })
    }
  })

  it('wants every field, of a kind that it knows', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    for (const name of Object.keys(login)) {
      for (const value of [undefined, '', null, {}, ['x'], 'x'.repeat(501)]) {
        expect(await enter(api, { ...login, [name]: value }), name).toMatchObject({
          status: 400,
          body: { error: 'invalid_request', hint: `Check the \`${name}\` parameter` },
        })
      }
    }
    expect(await post(api, login)).toMatchObject({ status: 400, body: { hint: 'Check the `grant_type` parameter' } })
    expect(await post(api, { ...login, grant_type: 'client_credentials' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    })
    for (const payload of ['{', '[]', 'null', '"x"', '']) {
      const response = await api.app.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: { 'content-type': 'application/json' },
        payload,
      })
      expect(response.statusCode, payload).toBe(400)
      expect(response.json(), payload).toMatchObject({ error: 'invalid_request' })
    }
  })

  it('is refreshed once: the old bearer and its refresh open nothing any more', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    const { login: stranger } = await newLogin(api)
    const first = (await enter(api, login)).body
    // Another client has nothing to do with it.
    expect(await refresh(api, stranger, first.refresh_token)).toMatchObject({ status: 401 })
    expect(await refresh(api, { ...login, client_secret: stranger.client_secret }, first.refresh_token)).toMatchObject({
      status: 401,
    })
    const second = await refresh(api, login, first.refresh_token)
    expect(second).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 2_592_000 } })
    expect(await opens(api, `Bearer ${first.access_token}`)).toBe(false)
    expect(await opens(api, `Bearer ${second.body.access_token}`)).toBe(true)
    expect(await refresh(api, login, first.refresh_token)).toMatchObject({ status: 401 })
    expect((await refresh(api, login, second.body.refresh_token)).status).toBe(200)
  })

  it('two refreshes of one bearer at once give one', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    const { body } = await enter(api, login)
    const both = await Promise.all([refresh(api, login, body.refresh_token), refresh(api, login, body.refresh_token)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  it('what renews opens nothing by itself, nor do the four parts', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    const { body } = await enter(api, login)
    for (const key of [body.refresh_token, login.password, login.client_secret, Object.values(login).join('')]) {
      expect(await opens(api, `Bearer ${key}`)).toBe(false)
    }
    expect(await refresh(api, login, body.access_token)).toMatchObject({ status: 401 })
  })

  it('ends with its key, at once, and a revoked key gives no bearer', async () => {
    const api = await testApi(database())
    const { id, login } = await newLogin(api)
    const { body } = await enter(api, login)
    await api.post(`/v1/api-keys/${id}/revoke`)
    expect(await opens(api, `Bearer ${body.access_token}`)).toBe(false)
    expect((await refresh(api, login, body.refresh_token)).status).toBe(401)
    expect((await enter(api, login)).status).toBe(401)
  })

  it('ends after its thirty days of the machine’s time, and is refreshed until sixty', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    const { body } = await enter(api, login)
    const older = (days: number) =>
      database().asOwner(owner =>
        owner.query(
          `update bearer set issued_at = issued_at - make_interval(days => $1), expires_at = expires_at - make_interval(days => $1),
                             refresh_until = refresh_until - make_interval(days => $1) where account_id = $2`,
          [days, api.account],
        ),
      )
    // A sandbox that leaps a year takes nobody's bearer away.
    await api.moveClock('2027-01-01')
    await older(29)
    expect(await opens(api, `Bearer ${body.access_token}`)).toBe(true)
    await older(1)
    expect(await opens(api, `Bearer ${body.access_token}`)).toBe(false)
    const told = await api.app.inject({ ...ask, headers: { authorization: `Bearer ${body.access_token}` }, payload: {} })
    expect(told.statusCode).toBe(401)
    await older(29)
    const again = await refresh(api, login, body.refresh_token)
    expect(again.status).toBe(200)
    await older(60)
    expect((await refresh(api, login, again.body.refresh_token)).status).toBe(401)
  })

  it('opens what its key opens and nothing else, of its account alone', async () => {
    const api = await testApi(database())
    const stranger = await testApi(database())
    const { login } = await newLogin(api, ['customers:read'])
    const { body } = await enter(stranger, login)
    const as = (url: string) => api.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${body.access_token}` } })
    expect((await as('/v1/customers')).statusCode).toBe(200)
    expect((await as('/v1/contracts')).json()).toMatchObject({ status: 403, code: 'insufficient_scope' })
    expect((await as('/v1/api-keys')).statusCode).toBe(403)
  })

  it('is kept as hashes alone, under an Idempotency-Key too', async () => {
    const api = await testApi(database())
    const { login, id } = await newLogin(api)
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'uma-vez' }
    const payload = JSON.stringify({ grant_type: 'password', ...login })
    const response = await api.app.inject({ method: 'POST', url: '/oauth/token', headers, payload })
    const given = response.json()
    const tables = ['bearer', 'api_key', 'idempotency_key', 'history', 'history_payload', 'outbox']
    const rows = await database().asOwner(async owner => {
      const all = []
      for (const table of tables) {
        all.push(
          (await owner.query(`select row_to_json(t)::text as row from ${table} t where account_id = $1`, [api.account])).rows,
        )
      }
      return JSON.stringify(all)
    })
    const shown = JSON.stringify([
      (await api.get('/v1/api-keys')).body,
      (await api.get(`/v1/api-keys/${id}`)).body,
      (await api.get(`/v1/api-keys/${id}/history`)).body,
    ])
    for (const secret of [given.access_token, given.refresh_token, login.client_secret, login.password, login.username]) {
      expect(rows).not.toContain(secret)
      expect(shown).not.toContain(secret)
    }
    expect(shown).toContain(login.client_id)
  })

  it('keeps no bearer that opens nothing any more', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    for (let i = 0; i < 3; i++) {
      const { body } = await enter(api, login)
      await refresh(api, login, body.refresh_token)
    }
    const { rows } = await database().asOwner(owner =>
      owner.query('select count(*)::int as n from bearer where account_id = $1', [api.account]),
    )
    // Three that stand, and the last one that was refreshed, which is still told apart from nothing.
    expect(rows[0]).toEqual({ n: 3 })
  })

  it('guesses are bounded, of one client alone; what is right is let in all the same', async () => {
    const api = await testApi(database())
    const { login } = await newLogin(api)
    const { login: other } = await newLogin(api)
    const guess = (whose: typeof login, word: string) => enter(api, { ...whose, password: `errada ${word}` })
    for (let i = 0; i < 10; i++) expect((await guess(login, `${i}`)).status).toBe(401)
    const told = await guess(login, 'mais uma')
    expect(told).toMatchObject({ status: 429, body: { error: 'too_many_attempts' } })
    expect(told.headers['retry-after']).toBe('60')
    expect((await guess(other, 'uma')).status).toBe(401)
    expect((await enter(api, login)).status).toBe(200)
  })
})

eachEngine('A key for a client of another system', database => {
  it('is given as that client asks for it, and listed with whose it is', async () => {
    const api = await testApi(database())
    const forms = {
      omie: { form: 'app_key', credentials: { app_key: /^\d{13}$/, app_secret: /^[0-9a-f]{64}$/ } },
      hubsoft: {
        form: 'password_grant',
        credentials: { client_id: /^\d{9}$/, client_secret: /./, username: /@bordero\.example$/, password: /./ },
      },
      nibo: { form: 'token', credentials: { token: /^bdr_/ } },
      fintera: { form: 'token', credentials: { token: /^bdr_/ } },
      emites: { form: 'token', credentials: { token: /^bdr_/ } },
    }
    for (const [whose, { form, credentials }] of Object.entries(forms)) {
      const { status, body } = await api.post('/v1/api-keys', { name: whose, scopes: ['*'], for: whose })
      expect(status).toBe(201)
      expect(body).toMatchObject({ for: whose, form, key: form === 'token' ? body.credentials.token : null })
      expect(Object.keys(body.credentials)).toEqual(Object.keys(credentials))
      for (const [name, like] of Object.entries(credentials)) expect(body.credentials[name]).toMatch(like)
      const read = (await api.get(`/v1/api-keys/${body.id}`)).body
      expect(read).toMatchObject({ for: whose, form })
      expect(read).not.toHaveProperty('credentials')
      if (form === 'token') expect((await api.get('/v1/customers', { key: body.key })).status).toBe(200)
    }
    expect((await api.post('/v1/api-keys', { name: 'x', scopes: ['*'], for: 'outro' })).status).toBe(422)
    expect((await api.post('/v1/api-keys', { name: 'x', scopes: ['*'] })).body).toMatchObject({ for: null, form: 'token' })
  })

  it('is made by the operator too', async () => {
    const api = await testApi(database())
    const app = await testApp(database())
    const response = await app.inject({
      method: 'POST',
      url: `/v1/accounts/acc_${api.account}/api-keys`,
      headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
      payload: JSON.stringify({ name: 'x', scopes: ['customers:read'], for: client }),
    })
    expect(response.statusCode).toBe(201)
    expect((await enter(api, response.json().credentials)).status).toBe(200)
  })
})
