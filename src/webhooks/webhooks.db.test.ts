import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { Receiver } from '../../test/webhooks/receiver.ts'

const HOUR = 3_600_000

eachEngine('webhooks', database => {
  let receiver: Receiver
  let api: TestApi
  beforeEach(async () => {
    receiver = await Receiver.open()
    api = await testApi(database())
  })
  afterEach(() => receiver.goAway().catch(() => {}))

  const post = async (path: string, body: unknown = {}) => {
    const reply = await api.post(path, body)
    if (reply.status >= 300) throw new Error(`${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`)
    return reply.body
  }
  const get = async (path: string) => (await api.get(path)).body
  const endpoint = (more: object = {}) =>
    post('/v1/webhook-endpoints', { address: receiver.url, events: ['*'], form: 'standard', ...more })
  const item = (name: string) => post('/v1/service-items', { name })
  const rename = async (id: string, version: number, name: string) => {
    const { status } = await api.patch(`/v1/service-items/${id}`, { name }, { version })
    expect(status).toBe(200)
  }
  const types = () => receiver.bodies.map(({ type, data }) => `${type} ${data.version ?? ''}`.trim())
  const deliveries = async (query = '') => (await get(`/v1/webhook-deliveries?${query}`)).data
  const later = async (ms: number) => {
    const { now } = await get('/v1/sandbox/clock')
    await api.moveClock(new Date(Date.parse(now) + ms).toISOString())
  }

  describe('a standard one', () => {
    it('tells what happens from its registration on, signed, and nothing before', async () => {
      await item('Antes')
      const { id, secret } = await endpoint({ events: ['service_item.*'] })
      const made = await item('Depois')
      await api.settle()
      expect(receiver.bodies).toEqual([
        {
          type: 'service_item.create',
          timestamp: '2026-01-01T12:00:00.000Z',
          data: { type: 'service_item', id: made.id, version: 1 },
        },
      ])
      const [first] = receiver.received
      if (first === undefined) throw new Error('nothing was received')
      const { headers, text } = first
      expect(headers['content-type']).toBe('application/json')
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
      expect(await get(`/v1/webhook-endpoints/${id}`)).toMatchObject({ reachable: true, failingSince: null, waiting: 0 })
    })

    it('tells of what was chosen only', async () => {
      await endpoint({ events: ['service_item.update'] })
      const { id } = await item('Um')
      await rename(id, 1, 'Dois')
      await post('/v1/customers', { kind: 'person', name: 'Ana', taxId: '11144477735' })
      await api.settle()
      expect(types()).toEqual(['service_item.update 2'])
    })

    it('tells of subscriptions, and of the plans that there are', async () => {
      await endpoint({ events: ['subscription.*', 'plan.*'] })
      const organization = { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' }
      const { id: organizationId } = await post('/v1/organizations', organization)
      const { id: customerId } = await post('/v1/customers', { kind: 'person', name: 'Ana', taxId: '11144477735' })
      const { id: serviceItemId } = await item('Internet')
      const plan = { organizationId, serviceItemId, price: '31' }
      const [first, other] = [
        await post('/v1/plans', { ...plan, name: 'Um' }),
        await post('/v1/plans', { ...plan, name: 'Dois' }),
      ]
      const { id } = await post('/v1/subscriptions', { planId: first.id, customerId })
      await post(`/v1/subscriptions/${id}/change-plan/preview`, { planId: other.id })
      await post(`/v1/subscriptions/${id}/change-plan`, { planId: other.id })
      await api.settle()
      const told = receiver.bodies.map(({ type, data }) => `${type} ${data.id}`)
      expect(told.filter(text => text.startsWith('plan')).sort()).toEqual([`plan.create ${first.id}`, `plan.create ${other.id}`])
      expect(told.filter(text => text.startsWith('sub'))).toEqual([`subscription.create ${id}`, `subscription.change_plan ${id}`])
      expect(told).toHaveLength(4)
    })

    it('signs by both secrets while one is rotated, and by the new one alone when that is over', async () => {
      const { id, secret } = await endpoint({ events: ['service_item.*'] })
      const rotated = await post(`/v1/webhook-endpoints/${id}/rotate-secret`, { overlapHours: 1 })
      expect(rotated.secret).not.toBe(secret)
      await item('Um')
      await api.settle()
      await post(`/v1/webhook-endpoints/${id}/rotate-secret`, { overlapHours: 0 })
      await item('Dois')
      await api.settle()
      const signatures = receiver.received.map(({ headers }) => String(headers['webhook-signature']).split(' ').length)
      expect(signatures).toEqual([2, 1])
    })

    it('is tried again after 5 seconds, 5 minutes, half an hour, and so on, until it is given up', async () => {
      await endpoint({ events: ['service_item.create'] })
      receiver.manner = () => 500
      await item('Um')
      await api.settle()
      const [{ id }] = await deliveries()
      for (const [ms, tries] of [
        [4000, 1],
        [2000, 2],
        [6 * 60_000, 3],
        [40 * 60_000, 4],
        [2.3 * HOUR, 5],
        [5.6 * HOUR, 6],
        [11 * HOUR, 7],
        [15.5 * HOUR, 8],
        [22 * HOUR, 9],
      ] as const) {
        await later(ms)
        expect(receiver.received).toHaveLength(tries)
      }
      expect((await get(`/v1/webhook-deliveries/${id}`)).state).toBe('waiting')
      await later(27 * HOUR)
      const given = await get(`/v1/webhook-deliveries/${id}`)
      expect(given).toMatchObject({ state: 'given_up', attempts: 10, failures: 10, dueAt: null })
      expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
      expect(given.tries[0]).toMatchObject({
        number: 1,
        outcome: 'refused',
        status: 500,
        answer: 'answered 500',
        headers: { 'x-answer': 'heard' },
      })
    })

    it('is switched off by an answer that says it is gone', async () => {
      const { id } = await endpoint({ events: ['service_item.create'] })
      receiver.manner = () => 410
      await item('Um')
      await api.settle()
      expect(await get(`/v1/webhook-endpoints/${id}`)).toMatchObject({ state: 'disabled', disabledReason: 'gone', waiting: 1 })
    })
  })

  describe('the order', () => {
    it('of one subject is that of its versions: the next waits until the one before was delivered, others do not', async () => {
      await endpoint({ events: ['service_item.*'] })
      const [one, other] = [await item('Um'), await item('Outro')]
      let fails = true
      receiver.manner = ({ body }) => (fails && body.data.id === one.id ? 500 : 200)
      await rename(one.id, 1, 'Um 2')
      await rename(other.id, 1, 'Outro 2')
      await api.settle()
      expect(receiver.bodies.map(({ data }) => `${data.id} ${data.version}`)).toEqual([
        `${one.id} 1`,
        `${other.id} 1`,
        `${other.id} 2`,
      ])
      await rename(one.id, 2, 'Um 3')
      await api.settle()
      expect(receiver.received).toHaveLength(3)
      fails = false
      await later(10_000)
      expect(receiver.bodies.slice(3).map(({ data }) => `${data.id} ${data.version}`)).toEqual([
        `${one.id} 1`,
        `${one.id} 2`,
        `${one.id} 3`,
      ])
    })

    it('goes on after a version that was given up', async () => {
      await endpoint({ events: ['service_item.*'], form: 'standard' })
      const { id } = await item('Um')
      receiver.manner = ({ body }) => (body.data.version === 1 ? 404 : 200)
      await rename(id, 1, 'Dois')
      await api.settle()
      await later(90 * HOUR)
      expect(types().slice(-2)).toEqual(['service_item.create 1', 'service_item.update 2'])
      expect((await deliveries()).map((it: { state: string }) => it.state)).toEqual(['delivered', 'given_up'])
    })
  })

  describe('what a receiver may do', () => {
    it.each([
      ['drop', { outcome: 'unreachable', status: null }],
      ['stall', { outcome: 'timeout', status: null }],
      [503, { outcome: 'refused', status: 503 }],
      [302, { outcome: 'refused', status: 302 }],
    ] as const)('%s: it is tried again, and the log says what happened', async (manner, logged) => {
      await endpoint({ events: ['service_item.*'] })
      receiver.manner = () => manner
      await item('Um')
      await api.settle()
      const [{ id }] = await deliveries('state=waiting')
      expect((await get(`/v1/webhook-deliveries/${id}`)).tries).toMatchObject([logged])
      receiver.manner = () => 204
      await later(6000)
      expect(await get(`/v1/webhook-deliveries/${id}`)).toMatchObject({ state: 'delivered', attempts: 2 })
    })

    it('one that is away is found again where it left off', async () => {
      const { id } = await endpoint({ events: ['service_item.*'] })
      await receiver.goAway()
      for (const name of ['Um', 'Dois', 'Três']) await item(name)
      await api.settle()
      expect(await get(`/v1/webhook-endpoints/${id}`)).toMatchObject({
        reachable: false,
        failingSince: '2026-01-01T12:00:00.000Z',
        waiting: 3,
      })
      await receiver.comeBack()
      await later(6000)
      expect(types()).toEqual(['service_item.create 1', 'service_item.create 1', 'service_item.create 1'])
      expect(await get(`/v1/webhook-endpoints/${id}`)).toMatchObject({ reachable: true, failingSince: null, waiting: 0 })
    })

    it('one that failed for days is switched off with a notice; what waited is sent when it is on again', async () => {
      const { id } = await endpoint({ events: ['service_item.*'] })
      const watcher = await Receiver.open()
      await post('/v1/webhook-endpoints', { address: watcher.url, events: ['webhook_endpoint.*'], form: 'standard' })
      receiver.manner = () => 500
      for (let day = 0; day <= 5; day++) {
        await item(`Dia ${day}`)
        await later(24.5 * HOUR)
      }
      const off = await get(`/v1/webhook-endpoints/${id}`)
      expect(off).toMatchObject({ state: 'disabled', disabledReason: 'failing' })
      expect(off.waiting).toBeGreaterThan(0)
      expect(watcher.bodies.slice(-2)).toMatchObject([
        { type: 'webhook_endpoint.fail', data: { id, version: 2 } },
        { type: 'webhook_endpoint.disable', data: { id, version: 3 } },
      ])
      await watcher.goAway()
      const { data: history } = await get(`/v1/webhook-endpoints/${id}/history`)
      expect(history[0]).toMatchObject({ action: 'disable', actor: 'system:send_webhooks', after: { disabledReason: 'failing' } })

      const tried = receiver.received.length
      await item('Enquanto desligado')
      await later(HOUR)
      expect(receiver.received).toHaveLength(tried)
      receiver.manner = () => 200
      await post(`/v1/webhook-endpoints/${id}/enable`)
      await api.settle()
      expect(receiver.received.length - tried).toBe(off.waiting + 1)
      expect(await get(`/v1/webhook-endpoints/${id}`)).toMatchObject({ state: 'enabled', disabledReason: null, waiting: 0 })
      // What was given up before is sent when somebody asks for it.
      const { replayed } = await post('/v1/webhook-deliveries/replay', {
        endpointId: id,
        from: '2026-01-01T00:00:00Z',
        until: '2026-02-01T00:00:00Z',
      })
      expect(replayed).toBe(7 - off.waiting - 1)
      await api.settle()
      expect(
        (await deliveries('state=delivered&limit=200')).filter((it: { endpointId: string }) => it.endpointId === id),
      ).toHaveLength(7)
    })

    it('what waited for one that was off may be let go', async () => {
      const { id } = await endpoint({ events: ['service_item.*'] })
      await post(`/v1/webhook-endpoints/${id}/disable`)
      await item('Um')
      await api.settle()
      expect(await get(`/v1/webhook-endpoints/${id}`)).toMatchObject({ waiting: 1, disabledReason: 'person' })
      await post(`/v1/webhook-endpoints/${id}/enable`, { waiting: 'drop' })
      await item('Dois')
      await api.settle()
      expect((await deliveries()).map((it: { state: string }) => it.state)).toEqual(['delivered', 'dropped'])
    })
  })

  describe('the format that the seed describes', () => {
    const seeded = (more: object = {}) => endpoint({ form: 'fintera', events: ['invoice.*'], ...more })

    it('tests an address when it is registered; one that is away is registered, and shown so', async () => {
      const { id } = await seeded()
      await api.settle()
      expect(receiver.received.map(({ text }) => text)).toEqual(['{"test":true}'])
      expect((await get(`/v1/webhook-endpoints/${id}`)).reachable).toBe(true)
      await receiver.goAway()
      const other = await seeded()
      await api.settle()
      expect(await get(`/v1/webhook-endpoints/${other.id}`)).toMatchObject({ state: 'enabled', reachable: false })
      expect((await deliveries(`endpointId=${other.id}`))[0]).toMatchObject({
        event: 'webhook_endpoint.test',
        isTest: true,
        state: 'given_up',
        attempts: 1,
      })
    })

    it('tells nothing of what it has no words for, whatever was chosen', async () => {
      await seeded({ events: ['*'] })
      await api.settle()
      await post('/v1/customers', { kind: 'person', name: 'Ana', taxId: '11144477735' })
      await api.settle()
      expect(receiver.received).toHaveLength(1)
    })

    it('refuses events that it cannot tell, and forms that do not exist, all at once', async () => {
      const refused = await api.post('/v1/webhook-endpoints', {
        address: 'https://user@example.com',
        events: ['invoice.create', 'invoices.*', 'customer.*'],
        form: 'fintera',
      })
      expect(refused.status).toBe(422)
      expect(refused.body.faults.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual([
        '/address userinfo_not_allowed',
        '/events/0 unknown_event',
        '/events/1 unknown_event',
        '/events/2 unknown_event',
      ])
    })
  })

  describe('asking again', () => {
    it('sends the same bytes under the same id', async () => {
      await endpoint({ events: ['service_item.*'] })
      await item('Um')
      await api.settle()
      const [{ id }] = await deliveries()
      expect(await post(`/v1/webhook-deliveries/${id}/replay`)).toMatchObject({ state: 'waiting', failures: 0, attempts: 1 })
      await api.settle()
      const [first, second] = receiver.received
      expect(second?.text).toBe(first?.text)
      expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
      expect((await get(`/v1/webhook-deliveries/${id}`)).tries).toHaveLength(2)
    })

    it('never overtakes a version that waits', async () => {
      await endpoint({ events: ['service_item.*'] })
      const { id } = await item('Um')
      await api.settle()
      await rename(id, 1, 'Dois')
      await rename(id, 2, 'Três')
      await api.settle()
      const [third, , first] = await deliveries()
      receiver.manner = () => 500
      await post(`/v1/webhook-deliveries/${first.id}/replay`)
      await api.settle()
      await post(`/v1/webhook-deliveries/${third.id}/replay`)
      await api.settle()
      receiver.manner = () => 200
      await later(6000)
      expect(types().slice(-3)).toEqual(['service_item.create 1', 'service_item.create 1', 'service_item.update 3'])
    })

    it('is refused for a window that ends before it begins, for tests, and for deleted endpoints', async () => {
      const { id, version } = await endpoint({ events: ['service_item.*'] })
      await item('Um')
      await post(`/v1/webhook-endpoints/${id}/test`)
      await api.settle()
      const [sent, test] = await deliveries()
      const window = { from: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' }
      expect((await api.post('/v1/webhook-deliveries/replay', window)).body.code).toBe('invalid_window')
      expect((await api.post(`/v1/webhook-deliveries/${test.id}/replay`)).body.code).toBe('test_not_replayed')
      expect((await api.delete(`/v1/webhook-endpoints/${id}`, { version })).status).toBe(204)
      expect((await api.post(`/v1/webhook-deliveries/${sent.id}/replay`)).body.code).toBe('endpoint_deleted')
      expect((await api.get(`/v1/webhook-deliveries/${sent.id}`)).status).toBe(200)
      expect((await api.get(`/v1/webhook-endpoints/${id}`)).status).toBe(404)
    })
  })
})
