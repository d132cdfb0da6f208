import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command, type Ran } from '../../../test/cli/command.ts'
import { civilDate } from '../../core/dates.ts'
import { type StartedServer, startServer } from '../serve/start-server.ts'

const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;faturado_ate'
const row = (code: string, party: string, price = '100,00') => `${code};${party};Suporte;${price};10;10/01/2026;dia 20;09/03/2027`
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
    { line: 2, code: 'stands_already', message: expect.stringContaining('O contrato A (ctr_1) já cobra deste cliente') },
    { line: 2, column: 'valor', code: 'price_zero', message: expect.stringContaining('O preço é zero') },
    { line: 2, column: 'cliente', code: 'customer_has_other_name' },
  ])
})

test('where all is billed elsewhere until the end of the month, the hint says why nothing is due', async () => {
  const preview = await bordero('preview')
  expect(preview.out).toContain('O próximo faturamento é em 10/03/2027.')
  expect(preview.out).toContain('um período que "faturado_ate" cobre, ou que já foi faturado aqui, não é cobrado de novo')
})

test('what only a new contract takes is told with the way out: the contract is deleted, and the file imported anew', async () => {
  const mended = (faturadoAte: string) =>
    sheet(row('', ANA).replace('Suporte', 'Hospedagem').replace(/^/, 'SV-040').replace('09/03/2027', faturadoAte))
  expect(await bordero('import', mended('09/02/2027'))).toMatchObject({ exitCode: 0 })
  for (const options of [[], ['--update']]) {
    const corrected = await bordero('import', mended('09/01/2027'), ...options)
    expect(corrected.exitCode).toBe(1)
    expect(corrected.out).toContain(
      'coluna "faturado_ate": de "09/02/2027" para "09/01/2027" (não aplicada: só vale quando o contrato é importado; enquanto nada dele foi faturado aqui, apague-o (npx bordero contracts delete SV-040) e importe o arquivo de novo)',
    )
  }
  const deleted = await bordero('contracts', 'delete', 'SV-040')
  expect(deleted).toMatchObject({ exitCode: 0, out: expect.stringContaining('O contrato SV-040, Hospedagem, foi apagado.') })
  const anew = await bordero('import', mended('09/01/2027'))
  expect(anew).toMatchObject({ exitCode: 0, out: expect.stringContaining('1 nova.') })

  // Two periods are due now; once they are billed here, the file that made the contract says nothing else, and another one too late.
  const preview = JSON.parse((await bordero('preview', '--json')).out)
  expect((await bordero('bill', preview.id)).exitCode).toBe(0)
  expect(await bordero('import', mended('09/01/2027'))).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('1 já cadastrada.'),
  })
  const late = await bordero('import', mended('09/12/2026'))
  expect(late).toMatchObject({
    exitCode: 1,
    out: expect.stringContaining('e este já foi faturado aqui: o que ficou de fora se cobra numa fatura avulsa'),
  })
  const ahead = await bordero('import', mended('09/04/2027'))
  expect(ahead).toMatchObject({ exitCode: 1, out: expect.stringContaining('npx bordero contracts waive SV-040 --period') })
  expect((await bordero('contracts', 'delete', 'SV-040')).notes).toContain('O contrato tem faturas')
})

test('what costs money is told first, and the many alike are summed up', async () => {
  const wide = (city: string, line: string) => `${line};${city};PR`
  const party = (i: number) => `Cliente ${i};`
  const rows = Array.from({ length: 17 }, (_, i) => wide('Curitibanópolis', row(`M-${i}`, party(i), `${i + 1},00`)))
  const file = sheet(...rows, wide('', row('M-1', party(1), '2,00')))
  writeFileSync(file, [`${HEADING};cidade;uf`, ...rows, wide('', row('M-1', party(1), '2,00'))].join('\n'))
  const { out } = await bordero('import', file, '--dry-run')
  const first = out.slice(out.indexOf('observações'))
  expect(first).toMatch(/^observações, que não impedem nada:\n {2}Linha 19: As linhas 3 e 19 são iguais e têm o mesmo código/)
  expect(first).toContain(
    '  17 linhas (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18), como a primeira. Linha 2, coluna "cidade"',
  )
  expect(first).toContain('… e mais 7 linhas assim: 12, 13')
})

