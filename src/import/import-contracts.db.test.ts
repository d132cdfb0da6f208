import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxOf } from '../../test/database/test-ctx.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { contractTies, customerTies } from '../app/ties.ts'
import { cancelContract } from '../contracts/cancel-contract.ts'
import { deleteContract } from '../contracts/delete-contract.ts'
import { termsOf } from '../contracts/rules/terms-store.ts'
import { parseCnpj } from '../core/brazil/cnpj.ts'
import { civilDate, instant } from '../core/dates.ts'
import { cents } from '../core/money.ts'
import { updateCustomer } from '../customers/update-customer.ts'
import { createOrganization } from '../organizations/create-organization.ts'
import type { Ctx } from '../platform/context.ts'
import { receivePayment } from '../receivables/receive-payment.ts'
import { verify } from '../verify/verify.ts'
import { importContracts, receiveFile } from './import-contracts.ts'
import type { ImportRecord } from './import-record.ts'

const NOW = instant('2027-01-31T15:00:00.000Z')
const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;fim;vencimento;faturado_ate'
const ANA = 'Ana Souza;529.982.247-25'
const PADARIA = 'Padaria São João;11.222.333/0001-81'

async function account(database: TestDatabase): Promise<Ctx> {
  const ctx = ctxOf(database, await database.freshAccount({ now: NOW }), NOW)
  await createOrganization(ctx, { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' })
  return ctx
}

type Choices = { update?: boolean; dryRun?: boolean; validRows?: boolean }

async function importBytes(ctx: Ctx, bytes: Uint8Array, { update = false, dryRun = false, validRows = false }: Choices = {}) {
  return importContracts(ctx, { file: await receiveFile(bytes), filename: 'contratos.csv', update, dryRun, validRows })
}

const importText = (ctx: Ctx, text: string, choices?: Choices) => importBytes(ctx, Buffer.from(text), choices)

/** A file with the usual columns, one contract a row. */
const file = (...rows: string[]) => [HEADING, ...rows].join('\n')
const row = (code: string, price = '99,90', party = PADARIA, rest = '31;31/01/2026;;dia 10;31/12/2026') =>
  `${code};${party};Internet 100 Mega;${price};${rest}`

const counts = ({ state, rows, created, updated, unchanged, differing, refused }: ImportRecord) => ({
  state,
  rows,
  created,
  updated,
  unchanged,
  differing,
  refused,
})
const none = { created: 0, updated: 0, unchanged: 0, differing: 0, refused: 0 }

/** What an import may touch, but for its own report. */
async function everything(ctx: Ctx) {
  const tables = [
    'customer',
    'service_item',
    'contract',
    'invoice_rule',
    'rule_terms',
    'rule_line',
    'coverage',
    'receivable',
    'external_id',
    'due_work',
  ]
  return ctx.transact(async tx => {
    const all: Record<string, unknown[]> = {}
    for (const table of tables) {
      const { rows } = await sql`select * from ${sql.table(table)} t where account_id = ${ctx.account} order by t`.execute(tx)
      all[table] = rows
    }
    return all
  })
}

async function rowsOf<T>(ctx: Ctx, query: ReturnType<typeof sql<T>>): Promise<T[]> {
  return ctx.transact(async tx => (await query.execute(tx)).rows)
}

const contractsIn = (ctx: Ctx) =>
  rowsOf(ctx, sql<{ id: number; code: string | null; state: string }>`select id, code, state from contract order by id`)

const pricesOf = (ctx: Ctx, ruleId: number) =>
  ctx.transact(async tx =>
    (await termsOf(tx, [ruleId])).get(ruleId)?.map(({ validFrom, lines }) => [validFrom, lines[0]?.unitPrice]),
  )

eachEngine('importing contracts', database => {
  test('makes customers, services, contracts, rules and their ledgers', async () => {
    const ctx = await account(database())
    const made = await importText(ctx, file(row('C-1'), row('C-2', '150,00', ANA), row('C-3', '1.250,00')))
    expect(made.report.faults).toEqual([])
    expect(counts(made)).toEqual({ ...none, state: 'done', rows: 3, created: 3 })
    expect(await rowsOf(ctx, sql`select kind, name, tax_id from customer order by id`)).toEqual([
      { kind: 'company', name: 'Padaria São João', tax_id: '11222333000181' },
      { kind: 'person', name: 'Ana Souza', tax_id: '52998224725' },
    ])
    expect(await rowsOf(ctx, sql`select name from service_item`)).toEqual([{ name: 'Internet 100 Mega' }])
    expect(await rowsOf(ctx, sql`select covered_until, next_due_on from invoice_rule order by id limit 1`)).toEqual([
      { covered_until: '2027-01-31', next_due_on: '2027-01-31' },
    ])
    const ledger = sql`select starts_on, ends_on, disposition from coverage where rule_id = 1 order by ends_on`
    expect(await rowsOf(ctx, ledger)).toEqual([
      { starts_on: null, ends_on: '2026-01-31', disposition: 'seed' },
      { starts_on: '2026-01-31', ends_on: '2027-01-31', disposition: 'billed_elsewhere' },
    ])
  })

  test('of the same file again changes nothing', async () => {
    const ctx = await account(database())
    const text = file(row('C-1'), row('', '50,00'), row('', '50,00'), row('', '70,00', ANA))
    await importText(ctx, text)
    const before = await everything(ctx)
    expect(counts(await importText(ctx, text))).toEqual({ ...none, state: 'done', rows: 4, unchanged: 4 })
    expect(counts(await importText(ctx, text, { update: true }))).toEqual({ ...none, state: 'done', rows: 4, unchanged: 4 })
    expect(await everything(ctx)).toEqual(before)
  })

  test('that is only checked writes nothing and tells what would be done', async () => {
    const ctx = await account(database())
    const before = await everything(ctx)
    const checked = await importText(ctx, file(row('C-1'), row('C-2', 'x')), { dryRun: true })
    expect(counts(checked)).toEqual({ ...none, state: 'checked', rows: 2, created: 1, refused: 1 })
    expect(await everything(ctx)).toEqual(before)
  })

  test('with one wrong row writes nothing, and says what was expected and found', async () => {
    const ctx = await account(database())
    const before = await everything(ctx)
    const refused = await importText(ctx, file(row('C-1'), row('C-2', '1,234.56')))
    expect(counts(refused)).toEqual({ ...none, state: 'refused', rows: 2, refused: 1 })
    expect(refused.report.faults).toEqual([
      {
        line: 3,
        column: 'valor',
        code: 'ambiguous_number',
        expected: '1234,56',
        found: '1,234.56',
        message:
          'Linha 3, coluna "valor": Número ambíguo: a vírgula separa os decimais, e o ponto só milhares. Esperado: 1234,56. Encontrado: 1,234.56.',
      },
    ])
    expect(await everything(ctx)).toEqual(before)
  })

  test('takes the valid rows where that was asked for, and the mended ones later', async () => {
    const ctx = await account(database())
    const rows = [row('', '50,00'), row('', 'x'), row('', '70,00')]
    const some = await importText(ctx, file(...rows), { validRows: true })
    expect(counts(some)).toEqual({ ...none, state: 'done', rows: 3, created: 2, refused: 1 })
    // Equal rows are told apart by their place among them, which the wrong one kept.
    const mended = await importText(ctx, file(row('', '50,00'), row('', '60,00'), row('', '70,00')))
    expect(counts(mended)).toEqual({ ...none, state: 'done', rows: 3, created: 1, unchanged: 2 })
    expect(await rowsOf(ctx, sql`select distinct unit_price from rule_line order by unit_price`)).toHaveLength(3)
  })

  test('leaves nothing behind when it is interrupted', async () => {
    const ctx = await account(database())
    const before = await everything(ctx)
    const interrupted = ctx.transact(async () => {
      await importText(ctx, file(row('C-1')))
      throw new Error('killed')
    })
    await expect(interrupted).rejects.toThrow('killed')
    expect(await everything(ctx)).toEqual(before)
  })

  test('twice at once makes them once', async () => {
    const ctx = await account(database())
    const text = file(row('C-1'), row(''))
    const both = await Promise.all([importText(ctx, text), importText(ctx, text)])
    expect(both.map(({ created, unchanged }) => [created, unchanged]).sort()).toEqual([
      [0, 2],
      [2, 0],
    ])
  })

  test('reads Latin-1', async () => {
    const ctx = await account(database())
    const made = await importBytes(ctx, Buffer.from(file(row('C-1')), 'latin1'))
    expect(made.report).toMatchObject({ encoding: 'Windows-1252', delimiter: ';', faults: [] })
    expect(await rowsOf(ctx, sql`select name from customer`)).toEqual([{ name: 'Padaria São João' }])
  })
})

eachEngine('a known row that differs', database => {
  test('is reported, and left as it is', async () => {
    const ctx = await account(database())
    await importText(ctx, file(row('C-1')))
    const before = await everything(ctx)
    const again = await importText(ctx, file(row('C-1', '109,90', PADARIA, '15;31/01/2026;31/12/2028;15 dias;')))
    expect(counts(again)).toEqual({ ...none, state: 'done', rows: 1, differing: 1 })
    expect(again.report.differences).toEqual([
      { line: 2, column: 'fim', from: '', to: '31/12/2028', isApplied: false, whyNot: null },
      { line: 2, column: 'dia_faturamento', from: '31', to: '15', isApplied: false, whyNot: null },
      { line: 2, column: 'vencimento', from: 'dia 10', to: '15 dias', isApplied: false, whyNot: null },
      { line: 2, column: 'valor', from: '99,90', to: '109,90', isApplied: false, whyNot: null },
    ])
    expect(await everything(ctx)).toEqual(before)
  })

  test('is applied with update, from the first period that is not billed', async () => {
    const ctx = await account(database())
    await importText(ctx, file(row('C-1')))
    const changed = file(row('C-1', '109,90', PADARIA, '15;31/01/2026;31/12/2028;15 dias;'))
    const applied = await importText(ctx, changed, { update: true })
    expect(counts(applied)).toEqual({ ...none, state: 'done', rows: 1, updated: 1 })
    expect(applied.report.differences.every(({ isApplied }) => isApplied)).toBe(true)
    expect(await pricesOf(ctx, 1)).toEqual([
      ['2026-01-31', '99.9'],
      ['2027-01-31', '109.9'],
    ])
    expect(await rowsOf(ctx, sql`select ends_on from contract`)).toEqual([{ ends_on: '2028-12-31' }])
    expect(counts(await importText(ctx, changed))).toEqual({ ...none, state: 'done', rows: 1, unchanged: 1 })
  })

  test('mends a price in a period that is due but was not billed', async () => {
    const ctx = await account(database())
    const typo = row('C-1', '18.900,00', PADARIA, '10;10/01/2026;;dia 10;31/12/2026')
    await importText(ctx, file(typo))
    await importText(ctx, file(typo.replace('18.900,00', '1.890,00')), { update: true })
    // The period of 10 January is still open: the mended price is its.
    expect(await pricesOf(ctx, 1)).toEqual([
      ['2026-01-10', '18900'],
      ['2027-01-10', '1890'],
    ])
  })

  test('may bring what customer and contract lacked', async () => {
    const ctx = await account(database())
    await importText(ctx, file(row('', '99,90', 'Padaria São João;')))
    const completed = file(row('C-1'))
    const reported = await importText(ctx, completed)
    expect(reported.report.differences).toEqual([
      { line: 2, column: 'codigo', from: '', to: 'C-1', isApplied: false, whyNot: null },
      { line: 2, column: 'cpf_cnpj', from: '', to: '11.222.333/0001-81', isApplied: false, whyNot: null },
    ])
    expect(counts(await importText(ctx, completed, { update: true }))).toMatchObject({ updated: 1 })
    expect(counts(await importText(ctx, completed))).toMatchObject({ unchanged: 1 })
    expect(await contractsIn(ctx)).toHaveLength(1)
    expect(await rowsOf(ctx, sql`select tax_id from customer`)).toEqual([{ tax_id: '11222333000181' }])
  })

  test("may not be told twice, nor take another contract's code or tax id", async () => {
    const ctx = await account(database())
    await importText(ctx, file(row('C-1'), row('', '50,00', 'Ana Souza;'), row('', '60,00', 'Rui;')))
    await importText(ctx, file(row('C-4', '10,00', ANA, '31;28/02/2026;;dia 10;31/12/2026')))
    const heading = `${HEADING};id_bordero`
    const told = [`${row('C-1')};`, `${row('')};ctr_1`, `${row('C-4', '60,00', 'Rui;')};ctr_3`, `${row('', '50,00', ANA)};ctr_2`]
    const refused = await importText(ctx, [heading, ...told].join('\n'), { update: true })
    expect(refused.report.faults.map(({ line, column, code }) => [line, column, code])).toEqual([
      [3, null, 'repeated_contract'],
      [4, 'codigo', 'code_taken'],
      [5, 'cpf_cnpj', 'cannot_change'],
    ])
  })

  test('cannot change start or a past end, which is told with what to do, and keeps the rest of the file from nothing', async () => {
    const ctx = await account(database())
    await importText(
      ctx,
      file(row('C-1'), row('C-2'), row('C-3', '99,90', PADARIA, '31;31/01/2026;30/12/2026;dia 10;31/10/2026')),
    )
    await cancelContract(ctx, 2, { reason: 'Desistiu' })
    const later = '31;28/02/2026;;dia 10;31/12/2026'
    const longer = '31;31/01/2026;31/12/2027;dia 10;31/10/2026'
    const changed = file(row('C-1', '109,90', PADARIA, later), row('C-2'), row('C-3', '99,90', PADARIA, longer))
    const told = ({ report }: ImportRecord) =>
      report.differences.map(({ line, column, isApplied, whyNot }) => [line, column, isApplied, whyNot])
    const start =
      'o início de um contrato em vigor não muda; enquanto nada dele foi faturado, apague-o (npx bordero contracts delete C-1)'
    const fixed = [
      [2, 'inicio', false, `${start} e importe o arquivo de novo`],
      [3, 'fim', false, 'o contrato foi cancelado em 31/01/2027; para que volte a valer: npx bordero contracts reactivate C-2'],
      [4, 'fim', false, expect.stringContaining('o contrato terminou em 30/12/2026')],
    ]
    const reported = await importText(ctx, changed)
    expect(told(reported)).toEqual([[2, 'valor', false, null], ...fixed])
    expect(counts(reported)).toMatchObject({ differing: 3 })

    const applied = await importText(ctx, changed, { update: true })
    expect(told(applied)).toEqual([[2, 'valor', true, null], ...fixed])
    expect(counts(applied)).toEqual({ ...none, state: 'done', rows: 3, updated: 1, differing: 2 })
    expect(applied.report).toMatchObject({ faults: [], differenceCount: 4, notAppliedCount: 3 })
    expect((await pricesOf(ctx, 1))?.at(-1)).toEqual(['2027-01-31', '109.9'])
  })

  test('cannot pass to another customer: update refuses it', async () => {
    const ctx = await account(database())
    await importText(ctx, file(row('C-1')))
    const changed = file(row('C-1', '109,90', ANA))
    const before = await everything(ctx)
    expect((await importText(ctx, changed)).report.differences).toMatchObject([
      { column: 'valor', whyNot: null },
      { column: 'cpf_cnpj', isApplied: false, whyNot: expect.stringContaining('--update recusa a linha') },
    ])
    const refused = await importText(ctx, changed, { update: true })
    expect(refused.report.faults.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, 'cpf_cnpj', 'cannot_change'],
    ])
    expect(await everything(ctx)).toEqual(before)
  })

  test('does not say what its file has no column for', async () => {
    const ctx = await account(database())
    const wide = `${HEADING};desconto;email;parcelas`
    await importText(ctx, `${wide}\n${row('C-1')};10%;financeiro@padaria.com.br;3`)
    expect(counts(await importText(ctx, file(row('C-1'))))).toMatchObject({ unchanged: 1 })
    const cleared = await importText(ctx, `${wide}\n${row('C-1')};;;`)
    // An empty e-mail erases nothing that a person may have entered; an empty discount is none.
    expect(cleared.report.differences.map(({ column, from, to }) => [column, from, to])).toEqual([
      ['parcelas', '3', '1'],
      ['desconto', '10%', ''],
    ])
  })

  test('of a customer is reported once and applied once', async () => {
    const ctx = await account(database())
    const wide = (email: string) =>
      `${HEADING};email;cidade;uf\n${row('C-1')};${email};sao paulo;sp\n${row('C-2')};${email};sao paulo;sp`
    await importText(ctx, wide('a@padaria.com.br'))
    expect(await rowsOf(ctx, sql`select addresses->0->>'municipio' as city from customer`)).toEqual([{ city: '3550308' }])
    const changed = await importText(ctx, wide('b@padaria.com.br'), { update: true })
    expect(changed.report.differences).toEqual([
      { line: 2, column: 'email', from: 'a@padaria.com.br', to: 'b@padaria.com.br', isApplied: true, whyNot: null },
    ])
    expect(await rowsOf(ctx, sql`select billing_emails from customer`)).toEqual([{ billing_emails: ['b@padaria.com.br'] }])
  })

  test('is none when its contract was deleted: it is made anew, under the same ids', async () => {
    const ctx = await account(database())
    const text = `${HEADING};sistema;id_externo\n${row('C-1')};omie;1\n${row('')};omie;2`
    await importText(ctx, text)
    for (const id of [1, 2]) await deleteContract(ctx, contractTies, id, 1)
    expect(counts(await importText(ctx, text))).toMatchObject({ state: 'done', created: 2 })
    expect(counts(await importText(ctx, text))).toMatchObject({ unchanged: 2 })
    expect(await rowsOf(ctx, sql`select external, id from external_id where system = 'omie' order by id`)).toEqual([
      { external: '1', id: 3 },
      { external: '2', id: 4 },
    ])
  })
})

