import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operatorKey } from '../../test/http/test-api.ts'
import { readConfig } from './config.ts'
import { type RunningServer, serve } from './serve.ts'

const environment = { BORDERO_DATA: 'memory:', BORDERO_PORT: '0', BORDERO_OPERATOR_KEY: operatorKey, BORDERO_LOG: 'silent' }

let server: RunningServer
beforeAll(async () => {
  server = await serve(readConfig(environment))
})
afterAll(() => server.close())

async function call(method: string, path: string, key: string, body?: object) {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') }
}

test('a server gives an account and its key, and the key opens the account', async () => {
  const account = await call('POST', '/v1/accounts', operatorKey, { name: 'Conta', mode: 'sandbox' })
  expect(account.status).toBe(201)
  const key = await call('POST', `/v1/accounts/${account.body.id}/api-keys`, operatorKey, { name: 'Primeira', scopes: ['*'] })
  expect(key.status).toBe(201)
  expect(await call('GET', '/v1/customers', key.body.key)).toEqual({ status: 200, body: { data: [], nextCursor: null } })
})

test('its pages are whole without any other host', async () => {
  for (const path of ['/', '/home.js', '/home-words.js', '/home.css', '/docs', '/docs/docs.js', '/docs/docs.css']) {
    const response = await fetch(server.url + path)
    expect(response.status).toBe(200)
    expect(await response.text()).not.toMatch(/https?:\/\//)
  }
})

test('its metrics tell of requests by route, and of how busy the database is', async () => {
  await fetch(`${server.url}/v1/customers/cus_1`)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toContain('bordero_http_request_seconds_count{method="GET",route="/v1/customers/:id",status="401"}')
  expect(metrics).toContain('process_resident_memory_bytes')
  expect(metrics).toMatch(/bordero_db_lent_total\{priority="interactive"\} [1-9]/)
  expect(metrics).toContain('bordero_db_waiting{priority="background"}')
})

test('a port that is taken is an error, and leaves nothing open', async () => {
  await expect(serve(readConfig({ ...environment, BORDERO_PORT: new URL(server.url).port }))).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

test('a process that is told to stop finishes and leaves with 0', async () => {
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: { ...process.env, ...environment, BORDERO_LOG: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"msg":"ready"')) child.kill('SIGTERM')
  }
  expect(await ended).toEqual([0, null])
})
