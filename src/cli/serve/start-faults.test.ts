import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DatabaseError } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../app/config.ts'
import { CliError } from '../exit-codes.ts'
import { startFault } from './start-faults.ts'
import { type ServeOptions, startServer } from './start-server.ts'

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-start-'))
  file = join(folder, 'a-file')
  writeFileSync(file, 'nothing\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

const pem = (name: string) => fileURLToPath(new URL(`../../../test/http/tls/${name}.pem`, import.meta.url))

async function fault(options: ServeOptions, environment: Record<string, string> = {}): Promise<[unknown, string]> {
  const usual = { BORDERO_DATA: 'memory:', BORDERO_LOG: 'silent' }
  const error = await startServer({ port: 0, ...options }, { ...usual, ...environment }).then(
    async server => {
      await server.close()
      throw new Error('it started')
    },
    (error: unknown) => error,
  )
  if (!(error instanceof CliError)) throw error
  return ['code' in error.details && error.details.code, error.message]
}

test('a certificate that is not there, cannot be read as one, or has another key', async () => {
  const missing = join(folder, 'cert.pem')
  expect(await fault({ tlsCert: missing, tlsKey: pem('key') })).toEqual([
    'tls_unreadable',
    `O certificado ${missing} não existe: confira --tls-cert.`,
  ])
  expect(await fault({ tlsCert: pem('cert'), tlsKey: folder })).toEqual([
    'tls_unreadable',
    `A chave ${folder} é uma pasta: confira --tls-key.`,
  ])
  expect(await fault({ tlsCert: file, tlsKey: pem('key') })).toEqual([
    'tls_invalid',
    expect.stringContaining('não é um PEM válido'),
  ])
  const other = join(folder, 'other.pem')
  writeFileSync(other, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const mismatch = expect.stringContaining('não é a do certificado')
  expect(await fault({ tlsCert: pem('cert'), tlsKey: other })).toEqual(['tls_mismatch', mismatch])
})

test('a folder for data that is a file, or lies below one', async () => {
  expect(await fault({ data: file })).toEqual([
    'data_dir_unusable',
    `A pasta de dados ${file} não pode ser usada: já há um arquivo com esse nome. Escolha outra com --data.`,
  ])
  expect(await fault({ data: join(file, 'below') })).toEqual([
    'data_dir_unusable',
    expect.stringContaining('no caminho há um arquivo em vez de uma pasta'),
  ])
})

test('a PostgreSQL that is not there, its password kept quiet', async () => {
  const [code, told] = await fault({}, { DATABASE_URL: 'postgres://ana:segredo@127.0.0.1:1/bordero' })
  expect(code).toBe('database_unreachable')
  expect(told).toBe('O PostgreSQL em 127.0.0.1:1 não responde: confira se ele está no ar, e o endereço em DATABASE_URL.')
})

test('what the system says of an address, a port, or a login', () => {
  const config = readConfig({ BORDERO_HOST: '192.0.2.1', BORDERO_PORT: '80', DATABASE_URL: 'postgres://ana:segredo@db/bordero' })
  const told = (fields: object) => {
    const fault = startFault(Object.assign(new Error('in English'), fields), config)
    return fault instanceof CliError ? fault.message : fault
  }
  expect(told({ code: 'EADDRNOTAVAIL', syscall: 'listen' })).toContain('não tem o endereço 192.0.2.1')
  expect(told({ code: 'EADDRINUSE', syscall: 'listen' })).toContain('A porta 80 está ocupada')
  expect(told({ code: 'EACCES', syscall: 'listen' })).toContain('não permite a porta 80')
  const refused = Object.assign(new DatabaseError('senha', 1, 'error'), { code: '28P01' })
  expect(startFault(refused, config)).toMatchObject({
    message: expect.stringContaining('O PostgreSQL em db recusou o usuário ou a senha'),
  })
  // Nobody can do anything about it: it stays as it is.
  expect(told({})).toMatchObject({ message: 'in English' })
})

test('a proxy that is no address', async () => {
  await expect(startServer({ data: 'memory:' }, { BORDERO_TRUSTED_PROXIES: 'nginx' })).rejects.toThrow(
    'BORDERO_TRUSTED_PROXIES aceita endereços e redes como 10.0.0.7 ou 10.0.0.0/8, não "nginx"',
  )
})
