import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command, type Ran } from '../../../test/cli/command.ts'
import { civilDate } from '../../core/dates.ts'
import { type StartedServer, startServer } from '../serve/start-server.ts'
import { dayWords } from '../words.ts'

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

test('a finance person goes from a spreadsheet to a proven run by commands alone', async () => {
  const early = await bordero('preview')
  expect(early.exitCode).toBe(1)
  expect(early.notes).toContain('bordero init')
  const organization = ['init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.', '--rateio']
  expect((await bordero(...organization)).out).toContain('(org_1) foi cadastrada')
  expect((await bordero(...organization)).out).toContain('A conta já tem')
  expect(JSON.parse((await bordero(...organization, '--json')).out)).toMatchObject({ apportionmentEnabled: true })

  const refused = await bordero('import', faulty)
  expect(refused.exitCode).toBe(1)
  expect(refused.out).toContain('nada foi gravado')
  expect(refused.out).toContain('\n22 erros:\n')
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

  expect((await bordero('run', 'pause', 'run_1')).notes).toContain(
    'A execução já foi concluída e não aceita esta operação: o que ficou de fora se tenta de novo (run retry)',
  )

  const verified = await bordero('verify', '--full')
  expect(verified.exitCode).toBe(0)
  expect(verified.out).toContain('limpo: ')

  const file = join(folder, 'contratos.csv')
  expect((await bordero('export', file)).exitCode).toBe(0)
  expect((await bordero('export', file)).exitCode).toBe(2)
  expect(readFileSync(file, 'utf8')).toContain('HZ-0001')
})

test('an invoice is received in part, undone, and a discount waits for the next one', async () => {
  const { data } = JSON.parse((await bordero('invoices', 'list', '--state', 'to_receive', '--limit', '1', '--json')).out)
  const invoice = JSON.parse((await bordero('invoices', 'show', data[0].id, '--json')).out)
  const [receivable] = invoice.receivables
  const receive = ['receivables', 'receive', receivable.id, '1,00', '--on', '31/01/2027', '--method', 'pix']
  const received = JSON.parse((await bordero(...receive, '--json')).out)
  expect(received.outstandingCents).toBe(receivable.outstandingCents - 100)
  const undone = await bordero('receivables', 'undo', receivable.id, received.receipts[0].id, '--reason', 'Pix devolvido')
  expect(undone.out).toMatch(/R\$ 1,00 em 31\/01\/2027, pagamento, pix \(desfeita em 31\/01\/2027, \d\d:\d\d: Pix devolvido\)/)
  const shown = await bordero('invoices', 'show', invoice.id)
  expect(shown.out).toMatch(/^rcp_\d+ +rec_\d+ +31\/01\/2027 +1,00 +pagamento, pix +desfeita em 31\/01\/2027/m)

  const event = await bordero('events', 'add', invoice.contract.code, 'desconto', '30,00', 'Bônus', '--parts', '3')
  expect(event.out).toContain('em 3 parcelas (R$ 10,00, R$ 10,00, R$ 10,00)')
  expect(event.out).toContain(`no contrato ${invoice.contract.code}, ${invoice.customer.name}`)
  const explained = await bordero('explain', 'HZ-0001')
  expect(explained.out).toContain('Vigência')
  expect(explained.out).toMatch(/^Contrato HZ-0001 \(ctr_\d+\) em 31\/01\/2027$/m)
})

