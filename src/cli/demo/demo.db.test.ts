import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { exitCodes } from '../exit-codes.ts'

const run = promisify(execFile)
const bin = fileURLToPath(new URL('../../../bin/bordero.js', import.meta.url))
/** Ends what hangs: on a machine where others work too, each of these takes a minute. */
const patience = 600_000

/** What the README promises of `npm run demo -- --exit --json`, in a process of its own as a newcomer starts it. */
test('the demo bills the example to the last cent and proves it, whoever holds its usual port', {
  timeout: 2 * patience,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-demo-'))
  leaveBehind(folder)
  const holder = createServer()
    .listen(8080, '127.0.0.1')
    .on('error', () => {})
  try {
    const { stdout } = await run(process.execPath, [bin, 'demo', '--exit', '--json', '--memory'], {
      cwd: folder,
      timeout: patience,
      env: {},
    })
    const summary: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(summary).toEqual({
      contracts: 200,
      due: expect.any(Number),
      billed: expect.any(Number),
      parked: expect.any(Number),
      totalCents: expect.any(Number),
      seconds: expect.any(Number),
      verify: 'clean',
    })
    const { due, billed, parked, totalCents } = summary as Record<string, number>
    expect(due).toBe(Number(billed) + Number(parked))
    expect(billed).toBeGreaterThan(100)
    expect(parked).toBeGreaterThan(0)
    expect(totalCents).toBeGreaterThan(0)
    // Of demos that were killed nothing is left but a lock; what is not a demo's is not touched.
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(['demo-2', 'demo-of-mine'])
    expect(readdirSync(join(folder, 'data', 'demo-2')).filter(name => !name.startsWith('bordero.lock'))).toEqual([])
    expect(existsSync(join(folder, 'data', 'demo-of-mine', 'pgdata'))).toBe(true)
  } finally {
    holder.close()
    rmSync(folder, { recursive: true })
  }
})

/** What demos leave that were killed, and a folder that only looks like theirs. */
function leaveBehind(folder: string): void {
  for (const name of ['demo-2', 'demo-of-mine']) {
    const data = join(folder, 'data', name)
    mkdirSync(join(data, 'pgdata'), { recursive: true })
    for (const file of ['bordero.lock', 'complete', 'credentials.json']) writeFileSync(join(data, file), '')
  }
  // No process has this number: the greatest is below.
  const key = join(folder, 'data', `memory-${2 ** 22 + 1}`)
  mkdirSync(key)
  writeFileSync(join(key, 'credentials.json'), '{}')
}

/** What the README promises of `npm run demo -- --crash`, and of the SQL that it prints. */
test('a server is killed with a run half done; what it had said is there, nothing is twice, and the rest follows', {
  timeout: 2 * patience,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-crash-'))
  const bordero = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await run(process.execPath, [bin, ...args, '--json'], { cwd: folder, timeout: patience, env: {} })
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  }
  try {
    const crash = (await bordero('demo', '--crash')) as Record<'due' | 'acknowledged', number> &
      Record<'atDeath' | 'atEnd', Record<string, number>>
    const { due, acknowledged, atDeath, atEnd } = crash
    expect(crash).toMatchObject({ verify: 'clean' })
    // All items were known before the first was billed, and some of them were open when the server died.
    expect(acknowledged).toBeGreaterThan(0)
    expect(atDeath.faturas).toBeGreaterThanOrEqual(acknowledged)
    expect(atDeath['itens ainda por faturar']).toBeGreaterThan(0)
    expect(Number(atDeath.faturas) + Number(atDeath['itens ainda por faturar'])).toBeLessThanOrEqual(due)
    expect(atEnd).toMatchObject({ 'itens ainda por faturar': 0, 'períodos faturados duas vezes': 0, 'faturas sem período': 0 })
    expect(atEnd.faturas).toBeGreaterThan(Number(atDeath.faturas))

    // The folder of the last demo is found without its name.
    expect(await bordero('sql', 'select count(*) as n from invoice')).toEqual([{ n: atEnd.faturas }])
    // A demo that has stopped answers as any server that has.
    await expect(bordero('run', 'list')).rejects.toMatchObject({ code: exitCodes.unreachable })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
