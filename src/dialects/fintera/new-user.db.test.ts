import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { aCnpj } from '../../../test/fixtures/contracts.ts'
import { testApi } from '../../../test/http/test-api.ts'
import { vendorApi } from '../../../test/http/vendor-api.ts'
import { instant } from '../../core/dates.ts'

eachEngine('a client of Fintera who does not know it yet', database => {
  async function company() {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2026-01-05T12:00:00Z') })
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id as number
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
    const at = `/api/v1/contracts/${contract}`
    const errorsOf = async (request: string, body?: unknown) => {
      const reply = await client(request, body)
      return [reply.status, reply.body?.errors]
    }
    const services = [{ service_item_id: service, units: 1, unit_value: 40 }]
    return { api, client, organization, customer, service, services, contract, at, errorsOf }
  }
  type Company = Awaited<ReturnType<typeof company>>

  const rule = {
    description: 'Plano',
    nfe_body: '$DESCRICAO',
    charge_type: 'day_quantity',
    gross_value: 50,
    additional_information: {
      title: 'Plano',
      init_date: '10/01/2026',
      month_quantity: 1,
      accrual_month_quantity: 'same_month',
    },
    receivables_additional_information: { day_quantity: 5 },
  }
  const invoice = {
    issue_date: '05/01/2026',
    description: 'Avulsa',
    nfe_body: '$DESCRICAO',
    gross_value: 50,
    receivables: [{ due_date: '20/01/2026' }],
  }

  async function emitted(it: Company, over: object = {}) {
    const made = (await it.client(`POST ${it.at}/invoices`, { invoice: { ...invoice, ...over } })).body.invoice
    await it.api.post(`/v1/invoices/inv_${made.id}/emit`)
    return made
  }

  const noList = ['x', [1], 5, true, { a: 1 }, [[]], [{ a: 1 }, 'x']]
  const noObject = ['x', [1], 5, false]

  test('is told of what is no list and no object, instead of being billed without it', async () => {
    const it = await company()
    const wrongOf = (lists: string[], objects: string[]) => [
      ...lists.flatMap(name => noList.map(value => [name, value] as const)),
      ...objects.flatMap(name => noObject.map(value => [name, value] as const)),
    ]
    const lists = ['services', 'attachments', 'scheduled_updates']
    const objects = ['payment_information', 'additional_information', 'receivables_additional_information']
    const [made, there] = [
      (await it.client(`POST ${it.at}/invoices`, { ...invoice, services: it.services })).body.invoice,
      (await it.client(`POST ${it.at}/invoice_rules`, { ...rule, services: it.services })).body.invoice_rule,
    ]
    for (const [name, value] of wrongOf(['services', 'attachments', 'receivables'], ['payment_information'])) {
      const expected = [422, expect.objectContaining({ [name]: 'inválido' })]
      expect(await it.errorsOf(`POST ${it.at}/invoices`, { ...invoice, [name]: value }), `${name} ${value}`).toEqual(expected)
      expect(await it.errorsOf(`PATCH ${it.at}/invoices/${made.id}`, { [name]: value }), `${name} ${value}`).toEqual(expected)
    }
    for (const [name, value] of wrongOf(lists, objects)) {
      const expected = [422, expect.objectContaining({ [name]: 'inválido' })]
      expect(await it.errorsOf(`POST ${it.at}/invoice_rules`, { ...rule, [name]: value }), `${name} ${value}`).toEqual(expected)
      const change = await it.errorsOf(`PATCH ${it.at}/invoice_rules/${there.id}`, { invoice_rule: { [name]: value } })
      expect(change, `${name} ${value}`).toEqual(expected)
    }
    const plans = `POST /api/v1/organizations/${it.organization}/plans`
    const plan = { name: 'Básico', price: 31, billing_period: 1 }
    for (const [name, value] of wrongOf(['products', 'features'], [])) {
      expect(await it.errorsOf(plans, { ...plan, [name]: value })).toEqual([422, { [name]: 'inválido' }])
    }
    const { id } = (await it.client(plans, plan)).body.plan
    for (const value of noObject) {
      expect(await it.errorsOf('POST /api/v1/subscriptions', { plan_id: id, customer: value })).toEqual([
        422,
        { customer: ['inválido'] },
      ])
      const customer = { name: 'Loja', document: aCnpj(), address_information: value }
      expect(await it.errorsOf('POST /api/v1/subscriptions', { plan_id: id, customer })).toEqual([
        422,
        { customer: { address_information: ['inválido'] } },
      ])
    }
    expect((await it.client(`GET ${it.at}/invoice_rules`)).body.invoice_rules).toHaveLength(1)
  })

  test('is told of a form that is none, and of an entry that nothing can be', async () => {
    const it = await company()
    const made = (await it.client(`POST ${it.at}/invoices`, { ...invoice, services: it.services })).body.invoice
    const there = (await it.client(`POST ${it.at}/invoice_rules`, { ...rule, services: it.services })).body.invoice_rule
    for (const value of ['x', [1], 5]) {
      expect(await it.errorsOf(`PATCH ${it.at}/invoices/${made.id}`, { invoice: value })).toEqual([422, { invoice: 'inválido' }])
      expect(await it.errorsOf(`PATCH ${it.at}/invoice_rules/${there.id}`, { invoice_rule: value })).toEqual([
        422,
        { invoice_rule: 'inválido' },
      ])
    }
    expect(await it.errorsOf(`PATCH ${it.at}/invoices/${made.id}`, [1])).toEqual([422, { base: 'inválido' }])
    // Beside the one that stands there it would be billed twice.
    const again = { services: [{ id: 'x', ...it.services[0] }] }
    expect(await it.errorsOf(`PATCH ${it.at}/invoices/${made.id}`, again)).toEqual([422, { 'services.id': 'inválido' }])
    expect(await it.errorsOf(`PATCH ${it.at}/invoice_rules/${there.id}`, again)).toEqual([422, { 'services.id': 'inválido' }])
  })

  test('may send nothing in each of the ways in which languages write it', async () => {
    const it = await company()
    for (const nothing of [null, '', ' ', [], {}, [null]]) {
      const lists = { services: nothing, attachments: nothing }
      expect((await it.client(`POST ${it.at}/invoices`, { ...invoice, ...lists })).status, JSON.stringify(nothing)).toBe(201)
      const rules = { ...rule, ...lists, scheduled_updates: nothing }
      expect((await it.client(`POST ${it.at}/invoice_rules`, rules)).status, JSON.stringify(nothing)).toBe(201)
    }
    for (const nothing of [null, '', [], {}]) {
      const made = await it.client(`POST ${it.at}/invoices`, { ...invoice, payment_information: nothing })
      expect([made.status, made.body.invoice?.payment_information.payment_method]).toEqual([201, 'billet'])
    }
    const asForm = { services: { 0: it.services[0] } }
    const made = await it.client(`POST ${it.at}/invoices`, { ...invoice, ...asForm })
    expect(made.body.invoice.services).toMatchObject([{ value: '40.0' }])
  })

  test('says how many and at which price, of each service that comes new', async () => {
    const it = await company()
    const none = { 'services.units': 'deve ser numérico', 'services.unit_value': 'deve ser numérico' }
    const services = [{ service_item_id: it.service }]
    expect(await it.errorsOf(`POST ${it.at}/invoices`, { ...invoice, services })).toEqual([422, none])
    expect(await it.errorsOf(`POST ${it.at}/invoice_rules`, { ...rule, services })).toEqual([422, none])
    for (const [name, value] of [
      ['units', null],
      ['units', ''],
      ['units', 'x'],
      ['unit_value', null],
      ['unit_value', 'x'],
    ] as const) {
      const half = [{ ...it.services[0], [name]: value }]
      const told = { [`services.${name}`]: 'deve ser numérico' }
      expect(await it.errorsOf(`POST ${it.at}/invoices`, { ...invoice, services: half })).toEqual([422, told])
    }
    const made = (await it.client(`POST ${it.at}/invoices`, { ...invoice, services: it.services })).body.invoice
    const there = (await it.client(`POST ${it.at}/invoice_rules`, { ...rule, services: it.services })).body.invoice_rule
    const [one, other] = [`${it.at}/invoices/${made.id}`, `${it.at}/invoice_rules/${there.id}`]
    expect(await it.errorsOf(`PATCH ${one}`, { services })).toEqual([422, none])
    expect(await it.errorsOf(`PATCH ${other}`, { services })).toEqual([422, none])
    // What stands there keeps what is not said of it.
    const twice = (id: number) => ({ services: [{ id, units: 2, unit_value: null }] })
    expect((await it.client(`PATCH ${one}`, twice(made.services[0].id))).body.invoice.gross_value).toBe('80.0')
    expect((await it.client(`PATCH ${other}`, twice(there.services[0].id))).body.invoice_rule.gross_value).toBe('80.0')
  })

  test('finds no number twice among services, and among ways of paying', async () => {
    const it = await company()
    const rules = (await it.client(`POST ${it.at}/invoice_rules`, { ...rule, services: it.services })).body.invoice_rule
    const made = (await it.client(`POST ${it.at}/invoices`, { ...invoice, services: it.services })).body.invoice
    expect(rules.id).toBe(made.id)
    expect(rules.services[0].id).not.toBe(made.services[0].id)
    expect(rules.payment_information.id).not.toBe(made.payment_information.id)
  })

  test('cannot delete what something that was billed hangs on', async () => {
    const it = await company()
    const service = `DELETE /api/v1/service_items/${it.service}`
    const usedService = [422, 'O serviço não pode ser excluído: há regras ou faturamentos com ele.']
    const made = (await it.client(`POST ${it.at}/invoice_rules`, { ...rule, services: it.services })).body.invoice_rule
    expect(await it.errorsOf(service)).toEqual(usedService)
    expect((await it.client(`DELETE ${it.at}/invoice_rules/${made.id}`)).status).toBe(204)
    const draft = (await it.client(`POST ${it.at}/invoices`, { ...invoice, services: it.services })).body.invoice
    expect(await it.errorsOf(service)).toEqual(usedService)
    expect((await it.client(`DELETE ${it.at}/invoices/${draft.id}`)).status).toBe(204)
    const issued = await emitted(it, { services: it.services })
    expect(await it.errorsOf(service)).toEqual(usedService)
    expect(await it.errorsOf(`DELETE ${it.at}`)).toEqual([422, 'O contrato não pode ser excluído: há faturamentos nele.'])
    const party = `DELETE /api/v1/companies/${it.customer}`
    const organization = `DELETE /api/v1/organizations/${it.organization}`
    const parties = async () => [(await it.errorsOf(party))[1], (await it.errorsOf(organization))[1]]
    const used = [
      'A empresa não pode ser excluída: há contratos ou faturamentos com ela.',
      'A organização não pode ser excluída: há contratos ou faturamentos dela.',
    ]
    expect(await parties()).toEqual(used)
    // The contract is over; what was billed of it is not.
    const { version } = (await it.api.get(`/v1/contracts/ctr_${it.contract}`)).body
    await it.api.post(`/v1/contracts/ctr_${it.contract}/cancel`, { reason: 'Fim' }, { version })
    expect(await parties()).toEqual(used)
    await it.api.post(`/v1/invoices/inv_${issued.id}/cancel`, { reason: 'Engano' })
    expect(await it.errorsOf(service)).toEqual(usedService)
  })

  test('nor whom somebody owes, or paid, without an invoice', async () => {
    const it = await company()
    const { id } = (await it.client('POST /api/v1/companies', { name: 'Outro', cnpj: aCnpj() })).body.company
    const organizationId = (await it.api.get('/v1/organizations')).body.data[0].id
    const owed = { organizationId, customerId: `cus_${id}`, amountCents: 500, dueOn: '2026-01-05', description: 'Taxa' }
    expect((await it.api.post('/v1/schedules', owed)).status).toBe(201)
    expect(await it.errorsOf(`DELETE /api/v1/companies/${id}`)).toEqual([
      422,
      'A empresa não pode ser excluída: há contratos ou faturamentos com ela.',
    ])
  })

  test('deletes what nothing was ever billed of', async () => {
    const it = await company()
    const other = (await it.client('POST /api/v1/service_items', { name: 'Hora', description: 'x' })).body.service_item.id
    expect((await it.client(`DELETE /api/v1/service_items/${other}`)).status).toBe(204)
    expect((await it.client(`DELETE ${it.at}`)).status).toBe(204)
    expect((await it.client(`DELETE /api/v1/companies/${it.customer}`)).status).toBe(204)
    expect((await it.client(`DELETE /api/v1/organizations/${it.organization}`)).status).toBe(204)
    expect((await it.client(`DELETE /api/v1/service_items/${it.service}`)).status).toBe(204)
  })

  test('receives nothing without a word on how much and when, and no second time', async () => {
    const it = await company()
    const { receivables } = await emitted(it)
    const at = `PATCH ${it.at}/receivables/${receivables[0].id}/receive`
    const neither = {
      received_value: 'não pode ficar em branco',
      received_at: 'não pode ficar em branco',
    }
    for (const body of [{}, { receivable: {} }, { received_value: null, received_at: ' ' }, undefined, { valor: 50 }]) {
      expect(await it.errorsOf(at, body)).toEqual([422, neither])
    }
    expect((await it.client(at, { received_at: '05/01/2026' })).body.receivable).toMatchObject({
      received_value: '50.0',
      received_at: '05/01/2026',
    })
    expect(await it.errorsOf(at, { received_value: 50, received_at: '05/01/2026' })).toEqual([
      422,
      'O vencimento já foi recebido: se o recebimento está errado, desfaça-o (undo_receipt) e receba de novo.',
    ])
  })

  test('who takes a service out of a template is told of the readjustment that stays without it', async () => {
    const it = await company()
    const organizationId = (await it.api.get('/v1/organizations')).body.data[0].id
    const template = (
      await it.api.post('/v1/invoice-templates', {
        organizationId,
        name: 'Modelo',
        recurrence: { unit: 'month', every: 1 },
        description: 'Plano',
        due: { kind: 'day_quantity', days: 5 },
        lines: [{ serviceItemId: `svc_${it.service}`, unitPrice: '10' }],
        readjustments: [{ serviceItemId: `svc_${it.service}`, index: 'igpm', everyMonths: 12 }],
        details: { nfseBody: 'x' },
      })
    ).body
    const numberOf = (id: string) => Number(id.replace(/^\w+_/, ''))
    const ofTemplate = {
      invoice_template_id: numberOf(template.id),
      gross_value: 50,
      additional_information: { title: 'De modelo', init_date: '10/01/2026' },
      services: [{ invoice_template_service_item_id: numberOf(template.lines[0].id), _destroy: true }],
    }
    expect(await it.errorsOf(`POST ${it.at}/invoice_rules`, { invoice_rule: ofTemplate })).toEqual([
      422,
      {
        'scheduled_updates.service_item_id': 'deve estar presente na regra',
        'scheduled_updates.init_date': 'não pode ficar em branco',
      },
    ])
  })
})
