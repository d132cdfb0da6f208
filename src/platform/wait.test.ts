import { expect, it } from 'vitest'
import { meanwhile, waitFor } from './wait.ts'

it('does something now and then while work goes on, and not after it', async () => {
  const work = Promise.withResolvers<string>()
  let times = 0
  const done = meanwhile(work.promise, 1, async () => {
    times++
    if (times === 1) throw new Error('left to the next time')
    if (times === 3) work.resolve('done')
  })
  expect(await done).toBe('done')
  const after = times
  await waitFor(20)
  expect(times).toBe(after)
})

it('hands on what the work throws', async () => {
  await expect(meanwhile(Promise.reject(new Error('broken')), 1, async () => {})).rejects.toThrow('broken')
})

it('waits no longer than until it is told to stop', async () => {
  const stop = new AbortController()
  const waiting = waitFor(3_600_000, stop.signal)
  stop.abort()
  await waiting
  await waitFor(3_600_000, stop.signal)
})
