/** The same Ctrl-C may arrive twice, from the terminal and by way of whoever started this process. */
const sameSignalMs = 1000

/** Resolves at the first SIGINT, SIGTERM or SIGHUP. A later one ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise(resolve => {
    let first: number | undefined
    const stop = () => {
      if (first !== undefined && performance.now() - first > sameSignalMs) process.exit(130)
      first ??= performance.now()
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
}
