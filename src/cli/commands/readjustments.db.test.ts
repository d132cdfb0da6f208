import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command, type Ran } from '../../../test/cli/command.ts'
import { civilDate } from '../../core/dates.ts'
import { readCredentials } from '../credentials.ts'
import { type StartedServer, startServer } from '../serve/start-server.ts'

let folder: string
let server: StartedServer
const file = () => join(folder, 'credentials.json')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-readjustments-'))
  const options = {
    sandbox: true,
    sandboxDay: civilDate('2025-09-10'),
    port: 0,
    data: 'memory:',
    credentialsFile: file(),
  } as const
  server = await startServer(options, { BORDERO_LOG: 'error' })
  await bordero('init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.')
  serviceItemId = await post('/v1/service-items', { name: 'Suporte' })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

let serviceItemId: string
const bordero = (...args: string[]): Promise<Ran> => command([...args, '--credentials-file', file()], fetch)

async function post(path: string, body: object): Promise<string> {
  const credentials = readCredentials(file())
  if (credentials === null) throw new Error('the server wrote no credentials')
  const headers = { authorization: `Bearer ${credentials.apiKey}`, 'content-type': 'application/json' }
  const reply = await fetch(`${credentials.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(reply.status).toBe(201)
  const made = (await reply.json()) as { id: string }
  return made.id
}

async function contract(code: string, customerId: string): Promise<void> {
  const rule = {
    recurrence: { unit: 'month', anchorOn: '2025-09-10' },
    due: { kind: 'fixed_day', day: 20 },
    lines: [{ serviceItemId, unitPrice: '1000' }],
  }
  await post('/v1/contracts', { name: `Contrato ${code}`, code, organizationId: 'org_1', customerId, rules: [rule] })
}

test('prices are readjusted by commands: added, seen before, approved at once, applied and undone', async () => {
  const customer = await post('/v1/customers', { kind: 'person', name: 'Ana Lima', taxId: '11144477735' })
  await contract('C-1', customer)
  await contract('C-2', customer)
  const added = await bordero('readjustments', 'add', 'C-1', 'IGP-M', '--from', '10/10/2025', '--approval', '--notice', '30')
  expect(added).toMatchObject({ exitCode: 0, notes: '' })
  expect(added.out).toContain('rdj_1: contrato C-1, Ana Lima.')
  expect(added.out).toContain('Fator em 10/10/2025: 1,02828436.')
  expect(added.out).toContain('Um período inteiro: de R$ 1.000,00 para R$ 1.028,28.')
  const often = await bordero('readjustments', 'add', 'C-2', 'igpm', '--from', '10/10/2025', '--every', '6', '--approval')
  expect(often.out).toContain('Atenção: O reajuste por índice em prazo menor que um ano é nulo pela Lei 10.192/2001')
  const wrong = await bordero(
    'readjustments',
    'add',
    'C-2',
    'ipca',
    '--from',
    '10/10/2025',
    '--every',
    '5',
    '--method',
    'publicado',
  )
  expect([wrong.exitCode, wrong.notes]).toEqual([1, expect.stringContaining('O acumulado publicado é de 12 meses')])

  const due = await bordero('readjustments', 'due', '--month', '10/2025')
  expect(due.out).toMatch(/rdj_1 .*C-1.*Ana Lima.*IGP-M.*10\/10\/2025.*1,02828436.*1\.000,00.*1\.028,28.*a aprovar/)
  expect(due.out).toMatch(/\n\nAtenção, rdj_2: O reajuste por índice em prazo menor que um ano é nulo/)
  expect((await bordero('readjustments', 'list')).out).toContain('Atenção, rdj_2: O reajuste')
  expect(due.out).toMatch(/Total: 2 com valor, de R\$\s2\.000,00 para R\$\s2\.0\d\d,\d\d por período\./)
  expect((await bordero('readjustments', 'due', '--month', '11/2025')).out).toBe('Nada a mostrar.')
  expect((await bordero('readjustments', 'list', '--contract', 'C-2')).out).toContain('6 meses')

  expect((await bordero('readjustments', 'approve')).exitCode).toBe(2)
  expect((await bordero('readjustments', 'approve', '--from', '01/10/2025')).notes).toContain(
    'Um intervalo tem --from e --until.',
  )
  const approved = await bordero('readjustments', 'approve', '--month', '10/2025')
  expect(approved.out).toContain('2 reajustes aprovados; cada um é aplicado na sua data:\n  rdj_1  10/10/2025, fator 1,02828436')
  expect((await bordero('readjustments', 'approve', 'rdj_1')).out).toBe('Nenhum esperava aprovação.')

  await bordero('clock', '--to', '2025-10-09')
  await bordero('readjustments', 'skip', 'rdj_2', '--reason', 'Sem reajuste')
  expect((await bordero('readjustments', 'show', 'rdj_2')).out).toContain('10/10/2025: dispensado (Sem reajuste).')
  const undone = await bordero('readjustments', 'undo', 'rdj_2')
  expect(undone.out).toContain('Agora: espera a aprovação.')
  expect((await bordero('readjustments', 'list', '--waits', 'aprovação', '--json')).out).toContain('"id":"rdj_2"')
  expect((await bordero('readjustments', 'remove', 'rdj_2')).out).toContain('o reajuste foi excluído')
  expect((await bordero('readjustments', 'list', '--archived')).out).toContain('rdj_2')
  await bordero('clock', '--to', '2025-10-10')
  expect((await bordero('readjustments', 'show', 'rdj_1')).out).toMatch(
    /10\/10\/2025: aplicado, fator 1,02828436\.\n {2}10\/2024 {2}1,52%\n[\s\S]+09\/2025 {2}0,42%\n\s+A partir de[\s\S]+10\/10\/2025 +Suporte.*1\.000,00 +1\.028,28/,
  )
  const invoices = JSON.parse((await bordero('invoices', 'list', '--contract', 'C-1', '--json')).out).data
  const readjusted = await Promise.all(invoices.map(({ id }: { id: string }) => bordero('invoices', 'show', id)))
  expect(readjusted.map(({ out }) => out).join('\n')).toContain('Suporte: Preço reajustado em 10/10/2025 pelo IGP-M')
  // What was billed with it is not undone.
  expect(await bordero('readjustments', 'undo', 'rdj_1')).toMatchObject({
    exitCode: 1,
    notes: expect.stringContaining('readjustment_billed'),
  })
  expect((await bordero('verify', '--full')).exitCode).toBe(0)
})

test('a month that is not published is entered by hand with its source, and taken back', async () => {
  expect((await bordero('indices', 'list')).out).toMatch(/igpm +IGP-M +FGV +04\/2026 +2,73%/)
  expect((await bordero('indices', 'show', 'igpm', '--from', '08/2025', '--until', '09/2025')).out).toMatch(
    /08\/2025 +0,36% +publicado[^\n]+\n09\/2025 +0,42%/,
  )
  const customer = await post('/v1/customers', { kind: 'person', name: 'Beto Reis', taxId: '52998224725' })
  await contract('C-3', customer)
  const waiting = await bordero('readjustments', 'add', 'C-3', 'igp-di', '--from', '10/04/2026', '--every', '1')
  expect(waiting.out).toContain('do IGP-DI falta 02/2026')
  expect(waiting.out).toContain('indices set igpdi 2026-02 --value <percentual> --source <fonte>')
  const early = await bordero('indices', 'set', 'igp-di', '02/2026', '--value', '-0,32', '--source', 'FGV, nota')
  expect(early.notes).toContain('só estão todos coletados em 01/03/2026')
  await bordero('clock', '--to', '2026-03-01')
  const set = await bordero('indices', 'set', 'igp-di', '02/2026', '--value', '-0,32', '--source', 'FGV, nota')
  expect(set.out).toBe('IGP-DI de 02/2026: -0,32%, informado à mão, em conta de teste. Fonte: FGV, nota.')
  expect((await bordero('readjustments', 'preview', 'rdj_3')).out).toContain('0,9968 (variação negativa): o preço fica como está')
  expect((await bordero('indices', 'show', 'igpdi', '02/2026')).out).toContain('IGP-DI de 02/2026: -0,32%, informado à mão')
  expect((await bordero('indices', 'unset', 'igpdi', '02/2026')).out).toContain('o valor foi retirado')
  expect((await bordero('indices', 'set', 'igpm', '09/2025', '--value', '1', '--source', 'x')).notes).toContain(
    'já foi publicado',
  )
  expect((await bordero('indices', 'set', 'igpm', '09/2027', '--value', 'um', '--source', 'x')).notes).toContain(
    'não é um percentual',
  )
  expect((await bordero('indices', 'refresh')).exitCode).toBe(4)
})

test('what a contract that is over agreed is due no more, and is marked where it is listed', async () => {
  const customer = await post('/v1/customers', { kind: 'person', name: 'Caio Luz', taxId: '39053344705' })
  await contract('C-4', customer)
  await bordero('readjustments', 'add', 'C-4', 'igpm', '--from', '10/12/2026')
  const due = async () => (await bordero('readjustments', 'due', '--month', '12/2026')).out
  expect(await due()).toContain('C-4')
  expect((await bordero('contracts', 'cancel', 'C-4', '--reason', 'Fim')).exitCode).toBe(0)
  expect(await due()).toBe('Nada a mostrar.')
  expect((await bordero('readjustments', 'list', '--contract', 'C-4')).out).toMatch(/rdj_\d+ .*10\/12\/2026.*encerrado/)
})

test('templates are listed, and shown with their services and readjustments', async () => {
  await post('/v1/invoice-templates', {
    organizationId: 'org_1',
    name: 'Suporte mensal',
    recurrence: { unit: 'month', every: 3 },
    due: { kind: 'day_quantity', days: 10, installments: 2 },
    createParcels: true,
    lines: [{ serviceItemId, unitPrice: '150.5', quantity: '2' }],
    readjustments: [{ index: 'ipca', everyMonths: 12, noticeDays: 15 }],
  })
  expect((await bordero('templates', 'list', '--type', 'regra')).out).toMatch(
    /tpl_1 +Suporte mensal +regra +3 meses +automática +1 +301,00/,
  )
  expect((await bordero('templates', 'list', '--type', 'fatura')).out).toBe('Nada a mostrar.')
  const shown = await bordero('templates', 'show', 'tpl_1')
  expect(shown.out).toContain('modelo "Suporte mensal" de regra, a cada 3 meses, R$ 301,00, emissão automática.')
  expect(shown.out).toContain('Vencimento: 10 dias após a emissão; 2 parcelas; as parcelas são criadas com a fatura.')
  expect(shown.out).toMatch(/^Suporte +.* 2 +150,50$/m)
  expect(shown.out).toContain('IPCA a cada 12 meses, todos os serviços, aviso de 15 dias')
})
