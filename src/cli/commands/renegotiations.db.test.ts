import { expect, test } from 'vitest'
import { ownServer } from '../../../test/cli/own-server.ts'

const { bordero, credentials: credentialsOf } = ownServer('2027-01-05')

test('what a customer owes is renegotiated by commands: simulated, performed as it was seen, shown and undone', async () => {
  const credentials = credentialsOf()
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${credentials.apiKey}`, 'content-type': 'application/json' }
    const reply = await fetch(`${credentials.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(reply.ok).toBe(true)
    return (await reply.json()) as { id: string }
  }
  await bordero('init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.')
  const service = await post('/v1/service-items', { name: 'Internet' })
  const customer = await post('/v1/customers', { kind: 'person', name: 'Ana Lima', taxId: '11144477735' })
  const contract = await post('/v1/contracts', { name: 'Ana', organizationId: 'org_1', customerId: customer.id, rules: [] })
  await post('/v1/invoices', {
    contractId: contract.id,
    lines: [{ serviceItemId: service.id, unitPrice: '153.55' }],
    receivables: [{ dueOn: '2027-01-20', percent: '100' }],
  })
  await bordero('invoices', 'emit', 'inv_1')
  await bordero('clock', '--to', '05/02/2027')

  const terms = ['rec_1', '--fine', '1,00', '--discount', '1,00', '--discount-reason', "Cliente d'antes"]
  const three = ['--installments', '3', '--first-due', '28/02/2027']
  const simulated = await bordero('renegotiations', 'simulate', ...terms, ...three)
  expect(simulated.out).toContain("Em aberto R$ 153,55, mais multa R$ 1,00, menos desconto R$ 1,00 (Cliente d'antes): R$ 153,55.")
  expect(simulated.out).toMatch(/1 de 3\s+28\/02\/2027\s+51,18/)
  expect(simulated.out).toMatch(/3 de 3\s+28\/04\/2027\s+51,19/)
  expect(simulated.out).toContain(
    `renegotiations perform rec_1 --fine 1,00 --discount 1,00 --discount-reason 'Cliente d'\\''antes' --installments 3 --first-due 28/02/2027 --outstanding 153,55`,
  )
  expect((await bordero('renegotiations', 'list')).out).toContain('Nada a mostrar')

  const performed = await bordero('renegotiations', 'perform', ...terms, ...three, '--outstanding', '153,55')
  expect(performed.out).toContain('Renegociação ren_1, de 05/02/2027: a receber')
  expect(performed.out).toMatch(/rec_1\s+inv_1\s+20\/01\/2027\s+153,55\s+153,55/)
  expect(performed.out).toMatch(/rec_4\s+3 de 3\s+28\/04\/2027\s+51,19\s+51,19\s+a receber/)
  expect((await bordero('invoices', 'show', 'inv_1')).out).toContain('renegociada (ren_1)')
  expect((await bordero('receivables', 'list', '--customer', 'Ana Lima')).out).toMatch(/rec_2\s+1 de 3\s+ren_1/)
  expect((await bordero('receivables', 'list', '--late')).out).toContain('Nada a mostrar')
  expect((await bordero('invoices', 'cancel', 'inv_1', '--reason', 'Engano')).notes).toContain('renegotiations undo ren_1')
  expect((await bordero('renegotiations', 'list', '--state', 'a-receber')).out).toMatch(/ren_1\s+05\/02\/2027\s+Ana Lima/)
  const undone = await bordero('renegotiations', 'undo', 'ren_1', '--reason', 'Desistiu')
  expect(undone.out).toContain('Renegociação ren_1, de 05/02/2027: desfeita')
  expect(undone.out).toContain('Desistiu')

  const said = ['--down', '53,55', '--part', '28/02/2027=60,00', '--part', '31/03/2027=40,00', '--interest', '10']
  const refused = await bordero('renegotiations', 'perform', 'rec_1', ...said)
  expect(refused.notes).toContain('As parcelas somam R$ 100,00, e têm de somar R$ 110,00.')
  const parts = await bordero('renegotiations', 'perform', 'rec_1', ...said.slice(0, -2), '--note', 'Por telefone')
  expect(parts.out).toMatch(/rec_5\s+entrada\s+05\/02\/2027\s+53,55/)
  expect((await bordero('renegotiations', 'show', 'ren_2')).out).toContain('Por telefone')
  expect((await bordero('renegotiations', 'simulate', 'rec_5', '--installments', '3')).exitCode).toBe(2)
  expect((await bordero('renegotiations', 'simulate', 'rec_5', '--part', '3')).notes).toContain(
    'não é um vencimento com o seu valor',
  )
  const paid = await bordero('receivables', 'receive', 'rec_5', '53,55', '--on', '05/02/2027')
  expect(paid.out).toContain('renegociação ren_2')
})
