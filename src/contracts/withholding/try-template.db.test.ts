import { expect, it } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { type TestApi, testApi } from '../../../test/http/test-api.ts'
import { seedTemplateSaid } from '../../../test/nfse/templates.ts'

const seed = { name: 'Exemplo de Modelo de Nota Fiscal', itemListaServico: '0105', ...seedTemplateSaid }

async function templateOf(api: TestApi, taxRegime: string, said: object): Promise<string> {
  const organization = await api.post('/v1/organizations', { legalName: 'Cais Ltda.', cnpj: '11.222.333/0001-81', taxRegime })
  const template = await api.post('/v1/nfse-templates', { ...said, organizationId: organization.body.id })
  expect(template.status, JSON.stringify(template.body)).toBe(201)
  return template.body.id
}

eachEngine('what a template of notes withholds', database => {
  it('is told tax by tax, with the sentences and the articles', async () => {
    const api = await testApi(database())
    const id = await templateOf(api, 'lucro_presumido', seed)
    const { status, body } = await api.get(`/v1/nfse-templates/${id}/withholding?baseCents=66667&competence=2026-11`)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({ withheldCents: 4100, netCents: 62567, vRetCSLLCents: 3100, tpRetPisCofins: 3, faults: [] })
    expect(body.taxes[0]).toEqual({
      tax: 'irrf',
      outcome: 'withheld',
      percent: '1.5',
      baseCents: 66667,
      raw: '10.00005',
      groupRaw: '10.00005',
      thresholdCents: 66667,
      thresholdOf: 'base',
      amountCents: 1000,
      source: null,
      sentence:
        'IRRF: 1,5% de R$ 666,67 = R$ 10,00005; a base de R$ 666,67 alcança o limite do modelo, de R$ 666,67; retém R$ 10,00.',
    })
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('limit_contradicts_law')
  })

  it('hangs on the competence, on who bills and on who pays', async () => {
    const api = await testApi(database())
    const id = await templateOf(api, 'simples_nacional', { ...seed, issRetidoFonte: true })
    const asked = async (query: string) => (await api.get(`/v1/nfse-templates/${id}/withholding?${query}`)).body
    // The sandbox stands in January of 2026, and whose template it is pays no federal taxes.
    expect(await asked('baseCents=1000000')).toMatchObject({ competence: '2026-01', withheldCents: 50_000 })
    expect(await asked('baseCents=1000000&customerKind=person')).toMatchObject({ withheldCents: 0, netCents: 1_000_000 })
    const presumido = await api.get('/v1/organizations/org_1')
    await api.patch('/v1/organizations/org_1', { taxRegime: 'lucro_real' }, { version: presumido.body.version })
    expect(await asked('baseCents=100001&competence=2027-01')).toMatchObject({ vRetCSLLCents: 1000, tpRetPisCofins: 8 })
    const parts = await asked('baseCents=30000&installments=3')
    expect(parts.warnings.map(({ code }: { code: string }) => code)).toContain('waived_per_payment')
  })

  it('knows what is special of the ISS, and refuses what does not go together', async () => {
    const api = await testApi(database())
    const id = await templateOf(api, 'lucro_presumido', { ...seed, issRetidoFonte: true, regimeEspecial: 6 })
    const told = (await api.get(`/v1/nfse-templates/${id}/withholding?baseCents=100000`)).body
    expect(told.faults).toMatchObject([{ path: '/issRetidoFonte', code: 'iss_retention_forbidden' }])
    expect(told.taxes.at(-1)).toMatchObject({ tax: 'iss', outcome: 'iss_retention_forbidden', source: 'E0588' })

    const wrong = await api.post('/v1/nfse-templates', {
      name: 'x',
      organizationId: 'org_1',
      regimeEspecial: 7,
      tipoSuspensao: 1,
      tipoBeneficio: 'isencao',
      codigoTributacaoNacional: '01.05',
    })
    expect(wrong.body.faults.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual([
      '/codigoTributacaoNacional invalid_code',
      '/regimeEspecial unknown_regime',
      '/processoSuspensao required',
      '/numeroBeneficio required',
    ])
  })

  it('is told of one’s own templates alone', async () => {
    const api = await testApi(database())
    const id = await templateOf(api, 'lucro_presumido', seed)
    const other = await testApi(database())
    expect((await other.get(`/v1/nfse-templates/${id}/withholding?baseCents=1`)).status).toBe(404)
    expect((await api.get(`/v1/nfse-templates/${id}/withholding`)).status).toBe(400)
    expect((await api.get(`/v1/nfse-templates/${id}/withholding?baseCents=-1`)).status).toBe(400)
  })
})
