import { expect, it } from 'vitest'
import { readCatalogue } from '../../scripts/schema-catalogue.ts'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type TestApi, testApi, testWebhooks } from '../../test/http/test-api.ts'
import { openSystemCtx } from '../app/context.ts'
import { addMillis } from '../core/dates.ts'
import { systemClock } from '../platform/clock.ts'
import { openLog } from '../platform/log.ts'
import { Secrets } from '../platform/secrets.ts'
import { createEndpoint } from './create-endpoint.ts'
import { forgetOldDeliveries } from './forget-deliveries.ts'
import { sendNext } from './send-webhooks.ts'

const address = 'http://127.0.0.1:1024/hook'
const endpoint = { address, events: ['invoice.*', 'invoice.*'], form: 'standard' }

eachEngine('webhook endpoints', database => {
  const made = async (api: TestApi, more: object = {}) => {
    const { status, body, headers } = await api.post('/v1/webhook-endpoints', { ...endpoint, ...more })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return { ...body, location: headers.location }
  }
  const codes = async (api: TestApi, more: object) => {
    const { body } = await api.post('/v1/webhook-endpoints', { ...endpoint, ...more })
    return body.faults.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)
  }

  it('are registered, read, listed, changed, switched, and deleted; their history stays', async () => {
    const api = await testApi(database())
    const { secret, ...first } = await made(api, { description: ' Sistema de gestão ' })
    expect(first).toMatchObject({
      id: 'whe_1',
      address,
      description: 'Sistema de gestão',
      form: 'standard',
      events: ['invoice.*'],
      state: 'enabled',
      reachable: null,
      waiting: 0,
      version: 1,
      location: '/v1/webhook-endpoints/whe_1',
    })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await made(api)
    const { body: page } = await api.get('/v1/webhook-endpoints?limit=1')
    expect([page.data.length, page.data[0].id]).toEqual([1, 'whe_1'])
    expect((await api.get(`/v1/webhook-endpoints?cursor=${page.nextCursor}`)).body.data).toMatchObject([{ id: 'whe_2' }])

    const at = '/v1/webhook-endpoints/whe_1'
    expect((await api.patch(at, { events: ['*'] })).body.code).toBe('precondition_required')
    expect((await api.patch(at, { events: ['*'], description: null }, { version: 1 })).body).toMatchObject({
      events: ['*'],
      description: null,
      version: 2,
    })
    expect((await api.patch(at, { events: ['*'] }, { version: 1 })).body.code).toBe('stale_version')
    expect((await api.patch(at, { form: 'fintera' }, { version: 2 })).status).toBe(422)
    expect((await api.post(`${at}/disable`)).body).toMatchObject({ state: 'disabled', disabledReason: 'person', version: 3 })
    expect((await api.post(`${at}/disable`)).body.version).toBe(3)
    expect((await api.post(`${at}/enable`)).body).toMatchObject({
      state: 'enabled',
      disabledReason: null,
      disabledAt: null,
      version: 4,
    })
    expect((await api.post(`${at}/rotate-secret`)).body).toMatchObject({ version: 5, secret: expect.stringMatching(/^whsec_/) })
    expect((await api.delete(at, { version: 4 })).body.code).toBe('stale_version')
    expect((await api.delete(at, { version: 5 })).status).toBe(204)
    expect((await api.get(at)).status).toBe(404)
    const { data } = (await api.get(`${at}/history`)).body
    expect(data.map(({ action }: { action: string }) => action)).toEqual([
      'delete',
      'rotate_secret',
      'enable',
      'disable',
      'update',
      'create',
    ])
  })

  it('are another account’s affair', async () => {
    const [ours, theirs] = [await testApi(database()), await testApi(database())]
    const { id } = await made(ours)
    await ours.post(`/v1/webhook-endpoints/${id}/test`)
    await ours.settle()
    const { data } = (await ours.get('/v1/webhook-deliveries')).body
    for (const path of [
      `/v1/webhook-endpoints/${id}`,
      `/v1/webhook-deliveries/${data[0].id}`,
      `/v1/webhook-endpoints/${id}/history`,
    ])
      expect((await theirs.get(path)).status).toBe(404)
    expect((await theirs.post(`/v1/webhook-endpoints/${id}/rotate-secret`)).status).toBe(404)
    expect((await theirs.post(`/v1/webhook-deliveries/${data[0].id}/replay`)).status).toBe(404)
    expect((await theirs.get('/v1/webhook-deliveries')).body.data).toEqual([])
  })

  it('open only to keys that may', async () => {
    const api = await testApi(database())
    const reader = await api.keyWith(['webhooks:read'])
    expect((await api.get('/v1/webhook-endpoints', { key: reader })).status).toBe(200)
    expect((await api.post('/v1/webhook-endpoints', endpoint, { key: reader })).status).toBe(403)
    expect((await api.get('/v1/webhook-endpoints', { key: await api.keyWith(['invoices:read']) })).status).toBe(403)
  })

  it('are refused with every fault at once', async () => {
    const api = await testApi(database())
    expect(await codes(api, { address: 'http://example.com', events: ['invoice.emited', 'x.y'] })).toEqual([
      '/address https_required',
      '/events/0 unknown_event',
      '/events/1 unknown_event',
    ])
    expect(await codes(api, { secret: 'whsec_short' })).toEqual(['/secret invalid_secret'])
    expect((await api.post('/v1/webhook-endpoints', { ...endpoint, form: 'sms' })).status).toBe(422)
    expect((await api.post('/v1/webhook-endpoints', { ...endpoint, events: [] })).status).toBe(422)
    expect((await api.post('/v1/webhook-endpoints', {})).body.faults).toHaveLength(3)
    expect((await api.get('/v1/webhook-deliveries?subjectId=invoice')).status).toBe(400)
  })

  it('of a live account are public and https, however this machine is written', async () => {
    const live = await testApi(database(), { mode: 'live' })
    for (const address of [
      'http://127.0.0.1:9000/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://0177.0.0.1/',
      'https://[::ffff:127.0.0.1]/',
    ])
      expect([address, await codes(live, { address })]).toEqual([
        address,
        [address.startsWith('http:') ? '/address https_required' : '/address address_not_public'],
      ])
    expect(await codes(live, { address: 'https://169.254.169.254/' })).toEqual(['/address address_not_public'])
    expect((await live.post('/v1/webhook-endpoints', { ...endpoint, address: 'https://example.com/hook' })).status).toBe(201)
  })

  it('whose name leads inside are sent nothing: the log says why', async () => {
    const api = await testApi(database())
    const { id } = await made(api, { address: 'https://inside.example.com/' })
    await api.post(`/v1/webhook-endpoints/${id}/test`)
    const ctx = await openSystemCtx(
      { db: database().db, clock: systemClock, log: openLog({ level: 'silent' }) },
      api.account,
      'test',
    )
    if (ctx === null) throw new Error('the account was just made')
    await sendNext(ctx, { ...testWebhooks, resolve: async () => ['93.184.216.34', '10.0.0.1'] }, 1)
    const { data } = (await api.get('/v1/webhook-deliveries')).body
    expect((await api.get(`/v1/webhook-deliveries/${data[0].id}`)).body.tries).toMatchObject([
      { outcome: 'address_refused', status: null, detail: 'private_address' },
    ])
  })

  it('are fifty at most, and one whose place is free again may come', async () => {
    const api = await testApi(database())
    for (let i = 0; i < 50; i++) await made(api)
    expect((await api.post('/v1/webhook-endpoints', endpoint)).body.code).toBe('too_many_endpoints')
    expect((await api.delete('/v1/webhook-endpoints/whe_1', { version: 1 })).status).toBe(204)
    await made(api)
  })

  it('cannot be registered where nothing secret can be kept', async () => {
    const api = await testApi(database())
    const ctx = await openSystemCtx(
      { db: database().db, clock: systemClock, log: openLog({ level: 'silent' }) },
      api.account,
      'test',
    )
    if (ctx === null) throw new Error('the account was just made')
    const keyless = { ...testWebhooks, secrets: new Secrets([]) }
    await expect(createEndpoint(ctx, keyless, endpoint)).rejects.toMatchObject({ code: 'secret_key_missing', status: 503 })
  })

  it('once nobody is left, nothing waits in the outbox any more', async () => {
    const api = await testApi(database())
    const unsent = () =>
      database().asOwner(async owner => {
        const { rows } = await owner.query('select count(*)::int as n from outbox where account_id = $1 and sent_at is null', [
          api.account,
        ])
        return rows[0]?.n
      })
    await api.post('/v1/service-items', { name: 'Um' })
    expect(await unsent()).toBe(0)
    await made(api)
    await api.post('/v1/service-items', { name: 'Dois' })
    expect(await unsent()).toBe(2)
    await api.delete('/v1/webhook-endpoints/whe_1', { version: 1 })
    await api.settle()
    await api.post('/v1/service-items', { name: 'Três' })
    expect(await unsent()).toBe(0)
  })

  it('keep their secrets from answers, histories, the log of what was sent, and every table', async () => {
    const api = await testApi(database())
    const given = `whsec_${Buffer.alloc(32, 99).toString('base64')}`
    const brought = await made(api, { secret: given, events: ['*'] })
    expect(brought.secret).toBeNull()
    const drawn = await made(api, { events: ['*'] })
    const rotated = (await api.post('/v1/webhook-endpoints/whe_1/rotate-secret', {}, { once: 'rotate' })).body.secret
    const again = await api.post('/v1/webhook-endpoints/whe_1/rotate-secret', {}, { once: 'rotate' })
    expect(again.body.code).toBe('answer_not_kept')
    await api.post('/v1/service-items', { name: 'Um' })
    await api.settle()

    const secrets = [given, drawn.secret, rotated].flatMap(secret => [secret, secret.replace('whsec_', '')])
    const answers = []
    const { data } = (await api.get('/v1/webhook-deliveries')).body
    for (const path of [
      ...[
        '/v1/webhook-endpoints',
        '/v1/webhook-endpoints/whe_1',
        '/v1/webhook-endpoints/whe_1/history',
        '/v1/webhook-deliveries',
      ],
      ...data.map(({ id }: { id: string }) => `/v1/webhook-deliveries/${id}`),
    ])
      answers.push(JSON.stringify((await api.get(path)).body))
    const rows = await database().asOwner(async owner => {
      const all: string[] = []
      for (const { name } of (await readCatalogue(owner)).tables)
        for (const { row } of (await owner.query(`select t::text as row from ${name} t`)).rows) all.push(String(row))
      return all
    })
    const holding = [...answers, ...rows].filter(text => secrets.some(secret => text.includes(secret)))
    expect(holding).toEqual([])
    expect(rows.some(row => row.includes('v1.'))).toBe(true)
  })
})

