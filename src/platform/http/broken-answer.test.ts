import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { bearer, fakeApp } from '../../../test/http/fake-app.ts'
import { route } from './route.ts'

test('a download that breaks off is logged as an error and counted', async () => {
  async function* rows() {
    yield 'a;b\n'
    yield '1;2\n'
    throw new Error('the third row is not there')
  }
  const lines: string[] = []
  const app = await fakeApp(
    app =>
      route(app, 'GET /v1/files', { access: 'imports:read', summary: 'Baixa.', downloads: 'text/csv' }, async () => ({
        download: { filename: 'a.csv', content: Readable.from(rows()) },
      })),
    { lines },
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const answer = await fetch(`${url}/v1/files`, { headers: { ...bearer, 'x-request-id': 'broken-file-1' } })
  expect(answer.status).toBe(200)
  await expect(answer.text()).rejects.toThrow()
  const told = () => lines.map(text => JSON.parse(text)).find(({ msg }) => msg === 'answer broke off')
  await expect.poll(told).toMatchObject({
    level: 50,
    route: '/v1/files',
    requestId: 'broken-file-1',
    account: 1,
    err: { message: 'the third row is not there' },
  })
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toContain('bordero_http_broken_answers_total{route="/v1/files"} 1')
  await app.close()
})

test('a caller who goes away in the middle is no failure of ours', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  async function* rows() {
    try {
      for (;;) {
        yield 'x'.repeat(100_000)
        await new Promise(next => setImmediate(next))
      }
    } finally {
      resolve()
    }
  }
  const lines: string[] = []
  const app = await fakeApp(
    app =>
      route(app, 'GET /v1/files', { access: 'imports:read', summary: 'Baixa.', downloads: 'text/csv' }, async () => ({
        download: { filename: 'a.csv', content: Readable.from(rows()) },
      })),
    { lines },
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const gone = new AbortController()
  await fetch(`${url}/v1/files`, { headers: bearer, signal: gone.signal })
  gone.abort()
  await closed
  expect(lines.join('')).not.toContain('answer broke off')
  await app.close()
})
