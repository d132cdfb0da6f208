import { expect, test } from 'vitest'
import { bearer, fakeApp } from '../../../test/http/fake-app.ts'
import type { Refusal } from '../../core/refusal.ts'
import { type App, route } from './route.ts'
import { UploadGate } from './upload-gate.ts'

const mebibyte = 1024 * 1024
const bounds = { mostBytes: 10 * mebibyte, mostBytesOfAccount: 6 * mebibyte, atOnce: 2 }
const stays = new AbortController().signal

const codeOf = (work: () => unknown) => {
  try {
    work()
    return 'admitted'
  } catch (error) {
    return (error as Refusal).code
  }
}

/** A piece of work that says when it begins, and ends when it is told. */
function work(begun: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    end: resolve,
    do: async () => {
      begun.push(name)
      await promise
    },
  }
}

const settled = () => new Promise(resolve => setImmediate(resolve))

test('files are admitted up to a bound for all, and a lower one for each account', () => {
  const gate = new UploadGate(bounds)
  const letGo = gate.admit(1, 5 * mebibyte)
  expect(codeOf(() => gate.admit(1, 2 * mebibyte))).toBe('busy')
  gate.admit(2, 4 * mebibyte)
  expect(codeOf(() => gate.admit(3, 2 * mebibyte))).toBe('busy')
  letGo()
  // Told twice, as a request that ended and whose connection closed then.
  letGo()
  expect(codeOf(() => gate.admit(3, 6 * mebibyte))).toBe('admitted')
  expect(codeOf(() => gate.admit(1, 1))).toBe('busy')
})

test('the smallest files count too, and one that is alone is admitted whatever its size', () => {
  const gate = new UploadGate(bounds)
  expect(codeOf(() => gate.admit(1, 20 * mebibyte))).toBe('admitted')
  const other = new UploadGate(bounds)
  const admitted = Array.from({ length: 20 }, (_, i) => codeOf(() => other.admit(i, 10)))
  expect(admitted.filter(code => code === 'admitted')).toHaveLength(10)
})

test('few are worked on at once, of an account one; the others wait in line', async () => {
  const gate = new UploadGate(bounds)
  const begun: string[] = []
  const [a1, a2, b, c] = [work(begun, 'a1'), work(begun, 'a2'), work(begun, 'b'), work(begun, 'c')]
  const all = [
    gate.inTurn(1, stays, a1.do),
    gate.inTurn(1, stays, a2.do),
    gate.inTurn(2, stays, b.do),
    gate.inTurn(3, stays, c.do),
  ]
  await settled()
  expect(begun).toEqual(['a1', 'b'])
  b.end()
  await settled()
  expect(begun).toEqual(['a1', 'b', 'c'])
  a1.end()
  await settled()
  expect(begun).toEqual(['a1', 'b', 'c', 'a2'])
  a2.end()
  c.end()
  await Promise.all(all)
})

test('work that fails leaves its place to the next, and whoever has gone leaves the line', async () => {
  const gate = new UploadGate({ ...bounds, atOnce: 1 })
  const begun: string[] = []
  const { promise, reject } = Promise.withResolvers<void>()
  const first = gate.inTurn(1, stays, () => promise)
  const gone = new AbortController()
  const second = gate.inTurn(2, gone.signal, work(begun, 'gone').do)
  const third = work(begun, 'third')
  const last = gate.inTurn(3, stays, third.do)
  gone.abort()
  await expect(second).rejects.toMatchObject({ code: 'server_stopping', status: 503 })
  reject(new Error('a bad file'))
  await expect(first).rejects.toThrow('a bad file')
  await settled()
  expect(begun).toEqual(['third'])
  third.end()
  await last
})

test('over HTTP: what is too much is refused before its body is read, and what waits is served in its turn', async () => {
  const held = Promise.withResolvers<void>()
  const begun: number[] = []
  const upload = { types: ['text/csv'], maxBytes: 5 * mebibyte }
  const app: App = await fakeApp(
    app =>
      route(
        app,
        'POST /v1/files',
        { access: 'imports:write', summary: 'Envia.', repeatable: true, upload },
        async (_ctx, { file }) => {
          begun.push(file.length)
          await held.promise
          return {}
        },
      ),
    { uploads: { ...bounds, atOnce: 1 } },
  )
  const send = (bytes: number) =>
    app.inject({
      method: 'POST',
      url: '/v1/files',
      headers: { ...bearer, 'content-type': 'text/csv' },
      payload: Buffer.alloc(bytes, 'x'),
    })
  const first = send(3 * mebibyte)
  const second = send(2 * mebibyte)
  await expect.poll(() => begun).toEqual([3 * mebibyte])
  const third = await send(2 * mebibyte)
  expect(third.json()).toMatchObject({ status: 503, code: 'busy' })
  expect(third.headers['retry-after']).toBe('2')
  expect(begun).toEqual([3 * mebibyte])
  held.resolve()
  expect([(await first).statusCode, (await second).statusCode]).toEqual([204, 204])
  expect((await send(5 * mebibyte)).statusCode).toBe(204)
  await app.close()
})
