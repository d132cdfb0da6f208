import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command, noConnection, noEmissions, problem } from '../../test/cli/command.ts'
import { areas } from '../platform/http/access.ts'
import type { Run } from './answers.ts'
import { exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'

const idle = {
  terminal: { out() {}, note() {}, draw() {}, isWatched: false, columns: 100 },
  environment: {},
  fetch,
  exitCode: exitCodes.ok,
}

const run: Run = {
  id: 'run_7',
  state: 'done',
  cause: 'person',
  day: '2027-01-31',
  organization: null,
  preview: true,
  forecast: false,
  pauseReason: null,
  error: null,
  planHash: 'abc',
  counters: { due: 3, pending: 0, billed: 2, notBilled: 1, parked: 0 },
  totals: { plannedCents: 30_000, pendingCents: 0, billedCents: 20_000, notBilledCents: 10_000 },
  emissions: noEmissions,
  outcomes: [
    { kind: 'bill', outcome: 'emitted', class: 'billed', items: 2, netCents: 20_000, sentence: 'Fatura emitida. Nada a fazer.' },
    {
      kind: 'bill',
      outcome: 'above_safety_bound',
      class: 'not_billed',
      items: 1,
      netCents: 10_000,
      sentence: 'O valor passa do limite.',
    },
  ],
  createdAt: '2027-01-31T15:00:00.000Z',
  expiresAt: null,
  finishedAt: '2027-01-31T15:00:00.000Z',
  version: 4,
}

const held = {
  item: 3,
  kind: 'bill',
  customer: { id: 'cus_1', name: 'Padaria São João' },
  contract: { id: 'ctr_1', name: 'Link dedicado', code: 'C-0001' },
  rule: 'rul_1',
  periodStart: '2027-01-31',
  periodEnd: '2027-02-28',
  scheduledOn: '2027-01-31',
  grossCents: 10_000,
  discountCents: 0,
  withheldCents: 0,
  netCents: 10_000,
  previousNetCents: null,
  differenceCents: null,
  differencePercent: null,
  unusual: false,
  planHash: 'abc',
  plan: null,
  invoice: null,
  number: null,
  class: 'not_billed',
  outcome: 'above_safety_bound',
  sentence: 'O valor passa do limite.',
  detail: null,
  allowedBy: null,
  waits: null,
}

const items = [{ body: { data: [held], nextCursor: null } }, { body: { data: [], nextCursor: null } }]

describe('what is written wrong', () => {
  test.each([
    [['fatura'], 'Não existe o comando "fatura".'],
    [['bil'], 'Não existe o comando "bil". Seria bill?'],
    [['bill', '--dey', '2027-01-31'], 'Não existe a opção "--dey". Seria --day ou --key?'],
    [['bill', '--day', '31-01-2027'], '"31-01-2027" não é um dia: escreva 2027-01-31 ou 31/01/2027.'],
    [['bill', '--day'], 'A opção "--day <dia>" precisa de um valor.'],
    [['bill', 'inv_7'], '"inv_7" não é um identificador como run_7.'],
    [['explain'], 'Falta contrato.'],
    [['explain', 'a', 'b'], 'Há argumentos a mais.'],
    [['init', '--nome', 'Alfa'], 'Falta a opção "--cnpj <cnpj>".'],
    [['receivables', 'receive', 'rec_1', '1,234.56', '--on', '2027-01-31'], '"1,234.56" não é um valor: escreva 1.234,56.'],
    [['serve', '--port', '99999'], '"99999" não é um número inteiro de 0 a 65535.'],
    [['serve', '--role', 'boss'], '"boss" não é aceito aqui: use api, worker, scheduler.'],
  ])('%j is told in Portuguese, and asks nothing of the server', async (args, sentence) => {
    const ran = await command(args)
    expect(ran.notes).toContain(sentence)
    expect(ran).toMatchObject({ exitCode: 2, out: '', asked: [] })
  })

  test.each([
    [['run', 'list', '--limit', '0'], 'npx bordero run list --help'],
    [['run', 'lst'], 'npx bordero run --help'],
    [['bill', '--dey', 'x'], 'npx bordero bill --help'],
    [['bil'], 'npx bordero --help'],
  ])('%j points at the help of its own command', async (args, help) => {
    expect((await command(args)).notes).toContain(`Veja: ${help}`)
    expect(JSON.parse((await command([...args, '--json'])).out)).toMatchObject({ error: { code: 'usage' } })
  })

  test('a preview that is billed takes no other choice', async () => {
    const ran = await command(['bill', 'run_7', '--day', '2027-01-31'])
    expect(ran).toMatchObject({ exitCode: 2, asked: [] })
  })
})

describe('help', () => {
  test('lists every command and the exit codes, in Portuguese', async () => {
    const { out, exitCode } = await command(['--help'])
    expect(exitCode).toBe(0)
    expect(out).toContain('Uso: npx bordero [opções] [comando]')
    for (const name of 'demo serve init import preview bill run explain verify contracts customers invoices receivables events export clock keys'.split(
      ' ',
    ))
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(out).toContain('Códigos de saída:')
    expect(out).not.toMatch(/options|command\b|default|display help/i)
  })

  test('marks what a command cannot do without', async () => {
    expect((await command(['receivables', 'receive', '--help'])).out).toMatch(
      /--on <dia> +o dia em que foi pago \(obrigatória\)$/m,
    )
    const { out } = await command(['contracts', 'waive', '--help'])
    expect(out).toMatch(/--period <dia> [^-]*\(obrigatória\)/)
    expect((await command(['contracts', 'resume', '--help'])).out).not.toContain('obrigatória')
  })

  test('lists every way in which a command can end', async () => {
    const { out } = await command(['--help'])
    for (const code of Object.values(exitCodes)) expect(out).toMatch(new RegExp(`^  ${code}  `, 'm'))
  })

  test('of a new key lists what it may be allowed', async () => {
    const { out } = await command(['keys', 'create', '--help'])
    for (const area of areas) expect(out).toContain(`(${area})`)
    expect(out).toContain('faturamento:ler')
  })

  const named = createProgram(idle).commands.map(it => it.name())
  test.each(named)('of %s has examples', async name => {
    const { out, exitCode } = await command([name, '--help'])
    expect(exitCode).toBe(0)
    expect(out).toContain('Exemplo')
    expect(out).toContain('--json')
  })
})

describe('how a command ends', () => {
  const clock = 'GET /v1/sandbox/clock'

  test('0 when it went well', async () => {
    const ran = await command(['clock'], { [clock]: { body: { now: '2027-01-31T15:00:00.000Z' } } })
    expect(ran.exitCode).toBe(0)
    expect(ran.out).toBe('Na conta de testes são 31/01/2027, 12:00 (Brasília).')
    expect(ran.asked[0]?.headers).toMatchObject({ authorization: 'Bearer bdr_key' })
  })

  test('1 when a rule refuses, with every fault', async () => {
    const faults = [{ path: '/cnpj', code: 'invalid_cnpj', message: 'CNPJ inválido.' }]
    const refused = problem(422, 'invalid_input', 'Há campos errados.', faults)
    const ran = await command(['init', '--cnpj', '1', '--nome', 'Alfa'], { 'POST /v1/organizations': refused })
    expect(ran.exitCode).toBe(1)
    expect(ran.notes).toBe('bordero: Há campos errados. (invalid_input)\n  --cnpj: CNPJ inválido.')
  })

  test('3 when nobody answers', async () => {
    const ran = await command(['clock'], { [clock]: noConnection('ECONNREFUSED') })
    expect(ran).toMatchObject({ exitCode: 3, out: '' })
    expect(ran.notes).toContain('O servidor em http://bordero.test não responde (endereço de BORDERO_URL).')
    expect(ran.asked).toHaveLength(1)
  })

  test('4 when the key is refused', async () => {
    expect((await command(['clock'], { [clock]: problem(401, 'invalid_key', 'A chave não existe.') })).exitCode).toBe(4)
  })

  test('4 when it lacks a permission, which is named as a new key is given it', async () => {
    const ran = await command(['clock'], { [clock]: problem(403, 'scope_missing', 'A chave não tem a permissão sandbox:write.') })
    expect(ran.exitCode).toBe(4)
    expect(ran.notes).toContain('A chave não tem a permissão relógio:gravar.')
  })

  test('5 when the server fails, with what its support needs', async () => {
    const ran = await command(['clock'], { [clock]: problem(500, 'internal_error', 'Algo falhou.') })
    expect(ran.exitCode).toBe(5)
    expect(ran.notes).toContain('requestId: req-1')
  })

  test('with --json the fault is an answer too', async () => {
    const ran = await command(['clock', '--json'], { [clock]: problem(422, 'not_a_sandbox', 'Só uma conta de testes.') })
    expect(JSON.parse(ran.out)).toMatchObject({ error: { code: 'not_a_sandbox', status: 422 } })
  })
})

describe('a connection that breaks off', () => {
  test('is asked again with the same key, so that the effect happens once', async () => {
    const moved = { body: { now: '2027-02-28T15:00:00.000Z', worked: 1 } }
    const ran = await command(['clock', '--to', '2027-02-28'], { 'POST /v1/sandbox/clock': [noConnection('ECONNRESET'), moved] })
    expect(ran.exitCode).toBe(0)
    expect(ran.out).toContain('1 tarefa venceu e foi feita no caminho.')
    const keys = ran.asked.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })
})

describe('bill', () => {
  test('waits for the end, tells what was left out and which command mends it', async () => {
    const ran = await command(['bill', 'run_7'], {
      'POST /v1/billing-runs/run_7/bill': { status: 202, body: { ...run, state: 'preparing' } },
      'GET /v1/billing-runs/run_7': [{ body: { ...run, state: 'running' } }, { body: run }],
      'GET /v1/billing-runs/run_7/items': items,
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.out).toBe(`Execução run_7 do dia 31/01/2027: concluída.

Desfecho                      Itens  Valor (R$)
────────────────────────────  ─────  ──────────
faturado e emitido                2      200,00
acima do limite de segurança      1      100,00
────────────────────────────  ─────  ──────────
Total                             3      300,00

3 itens, R$ 300,00: 2 faturados, R$ 200,00; 1 não faturado, R$ 100,00.

Item 3: C-0001, Padaria São João, 31/01/2027 a 27/02/2027, R$ 100,00 (acima do limite de segurança)
  O valor passa do limite.
  npx bordero run allow run_7 3`)
  })

  test('asks for a day, an organization by its CNPJ, and contracts by their codes', async () => {
    const ran = await command(
      ['bill', '--day', '31/01/2027', '--organization', '11.222.333/0001-81', '--contract', 'C-0001', '--catch-up', '--json'],
      {
        'GET /v1/organizations': { body: { data: [{ id: 'org_2' }], nextCursor: null } },
        'GET /v1/contracts': { body: { data: [{ id: 'ctr_9' }], nextCursor: null } },
        'POST /v1/billing-runs': { status: 202, body: run },
      },
    )
    expect(ran.exitCode).toBe(0)
    expect(ran.asked.at(-1)?.body).toEqual({
      day: '2027-01-31',
      organization: 'org_2',
      filters: { contracts: ['ctr_9'], catchUp: true },
    })
    expect(JSON.parse(ran.out)).toEqual(run)
  })

  test('ends with 1 when the run stands still before its end', async () => {
    const paused = { ...run, state: 'paused', pauseReason: 'above_run_bounds' }
    const ran = await command(['bill', '--json'], { 'POST /v1/billing-runs': { status: 202, body: paused } })
    expect(ran.exitCode).toBe(1)
  })
})

describe('preview', () => {
  const quiet = {
    counters: { due: 0, pending: 0, billed: 0, notBilled: 0, parked: 0 },
    totals: { plannedCents: 0, pendingCents: 0, billedCents: 0, notBilledCents: 0 },
    outcomes: [],
  }
  const previewed = { ...run, ...quiet, state: 'previewed' }
  const contracts = {
    'GET /v1/contracts': { body: { data: [{ nextBillingOn: null }, { nextBillingOn: '2027-02-10' }], nextCursor: null } },
  }

  test.each(['preview', 'bill'])('%s ahead of its day asks for the contracts, and asks nothing of the server', async name => {
    const ran = await command([name, '--ahead'])
    expect(ran).toMatchObject({ exitCode: 2, asked: [] })
    expect(ran.notes).toContain('--ahead pede --contract')
  })

  test.each([
    ['preview', previewed],
    ['bill', { ...previewed, state: 'done' }],
  ])('%s of a day on which nothing is due says so, and when and how the next thing is seen', async (name, answer) => {
    const { out, exitCode } = await command([name], { ...contracts, 'POST /v1/billing-runs': { status: 202, body: answer } })
    expect(exitCode).toBe(0)
    expect(out).toContain('Nada vence neste dia. O próximo faturamento é em 10/02/2027.')
    expect(out).toContain('npx bordero preview --day 10/02/2027')
    expect(out).not.toContain('Desfecho')
  })

  test('does not stumble over what its key may not see', async () => {
    const ran = await command(['preview'], {
      'POST /v1/billing-runs': { status: 202, body: previewed },
      'GET /v1/contracts': problem(403, 'scope_missing', 'A chave não tem a permissão.'),
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.out).toContain('npx bordero preview --day 28/02/2027')
  })

  test('goes from gross to net, and says what is kept back for which tax', async () => {
    const withholdings = [
      { tax: 'irrf', rateMicros: 15_000, amountCents: 135 },
      { tax: 'iss', rateMicros: 50_000, amountCents: 450 },
    ]
    const planned = {
      ...held,
      class: 'pending',
      outcome: null,
      sentence: null,
      grossCents: 10_000,
      discountCents: 1_000,
      withheldCents: 585,
      netCents: 8_415,
    }
    const plan = { termsVersion: 1, competence: '2027-01', proration: null, lines: [], withholdings, installmentsCents: [8_415] }
    const ran = await command(['preview'], {
      'POST /v1/billing-runs': {
        status: 202,
        body: {
          ...previewed,
          counters: { ...quiet.counters, due: 1, pending: 1 },
          totals: { ...quiet.totals, pendingCents: 8_415 },
        },
      },
      'GET /v1/billing-runs/run_7/items': { body: { data: [{ ...planned, plan }], nextCursor: null } },
    })
    expect(ran.out).toMatch(/ Bruto +Desconto +Retenções +Líquido \(R\$\) +Diferença$/m)
    expect(ran.out).toMatch(/ 100,00 +10,00 +5,85 +84,15 +primeira$/m)
    expect(ran.out).toContain('Retenções: item 3, IRRF 1,35 e ISS 4,50.')
    expect(ran.out).toContain('npx bordero bill run_7')
  })

  test('of a day to come is a forecast, and offers nothing to bill', async () => {
    const counters = { ...quiet.counters, due: 1, notBilled: 1 }
    const ran = await command(['preview', '--day', '31/12/2027'], {
      'POST /v1/billing-runs': { status: 202, body: { ...previewed, forecast: true, day: '2027-12-31', counters } },
      'GET /v1/billing-runs/run_7/items': items,
    })
    expect(ran.out).toContain('é uma previsão com o que se sabe hoje, e não se fatura')
    expect(ran.out).not.toContain('bill run_7')
    expect(ran.out).not.toContain('run allow')
  })
})

describe('whoever names a contract', () => {
  const contract = { 'GET /v1/contracts': { body: { data: [{ id: 'ctr_9' }], nextCursor: null } } }
  const rule = (id: string, title: string) => ({ id, title, rhythm: 'todo mês no dia 10, adiantado' })
  const add = ['events', 'add', 'C-0042', 'desconto', '30,00', 'Bônus', '--month', '03/2027']
  const event = {
    id: 'evt_1',
    ruleId: 'rul_1',
    contract: { id: 'ctr_9', code: 'C-0042', number: null, name: 'Link' },
    customer: { id: 'cus_1', name: 'Padaria São João' },
    kind: 'discount',
    description: 'Bônus',
    amountCents: 3000,
    parts: [{ amountCents: 3000 }],
    openCents: 3000,
  }

  test('need not know the id of its only rule', async () => {
    const ran = await command(add, {
      ...contract,
      'GET /v1/invoice-rules': { body: { data: [rule('rul_1', 'Link dedicado')], nextCursor: null } },
      'POST /v1/invoice-rules/rul_1/events': { status: 201, body: event },
    })
    expect(ran).toMatchObject({ exitCode: 0, notes: '' })
    expect(ran.asked.at(-1)?.body).toMatchObject({ kind: 'discount', firstMonth: '2027-03' })
    expect(ran.out).toBe('evt_1: desconto "Bônus" de R$ 30,00 no contrato C-0042, Padaria São João; em aberto R$ 30,00.')
  })

  test('is told its rules, where there are several', async () => {
    const ran = await command(add, {
      ...contract,
      'GET /v1/invoice-rules': { body: { data: [rule('rul_1', 'Link dedicado'), rule('rul_2', 'Suporte')], nextCursor: null } },
    })
    expect(ran).toMatchObject({ exitCode: 1, out: '' })
    expect(ran.notes).toBe(`bordero: O contrato C-0042 tem 2 regras de faturamento: diga qual, no lugar do contrato.
  rul_1  Link dedicado, todo mês no dia 10, adiantado
  rul_2  Suporte, todo mês no dia 10, adiantado`)
  })

  test('may say its name, where no other one is called so', async () => {
    const none = { body: { data: [], nextCursor: null } }
    const alike = (...names: string[]) => ({
      body: {
        data: names.map((name, i) => ({ id: `ctr_${i + 1}`, code: null, number: null, name, customer: { name: 'Padaria' } })),
        nextCursor: null,
      },
    })
    const asked = (found: ReturnType<typeof alike>) =>
      command(['contracts', 'resume', 'link dedicado', '--json'], {
        'GET /v1/contracts': [none, found],
        'POST /v1/contracts/ctr_2/resume': { body: {} },
      })
    expect(await asked(alike('Link dedicado 2', 'Link dedicado'))).toMatchObject({ exitCode: 0 })
    const several = await asked(alike('Link dedicado', 'LINK DEDICADO'))
    expect(several.exitCode).toBe(1)
    expect(several.notes).toContain('Há vários contratos que são "link dedicado"')
    expect(several.notes).toContain('ctr_2  LINK DEDICADO, Padaria')
  })

  test('and those of one name are told apart by their titles', async () => {
    const contract = (id: number, title: string | null) => ({
      id: `ctr_${id}`,
      code: null,
      number: null,
      name: 'Assinatura',
      title,
      customer: { name: 'Padaria' },
      startsOn: '2026-01-01',
      endsOn: null,
      state: 'active',
      nextBillingOn: null,
      nextByItselfOn: null,
      choiceFrom: null,
    })
    const data = [contract(1, 'Plano Fibra'), contract(2, 'Assinatura'), contract(3, null)]
    const found = { body: { data, nextCursor: null } }
    const listed = await command(['contracts', 'list'], { 'GET /v1/contracts': found })
    expect(listed.out).toMatch(/ctr_1 .* Assinatura \(Plano Fibra\) /)
    expect(listed.out).toMatch(/ctr_2 .* Assinatura {2}/)
    const none = { body: { data: [], nextCursor: null } }
    const several = await command(['contracts', 'resume', 'assinatura'], { 'GET /v1/contracts': [none, found] })
    expect(several.notes).toContain('  ctr_1  Assinatura (Plano Fibra), Padaria\n  ctr_2  Assinatura, Padaria')
  })

  test('is told when there is none, and how to look for it', async () => {
    const ran = await command(add, { 'GET /v1/contracts': { body: { data: [], nextCursor: null } } })
    expect(ran.exitCode).toBe(1)
    expect(ran.notes).toContain("npx bordero contracts list --q 'C-0042'")
  })
})

describe('import', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bordero-import-'))
    writeFileSync(join(folder, 'meus.csv'), 'cliente;valor\n')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const report = {
    id: 'imp_1',
    state: 'refused',
    filename: 'meus.csv',
    rows: 2,
    created: 0,
    updated: 0,
    unchanged: 0,
    differing: 0,
    refused: 2,
    faults: [
      {
        line: 2,
        column: 'valor',
        code: 'ambiguous_number',
        expected: 'x',
        found: '1.234',
        message: 'Linha 2, coluna "valor": Número ambíguo.',
      },
    ],
    faultCount: 1,
    warnings: [],
    warningCount: 0,
    differences: [],
    differenceCount: 0,
  }

  test('sends the file as it is and tells every fault', async () => {
    const ran = await command(['import', join(folder, 'meus.csv'), '--valid-rows'], {
      'POST /v1/imports': { status: 201, body: report },
    })
    expect(ran.exitCode).toBe(1)
    expect(ran.asked[0]).toMatchObject({ path: '/v1/imports?validRows=true&filename=meus.csv', body: 'cliente;valor\n' })
    expect(ran.asked[0]?.headers).toMatchObject({ 'content-type': 'text/csv' })
    expect(ran.out).toContain('nada foi gravado')
    expect(ran.out).toContain('Linha 2, coluna "valor": Número ambíguo.')
  })

  test('a file that is not there is a fault of the command line', async () => {
    const ran = await command(['import', join(folder, 'none.csv')])
    expect(ran).toMatchObject({ exitCode: 2, asked: [] })
    expect(ran.notes).toContain('não existe')
  })
})