test('who works with contracts, invoices and installments reads names, numbers and due dates', async () => {
  const contract = await bordero('contracts', 'show', 'HZ-0001')
  expect(contract.out).toMatch(/^Contrato HZ-0001 \(ctr_\d+\): vigente$/m)
  expect(contract.out).toMatch(/^Cliente {3}Floricultura Mar Aberto Ltda \(cus_\d+\)$/m)
  expect(contract.out).toMatch(/^Regra rul_\d+: /m)

  const { data } = JSON.parse((await bordero('invoices', 'list', '--contract', 'HZ-0001', '--json')).out)
  expect(data).toMatchObject([{ customer: { name: 'Floricultura Mar Aberto Ltda' }, contract: { code: 'HZ-0001' } }])
  const [{ id, number, dueOn }] = data
  const due = dayWords(dueOn)
  const listed = await bordero('invoices', 'list', '--customer', 'floricultura mar aberto ltda')
  expect(listed.out).toMatch(new RegExp(`${id} +${number} +HZ-0001 +Floricul.* ${due} `))
  const shown = await bordero('invoices', 'show', id)
  expect(shown.out).toContain('Floricultura Mar Aberto Ltda (cus_')
  expect(shown.out).toContain('Contrato  HZ-0001, ')

  const receivables = await bordero('receivables', 'list', '--contract', 'HZ-0001', '--state', 'a-receber')
  expect(receivables.out).toMatch(new RegExp(`rec_\\d+ +1 de \\d+ +${id} +${number} +HZ-0001 +Floricul.* ${due} `))
  const of = JSON.parse((await bordero('receivables', 'list', '--contract', 'HZ-0001', '--json')).out)
  expect(of.data[0]).toMatchObject({
    contract: { code: 'HZ-0001' },
    customer: { name: 'Floricultura Mar Aberto Ltda' },
    invoiceNumber: number,
  })
})

test('a contract is suspended, resumed, cancelled and reactivated, and a period of it is waived', async () => {
  const said = async (...args: string[]) => {
    const ran = await bordero('contracts', ...args)
    expect(ran, args.join(' ')).toMatchObject({ exitCode: 0 })
    return ran.out
  }
  const suspended = await said('suspend', 'HZ-0004', '--from', '31/01/2027', '--charge-later', '--reason', 'Obra no local')
  expect(suspended).toContain('Suspenso  31/01/2027 em diante, a cobrar depois: Obra no local')
  expect(await said('resume', 'HZ-0004', '--on', '15/02/2027')).toContain(
    '31/01/2027 a 14/02/2027, a cobrar depois: Obra no local',
  )
  expect(await said('cancel', 'HZ-0005', '--on', '31/03/2027', '--reason', 'Mudou de cidade')).toMatch(
    /^Vigência .* a 31\/03\/2027$/m,
  )
  expect(await said('reactivate', 'HZ-0005', '--on', '01/04/2027', '--until', '31/12/2027')).toMatch(
    /^Vigência .* a 31\/12\/2027$/m,
  )

  const detail = JSON.parse((await bordero('contracts', 'show', 'HZ-0006', '--json')).out)
  const next = detail.rules[0].nextDueOn
  const waived = await said('waive', 'HZ-0006', '--period', next, '--reason', 'Cortesia')
  expect(waived).toContain(`O período que começa em ${dayWords(next)} foi dispensado`)
  const again = await bordero('contracts', 'waive', 'HZ-0006', '--period', next, '--reason', 'Cortesia')
  expect(again.exitCode).toBe(1)
  expect((await bordero('contracts', 'list', '--q', 'HZ-0006')).out).toMatch(/^HZ-0006 +ctr_/m)
})

test("a customer's credit is seen with what made it", async () => {
  const { data } = JSON.parse((await bordero('receivables', 'list', '--state', 'a-receber', '--limit', '1', '--json')).out)
  const [receivable] = data
  const { name } = receivable.customer
  const none = await bordero('customers', 'show', receivable.customer.id)
  expect(none.out).toContain('Crédito: nenhum.')
  const tooMuch = ((receivable.outstandingCents + 5_000) / 100).toFixed(2).replace('.', ',')
  expect((await bordero('receivables', 'receive', receivable.id, tooMuch, '--on', '31/01/2027')).exitCode).toBe(0)
  const shown = await bordero('customers', 'show', name)
  expect(shown.out).toContain(`Cliente ${name} (cus_`)
  expect(shown.out).toContain('Crédito: R$ 50,00 com org_1; as próximas emissões o usam.')
  expect(shown.out).toMatch(/ 50,00 +pago a mais +rcp_\d+$/m)
  expect((await bordero('customers', 'list', '--q', name)).out).toContain(name)
})

