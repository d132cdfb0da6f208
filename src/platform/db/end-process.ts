import { writeSync } from 'node:fs'

/**
 * Ends the whole process at once, from whichever thread: process.exit would end only a worker, and its exit handlers
 * would go on talking to a database that has failed. What was acknowledged is on disk; the next start recovers it.
 */
export function endProcess(reason: string, error: unknown): never {
  const detail = error instanceof Error ? error.message : String(error)
  try {
    writeSync(2, `bordero: ${reason} (${detail}). O processo foi encerrado para não perder dados; inicie-o de novo.\n`)
  } catch {
    // Nobody reads our last words.
  }
  process.kill(process.pid, 'SIGKILL')
  throw new Error('unreachable: SIGKILL is not survived')
}
