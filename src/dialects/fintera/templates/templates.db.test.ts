import { expect, it, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { aCnpj } from '../../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../../test/fixtures/verified.ts'
import { testApi } from '../../../../test/http/test-api.ts'
import { vendorApi } from '../../../../test/http/vendor-api.ts'
import { instant } from '../../../core/dates.ts'

eachEngine('templates, as clients of Fintera use them', database => {
  const verified = verifiedAfterwards(database)

  async function company() {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2026-01-05T12:00:00Z') })
    verified(api.account)
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const service = async (name: string) =>
      (await client('POST /api/v1/service_items', { name, description: 'x', value: '10' })).body.service_item.id as number
    const [support, hosting, extra] = [await service('Suporte'), await service('Hospedagem'), await service('Extra')]
    const contract = await client('POST /api/v1/contracts', {
      kind: 'sale',
      name: 'Contrato',
      title: 'Contrato',
      customer_id: customer,
      customer_type: 'Company',
      supplier_id: organization,
      supplier_type: 'Company',
    })
    const at = `/api/v1/contracts/${contract.body.contract.id}`
    const organizationId = (await api.get('/v1/organizations')).body.data[0].id as string
    return {
      api,
      client,
      services: { support, hosting, extra },
      organizationId,
      templates: `/api/v1/organizations/${organization}/invoice_templates`,
      rules: `${at}/invoice_rules`,
      invoices: `${at}/invoices`,
    }
  }
  type Company = Awaited<ReturnType<typeof company>>

  const number = (id: string) => Number(id.slice(4))

  /** Through `/v1`, with two services and a readjustment of one of them. */
  async function template({ api, organizationId, services }: Company, over: object = {}) {
    const lines = [
      { serviceItemId: `svc_${services.support}`, quantity: '2.5', unitPrice: '5.75' },
      { serviceItemId: `svc_${services.hosting}`, description: 'Servidor', unitPrice: '49.9' },
    ]
    const made = await api.post('/v1/invoice-templates', {
      organizationId,
      name: 'Modelo',
      recurrence: { unit: 'month', every: 12 },
      paymentMethod: 'card',
      description: 'Plano',
      competenceShift: -1,
      due: { kind: 'fixed_day_and_month_quantity', day: 12, months: 3, installments: 4 },
      lines,
      readjustments: [{ serviceItemId: `svc_${services.support}`, index: 'igpm', everyMonths: 12, noticeDays: 7 }],
      details: { nfseBody: '$DESCRICAO', cardInstallments: 3, issueNfse: true },
      ...over,
    })
    expect([made.status, made.body]).toEqual([201, expect.anything()])
    return {
      id: number(made.body.id),
      lines: made.body.lines.map(({ id }: { id: string }) => number(id)) as number[],
      updates: made.body.readjustments.map(({ id }: { id: string }) => number(id)) as number[],
    }
  }

  const oneOff = { recurrence: null, readjustments: [] }

  /** What a template never says. */
  const begins = { title: 'Regra nova', init_date: '10/01/2026' }
  const least = ({ id, updates }: { id: number; updates: number[] }) => ({
    invoice_template_id: id,
    additional_information: begins,
    scheduled_updates: updates.map(update => ({ invoice_template_scheduled_update_id: update, init_date: '10/01/2027' })),
  })

  const rule = ({ client, rules }: Company, body: object) => client(`POST ${rules}`, { invoice_rule: body })
  const invoice = ({ client, invoices }: Company, body: object) => client(`POST ${invoices}`, { invoice: body })

  it('are listed, searched by what they are for, and shown', async () => {
    const it = await company()
    const [yearly, weekly, alone] = [
      await template(it),
      await template(it, {
        name: 'Semanal',
        recurrence: { unit: 'week' },
        due: null,
        lines: [],
        readjustments: [],
        details: null,
      }),
      await template(it, { ...oneOff, name: 'Avulso', lines: [], grossCents: 12_345 }),
    ]
    const idsOf = async (path: string) => {
      const { status, body } = await it.client(`GET ${it.templates}${path}`)
      return [status, body.invoice_templates?.map(({ id }: { id: number }) => id)]
    }
    expect(await idsOf('')).toEqual([200, [yearly.id, weekly.id, alone.id]])
    expect(await idsOf('/search?type=invoice_rule')).toEqual([200, [yearly.id, weekly.id]])
    expect(await idsOf('/search?type=invoice')).toEqual([200, [alone.id]])
    expect(await idsOf('/search')).toEqual([400, undefined])
    const shown = async ({ id }: { id: number }) => (await it.client(`GET ${it.templates}/${id}`)).body.invoice_template
    expect(await shown(weekly)).toMatchObject({
      month_quantity: null,
      period_unit: 'weekly',
      gross_value: null,
      nfe_body: null,
      receivables_additional_information: { charge_type: null, create_parcels: true },
    })
    expect(await shown(alone)).toMatchObject({ month_quantity: null, period_unit: null, gross_value: '123.45', services: [] })
    expect(await shown(yearly)).toMatchObject({
      gross_value: '64.28',
      card_installments: 3,
      services: [
        { id: yearly.lines[0], name: 'Suporte', description: '', value: '14.38' },
        { id: yearly.lines[1], name: 'Hospedagem', description: 'Servidor', value: '49.9' },
      ],
    })
  })

  it('are there only for their own organization, and until they are archived', async () => {
    const it = await company()
    const { id } = await template(it)
    const other = (await it.client('POST /api/v1/organizations', { name: 'Outra', cnpj: aCnpj() })).body.organization.id
    expect((await it.client(`GET /api/v1/organizations/${other}/invoice_templates/${id}`)).status).toBe(404)
    expect((await it.client(`GET /api/v1/organizations/${other}/invoice_templates`)).body).toEqual({ invoice_templates: [] })
    for (const unknown of [9_999_999, 0, 'x', '%20']) {
      expect(await it.client(`GET ${it.templates}/${unknown}`)).toMatchObject({ status: 404, text: '' })
    }
    const stranger = await company()
    expect((await stranger.client(`GET ${it.templates}/${id}`)).status).toBe(404)
    await it.api.post(`/v1/invoice-templates/tpl_${id}/archive`)
    expect((await it.client(`GET ${it.templates}/${id}`)).status).toBe(404)
    expect((await it.client(`GET ${it.templates}`)).body).toEqual({ invoice_templates: [] })
  })

  it('make rules of which everything else is said by the template', async () => {
    const it = await company()
    const one = await template(it)
    const made = await rule(it, least(one))
    expect([made.status, made.text]).toEqual([201, expect.anything()])
    expect(made.body.invoice_rule).toMatchObject({
      description: 'Plano',
      gross_value: '64.28',
      management_type: 'automatic',
      nfe_body: '$DESCRICAO',
      issue_nfse: true,
      finance_category: '',
      services: [
        { name: 'Suporte', description: '', units: '2.5', unit_value: '5.75', value: '14.38' },
        { name: 'Hospedagem', description: 'Servidor', value: '49.9' },
      ],
      payment_information: { payment_method: 'payment_gateway', installments: 3 },
      additional_information: { init_date: '2026-01-10', month_quantity: 12, accrual_month_quantity: 'previous_month' },
      scheduled_updates: [{ init_date: '2027-01-10', month_quantity: 12, price_index: 'igpm', days_until_update: 7 }],
      receivables_additional_information: { day_number: 12, month_quantity: 3, parcel_number: 4 },
    })
    const native = await it.api.get(`/v1/invoice-rules/rul_${made.body.invoice_rule.id}`)
    expect(native.body.templateId).toBe(`tpl_${one.id}`)
    // Whoever changes nothing of a service leaves it undescribed; whoever describes it, describes it.
    const at = `${it.rules}/${made.body.invoice_rule.id}`
    const [first] = made.body.invoice_rule.services
    const patched = async (service: object) =>
      (await it.client(`PATCH ${at}`, { services: [{ id: first.id, ...service }] })).body.invoice_rule.services[0]
    expect(await patched({ units: 3 })).toMatchObject({ description: '', units: '3.0' })
    expect(await patched({ description: 'Plantão' })).toMatchObject({ description: 'Plantão', units: '3.0' })
  })

  it('are overridden by whatever is said in their place, and null says nothing', async () => {
    const it = await company()
    const one = await template(it)
    const [support, hosting] = one.lines
    const over = await rule(it, {
      ...least(one),
      description: 'Outra',
      charge_type: 'day_quantity',
      issue_nfse: false,
      nfe_body: null,
      gross_value: null,
      notify_customer: true,
      apply_negative_updates: true,
      additional_information: { ...begins, month_quantity: '3', accrual_month_quantity: 'next_month', end_date: '31-12-2030' },
      receivables_additional_information: { day_number: 5, day_quantity: 10, parcel_number: 2, only_business_days: true },
      services: [
        { invoice_template_service_item_id: support, units: '4', unit_value: 7, description: 'Plantão' },
        { invoice_template_service_item_id: hosting, _destroy: true },
        { service_item_id: it.services.extra, units: 1, unit_value: 10, description: null },
      ],
      scheduled_updates: [
        {
          invoice_template_scheduled_update_id: one.updates[0],
          init_date: '10/01/2028',
          price_index: 'ipca',
          month_quantity: 6,
          days_until_update: 0,
          service_item_id: it.services.extra,
        },
      ],
      payment_information: { payment_method: 'billet', installments: null },
    })
    expect([over.status, over.text]).toEqual([201, expect.anything()])
    expect(over.body.invoice_rule).toMatchObject({
      description: 'Outra',
      gross_value: '38.0',
      nfe_body: '$DESCRICAO',
      issue_nfse: false,
      notify_customer: true,
      apply_negative_updates: true,
      services: [
        { name: 'Suporte', description: 'Plantão', units: '4.0', unit_value: '7.0', value: '28.0' },
        { name: 'Extra', description: '', units: '1.0', unit_value: '10.0', value: '10.0' },
      ],
      payment_information: { payment_method: 'billet', installments: null },
      additional_information: { month_quantity: 3, end_date: '2030-12-31', accrual_month_quantity: 'next_month' },
      scheduled_updates: [
        {
          init_date: '2028-01-10',
          price_index: 'ipca',
          month_quantity: 6,
          days_until_update: 0,
          service_item_id: it.services.extra,
        },
      ],
      receivables_additional_information: {
        day_number: null,
        day_quantity: 10,
        month_quantity: null,
        parcel_number: 2,
        only_business_days: true,
      },
    })
  })

  it('say which mail goes out, so that nobody need say it again to bill by itself', async () => {
    const it = await company()
    const sent = { organizationId: it.organizationId, name: 'Fatura', subject: 'Fatura', body: 'Segue.' }
    const mail = (await it.api.post('/v1/email-templates', sent)).body.id as string
    const details = { nfseBody: '$DESCRICAO', emailTemplateId: mail }
    const automatic = { management_type: 'automatic' }
    const rules = await template(it, { management: 'draft', readjustments: [], details })
    const made = await rule(it, { ...least(rules), ...automatic })
    expect(made.body.invoice_rule).toMatchObject({ ...automatic, automatic_email_template_id: number(mail) })
    // The same services twice in one contract would be billed twice.
    const twice = await rule(it, least(rules))
    expect([twice.status, twice.body.errors]).toEqual([
      422,
      { invoice_template_id: expect.stringMatching(/^já é cobrado nos mesmos dias por outra regra deste contrato/) },
    ])
    await it.client(`DELETE ${it.rules}/${made.body.invoice_rule.id}`)
    const silent = await template(it, { management: 'draft', readjustments: [] })
    const refused = await rule(it, { ...least(silent), ...automatic })
    expect(refused.body).toEqual({ errors: { automatic_email_template_id: 'não pode ficar em branco' } })
    const manual = (await rule(it, least(rules))).body.invoice_rule
    const changed = await it.client(`PATCH ${it.rules}/${manual.id}`, automatic)
    expect(changed.body.invoice_rule).toMatchObject({ ...automatic, automatic_email_template_id: number(mail) })
  })

  it('without services make rules and invoices of their gross value, or of the one that is sent', async () => {
    const it = await company()
    const bare = { lines: [], readjustments: [], grossCents: 12_345 }
    const rules = await template(it, bare)
    expect((await rule(it, least(rules))).body.invoice_rule).toMatchObject({ gross_value: '123.45', services: [] })
    expect((await rule(it, { ...least(rules), gross_value: 50 })).body.invoice_rule).toMatchObject({ gross_value: '50.0' })
    const whole = await template(it, { readjustments: [] })
    const none = { services: whole.lines.map(id => ({ invoice_template_service_item_id: id, _destroy: '1' })) }
    expect((await rule(it, { ...least(whole), ...none })).body).toEqual({ errors: { gross_value: 'não pode ficar em branco' } })
    expect((await rule(it, { ...least(whole), ...none, gross_value: '7' })).body.invoice_rule).toMatchObject({
      gross_value: '7.0',
      services: [],
    })
    const alone = await template(it, { ...oneOff, ...bare })
    const least10 = { invoice_template_id: alone.id, issue_date: '10/01/2026' }
    expect((await invoice(it, least10)).body.invoice).toMatchObject({ gross_value: '123.45', services: [] })
    expect((await invoice(it, { ...least10, gross_value: '9.99' })).body.invoice).toMatchObject({ gross_value: '9.99' })
  })

  it('make an invoice in their parcels, and the cents add up', async () => {
    const it = await company()
    const one = await template(it, oneOff)
    const made = await invoice(it, { invoice_template_id: one.id, issue_date: '10/01/2026', receivables: [] })
    expect([made.status, made.text]).toEqual([201, expect.anything()])
    expect(made.body.invoice).toMatchObject({
      description: 'Plano',
      gross_value: '64.28',
      management_type: 'manual',
      accrual_date: '2025-12-01',
      services: [{ description: '', value: '14.38' }, { description: 'Servidor' }],
      payment_information: { payment_method: 'payment_gateway', installments: 3 },
      receivables: ['12/04/2026', '12/05/2026', '12/06/2026', '12/07/2026'].map(due_date => ({
        due_date,
        value: '25.0',
        gross_value: '16.07',
      })),
    })
    const atOnce = await template(it, {
      ...oneOff,
      createParcels: false,
      due: { kind: 'day_quantity', days: 10, installments: 4 },
    })
    const asked = await invoice(it, {
      invoice_template_id: atOnce.id,
      issue_date: '10/01/2026',
      accrual_date: '',
      services: [
        { invoice_template_service_item_id: atOnce.lines[0], _destroy: true },
        { service_item_id: it.services.extra, units: 1, unit_value: '0.01' },
      ],
    })
    expect(asked.body.invoice).toMatchObject({
      accrual_date: null,
      gross_value: '49.91',
      receivables: [{ due_date: '20/01/2026', value: '100.0', gross_value: '49.91' }],
    })
    const parts = [
      { due_date: '20/01/2026', value: '33.33' },
      { due_date: '20/02/2026', value: '66.67' },
    ]
    const chosen = await invoice(it, { invoice_template_id: one.id, issue_date: '10/01/2026', receivables: parts })
    expect(chosen.body.invoice.receivables).toMatchObject([{ gross_value: '21.42' }, { gross_value: '42.86' }])
  })

  it('are billed as what was made of them says, whatever becomes of them', async () => {
    const it = await company()
    const { id, updates } = await template(it, { recurrence: { unit: 'month', every: 1 }, readjustments: [] })
    await rule(it, least({ id, updates }))
    await it.api.patch(`/v1/invoice-templates/tpl_${id}`, { name: 'Outro', lines: [], grossCents: 1 }, { version: 1 })
    await it.api.moveClock('2026-01-11T12:00:00Z')
    const { invoices } = (await it.client(`GET ${it.invoices}`)).body
    expect(invoices).toMatchObject([
      {
        gross_value: '64.28',
        state: 'to_receive',
        services: [{ name: 'Suporte', description: '' }, { description: 'Servidor' }],
        receivables: ['12/04/2026', '12/05/2026', '12/06/2026', '12/07/2026'].map(due_date => ({
          due_date,
          gross_value: '16.07',
        })),
      },
    ])
  })

  const blank = 'não pode ficar em branco'
  const noMonths = 'valor deve ser 1, 2, 3, 6 ou 12 (em meses)'

  test.each<[what: string, over: (one: { lines: number[]; updates: number[] }, it: Company) => object, errors: object]>([
    [
      'without what the rule is called and when it begins',
      () => ({ additional_information: null }),
      { additional_information: blank },
    ],
    [
      'without a title or a first day',
      () => ({ additional_information: { month_quantity: 3 } }),
      { 'additional_information.title': blank, 'additional_information.init_date': blank },
    ],
    [
      'every fourth month',
      () => ({ additional_information: { ...begins, month_quantity: 4 } }),
      { 'additional_information.month_quantity': noMonths },
    ],
    [
      'every so many months that it is no number',
      () => ({ additional_information: { ...begins, month_quantity: 'x' } }),
      { 'additional_information.month_quantity': noMonths },
    ],
    ['with nothing for the note to say', () => ({ nfe_body: '' }), { nfe_body: blank }],
    [
      'with a day in no month',
      () => ({ receivables_additional_information: { day_number: 32 } }),
      { 'receivables_additional_information.day_number': 'O valor deve ser inteiro, de 1 a 31.' },
    ],
    [
      'with numbers that are none',
      ({ lines: [line] }) => ({
        receivables_additional_information: { day_number: 'dez' },
        services: [{ invoice_template_service_item_id: line, units: 'x', unit_value: 'caro' }],
      }),
      {
        'receivables_additional_information.day_number': 'deve ser numérico',
        'services.units': 'deve ser numérico',
        'services.unit_value': 'deve ser numérico',
      },
    ],
    [
      'by days that nobody counted',
      () => ({ charge_type: 'day_quantity' }),
      { 'receivables_additional_information.day_quantity': 'não pode ficar em branco' },
    ],
    ['in a way that there is not', () => ({ charge_type: 'amanhã' }), { charge_type: 'não está incluído na lista' }],
    ['with a service that is none', () => ({ services: [{ units: 1, unit_value: 1 }] }), { 'services.service_item_id': blank }],
    [
      'with a service that nobody has',
      () => ({ services: [{ service_item_id: 999, units: 1, unit_value: 1 }] }),
      { 'services.service_item_id': 'não existe' },
    ],
    ['with a readjustment that has no day', () => ({ scheduled_updates: [] }), { 'scheduled_updates.init_date': blank }],
    [
      'with a readjustment without its day',
      ({ updates: [update] }) => ({ scheduled_updates: [{ invoice_template_scheduled_update_id: update }] }),
      { 'scheduled_updates.init_date': blank },
    ],
    [
      'with an index that there is not',
      ({ updates: [update] }) => ({
        scheduled_updates: [{ invoice_template_scheduled_update_id: update, init_date: '10/01/2027', price_index: 'selic' }],
      }),
      { 'scheduled_updates.price_index': 'não está incluído na lista' },
    ],
    [
      'with two readjustments of everything',
      ({ updates: [update] }) => ({
        scheduled_updates: [
          { invoice_template_scheduled_update_id: update, _destroy: true },
          { init_date: '10/01/2027', month_quantity: 12, price_index: 'igpm' },
          { init_date: '10/01/2027', month_quantity: 12, price_index: 'ipca' },
        ],
      }),
      { 'scheduled_updates.service_item_id': 'não pode ter mais de um reajuste sem serviço' },
    ],
    [
      'with a readjustment beside those, without its index and rhythm',
      ({ updates: [update] }) => ({
        scheduled_updates: [
          { invoice_template_scheduled_update_id: update, init_date: '10/01/2027' },
          { init_date: '10/01/2027' },
        ],
      }),
      { 'scheduled_updates.price_index': blank, 'scheduled_updates.month_quantity': noMonths },
    ],
    [
      'with one service of the template said twice, which it could not choose between',
      ({ lines: [line] }) => ({
        services: [
          { invoice_template_service_item_id: line, units: 3 },
          { invoice_template_service_item_id: line, units: 4 },
        ],
      }),
      { 'services.invoice_template_service_item_id': 'foi informado mais de uma vez' },
    ],
    [
      'with one readjustment of the template said twice',
      ({ updates: [update] }) => ({
        scheduled_updates: [
          { invoice_template_scheduled_update_id: update, init_date: '10/01/2027' },
          { invoice_template_scheduled_update_id: update, _destroy: true },
        ],
      }),
      { 'scheduled_updates.invoice_template_scheduled_update_id': 'foi informado mais de uma vez' },
    ],
    [
      'with a readjustment of a service that goes',
      ({ lines: [line] }) => ({ services: [{ invoice_template_service_item_id: line, _destroy: true }] }),
      { 'scheduled_updates.service_item_id': 'deve estar presente na regra' },
    ],
  ])('no rule is made %s', async (_, over, errors) => {
    const it = await company()
    const one = await template(it)
    const reply = await rule(it, { ...least(one), ...over(one, it) })
    expect([reply.status, reply.body]).toEqual([422, { errors }])
    expect((await it.client(`GET ${it.rules}`)).body).toEqual({ invoice_rules: [] })
  })

  it('that are not there make nothing, nor do those of another kind', async () => {
    const it = await company()
    const [recurring, alone] = [await template(it), await template(it, oneOff)]
    const day = { issue_date: '10/01/2026' }
    await it.api.post('/v1/organizations', {
      legalName: 'Outra',
      cnpj: aCnpj(),
      taxRegime: 'simples_nacional',
    })
    const { data } = (await it.api.get('/v1/organizations')).body
    const otherId = data.find(({ id }: { id: string }) => id !== it.organizationId).id
    const other = await template({ ...it, organizationId: otherId })
    const archived = await template(it)
    await it.api.post(`/v1/invoice-templates/tpl_${archived.id}/archive`)
    const stranger = await company()
    let foreign = await template(stranger)
    while (foreign.id <= archived.id) foreign = await template(stranger)
    for (const id of [9_999_999, 'nenhum', -1, 0, foreign.id, other.id, archived.id]) {
      const named = { ...least(recurring), invoice_template_id: id }
      expect([id, (await rule(it, named)).status, (await rule(it, named)).text]).toEqual([id, 404, ''])
      const ofNone = await invoice(it, { ...day, ...named })
      expect([id, ofNone.status, ofNone.text]).toEqual([id, 404, ''])
    }
    const [line, update] = [{ invoice_template_service_item_id: 999_999 }, { invoice_template_scheduled_update_id: 999_999 }]
    for (const reply of [
      await rule(it, { ...least(recurring), services: [line] }),
      await rule(it, { ...least(recurring), scheduled_updates: [update] }),
      await invoice(it, { ...day, invoice_template_id: alone.id, services: [line] }),
    ]) {
      expect([reply.status, reply.text]).toEqual([404, ''])
    }
    // Of another template, it is none of this one.
    const [ofOther] = alone.lines
    const theirs = [{ invoice_template_service_item_id: ofOther }]
    expect((await rule(it, { ...least(recurring), services: theirs })).status).toBe(404)

    expect((await rule(it, { ...least(alone), scheduled_updates: [] })).body).toEqual({
      errors: { invoice_template_id: 'não pode ter periodicidade "uma única vez"' },
    })
    expect((await invoice(it, { ...day, invoice_template_id: recurring.id })).body).toEqual({
      errors: { invoice_template_id: 'deve ter periodicidade "uma única vez"' },
    })
    expect((await it.client(`GET ${it.rules}`)).body).toEqual({ invoice_rules: [] })
    expect((await it.client(`GET ${it.invoices}`)).body).toEqual({ invoices: [] })
  })

  it('make no invoice that is not the whole', async () => {
    const it = await company()
    const { id } = await template(it, oneOff)
    const silent = await template(it, { ...oneOff, due: null, description: null, details: null })
    const incomplete = await template(it, { ...oneOff, due: { kind: 'day_quantity' } })
    const refused = async (body: object) => {
      const reply = await invoice(it, { invoice_template_id: id, issue_date: '10/01/2026', ...body })
      return [reply.status, reply.body?.errors]
    }
    const thirds = [1, 2, 3].map(month => ({ due_date: `20/0${month}/2026`, value: '33.33' }))
    expect(await refused({ receivables: thirds })).toEqual([422, { receivables: 'Os vencimentos não totalizam 100%.' }])
    expect(await refused({ issue_date: null })).toEqual([422, { issue_date: blank }])
    expect(await refused({ invoice_template_id: silent.id })).toEqual([
      422,
      { description: blank, nfe_body: blank, receivables: blank },
    ])
    expect(await refused({ invoice_template_id: incomplete.id })).toEqual([422, { receivables: blank }])
    expect(await refused({ receivables: [{ due_date: '01/01/2026' }] })).toMatchObject([
      422,
      { 'receivables.due_date': expect.anything() },
    ])
    // By percent where both are said, as without a template.
    const both = [{ due_date: '20/01/2026', value: 100, gross_value: '1' }]
    const made = await invoice(it, { invoice_template_id: id, issue_date: '10/01/2026', receivables: both })
    expect(made.body.invoice.receivables).toMatchObject([{ value: '100.0', gross_value: '64.28' }])
  })
})
