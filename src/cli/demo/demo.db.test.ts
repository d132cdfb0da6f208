import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const bin = fileURLToPath(new URL('../../../bin/bordero.js', import.meta.url))
const patience = 120_000

/** What the README promises of `npm run demo -- --exit --json`, in a process of its own as a newcomer starts it. */
test('the demo bills the example to the last cent and proves it, whoever holds its usual port', {
  timeout: patience,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-demo-'))
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
    expect(readdirSync(join(folder, 'data'))).toEqual([])
  } finally {
    holder.close()
    rmSync(folder, { recursive: true })
  }
})