test('what an export leaves behind is said aloud, by who writes it and by who reads it', async () => {
  const file = join(folder, 'exportado.csv')
  const silent = await bordero('export', file)
  expect(silent.notes).not.toContain('que o arquivo não leva')
  const receivables = JSON.parse((await bordero('receivables', 'list', '--json')).out).data
  const paid = receivables.find((it: { state: string }) => it.state === 'to_receive')
  expect(await bordero('receivables', 'receive', paid.id, '1.000,00', '--method', 'pix', '--on', '15/02/2027')).toMatchObject({
    exitCode: 0,
  })

  const told = await bordero('export', file, '--force')
  const [, names] = /1 contrato tem algo que o arquivo não leva: (\S+) \(veja a última coluna/.exec(told.notes) ?? []
  expect(readFileSync(file, 'utf8').match(/o cliente tem R\$ [\d.,]+ de crédito, a abater/g)).toEqual([
    'o cliente tem R$ 900,00 de crédito, a abater',
  ])
  expect(JSON.parse((await bordero('export', file, '--force', '--json')).out)).toMatchObject({ leftOut: [names] })

  // Read back where the contracts stand, nothing is left behind; it is where they are new.
  expect((await bordero('import', file)).out).not.toContain('que o arquivo não leva')
  const elsewhere = readFileSync(file, 'utf8').replaceAll(/^([A-Z-]+\d*|);ctr_[0-9a-f-]+/gm, 'N-$1;')
  const other = join(folder, 'outra.csv')
  writeFileSync(other, elsewhere)
  expect((await bordero('import', other, '--dry-run')).out).toMatch(
    /\n\n1 contrato tem algo que o arquivo não leva: N-\S* \(veja a última coluna, #fica_de_fora\)\.$/,
  )
})

test('what an export has no row for is told with its amount', async () => {
  const owing = join(folder, 'devendo.csv')
  writeFileSync(owing, [`${HEADING};em_aberto`, `${row('SEM-REGRA', ANA)};10/01/2027=80,00|10/02/2027=70,00`].join('\n'))
  await bordero('import', owing)
  const file = join(folder, 'sem-regra.csv')
  expect((await bordero('export', file)).notes).not.toContain('Não vão no arquivo')
  const { baseUrl, apiKey } = JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8'))
  const ask = async (path: string, init: RequestInit = {}) =>
    (await fetch(new URL(path, baseUrl), { ...init, headers: { authorization: `Bearer ${apiKey}`, ...init.headers } })).text()
  const { data } = JSON.parse((await bordero('contracts', 'list', '--q', 'SEM-REGRA', '--json')).out)
  const { rules } = JSON.parse(await ask(`/v1/contracts/${data[0].id}`))
  await ask(`/v1/invoice-rules/${rules[0].id}`, {
    method: 'DELETE',
    headers: { 'if-match': '"v1"', 'idempotency-key': 'apagar' },
  })

  expect((await bordero('export', file, '--force')).notes).toContain(
    'Não vão no arquivo, por não serem de contratos com regra que fatura (agendamentos, por exemplo): 2 parcelas em aberto, R$ 150,00 ao todo (SEM-REGRA); grave-as com --what parcelas.',
  )
  expect(JSON.parse((await bordero('export', file, '--force', '--json')).out).leftBehind).toMatchObject({
    receivables: { count: 2, amountCents: 15_000 },
    credit: { count: 0 },
  })
})

test('the columns of a file are told without a server, and a command without a file says what it wants', async () => {
  const { out, exitCode } = await command(['import', '--columns'])
  expect(exitCode).toBe(0)
  expect(out).toMatch(/^ {2}valor \* +o preço de uma unidade, com vírgula: 1\.234,56; R\$ 89,90; 0,0375$/m)
  expect(out).toMatch(/^ {2}faturado_ate +até quando outro sistema faturou/m)
  expect(JSON.parse((await command(['import', '--columns', '--json'])).out)).toContainEqual(
    expect.objectContaining({ heading: 'dia_faturamento', isNeeded: false }),
  )
  const missing = await command(['import'])
  expect(missing).toMatchObject({ exitCode: 2, asked: [], notes: expect.stringContaining('--columns') })
})

test('the help of import and the list of exit codes say what the code means', async () => {
  expect((await command(['import', '--help'])).out).toContain(
    'Termina com 1 quando alguma linha foi recusada, ou quando algo que',
  )
  expect((await command(['--help'])).out).toContain('linhas recusadas ou não aplicadas')
})
