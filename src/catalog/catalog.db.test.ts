import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'

const made = async (api: TestApi, item: object) => {
  const { status, body } = await api.post('/v1/service-items', item)
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

const idsOf = async (api: TestApi, query: string) =>
  (await api.get(`/v1/service-items?${query}`)).body.data.map((it: { id: string }) => it.id)

eachEngine('service items', database => {
  it('are made, shown and listed', async () => {
    const api = await testApi(database())
    const { status, body, headers } = await api.post('/v1/service-items', {
      code: 'SUP-01',
      name: 'Suporte técnico',
      description: 'Atendimento em horário comercial',
      unitPrice: '0199.90',
      externalIds: [{ system: 'fintera', id: '5' }],
    })
    expect(status).toBe(201)
    expect(headers).toMatchObject({ etag: '"v1"', location: '/v1/service-items/svc_1' })
    expect(body).toEqual({
      id: 'svc_1',
      code: 'SUP-01',
      name: 'Suporte técnico',
      description: 'Atendimento em horário comercial',
      unitPrice: '199.9',
      externalIds: [{ system: 'fintera', id: '5' }],
      version: 1,
      createdAt: '2026-01-01T12:00:00.000Z',
      archivedAt: null,
    })
    expect((await api.get('/v1/service-items/svc_1')).body).toEqual(body)
    expect((await api.get('/v1/service-items')).body).toEqual({ data: [body], nextCursor: null })
  })

  it('are refused with all their faults at once', async () => {
    const api = await testApi(database())
    const { status, body } = await api.post('/v1/service-items', { name: '', unitPrice: '-1.5', code: 7, preco: '1' })
    expect(status).toBe(422)
    expect(body.faults.map((fault: { path: string }) => fault.path).sort()).toEqual(['/code', '/name', '/preco', '/unitPrice'])
    for (const unitPrice of ['1,5', '1e3', '0.1234567', '1000000000.01', 10]) {
      expect((await api.post('/v1/service-items', { name: 'x', unitPrice })).status).toBe(422)
    }
  })

  it('have a code that no other in use has', async () => {
    const api = await testApi(database())
    await made(api, { name: 'A', code: 'X' })
    await made(api, { name: 'B' })
    await made(api, { name: 'C', code: null })
    const taken = { status: 422, body: { code: 'code_taken', faults: [{ path: '/code' }] } }
    expect(await api.post('/v1/service-items', { name: 'D', code: 'X' })).toMatchObject(taken)
    expect(await api.patch('/v1/service-items/svc_2', { code: 'X' }, { version: 1 })).toMatchObject(taken)
    await api.post('/v1/service-items/svc_1/archive')
    expect((await api.patch('/v1/service-items/svc_2', { code: 'X' }, { version: 1 })).status).toBe(200)
    expect(await api.post('/v1/service-items/svc_1/unarchive')).toMatchObject(taken)
  })

  it('change only what is sent, null clears, and an older version is refused', async () => {
    const api = await testApi(database())
    const before = await made(api, { name: 'A', code: 'X', unitPrice: '10' })
    const changed = await api.patch('/v1/service-items/svc_1', { unitPrice: null }, { version: 1 })
    expect(changed.body).toEqual({ ...before, unitPrice: null, version: 2 })
    expect((await api.patch('/v1/service-items/svc_1', { name: 'B' })).status).toBe(428)
    expect((await api.patch('/v1/service-items/svc_1', { name: 'B' }, { version: 1 })).status).toBe(412)
    expect((await api.patch('/v1/service-items/svc_1', { name: null }, { version: 2 })).status).toBe(422)
  })

  it('are found by a part of what describes them, by code and by external id', async () => {
    const api = await testApi(database())
    await made(api, { name: 'Suporte', code: 'S1', externalIds: [{ system: 'omie', id: '1' }] })
    await made(api, { name: 'Hospedagem', description: 'servidor com suporte' })
    expect(await idsOf(api, 'q=SUPORTE')).toEqual(['svc_2', 'svc_1'])
    expect(await idsOf(api, 'q=s1')).toEqual(['svc_1'])
    expect(await idsOf(api, 'code=S1')).toEqual(['svc_1'])
    expect(await idsOf(api, 'externalSystem=omie&externalId=1')).toEqual(['svc_1'])
  })

  it('are listed by name in pages', async () => {
    const api = await testApi(database())
    for (const name of ['b', 'a', 'C']) await made(api, { name })
    const first = await api.get('/v1/service-items?limit=2')
    expect(first.body.data.map((it: { name: string }) => it.name)).toEqual(['a', 'b'])
    expect(await idsOf(api, `limit=2&cursor=${first.body.nextCursor}`)).toEqual(['svc_3'])
  })

  it('are archived and keep being shown, or deleted while no contract names them', async () => {
    const api = await testApi(database())
    await made(api, { name: 'A' })
    await made(api, { name: 'B' })
    await api.post('/v1/service-items/svc_1/archive')
    expect(await idsOf(api, '')).toEqual(['svc_2'])
    expect(await idsOf(api, 'archived=true')).toEqual(['svc_1'])
    expect((await api.get('/v1/service-items/svc_1')).body.archivedAt).not.toBeNull()
    expect((await api.delete('/v1/service-items/svc_2', { version: 1 })).status).toBe(204)
    expect((await api.get('/v1/service-items/svc_2')).status).toBe(404)
    expect((await api.get('/v1/service-items/svc_2/history')).body.data).toMatchObject([
      { action: 'delete' },
      { action: 'create' },
    ])
  })

  it('of another account are not found', async () => {
    const owner = await testApi(database())
    const stranger = await testApi(database())
    await made(owner, { name: 'A' })
    expect((await stranger.get('/v1/service-items/svc_1')).status).toBe(404)
    expect((await stranger.patch('/v1/service-items/svc_1', { name: 'B' }, { version: 1 })).status).toBe(404)
    expect((await stranger.delete('/v1/service-items/svc_1', { version: 1 })).status).toBe(404)
    expect((await stranger.get('/v1/service-items/svc_1/history')).status).toBe(404)
    expect(await idsOf(stranger, '')).toEqual([])
  })
})
