import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command, type Ran } from '../../../test/cli/command.ts'
import { civilDate } from '../../core/dates.ts'
import { type StartedServer, startServer } from '../serve/start-server.ts'

const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;faturado_ate'
const row = (code: string, party: string, price = '100,00') => `${code};${party};Suporte;${price};10;10/01/2026;dia 20;28/02/2027`
const ANA = 'Ana Souza;529.982.247-25'
const RUI = 'Rui Prado;529.982.247-25'

let folder: string
let server: StartedServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-import-'))
  const credentialsFile = join(folder, 'credentials.json')
  const options = { sandbox: true, sandboxDay: civilDate('2027-02-15'), port: 0, data: 'memory:', credentialsFile } as const
  server = await startServer(options, { BORDERO_LOG: 'error' })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const bordero = (...args: string[]): Promise<Ran> =>
  command([...args, '--credentials-file', join(folder, 'credentials.json')], fetch)

function sheet(...rows: string[]): string {
  const file = join(folder, 'contratos.csv')
  writeFileSync(file, [HEADING, ...rows].join('\n'))
  return file
}

test('a finance person imports, is told what to look at, and knows from the exit code whether all was done', async () => {
  const alone = await bordero('import', sheet(row('A', ANA), row('B', ANA)))
  expect(alone.exitCode).toBe(1)
  expect(alone.out).toContain('\n1 erro:\n  Linha 2: A conta ainda não tem organização')
  await bordero('init', '--cnpj', '11.222.333/0001-81', '--nome', 'Horizonte Serviços Ltda.')

  // What is worth a look keeps nothing back and changes no exit code.
  const other = row('', ANA).replace('Suporte', 'Telefone')
  const made = await bordero('import', sheet(row('A', ANA), other, other))
  expect(made.exitCode).toBe(0)
  expect(made.out).toContain('3 novas.')
  expect(made.out).toContain('1 observação, que não impede nada:\n  Linha 4: As linhas 3 e 4 são iguais, e não têm código')

  // New rows are made; of a known customer's name, which differs, nothing is done.
  const beside = sheet(row('C', RUI), row('A', ANA))
  const differing = await bordero('import', beside)
  expect(differing.out).toContain('1 nova, 1 já cadastrada.')
  expect(differing.out).toContain('a fatura sairá em nome de Ana Souza')
  expect(differing.out).toContain('de "Ana Souza" para "Rui Prado" (não aplicada; --update aplica)')
  expect(differing.exitCode).toBe(1)
  const known = sheet(row('A', ANA, '110,00'), row('D', ANA))
  expect(await bordero('import', known)).toMatchObject({ exitCode: 1 })
  expect(await bordero('import', known, '--update')).toMatchObject({ exitCode: 0 })
  expect(await bordero('import', known)).toMatchObject({ exitCode: 0 })

  const asData = JSON.parse((await bordero('import', sheet(row('E', RUI, '0')), '--dry-run', '--json')).out)
  expect(asData.warnings).toMatchObject([
    { line: 2, column: 'valor', code: 'price_zero', message: expect.stringContaining('O preço é zero') },
    { line: 2, column: 'cliente', code: 'customer_has_other_name' },
  ])
})

test('where all is billed elsewhere until the end of the month, the hint says why nothing is due', async () => {
  const preview = await bordero('preview')
  expect(preview.out).toContain('O próximo faturamento é em 10/03/2027.')
  expect(preview.out).toContain('um período que "faturado_ate" cobre, ou que já foi faturado aqui, não é cobrado de novo')
})

test('the help of import and the list of exit codes say what the code means', async () => {
  expect((await command(['import', '--help'])).out).toContain(
    'Termina com 1 quando alguma linha foi recusada, ou quando algo que',
  )
  expect((await command(['--help'])).out).toContain('linhas recusadas ou não aplicadas')
})
