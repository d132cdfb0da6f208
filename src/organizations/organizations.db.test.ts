import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { cnpjCheckDigits } from '../core/brazil/cnpj.ts'
import { instant } from '../core/dates.ts'

const acme = { legalName: 'Acme Serviços Ltda', cnpj: '11.222.333/0001-81', taxRegime: 'simples_nacional' }

/** The n-th of many different valid ones. */
const cnpj = (n: number) => {
  const base = `AB${String(n).padStart(10, '0')}`
  return base + cnpjCheckDigits(base)
}

const made = async (api: TestApi, more: object = {}) => {
  const { status, body } = await api.post('/v1/organizations', { ...acme, ...more })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

eachEngine('organizations', database => {
  const dueOf = (api: TestApi) =>
    database().db.transact({ account: api.account }, async tx => {
      const { rows } = await sql<{ kind: string; subject_id: number; due_at: string }>`
        select kind, subject_id, due_at from due_work where account_id = ${api.account} and kind = 'daily_billing'`.execute(tx)
      return rows.map(row => row.due_at)
    })

  it('are made, shown and listed', async () => {
    const api = await testApi(database())
    const { status, body, headers } = await api.post('/v1/organizations', {
      ...acme,
      tradeName: 'Acme',
      municipalRegistration: '123456',
      address: { municipio: '4106902', street: 'Rua XV', zipCode: '80020-310' },
      runMaxInvoices: 500,
      runMaxTotalCents: 10_000_000,
      apportionmentEnabled: true,
      externalIds: [{ system: 'fintera', id: '77' }],
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: 'org_1',
      cnpj: '11222333000181',
      timeZone: 'America/Sao_Paulo',
      billingHour: 6,
      apportionmentEnabled: true,
      address: { city: 'Curitiba', uf: 'PR', zipCode: '80020310' },
      externalIds: [{ system: 'fintera', id: '77' }],
      version: 1,
      archivedAt: null,
    })
    expect(headers).toMatchObject({ etag: '"v1"', location: '/v1/organizations/org_1' })
    const shown = await api.get('/v1/organizations/org_1')
    expect(shown).toMatchObject({ status: 200, body, headers: { etag: '"v1"' } })
    const listed = await api.get('/v1/organizations')
    expect(listed.body).toEqual({ data: [body], nextCursor: null })
  })

  it('are refused with all their faults at once', async () => {
    const api = await testApi(database())
    const { status, body } = await api.post('/v1/organizations', {
      cnpj: '11.222.333/0001-82',
      taxRegime: 'lucro',
      timeZone: 'Marte/Olympus',
      billingHour: 24,
      runMaxInvoices: 0,
      color: 'blue',
    })
    expect(status).toBe(422)
    expect(body.code).toBe('invalid_input')
    expect(Object.fromEntries(body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]))).toEqual({
      '/legalName': 'required',
      '/cnpj': 'invalid_format',
      '/taxRegime': 'invalid_choice',
      '/timeZone': 'invalid_format',
      '/billingHour': 'too_large',
      '/runMaxInvoices': 'too_small',
      '/color': 'unknown_field',
    })
  })

  it('are not in a municipality that does not exist, or in another state', async () => {
    const api = await testApi(database())
    const nowhere = await api.post('/v1/organizations', { ...acme, address: { municipio: '1234567', uf: 'QQ' } })
    expect(nowhere).toMatchObject({
      status: 422,
      body: {
        faults: [
          { path: '/address/municipio', code: 'unknown_municipio' },
          { path: '/address/uf', code: 'unknown_uf' },
        ],
      },
    })
    const elsewhere = await api.post('/v1/organizations', { ...acme, address: { municipio: '3550308', uf: 'RJ' } })
    expect(elsewhere).toMatchObject({ status: 422, body: { faults: [{ path: '/address/uf', code: 'municipio_in_other_uf' }] } })
  })

  it('have a CNPJ that no other in use has, letters allowed', async () => {
    const api = await testApi(database())
    expect(await made(api, { cnpj: '12.abc.345/01de-35' })).toMatchObject({ cnpj: '12ABC34501DE35' })
    const again = await api.post('/v1/organizations', { ...acme, cnpj: '12ABC34501DE35' })
    expect(again).toMatchObject({ status: 422, body: { code: 'cnpj_taken', faults: [{ path: '/cnpj' }] } })
    const other = await testApi(database())
    await made(other, { cnpj: '12ABC34501DE35' })
  })

  it('change only what is sent, and null clears', async () => {
    const api = await testApi(database())
    const before = await made(api, { tradeName: 'Acme', runMaxInvoices: 5, externalIds: [{ system: 'a', id: '1' }] })
    const changed = await api.patch('/v1/organizations/org_1', { tradeName: null, legalName: 'Acme SA' }, { version: 1 })
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"v2"' } })
    expect(changed.body).toEqual({ ...before, tradeName: null, legalName: 'Acme SA', version: 2 })
    const wrong = await api.patch('/v1/organizations/org_1', { legalName: null, id: 'org_9' }, { version: 2 })
    expect(wrong).toMatchObject({
      status: 422,
      body: {
        faults: expect.arrayContaining([
          expect.objectContaining({ path: '/legalName' }),
          expect.objectContaining({ path: '/id' }),
        ]),
      },
    })
    const b = { system: 'b', id: '1' }
    const a = { system: 'a', id: '2' }
    const ids = await api.patch('/v1/organizations/org_1', { externalIds: [b, a, b] }, { version: 2 })
    expect(ids.body).toMatchObject({ externalIds: [a, b], runMaxInvoices: 5, version: 3 })
    expect((await api.get('/v1/organizations/org_1')).body).toEqual(ids.body)
  })

  it('are not overwritten by somebody who saw an older version', async () => {
    const api = await testApi(database())
    await made(api)
    expect((await api.patch('/v1/organizations/org_1', { tradeName: 'A' })).status).toBe(428)
    expect((await api.patch('/v1/organizations/org_1', { tradeName: 'A' }, { version: 1 })).status).toBe(200)
    const late = await api.patch('/v1/organizations/org_1', { tradeName: 'B' }, { version: 1 })
    expect(late).toMatchObject({ status: 412, body: { code: 'stale_version' } })
    expect((await api.get('/v1/organizations/org_1')).body.tradeName).toBe('A')
  })

  it('are found by a part of the name, by CNPJ, and by the id that another system gave', async () => {
    const api = await testApi(database())
    await made(api, { legalName: 'Alfa 100% Ltda', cnpj: cnpj(1), externalIds: [{ system: 'omie', id: 'x-1' }] })
    await made(api, { legalName: 'Beta Ltda', tradeName: 'ÁGUA VIVA', cnpj: cnpj(2) })
    const found = async (query: string) =>
      (await api.get(`/v1/organizations?${query}`)).body.data.map((it: { id: string }) => it.id)
    expect(await found('q=alfa')).toEqual(['org_1'])
    expect(await found('q=100%25')).toEqual(['org_1'])
    expect(await found('q=%25')).toEqual(['org_1'])
    expect(await found(`q=${encodeURIComponent('água')}`)).toEqual(['org_2'])
    expect(await found(`cnpj=${cnpj(2)}`)).toEqual(['org_2'])
    expect(await found('externalSystem=omie&externalId=x-1')).toEqual(['org_1'])
    expect(await found('externalSystem=omie&externalId=x-2')).toEqual([])
    const half = await api.get('/v1/organizations?externalSystem=omie')
    expect(half).toMatchObject({ status: 400, body: { code: 'invalid_query', faults: [{ path: '/externalId' }] } })
  })

  it('are listed in pages that neither repeat nor skip', async () => {
    const api = await testApi(database())
    for (let n = 1; n <= 5; n++) await made(api, { cnpj: cnpj(n) })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const { body } = await api.get(`/v1/organizations?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...body.data.map((it: { id: string }) => it.id))
      cursor = body.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['org_1', 'org_2', 'org_3', 'org_4', 'org_5'])
    expect((await api.get('/v1/organizations?limit=0')).status).toBe(400)
    expect(await api.get('/v1/organizations?cursor=abc')).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } })
  })

  it('of another account, unknown or of another kind are not found', async () => {
    const owner = await testApi(database())
    const stranger = await testApi(database())
    await made(owner)
    await made(stranger, { cnpj: cnpj(3) })
    await made(owner, { cnpj: cnpj(4) })
    for (const path of ['org_2', 'org_99', 'cus_1', '1', 'org_01', 'x'.repeat(100)]) {
      expect(await stranger.get(`/v1/organizations/${path}`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    expect((await stranger.patch('/v1/organizations/org_2', { tradeName: 'meu' }, { version: 1 })).status).toBe(404)
    expect((await stranger.delete('/v1/organizations/org_2', { version: 1 })).status).toBe(404)
    expect((await stranger.post('/v1/organizations/org_2/archive')).status).toBe(404)
    expect((await stranger.get('/v1/organizations/org_2/history')).status).toBe(404)
    expect((await stranger.get('/v1/organizations/org_2/holidays')).status).toBe(404)
  })

  it('need a key with the scope', async () => {
    const api = await testApi(database())
    const reader = await api.keyWith(['organizations:read'])
    expect((await api.get('/v1/organizations', { key: reader })).status).toBe(200)
    expect(await api.post('/v1/organizations', acme, { key: reader })).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    })
    expect((await api.get('/v1/organizations', { key: await api.keyWith(['catalog:read']) })).status).toBe(403)
  })

  it('are archived, keep being shown, and give their CNPJ free', async () => {
    const api = await testApi(database())
    await made(api)
    const archived = await api.post('/v1/organizations/org_1/archive')
    expect(archived.body).toMatchObject({ version: 2, archivedAt: '2026-01-01T12:00:00.000Z' })
    expect((await api.post('/v1/organizations/org_1/archive')).body.version).toBe(2)
    expect((await api.get('/v1/organizations/org_1')).status).toBe(200)
    expect((await api.get('/v1/organizations')).body.data).toEqual([])
    expect((await api.get('/v1/organizations?archived=true')).body.data).toHaveLength(1)
    expect(await dueOf(api)).toEqual([])
    await made(api)
    expect(await api.post('/v1/organizations/org_1/unarchive')).toMatchObject({ status: 422, body: { code: 'cnpj_taken' } })
    await api.post('/v1/organizations/org_2/archive')
    expect((await api.post('/v1/organizations/org_1/unarchive')).body).toMatchObject({ archivedAt: null, version: 3 })
    expect(await dueOf(api)).toEqual(['2026-01-02T09:00:00.000Z'])
  })

  it('are deleted while nothing hangs on them, and keep their history', async () => {
    const api = await testApi(database())
    await made(api, { externalIds: [{ system: 'a', id: '1' }] })
    await api.post('/v1/organizations/org_1/holidays', { date: '2026-01-25', name: 'Aniversário de São Paulo', scope: 'city' })
    expect((await api.delete('/v1/organizations/org_1')).status).toBe(428)
    expect((await api.delete('/v1/organizations/org_1', { version: 1 })).status).toBe(412)
    expect((await api.delete('/v1/organizations/org_1', { version: 2 })).status).toBe(204)
    expect((await api.get('/v1/organizations/org_1')).status).toBe(404)
    expect(await dueOf(api)).toEqual([])
    const { body } = await api.get('/v1/organizations/org_1/history')
    expect(body.data.map((entry: { action: string }) => entry.action)).toEqual(['delete', 'add_holiday', 'create'])
  })

  it('tell who did what, with what was there before', async () => {
    const api = await testApi(database())
    await made(api)
    await api.patch('/v1/organizations/org_1', { tradeName: 'Nova' }, { version: 1, headers: { 'x-request-id': 'pedido-7' } })
    const { body } = await api.get('/v1/organizations/org_1/history?limit=1')
    expect(body.data).toMatchObject([
      {
        action: 'update',
        version: 2,
        before: { tradeName: null },
        after: { tradeName: 'Nova' },
        isSealed: false,
        erasedAt: null,
      },
    ])
    expect(body.data[0].actor).toMatch(/^key:key_\d+$/)
    expect(body.data[0].requestId).toBeTruthy()
    const rest = await api.get(`/v1/organizations/org_1/history?cursor=${body.nextCursor}`)
    expect(rest.body).toMatchObject({ data: [{ action: 'create', version: 1, before: null }], nextCursor: null })
  })
})

eachEngine('the daily billing of an organization', database => {
  const dueAt = async (api: TestApi) =>
    database().db.transact({ account: api.account }, async tx => {
      const { rows } = await sql<{ due_at: string }>`select due_at from due_work where account_id = ${api.account}`.execute(tx)
      return rows.map(row => row.due_at)
    })

  it('is dated for the next day at its own hour', async () => {
    const api = await testApi(database(), { now: instant('2026-03-10T02:00:00.000Z') })
    await made(api, { timeZone: 'America/Rio_Branco', billingHour: 7 })
    expect(await dueAt(api)).toEqual(['2026-03-10T12:00:00.000Z'])
  })

  it('moves with its hour and zone, and not with anything else', async () => {
    const api = await testApi(database(), { now: instant('2026-03-10T12:00:00.000Z') })
    await made(api)
    expect(await dueAt(api)).toEqual(['2026-03-11T09:00:00.000Z'])
    await api.patch('/v1/organizations/org_1', { tradeName: 'x' }, { version: 1 })
    expect(await dueAt(api)).toEqual(['2026-03-11T09:00:00.000Z'])
    await api.patch('/v1/organizations/org_1', { billingHour: 22 }, { version: 2 })
    expect(await dueAt(api)).toEqual(['2026-03-12T01:00:00.000Z'])
    await api.patch('/v1/organizations/org_1', { timeZone: 'America/Manaus' }, { version: 3 })
    expect(await dueAt(api)).toEqual(['2026-03-12T02:00:00.000Z'])
  })

  it('goes on day by day while the clock moves', async () => {
    const api = await testApi(database(), { now: instant('2026-03-10T12:00:00.000Z') })
    await made(api)
    await api.moveClock('2026-03-13')
    expect(await dueAt(api)).toContain('2026-03-14T09:00:00.000Z')
  })
})

eachEngine('holidays of an organization', database => {
  const anniversary = { date: '2026-01-25', name: 'Aniversário de São Paulo', scope: 'city' }

  it('are added, listed by date, removed and added again', async () => {
    const api = await testApi(database())
    await made(api)
    expect(
      await api.post('/v1/organizations/org_1/holidays', { date: '2026-07-09', name: 'Revolução', scope: 'state' }),
    ).toMatchObject({
      status: 201,
      body: { date: '2026-07-09', knownAt: '2026-01-01T12:00:00.000Z' },
    })
    await api.post('/v1/organizations/org_1/holidays', anniversary)
    const dates = async (query = '') =>
      (await api.get(`/v1/organizations/org_1/holidays${query}`)).body.data.map((it: { date: string }) => it.date)
    expect(await dates()).toEqual(['2026-01-25', '2026-07-09'])
    expect(await dates('?from=2026-02-01')).toEqual(['2026-07-09'])
    expect(await dates('?until=2026-02-01')).toEqual(['2026-01-25'])
    const first = await api.get('/v1/organizations/org_1/holidays?limit=1')
    expect(await dates(`?limit=1&cursor=${first.body.nextCursor}`)).toEqual(['2026-07-09'])
    expect((await api.delete('/v1/organizations/org_1/holidays/2026-01-25')).status).toBe(204)
    expect(await dates()).toEqual(['2026-07-09'])
    expect((await api.delete('/v1/organizations/org_1/holidays/2026-01-25')).status).toBe(404)
    await api.moveClock('2026-01-02')
    const again = await api.post('/v1/organizations/org_1/holidays', anniversary)
    expect(again).toMatchObject({ status: 201, body: { knownAt: '2026-01-02T15:00:00.000Z' } })
  })

  it('come once a day, on days that exist', async () => {
    const api = await testApi(database())
    await made(api)
    await api.post('/v1/organizations/org_1/holidays', anniversary)
    expect(await api.post('/v1/organizations/org_1/holidays', { ...anniversary, name: 'Outro' })).toMatchObject({
      status: 422,
      body: { code: 'holiday_exists', faults: [{ path: '/date' }] },
    })
    const wrong = await api.post('/v1/organizations/org_1/holidays', { date: '2026-02-30', name: '', scope: 'national' })
    expect(wrong.body.faults.map((fault: { path: string }) => fault.path).sort()).toEqual(['/date', '/name', '/scope'])
    expect((await api.post('/v1/organizations/org_7/holidays', anniversary)).status).toBe(404)
    expect((await api.delete('/v1/organizations/org_1/holidays/2026-99-01')).status).toBe(404)
  })

  it('change the version of their organization', async () => {
    const api = await testApi(database())
    await made(api)
    await api.post('/v1/organizations/org_1/holidays', anniversary)
    expect((await api.get('/v1/organizations/org_1')).body.version).toBe(2)
  })
})
