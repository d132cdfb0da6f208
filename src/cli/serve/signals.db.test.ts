import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataDir } from '../../platform/db/data-dir.ts'

const project = fileURLToPath(new URL('../../..', import.meta.url))

let folder: string
let typed: Typed | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-signals-'))
})
afterEach(() => {
  typed?.wipe()
  rmSync(folder, { recursive: true })
})

/**
 * A command as somebody types it, in a process group of its own. Its streams are those of every process below it: they close when
 * the last of these is gone, so that one that is left behind makes the test wait until it fails.
 */
class Typed {
  readonly process: ChildProcess
  readonly #closed: Promise<unknown>
  #hear = Promise.withResolvers<void>()
  said = ''

  constructor(program: string, args: readonly string[]) {
    // As on a terminal of its own: what runs these tests was started by npm as well.
    const { npm_command: _, ...others } = process.env
    // Nor does npm ask anybody for news of itself.
    const env = { ...others, npm_config_update_notifier: 'false' }
    this.process = spawn(program, args, { cwd: project, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#closed = once(this.process, 'close')
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', chunk => {
        this.said += chunk
        this.#hear.resolve()
        this.#hear = Promise.withResolvers()
      })
    }
  }

  async says(words: string): Promise<void> {
    while (!this.said.includes(words)) {
      const isClosed = await Promise.race([this.#hear.promise, this.#closed.then(() => true)])
      if (isClosed === true && !this.said.includes(words)) throw new Error(`it ended: ${this.said}`)
    }
  }

  /** To the process that was typed alone, as `kill` and a supervisor do; Ctrl-C on a terminal reaches all. */
  async stoppedBy(signal: NodeJS.Signals | 'Ctrl-C'): Promise<void> {
    if (signal === 'Ctrl-C') this.#toAll('SIGINT')
    else this.process.kill(signal)
    await this.#closed
  }

  get ended(): Promise<unknown> {
    return once(this.process, 'exit')
  }

  get closed(): Promise<unknown> {
    return this.#closed
  }

  /** Whoever is left, when a test failed. */
  wipe(): void {
    try {
      this.#toAll('SIGKILL')
    } catch {
      // Nobody is.
    }
  }

  #toAll(signal: NodeJS.Signals): void {
    if (this.process.pid !== undefined) process.kill(-this.process.pid, signal)
  }
}

function type(program: string, ...args: readonly string[]): Typed {
  typed = new Typed(program, args)
  return typed
}

test.each(['SIGTERM', 'SIGHUP', 'Ctrl-C'] as const)('%s to npx ends the server, which finishes what it began', async signal => {
  const data = join(folder, 'data')
  const npx = type('npx', 'bordero', 'serve', '--sandbox', '--port', '0', '--data', data)
  await npx.says('Ctrl-C para.')
  await npx.stoppedBy(signal)
  expect(npx.said).toContain('Parando…')
  // The folder is free for the next.
  new DataDir(data).release()
})

test('SIGTERM to npm ends the demo, which leaves no key behind that opens nothing', async () => {
  const before = keysInMemory()
  const npm = type('npm', 'run', 'demo', '--', '--memory')
  await npm.says('A demonstração fica no ar')
  await npm.stoppedBy('SIGTERM')
  expect(npm.said).toContain('Parando…')
  // Of those that were there it may have wiped some: a demo that was killed leaves its key to the next one.
  expect(keysInMemory().filter(key => !before.includes(key))).toEqual([])
})

test('a server that a script started without npm outlives the script', async () => {
  const server = `node bin/bordero.js serve --sandbox --port 0 --data ${join(folder, 'data')}`
  const shell = type('sh', '-c', `${server} & echo "pid $!."`)
  await shell.ended
  await shell.says('Ctrl-C para.')
  const [, pid] = /pid (\d+)\./.exec(shell.said) ?? []
  process.kill(Number(pid), 'SIGTERM')
  await shell.closed
  expect(shell.said).toContain('Parando…')
})

function keysInMemory(): string[] {
  const data = join(project, 'data')
  return existsSync(data) ? readdirSync(data).filter(name => name.startsWith('memory-')) : []
}
