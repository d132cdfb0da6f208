import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { aCnpj } from '../../../test/fixtures/contracts.ts'
import { testApi } from '../../../test/http/test-api.ts'
import { vendorApi } from '../../../test/http/vendor-api.ts'
import { instant } from '../../core/dates.ts'

eachEngine('a client of Fintera is refused', database => {
  async function company() {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2026-01-05T12:00:00Z') })
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const service = (await client('POST /api/v1/service_items', { name: 'Suporte', description: 'x', value: '40' })).body
      .service_item.id as number
    const sale = {
      kind: 'sale',
      name: 'Contrato',
      title: 'Contrato',
      customer_id: customer,
      customer_type: 'Company',
      supplier_id: organization,
      supplier_type: 'Company',
    }
    const contract = (await client('POST /api/v1/contracts', sale)).body.contract.id as number
    const rules = `/api/v1/contracts/${contract}/invoice_rules`
    const errorsOf = async (request: string, body: object) => {
      const reply = await client(request, body)
      return [reply.status, reply.body?.errors]
    }
    return { api, client, organization, service, sale, contract, rules, errorsOf }
  }

  const information = { title: 'Plano', init_date: '10/01/2026', month_quantity: 1, accrual_month_quantity: 'same_month' }
  const rule = {
    description: 'Plano',
    nfe_body: '$DESCRICAO',
    charge_type: 'day_quantity',
    gross_value: 50,
    additional_information: information,
    receivables_additional_information: { day_quantity: 5 },
  }

  test('a day that is none, where none would say something else', async () => {
    const it = await company()
    for (const wrong of ['qualquer', '31/02/2026', 20_260_131, false]) {
      const ends = { ...rule, additional_information: { ...information, end_date: wrong } }
      expect(await it.errorsOf(`POST ${it.rules}`, { invoice_rule: ends })).toEqual([
        422,
        { 'additional_information.end_date': 'inválido' },
      ])
      const days = { init_date: wrong, end_date: wrong }
      expect(await it.errorsOf('POST /api/v1/contracts', { ...it.sale, ...days })).toEqual([
        422,
        { init_date: ['inválido'], end_date: ['inválido'] },
      ])
      expect(await it.errorsOf(`PATCH /api/v1/contracts/${it.contract}`, days)).toEqual([
        422,
        { init_date: ['inválido'], end_date: ['inválido'] },
      ])
    }
    const ends = { ...rule, additional_information: { ...information, end_date: '31/12/2026' } }
    const made = (await it.client(`POST ${it.rules}`, { invoice_rule: ends })).body.invoice_rule
    const at = `PATCH ${it.rules}/${made.id}`
    expect(await it.errorsOf(at, { additional_information: { end_date: 'nunca' } })).toEqual([
      422,
      { 'additional_information.end_date': 'inválido' },
    ])
    const [{ additional_information: stands }] = (await it.client(`GET ${it.rules}`)).body.invoice_rules
    expect(stands.end_date).toBe('2026-12-31')
    for (const none of [null, '', ' ']) {
      const { status, body } = await it.client(at, { additional_information: { end_date: none } })
      expect([status, body.invoice_rule?.additional_information.end_date]).toEqual([200, null])
    }
  })

  test('a day on which a rule of a template would end, and one to cancel on', async () => {
    const it = await company()
    const organizationId = (await it.api.get('/v1/organizations')).body.data[0].id
    const template = await it.api.post('/v1/invoice-templates', {
      organizationId,
      name: 'Modelo',
      recurrence: { unit: 'month', every: 1 },
      description: 'Plano',
      due: { kind: 'day_quantity', days: 5 },
      lines: [{ serviceItemId: `svc_${it.service}`, unitPrice: '10' }],
      details: { nfseBody: 'x' },
    })
    const ends = { title: 'De modelo', init_date: '10/01/2026', end_date: 'nunca' }
    const ofTemplate = { invoice_template_id: Number(template.body.id.slice(4)), additional_information: ends }
    expect(await it.errorsOf(`POST ${it.rules}`, { invoice_rule: ofTemplate })).toEqual([
      422,
      { 'additional_information.end_date': 'inválido' },
    ])
    const plan = { name: 'Básico', description: 'Para começar', price: 31, billing_period: 1 }
    const { id } = (await it.client(`POST /api/v1/organizations/${it.organization}/plans`, { plan })).body.plan
    const customer = { name: 'Loja', email: 'a@loja.com.br', document: aCnpj(), type: 'Company' }
    const { token } = (await it.client('POST /api/v1/subscriptions', { subscription: { plan_id: id, customer } })).body
      .subscription
    const cancel = `PATCH /api/v1/subscriptions/${token}/cancel`
    expect(await it.errorsOf(cancel, { subscription: { cancel_date: 'qualquer' } })).toEqual([422, { cancel_date: 'inválido' }])
    const shown = async () => (await it.client(`GET /api/v1/subscriptions/token/${token}`)).body.subscription
    expect(await shown()).toMatchObject({ status: 'established', cancel_date: null })
    expect((await it.client(cancel, { subscription: { cancel_date: '' } })).status).toBe(200)
    expect(await shown()).toMatchObject({ status: 'cancelled', cancel_date: '05/01/2026' })
  })

  test('an amount that is finer than cents, which nobody would have seen rounded', async () => {
    const it = await company()
    const tooFine = 'deve ter no máximo duas casas decimais'
    expect(await it.errorsOf(`POST ${it.rules}`, { ...rule, gross_value: 50.005 })).toEqual([422, { gross_value: tooFine }])
    const { id } = (await it.client(`POST ${it.rules}`, { ...rule, gross_value: '50.5000' })).body.invoice_rule
    expect(await it.errorsOf(`PATCH ${it.rules}/${id}`, { gross_value: 50.123 })).toEqual([422, { gross_value: tooFine }])
    const item = { name: 'Hora', description: 'x', value: '0.125' }
    expect(await it.errorsOf('POST /api/v1/service_items', item)).toEqual([422, { value: [tooFine] }])
    expect(await it.errorsOf(`PATCH /api/v1/service_items/${it.service}`, { value: 10.001 })).toEqual([422, { value: [tooFine] }])
    // Of ours it may be: it is shown as it is, and sent again.
    await it.api.patch(`/v1/service-items/svc_${it.service}`, { unitPrice: '0.125' }, { version: 1 })
    const again = await it.client(`PUT /api/v1/service_items/${it.service}`, { name: 'Minuto', description: 'x', value: '0.125' })
    expect(again).toMatchObject({ status: 200, body: { service_item: { name: 'Minuto', value: '0.125' } } })
    // What one unit costs is no amount yet: theirs has 2.5 of 5.75 (seed 3816), and shows what it comes to.
    const services = [{ service_item_id: it.service, units: '10000', unit_value: '0.0125' }]
    const priced = await it.client(`POST ${it.rules}`, { ...rule, services })
    expect(priced.body.invoice_rule).toMatchObject({ gross_value: '125.0', services: [{ unit_value: '0.0125', value: '125.0' }] })
  })

  test('with one text for one fault, at a field of theirs', async () => {
    const it = await company()
    const refused = async (body: object) => (await it.errorsOf(`POST ${it.rules}`, { invoice_rule: { ...rule, ...body } }))[1]
    expect(await refused({ gross_value: 'cinquenta' })).toEqual({ gross_value: 'deve ser numérico' })
    expect(await refused({ gross_value: null })).toEqual({ gross_value: 'não pode ficar em branco' })
    expect(await refused({ gross_value: '100000000' })).toEqual({
      gross_value: 'O valor passa de R$ 99.999.999,99, o máximo de um boleto.',
    })
    const service = { service_item_id: it.service, units: 1, unit_value: 40 }
    expect(await refused({ services: [{ ...service, units: 10_000_000 }] })).toEqual({
      'services.value': 'O valor do serviço passa de R$ 99.999.999,99, o máximo de um boleto.',
    })
    expect(await refused({ services: Array.from({ length: 201 }, (_, i) => ({ ...service, description: `${i}` })) })).toEqual({
      services: 'São no máximo 200 serviços.',
    })
    const made = (await it.client(`POST ${it.rules}`, { ...rule, services: [service] })).body.invoice_rule
    const going = [{ id: made.services[0].id, _destroy: true }]
    expect(await it.errorsOf(`PATCH ${it.rules}/${made.id}`, { services: going, gross_value: 'x' })).toEqual([
      422,
      { gross_value: 'deve ser numérico' },
    ])
    const invoice = { ...rule, issue_date: '10/01/2026', receivables: [{ due_date: '20/01/2026' }] }
    const refusedInvoice = async (body: object) =>
      (await it.errorsOf(`POST /api/v1/contracts/${it.contract}/invoices`, { invoice: { ...invoice, ...body } }))[1]
    expect(await refusedInvoice({ gross_value: 'cem' })).toEqual({ gross_value: 'deve ser numérico' })
    expect(await refusedInvoice({ gross_value: 1e9 })).toEqual({
      gross_value: 'O valor passa de R$ 99.999.999,99, o máximo de um boleto.',
    })
    expect(await refusedInvoice({ services: [{ ...service, units: 10_000_000 }] })).toMatchObject({
      'services.value': 'O valor do serviço passa de R$ 99.999.999,99, o máximo de um boleto.',
    })
    // Of what is wrapped as of what is flat.
    const attachments = [{ filename: 'a\u0000.pdf', content: 'YQ==' }]
    expect(await refused({ attachments })).toEqual({ 'attachments.filename': 'inválido' })
    expect(await it.errorsOf(`POST ${it.rules}`, { ...rule, attachments })).toEqual([422, { 'attachments.filename': 'inválido' }])
    expect(await it.errorsOf('POST /api/v1/companies', { company: { name: 'a\u0000', cnpj: aCnpj() } })).toEqual([
      422,
      { name: ['inválido'] },
    ])
  })

  test('without a word where there is nothing', async () => {
    const it = await company()
    for (const request of [
      'GET /api/v1',
      'GET /api/v1/',
      'GET /api/v1/nothing',
      'POST /api/v1/companies/1/2/3',
      'GET /api/v1/companies/',
      `GET ${it.rules}/`,
      'DELETE /api/v1/companies',
      'PUT /api/v1/contracts',
      'PATCH /api/v1/companies/search?cnpj=1',
      `GET ${it.rules}/%00`,
      `PATCH ${it.rules}/%00`,
      'GET /api/v1/companies/%00',
      'GET /api/v1/companies/1%E2%80%AE',
      `GET /api/v1/companies/${'9'.repeat(300)}`,
      'GET /api/v1/subscriptions/token/%00',
    ]) {
      const reply = await it.client(request, request.startsWith('GET') ? undefined : {})
      expect([reply.status, reply.text], request).toEqual([404, ''])
    }
    const wrong = await it.api.app.inject({ method: 'DELETE', url: '/api/v1/companies' })
    expect([wrong.headers.allow, wrong.headers['content-type'], wrong.headers['x-request-id']]).toEqual([
      undefined,
      undefined,
      expect.any(String),
    ])
    // Not even who asks is looked at; what cannot be decoded is no address.
    expect(await vendorApi(it.api, {})('GET /api/v1/nothing')).toMatchObject({ status: 404, text: '' })
    expect(await it.client('GET /api/v1/companies/%zz')).toMatchObject({ status: 400, body: { errors: expect.any(String) } })
    // Ours still says what it has.
    expect((await it.api.get('/v1/nothing')).body).toMatchObject({ status: 404, code: 'not_found' })
    expect((await it.api.get('/api/v10')).body).toMatchObject({ status: 404, code: 'not_found' })
  })
})
