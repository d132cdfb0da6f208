import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exitCodes } from './exit-codes.ts'
import { writeWanted } from './files.ts'

vi.mock('node:crypto', async original => ({
  ...(await original<typeof import('node:crypto')>()),
  randomBytes: () => Buffer.from('known'),
}))

describe('a file that a command writes', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bordero-files-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('appears whole, and leaves nothing beside it', async () => {
    await writeWanted(join(folder, 'contratos.csv'), Readable.from(['a;b\n', '1;2\n']), false)
    expect(readFileSync(join(folder, 'contratos.csv'), 'utf8')).toBe('a;b\n1;2\n')
    expect(readdirSync(folder)).toEqual(['contratos.csv'])
  })

  test('does not appear when what it was to hold breaks off', async () => {
    const broken = Readable.from(
      (function* () {
        yield 'a;b\n'
        throw new Error('the server is gone')
      })(),
    )
    await expect(writeWanted(join(folder, 'contratos.csv'), broken, false)).rejects.toThrow('contratos.csv')
    expect(readdirSync(folder)).toEqual([])
  })

  test('is no fault of the command where the disk is full', async () => {
    const full = new Readable({
      read() {
        this.destroy(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
      },
    })
    await expect(writeWanted(join(folder, 'contratos.csv'), full, false)).rejects.toMatchObject({ exitCode: exitCodes.failure })
    await expect(writeWanted(join(folder, 'none', 'contratos.csv'), Readable.from(['a']), false)).rejects.toMatchObject({
      exitCode: exitCodes.usage,
    })
  })

  test.each([
    ['of the name that it had once', 'contratos.csv.part'],
    ['of the name that it is about to have', `contratos.csv.${Buffer.from('known').toString('hex')}.part`],
  ])('is never written through a link %s', async (_, link) => {
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'mine')
    symlinkSync(victim, join(folder, link))
    await writeWanted(join(folder, 'contratos.csv'), Readable.from(['a;b\n']), false).catch(() => {})
    expect(readFileSync(victim, 'utf8')).toBe('mine')
    expect(lstatSync(join(folder, link)).isSymbolicLink()).toBe(true)
  })
})
