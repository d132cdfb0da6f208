import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command, type Ran } from '../../../test/cli/command.ts'
import { civilDate } from '../../core/dates.ts'
import { type StartedServer, startServer } from '../serve/start-server.ts'

const example = fileURLToPath(new URL('../../../examples/contratos.csv', import.meta.url))
const faulty = fileURLToPath(new URL('../../../examples/contratos-com-erros.csv', import.meta.url))

let folder: string
let server: StartedServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-commands-'))
  const credentialsFile = join(folder, 'credentials.json')
  const options = { sandbox: true, sandboxDay: civilDate('2027-01-31'), port: 0, data: 'memory:', credentialsFile } as const
  server = await startServer(options, { BORDERO_LOG: 'error' })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const bordero = (...args: string[]): Promise<Ran> =>
  command([...args, '--credentials-file', join(folder, 'credentials.json')], fetch)

test('a finance person goes from a spreadsheet to a proven run by commands alone', { timeout: 120_000 }, async () => {
  const organization = ['init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.']
  expect((await bordero(...organization)).out).toContain('(org_1) foi cadastrada')
  expect((await bordero(...organization)).out).toContain('A conta já tem')

  const refused = await bordero('import', faulty)
  expect(refused.exitCode).toBe(1)
  expect(refused.out).toContain('nada foi gravado')
  const checked = await bordero('import', example, '--dry-run')
  expect(checked).toMatchObject({ exitCode: 0 })
  expect(checked.out).toContain('só conferida, nada foi gravado')
  expect((await bordero('import', example)).exitCode).toBe(0)
  expect((await bordero('import', example)).out).toContain('204 já cadastradas.')

  const preview = await bordero('preview')
  expect(preview.exitCode).toBe(0)
  expect(preview.out).toContain('npx bordero bill run_1')
  const billed = JSON.parse((await bordero('bill', 'run_1', '--json')).out)
  expect(billed).toMatchObject({ state: 'done', counters: { pending: 0, notBilled: 1 } })

  const shown = await bordero('run', 'show', 'run_1')
  const [, item = ''] = /run allow run_1 (\d+)/.exec(shown.out) ?? []
  const allowed = await bordero('run', 'allow', 'run_1', item)
  expect(allowed.exitCode).toBe(0)
  expect(allowed.out).toContain('nenhum ficou de fora')
  expect((await bordero('run', 'allow', 'run_1', item)).exitCode).toBe(1)

  const verified = await bordero('verify', '--full')
  expect(verified.exitCode).toBe(0)
  expect(verified.out).toContain('limpo: ')

  const file = join(folder, 'contratos.csv')
  expect((await bordero('export', file)).exitCode).toBe(0)
  expect((await bordero('export', file)).exitCode).toBe(2)
  expect(readFileSync(file, 'utf8')).toContain('HZ-0001')
})

test('an invoice is received in part, undone, and a discount waits for the next one', { timeout: 60_000 }, async () => {
  const { data } = JSON.parse((await bordero('invoices', 'list', '--state', 'to_receive', '--limit', '1', '--json')).out)
  const invoice = JSON.parse((await bordero('invoices', 'show', data[0].id, '--json')).out)
  const [receivable] = invoice.receivables
  const receive = ['receivables', 'receive', receivable.id, '1,00', '--on', '31/01/2027', '--method', 'pix']
  const received = JSON.parse((await bordero(...receive, '--json')).out)
  expect(received.outstandingCents).toBe(receivable.outstandingCents - 100)
  const undone = await bordero('receivables', 'undo', receivable.id, received.receipts[0].id, '--reason', 'Pix devolvido')
  expect(undone.out).toContain('(desfeita)')

  const event = await bordero('events', 'add', invoice.ruleId, 'discount', '30,00', 'Bônus', '--parts', '3')
  expect(event.out).toContain('em 3 parcelas (R$ 10,00, R$ 10,00, R$ 10,00)')
  const explained = await bordero('explain', 'HZ-0001')
  expect(explained.out).toContain('Vigência')
})

test('a key may do what it was made for, until it is revoked', { timeout: 60_000 }, async () => {
  const key = JSON.parse((await bordero('keys', 'create', 'Planilha', '--scope', 'billing:read', '--json')).out)
  expect((await bordero('run', 'list', '--key', key.key)).exitCode).toBe(0)
  expect((await bordero('keys', 'list', '--key', key.key)).exitCode).toBe(4)
  expect((await bordero('keys', 'revoke', key.id)).exitCode).toBe(0)
  expect((await bordero('run', 'list', '--key', key.key)).exitCode).toBe(4)
})
