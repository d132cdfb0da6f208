import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeApp } from '../../../test/http/fake-app.ts'
import { openSamples, type Samples } from '../../../test/http/sample-routes.ts'

let samples: Samples
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.app.close())

describe('every answer', () => {
  test('carries the request’s id: the caller’s own when it is sane', async () => {
    const idOf = async (sent?: string) =>
      (await samples.send('GET', '/v1/nothing', undefined, sent === undefined ? {} : { 'x-request-id': sent })).headers[
        'x-request-id'
      ]
    expect(await idOf('trace-1234:5')).toBe('trace-1234:5')
    const made = /^[0-9a-f-]{36}$/
    for (const insane of [undefined, 'short', 'with space 123', `x${'y'.repeat(200)}`, 'a"b\'c{}12345'])
      expect(await idOf(insane)).toMatch(made)
  })

  test('carries the headers that keep browsers from guessing', async () => {
    expect((await samples.send('GET', '/v1/things')).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
  })
})

test('the log names route, status, account and request, and nothing that somebody sent', async () => {
  samples.lines.length = 0
  await samples.send('GET', '/v1/things?customer=cus_31415', undefined, { 'x-request-id': 'log-test-1' })
  await samples.send('PATCH', '/v1/things/cus_27182', { email: 'ana@exemplo.com.br' })
  await samples.send('POST', '/v1/failures/bug')
  expect(JSON.parse(samples.lines[0] ?? '')).toMatchObject({
    requestId: 'log-test-1',
    method: 'GET',
    route: '/v1/things',
    status: 204,
    account: 1,
  })
  expect(samples.lines.join('')).not.toMatch(/31415|27182|exemplo|bdr_/)
  expect(samples.lines.join('')).toContain('"route":"/v1/things/:id"')
})

describe('forwarded headers', () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '9.9.9.9' }
  const seen = async (config: { trustedProxies?: string[] }, remoteAddress: string) => {
    const own = await fakeApp(
      app => void app.get('/seen', async request => ({ protocol: request.protocol, host: request.host, ip: request.ip })),
      config,
    )
    const response = await own.inject({ url: '/seen', headers, remoteAddress })
    await own.close()
    return response.json()
  }

  test('are ignored, save from a proxy that the configuration names', async () => {
    expect(await seen({}, '127.0.0.1')).toMatchObject({
      protocol: 'http',
      ip: '127.0.0.1',
      host: expect.stringContaining('localhost'),
    })
    expect(await seen({ trustedProxies: ['10.0.0.0/8'] }, '10.1.2.3')).toEqual({
      protocol: 'https',
      ip: '9.9.9.9',
      host: 'evil.example',
    })
    expect(await seen({ trustedProxies: ['10.0.0.0/8'] }, '11.1.2.3')).toMatchObject({ protocol: 'http', ip: '11.1.2.3' })
  })
})
