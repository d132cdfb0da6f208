import { expect, test } from 'vitest'
import { bearer, fakeApp } from '../../../test/http/fake-app.ts'
import { foreignRoute } from './foreign-route.ts'

const mebibyte = 1024 * 1024
const bounds = { mostBytes: 10 * mebibyte, mostBytesOfAccount: 6 * mebibyte, atOnce: 1 }

test('a body that is longer than usual is admitted and waits in line like a file; one that is not goes past it', async () => {
  const held = Promise.withResolvers<void>()
  const begun: unknown[] = []
  const app = await fakeApp(
    app =>
      foreignRoute(app, {
        methods: ['POST'],
        url: '/theirs',
        maxBytes: 5 * mebibyte,
        keyOf: () => 'bdr_fake',
        operationOf: () => ({
          needs: ['invoices:write'],
          reads: true,
          run: async (_ctx, { origin, body }) => {
            const length = JSON.stringify(body).length
            begun.push(length)
            if (length > mebibyte) await held.promise
            return { status: 200, body: { origin } }
          },
        }),
        tell: ({ status, code }) => ({ status, body: { errors: code } }),
      }),
    { uploads: bounds },
  )
  const send = (bytes: number) =>
    app.inject({
      method: 'POST',
      url: '/theirs',
      headers: { ...bearer, host: 'theirs.example:8080', 'content-type': 'application/json' },
      payload: JSON.stringify('x'.repeat(bytes - 2)),
    })
  const first = send(3 * mebibyte)
  const second = send(2 * mebibyte)
  await expect.poll(() => begun).toEqual([3 * mebibyte])
  const third = await send(2 * mebibyte)
  expect([third.statusCode, third.json(), third.headers['retry-after']]).toEqual([503, { errors: 'busy' }, '2'])
  const short = await send(1000)
  expect([short.statusCode, short.json()]).toEqual([200, { origin: 'http://theirs.example:8080' }])
  expect(begun).toEqual([3 * mebibyte, 1000])
  held.resolve()
  expect([(await first).statusCode, (await second).statusCode]).toEqual([200, 200])
  expect((await send(5 * mebibyte + 1)).statusCode).toBe(413)
  await app.close()
})
