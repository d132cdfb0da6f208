import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import type { TestDatabase } from '../../../test/database/test-database.ts'
import { type TestApi, testApi } from '../../../test/http/test-api.ts'
import { instant } from '../../core/dates.ts'

const CSV = { headers: { 'content-type': 'text/csv' } }
const example = readFileSync(new URL('../../../examples/contratos.csv', import.meta.url))

async function account(database: TestDatabase): Promise<TestApi> {
  const api = await testApi(database, { now: instant('2027-01-31T12:00:00.000Z') })
  await api.post('/v1/organizations', {
    legalName: 'Horizonte Serviços Ltda.',
    cnpj: '11222333000181',
    taxRegime: 'simples_nacional',
  })
  return api
}

const importFile = (api: TestApi, content: Uint8Array, query = '') => api.post(`/v1/imports${query}`, Buffer.from(content), CSV)

async function exported(api: TestApi, what = 'contracts'): Promise<string> {
  const answer = await api.get(`/v1/exports/${what}.csv`)
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
  return answer.body
}

const marksIn = (text: string) => [...new Set(text.match(/(?<=ctr_\d+-)[0-9a-f]{8}/g))]
const unmarked = (text: string) => text.replaceAll(/(?<=ctr_\d+)-[0-9a-f]{8}/g, '')
const linesOf = (text: string) => text.trimEnd().split('\r\n')

/** What only the API can say: no code, several rules and lines, an anchor of its own, names that look like formulas. */
async function addOddContracts(api: TestApi): Promise<void> {
  const customer = await api.post('/v1/customers', {
    kind: 'person',
    name: '=SOMA(A1)',
    taxId: '52998224725',
    contacts: [{ name: 'x', phone: '+55 41 5555-0100' }],
  })
  const service = await api.post('/v1/service-items', { name: '@Plano; "especial"', code: '-S1' })
  const line = { serviceItemId: service.body.id, unitPrice: '1234.5' }
  const rule = {
    title: '+Regra',
    recurrence: { unit: 'month', every: 3, anchorOn: '2025-02-28' },
    timing: 'arrears',
    due: { kind: 'fixed_day_and_month_quantity', day: 31, months: 2, installments: 4, roll: 'previous_business_day' },
    competenceShift: -1,
    cutStart: 'full',
    priceChange: 'prorate',
    maxGrowthPercent: '12.5',
    withholdings: [
      { tax: 'pis', rateMicros: 6_500 },
      { tax: 'irrf', rateMicros: 15_000 },
    ],
    description: 'Fatura de\nduas linhas',
    lines: [
      { ...line, quantity: '1234', discountPercent: '33.333333' },
      { ...line, quantity: '0.000001', description: "'=1+1", discountCents: null, validUntil: '2029-12-31' },
    ],
  }
  const base = { organizationId: 'org_1', customerId: customer.body.id, name: '-Contrato sem código' }
  const weekly = {
    ...rule,
    title: 'Semanal',
    recurrence: { unit: 'week', every: 5, anchorOn: '2027-01-07' },
    due: { kind: 'day_quantity', days: 0 },
    endsOn: '2029-06-30',
  }
  const contracts = [
    {
      ...base,
      startsOn: '2025-02-28',
      rules: [rule, { ...weekly, lines: [{ ...line, description: 'Por semana' }] }],
      comments: 'a\nb; "c"',
      externalIds: [{ system: 'omie', id: '1|2=3' }],
    },
    { ...base, startsOn: '2025-02-28', rules: [rule] },
    {
      ...base,
      code: '=1',
      number: '007',
      state: 'draft',
      billWhileOverdue: false,
      rules: [weekly].map(each => ({ ...each, lines: [line] })),
    },
    { ...base, startsOn: '2026-01-31', endsOn: '2028-01-31', rules: [{ ...rule, billedThrough: '2026-12-31' }] },
  ]
  for (const contract of contracts) expect((await api.post('/v1/contracts', contract)).body.faults ?? []).toEqual([])
  expect((await api.post('/v1/contracts/ctr_202/suspend', { reason: 'Reforma' })).status).toBe(200)
}

eachEngine('an export of contracts', database => {
  test('changes nothing when it is imported again, and makes the same elsewhere', async () => {
    const api = await account(database())
    expect((await importFile(api, example)).body.state).toBe('done')
    await addOddContracts(api)
    const file = await exported(api)
    expect(linesOf(file)).toHaveLength(1 + 204 + 8)

    const again = await importFile(api, Buffer.from(file), '?update=true')
    expect(again.body).toMatchObject({ faults: [], differences: [], state: 'done', rows: 212, unchanged: 212 })
    expect(await exported(api)).toBe(file)

    const other = await account(database())
    const made = await importFile(other, Buffer.from(file))
    expect(made.body).toMatchObject({ faults: [], state: 'done', created: 212 })
    // Each account marks the ids that it writes as its own.
    expect(marksIn(await exported(other))).not.toEqual(marksIn(file))
    expect(unmarked(await exported(other))).toBe(unmarked(file))
    const twice = await importFile(other, Buffer.from(file))
    expect(twice.body).toMatchObject({ differences: [], unchanged: 212 })
  })

  test('holds no formula', async () => {
    const api = await account(database())
    await addOddContractsOnly(api)
    for (const cell of (await exported(api)).split(/[;\r\n]+/)) expect(cell.replace(/^"/, '')).not.toMatch(/^[=+\-@\t]/)
  })

  test('of bills is for spreadsheets', async () => {
    const api = await account(database())
    await importFile(
      api,
      Buffer.from(
        'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;em_aberto\nC-1;=Ana;529.982.247-25;Suporte;1.234,56;31;31/01/2027;dia 10;10/01/2027=99,90',
      ),
    )
    await api.post('/v1/billing-runs', {})
    await api.settle()
    expect(linesOf(await exported(api, 'invoices')).slice(1)).toEqual([
      "inv_1;1;a receber;11.222.333/0001-81;'=Ana;529.982.247-25;C-1;Suporte;01/2027;31/01/2027;27/02/2027;31/01/2027;31/01/2027;10/02/2027;1.234,56;0,00;0,00;1.234,56;0,00;boleto;",
    ])
    const receivables = await exported(api, 'receivables')
    expect(receivables.startsWith('\uFEFFid;fatura;numero;situacao;')).toBe(true)
    expect(linesOf(receivables).slice(1)).toEqual([
      "rec_1;;;a receber;11.222.333/0001-81;'=Ana;529.982.247-25;C-1;Suporte;1 de 1;10/01/2027;99,90;0,00;0,00;99,90;;",
      "rec_2;inv_1;1;a receber;11.222.333/0001-81;'=Ana;529.982.247-25;C-1;Suporte;1 de 1;10/02/2027;1.234,56;0,00;0,00;1.234,56;;",
    ])
    expect(linesOf((await api.get('/v1/exports/receivables.csv?dueUntil=2027-01-31')).body)).toHaveLength(2)
    expect(linesOf((await api.get('/v1/exports/invoices.csv?state=cancelled')).body)).toHaveLength(1)
  })
})

async function addOddContractsOnly(api: TestApi): Promise<void> {
  const file = Array.from({ length: 201 }, (_, i) => `F-${i};Cliente;;Suporte;1,00;31;31/01/2027;dia 10`)
  await importFile(
    api,
    Buffer.from(['codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento', ...file].join('\n')),
  )
  await addOddContracts(api)
}
