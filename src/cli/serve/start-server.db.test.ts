import { exec } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../../../test/cli/command.ts'
import { civilDate } from '../../core/dates.ts'
import { firstCalls } from '../../dialects/first-calls.ts'
import { readyWords } from '../commands/serve.ts'
import { readCredentials } from '../credentials.ts'
import { startServer } from './start-server.ts'

let folder: string
let data: string
let file: string
const quiet = { BORDERO_LOG: 'error' }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-serve-'))
  data = join(folder, 'data')
  file = join(data, 'credentials.json')
})
afterAll(() => rmSync(folder, { recursive: true }))

const serveSandbox = () => startServer({ sandbox: true, port: 0, data }, quiet)
const clock = () => command(['clock', '--json', '--credentials-file', file], fetch)

test('a server writes a key that opens, keeps it across restarts, and makes another when its file is gone', async () => {
  const first = await startServer({ sandbox: true, sandboxDay: civilDate('2027-01-31'), port: 0, data }, quiet)
  expect(first.isDatabaseIgnored).toBe(false)
  const credentials = readCredentials(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(credentials).toMatchObject({ baseUrl: first.url, accountId: first.account?.accountId })
  expect(JSON.parse((await clock()).out)).toEqual({ now: '2027-01-31T15:00:00.000Z' })
  // With what each vendor's client enters: the fields that it asks for.
  const fields = Object.entries(credentials?.dialects ?? {}).map(([name, given]) => [name, Object.keys(given)])
  expect(Object.fromEntries(fields)).toEqual({
    omie: ['app_key', 'app_secret'],
    hubsoft: ['client_id', 'client_secret', 'username', 'password'],
    nibo: ['token'],
    fintera: ['token'],
    emites: ['token'],
  })
  const entered = await fetch(`${first.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', ...credentials?.dialects?.hubsoft }),
  })
  expect(await entered.json()).toMatchObject({ token_type: 'Bearer' })
  // What the demo shows is typed as it stands.
  for (const { command, title } of firstCalls(first.url, credentials?.apiKey ?? '', credentials?.dialects ?? {})) {
    const { stdout } = await promisify(exec)(command, { shell: '/bin/bash' })
    expect(() => JSON.parse(stdout), `${title}: ${stdout}`).not.toThrow()
    expect(stdout, title).not.toMatch(/"errors?"|"faultcode"/)
  }

  // Another server on the same folder is refused, and leaves the credentials of the one that runs alone.
  await expect(serveSandbox()).rejects.toThrow('Outro processo do Bordero já usa a pasta')
  expect(readCredentials(file)).toEqual(credentials)
  await first.close()
  expect((await clock()).exitCode).toBe(3)

  const second = await serveSandbox()
  expect(readCredentials(file)).toEqual({ ...credentials, baseUrl: second.url })
  expect((await clock()).exitCode).toBe(0)
  await second.close()

  rmSync(file)
  const third = await serveSandbox()
  const renewed = readCredentials(file)
  expect(renewed?.accountId).toBe(credentials?.accountId)
  expect(renewed?.apiKey).not.toBe(credentials?.apiKey)
  expect((await clock()).exitCode).toBe(0)
  await third.close()
})

test('a folder that is named is used, and that the database of the environment is not is said', async () => {
  const own = join(folder, 'own')
  const nowhere = { ...quiet, DATABASE_URL: 'postgres://bordero@127.0.0.1:1/nowhere' }
  const server = await startServer({ sandbox: true, port: 0, data: own }, nowhere)
  const ready = readyWords(server).split('\n')
  expect(ready[0]).toContain(own)
  expect(ready.filter(line => line.includes('DATABASE_URL'))).toEqual([expect.stringContaining('não é usado')])
  expect(readyWords({ ...server, isDatabaseIgnored: false })).not.toContain('DATABASE_URL')
  await server.close()
})

test('data of a real account are no sandbox', async () => {
  const real = join(folder, 'real')
  const live = await startServer({ port: 0, data: real }, quiet)
  expect(live.account?.mode).toBe('live')
  await live.close()
  await expect(startServer({ sandbox: true, port: 0, data: real }, quiet)).rejects.toThrow('Estes dados são de uma conta real')
})

test('a day for the sandbox is said to be ignored where the account has its clock already', async () => {
  const own = { sandbox: true, port: 0, data: join(folder, 'dated') } as const
  const first = await startServer({ ...own, sandboxDay: civilDate('2027-01-31') }, quiet)
  expect(first.account?.isDayIgnored).toBe(false)
  await first.close()
  const second = await startServer({ ...own, sandboxDay: civilDate('2027-05-31') }, quiet)
  expect(second.account?.isDayIgnored).toBe(true)
  await second.close()
})

test('a start that fails leaves the credentials of the server that runs where they are', async () => {
  const credentialsFile = join(folder, 'shared.json')
  const running = await startServer({ sandbox: true, port: 0, data: 'memory:', credentialsFile }, quiet)
  const written = readCredentials(credentialsFile)
  expect(written?.baseUrl).toBe(running.url)
  const port = Number(new URL(running.url).port)
  const again = { sandbox: true, port, data: 'memory:', credentialsFile } as const
  await expect(startServer(again, quiet)).rejects.toThrow(`A porta ${port} está ocupada`)
  expect(readCredentials(credentialsFile)).toEqual(written)
  // Whatever else it fails by, once it has begun.
  const unable = { ...again, port: 0, tlsCert: join(folder, 'none.pem'), tlsKey: join(folder, 'none.pem') }
  await expect(startServer(unable, quiet)).rejects.toThrow()
  expect(readCredentials(credentialsFile)).toEqual(written)
  await running.close()
})

test('a port that is taken leaves no folder behind', async () => {
  const taker = createServer().listen(0, '127.0.0.1')
  await once(taker, 'listening')
  const { port } = taker.address() as AddressInfo
  const wanted = join(folder, 'never')
  await expect(startServer({ sandbox: true, host: '127.0.0.1', port, data: wanted }, quiet)).rejects.toThrow(
    `A porta ${port} está ocupada`,
  )
  expect(existsSync(wanted)).toBe(false)
  taker.close()
})
