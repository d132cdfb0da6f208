import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeCredentials } from './credentials.ts'
import { exitCodes } from './exit-codes.ts'
import { findTarget } from './target.ts'

let folder: string
let credentialsFile: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-target-'))
  credentialsFile = join(folder, 'credentials.json')
  writeCredentials(credentialsFile, {
    baseUrl: 'http://127.0.0.1:8080',
    accountId: 'acc_1',
    apiKey: 'bdr_file',
    operatorKey: 'bdr_operator',
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('which server a command speaks with', () => {
  test('the options come before the environment', () => {
    const environment = { BORDERO_URL: 'http://other.test', BORDERO_KEY: 'bdr_other' }
    expect(findTarget({ url: 'https://bordero.test', key: 'bdr_a' }, environment)).toMatchObject({
      url: 'https://bordero.test',
      key: 'bdr_a',
    })
    expect(findTarget({}, environment)).toMatchObject({ url: 'http://other.test', key: 'bdr_other', source: 'BORDERO_URL' })
  })

  test('the file that a server of this machine wrote says both', () => {
    expect(findTarget({ credentialsFile }, {})).toEqual({
      url: 'http://127.0.0.1:8080',
      key: 'bdr_file',
      source: credentialsFile,
    })
    expect(findTarget({}, { BORDERO_CREDENTIALS_FILE: credentialsFile }).key).toBe('bdr_file')
  })

  test('a file that is named comes before the environment', () => {
    const environment = { BORDERO_URL: 'http://other.test', BORDERO_KEY: 'bdr_other' }
    expect(findTarget({ credentialsFile }, environment).key).toBe('bdr_file')
  })

  test('another key may be used at the file’s address', () => {
    expect(findTarget({ credentialsFile, key: 'bdr_narrow' }, {})).toMatchObject({
      url: 'http://127.0.0.1:8080',
      key: 'bdr_narrow',
    })
  })

  test('the file’s key goes to no other address', () => {
    expect(() => findTarget({ credentialsFile, url: 'http://127.0.0.1:9' }, {})).toThrow('Falta a chave para http://127.0.0.1:9')
  })

  test('a server that has stopped, or is not ready yet, answers as one that cannot be reached', () => {
    const unreachable = expect.objectContaining({ exitCode: exitCodes.unreachable })
    expect(() => findTarget({ credentialsFile: join(folder, 'none.json') }, {})).toThrow(unreachable)
    const before = process.cwd()
    process.chdir(folder)
    try {
      expect(() => findTarget({}, {})).toThrow(unreachable)
    } finally {
      process.chdir(before)
    }
  })

  test('an address that is none, or one without its key, is a fault of the command line', () => {
    const usage = expect.objectContaining({ exitCode: exitCodes.usage })
    expect(() => findTarget({ url: 'localhost:8080', key: 'bdr_a' }, {})).toThrow('não é um endereço')
    expect(() => findTarget({ url: 'localhost:8080', key: 'bdr_a' }, {})).toThrow(usage)
    expect(() => findTarget({ credentialsFile, url: 'http://127.0.0.1:9' }, {})).toThrow(usage)
  })
})
