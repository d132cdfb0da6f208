import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { openEmptyDatabase } from '../../test/database/empty-database.ts'
import { type TestApi, testApi, testWebhooks } from '../../test/http/test-api.ts'
import { type Received, Receiver } from '../../test/webhooks/receiver.ts'
import { senderMachine } from '../../test/webhooks/sender-machine.ts'
import { createAccount } from '../accounts/create-account.ts'
import { addMillis } from '../core/dates.ts'
import { type Clock, clockAt, systemClock } from '../platform/clock.ts'
import { openCtx } from '../platform/context.ts'
import { type Db, openDb } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeAccountNumber } from '../platform/http/key-directory.ts'
import { openLog } from '../platform/log.ts'
import { Secrets } from '../platform/secrets.ts'
import { createEndpoint } from '../webhooks/create-endpoint.ts'
import { LEASE_MS } from '../webhooks/delivery.ts'
import type { WebhookMachine } from '../webhooks/machine.ts'
import { sendNext } from '../webhooks/send-webhooks.ts'
import { tellAll } from '../webhooks/tell-endpoints.ts'
import { openSystemCtx } from './context.ts'
import { WebhookSender } from './webhook-sender.ts'

const silent = openLog({ level: 'silent' })

eachEngine('the sender of webhooks', database => {
  const receivers: Receiver[] = []
  afterEach(async () => {
    for (const receiver of receivers.splice(0)) await receiver.goAway().catch(() => {})
  })
  const receive = async () => {
    const receiver = await Receiver.open()
    receivers.push(receiver)
    return receiver
  }
  const listening = async (receiver: Receiver, api: TestApi) => {
    const address = receiver.url
    const { status } = await api.post('/v1/webhook-endpoints', { address, events: ['service_item.*'], form: 'standard' })
    expect(status).toBe(201)
  }
  const make = async (api: TestApi, count: number) => {
    for (let i = 0; i < count; i++) await api.post('/v1/service-items', { name: `Serviço ${i}` })
  }
  const sender = (machine: Partial<WebhookMachine> = {}, log = silent) =>
    new WebhookSender({ db: database().db, clock: systemClock, log }, { ...testWebhooks, ...machine })

  it('sends what happened, and a receiver that stalls keeps nobody else waiting', async () => {
    const [stalling, other, theirs] = [await receive(), await receive(), await receive()]
    const [ours, neighbour] = [await testApi(database()), await testApi(database())]
    const released = Promise.withResolvers<number>()
    stalling.manner = () => released.promise
    await listening(stalling, ours)
    await listening(other, ours)
    await listening(theirs, neighbour)
    await make(ours, 20)
    await make(neighbour, 3)
    const sending = sender({ limits: { ...testWebhooks.limits, totalMs: 60_000 } })
    await sending.look()
    // While the first one has not answered anything.
    await expect.poll(() => other.received.length).toBe(20)
    await expect.poll(() => theirs.received.length).toBe(3)
    expect(stalling.received.length).toBe(4)
    released.resolve(200)
    await sending.idle()
    expect(stalling.received).toHaveLength(20)
    await sending.stop()
  })

  it('lets no version overtake the one before while that is under way', async () => {
    const receiver = await receive()
    const api = await testApi(database())
    await listening(receiver, api)
    await make(api, 2)
    expect((await api.patch('/v1/service-items/svc_1', { name: 'Outro nome' }, { version: 1 })).status).toBe(200)
    const released = Promise.withResolvers<number>()
    receiver.manner = ({ body }) => (body.data.id === 'svc_1' && body.data.version === 1 ? released.promise : 200)
    const ctx = await openSystemCtx({ db: database().db, clock: systemClock, log: silent }, api.account, 'test')
    if (ctx === null) throw new Error('the account was just made')
    await tellAll(ctx, testWebhooks)
    const send = () => sendNext(ctx, { ...testWebhooks, limits: { ...testWebhooks.limits, totalMs: 60_000 } }, 1)
    const first = send()
    await expect.poll(() => receiver.received.length).toBe(1)
    expect(await send()).toBe('tried')
    // Of what is left, the next version of the first must wait.
    expect(await send()).toBe('elsewhere')
    released.resolve(200)
    expect([await first, await send(), await send()]).toEqual(['tried', 'tried', 'nothing'])
    expect(receiver.bodies.map(({ data }) => `${data.id} ${data.version}`)).toEqual(['svc_1 1', 'svc_2 1', 'svc_1 2'])
  })

  it('sends each thing once, however many senders there are', async () => {
    const receiver = await receive()
    const api = await testApi(database())
    await listening(receiver, api)
    await make(api, 30)
    const senders = [sender(), sender(), sender()]
    await Promise.all(senders.map(one => one.look()))
    for (const one of senders) one.wake(api.account, 1)
    await Promise.all(senders.map(one => one.idle()))
    expect(receiver.received).toHaveLength(30)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(30)
  })

  it('leaves alone what it has no key for, says so without a secret, and sends once it has it', async () => {
    const receiver = await receive()
    const api = await testApi(database())
    const { body } = await api.post('/v1/webhook-endpoints', {
      address: receiver.url,
      events: ['service_item.*'],
      form: 'standard',
    })
    await make(api, 1)
    const lines: string[] = []
    const log = openLog({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } })
    const keyless = sender({ secrets: new Secrets([Buffer.alloc(32, 8)]) }, log)
    await keyless.look()
    await keyless.idle()
    expect(receiver.received).toEqual([])
    expect(lines.join()).toContain('is not configured')
    expect(lines.filter(line => line.includes(body.secret.slice(6)))).toEqual([])
    const { data } = (await api.get('/v1/webhook-deliveries')).body
    expect(data).toMatchObject([{ state: 'waiting', attempts: 0 }])
    const keyed = sender({}, log)
    keyed.wake(api.account, 1)
    await keyed.idle()
    expect(receiver.received).toHaveLength(1)
    expect(lines.filter(line => line.includes(body.secret.slice(6)))).toEqual([])
  })
})

