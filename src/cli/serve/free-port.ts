import { createServer } from 'node:net'

/**
 * Listens where the server is going to, and lets go at once: a port that is taken, or an address that is not there, is told before a folder
 * of data is made for nothing. Between this and the real listening another may come; then the server itself is refused.
 */
export function tryListening({ host, port }: { host: string; port: number }): Promise<void> {
  // Port 0 takes whichever is free.
  if (port === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ host, port }, () => probe.close(() => resolve()))
  })
}