test('lists sum what they show, and say whether that is all', async () => {
  const page = await bordero('invoices', 'list', '--limit', '2')
  expect(page.out).toMatch(/^Só desta página, e não de toda a lista: 2 faturas, líquido R\$ [\d.,]+\.$/m)
  const { data } = JSON.parse((await bordero('invoices', 'list', '--contract', 'HZ-0002', '--json')).out)
  expect((await bordero('invoices', 'cancel', data[0].id, '--reason', 'Engano')).exitCode).toBe(0)
  expect((await bordero('invoices', 'list', '--contract', 'HZ-0002')).out).toMatch(
    /^Total: 0 faturas, líquido R\$ 0,00; fora da soma, 1 cancelada, R\$ [\d.]+,\d\d\.$/m,
  )
  expect((await bordero('receivables', 'list', '--contract', 'HZ-0002')).out).toMatch(
    /^Total: 0 parcelas, valor R\$ 0,00, em aberto R\$ 0,00; fora da soma, 1 cancelada ou renegociada, R\$ [\d.]+,\d\d\.$/m,
  )
})

test('every list goes on from the cursor that it offers', async () => {
  expect((await bordero('preview', '--contract', 'HZ-0001')).exitCode).toBe(0)
  expect((await bordero('events', 'add', 'HZ-0001', 'acréscimo', '1,00', 'Visita')).exitCode).toBe(0)
  for (const list of ['run list', 'run items run_1', 'contracts list', 'invoices list', 'receivables list', 'events list']) {
    const first = await bordero(...list.split(' '), '--limit', '1')
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.out) ?? []
    expect(cursor, list).not.toBe('')
    const next = await bordero(...list.split(' '), '--limit', '1', '--cursor', cursor)
    expect(next, list).toMatchObject({ exitCode: 0 })
    expect(next.out).not.toBe(first.out)
  }
})

test('a clock that would go back is refused in words that a person reads', async () => {
  const refused = await bordero('clock', '--to', '30/01/2027')
  expect(refused.exitCode).toBe(1)
  expect(refused.notes).toContain('O relógio está em 31/01/2027, 12:00 (Brasília) e não volta atrás')
})

test('a key may do what it was made for, until it is revoked', async () => {
  const key = JSON.parse((await bordero('keys', 'create', 'Planilha', '--scope', 'faturamento:ler', '--json')).out)
  expect((await bordero('run', 'list', '--key', key.key)).exitCode).toBe(0)
  expect((await bordero('keys', 'list', '--key', key.key)).exitCode).toBe(4)
  expect((await bordero('keys', 'revoke', key.id)).exitCode).toBe(0)
  expect((await bordero('run', 'list', '--key', key.key)).exitCode).toBe(4)
})

test('a client of another system is given what it asks for, and its key is listed with whose it is', async () => {
  const app = await bordero('keys', 'create', 'ERP', '--for', 'omie', '--scope', 'contratos:ler')
  expect(app.out).toMatch(/^app_key +\d{13}\napp_secret +[0-9a-f]{64}\n\nkey_\d+, "ERP", para omie, pode contratos:ler\./)
  const user = await bordero('keys', 'create', 'Provedor', '--for', 'hubsoft')
  expect(user.out).toMatch(
    /^client_id +\d{9}\nclient_secret +[0-9a-f]{64}\nusername +api\.\w+@bordero\.example\npassword +[0-9a-f]{64}\n\n/,
  )
  for (const system of ['nibo', 'fintera', 'emites']) {
    const { out } = await bordero('keys', 'create', system, '--for', system)
    const [token = ''] = out.split('\n')
    expect((await bordero('run', 'list', '--key', token)).exitCode).toBe(0)
  }
  const one = await bordero('keys', 'create', 'Filial', '--for', 'nibo', '--organization', '11.222.333/0001-81')
  expect(one.out).toMatch(/^bdr_\w+\n\nkey_\d+, "Filial", para nibo, que fala por org_1, pode tudo\. Guarde agora/)
  expect((await bordero('keys', 'create', 'x', '--for', 'nibo', '--organization', 'org_9')).notes).toContain('Não há organização')
  expect((await bordero('keys', 'create', 'x', '--organization', 'org_1')).notes).toContain(
    'Só a chave do cliente de outro sistema',
  )
  const list = (await bordero('keys', 'list')).out
  expect(list).toMatch(/\d{13} +omie +ERP/)
  expect(list).toMatch(/nibo +org_1 +Filial/)
  expect((await bordero('keys', 'create', 'x', '--for', 'outro')).notes).toContain('"outro" não é aceito aqui')
})