eachEngine('rows of one contract', database => {
  const heading = 'codigo;cliente;cpf_cnpj;regra;servico;valor;dia_faturamento;recorrencia;inicio;vencimento'
  const of = (rule: string, service: string, price: string, rest: string) => `C-1;${PADARIA};${rule};${service};${price};${rest}`
  const rows = [
    of('Mensalidade', 'Internet', '99,90', '31;mensal;31/01/2027;dia 10'),
    of('Mensalidade', 'Telefone', '29,90', '31;mensal;31/01/2027;dia 10'),
    of('Licença anual', 'Licença', '1.200,00', '31;anual;31/01/2027;30 dias'),
  ]

  test('are lines of its rules', async () => {
    const ctx = await account(database())
    expect(counts(await importText(ctx, [heading, ...rows].join('\n')))).toMatchObject({ state: 'done', created: 3 })
    expect(await rowsOf(ctx, sql`select rule_id, position, unit_price from rule_line order by rule_id, position`)).toEqual([
      { rule_id: 1, position: 1, unit_price: '99.900000' },
      { rule_id: 1, position: 2, unit_price: '29.900000' },
      { rule_id: 2, position: 1, unit_price: '1200.000000' },
    ])
    expect(counts(await importText(ctx, [heading, ...rows].join('\n')))).toMatchObject({ unchanged: 3 })
  })

  test('may add and drop lines and rules', async () => {
    const ctx = await account(database())
    await importText(ctx, [heading, rows[0], rows[1]].join('\n'))
    const changed = [heading, rows[0], rows[2]].join('\n')
    const applied = await importText(ctx, changed, { update: true })
    expect(applied.report.differences.map(({ line, column, from, to }) => [line, column, from, to])).toEqual([
      [2, 'servico', 'Telefone (29,90)', ''],
      [3, 'regra', '', 'Licença anual'],
    ])
    expect(counts(await importText(ctx, changed))).toMatchObject({ unchanged: 2 })
    expect(await rowsOf(ctx, sql`select count(*) as rules from invoice_rule`)).toEqual([{ rules: 2 }])
  })

  test('must not bill one service in two rules, unless it is described as another', async () => {
    const ctx = await account(database())
    const twice = of('Licença anual', 'Internet', '1.200,00', '31;anual;31/01/2027;30 dias')
    const refused = await importText(ctx, [heading, rows[0], twice].join('\n'), { validRows: true })
    expect(refused.report.faults.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, null, 'refused_with_contract'],
      [3, 'servico', 'service_in_another_rule'],
    ])
    const described = [`${heading};descricao`, `${rows[0]};`, `${twice};Internet da filial`].join('\n')
    expect(counts(await importText(ctx, described))).toMatchObject({ state: 'done', created: 2 })
  })

  test('must not contradict each other, and are refused together', async () => {
    const ctx = await account(database())
    const contradicting = of('Mensalidade', 'Telefone', '29,90', '15;mensal;31/01/2027;dia 10')
    const refused = await importText(ctx, [heading, rows[0], contradicting].join('\n'), { validRows: true })
    expect(refused.report.faults.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, null, 'refused_with_contract'],
      [3, 'dia_faturamento', 'contradicts_earlier_row'],
    ])
    expect(await contractsIn(ctx)).toEqual([])
  })
})

