import { afterEach, expect, test } from 'vitest'
import { untilStopped } from './until-stopped.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const others = new Map(signals.map(signal => [signal, process.listeners(signal)]))

/** Those that were added here. */
const added = (signal: (typeof signals)[number]) =>
  process.listeners(signal).filter(listener => !others.get(signal)?.includes(listener))

afterEach(() => {
  for (const signal of signals) for (const listener of added(signal)) process.off(signal, listener)
})

test('whoever sees a server ready may stop it at once: its signals are heard from before', async () => {
  const { started, stopped } = await untilStopped(async () => signals.map(signal => added(signal).length))
  expect(started).toEqual([1, 1, 1])
  const [stop] = added('SIGTERM')
  stop?.('SIGTERM')
  // The same Ctrl-C may come by two ways.
  stop?.('SIGTERM')
  await stopped
})
