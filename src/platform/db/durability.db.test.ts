import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { PgliteSource } from './pglite.ts'

const children = new URL('../../../test/database/children/', import.meta.url)
const commitRows = fileURLToPath(new URL('commit-rows.ts', children))
const faultyDisk = new URL('faulty-disk.ts', children).href

const scratch = mkdtempSync(join(tmpdir(), 'bordero-durable-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** A process that commits rows into `folder`, and what it has said so far. */
class Committer {
  readonly #process: ChildProcessByStdio<null, Readable, Readable>
  readonly lines: string[] = []
  #stderr = ''
  #onLine = () => {}
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>

  constructor(folder: string, env: Record<string, string> = {}) {
    const preload = env.FAULTY_DISK ? ['--import', faultyDisk] : []
    this.#process = spawn(process.execPath, [...preload, commitRows, folder], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process.stderr.on('data', chunk => {
      this.#stderr += chunk
    })
    createInterface({ input: this.#process.stdout }).on('line', line => {
      this.lines.push(line)
      this.#onLine()
    })
    this.ended = new Promise(resolve => this.#process.once('close', (code, signal) => resolve({ code, signal })))
  }

  get stderr(): string {
    return this.#stderr
  }

  get acknowledged(): number {
    return this.lines.filter(line => line.startsWith('acknowledged ')).length
  }

  async hasSaid(lines: number): Promise<void> {
    const enough = new Promise<void>(resolve => {
      this.#onLine = () => this.lines.length >= lines && resolve()
      this.#onLine()
    })
    const early = this.ended.then(end => Promise.reject(new Error(`ended with ${JSON.stringify(end)}: ${this.#stderr}`)))
    await Promise.race([enough, early])
    early.catch(() => {})
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }
}

/** A folder with an empty database: a first start takes seconds, a copy does not. */
function freshFolder(name: string): string {
  const folder = join(scratch, name)
  cpSync(join(scratch, 'empty'), folder, { recursive: true })
  return folder
}

async function rowsIn(folder: string): Promise<number> {
  const source = await PgliteSource.open({ dataDir: folder })
  const { connection, release } = await source.acquire('interactive')
  const { rows } = await connection.query('select count(*)::int as n from acknowledged')
  release('usable')
  await source.close()
  return Number(rows[0]?.n)
}

describe.runIf(inject('engines').includes('pglite'))('the embedded database', () => {
  beforeAll(async () => {
    const source = await PgliteSource.open({ dataDir: join(scratch, 'empty') })
    await source.close()
  })

  test('syncs at least once for each commit', async () => {
    const source = await PgliteSource.open({ dataDir: freshFolder('counted') })
    const { connection, release } = await source.acquire('interactive')
    await connection.script('create table counted (id int primary key)')
    const before = await source.syncs()
    for (let id = 0; id < 500; id++) {
      await connection.script('begin')
      await connection.query('insert into counted values ($1)', [id])
      await connection.script('commit')
    }
    expect((await source.syncs()) - before).toBeGreaterThanOrEqual(500)
    release('usable')
    await source.close()
  })

  test('is refused to a second process, and free again once the first was killed', async () => {
    const folder = freshFolder('locked')
    const first = new Committer(folder)
    await first.hasSaid(1)
    expect(statSync(folder).mode & 0o777).toBe(0o700)

    const second = new Committer(folder)
    expect(await second.ended).toEqual({ code: 3, signal: null })
    expect(second.lines[0]).toBe(
      `refused data_dir_in_use: Outro processo do Bordero já usa a pasta de dados ${folder}. Encerre-o antes de iniciar este, ou escolha outra pasta com --data.`,
    )
    await expect(PgliteSource.open({ dataDir: folder })).rejects.toMatchObject({ code: 'data_dir_in_use' })

    await first.hasSaid(200)
    first.kill()
    await first.ended
    expect(await rowsIn(folder)).toBeGreaterThanOrEqual(first.acknowledged)
  })

  test.each([
    ['sync', 'o disco não confirmou uma gravação (EIO'],
    ['full', 'o banco de dados embutido parou (PANIC:  could not write to log file'],
  ])('ends its process when the disk fails (%s), and keeps what it acknowledged', async (fault, lastWords) => {
    const folder = freshFolder(fault)
    const trigger = join(scratch, `${fault}.now`)
    const committer = new Committer(folder, { FAULTY_DISK: fault, FAULTY_DISK_WHEN: trigger })
    await committer.hasSaid(100)
    writeFileSync(trigger, '')
    expect(await committer.ended).toEqual({ code: null, signal: 'SIGKILL' })
    expect(committer.stderr).toContain(lastWords)
    expect(await rowsIn(folder)).toBeGreaterThanOrEqual(committer.acknowledged)
  })

  test('starts over what an interrupted first start left behind', async () => {
    const folder = join(scratch, 'interrupted')
    mkdirSync(join(folder, 'pgdata', 'base'), { recursive: true })
    writeFileSync(join(folder, 'pgdata', 'PG_VERSION'), '18\n')
    writeFileSync(join(folder, 'starting'), '')
    const source = await PgliteSource.open({ dataDir: folder })
    const { connection, release } = await source.acquire('interactive')
    expect((await connection.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    release('usable')
    await source.close()
  })

  test('touches nothing of a folder that it did not begin itself', async () => {
    const folder = join(scratch, 'foreign')
    mkdirSync(join(folder, 'pgdata'), { recursive: true })
    writeFileSync(join(folder, 'pgdata', 'theirs'), 'kept')
    await expect(PgliteSource.open({ dataDir: folder })).rejects.toMatchObject({ code: 'database_does_not_open' })
    expect(existsSync(join(folder, 'pgdata', 'theirs'))).toBe(true)
  })

  test('says so when its files cannot be read', async () => {
    const folder = join(scratch, 'broken')
    mkdirSync(join(folder, 'pgdata'), { recursive: true })
    writeFileSync(join(folder, 'pgdata', 'PG_VERSION'), '18\n')
    writeFileSync(join(folder, 'complete'), '')
    await expect(PgliteSource.open({ dataDir: folder })).rejects.toMatchObject({ code: 'database_does_not_open' })
  })
})
