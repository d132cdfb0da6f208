import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkNeeds } from './needs.ts'

const mebibyte = 1024 * 1024
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-needs-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const free = (mebibytes: number) => () => mebibytes * mebibyte

test('a first start asks for room for a whole database', () => {
  const data = join(folder, 'new')
  expect(() => checkNeeds(data, false, free(499))).toThrow(`O Bordero precisa de 500 MB livres no disco de ${data}; há 499 MB.`)
  expect(() => checkNeeds(data, false, free(500))).not.toThrow()
})

test('a database that is there opens on a disk that is nearly full, and does not on a full one', () => {
  const data = join(folder, 'known')
  expect(() => checkNeeds(data, true, free(33))).not.toThrow()
  expect(() => checkNeeds(data, true, free(31))).toThrow('32 MB livres')
})

test('a database in memory asks for no disk', () => {
  expect(() => checkNeeds('memory:', false, free(0))).not.toThrow()
})
