/** The same Ctrl-C may arrive twice, from the terminal and by way of whoever started this process. */
const sameSignalMs = 1000
const interrupted = 130

/**
 * Starts something, and hears SIGINT, SIGTERM and SIGHUP before anybody can know that it stands: one that comes while it starts ends
 * the process at once, since nothing was promised yet. Of those that come later the first resolves `stopped`, the next ends the process.
 */
export async function untilStopped<T>(start: () => Promise<T>): Promise<{ started: T; stopped: Promise<void> }> {
  const stopped = Promise.withResolvers<void>()
  let isStarted = false
  let first: number | undefined
  const stop = () => {
    if (!isStarted || (first !== undefined && performance.now() - first > sameSignalMs)) process.exit(interrupted)
    first ??= performance.now()
    stopped.resolve()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const started = await start()
  isStarted = true
  return { started, stopped: stopped.promise }
}