test('what was received and billed in a month is told, money apart from credit, and a list goes on by a whole command', async () => {
  const { data } = JSON.parse((await bordero('invoices', 'list', '--state', 'a-receber', '--limit', '1', '--json')).out)
  const { receivables, customer } = JSON.parse((await bordero('invoices', 'show', data[0].id, '--json')).out)
  await bordero('receivables', 'receive', receivables[0].id, '2,50', '--on', '31/01/2027', '--method', 'pix')
  const received = (await bordero('receivables', 'receipts', '--from', '31/01/2027')).out
  expect(received).toMatch(/^ {2}pagamento, pix: R\$ 2,50$/m)
  expect(received).toMatch(/^Dinheiro recebido: \d+ pagamentos?, R\$ [\d.]+,\d\d/m)
  const close = (await bordero('close', '01/2027')).out
  expect(close).toMatch(/^Total +[\d.]+,\d\d +[\d.]+,\d\d /m)
  expect((await bordero('customers', 'show', customer.id)).out).toMatch(/^Em aberto {4}R\$ /m)
  expect((await bordero('receivables', 'list', '--state', 'vencida')).exitCode).toBe(0)
  const page = (await bordero('receivables', 'list', '--state', 'a-receber', '--limit', '1')).out
  const [, next = ''] = /^ {2}npx bordero (receivables list .*)$/m.exec(page) ?? []
  const following = await command(next.split(' '), fetch)
  expect(following.exitCode).toBe(0)
  expect(following.out).not.toContain(receivables[0].id)
})

test('a cancelled invoice says what stays closed and what opens it again; who did it and why is told', async () => {
  const { data } = JSON.parse((await bordero('invoices', 'list', '--state', 'a-receber', '--limit', '1', '--json')).out)
  const [{ id, contract }] = data
  const paid = JSON.parse((await bordero('invoices', 'show', id, '--json')).out).receivables
  for (const { id: part, receipts } of paid)
    for (const { id: receipt, undoneAt } of receipts) if (undoneAt === null) await bordero('receivables', 'undo', part, receipt)
  const cancelled = await bordero('invoices', 'cancel', id, '--reason', 'Mudou')
  expect(cancelled.out).toMatch(/^O período de .* continua fechado e não será faturado/m)
  expect(cancelled.out).toMatch(new RegExp(`^ {2}npx bordero invoices release ${id} `, 'm'))
  const verified = (await bordero('verify')).out
  expect(verified).toMatch(/^ {2}\d períodos?: fatura cancelada, período fechado sem cobrança, R\$ [\d.]+,\d\d$/m)
  expect(verified).toContain(`npx bordero invoices release ${id}`)
  expect((await bordero('invoices', 'history', id)).out).toMatch(
    /chave key_\d+ +inv_\d+ +cancelamento +situação a receber → cancelada +Mudou$/m,
  )
  await bordero('invoices', 'release', id, '--waive', '--reason', 'Cortesia')
  expect((await bordero('verify')).out).not.toContain(`invoices release ${id} `)
  expect((await bordero('contracts', 'history', contract.id)).out).toMatch(/rul_\d+ +dispensa de período +Cortesia$/m)

  const event = ['events', 'add', contract.id, 'acréscimo', '30,00', 'Visita']
  await bordero(...event)
  const ended = await bordero('contracts', 'cancel', contract.id, '--reason', 'Mudou de cidade')
  expect(ended.out).toContain('Cancelado em 31/01/2027: Mudou de cidade')
  const made = await bordero('invoices', 'create', contract.id, '30,00', 'Visita', '--due', '28/02/2027')
  expect(made.exitCode).toBe(0)
  expect(made.out).toMatch(/^ {2}npx bordero invoices emit inv_\d+ /m)
})
