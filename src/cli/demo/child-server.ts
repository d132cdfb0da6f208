import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from '../client.ts'
import { credentialsFileOf, putAside, readCredentials } from '../credentials.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { demoDay } from './demo-server.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
/** A first start makes a database, which is slow on a machine where others work; one that fails says so at once. */
const mostSeconds = 300

/** `bordero serve --sandbox` as a process of its own, which a test of its death may kill. It ends when we end. */
export class ChildServer {
  readonly client: Client
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, client: Client) {
    this.#process = process
    this.client = client
  }

  /** Resolves once its credentials stand, that is, once it answers. */
  static async start(data: string): Promise<ChildServer> {
    const file = credentialsFileOf(data)
    // What a killed one left does not say that this one is ready; the key in it is kept all the same.
    putAside(file)
    const args = ['serve', '--sandbox', '--sandbox-day', demoDay, '--port', '0', '--data', data]
    const child = fork(main, args, { env: { BORDERO_LOG: 'silent' }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let said = ''
    child.stderr?.on('data', chunk => {
      said += chunk
    })
    for (const deadline = performance.now() + mostSeconds * 1000; performance.now() < deadline; await wait(50)) {
      const credentials = readCredentials(file)
      if (credentials !== null)
        return new ChildServer(child, new Client({ url: credentials.baseUrl, key: credentials.apiKey, source: file }, fetch))
      if (child.exitCode !== null) break
    }
    child.kill('SIGKILL')
    throw new CliError(exitCodes.failure, `O servidor não iniciou: ${said.trim()}`, { details: { code: 'server_did_not_start' } })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { exitCode, signalCode } = this.#process
    if (exitCode !== null || signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill(signal)
    await ended
  }
}
