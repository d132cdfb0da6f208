import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { command, type Ran } from '../../../test/cli/command.ts'
import { openEmptyDatabase } from '../../../test/database/empty-database.ts'
import { Receiver } from '../../../test/webhooks/receiver.ts'
import { civilDate } from '../../core/dates.ts'
import { type StartedServer, startServer } from '../serve/start-server.ts'

let folder: string
let server: StartedServer
let receiver: Receiver

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-webhooks-'))
  receiver = await Receiver.open()
  const options = { sandbox: true, sandboxDay: civilDate('2027-01-31'), port: 0, data: join(folder, 'data') } as const
  server = await startServer(options, { BORDERO_LOG: 'error' })
})
afterAll(async () => {
  await server.close()
  await receiver.goAway()
  rmSync(folder, { recursive: true })
})

const bordero = (...args: string[]): Promise<Ran> =>
  command([...args, '--credentials-file', server.account?.credentialsFile ?? ''], fetch)

test('somebody subscribes to what happens by commands alone, and a real server tells it', async () => {
  expect((await bordero('webhooks', 'list')).out).toBe('Nada a mostrar.')
  const refused = await bordero('webhooks', 'add', 'http://example.com/', '--event', 'invoice.emited')
  expect(refused.exitCode).toBe(1)
  expect(refused.notes).toContain('O endereço deve ser https')
  expect(refused.notes).toContain('De uma fatura há')

  const added = await bordero('webhooks', 'add', receiver.url, '--event', 'organization.*')
  expect(added).toMatchObject({ exitCode: 0 })
  expect(added.out).toMatch(
    /^whsec_\S+\n\nGuarde o segredo agora.* whe_1, http:\/\/127\.0\.0\.1:\d+\/hook, é avisado de organization\.\*/,
  )
  await bordero('init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.')
  await expect.poll(() => receiver.bodies.map(({ type }) => type)).toEqual(['organization.create'])

  expect((await bordero('webhooks', 'test', 'whe_1')).out).toContain('npx bordero webhooks show whd_')
  await expect.poll(() => receiver.received.length).toBe(2)
  const listed = async (...args: string[]) => JSON.parse((await bordero('webhooks', 'deliveries', '--json', ...args)).out).data
  await expect.poll(async () => (await listed('--state', 'entregue')).length).toBe(2)
  const [sent] = await listed('--event', 'organization.create', '--of', 'org_1')
  const shown = await bordero('webhooks', 'show', sent.id)
  expect(shown.out).toContain('organization.create, org_1 versão 1, entregue.')
  expect(shown.out).toContain('entregue (delivered, HTTP 200)')
  expect(shown.out).toContain('answered 200')

  expect((await bordero('webhooks', 'replay', sent.id)).out).toContain('será enviado outra vez a whe_1')
  await expect.poll(() => receiver.received.length).toBe(3)
  const window = ['--from', '31/01/2027', '--until', '01/02/2027', '--state', 'entregue']
  await expect.poll(async () => (await bordero('webhooks', 'replay', ...window)).out).toBe('1 aviso será enviado outra vez.')
  await expect.poll(() => receiver.received.length).toBe(4)
  expect((await bordero('webhooks', 'replay')).exitCode).toBe(2)

  expect((await bordero('webhooks', 'rotate', 'whe_1')).out).toMatch(/^whsec_\S+\n\n/)
  expect((await bordero('webhooks', 'disable', 'whe_1')).out).toContain('desligado por alguém')
  expect((await bordero('webhooks', 'enable', 'whe_1')).out).toContain('ligado, recebe; esperam 0.')
  expect((await bordero('webhooks', 'list')).out).toContain('ligado, recebe')

  receiver.manner = () => 503
  for (let i = 0; i < 5; i++) await bordero('webhooks', 'test', 'whe_1')
  await expect
    .poll(async () => JSON.parse((await bordero('webhooks', 'list', '--json')).out).data[0])
    .toMatchObject({ failuresInARow: 5, pausedUntil: expect.any(String) })
  expect((await bordero('webhooks', 'list')).out).toMatch(/em pausa até 31\/01/)
  expect((await bordero('webhooks', 'disable', 'whe_1')).out).toContain('desligado por alguém')
  receiver.manner = () => 200
  expect((await bordero('webhooks', 'enable', 'whe_1')).out).toContain('esperam 0.')
  expect((await bordero('webhooks', 'remove', 'whe_1')).out).toContain('whe_1, http')
  expect((await bordero('webhooks', 'remove', 'whe_1')).exitCode).toBe(1)
})

test('the server made itself a key that only its owner reads', () => {
  expect(statSync(join(folder, 'data', 'secret.key')).mode & 0o777).toBe(0o600)
})

test.runIf(inject('engines').includes('postgres'))(
  'a sandbox on PostgreSQL keeps its key beside its credentials; a real account there wants one that is given',
  async () => {
    const database = await openEmptyDatabase('postgres')
    const credentialsFile = join(folder, 'beside', 'credentials.json')
    const environment = { DATABASE_URL: database.url ?? '', BORDERO_LOG: 'silent' }
    const add = () => command(['webhooks', 'add', 'https://example.com/', '--credentials-file', credentialsFile], fetch)
    try {
      const sandbox = await startServer({ sandbox: true, port: 0, credentialsFile }, environment)
      expect((await add()).exitCode).toBe(0)
      await sandbox.close()
      expect(statSync(join(folder, 'beside', 'secret.key')).mode & 0o777).toBe(0o600)
      const keyless = await startServer({ port: 0, credentialsFile }, environment)
      const refused = await add()
      await keyless.close()
      expect(refused.exitCode).toBe(5)
      expect(refused.notes).toContain('BORDERO_SECRET_KEY')
    } finally {
      await database.drop()
    }
  },
)