describe.each(inject('engines'))('a sender that is killed (%s)', engine => {
  let folder: string
  let place: { databaseUrl?: string; dataDir?: string }
  let drop: () => Promise<void>
  let child: ChildProcess | undefined
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bordero-killed-'))
    if (engine === 'pglite') {
      place = { dataDir: join(folder, 'data') }
      drop = async () => {}
    } else {
      const database = await openEmptyDatabase(engine)
      place = { databaseUrl: database.url ?? '' }
      drop = database.drop
    }
  })
  afterEach(async () => {
    child?.kill('SIGKILL')
    await drop()
    rmSync(folder, { recursive: true, force: true })
  })

  const invoices = 12
  const versions = 5

  it('loses nothing, and another one goes on, invoice by invoice in order', async () => {
    const receiver = await Receiver.open()
    const db = await openDb(place)
    const account = await accountThatTells(db, receiver.url)
    await db.close()

    const begun = systemClock.now()
    // In the middle, with a few under way.
    const killed = Promise.withResolvers<void>()
    receiver.manner = async () => {
      if (receiver.received.length === 25) child?.kill('SIGKILL')
      if (receiver.received.length >= 25) await killed.promise
      return 200
    }
    child = spawn(
      process.execPath,
      [
        fileURLToPath(new URL('../../test/webhooks/children/send.ts', import.meta.url)),
        JSON.stringify({ ...place, account, endpointId: 1 }),
      ],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    const signal = await new Promise(resolve => child?.once('exit', (_, signal) => resolve(signal)))
    expect(signal).toBe('SIGKILL')
    killed.resolve()
    receiver.manner = () => 200

    const again = await openDb(place)
    try {
      // Its leases still stand: what it had under way is left to it, and what comes after that waits.
      await sendAll(again, account, clockAt(begun))
      expect(isWhole(receiver.received)).toBe(false)
      await sendAll(again, account, clockAt(addMillis(systemClock.now(), LEASE_MS + 1000)))
      expect(isWhole(receiver.received)).toBe(true)
      expect(outOfOrder(receiver.received)).toEqual([])
    } finally {
      await again.close()
      await receiver.goAway()
    }
  })

  async function accountThatTells(db: Db, address: string): Promise<number> {
    const account = await db.transact('dispatch', takeAccountNumber)
    const ctx = openCtx({
      account,
      actor: { kind: 'system', id: 'test' },
      requestId: 'test',
      clock: systemClock,
      db,
      log: silent,
    })
    await createAccount(ctx, { name: 'Conta de testes', mode: 'sandbox' })
    await createEndpoint(ctx, senderMachine(), { address, events: ['invoice.*'], form: 'standard' })
    for (let version = 1; version <= versions; version++) {
      const entries = Array.from({ length: invoices }, (_, i) => ({
        action: 'update',
        event: 'update',
        subject: { noun: 'invoice' as const, id: i + 1, version },
      }))
      await ctx.transact(tx => record(tx, ctx, entries))
    }
    return account
  }

  const isWhole = (received: readonly Received[]) =>
    new Set(received.map(({ body }) => `${body.data.id} ${body.data.version}`)).size === invoices * versions

  async function sendAll(db: Db, account: number, clock: Clock): Promise<void> {
    const sender = new WebhookSender({ db, clock: systemClock, log: silent }, { ...senderMachine(), clock })
    await sender.look()
    sender.wake(account, 1)
    await sender.idle()
  }
})

/** Each time a version arrived for the first time though one below it had not. */
function outOfOrder(received: readonly Received[]): string[] {
  const last = new Map<string, number>()
  return received.flatMap(({ body: { data } }) => {
    const before = last.get(data.id) ?? 0
    last.set(data.id, Math.max(before, data.version))
    return data.version > before + 1 ? [`${data.id} ${data.version} after ${before}`] : []
  })
}