eachEngine('what comes from another system', database => {
  const heading = `${HEADING};em_aberto;sistema;id_externo;situacao`

  test('brings its open receivables, without an invoice', async () => {
    const ctx = await account(database())
    await importText(ctx, `${heading}\n${row('C-1')};10/12/2026=99,90|10/01/2027=99,90;omie;7001;`)
    const found = await rowsOf(
      ctx,
      sql`
      select invoice_id, contract_id, installment, installments, due_on, amount_cents, state from receivable order by id`,
    )
    const each = { invoice_id: null, contract_id: 1, installments: 2, amount_cents: 9_990, state: 'to_receive' }
    expect(found).toEqual([
      { ...each, installment: 1, due_on: '2026-12-10' },
      { ...each, installment: 2, due_on: '2027-01-10' },
    ])
    // They count once, in whatever order; one that is said otherwise is told, and never applied.
    const again = `${heading}\n${row('C-1')};10/01/2027=99,90|10/12/2026=99,90;omie;7001;`
    expect(counts(await importText(ctx, again))).toMatchObject({ unchanged: 1 })
    for (const owed of [
      '10/12/2026=55,00|10/01/2027=99,90',
      '10/01/2027=99,90',
      '10/12/2026=99,90|10/01/2027=99,90|10/02/2027=1,00',
    ]) {
      const differing = await importText(ctx, `${heading}\n${row('C-1')};${owed};omie;7001;`, { update: true })
      expect(differing.report.differences).toEqual([
        {
          line: 2,
          column: 'em_aberto',
          from: '10/12/2026=99,90|10/01/2027=99,90',
          to: owed,
          isApplied: false,
          whyNot: expect.stringContaining('npx bordero contracts delete C-1'),
        },
      ])
      expect(counts(differing)).toEqual({ ...none, state: 'done', rows: 1, differing: 1 })
    }
  })

  test('is closed once: where it ends, or where the ledger begins, is told when it is said otherwise later', async () => {
    const ctx = await account(database())
    const wide = `${HEADING};faturar_desde`
    const from = (billFrom: string) => `${row('C-2', '50,00', ANA, '10;10/06/2026;;dia 20;')};${billFrom}`
    const through = (billedThrough: string) => `${row('C-1', '99,90', PADARIA, `10;10/01/2026;;dia 20;${billedThrough}`)};`
    await importText(ctx, [wide, through('31/12/2026'), from('10/11/2026')].join('\n'))
    const again = async (first: string, second: string) => {
      const { report } = await importText(ctx, [wide, through(first), from(second)].join('\n'), { update: true })
      return report.differences.map(({ line, column, from, to, isApplied }) => [line, column, from, to, isApplied])
    }
    expect(await again('31/12/2026', '10/11/2026')).toEqual([])
    // Another day of the same period closes the same, and an empty cell says nothing.
    expect(await again('09/01/2027', '')).toEqual([])
    expect(await again('09/12/2026', '10/12/2026')).toEqual([
      [2, 'faturado_ate', '31/12/2026', '09/12/2026', false],
      [3, 'faturar_desde', '10/11/2026', '10/12/2026', false],
    ])
    expect(await again('31/01/2027', '10/10/2026')).toEqual([
      [2, 'faturado_ate', '31/12/2026', '31/01/2027', false],
      [3, 'faturar_desde', '10/11/2026', '10/10/2026', false],
    ])
  })

  test('goes with a contract that is deleted, so that it is asked for once when the file comes again', async () => {
    const ctx = await account(database())
    const text = (owed: string) => `${heading}\n${row('C-1')};${owed};;;`
    await importText(ctx, text('10/12/2026=99,90'))
    await deleteContract(ctx, contractTies, 1, 1)
    await importText(ctx, text('10/12/2026=55,00'))
    const owed = sql`select contract_id, amount_cents, state from receivable order by id`
    expect(await rowsOf(ctx, owed)).toEqual([
      { contract_id: 1, amount_cents: 9_990, state: 'cancelled' },
      { contract_id: 2, amount_cents: 5_500, state: 'to_receive' },
    ])
    // What was received of it is a fact.
    await receivePayment(ctx, { receivableId: 2, amountCents: cents(500), receivedOn: civilDate('2027-01-20'), method: 'pix' })
    const before = await everything(ctx)
    await expect(deleteContract(ctx, contractTies, 2, 1)).rejects.toMatchObject({ code: 'in_use' })
    expect(await everything(ctx)).toEqual(before)
    expect((await verify(ctx)).findings).toEqual([])
  })

  test('keeps its ids, each of one contract', async () => {
    const ctx = await account(database())
    await importText(ctx, `${heading}\n${row('C-1')};;omie;7001;`)
    const ids = sql`select system, external, id from external_id where noun = 'contract' order by system, external`
    expect(await rowsOf(ctx, ids)).toEqual([{ system: 'omie', external: '7001', id: 1 }])
    const another = await importText(
      ctx,
      `${heading}\n${row('C-2')};;;omie=7001;\n${row('C-3')};;;hubsoft=1;\n${row('C-4')};;;hubsoft=1;`,
    )
    expect(another.report.faults.map(({ line, code }) => [line, code])).toEqual([
      [2, 'external_id_taken'],
      [4, 'external_id_taken'],
    ])
    await importText(ctx, `${heading}\n${row('C-1')};;;omie=7001|hubsoft=55;`, { update: true })
    expect(await rowsOf(ctx, ids)).toEqual([
      { system: 'hubsoft', external: '55', id: 1 },
      { system: 'omie', external: '7001', id: 1 },
    ])
  })

  test('may be a draft, suspended or over', async () => {
    const ctx = await account(database())
    const rows = [
      `${row('C-1')};;;;rascunho`,
      `${row('C-2')};;;;suspenso`,
      `${row('C-3', '99,90', PADARIA, '31;31/01/2026;30/11/2026;dia 10;31/10/2026')};;;;cancelado`,
      `${row('C-4', '99,90', PADARIA, '10;10/03/2027;;dia 10;')};;;;`,
    ]
    expect((await importText(ctx, [heading, ...rows].join('\n'))).report.faults).toEqual([])
    expect((await contractsIn(ctx)).map(({ code, state }) => [code, state])).toEqual([
      ['C-1', 'draft'],
      ['C-2', 'suspended'],
      ['C-3', 'ended'],
      ['C-4', 'active'],
    ])
    expect(counts(await importText(ctx, [heading, ...rows].join('\n')))).toMatchObject({ unchanged: 4 })
  })
})

