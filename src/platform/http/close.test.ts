import { expect, test } from 'vitest'
import { bearer, fakeApp } from '../../../test/http/fake-app.ts'
import { route } from './route.ts'

test('a server that closes finishes what was begun and takes nothing new', async () => {
  const { promise: end, resolve } = Promise.withResolvers<void>()
  const { promise: underWay, resolve: begin } = Promise.withResolvers<void>()
  const app = await fakeApp(app =>
    route(app, 'GET /v1/slow', { access: 'customers:read', summary: 'Demora.' }, async () => {
      begin()
      await end
      return {}
    }),
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  const [address] = app.addresses()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address.port : ''}/v1/slow`

  const begun = fetch(url, { headers: bearer })
  await underWay
  const closed = app.close()
  await expect.poll(() => app.server.listening).toBe(false)
  await expect(fetch(url, { headers: bearer })).rejects.toThrow()
  resolve()
  expect((await begun).status).toBe(204)
  await closed
})
