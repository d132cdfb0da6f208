import { setTimeout as wait } from 'node:timers/promises'

/** For machinery that looks again a moment later; comes back at once when `until` is aborted. */
export async function waitFor(ms: number, until?: AbortSignal): Promise<void> {
  await wait(ms, undefined, until ? { signal: until } : {}).catch(() => {})
}

/** Does something now and then for as long as `work` takes. What of it fails is left to the next time. */
export async function meanwhile<T>(work: Promise<T>, everyMs: number, again: () => Promise<unknown>): Promise<T> {
  let doing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    doing = doing.then(again).catch(() => {})
  }, everyMs)
  try {
    return await work
  } finally {
    clearInterval(timer)
    await doing
  }
}
