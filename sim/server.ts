import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
export const operatorKey = 'operator-of-the-crash-test'

/** A real server process, to be killed and started again on the same port and data. */
export class ServerProcess {
  readonly url: string
  readonly #environment: NodeJS.ProcessEnv
  #child: ChildProcess | null = null
  #said = ''

  private constructor(port: number, settings: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`
    this.#environment = {
      ...process.env,
      ...settings,
      BORDERO_PORT: String(port),
      BORDERO_OPERATOR_KEY: operatorKey,
      BORDERO_LOG: 'warn',
    }
  }

  static async on(settings: Record<string, string>): Promise<ServerProcess> {
    return new ServerProcess(await freePort(), settings)
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [main], { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.#said = ''
    const listen = (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-4000)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server did not start: ${this.#said}`)
      const ready = await fetch(`${this.url}/ready`).then(
        response => response.ok,
        () => false,
      )
      if (ready) return
      await pause(25)
    }
  }

  /** As the power of the machine's owner: no signal handler runs. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null) return
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
