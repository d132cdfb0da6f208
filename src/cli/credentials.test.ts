import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { putAside, readCredentials, writeCredentials } from './credentials.ts'

const credentials = { baseUrl: 'http://127.0.0.1:8080', accountId: 'acc_1', apiKey: 'bdr_a', operatorKey: 'bdr_operator_b' }

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-credentials-'))
  file = join(folder, 'inner', 'credentials.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the file is its owner’s alone, and nothing is left beside it', () => {
  writeCredentials(file, credentials)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readCredentials(file)).toEqual(credentials)
  expect(readdirSync(join(folder, 'inner'))).toEqual(['credentials.json'])
})

test('a server that starts puts the file of its last life aside and keeps its key', () => {
  writeCredentials(file, credentials)
  expect(putAside(file)).toEqual(credentials)
  expect(readCredentials(file)).toBeNull()
})

test('a start that was killed before it was ready loses no key', () => {
  writeCredentials(file, credentials)
  putAside(file)
  expect(putAside(file)).toEqual(credentials)
})

test('without a file there is nothing to keep', () => {
  expect(putAside(file)).toBeNull()
})

test('another program’s file is not ours', () => {
  const other = join(folder, 'other.json')
  for (const text of ['{"baseUrl":1}', 'null', '{']) {
    writeFileSync(other, text)
    expect(readCredentials(other)).toBeNull()
  }
})