describe('the parties', () => {
  eachEngine('of a file', database => {
    test('are known by tax id, and by name where a row has none', async () => {
      const ctx = await account(database())
      const made = await importText(
        ctx,
        file(row('C-1', '10,00', 'Ana Souza;'), row('C-2', '10,00', ANA), row('C-3', '10,00', 'Novo;')),
      )
      const warnings = made.report.warnings.filter(({ code }) => code !== 'billed_part_way')
      expect(warnings.map(({ line, code }) => [line, code])).toEqual([[4, 'customer_without_tax_id']])
      expect(await rowsOf(ctx, sql`select name, tax_id from customer order by id`)).toEqual([
        { name: 'Ana Souza', tax_id: '52998224725' },
        { name: 'Novo', tax_id: null },
      ])
    })

    test('of one name and no tax id are not guessed', async () => {
      const ctx = await account(database())
      await importText(ctx, file(row('C-1', '10,00', ANA), row('C-2', '10,00', 'Ana Souza;111.444.777-35')))
      const refused = await importText(ctx, file(row('C-3', '10,00', 'Ana Souza;')))
      expect(refused.report.faults.map(({ code }) => code)).toEqual(['ambiguous_customer'])
    })

    test('keep what was changed by hand', async () => {
      const ctx = await account(database())
      await importText(ctx, file(row('C-1')))
      await updateCustomer(ctx, customerTies, 1, 1, { billingEmails: ['novo@padaria.com.br'] })
      expect(counts(await importText(ctx, file(row('C-1')), { update: true }))).toMatchObject({ unchanged: 1 })
    })

    test('are an organization of the account, and another', async () => {
      const ctx = await account(database())
      const own = await importText(ctx, file(row('C-1', '10,00', 'Prestadora;11.444.777/0001-61')))
      expect(own.report.faults.map(({ column, code }) => [column, code])).toEqual([['cpf_cnpj', 'customer_is_supplier']])
      const second = '12ABC34501DE35'
      expect(parseCnpj(second)).not.toBeNull()
      await createOrganization(ctx, { legalName: 'Filial Ltda', cnpj: second, taxRegime: 'simples_nacional' })
      const unsaid = await importText(ctx, file(row('C-1')))
      expect(unsaid.report.faults.map(({ code }) => code)).toEqual(['organization_required'])
      const heading = `${HEADING};empresa_cnpj`
      const said = await importText(ctx, `${heading}\n${row('C-1')};12.abc.345/01de-35\n${row('C-2')};22.333.444/0001-81`)
      expect(said.report.faults.map(({ line, code }) => [line, code])).toEqual([[3, 'unknown_organization']])
    })
  })
})

