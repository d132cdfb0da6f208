import { expect, test } from 'vitest'
import { bearer, fakeApp } from '../../../test/http/fake-app.ts'
import { route } from './route.ts'

/** A route that answers when it is told to leave off. */
async function patient(stopping?: AbortSignal) {
  const begun = Promise.withResolvers<AbortSignal>()
  const leftOff = Promise.withResolvers<void>()
  const app = await fakeApp(
    app =>
      route(
        app,
        'POST /v1/long',
        { access: 'sandbox:write', summary: 'Demora.', repeatable: true },
        async (_ctx, { untilGone }) => {
          begun.resolve(untilGone)
          await new Promise(resolve => untilGone.addEventListener('abort', resolve))
          leftOff.resolve()
          return {}
        },
      ),
    stopping && { stopping },
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const call = (signal?: AbortSignal) => fetch(`${url}/v1/long`, { method: 'POST', headers: bearer, ...(signal && { signal }) })
  return { app, call, begun: begun.promise, leftOff: leftOff.promise }
}

test('what takes long leaves off when its caller goes away', async () => {
  const { app, call, begun, leftOff } = await patient()
  const caller = new AbortController()
  const called = call(caller.signal)
  expect((await begun).aborted).toBe(false)
  caller.abort()
  await expect(called).rejects.toThrow()
  await leftOff
  await app.close()
})

test('and when the server stops, and then answers', async () => {
  const stop = new AbortController()
  const { app, call, begun } = await patient(stop.signal)
  const called = call()
  await begun
  stop.abort()
  expect((await called).status).toBe(204)
  await app.close()
})
