import { describe, expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { aCnpj } from '../../../test/fixtures/contracts.ts'
import { type Reply, type TestApi, testApi } from '../../../test/http/test-api.ts'

const faultsOf = ({ body }: Reply) => body.faults.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)

interface Company {
  api: TestApi
  organizationId: string
  contractId: string
  hosting: string
  support: string
}

async function made(api: TestApi, path: string, body: object) {
  const answer = await api.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

eachEngine('invoice templates', database => {
  async function company(api?: TestApi): Promise<Company> {
    const own = api ?? (await testApi(database()))
    const organization = await made(own, '/v1/organizations', { legalName: 'P', cnpj: aCnpj(), taxRegime: 'simples_nacional' })
    const customer = await made(own, '/v1/customers', { kind: 'company', name: 'C', taxId: aCnpj() })
    const contract = await made(own, '/v1/contracts', {
      name: 'Contrato',
      organizationId: organization.id,
      customerId: customer.id,
      rules: [],
    })
    const hosting = await made(own, '/v1/service-items', { name: 'Hospedagem', unitPrice: '5.75' })
    const support = await made(own, '/v1/service-items', { name: 'Suporte', unitPrice: '49.90' })
    return { api: own, organizationId: organization.id, contractId: contract.id, hosting: hosting.id, support: support.id }
  }

  /** As Fintera's "Modelo completo". */
  const complete = ({ organizationId, hosting, support }: Company) => ({
    organizationId,
    name: 'Modelo completo',
    recurrence: { unit: 'month', every: 12 },
    competenceShift: -1,
    description: 'teste',
    paymentMethod: 'card',
    due: { kind: 'fixed_day_and_month_quantity', day: 12, months: 3, installments: 4 },
    notifyCustomer: true,
    allowsNegative: true,
    lines: [
      { serviceItemId: hosting, quantity: '2.5' },
      { serviceItemId: support, description: 'Plantão' },
    ],
    readjustments: [
      { serviceItemId: hosting, index: 'igpm', everyMonths: 12 },
      { serviceItemId: support, index: 'igpdi', noticeDays: 7 },
    ],
    details: { cardInstallments: 12, issueNfse: true, nfseBody: '$DESCRICAO', nfseDaysAfterReceipt: 7 },
  })

  const oneOff = ({ organizationId, support }: Company) => ({
    organizationId,
    name: 'Avulso',
    recurrence: null,
    due: { kind: 'day_quantity', days: 30, installments: 3 },
    lines: [{ serviceItemId: support, unitPrice: '100' }],
  })

  describe('are kept', () => {
    test('whole, shown as they were made, found by what they are for, changed in part, archived, with their history', async () => {
      const shop = await company()
      const { api } = shop
      const first = await api.post('/v1/invoice-templates', {
        ...complete(shop),
        externalIds: [{ system: 'fintera', id: '14' }],
      })
      expect(first.status, JSON.stringify(first.body)).toBe(201)
      expect(first.headers).toMatchObject({ etag: '"v1"', location: '/v1/invoice-templates/tpl_1' })
      expect(first.body).toMatchObject({
        id: 'tpl_1',
        type: 'invoice_rule',
        grossCents: 6428,
        management: 'automatic',
        createParcels: true,
        due: { kind: 'fixed_day_and_month_quantity', day: 12, days: null, months: 3, onlyBusinessDays: null, installments: 4 },
        lines: [
          { id: 'tln_1', serviceItemId: shop.hosting, description: null, quantity: '2.5', unitPrice: '5.75' },
          { id: 'tln_2', serviceItemId: shop.support, description: 'Plantão', quantity: '1', unitPrice: '49.9' },
        ],
        readjustments: [
          { id: 'trj_1', serviceItemId: shop.hosting, index: 'igpm', everyMonths: 12, noticeDays: null },
          { id: 'trj_2', serviceItemId: shop.support, index: 'igpdi', everyMonths: null, noticeDays: 7 },
        ],
        details: { cardInstallments: 12, issueNfse: true, nfseBody: '$DESCRICAO' },
      })
      await made(api, '/v1/invoice-templates', oneOff(shop))
      expect((await api.get('/v1/invoice-templates/tpl_1')).body).toEqual(first.body)

      const names = async (query: string) =>
        (await api.get(`/v1/invoice-templates?${query}`)).body.data.map((it: { name: string }) => it.name)
      expect(await names('')).toEqual(['Avulso', 'Modelo completo'])
      expect(await names('type=invoice')).toEqual(['Avulso'])
      expect(await names('type=invoice_rule')).toEqual(['Modelo completo'])
      expect(await names('q=COMPL')).toEqual(['Modelo completo'])
      expect(await names('externalSystem=fintera&externalId=14')).toEqual(['Modelo completo'])
      expect((await api.get('/v1/invoice-templates?type=outro')).status).toBe(400)
      const { nextCursor } = (await api.get('/v1/invoice-templates?limit=1')).body
      expect(await names(`limit=1&cursor=${nextCursor}`)).toEqual(['Modelo completo'])

      const patched = await api.patch(
        '/v1/invoice-templates/tpl_1',
        { name: 'Modelo novo', details: { issueNfse: false } },
        { version: 1 },
      )
      expect(patched.body).toMatchObject({
        name: 'Modelo novo',
        version: 2,
        lines: first.body.lines,
        readjustments: first.body.readjustments,
        details: { issueNfse: false, nfseBody: '$DESCRICAO' },
      })
      expect((await api.patch('/v1/invoice-templates/tpl_1', { name: 'Outro' }, { version: 1 })).status).toBe(412)
      expect((await api.patch('/v1/invoice-templates/tpl_1', { name: 'Outro' })).status).toBe(428)

      expect((await api.post('/v1/invoice-templates/tpl_1/archive')).body).toMatchObject({
        version: 3,
        archivedAt: expect.any(String),
      })
      expect(await names('')).toEqual(['Avulso'])
      expect(await names('archived=true')).toEqual(['Modelo novo'])
      expect((await api.post('/v1/invoice-templates/tpl_1/unarchive')).body).toMatchObject({
        version: 4,
        archivedAt: null,
        lines: first.body.lines,
      })
      const history = (await api.get('/v1/invoice-templates/tpl_1/history')).body.data
      expect(history.map(({ action }: { action: string }) => action)).toEqual(['unarchive', 'archive', 'update', 'create'])
    })

    test('and their lines keep their ids as long as they stay', async () => {
      const shop = await company()
      const { api, hosting, support } = shop
      await made(api, '/v1/invoice-templates', complete(shop))
      const patch = (body: object, version: number) => api.patch('/v1/invoice-templates/tpl_1', body, { version })
      const changed = await patch(
        {
          lines: [
            { id: 'tln_2', serviceItemId: support, quantity: '2' },
            { serviceItemId: support, description: 'Visita' },
          ],
          readjustments: [{ index: 'ipca' }, { id: 'trj_2', serviceItemId: support, index: 'inpc' }],
        },
        1,
      )
      expect(changed.body.lines).toMatchObject([
        { id: 'tln_2', quantity: '2', description: null },
        { id: 'tln_3', description: 'Visita' },
      ])
      expect(changed.body.readjustments).toMatchObject([
        { id: 'trj_3', serviceItemId: null, index: 'ipca' },
        { id: 'trj_2', index: 'inpc', noticeDays: null },
      ])
      expect(faultsOf(await patch({ lines: [{ id: 'tln_1', serviceItemId: hosting }] }, 2))).toEqual([
        '/lines/0/id unknown_in_template',
        '/readjustments/1/serviceItemId service_not_in_rule',
      ])
    })

    test('without lines they ask an amount, which lines replace', async () => {
      const shop = await company()
      const { api, support } = shop
      const bare = { organizationId: shop.organizationId, name: 'Sem serviços', recurrence: null }
      const plain = await made(api, '/v1/invoice-templates', { ...bare, grossCents: 50_000 })
      expect(plain).toMatchObject({ grossCents: 50_000, lines: [], due: null, management: 'draft', details: null })
      const path = `/v1/invoice-templates/${plain.id}`
      const lines = [{ serviceItemId: support }]
      expect((await api.patch(path, { lines }, { version: 1 })).body.grossCents).toBe(4990)
      expect((await api.patch(path, { lines: [] }, { version: 2 })).body.grossCents).toBeNull()
      expect(faultsOf(await api.post('/v1/invoice-templates', { ...bare, lines, grossCents: 1 }))).toEqual([
        '/grossCents gross_with_lines',
      ])
    })

    test('and are told everything that is wrong with them at once', async () => {
      const shop = await company()
      const stranger = await company()
      const { api, support } = shop
      const wrong = await api.post('/v1/invoice-templates', {
        organizationId: shop.organizationId,
        name: ' ',
        recurrence: { unit: 'month', every: 0 },
        competenceShift: 5,
        due: { kind: 'fixed_day', days: 3, installments: 500 },
        grossCents: 99_999_999_999,
        lines: [],
        readjustments: [
          { index: 'igpm', everyMonths: 121 },
          { index: 'ipca' },
          { serviceItemId: support, index: 'inpc', noticeDays: 400 },
        ],
        details: { emailTemplateId: 'eml_7', cardInstallments: 3 },
      })
      expect(faultsOf(wrong).sort()).toEqual([
        '/competenceShift competence_out_of_range',
        '/details/cardInstallments not_by_card',
        '/details/emailTemplateId unknown_reference',
        '/due/days unknown_field',
        '/due/installments installments_out_of_range',
        '/grossCents amount_too_large',
        '/name blank',
        '/readjustments/0/everyMonths months_out_of_range',
        '/readjustments/1/serviceItemId readjustment_exists',
        '/readjustments/2/noticeDays notice_out_of_range',
        '/readjustments/2/serviceItemId service_not_in_rule',
        '/recurrence/every recurrence_out_of_range',
      ])
      const oneTime = { ...oneOff(shop), readjustments: [{ index: 'igpm' }], organizationId: 'org_9' }
      expect(faultsOf(await api.post('/v1/invoice-templates', oneTime))).toEqual([
        '/organizationId unknown_organization',
        '/readjustments readjustment_of_one_off',
      ])
      expect(faultsOf(await api.post('/v1/invoice-templates', {}))).toEqual([
        '/organizationId required',
        '/name required',
        '/recurrence required',
      ])
      await made(api, '/v1/invoice-templates', oneOff(shop))
      for (const call of [
        stranger.api.get('/v1/invoice-templates/tpl_1'),
        stranger.api.patch('/v1/invoice-templates/tpl_1', { name: 'X' }, { version: 1 }),
        stranger.api.post('/v1/invoice-templates/tpl_1/archive'),
      ]) {
        expect((await call).status).toBe(404)
      }
    })

    test('a service that a template names is not deleted; archived, it keeps nobody from changing the template', async () => {
      const shop = await company()
      const { api, support } = shop
      await made(api, '/v1/invoice-templates', oneOff(shop))
      expect((await api.delete(`/v1/service-items/${support}`, { version: 1 })).body).toMatchObject({ code: 'in_use' })
      await api.post(`/v1/service-items/${support}/archive`)
      expect((await api.patch('/v1/invoice-templates/tpl_1', { name: 'B' }, { version: 1 })).status).toBe(200)
      expect(faultsOf(await api.post('/v1/invoices', { contractId: shop.contractId, templateId: 'tpl_1' }))).toEqual([
        '/templateId archived_service_item',
      ])
    })
  })

  describe('make rules and invoices', () => {
    const start = { title: 'Regra nova', recurrence: { anchorOn: '2026-01-20' } }
    const readjustments = ['trj_1', 'trj_2'].map(templateReadjustmentId => ({ templateReadjustmentId, startsOn: '2027-01-20' }))

    test('which say what they were made of, with the readjustments begun', async () => {
      const shop = await company()
      const { api, contractId } = shop
      await made(api, '/v1/invoice-templates', complete(shop))
      const rule = await made(api, `/v1/contracts/${contractId}/invoice-rules`, { templateId: 'tpl_1', ...start, readjustments })
      expect(rule).toMatchObject({
        templateId: 'tpl_1',
        title: 'Regra nova',
        terms: {
          recurrence: { unit: 'month', every: 12, anchorOn: '2026-01-20' },
          due: { kind: 'fixed_day_and_month_quantity', day: 12, months: 3, installments: 4 },
          paymentMethod: 'card',
          lines: [{ description: 'Hospedagem' }, { description: 'Plantão' }],
        },
        details: { cardInstallments: 12, nfseBody: '$DESCRICAO' },
      })
      const { data } = (await api.get(`/v1/invoice-rules/${rule.id}/readjustments`)).body
      expect(data).toMatchObject([
        { serviceItemId: shop.hosting, index: 'igpm', everyMonths: 12, startsOn: '2027-01-20', allowsNegative: true },
        { serviceItemId: shop.support, index: 'igpdi', everyMonths: 12, noticeDays: 7 },
      ])
      const [told] = (await api.get(`/v1/readjustments/${data[0].id}/history`)).body.data
      expect(told).toMatchObject({ action: 'create', version: 1 })
      expect((await api.get(`/v1/contracts/${contractId}`)).body.rules).toMatchObject([{ templateId: 'tpl_1' }])

      await made(api, '/v1/invoice-templates', oneOff(shop))
      const invoice = await made(api, '/v1/invoices', { contractId, templateId: 'tpl_2' })
      expect(invoice).toMatchObject({ templateId: 'tpl_2', grossCents: 10_000, receivables: [{}, {}, {}] })
      expect((await api.get(`/v1/invoices/${invoice.id}`)).body).toEqual(invoice)
      const byHand = {
        contractId,
        lines: [{ description: 'X', unitPrice: '1' }],
        receivables: [{ dueOn: '2026-02-01', percent: '100' }],
      }
      expect(await made(api, '/v1/invoices', byHand)).toMatchObject({ templateId: null })
    })

    test('not the other kind, not of an archived, unknown or foreign template', async () => {
      const shop = await company()
      const { api, contractId } = shop
      const others = await company(api)
      await made(api, '/v1/invoice-templates', complete(shop))
      await made(api, '/v1/invoice-templates', oneOff(shop))
      await made(api, '/v1/invoice-templates', oneOff(others))
      const ruleOf = (templateId: string, over: object = {}) =>
        api.post(`/v1/contracts/${contractId}/invoice-rules`, { templateId, ...start, ...over })
      const invoiceOf = (templateId: string) => api.post('/v1/invoices', { contractId, templateId })
      expect(faultsOf(await ruleOf('tpl_2'))).toEqual(['/templateId template_is_one_off'])
      expect(faultsOf(await invoiceOf('tpl_1'))).toEqual(['/templateId template_is_recurring'])
      expect(faultsOf(await invoiceOf('tpl_3'))).toEqual(['/templateId other_organization'])
      expect(faultsOf(await invoiceOf('tpl_9'))).toEqual(['/templateId unknown_template'])
      await api.post('/v1/invoice-templates/tpl_1/archive')
      expect(faultsOf(await ruleOf('tpl_1', { readjustments }))).toEqual(['/templateId archived_template'])
    })

    test('a service that another rule bills is refused where the template was chosen, or where it was named', async () => {
      const shop = await company()
      const { api, contractId, support } = shop
      await made(api, '/v1/invoice-templates', complete(shop))
      const path = `/v1/contracts/${contractId}/invoice-rules`
      const whole = { recurrence: { unit: 'month', anchorOn: '2026-01-20' }, due: { kind: 'fixed_day', day: 1 } }
      await made(api, path, { ...whole, lines: [{ serviceItemId: support, description: 'Plantão' }] })
      const refused = await api.post(path, { templateId: 'tpl_1', ...start, readjustments })
      expect(refused.body).toMatchObject({ code: 'service_in_another_rule', faults: [{ path: '/templateId' }] })
      const named = await api.post(path, {
        templateId: 'tpl_1',
        ...start,
        readjustments,
        lines: [{ templateLineId: 'tln_2', quantity: '3' }],
      })
      expect(named.body).toMatchObject({ code: 'service_in_another_rule', faults: [{ path: '/lines/0/serviceItemId' }] })
      const other = { templateLineId: 'tln_2', description: 'Outro plantão' }
      expect((await api.post(path, { templateId: 'tpl_1', ...start, readjustments, lines: [other] })).status).toBe(201)
    })

    test('whole rules take their readjustments along, and are told what is missing as ever', async () => {
      const shop = await company()
      const { api, contractId, support } = shop
      const path = `/v1/contracts/${contractId}/invoice-rules`
      const whole = {
        recurrence: { unit: 'month', anchorOn: '2026-01-20' },
        due: { kind: 'fixed_day', day: 1 },
        lines: [{ serviceItemId: support }],
      }
      const clause = { index: 'igpm', startsOn: '2027-01-20' }
      expect(faultsOf(await api.post(path, { ...whole, readjustments: [clause, { ...clause, everyMonths: 0 }] }))).toEqual([
        '/readjustments/1/everyMonths months_out_of_range',
        '/readjustments/1/serviceItemId readjustment_exists',
      ])
      const rule = await made(api, path, { ...whole, readjustments: [clause] })
      expect((await api.get(`/v1/invoice-rules/${rule.id}/readjustments`)).body.data).toHaveLength(1)
      expect(rule).toMatchObject({ title: 'Suporte', templateId: null })
      expect(faultsOf(await api.post(path, {}))).toEqual(['/lines required', '/recurrence required', '/due required'])
    })
  })
})
