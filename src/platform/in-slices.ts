import { setImmediate } from 'node:timers/promises'
import type { Sliced } from '../core/slices.ts'

/** Lets whoever waits have a turn on the event loop at each stop. */
export async function inSlices<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await setImmediate()
  }
}