eachEngine('a new contract beside one that stands', database => {
  const CODED = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;fim'
  const coded = (
    code: string,
    { service = 'Internet', price = '100,00', startsOn = '31/01/2027', party = PADARIA, endsOn = '' } = {},
  ) => `${code};${party};${service};${price};31;${startsOn};dia 10;${endsOn}`
  /** What is said of the new contracts of a second file. */
  const beside = async (first: string[], second: string[], choices: Choices = { update: true }) => {
    const ctx = await account(database())
    expect((await importText(ctx, [CODED, ...first].join('\n'))).report.faults).toEqual([])
    const { report, created } = await importText(ctx, [CODED, ...second].join('\n'), choices)
    expect(report.faults).toEqual([])
    const told = report.warnings.filter(({ code }) => code === 'stands_already' || code === 'code_without_zeros')
    return { created, codes: told.map(({ line, column, code }) => `${line} ${column} ${code}`), text: told[0]?.message ?? '' }
  }

  test('is told of a code that lost its zeros, first of all', async () => {
    const lost = await beside([coded('0001')], [coded('1', { price: '0' })])
    expect(lost).toMatchObject({ created: 1, codes: ['2 codigo code_without_zeros'] })
    expect(lost.text).toContain('O código 1 só difere nos zeros à esquerda, que planilhas comem, do contrato 0001 (ctr_1)')
    expect(lost.text).toContain('Se é o mesmo, escreva 0001, com a coluna formatada como texto')
    // Another customer's contract may well have such a code, and so may the one beside it in the file.
    expect((await beside([coded('0001')], [coded('1', { party: ANA })])).codes).toEqual([])
    expect((await beside([coded('0001')], [coded('0001'), coded('1', { service: 'Outro' })])).codes).toEqual([])
  })

  test('is told where codes are gone, or a start or a service was put right, with the one that stands', async () => {
    const gone = await beside([coded('X1')], [coded('')])
    expect(gone.codes).toEqual(['2 null stands_already'])
    expect(gone.text).toContain('O contrato X1 (ctr_1) já cobra deste cliente, com o mesmo serviço e início')
    expect(gone.text).toContain('Se é o mesmo, escreva o código dele, X1;')
    const moved = await beside([coded('')], [coded('', { startsOn: '30/01/2027' })], { dryRun: true })
    expect(moved.codes).toEqual(['2 null stands_already'])
    expect(moved.text).toMatch(/com o mesmo serviço e preço, .* escreva ctr_1-[0-9a-f]{8} na coluna "id_bordero"/)
    expect((await beside([coded('')], [coded('', { service: 'Fibra' })])).text).toContain('com o mesmo preço e início')
    // Nor does another code make another contract of it, where service and start are the same.
    expect((await beside([coded('A')], [coded('B', { price: '120,00' })])).codes).toEqual(['2 null stands_already'])
  })

  test('is not told of what is another contract', async () => {
    const shop = (code: string, day: string) => coded(code, { startsOn: `${day}/01/2027` })
    for (const [first, second] of [
      // A customer has many for one service, each with a start and a code of its own.
      [[shop('L1', '10'), shop('L2', '11')], [shop('L3', '12')]],
      [[coded('A')], [coded('B', { service: 'Fibra' })]],
      [[coded('')], [coded('', { service: 'Fibra', price: '50,00' })]],
      // The one that stands is met by a row of its own.
      [[coded('')], [coded(''), coded('', { startsOn: '30/01/2027' })]],
      // One follows the other.
      [[coded('', { endsOn: '31/12/2027' })], [coded('', { startsOn: '01/01/2028' })]],
    ] as const)
      expect((await beside([...first], [...second])).codes).toEqual([])
  })

  test('is not told of one that is over or deleted', async () => {
    const ctx = await account(database())
    await importText(ctx, [CODED, coded('X1')].join('\n'))
    await deleteContract(ctx, contractTies, 1, 1)
    const made = await importText(ctx, [CODED, coded('')].join('\n'))
    expect(made.report.warnings.map(({ code }) => code)).not.toContain('stands_already')
  })
})

