/** Work that stops now and then, so that something large does not keep everybody else waiting. What it answers does not depend on the stops. */
export type Sliced<T> = Generator<undefined, T, void>

/** Goes on at each stop, for what is small. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
