import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { instant } from '../core/dates.ts'

const example = (name: string) => readFileSync(new URL(`../../examples/${name}`, import.meta.url))

const CSV = { headers: { 'content-type': 'text/csv' } }

/** An account on the demo's day, with the demo's organization. */
async function demoAccount(database: Parameters<typeof testApi>[0]): Promise<TestApi> {
  const api = await testApi(database, { now: instant('2027-01-31T12:00:00.000Z') })
  const organization = { legalName: 'Horizonte Serviços Ltda.', cnpj: '11222333000181', taxRegime: 'simples_nacional' }
  expect((await api.post('/v1/organizations', organization)).status).toBe(201)
  return api
}

eachEngine('the example files', database => {
  test('contratos.csv is imported whole, and all but one of what is due is billed', async () => {
    const api = await demoAccount(database())
    const made = await api.post('/v1/imports?filename=contratos.csv', example('contratos.csv'), CSV)
    expect(made.body).toMatchObject({ state: 'done', faults: [], refused: 0 })
    // Of four contracts nobody said who billed what lies before today, and four end within a period that is charged whole.
    expect(made.body.warnings.map(({ code }: { code: string }) => code)).toEqual([
      ...Array(4).fill('past_not_billed'),
      ...Array(4).fill('last_period_whole'),
    ])

    const run = await api.post('/v1/billing-runs', {})
    await api.settle()
    const { body } = await api.get(`/v1/billing-runs/${run.body.id}`)
    expect(body).toMatchObject({ state: 'done', counters: { pending: 0, notBilled: 1, parked: 0 } })
    expect(body.counters.billed).toBeGreaterThan(120)
    const left = await api.get(`/v1/billing-runs/${run.body.id}/items?class=not_billed`)
    expect(left.body.data).toMatchObject([{ outcome: 'above_safety_bound', grossCents: 1_890_000 }])

    const { body: verification } = await api.post('/v1/verifications', { full: true })
    await api.settle()
    const proof = (await api.get(`/v1/verifications/${verification.id}`)).body
    expect(proof).toMatchObject({ state: 'done', result: { clean: true } })

    const again = await api.post('/v1/imports', example('contratos.csv'), CSV)
    expect(again.body).toMatchObject({ state: 'done', created: 0, differing: 0, refused: 0 })
  })

  test('contratos-com-erros.csv is refused, each row for a reason of its own', async () => {
    const api = await demoAccount(database())
    const refused = await api.post('/v1/imports', example('contratos-com-erros.csv'), CSV)
    expect(refused.body).toMatchObject({ state: 'refused', rows: 22, created: 0, refused: 22, faultCount: 22 })
    const faults: { line: number; column: string | null; code: string }[] = refused.body.faults
    expect(faults.map(({ line, column, code }) => `${line} ${column} ${code}`)).toEqual([
      '2 cpf_cnpj invalid_tax_id',
      '3 valor ambiguous_number',
      '4 valor negative_number',
      '5 inicio impossible_date',
      '6 inicio ambiguous_date',
      '7 fim ends_before_start',
      '8 dia_faturamento out_of_bounds',
      '9 vencimento ambiguous_due_rule',
      '10 vencimento invalid_due_rule',
      '11 desconto out_of_bounds',
      '12 desconto discount_above_line',
      '13 parcelas out_of_bounds',
      '14 recorrencia unknown_word',
      '15 dia_faturamento billing_day_unfit',
      '16 servico required',
      '17 valor amount_too_large',
      '18 retencoes invalid_withholding',
      '19 email invalid_email',
      '20 uf invalid_uf',
      '21 em_aberto invalid_open_receivable',
      '22 cpf_cnpj customer_is_supplier',
      '23 null wrong_cell_count',
    ])
    expect((await api.get('/v1/contracts')).body.data).toEqual([])
  })
})
