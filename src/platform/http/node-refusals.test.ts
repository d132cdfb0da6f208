import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeApp } from '../../../test/http/fake-app.ts'
import type { App } from './route.ts'

let app: App
beforeAll(async () => {
  app = await fakeApp(() => {})
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => app.close())

/** What comes back on a connection of its own, to the last byte. */
async function sent(request: string): Promise<{ head: string; body: unknown }> {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the app listens on a port')
  const socket = connect(address.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(request)
  const answer = await text(socket)
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head.toLowerCase()).toContain(`content-length: ${Buffer.byteLength(body)}`)
  return { head, body: JSON.parse(body) }
}

const line = 'GET /v1/things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n'

test.each([
  ['headers without end', `${line}X: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ['an expectation', `${line}Expect: 200-ok\r\n\r\n`, 417, 'expectation_failed'],
  ['what is no request', 'HELO mail\r\n\r\n', 400, 'malformed_request'],
  ['two lengths', `${line}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 400, 'malformed_request'],
  ['a request to nobody', 'GET /v1/things HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed_request'],
  ['one to what is no host', 'GET /v1/things HTTP/1.1\r\nHost: a.b/c\r\nConnection: close\r\n\r\n', 400, 'malformed_request'],
])('%s is refused as a problem like any other', async (_name, request, status, code) => {
  const { head, body } = await sent(request)
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head.toLowerCase()).toContain('content-type: application/problem+json; charset=utf-8')
  expect(body).toMatchObject({ type: 'about:blank', status, code, faults: [], requestId: expect.any(String) })
})
