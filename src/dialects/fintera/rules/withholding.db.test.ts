import { expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { aCnpj } from '../../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../../test/fixtures/verified.ts'
import { testApi } from '../../../../test/http/test-api.ts'
import { vendorApi } from '../../../../test/http/vendor-api.ts'
import { instant } from '../../../core/dates.ts'

/** The seed's template, as its list answers it. */
const seed = {
  name: 'Exemplo de Modelo de Nota Fiscal',
  aliquotaIss: '5.0',
  aliquotaIrrf: '1.5',
  aliquotaPis: '0.65',
  aliquotaCofins: '3.0',
  aliquotaCsll: '1.0',
  aliquotaInss: '10.0',
  aliquotaIssRetido: '5.0',
  retencoesDestacadas: ['irrf', 'pis', 'cofins', 'csll', 'inss', 'iss'],
  limiteRetencaoIrrf: '666.67',
  limiteRetencaoPcc: '215.06',
  limiteRetencaoInss: '1000.0',
  limiteRetencaoIss: '500.0',
}

eachEngine('a client of Fintera names a template of notes', database => {
  const verified = verifiedAfterwards(database)

  async function company() {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2026-11-10T12:00:00Z') })
    verified(api.account)
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const known = (await api.get('/v1/organizations')).body.data[0]
    await api.patch(`/v1/organizations/${known.id}`, { taxRegime: 'lucro_presumido' }, { version: known.version })
    const template = (await api.post('/v1/nfse-templates', { ...seed, organizationId: known.id })).body.id as string
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const parties = { customer_id: customer, customer_type: 'Company', supplier_id: organization, supplier_type: 'Company' }
    const made = await client('POST /api/v1/contracts', { kind: 'sale', name: 'Contrato', title: 'Contrato', ...parties })
    return { api, client, template, rules: `/api/v1/contracts/${made.body.contract.id}/invoice_rules` }
  }
  type Company = Awaited<ReturnType<typeof company>>

  const rule = (gross_value: number, over: object = {}) => ({
    invoice_rule: {
      description: 'Plano',
      nfe_body: '$DESCRICAO',
      charge_type: 'day_quantity',
      gross_value,
      additional_information: {
        title: 'Plano',
        init_date: '10/11/2026',
        month_quantity: 1,
        accrual_month_quantity: 'same_month',
      },
      receivables_additional_information: { day_quantity: 5 },
      ...over,
    },
  })
  const make = async ({ client, rules }: Company, body: object): Promise<number> => {
    const made = await client(`POST ${rules}`, body)
    expect([made.status, made.text]).toEqual([201, expect.anything()])
    return made.body.invoice_rule.id
  }
  const number = (id: string) => Number(id.split('_')[1])
  const termsOf = async ({ api }: Company, id: number) => (await api.get(`/v1/invoice-rules/rul_${id}`)).body.terms
  const bill = async ({ api }: Company) => {
    await api.post('/v1/billing-runs', {})
    await api.settle()
    return (await api.get('/v1/invoices')).body.data as { netCents: number; withheldCents: number }[]
  }

  test.each([
    [215.05, 0],
    [666.66, 3100],
    [666.67, 4100],
    [999.99, 6150],
    [1000, 6150 + 10_000],
  ])('of R$ %d its limits withhold %i cents', async (gross, withheldCents) => {
    const it = await company()
    await make(it, rule(gross, { nfse_template_id: number(it.template) }))
    expect(await bill(it)).toMatchObject([{ withheldCents, netCents: Math.round(gross * 100) - withheldCents }])
  })

  test('one that is named later holds from then on; sent again it changes nothing; taken away nothing is withheld', async () => {
    const it = await company()
    const id = await make(it, rule(700))
    expect((await termsOf(it, id)).withholdings).toEqual([])
    const put = (body: object) => it.client(`PUT ${it.rules}/${id}`, { invoice_rule: body })
    const shown = (await put({ nfse_template_id: number(it.template) })).body.invoice_rule
    expect(await termsOf(it, id)).toMatchObject({ version: 2, withholdingTemplateId: it.template })
    expect((await put(shown)).status).toBe(200)
    expect(await termsOf(it, id)).toMatchObject({ version: 2 })
    expect((await put({ nfse_template_id: null })).status).toBe(200)
    expect(await termsOf(it, id)).toMatchObject({ version: 3, withholdings: [], withholdingTemplateId: null })
  })

  test('what somebody gave through ours stays when theirs is taken away', async () => {
    const it = await company()
    const id = await make(it, rule(700, { nfse_template_id: number(it.template) }))
    const given = await it.api.post(`/v1/invoice-rules/rul_${id}/terms`, { withholdings: [{ tax: 'iss', rateMicros: 20_000 }] })
    expect(given.status).toBe(201)
    await it.client(`PUT ${it.rules}/${id}`, { invoice_rule: { nfse_template_id: null } })
    expect((await termsOf(it, id)).withholdings).toMatchObject([{ tax: 'iss' }])
  })
})
