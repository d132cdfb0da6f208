import { expect, test } from 'vitest'
import { ownServer } from '../../../test/cli/own-server.ts'

const { bordero, credentials: credentialsOf } = ownServer('2027-01-05')

test('what is owed without a contract is scheduled, said otherwise and deleted by commands', async () => {
  const credentials = credentialsOf()
  const headers = { authorization: `Bearer ${credentials.apiKey}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ kind: 'person', name: 'Ana Lima', taxId: '11144477735' })
  await fetch(`${credentials.baseUrl}/v1/customers`, { method: 'POST', headers, body })
  await bordero('init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.')

  const rent = await bordero('schedules', 'create', 'Ana Lima', '150,00', '--due', '10/02/2027', '--repeat', 'mês')
  expect(rent.out).toContain('Uma ocorrência por mês, sem fim; criado até a ocorrência 11; a próxima vence em 10/01/2028.')
  expect((await bordero('schedules', 'change', 'sch_1', '3', '--following', '--amount', '160,00')).out).toContain('160,00 cada')
  const ended = await bordero('schedules', 'change', 'sch_1', '--until', '30/06/2027')
  expect(ended.out).toContain('Uma ocorrência por mês, até 30/06/2027; criado até a ocorrência 11.')
  expect((await bordero('schedules', 'delete', 'sch_1', '5')).out).toContain('A ocorrência 5 de sch_1 foi excluída')
  const shown = (await bordero('schedules', 'show', 'sch_1')).out
  expect(shown).toMatch(/2 +10\/03\/2027 .* 150,00 +a receber/)
  expect(shown).toMatch(/4 +10\/05\/2027 .* 160,00 +a receber/)
  expect(shown).toMatch(/5 +10\/06\/2027 .* excluída/)

  const parts = ['--part', '10/02/2027=80,00', '--part', '10/03/2027=70,00']
  await bordero('schedules', 'create', 'Ana Lima', ...parts, '--description', 'Curso')
  expect((await bordero('schedules', 'list')).out).toMatch(/sch_2 +Ana Lima +Curso +parcelado +150,00 +completo/)
  expect((await bordero('schedules', 'delete', 'sch_2')).out).toBe('O agendamento sch_2 foi excluído: não se cobra mais.')
  const refused = await bordero('schedules', 'change', 'sch_1', '--due', '10/07/2027')
  expect([refused.exitCode, refused.notes]).toEqual([1, expect.stringContaining('A recorrência terminaria em 30/06/2027')])
})
