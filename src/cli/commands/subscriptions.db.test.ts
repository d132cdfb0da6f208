import { expect, test } from 'vitest'
import { ownServer } from '../../../test/cli/own-server.ts'

const { bordero, credentials: credentialsOf } = ownServer('2027-01-05')

test('a plan is subscribed to, changed after a preview, and cancelled by commands', async () => {
  const credentials = credentialsOf()
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${credentials.apiKey}`, 'content-type': 'application/json' }
    const reply = await fetch(`${credentials.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(reply.status).toBe(201)
    const made = (await reply.json()) as { id: string }
    return made.id
  }
  await bordero('init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.')
  await post('/v1/service-items', { name: 'Internet' })
  await post('/v1/customers', { kind: 'person', name: 'Ana Lima', taxId: '11144477735' })
  const first = await bordero('plans', 'add', 'Básico', '62', '--service', 'internet', '--trial', '15')
  expect(first.out).toContain('pln_1: Básico, R$ 62,00 a cada mês, pré-pago, com 15 dias de teste.')
  const second = await bordero('plans', 'create', 'Completo', '124,00', '--product', 'Internet:2:62,00', '--trial', '15')
  expect(second.out).toContain('pln_2: Completo, R$ 124,00 a cada mês')
  expect(second.out).toContain('Produtos:\n  2 × 62,00  Internet')
  expect(first.out).toContain(`Sem reajuste.\nFatura o serviço Internet.`)
  expect(JSON.parse((await bordero('plans', 'show', 'completo', '--json')).out)).toMatchObject({ id: 'pln_2', price: '124' })
  expect((await bordero('plans', 'add', 'Outro', '10', '--product', 'Internet:2:62,00')).notes).toContain(
    'preço: Os produtos somam R$ 124,00',
  )
  expect((await bordero('plans', 'add', 'Outro', '10', '--service', 'TV')).notes).toContain('Não há serviço com o nome "TV"')
  expect((await bordero('plans', 'add', 'Outro', '10', '--product', 'Internet')).exitCode).toBe(2)
  const readjusted = ['--readjust', 'IPCA', '--readjust-every', '18', '--readjust-notice', '30', '--feature', 'Usuários:10']
  const rich = await bordero('plans', 'add', 'Plano Rico', '99', '--service', 'Internet', '--due', '7', ...readjusted)
  expect(rich.out).toContain('Vence 7 dias após a emissão.\nReajuste pelo IPCA a cada 18 meses, com aviso de 30 dias.')
  expect((await bordero('plans', 'show', 'Plano Rico')).out).toContain('Recursos:\n  Usuários: 10')
  await bordero('plans', 'add', 'Antigo', '10', '--service', 'Internet', '--every', '3', '--method', 'pós-pago')
  expect((await bordero('plans', 'archive', 'Antigo')).out).toContain('O plano pln_4, Antigo, foi arquivado.')
  expect((await bordero('plans', 'list')).out).not.toContain('Antigo')
  expect((await bordero('plans', 'list', '--archived')).out).toContain('pós-pago')
  expect((await bordero('plans', 'list')).out).toContain('Completo')
  const made = await bordero('subscriptions', 'create', 'Básico', 'Ana Lima', '--from', '01/01/2027')
  expect(made.out).toContain('sub_1: Ana Lima, plano Básico, em teste, válida até 16/01/2027.')
  expect((await bordero('subscriptions', 'list', '--status', 'em teste')).out).toContain('Ana Lima')
  expect((await bordero('subscriptions', 'change-plan', 'sub_1', 'Nenhum')).exitCode).toBe(1)
  expect((await bordero('subscriptions', 'change-plan', 'sub_1', 'Completo', '--preview')).out).toContain(
    'A troca seria de Básico',
  )
  expect((await bordero('subscriptions', 'show', 'sub_1')).out).toContain('plano Básico')
  expect((await bordero('subscriptions', 'change-plan', 'sub_1', 'Completo')).out).toContain('Trocado de Básico para Completo')
  expect((await bordero('subscriptions', 'change-plan', 'sub_1', 'Completo')).notes).toContain('já é deste plano')
  const ended = await bordero('subscriptions', 'cancel', 'sub_1', '--reason', 'Pediu')
  expect(ended.notes + ended.out).toContain('plano Completo, cancelada')
  expect((await bordero('subscriptions', 'create', 'Plano Rico', 'Ana Lima')).out).toContain('Ana Lima, Plano Rico, ')
})
