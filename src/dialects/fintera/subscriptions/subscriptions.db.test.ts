import { expect, it } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { aCnpj } from '../../../../test/fixtures/contracts.ts'
import { type TestApi, testApi } from '../../../../test/http/test-api.ts'
import { vendorApi } from '../../../../test/http/vendor-api.ts'
import { instant } from '../../../core/dates.ts'

const asClient = (api: TestApi, key = api.key) => vendorApi(api, { authorization: `Token token=${key}` })
const plan = { name: 'Básico', description: 'Para começar', price: 31, billing_period: 1, charging_method: 'pre_paid' }

eachEngine('a client of Fintera and its subscriptions', database => {
  async function company() {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2026-01-01T15:00:00.000Z') })
    const client = asClient(api)
    const { organization } = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body
    const plans = `/api/v1/organizations/${organization.id}/plans`
    const make = async (body: object = {}) => {
      const { status, body: answer, text } = await client(`POST ${plans}`, { plan: { ...plan, ...body } })
      expect([status, text]).toEqual([201, expect.anything()])
      return answer.plan
    }
    const subscribe = async (planId: number, customer: object = {}) => {
      const whole = { name: 'Loja Um', email: 'a@loja.com.br', document: aCnpj(), type: 'Company', ...customer }
      const reply = await client('POST /api/v1/subscriptions', { subscription: { plan_id: planId, customer: whole } })
      expect([reply.status, reply.text]).toEqual([201, expect.anything()])
      return reply.body.subscription
    }
    const change = (token: string, to: unknown) =>
      client(`PATCH /api/v1/subscriptions/${token}/change_plan`, { subscription: { new_plan_id: to } })
    const show = async (token: string) => (await client(`GET /api/v1/subscriptions/token/${token}`)).body.subscription
    return { api, client, organization, plans, make, subscribe, change, show }
  }

  it('is billed by the plan, credited and debited by a change of it, and says until when it is valid', async () => {
    const it = await company()
    const [small, large] = [await it.make(), await it.make({ name: 'Completo', price: '62,00' })]
    const made = await it.subscribe(small.id)
    expect(made).toMatchObject({ status: 'established', state: 'active', end_date: null, valid_until: null })
    await it.api.moveClock('2026-01-17T15:00:00.000Z')
    expect(await it.show(made.token)).toMatchObject({ valid_until: '01/02/2026' })
    const changed = await it.change(made.token, large.id)
    expect(changed).toMatchObject({
      status: 200,
      body: { subscription: { name: 'Assinatura Loja Um - Completo', plan: { id: large.id, price: '62.0' } } },
    })
    await it.api.moveClock('2026-02-02T15:00:00.000Z')
    const { invoices } = (await it.client(`GET /api/v1/contracts/${made.id}/invoices`)).body
    // Fifteen of thirty-one days, once for 1 real each and once for 2.
    expect(invoices.map(({ gross_value, payment_value }: Record<string, string>) => [gross_value, payment_value])).toEqual([
      ['77.0', '77.0'],
      ['31.0', '31.0'],
    ])
    // A plan that has only a price has no service that they know of.
    expect(invoices[1].services).toEqual([])
    expect((await it.client('GET /api/v1/service_items')).body.service_items).toEqual([])
    const cancelled = await it.client(`PATCH /api/v1/subscriptions/${made.token}/cancel`)
    expect(cancelled.body.subscription).toMatchObject({ status: 'cancelled', state: 'inactive', valid_until: '01/03/2026' })
    expect(await it.client(`PATCH /api/v1/subscriptions/${made.token}/cancel`)).toMatchObject({
      status: 422,
      body: { errors: expect.any(String) },
    })
    expect((await it.change(made.token, small.id)).status).toBe(422)
  })

  it('is called on paper as the plan that is billed, whatever becomes of its name', async () => {
    const it = await company()
    const [small, large] = [await it.make({ name: 'Plano Básico' }), await it.make({ name: 'Completo', price: 62 })]
    const services = async () =>
      (await it.api.get('/v1/service-items')).body.data.map(({ name }: { name: string }) => name).toSorted()
    expect(await services()).toEqual(['Completo', 'Plano Básico'])
    await it.client(`PATCH ${it.plans}/${large.id}`, { name: 'Plano Completo' })
    expect(await services()).toEqual(['Plano Básico', 'Plano Completo'])
    const made = await it.subscribe(small.id)
    await it.api.moveClock('2026-01-02T15:00:00.000Z')
    const [invoice] = (await it.api.get(`/v1/invoices?contract=ctr_${made.id}`)).body.data
    const { lines } = (await it.api.get(`/v1/invoices/${invoice.id}`)).body
    const { name } = (await it.api.get(`/v1/service-items/${lines[0].serviceItemId}`)).body
    expect([lines[0].description, name]).toEqual(['Plano Básico', 'Plano Básico'])
  })

  it('is a contract to whoever asks for contracts, found by the name that is shown', async () => {
    const it = await company()
    const { id: planId } = await it.make({ has_trial: true, trial_period: 10, cobrato_payment_gateway_charge_config_id: '7' })
    const made = await it.subscribe(planId)
    await it.subscribe(planId, { name: 'Loja Dois' })
    const { contracts } = (await it.client(`GET /api/v1/organizations/${it.organization.id}/contracts`)).body
    expect(contracts).toMatchObject([
      {
        id: made.id,
        name: 'Assinatura Loja Um - Básico',
        customer_type: 'Company',
        registration_method: 'subscription',
        status: 'trial',
        valid_until: '11/01/2026',
        cobrato_payment_gateway_charge_config_id: 7,
        plan: { id: planId, has_trial: true, trial_period: 10 },
      },
      { name: 'Assinatura Loja Dois - Básico' },
    ])
    const found = async (name: string, more = '') => {
      const { body } = await it.client(`GET /api/v1/contracts/search?name=${encodeURIComponent(name)}${more}`)
      return body.contracts.map((contract: { name: string }) => contract.name)
    }
    expect(await found('Assinatura Loja Um')).toEqual(['Assinatura Loja Um - Básico'])
    expect(await found('- Básico')).toHaveLength(2)
    expect(await found('- Básico', `&customer_id=${made.customer_id}`)).toHaveLength(1)
    // With us its name is the plan's, which no text that is shown holds.
    expect(await found('Assinatura Básico')).toEqual([])
    const native = async () => (await it.api.get(`/v1/contracts/ctr_${made.id}`)).body
    await it.client(`PATCH /api/v1/contracts/${made.id}`, { name: made.name, title: made.title, comments: 'VIP' })
    expect(await native()).toMatchObject({ name: 'Assinatura Básico', comments: 'VIP' })
    await it.client(`PATCH /api/v1/contracts/${made.id}`, { name: 'Loja principal' })
    expect(await it.show(made.token)).toMatchObject({ name: 'Loja principal', title: made.title, comments: 'VIP' })
  })

  it('forgets the name of a person who is erased', async () => {
    const it = await company()
    const { id: planId } = await it.make()
    const person = { type: 'Person', name: 'Ana de Tal', document: '111.444.777-35', email: 'ana@tal.com.br' }
    const made = await it.subscribe(planId, person)
    expect(made.name).toBe('Assinatura Ana de Tal - Básico')
    await it.client(`PATCH /api/v1/subscriptions/${made.token}/cancel`, undefined, { 'idempotency-key': 'uma' })
    await it.client(`PATCH /api/v1/contracts/${made.id}`, { comments: 'VIP' }, { 'idempotency-key': 'outra' })
    await it.api.moveClock('2026-01-03T15:00:00.000Z')
    const erased = await it.api.post(`/v1/customers/cus_${made.customer_id}/erase`)
    expect([erased.status, erased.body]).toEqual([200, expect.anything()])
    expect(JSON.stringify(await it.show(made.token))).not.toContain('Ana')
    // Nor do answers that are kept say it.
    const body = { comments: 'VIP' }
    const kept = await it.client(`PATCH /api/v1/contracts/${made.id}`, body, { 'idempotency-key': 'outra' })
    expect(kept.text).not.toContain('Ana')
  })

  it('makes customer and subscription or neither, once per Idempotency-Key, by a key that may do both', async () => {
    const it = await company()
    const { id: planId } = await it.make()
    const body = { plan_id: planId, customer: { name: 'Loja', document: aCnpj() } }
    const narrow = await it.api.keyWith(['contracts:write', 'contracts:read'])
    expect((await asClient(it.api, narrow)('POST /api/v1/subscriptions', body)).status).toBe(403)
    await it.api.post(`/v1/plans/pln_${planId}/archive`)
    expect((await it.client('POST /api/v1/subscriptions', body)).status).toBe(404)
    await it.api.post(`/v1/plans/pln_${planId}/unarchive`)
    await it.api.post('/v1/service-items/svc_1/archive')
    expect(await it.client('POST /api/v1/subscriptions', body)).toMatchObject({
      status: 422,
      body: { errors: { plan_id: ['No plano: Este serviço está arquivado.'] } },
    })
    expect((await it.client('GET /api/v1/companies')).body.companies).toEqual([])
    await it.api.post('/v1/service-items/svc_1/unarchive')
    const key = { 'idempotency-key': 'uma' }
    const [first, again] = [
      await it.client('POST /api/v1/subscriptions', body, key),
      await it.client('POST /api/v1/subscriptions', body, key),
    ]
    expect([first.status, again.text]).toEqual([201, first.text])
    expect((await it.client('GET /api/v1/companies')).body.companies).toHaveLength(1)
  })

  it('sees nothing of another account, nor another organization’s plans', async () => {
    const [ours, theirs] = [await company(), await company()]
    const made = await theirs.subscribe((await theirs.make()).id)
    for (const request of [
      `GET /api/v1/subscriptions/token/${made.token}`,
      `PATCH /api/v1/subscriptions/${made.token}/cancel`,
      `PATCH /api/v1/subscriptions/${made.token}/change_plan`,
    ]) {
      const reply = await ours.client(request)
      expect([reply.status, reply.text], request).toEqual([404, ''])
    }
    const { organization } = (await ours.client('POST /api/v1/organizations', { name: 'Outra', cnpj: aCnpj() })).body
    const own = await ours.make()
    const elsewhere = `/api/v1/organizations/${organization.id}/plans`
    expect((await ours.client(`GET ${elsewhere}`)).body).toEqual({ plans: [] })
    expect((await ours.client(`PATCH ${elsewhere}/${own.id}`, { name: 'X' })).status).toBe(404)
    expect((await ours.client(`DELETE ${elsewhere}/${own.id}`)).status).toBe(404)
    const other = (await ours.client(`POST ${elsewhere}`, plan)).body.plan
    const subscription = await ours.subscribe(own.id)
    for (const id of [other.id, 0, -1, 'x', '9'.repeat(30), null, {}, undefined]) {
      const reply = await ours.change(subscription.token, id)
      expect([reply.status, reply.text], String(id)).toEqual([404, ''])
    }
    expect(await ours.change(subscription.token, String(own.id))).toMatchObject({
      status: 422,
      body: { errors: 'A assinatura já é deste plano; escolha outro.' },
    })
    // Whoever deletes a plan leaves those in peace who have it.
    expect((await ours.client(`DELETE ${ours.plans}/${own.id}`)).status).toBe(204)
    expect((await ours.client(`GET ${ours.plans}`)).body).toEqual({ plans: [] })
    expect((await ours.client(`DELETE ${ours.plans}/${own.id}`)).status).toBe(404)
    expect(await ours.show(subscription.token)).toMatchObject({ plan: { id: own.id } })
  })

  it('refuses plans that cannot be, each fault at its field', async () => {
    const it = await company()
    const refused = async (body: object) => {
      const { status, body: answer } = await it.client(`POST ${it.plans}`, { ...plan, ...body })
      return [status, answer?.errors]
    }
    const months = 'valor deve ser 1, 2, 3, 6 ou 12 (em meses)'
    for (const [body, errors] of [
      [{ name: { a: 1 } }, { name: 'inválido' }],
      [{ name: 'x'.repeat(201) }, { name: 'é muito longo (máximo: 200 caracteres)' }],
      [{ price: 'decimal' }, { price: 'deve ser numérico' }],
      [{ price: '' }, { price: 'não pode ficar em branco' }],
      [{ price: -1 }, { price: 'deve ser maior ou igual a 0' }],
      [{ price: 10.001 }, { price: 'O preço tem no máximo duas casas decimais.' }],
      [{ price: 100_000_000 }, { price: 'O preço passa de R$ 99.999.999,99, o máximo de um boleto.' }],
      [{ billing_period: 4 }, { billing_period: months }],
      [{ billing_period: 'x' }, { billing_period: months }],
      [{ charging_method: 'later' }, { charging_method: 'não está incluído na lista' }],
      [{ has_trial: true }, { trial_period: 'deve ser maior que 0' }],
      [{ trial_period: 366 }, { trial_period: 'deve estar entre 0 e 365' }],
      [{ allow_installments: true }, { installments_limit: 'Para parcelar, o limite é de ao menos 2 parcelas.' }],
      [{ installments_limit: -3 }, { installments_limit: 'deve estar entre 0 e 120' }],
      [
        { readjustment_will_be_created: true },
        { price_index: 'não pode ficar em branco', readjustment_month_quantity: 'não pode ficar em branco' },
      ],
      [
        { readjustment_will_be_created: true, price_index: 'selic', readjustment_month_quantity: 4 },
        { price_index: 'não está incluído na lista', readjustment_month_quantity: months },
      ],
      [
        { readjustment_will_be_created: true, price_index: 'igpm', readjustment_month_quantity: 4 },
        { readjustment_month_quantity: months },
      ],
      [{ products: [{ units: 1, unit_value: 1 }] }, { 'products.service_item_id': 'não pode ficar em branco' }],
      [
        { products: [{ service_item_id: 99, units: 'x', unit_value: -1 }] },
        { 'products.units': 'deve ser numérico', 'products.unit_value': 'deve ser numérico' },
      ],
      [
        { products: [{ service_item_id: 99, units: 0, unit_value: 1 }] },
        expect.objectContaining({ 'products.units': 'deve ser maior que 0' }),
      ],
      [
        { products: [{ service_item_id: 1, units: '999999999999', unit_value: '999999999999' }] },
        expect.objectContaining({ 'products.unit_value': expect.any(String) }),
      ],
      [
        { products: Array.from({ length: 101 }, () => ({ service_item_id: 1, units: 1, unit_value: 1 })) },
        { products: 'no máximo 100' },
      ],
      [
        { features: [{ description: 'x'.repeat(501), value: 1 }] },
        { 'features.description': 'é muito longo (máximo: 500 caracteres)' },
      ],
    ] as const) {
      expect(await refused(body), JSON.stringify(body).slice(0, 100)).toEqual([422, errors])
    }
    expect(await refused({ products: [{ id: 5, units: 1 }] })).toEqual([404, undefined])
    expect((await it.client(`POST ${it.plans}`, '[]')).status).toBe(422)
    expect((await it.client(`GET ${it.plans}`)).body).toEqual({ plans: [] })
  })

  it('refuses subscriptions that cannot be, within the customer', async () => {
    const it = await company()
    const { id } = await it.make()
    const refused = async (body: unknown) => {
      const { status, body: answer } = await it.client('POST /api/v1/subscriptions', body)
      return [status, answer?.errors]
    }
    const blank = ['não pode ficar em branco']
    const customer = { name: 'Loja', document: aCnpj() }
    expect(await refused({ plan_id: id })).toEqual([422, { customer: blank }])
    expect(await refused({ plan_id: id, customer: 'Loja' })).toEqual([422, { customer: ['inválido'] }])
    expect(await refused({ plan_id: id, customer: {} })).toEqual([422, { customer: { type: blank } }])
    expect(await refused({ plan_id: id, customer: { type: 'Robot', ...customer } })).toEqual([
      422,
      { customer: { type: ['não está incluído na lista'] } },
    ])
    expect(await refused({ plan_id: id, customer: { ...customer, type: 'Person' } })).toEqual([
      422,
      { customer: { cpf: ['inválido'] } },
    ])
    expect(await refused({ plan_id: id, customer: { type: 'Company', name: ['x'], document: { a: 1 } } })).toEqual([
      422,
      { customer: { name: ['inválido'], cnpj: ['inválido'] } },
    ])
    for (const none of [undefined, null, 'x', -1, 99, 1e21, { id }]) {
      expect(await refused({ plan_id: none, customer }), String(none)).toEqual([
        404,
        'Plano não encontrado com o id especificado.',
      ])
    }
    const oneself = { name: 'Prestadora', document: it.organization.cnpj }
    expect(await refused({ plan_id: id, customer: oneself })).toEqual([422, { customer: [expect.any(String)] }])
    expect(await refused('[]')).toEqual([404, expect.any(String)])
    const { token } = await it.subscribe(id)
    const cancel = async (subscription: object) => {
      const { status, body } = await it.client(`PATCH /api/v1/subscriptions/${token}/cancel`, { subscription })
      return [status, body?.errors]
    }
    expect(await cancel({ cancel_date: '31/12/2025' })).toEqual([
      422,
      expect.stringMatching(/^O contrato só começa em 01\/01\/2026/),
    ])
    expect(await cancel({ cancel_reason: 'x'.repeat(501) })).toEqual([
      422,
      { cancel_reason: 'é muito longo (máximo: 500 caracteres)' },
    ])
    expect(await cancel({ cancel_date: 'qualquer', cancel_reason: 5 })).toEqual([422, { cancel_date: 'inválido' }])
    expect((await cancel({ cancel_date: null, cancel_reason: 5 }))[0]).toBe(200)
    expect(await it.show(token)).toMatchObject({ cancel_date: '01/01/2026', cancel_reason: '5' })
  })

  it('gives a plan back as it was said, and as somebody has changed it since', async () => {
    const it = await company()
    const item = (await it.client('POST /api/v1/service_items', { name: 'Sites', description: 'Hospedagem' })).body.service_item
    const products = [1, 2, 3].map(unit_value => ({ service_item_id: item.id, units: 1, unit_value }))
    const made = await it.make({ name: ' Pacote ', charging_method: null, billet_notification_ruler_id: 77, products })
    expect(made).toMatchObject({ name: ' Pacote ', price: '6.0', charging_method: null, billet_notification_ruler_id: 77 })
    const [first, second, third] = made.products.map(({ id }: { id: number }) => id)
    const update = async (body: object) => (await it.client(`PATCH ${it.plans}/${made.id}`, body)).body.plan
    // The number of one that goes is nobody's afterwards.
    const shorter = await update({ products: [{ id: second, _destroy: true }] })
    expect(shorter.products.map(({ id }: { id: number }) => id)).toEqual([first, third])
    expect(shorter.price).toBe('4.0')
    expect((await it.client(`PATCH ${it.plans}/${made.id}`, { products: [{ id: second, units: 2 }] })).status).toBe(404)
    expect((await update({ products: [{ id: third, units: '2,5' }], price: 1 })).price).toBe('8.5')
    // Without products a price is asked for, and a service that they do not see takes their place.
    const none = {
      products: [
        { id: first, _destroy: true },
        { id: third, _destroy: true },
      ],
    }
    const { version } = (await it.api.get(`/v1/plans/pln_${made.id}`)).body
    expect(await update({ ...none, price: 12 })).toMatchObject({ price: '12.0', products: [] })
    const native = (await it.api.get(`/v1/plans/pln_${made.id}`)).body
    expect(native).toMatchObject({ version: version + 1, serviceItemId: expect.stringMatching(/^svc_/), name: 'Pacote' })
    const change = { chargingMethod: 'post_paid', features: [{ description: 'Suporte' }], name: 'Pacote Plus' }
    expect((await it.api.patch(`/v1/plans/pln_${made.id}`, change, { version: native.version })).status).toBe(200)
    expect((await it.client(`GET ${it.plans}`)).body.plans).toMatchObject([
      {
        name: 'Pacote Plus',
        charging_method: 'post_paid',
        translated_charging_method: 'Pós-pago',
        features: [{ description: 'Suporte', value: null, tag: null }],
      },
    ])
  })

  it('finds the health check where it was, without a key', async () => {
    const reply = await vendorApi((await company()).api, {})('GET /health_check')
    expect([reply.status, reply.body]).toEqual([200, { status: 'ok' }])
  })
})
