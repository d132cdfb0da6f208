import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command, type Ran } from '../../test/cli/command.ts'
import type { Reply } from '../../test/http/test-api.ts'
import { civilDate } from '../core/dates.ts'
import { readCredentials } from './credentials.ts'
import { type StartedServer, startServer } from './serve/start-server.ts'

let folder: string
let server: StartedServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-follows-'))
  const credentialsFile = join(folder, 'credentials.json')
  const options = { sandbox: true, sandboxDay: civilDate('2027-01-15'), port: 0, data: 'memory:', credentialsFile } as const
  server = await startServer(options, { BORDERO_LOG: 'error' })
  await bordero('init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.')
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const bordero = (...args: string[]): Promise<Ran> =>
  command([...args, '--credentials-file', join(folder, 'credentials.json')], fetch)

/** What the server answers to a request of its own key. */
async function ask(method: string, path: string, body?: unknown): Promise<Reply['body']> {
  const credentials = readCredentials(join(folder, 'credentials.json'))
  if (credentials === null) throw new Error('the server wrote no credentials')
  const headers = { authorization: `Bearer ${credentials.apiKey}`, 'content-type': 'application/json' }
  const reply = await fetch(`${credentials.baseUrl}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return reply.json()
}

let contracts = 0
async function contractOf(price: string, terms: object = {}): Promise<{ id: string; ruleId: string; code: string }> {
  const code = `W-${++contracts}`
  const cpf = [
    '529.982.247-25',
    '111.444.777-35',
    '390.533.447-05',
    '123.456.789-09',
    '987.654.321-00',
    '168.995.350-09',
    '295.379.955-93',
  ][contracts - 1]
  const { id: customerId } = await ask('POST', '/v1/customers', { kind: 'person', name: `Cliente ${contracts}`, taxId: cpf })
  const { id: serviceItemId } = await ask('POST', '/v1/service-items', { name: `Suporte ${contracts}` })
  const rule = {
    recurrence: { unit: 'month', every: 1, anchorOn: '2027-01-15' },
    due: { kind: 'fixed_day', day: 10 },
    lines: [{ serviceItemId, unitPrice: price }],
    ...terms,
  }
  const made = await ask('POST', '/v1/contracts', {
    code,
    name: code,
    organizationId: 'org_1',
    customerId,
    startsOn: '2027-01-15',
    rules: [rule],
  })
  return { id: made.id, ruleId: made.rules[0].id, code }
}

async function invoiceOf(contract: { id: string }): Promise<{ id: string; number: number }> {
  return (await ask('GET', `/v1/invoices?contract=${contract.id}`)).data[0]
}

test('an emission that is undone says that the number is gone, that the day moves, and who sends it out now', async () => {
  const contract = await contractOf('150.00')
  await bordero('bill', '--contract', contract.code)
  const { id, number } = await invoiceOf(contract)
  const { out } = await bordero('invoices', 'undo-emission', id)
  expect(out).toContain(`A emissão foi desfeita: o número ${number} não volta, e na próxima emissão ela recebe outro;`)
  expect(out).toContain('o vencimento, que era 10/02/2027, é contado de novo do dia em que ela sair.')
  expect(out).toContain('Ela não sai mais por si: fica à espera')
  expect(out).toContain(`invoices emit ${id}`)
})

test('a period that is given back says which run bills it, or that nobody does unless asked', async () => {
  const contract = await contractOf('150.00')
  await bordero('bill', '--contract', contract.code)
  const first = await invoiceOf(contract)
  const redrafted = await bordero('invoices', 'redraft', first.id, '--reason', 'Preço errado')
  expect(redrafted.out).toContain(
    'O período de 15/01/2027 a 14/02/2027 está em aberto de novo: a próxima execução diária, às 6h, fatura-o com as condições de então.',
  )
  expect(redrafted.out).toContain(`bill --contract ${contract.id}`)
  await bordero('bill', '--contract', contract.code)
  const again = await invoiceOf(contract)
  await bordero('clock', '--to', '15/02/2027')
  await bordero('bill', '--contract', contract.code)
  await bordero('invoices', 'cancel', again.id, '--reason', 'Cobrada a mais')
  const released = await bordero('invoices', 'release', again.id)
  expect(released.out).toContain('nenhuma execução o fatura sem que se peça')
  expect(released.out).toContain(`bill --contract ${contract.id} --catch-up`)

  // Where a contract is shown, a day that is past is no next billing either.
  const shown = await bordero('contracts', 'show', contract.code)
  expect(shown.out).toContain('o período previsto para 15/01/2027 espera que alguém escolha: nenhuma execução o fatura por si')
  expect(shown.out).toContain('próximo faturamento em 15/03/2027')
  const listed = await bordero('contracts', 'list', '--q', contract.code)
  expect(listed.out).toContain('espera --catch-up (15/01/2027)')
  const waived = await bordero('invoices', 'redraft', (await invoiceOf(contract)).id, '--reason', 'Engano')
  expect(waived.out).toContain('está em aberto de novo')
})

test('suspended and resumed a contract says which period is not charged, and explain agrees with show', async () => {
  const contract = await contractOf('280.00', { recurrence: { unit: 'month', every: 1, anchorOn: '2027-02-15' } })
  await bordero('bill', '--contract', contract.code)
  const suspended = await bordero('contracts', 'suspend', contract.code, '--reason', 'Obra', '--from', '01/03/2027')
  expect(suspended.out).toContain(
    'O período de 15/03/2027 a 14/04/2027 (R$ 280,00) não será cobrado se o contrato não for retomado até 15/03/2027',
  )
  expect(suspended.out).toContain('próximo faturamento: nenhum enquanto suspenso')
  const explained = await bordero('explain', contract.code)
  expect(explained.out).toContain('Próximo faturamento: nenhum enquanto suspenso.')
  expect(explained.out).not.toContain('é faturado em 15/03/2027')
  const resumed = await bordero('contracts', 'resume', contract.code, '--on', '01/04/2027')
  expect(resumed.out).toContain('não será cobrado: começou com o contrato suspenso. 14 dias dele vêm depois da retomada')
  expect(resumed.out).toMatch(new RegExp(`events add ${contract.id} acréscimo 126,45 "Dias de 01/04/2027 a 14/04/2027"`))
  expect(resumed.out).toContain('próximo faturamento em 15/04/2027')
  expect((await bordero('explain', contract.code)).out).toContain('O próximo faturamento é em 15/04/2027.')
})

test('suspended to be charged later and resumed, a contract is not said to be billed on a day past', async () => {
  const contract = await contractOf('90.00', { recurrence: { unit: 'month', every: 1, anchorOn: '2027-02-15' } })
  await bordero('bill', '--contract', contract.code)
  await bordero('contracts', 'suspend', contract.code, '--reason', 'Obra', '--from', '10/03/2027', '--charge-later')
  const resumed = await bordero('contracts', 'resume', contract.code, '--on', '20/03/2027')
  expect(resumed.out).not.toContain('próximo faturamento em 15/03/2027')
  expect(resumed.out).toContain('o período previsto para 15/03/2027 espera que alguém escolha')
  expect(resumed.out).toContain(`bill --contract ${contract.id} --catch-up`)
  expect(resumed.out).toContain('próximo faturamento em 15/04/2027')
})

test('a price changed in mid-period is said with the period from which it is billed, and so are the bounds', async () => {
  const contract = await contractOf('1500.00', {
    recurrence: { unit: 'month', every: 1, anchorOn: '2027-02-15' },
    maxGrowthPercent: '10',
  })
  await bordero('bill', '--contract', contract.code)
  const { lines } = (await ask('GET', `/v1/invoice-rules/${contract.ruleId}`)).terms
  await ask('POST', `/v1/invoice-rules/${contract.ruleId}/terms`, {
    validFrom: '2027-02-26',
    lines: lines.map((line: { serviceItemId: string }) => ({ serviceItemId: line.serviceItemId, unitPrice: '1700.00' })),
  })
  const shown = await bordero('contracts', 'show', contract.code)
  expect(shown.out).toContain('Desde 26/02/2027, cobrado do período que começa em 15/03/2027 em diante:')
  expect(shown.out).toContain('Limite de segurança: 10% a mais que a última')
  const explained = await bordero('explain', contract.code)
  expect(explained.out).toContain(': R$ 1.500,00.')
  expect(explained.out).toMatch(/Do período que começa em 15\/03\/2027 em diante: 1 × .*: R\$ 1\.700,00\./)
  expect(explained.out).toContain('Limite de segurança: 10% a mais que a última, de R$ 1.500,00, do valor bruto.')

  await bordero('clock', '--to', '15/03/2027')
  const billed = await bordero('bill', '--contract', contract.code)
  expect(billed.out).toContain(
    'O valor bruto, R$ 1.700,00, cresce sobre o da última fatura, R$ 1.500,00, mais do que o limite de segurança da regra, de 10%',
  )
  expect(billed.out).toMatch(/run allow run_\d+ 1/)
})

test('a rule that bills when asked has no day of its own, and is told from when on somebody may ask', async () => {
  const contract = await contractOf('70.00', {
    recurrence: { unit: 'month', every: 1, anchorOn: '2027-03-15' },
    management: 'on_request',
  })
  const shown = await bordero('contracts', 'show', contract.code)
  expect(shown.out).toContain('só fatura a pedido, de 15/03/2027 em diante:')
  expect(shown.out).not.toContain('próximo faturamento')
  expect((await bordero('contracts', 'list', '--q', contract.code)).out).toContain('a pedido (15/03/2027)')
  await bordero('bill', '--contract', contract.code)
  const redrafted = await bordero('invoices', 'redraft', (await invoiceOf(contract)).id, '--reason', 'Preço errado')
  expect(redrafted.out).toContain('está em aberto de novo: a regra dele só fatura a pedido.')
})

test('what is refused of money and of cancelled invoices says what to do instead, and does not read as done', async () => {
  const contract = await contractOf('40.00', { recurrence: { unit: 'month', every: 1, anchorOn: '2027-03-15' } })
  await bordero('bill', '--contract', contract.code)
  const invoice = await ask('GET', `/v1/invoices/${(await invoiceOf(contract)).id}`)
  const receivable = invoice.receivables[0].id
  const receive = ['receivables', 'receive', receivable, '40,00', '--on', '15/03/2027']
  expect((await bordero(...receive)).exitCode).toBe(0)
  const again = await bordero(...receive)
  expect(again.exitCode).toBe(1)
  expect(again.notes).toContain('A parcela já foi recebida. Se foi paga de novo, dê o valor como crédito ao cliente')
  expect(again.notes).toContain('customers credit')

  const standing = await bordero('invoices', 'undo-cancellation', invoice.id)
  expect(standing.notes).toContain('A fatura não está cancelada: não há cancelamento a desfazer.')
  await bordero('receivables', 'undo', receivable, 'rcp_1', '--reason', 'Engano')
  expect((await bordero('invoices', 'cancel', invoice.id, '--reason', 'Engano')).exitCode).toBe(0)
  const twice = await bordero('invoices', 'cancel', invoice.id, '--reason', 'Engano')
  expect(twice.notes).toContain('A fatura já está cancelada.')
})
