import { afterEach, beforeEach, expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type TestApi, testApi, testWebhooks } from '../../test/http/test-api.ts'
import { type Manner, Receiver } from '../../test/webhooks/receiver.ts'
import { openSystemCtx } from '../app/context.ts'
import { addMillis, instant } from '../core/dates.ts'
import { clockAt, systemClock } from '../platform/clock.ts'
import { openLog } from '../platform/log.ts'
import { LEASE_MS } from './delivery.ts'
import { sendNext } from './send-webhooks.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

interface Shown {
  id: string
  state: string
  event: string
  subjectId: string
  attempts: number
  failures: number
  endedAt: string
}

eachEngine('an endpoint that fails rests as a whole', database => {
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
  const endpoint = () => get('/v1/webhook-endpoints/whe_1')
  const listen = () => post('/v1/webhook-endpoints', { address: receiver.url, events: ['service_item.*'], form: 'standard' })
  const items = async (count: number) => {
    for (let i = 0; i < count; i++) await post('/v1/service-items', { name: `Serviço ${i}` })
  }
  const rename = async (id: string, version: number) => {
    expect((await api.patch(`/v1/service-items/${id}`, { name: `Versão ${version + 1}` }, { version })).status).toBe(200)
  }
  const deliveries = async (): Promise<Shown[]> => (await get('/v1/webhook-deliveries?limit=200')).data
  const tries = async () => (await deliveries()).reduce((sum, { attempts }) => sum + attempts, 0)
  const heard = () => receiver.bodies.map(({ data }) => `${data.id} ${data.version}`)
  const later = async (ms: number) => {
    const { now } = await get('/v1/sandbox/clock')
    await api.moveClock(new Date(Date.parse(now) + ms).toISOString())
  }
  /** It is later, and no server was up meanwhile. */
  const laterWithoutServer = (ms: number) =>
    database().asOwner(owner =>
      owner.query(`update account set sandbox_now = sandbox_now + $2 * interval '1 millisecond' where account_id = $1`, [
        api.account,
        ms,
      ]),
    )
  const ctxOfSender = async () => {
    const machinery = { db: database().db, clock: systemClock, log: openLog({ level: 'silent' }) }
    const ctx = await openSystemCtx(machinery, api.account, 'test')
    if (ctx === null) throw new Error('the account was just made')
    return ctx
  }

  it('while it is away, probes alone use up tries, each that of the oldest that waits; when it is back, all comes at once', async () => {
    await listen()
    receiver.manner = () => 503
    await items(40)
    await rename('svc_40', 1)
    await rename('svc_40', 2)
    await api.settle()
    expect(await tries()).toBe(5)
    const { pausedUntil, ...resting } = await endpoint()
    expect(resting).toMatchObject({ reachable: false, failuresInARow: 5, waiting: 42 })
    expect(Date.parse(pausedUntil) - Date.parse(resting.failingSince)).toBeGreaterThanOrEqual(9 * SECOND)
    await later(8 * HOUR)
    expect(await tries()).toBeGreaterThan(20)
    // Eight hours, and nobody has lost more than one of its ten tries.
    expect((await deliveries()).filter(({ failures, state }) => failures > 1 || state !== 'waiting')).toEqual([])
    expect(heard().slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map(id => `svc_${id} 1`))

    receiver.manner = () => 200
    const before = receiver.received.length
    await later(34 * MINUTE)
    expect(await endpoint()).toMatchObject({
      reachable: true,
      failuresInARow: 0,
      pausedUntil: null,
      failingSince: null,
      waiting: 0,
    })
    expect(receiver.received).toHaveLength(before + 42)
    expect(new Set((await deliveries()).map(({ state, endedAt }) => `${state} ${endedAt}`)).size).toBe(1)
    expect(heard().filter(one => one.startsWith('svc_40 '))).toEqual(['svc_40 1', 'svc_40 2', 'svc_40 3'])
  })

  it('what happens while it rests waits with the rest, and wakes nobody', async () => {
    await listen()
    receiver.manner = () => 'drop'
    await items(5)
    await api.settle()
    expect(await tries()).toBe(5)
    await items(3)
    await api.settle()
    expect(await tries()).toBe(5)
    expect(await endpoint()).toMatchObject({ waiting: 8 })
    receiver.manner = () => 200
    await later(12 * SECOND)
    expect(await endpoint()).toMatchObject({ waiting: 0, pausedUntil: null })
  })

  it('a test is sent while it rests: one that goes through ends the rest, one that fails changes nothing', async () => {
    await listen()
    receiver.manner = () => 503
    await items(6)
    await api.settle()
    const { pausedUntil } = await endpoint()
    await post('/v1/webhook-endpoints/whe_1/test')
    await api.settle()
    expect(receiver.bodies.at(-1)).toMatchObject({ type: 'webhook_endpoint.test' })
    expect(await endpoint()).toMatchObject({ pausedUntil, failuresInARow: 5, waiting: 6 })
    receiver.manner = () => 200
    await post('/v1/webhook-endpoints/whe_1/test')
    await api.settle()
    expect(await endpoint()).toMatchObject({ pausedUntil: null, failuresInARow: 0, waiting: 0 })
  })

  it('one that is moved to another address is tried there at once', async () => {
    const { version } = await listen()
    const elsewhere = await Receiver.open()
    receiver.manner = () => 503
    await items(6)
    await api.settle()
    expect((await api.patch('/v1/webhook-endpoints/whe_1', { address: elsewhere.url }, { version })).status).toBe(200)
    await api.settle()
    expect(elsewhere.received).toHaveLength(6)
    expect(await endpoint()).toMatchObject({ pausedUntil: null, reachable: true, waiting: 0 })
    await elsewhere.goAway()
  })

  it('one that refuses a single thing, and takes others, never rests', async () => {
    await listen()
    receiver.manner = ({ body }) => (body.data.id === 'svc_1' ? 500 : 200)
    await items(1)
    for (let i = 0; i < 20; i++) {
      await items(1)
      await later(6 * MINUTE)
    }
    expect((await deliveries()).map(({ state }) => state)).toEqual([...Array(20).fill('delivered'), 'waiting'])
    expect(await endpoint()).toMatchObject({ waiting: 1, pausedUntil: null })
  })

  it('a probe whose sender dies before it is recorded is sent again, and no other beside it until that is known', async () => {
    await listen()
    receiver.manner = () => 503
    await items(6)
    await api.settle()
    const before = receiver.received.length
    await laterWithoutServer(12 * SECOND)

    const [ctx, begun] = [await ctxOfSender(), systemClock.now()]
    const hanging = Promise.withResolvers<Manner>()
    receiver.manner = () => hanging.promise
    const patient = { ...testWebhooks, limits: { ...testWebhooks.limits, totalMs: 60_000 } }
    // Its lease is renewed by a clock that stands still, so it runs out: as if it had died after sending.
    const dying = sendNext(ctx, { ...patient, clock: clockAt(begun) }, 1)
    await expect.poll(() => receiver.received.length).toBe(before + 1)
    const sendAfter = (ms: number) => sendNext(ctx, { ...testWebhooks, clock: clockAt(addMillis(begun, ms)) }, 1)
    expect(await sendAfter(LEASE_MS - SECOND)).toBe('elsewhere')

    receiver.manner = () => 200
    expect(await sendAfter(LEASE_MS + SECOND)).toBe('back')
    const [first, second] = receiver.received.slice(before)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    const { id } = (await deliveries()).find(({ state }) => state === 'delivered') ?? {}
    const shown = await get(`/v1/webhook-deliveries/${id}`)
    expect(shown.tries.map(({ outcome }: { outcome: string | null }) => outcome)).toEqual([null, 'delivered'])
    expect(await endpoint()).toMatchObject({ pausedUntil: null, failuresInARow: 0, waiting: 5 })
    await api.settle()
    expect(await endpoint()).toMatchObject({ waiting: 0 })
    hanging.resolve(200)
    expect(await dying).toBe('tried')
  })

  it('is known by how it is shown, and others are told once it has failed for a day', async () => {
    await listen()
    const watcher = await Receiver.open()
    const events = ['webhook_endpoint.fail', 'webhook_endpoint.disable']
    await post('/v1/webhook-endpoints', { address: watcher.url, events, form: 'standard' })
    receiver.manner = () => 503
    await items(60)
    await later(23 * HOUR)
    expect(watcher.received).toEqual([])
    await later(3 * HOUR)
    expect(watcher.bodies).toMatchObject([{ type: 'webhook_endpoint.fail', data: { id: 'whe_1', version: 2 } }])
    const { data: history } = await get('/v1/webhook-endpoints/whe_1/history')
    expect(history[0]).toMatchObject({ action: 'fail', actor: 'system:send_webhooks' })
    const { pausedUntil } = await endpoint()
    const { now } = await get('/v1/sandbox/clock')
    expect(instant(pausedUntil) > instant(now)).toBe(true)
    await watcher.goAway()
  })
})