eachEngine('a large file', database => {
  test('of 10,000 contracts is imported, known again, and changed', async () => {
    const ctx = await account(database())
    const rows = Array.from({ length: 10_000 }, (_, i) =>
      row(`G-${i}`, '99,90', `Cliente ${i % 2_000};`, '31;31/01/2026;;dia 10;31/12/2026'),
    )
    const start = performance.now()
    const made = await importText(ctx, file(...rows))
    const again = performance.now()
    expect(counts(made)).toMatchObject({ state: 'done', created: 10_000 })
    expect(counts(await importText(ctx, file(...rows)))).toMatchObject({ unchanged: 10_000 })
    const dearer = performance.now()
    const changed = await importText(ctx, file(...rows.map(each => each.replace('99,90', '109,90'))), { update: true })
    expect(counts(changed)).toMatchObject({ state: 'done', updated: 10_000 })
    const [first, second, third] = [again - start, dearer - again, performance.now() - dearer].map(ms => (ms / 1000).toFixed(1))
    console.log(
      `${database().engine}: 10,000 contracts in ${first} s, again in ${second} s, each with another price in ${third} s`,
    )
  })

  test('changes services between two rules of one contract, as one change', async () => {
    const ctx = await account(database())
    const heading = 'codigo;regra;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento'
    const rule = (title: string, service: string) => `A;${title};${ANA};${service};10,00;31;31/01/2027;dia 10`
    const rules = (first: string, second: string) => [heading, rule('Um', first), rule('Dois', second)].join('\n')
    expect((await importText(ctx, rules('Internet', 'Suporte'))).state).toBe('done')
    const swapped = await importText(ctx, rules('Suporte', 'Internet'), { update: true })
    expect(counts(swapped)).toEqual({ ...none, state: 'done', rows: 2, updated: 2 })
    expect(counts(await importText(ctx, rules('Suporte', 'Internet')))).toMatchObject({ unchanged: 2 })
    // One that takes the other's service over, while that one keeps it, would bill it twice.
    await expect(importText(ctx, rules('Internet', 'Internet'), { update: true })).rejects.toMatchObject({
      code: 'service_in_another_rule',
    })
  })
})
