import { describe, expect, it } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { type TestApi, testApi } from '../../../test/http/test-api.ts'

const cnpjs = ['11.222.333/0001-81', '90.118.777/0001-48']

async function organization(api: TestApi, which = 0): Promise<string> {
  const { status, body } = await api.post('/v1/organizations', {
    legalName: `Empresa ${which + 1} Ltda.`,
    cnpj: cnpjs[which],
    taxRegime: 'simples_nacional',
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}

async function made(api: TestApi, path: string, body: object) {
  const answer = await api.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

const faultsOf = ({ body }: { body: { faults: { path: string; code: string }[] } }) =>
  body.faults.map(({ path, code }) => `${path} ${code}`)

/** Of each kind: the least that can be said, and what one more answers to it. */
const kinds = [
  { path: '/v1/nfse-templates', id: 'nft_1', least: {}, shows: { aliquotaIss: null, percentualCargaTributaria: '0' } },
  {
    path: '/v1/charge-templates',
    id: 'cht_1',
    least: {},
    shows: { paymentMethod: 'boleto', fineType: 'without', fineValue: '0' },
  },
  {
    path: '/v1/financial-accounts',
    id: 'fac_1',
    least: {},
    shows: { status: 'active', paymentMethods: [], acceptFixedFine: false },
  },
  { path: '/v1/charging-accounts', id: 'cha_1', least: {}, shows: { wallet: null } },
  { path: '/v1/email-templates', id: 'eml_1', least: { subject: 'Fatura', body: '$DESCRICAO' }, shows: { body: '$DESCRICAO' } },
  { path: '/v1/notification-rulers', id: 'rgl_1', least: {}, shows: { steps: [] } },
  { path: '/v1/categories', id: 'cat_1', least: {}, shows: { code: null, kind: 'revenue', parentId: null }, isShared: true },
  { path: '/v1/revenue-centres', id: 'cen_1', least: {}, shows: { code: null }, isShared: true },
  { path: '/v1/cost-centres', id: 'cct_1', least: {}, shows: { code: null }, isShared: true },
  { path: '/v1/departments', id: 'dep_1', least: {}, shows: { code: null }, isShared: true },
  { path: '/v1/projects', id: 'prj_1', least: {}, shows: { code: null }, isShared: true },
]

eachEngine('references', database => {
  describe.each(kinds)('of $path', ({ path, id, least, shows, isShared }) => {
    it('are made, shown, listed by name, changed in part, archived and deleted, and keep their history', async () => {
      const api = await testApi(database())
      const organizationId = await organization(api)
      const first = await api.post(path, {
        ...least,
        organizationId,
        name: ' Bravo ',
        externalIds: [{ system: 'fintera', id: '6' }],
      })
      expect(first.status, JSON.stringify(first.body)).toBe(201)
      expect(first.headers).toMatchObject({ etag: '"v1"', location: `${path}/${id}` })
      expect(first.body).toMatchObject({ ...shows, id, organizationId, name: 'Bravo', version: 1, archivedAt: null })
      await made(api, path, { ...least, organizationId, name: 'alfa' })
      expect((await api.get(`${path}/${id}`)).body).toEqual(first.body)

      const names = async (query: string) => (await api.get(`${path}?${query}`)).body.data.map((it: { name: string }) => it.name)
      expect(await names('')).toEqual(['alfa', 'Bravo'])
      expect(await names('q=rav')).toEqual(['Bravo'])
      expect(await names('externalSystem=fintera&externalId=6')).toEqual(['Bravo'])
      expect(await names(`organizationId=${organizationId}`)).toEqual(['alfa', 'Bravo'])
      const { nextCursor } = (await api.get(`${path}?limit=1`)).body
      expect(await names(`limit=1&cursor=${nextCursor}`)).toEqual(['Bravo'])

      const changed = await api.patch(`${path}/${id}`, { name: 'Zulu' }, { version: 1 })
      expect(changed.body).toEqual({ ...first.body, name: 'Zulu', version: 2 })
      expect((await api.patch(`${path}/${id}`, { name: 'Outro' }, { version: 1 })).status).toBe(412)
      expect((await api.patch(`${path}/${id}`, { name: 'Outro' })).status).toBe(428)
      expect(faultsOf(await api.patch(`${path}/${id}`, { name: ' ', organizationId }, { version: 2 }))).toContain(
        '/organizationId unknown_field',
      )

      expect((await api.post(`${path}/${id}/archive`)).body).toMatchObject({ version: 3, archivedAt: '2026-01-01T12:00:00.000Z' })
      expect(await names('')).toEqual(['alfa'])
      expect(await names('archived=true')).toEqual(['Zulu'])
      expect((await api.post(`${path}/${id}/unarchive`)).body).toMatchObject({ version: 4, archivedAt: null })
      expect((await api.delete(`${path}/${id}`, { version: 4 })).status).toBe(204)
      expect((await api.get(`${path}/${id}`)).status).toBe(404)
      const history = (await api.get(`${path}/${id}/history`)).body.data
      expect(history.map(({ action }: { action: string }) => action)).toEqual([
        'delete',
        'unarchive',
        'archive',
        'update',
        'create',
      ])
    })

    it('belong to an organization of the account that is in use, and are not found by another account', async () => {
      const api = await testApi(database())
      const stranger = await testApi(database())
      const organizationId = await organization(api)
      const others = await organization(stranger)
      await organization(stranger, 1)
      await made(api, path, { ...least, organizationId, name: 'A' })
      expect((await stranger.get(`${path}/${id}`)).status).toBe(404)
      expect((await stranger.patch(`${path}/${id}`, { name: 'B' }, { version: 1 })).status).toBe(404)
      expect((await stranger.delete(`${path}/${id}`, { version: 1 })).status).toBe(404)
      expect((await stranger.get(path)).body.data).toEqual([])

      expect(faultsOf(await api.post(path, { ...least, organizationId: 'org_2', name: ' ' }))).toEqual([
        '/organizationId unknown_organization',
        '/name blank',
      ])
      await stranger.post(`/v1/organizations/${others}/archive`)
      expect(faultsOf(await stranger.post(path, { ...least, organizationId: others, name: 'A' }))).toEqual([
        '/organizationId archived_organization',
      ])
      const shared = await api.post(path, { ...least, name: 'De todas' })
      expect(shared.status).toBe(isShared ? 201 : 422)
    })
  })

  it('say all that a note, a charge and a mail will need, with exact decimals', async () => {
    const api = await testApi(database())
    const organizationId = await organization(api)
    const note = {
      name: 'Serviço com retenções',
      codigoServicoMunicipal: '010501',
      itemListaServico: '0105',
      cnae: '6201501',
      servicoPrestadoMunicipioCliente: false,
      issRetidoFonte: true,
      aliquotaIss: '5',
      aliquotaIrrf: '1.5',
      aliquotaPis: '0.65',
      aliquotaCofins: '3',
      aliquotaCsll: '1',
      aliquotaInss: '10',
      aliquotaIssRetido: '5',
      retencoesDestacadas: ['irrf', 'pis', 'cofins', 'csll', 'inss', 'iss'],
      percentualCargaTributaria: '13.15',
      fonteCargaTributaria: 'IBPT',
      limiteRetencaoIrrf: '666.67',
      limiteRetencaoPcc: '215.06',
      limiteRetencaoInss: '1000',
      limiteRetencaoIss: '500',
    }
    expect(await made(api, '/v1/nfse-templates', { ...note, organizationId })).toMatchObject(note)
    const sentAnew = await api.patch('/v1/nfse-templates/nft_1', { aliquotaIss: '02.50', aliquotaInss: null }, { version: 1 })
    expect(sentAnew.body).toMatchObject({ ...note, aliquotaIss: '2.5', aliquotaInss: null })
    expect(
      faultsOf(
        await api.post('/v1/nfse-templates', { name: 'x', organizationId, aliquotaIss: '101', retencoesDestacadas: ['ir'] }),
      ),
    ).toEqual(['/aliquotaIss invalid_format', '/retencoesDestacadas/0 invalid_choice'])

    const mail = {
      name: 'Aviso',
      subject: 'Assinatura do plano $PLANO',
      body: 'Prezado $CLIENTE',
      cc: 'a@ex.com.br, b@ex.com.br',
    }
    expect(await made(api, '/v1/email-templates', { ...mail, organizationId, includeBoleto: true })).toMatchObject({
      ...mail,
      fromAddress: null,
      includeBoleto: true,
      includeInvoicePdf: false,
    })
    expect(
      faultsOf(await api.post('/v1/email-templates', { ...mail, organizationId, cc: 'a@ex.com.br b', fromAddress: 'eu' })),
    ).toEqual(['/fromAddress invalid_email', '/cc invalid_email'])
  })

  it('of an organization have one usual e-mail template, and one for subscriptions', async () => {
    const api = await testApi(database())
    const organizationId = await organization(api)
    const mail = { organizationId, name: 'A', subject: 'S', body: 'B' }
    await made(api, '/v1/email-templates', { ...mail, defaultTemplate: true, subscriptionDefaultTemplate: true })
    const second = await api.post('/v1/email-templates', { ...mail, defaultTemplate: true })
    expect(second).toMatchObject({ status: 422, body: { code: 'default_taken', faults: [{ path: '/defaultTemplate' }] } })
    await made(api, '/v1/email-templates', { ...mail, organizationId: await organization(api, 1), defaultTemplate: true })
    await api.post('/v1/email-templates/eml_1/archive')
    await made(api, '/v1/email-templates', { ...mail, defaultTemplate: true })
    expect(await api.post('/v1/email-templates/eml_1/unarchive')).toMatchObject({ status: 422, body: { code: 'default_taken' } })
  })

  it('keep the UUID that a charging account had elsewhere, or get one', async () => {
    const api = await testApi(database())
    const organizationId = await organization(api)
    const uuid = '52AAAAAA-51ee-41dd-af55-cd0000000000'
    expect(await made(api, '/v1/charging-accounts', { organizationId, name: 'A', uuid })).toMatchObject({
      uuid: uuid.toLowerCase(),
    })
    const own = await made(api, '/v1/charging-accounts', { organizationId, name: 'B' })
    expect(own.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
    expect((await api.patch('/v1/charging-accounts/cha_2', { wallet: '109' }, { version: 1 })).body.uuid).toBe(own.uuid)
    expect(await api.post('/v1/charging-accounts', { organizationId, name: 'C', uuid })).toMatchObject({
      status: 422,
      body: { code: 'uuid_taken' },
    })
    expect(faultsOf(await api.post('/v1/charging-accounts', { organizationId, name: 'C', uuid: '52' }))).toEqual([
      '/uuid invalid_format',
    ])
  })

  it('that say where money goes are changed by keys of the organization, the others by keys of the catalogue', async () => {
    const api = await testApi(database())
    const organizationId = await organization(api)
    const keeper = await api.keyWith(['catalog:read', 'catalog:write'])
    const director = await api.keyWith(['organizations:read', 'organizations:write'])
    const tries = async (path: string, key: string) => (await api.post(path, { organizationId, name: 'A' }, { key })).status
    for (const path of ['/v1/financial-accounts', '/v1/charging-accounts']) {
      expect([await tries(path, keeper), await tries(path, director)]).toEqual([403, 201])
    }
    for (const path of ['/v1/charge-templates', '/v1/categories']) {
      expect([await tries(path, keeper), await tries(path, director)]).toEqual([201, 403])
    }
  })

  it('name each other within one organization, and what is named is archived instead of deleted', async () => {
    const api = await testApi(database())
    const organizationId = await organization(api)
    const elsewhere = await organization(api, 1)
    await made(api, '/v1/financial-accounts', { organizationId, name: 'Itaú' })
    await made(api, '/v1/financial-accounts', { organizationId: elsewhere, name: 'De outra' })
    await made(api, '/v1/charging-accounts', { organizationId, name: 'Carteira' })
    const template = {
      organizationId,
      name: 'Padrão',
      fineType: 'percentage',
      fineValue: '2',
      interestType: 'percentage',
      interestValue: '1',
    }
    const wrong = await api.post('/v1/charge-templates', { ...template, financialAccountId: 'fac_2', chargingAccountId: 'cha_9' })
    expect(faultsOf(wrong)).toEqual([
      '/chargingAccountId two_accounts',
      '/financialAccountId other_organization',
      '/chargingAccountId unknown_reference',
    ])
    await made(api, '/v1/charge-templates', { ...template, financialAccountId: 'fac_1' })
    expect(await api.delete('/v1/financial-accounts/fac_1', { version: 1 })).toMatchObject({
      status: 422,
      body: {
        code: 'in_use',
        detail: 'Há regras, faturas ou outros cadastros que citam ou já citaram esta conta digital; arquive-a.',
      },
    })
    await api.post('/v1/financial-accounts/fac_1/archive')
    expect(faultsOf(await api.post('/v1/charge-templates', { ...template, financialAccountId: 'fac_1' }))).toEqual([
      '/financialAccountId archived_reference',
    ])
    expect((await api.patch('/v1/charge-templates/cht_1', { fineValue: '1.5' }, { version: 1 })).body).toMatchObject({
      financialAccountId: 'fac_1',
      fineValue: '1.5',
    })
  })

  it('of a ruler stand in the order of their days, and keep the template that they write with', async () => {
    const api = await testApi(database())
    const organizationId = await organization(api)
    await made(api, '/v1/email-templates', { organizationId, name: 'A', subject: 'S', body: 'B' })
    const steps = [
      { days: 5, emailTemplateId: 'eml_1' },
      { days: -3, emailTemplateId: 'eml_1' },
      { days: 0, channel: 'sms' },
    ]
    const ruler = await made(api, '/v1/notification-rulers', { organizationId, name: 'Régua', steps })
    expect(ruler.steps).toEqual([
      { days: -3, channel: 'email', emailTemplateId: 'eml_1' },
      { days: 0, channel: 'sms', emailTemplateId: null },
      { days: 5, channel: 'email', emailTemplateId: 'eml_1' },
    ])
    expect(await api.delete('/v1/email-templates/eml_1', { version: 1 })).toMatchObject({ status: 422, body: { code: 'in_use' } })
    const twice = [{ days: 1, channel: 'sms' }, { days: 1, channel: 'sms' }, { days: 2, emailTemplateId: 'eml_7' }, { days: 3 }]
    expect(faultsOf(await api.post('/v1/notification-rulers', { organizationId, name: 'Outra', steps: twice }))).toEqual([
      '/steps step_repeated',
      '/steps required',
      '/steps unknown_reference',
    ])
    await api.patch('/v1/notification-rulers/rgl_1', { steps: [] }, { version: 1 })
    expect((await api.delete('/v1/email-templates/eml_1', { version: 1 })).status).toBe(204)
  })

  it('of the books are a tree of categories: within one organization, and never below themselves', async () => {
    const api = await testApi(database())
    const organizationId = await organization(api)
    const elsewhere = await organization(api, 1)
    const category = (name: string, fields: object = {}) => made(api, '/v1/categories', { organizationId, name, ...fields })
    await category('Receitas')
    await category('Serviços', { parentId: 'cat_1', kind: 'revenue' })
    expect(await category('Suporte', { parentId: 'cat_2' })).toMatchObject({ parentId: 'cat_2', kind: 'revenue' })
    expect(await category('Tarifas', { kind: 'expense' })).toMatchObject({ parentId: null, kind: 'expense' })

    const hung = (id: string, parentId: string | null) => api.patch(`/v1/categories/${id}`, { parentId }, { version: 1 })
    expect(faultsOf(await hung('cat_1', 'cat_1'))).toEqual(['/parentId circular_parent'])
    expect(faultsOf(await hung('cat_1', 'cat_3'))).toEqual(['/parentId circular_parent'])
    expect(faultsOf(await hung('cat_1', 'cat_9'))).toEqual(['/parentId unknown_reference'])
    expect((await hung('cat_3', null)).body).toMatchObject({ parentId: null, version: 2 })
    expect((await hung('cat_1', 'cat_3')).body).toMatchObject({ parentId: 'cat_3', version: 2 })

    await made(api, '/v1/categories', { organizationId: elsewhere, name: 'De outra' })
    expect(faultsOf(await hung('cat_4', 'cat_5'))).toEqual(['/parentId other_organization'])
    const shared = await api.post('/v1/categories', { name: 'De todas', parentId: 'cat_1' })
    expect(faultsOf(shared)).toEqual(['/parentId other_organization'])
    expect((await api.delete('/v1/categories/cat_1', { version: 2 })).body).toMatchObject({ code: 'in_use' })
    expect((await api.delete('/v1/categories/cat_2', { version: 1 })).status).toBe(204)
    expect((await api.delete('/v1/categories/cat_1', { version: 2 })).status).toBe(204)
  })

  it('of the books have at most twenty levels', async () => {
    const api = await testApi(database())
    await made(api, '/v1/categories', { name: '1' })
    for (let level = 2; level <= 20; level++) {
      await made(api, '/v1/categories', { name: `${level}`, parentId: `cat_${level - 1}` })
    }
    expect(faultsOf(await api.post('/v1/categories', { name: '21', parentId: 'cat_20' }))).toEqual(['/parentId too_many_levels'])
  })
})
