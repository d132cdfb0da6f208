import type { InjectOptions } from 'fastify'
import { createApiKey, type GrantedScope } from '../../src/accounts/api-keys.ts'
import { type Machinery, openSystemCtx } from '../../src/app/context.ts'
import { DueWorker } from '../../src/app/due-worker.ts'
import { registerRoutes } from '../../src/app/routes.ts'
import { dueHandlers, sharedKinds } from '../../src/app/schedule.ts'
import { webhookMachine } from '../../src/app/webhook-machine.ts'
import type { Instant } from '../../src/core/dates.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { openApp } from '../../src/platform/http/app.ts'
import type { App } from '../../src/platform/http/route.ts'
import { openLog } from '../../src/platform/log.ts'
import { Secrets } from '../../src/platform/secrets.ts'
import type { WebhookMachine } from '../../src/webhooks/machine.ts'
import { sendAllDue } from '../../src/webhooks/send-webhooks.ts'
import { tellAll } from '../../src/webhooks/tell-endpoints.ts'
import type { TestDatabase } from '../database/test-database.ts'

/** What a test asks of an answer: `body` is whatever the JSON was, for `toMatchObject` and plain reading. */
export interface Reply {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as a client without types would
  body: any
  headers: Record<string, string | undefined>
}

export interface SendOptions {
  /** The version that was seen: `If-Match`. */
  version?: number
  /** `Idempotency-Key`. */
  once?: string
  headers?: Record<string, string>
  /** In place of the account's own key; null sends none. */
  key?: string | null
}

/** The API as one account sees it. */
export interface TestApi {
  app: App
  account: number
  key: string
  get(path: string, options?: SendOptions): Promise<Reply>
  post(path: string, body?: unknown, options?: SendOptions): Promise<Reply>
  put(path: string, body: unknown, options?: SendOptions): Promise<Reply>
  patch(path: string, body: unknown, options?: SendOptions): Promise<Reply>
  delete(path: string, options?: SendOptions): Promise<Reply>
  /** Another key of the same account. */
  keyWith(scopes: readonly GrantedScope[]): Promise<string>
  /** Moves the sandbox clock to a day or an instant, doing what falls due on the way. */
  moveClock(to: string): Promise<void>
  /** Does what is due now, as the workers would: runs that were started are done afterwards, and webhooks sent. */
  settle(): Promise<void>
}

export const operatorKey = 'operator-key-of-the-tests'
const log = openLog({ level: 'silent' })

/** Sends webhooks in tests, with little patience. */
export const testWebhooks: WebhookMachine = {
  ...webhookMachine(new Secrets([Buffer.alloc(32, 7)])),
  limits: { totalMs: 500, answerBytes: 4096, headerBytes: 2048 },
}
const handlers = () => dueHandlers(undefined, (ctx, id, until) => sendAllDue(ctx, testWebhooks, id, until))
const apps = new Map<TestDatabase, Promise<App>>()

/** The whole app over the test's database, without listening and without workers of its own. One for each worker process. */
export function testApp(database: TestDatabase): Promise<App> {
  const known = apps.get(database)
  if (known) return known
  const services = { db: database.db, clock: systemClock, log, operatorKey, onChange() {}, onDueWork() {} }
  const opening = openApp(services, {}, app => registerRoutes(app, handlers(), testWebhooks))
  apps.set(database, opening)
  return opening
}

/** A fresh account with a key that may do everything. By default a sandbox whose clock stands at noon UTC of 2026-01-01. */
export async function testApi(database: TestDatabase, options?: { mode?: 'sandbox' | 'live'; now?: Instant }): Promise<TestApi> {
  const app = await testApp(database)
  const account = await database.freshAccount(options)
  const machinery = { db: database.db, clock: systemClock, log }

  const keyWith = async (scopes: readonly GrantedScope[]) => {
    const ctx = await openSystemCtx(machinery, account, 'test')
    if (ctx === null) throw new Error('the account was just made')
    return (await createApiKey(ctx, { name: 'Teste', scopes })).text
  }
  const key = await keyWith(['*'])
  const send = async (method: NonNullable<InjectOptions['method']>, url: string, body: unknown, options: SendOptions = {}) => {
    const bearer = options.key === undefined ? key : options.key
    const response = await app.inject({
      method,
      url,
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(options.version === undefined ? {} : { 'if-match': `"v${options.version}"` }),
        ...(options.once === undefined ? {} : { 'idempotency-key': options.once }),
        ...(body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { payload: Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
    })
    return toReply(response)
  }

  return {
    app,
    account,
    key,
    get: (path, options) => send('GET', path, undefined, options),
    post: (path, body, options) => send('POST', path, body, options),
    put: (path, body, options) => send('PUT', path, body, options),
    patch: (path, body, options) => send('PATCH', path, body, options),
    delete: (path, options) => send('DELETE', path, undefined, options),
    keyWith,
    moveClock: async to => {
      const moved = await send('POST', '/v1/sandbox/clock', { to })
      if (moved.status !== 200) throw new Error(`the clock did not move to ${to}: ${JSON.stringify(moved.body)}`)
    },
    settle: async () => {
      const worker = new DueWorker(machinery, handlers(), sharedKinds, new AbortController().signal)
      // What is done has others told, who are told by due work.
      do await worker.work(account)
      while ((await tell(machinery, account)) > 0)
    },
  }
}

async function tell(machinery: Machinery, account: number): Promise<number> {
  const ctx = await openSystemCtx(machinery, account, 'test')
  return ctx === null ? 0 : tellAll(ctx, testWebhooks)
}

function toReply(response: Awaited<ReturnType<App['inject']>>): Reply {
  const type = String(response.headers['content-type'] ?? '')
  const body = type.includes('json') ? response.json() : response.body === '' ? undefined : response.body
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  )
  return { status: response.statusCode, body, headers }
}