eachEngine('deliveries that are old', database => {
  it('are forgotten with their attempts after 30 days; what still waits for somebody stays', async () => {
    const api = await testApi(database())
    await api.post('/v1/webhook-endpoints', { ...endpoint, events: ['service_item.*'] })
    await api.post('/v1/webhook-endpoints', { ...endpoint, events: ['service_item.*'] })
    await api.post('/v1/webhook-endpoints/whe_1/test')
    await api.settle()
    await api.post('/v1/service-items', { name: 'Um' })
    await api.settle()
    const left = async () => {
      const { data } = (await api.get('/v1/webhook-deliveries')).body
      return data.map((it: { endpointId: string; event: string }) => `${it.endpointId} ${it.event}`).toSorted()
    }
    const all = ['whe_1 service_item.create', 'whe_1 webhook_endpoint.test', 'whe_2 service_item.create']
    expect(await left()).toEqual(all)
    const forget = (days: number) =>
      forgetOldDeliveries(database().db, api.account, addMillis(systemClock.now(), days * 86_400_000))
    expect([await forget(29), await left()]).toEqual([0, all])
    await api.post('/v1/webhook-endpoints/whe_2/disable')
    expect([await forget(31), await left()]).toEqual([2, ['whe_1 service_item.create']])
  })
})
