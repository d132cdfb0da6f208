import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ownServer } from '../../../test/cli/own-server.ts'

const { bordero, place } = ownServer('2027-01-10')

test('the board is counted, a column listed with its reasons, before and after billing', async () => {
  await bordero('init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.')
  const csv = place('contratos.csv')
  writeFileSync(
    csv,
    'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento\nC-1;Ana Lima;111.444.777-35;Internet;100,00;10;10/01/2027;dia 20\n',
  )
  expect((await bordero('import', csv)).exitCode).toBe(0)

  const board = await bordero('kanban')
  expect(board.out).toMatch(/Faturar hoje +1\n/)
  expect(board.out).toMatch(/Encerrado +0\n/)
  expect(board.out).toContain('kanban faturar-hoje')
  const due = await bordero('kanban', 'faturar-hoje')
  expect(due.out).toContain('C-1')
  expect(due.out).toContain('R$ 100,00')
  expect(due.out).toContain('Período de 10/01/2027 a 09/02/2027')

  await bordero('bill')
  expect((await bordero('kanban', 'faturar hoje')).out).toContain('Nada a mostrar.')
  const billed = JSON.parse((await bordero('kanban', 'billed_this_month', '--json')).out)
  expect(billed.data).toMatchObject([{ contract: { code: 'C-1' }, reason: { code: 'invoice_emitted' } }])
  const wrong = await bordero('kanban', 'amanhã')
  expect(wrong.exitCode).toBe(2)
  expect(wrong.notes).toContain('faturar-hoje, vence-em-90-dias, faturado-no-mês, suspenso ou encerrado')
})
