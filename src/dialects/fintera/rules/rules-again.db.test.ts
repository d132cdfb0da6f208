import { expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { aCnpj } from '../../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../../test/fixtures/verified.ts'
import { testApi } from '../../../../test/http/test-api.ts'
import { vendorApi } from '../../../../test/http/vendor-api.ts'
import { instant } from '../../../core/dates.ts'

const pdf = Buffer.from('%PDF-1.4 contrato').toString('base64')

eachEngine('a client of Fintera writes rules again as they were shown', database => {
  const verified = verifiedAfterwards(database)

  async function company() {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2025-09-05T12:00:00Z') })
    verified(api.account)
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const service = async (name: string) =>
      (await client('POST /api/v1/service_items', { name, description: 'x', value: '40' })).body.service_item.id as number
    const services = { support: await service('Suporte'), hosting: await service('Hospedagem') }
    const parties = { customer_id: customer, customer_type: 'Company', supplier_id: organization, supplier_type: 'Company' }
    const made = await client('POST /api/v1/contracts', { kind: 'sale', name: 'Contrato', title: 'Contrato', ...parties })
    const contract = made.body.contract.id as number
    return { api, client, services, contract, rules: `/api/v1/contracts/${contract}/invoice_rules` }
  }
  type Company = Awaited<ReturnType<typeof company>>

  const rule = {
    description: 'Plano',
    nfe_body: '$DESCRICAO',
    charge_type: 'day_quantity',
    gross_value: 50,
    additional_information: {
      title: 'Plano',
      init_date: '10/09/2025',
      month_quantity: 1,
      accrual_month_quantity: 'same_month',
    },
    receivables_additional_information: { day_quantity: 5 },
  }

  const make = async ({ client, rules }: Company, over: object = {}): Promise<number> => {
    const made = await client(`POST ${rules}`, { invoice_rule: { ...rule, ...over } })
    expect([made.status, made.text]).toEqual([201, expect.anything()])
    return made.body.invoice_rule.id
  }
  const shown = async ({ client, rules }: Company, id: number) =>
    (await client(`GET ${rules}`)).body.invoice_rules.find((each: { id: number }) => each.id === id)
  const write = async ({ client, rules }: Company, id: number, body: object) => {
    const reply = await client(`PUT ${rules}/${id}`, { invoice_rule: body })
    expect([reply.status, reply.body]).toMatchObject([200, { invoice_rule: { id } }])
    return reply.body.invoice_rule
  }
  const termsFrom = async ({ api }: Company, id: number, change: object) => {
    const reply = await api.post(`/v1/invoice-rules/rul_${id}/terms`, change)
    expect([reply.status, reply.body]).toEqual([201, expect.anything()])
  }
  /** All that ours says of it, its versions and what was ever done to it. */
  const core = async ({ api }: Company, id: number) => {
    const at = `/v1/invoice-rules/rul_${id}`
    return [
      (await api.get(at)).body,
      (await api.get(`${at}/readjustments`)).body.data,
      (await api.get(`${at}/periods`)).body,
      (await api.get(`${at}/history?limit=100`)).body.data,
    ]
  }
  const staysWhenWrittenAgain = async (it: Company, id: number) => {
    const before = await shown(it, id)
    const stood = await core(it, id)
    expect(await write(it, id, before)).toEqual(before)
    expect(await shown(it, id)).toEqual(before)
    expect(await core(it, id)).toEqual(stood)
    return before
  }

  test('one of a gross value, one of services, one of another pace, each with what goes along', async () => {
    const it = await company()
    const plain = await make(it, { attachments: [{ filename: 'contrato.pdf', content: pdf }] })
    const services = [
      { service_item_id: it.services.support, units: '2.5', unit_value: 40 },
      { service_item_id: it.services.hosting, units: 1, unit_value: 40 },
    ]
    const described = [{ ...services[0], description: 'Plantão', unit_value: '12.345678' }]
    const extras = {
      payment_information: { payment_method: 'payment_gateway', financial_account_id: 51 },
      notify_customer: true,
      apply_negative_updates: true,
      finance_category: 'Receitas',
      comments: ' como combinado ',
    }
    const whole = await make(it, { services: described, gross_value: 500, ...extras })
    const weekly = { ...rule.additional_information, title: 'Semanal', period_unit: 'weekly', end_date: '31/12/2025' }
    const others = await make(it, { services: [services[1]], additional_information: weekly })
    for (const id of [plain, whole, others]) await staysWhenWrittenAgain(it, id)
    // The gross value that was said first still counts when the services go.
    const { services: there } = await shown(it, whole)
    const without = await write(it, whole, { services: there.map(({ id }: { id: number }) => ({ id, _destroy: true })) })
    expect(without).toMatchObject({ gross_value: '500.0', services: [] })
    await staysWhenWrittenAgain(it, whole)
  })

  test('says the price written last, although the period that waits has the one before', async () => {
    const it = await company()
    const id = await make(it, { services: [{ service_item_id: it.services.support, units: 1, unit_value: 40 }] })
    const plain = await make(it)
    for (const each of [id, plain]) await termsFrom(it, each, { timing: 'arrears' })
    await it.api.moveClock('2025-09-20')
    const [service] = (await shown(it, id)).services
    expect((await write(it, id, { services: [{ id: service.id, unit_value: 70 }] })).gross_value).toBe('70.0')
    expect((await write(it, plain, { gross_value: 80 })).gross_value).toBe('80.0')
    await staysWhenWrittenAgain(it, id)
    await staysWhenWrittenAgain(it, plain)
    // Whoever changes something else sends the rest along.
    const before = await shown(it, id)
    const titled = { ...before.additional_information, title: 'Outro' }
    await write(it, id, { ...before, additional_information: titled })
    const byCard = { ...before.payment_information, payment_method: 'payment_gateway', installments: 3 }
    expect((await write(it, id, { payment_information: byCard })).payment_information).toMatchObject({ installments: 3 })
    await staysWhenWrittenAgain(it, id)
    await it.api.moveClock('2025-11-11')
    await it.api.settle()
    const { invoices } = (await it.client(`GET /api/v1/contracts/${it.contract}/invoices`)).body
    const billed = invoices.map(({ gross_value }: { gross_value: string }) => gross_value)
    expect(billed.toSorted()).toEqual(['40.0', '50.0', '70.0', '80.0'])
  })

  test('with a price planned for later, which comes, with what was changed until then', async () => {
    const it = await company()
    const id = await make(it, { services: [{ service_item_id: it.services.support, units: 2, unit_value: 40 }] })
    await termsFrom(it, id, {
      validFrom: '2025-12-10',
      lines: [{ serviceItemId: `svc_${it.services.support}`, quantity: '2', unitPrice: '45' }],
    })
    await it.api.moveClock('2025-09-20')
    const before = await staysWhenWrittenAgain(it, id)
    expect(before).toMatchObject({ gross_value: '80.0', services: [{ unit_value: '40.0', units: '2.0' }] })
    const [service] = before.services
    const changed = await write(it, id, { ...before, services: [{ ...service, units: '3' }] })
    expect(changed).toMatchObject({ gross_value: '120.0', services: [{ id: service.id, unit_value: '40.0', units: '3.0' }] })
    await staysWhenWrittenAgain(it, id)
    await it.api.moveClock('2025-12-11')
    expect(await staysWhenWrittenAgain(it, id)).toMatchObject({
      gross_value: '135.0',
      services: [{ id: service.id, unit_value: '45.0', units: '3.0' }],
    })
  })

  test('with lines that come and go by /v1, and numbers that go on to name the same service', async () => {
    const it = await company()
    const [support, hosting] = [it.services.support, it.services.hosting]
    const made = await make(it, {
      services: [
        { service_item_id: support, units: 1, unit_value: 40 },
        { service_item_id: hosting, units: 1, unit_value: 40 },
      ],
    })
    const [first, second] = (await shown(it, made)).services
    const left = (await write(it, made, { services: [{ id: first.id, _destroy: true }] })).services
    expect(left).toMatchObject([{ id: second.id, name: 'Hospedagem' }])
    await termsFrom(it, made, {
      validFrom: '2025-11-10',
      lines: [
        { serviceItemId: `svc_${support}`, unitPrice: '90' },
        { serviceItemId: `svc_${hosting}`, unitPrice: '40' },
      ],
    })
    expect((await shown(it, made)).services).toEqual(left)
    await it.api.moveClock('2025-11-11')
    const now = (await staysWhenWrittenAgain(it, made)).services
    expect(now).toMatchObject([
      { id: second.id + 1, name: 'Suporte' },
      { id: second.id, name: 'Hospedagem' },
    ])
    const changed = await write(it, made, { services: [{ id: second.id, unit_value: 45 }] })
    expect(changed.services).toMatchObject([
      { id: second.id + 1, name: 'Suporte', value: '90.0' },
      { id: second.id, name: 'Hospedagem', value: '45.0' },
    ])
    await staysWhenWrittenAgain(it, made)
  })

  test('readjusted by an index, of a gross value and of services', async () => {
    const it = await company()
    const scheduled_updates = [{ init_date: '10/10/2025', month_quantity: 12, price_index: 'igpm', days_until_update: 30 }]
    const plain = await make(it, { scheduled_updates, gross_value: 100 })
    const id = await make(it, {
      scheduled_updates,
      services: [{ service_item_id: it.services.support, unit_value: 100, units: 1 }],
      apply_negative_updates: true,
    })
    for (const each of [plain, id]) await staysWhenWrittenAgain(it, each)
    await it.api.moveClock('2025-10-11')
    await it.api.settle()
    for (const each of [plain, id]) {
      const now = await staysWhenWrittenAgain(it, each)
      expect(now).toMatchObject({ gross_value: '102.83', scheduled_updates: [{ execution_date: '2026-10-10' }] })
    }
    // An empty list of services is how a rule without any is shown: no word about its price.
    expect((await write(it, plain, { services: [] })).gross_value).toBe('102.83')
    // What stands for a rule without services is what it costs by now, and counts again when services come and go.
    const [service] = (await write(it, plain, { services: [{ service_item_id: it.services.hosting, units: 1, unit_value: 40 }] }))
      .services
    expect((await write(it, plain, { services: [{ id: service.id, _destroy: true }] })).gross_value).toBe('102.83')
  })

  test('ended, and of a contract that is', async () => {
    const it = await company()
    const ended = await make(it, { additional_information: { ...rule.additional_information, end_date: '30/09/2025' } })
    const later = await make(it, { services: [{ service_item_id: it.services.support, units: 1, unit_value: 40 }] })
    await termsFrom(it, later, { validFrom: '2025-11-10', endsOn: '2025-12-31' })
    await it.api.moveClock('2025-10-20')
    expect((await staysWhenWrittenAgain(it, ended)).additional_information.end_date).toBe('2025-09-30')
    // The end that was planned is the rule's, whenever it was to be said.
    expect((await staysWhenWrittenAgain(it, later)).additional_information.end_date).toBe('2025-12-31')
    const endless = await write(it, later, { additional_information: { end_date: null } })
    expect(endless.additional_information.end_date).toBe(null)
    await it.client(`PATCH /api/v1/contracts/${it.contract}`, { end_date: '31/10/2025' })
    await it.api.moveClock('2025-11-20')
    for (const id of [ended, later]) await staysWhenWrittenAgain(it, id)
  })

  test('made of a template', async () => {
    const it = await company()
    const organizationId = (await it.api.get('/v1/organizations')).body.data[0].id
    const lines = [{ serviceItemId: `svc_${it.services.support}`, quantity: '2.5', unitPrice: '5.75' }]
    const template = await it.api.post('/v1/invoice-templates', {
      organizationId,
      name: 'Modelo',
      recurrence: { unit: 'month', every: 12 },
      paymentMethod: 'card',
      description: 'Plano',
      due: { kind: 'fixed_day_and_month_quantity', day: 12, months: 3, installments: 4 },
      lines,
      readjustments: [{ index: 'igpm', everyMonths: 12, noticeDays: 7 }],
      details: { nfseBody: '$DESCRICAO', cardInstallments: 3, issueNfse: true },
    })
    const made = await it.client(`POST ${it.rules}`, {
      invoice_rule: {
        invoice_template_id: Number(template.body.id.slice(4)),
        additional_information: { title: 'De modelo', init_date: '10/09/2025' },
        scheduled_updates: [
          {
            invoice_template_scheduled_update_id: Number(template.body.readjustments[0].id.slice(4)),
            init_date: '10/09/2026',
          },
        ],
        attachments: [{ filename: 'contrato.pdf', content: pdf }],
      },
    })
    expect(made.status).toBe(201)
    const { id } = made.body.invoice_rule
    expect(await staysWhenWrittenAgain(it, id)).toMatchObject({
      services: [{ description: '', value: '14.38' }],
      attachments: [{ filename: 'contrato.pdf' }],
      payment_information: { installments: 3 },
    })
    await it.client(`PATCH /api/v1/service_items/${it.services.support}`, { name: 'Suporte novo' })
    await staysWhenWrittenAgain(it, id)
  })

  test('made through /v1, with what theirs has no name for', async () => {
    const it = await company()
    const line = { serviceItemId: `svc_${it.services.support}`, quantity: '2', unitPrice: '100' }
    const until = { validUntil: '2026-12-31' }
    const made = await it.api.post(`/v1/contracts/ctr_${it.contract}/invoice-rules`, {
      recurrence: { unit: 'month', every: 4, anchorOn: '2025-09-10' },
      due: { kind: 'fixed_day', day: 10, roll: 'next_business_day', installments: 2 },
      paymentMethod: 'pix',
      management: 'on_request',
      lines: [
        { ...line, discountPercent: '10', description: 'Com desconto' },
        { ...line, ...until, discountCents: 500 },
      ],
    })
    expect([made.status, made.body]).toEqual([201, expect.anything()])
    const weeks = await it.api.post(`/v1/contracts/ctr_${it.contract}/invoice-rules`, {
      title: 'Quinzenal',
      recurrence: { unit: 'week', every: 2, anchorOn: '2025-09-10' },
      due: { kind: 'day_quantity', days: 3 },
      lines: [{ ...line, serviceItemId: `svc_${it.services.hosting}` }],
    })
    const [id, fortnightly] = [made, weeks].map(({ body }) => Number(body.id.slice(4))) as [number, number]
    await it.api.post(`/v1/invoice-rules/rul_${id}/readjustments`, {
      index: 'ipca',
      startsOn: '2026-09-10',
      allowsNegative: true,
      approvalWanted: true,
    })
    const before = await staysWhenWrittenAgain(it, id)
    expect(before).toMatchObject({
      description: null,
      nfe_body: null,
      management_type: 'manual',
      payment_information: { payment_method: 'transfer' },
      apply_negative_updates: true,
      gross_value: '375.0',
    })
    expect(await staysWhenWrittenAgain(it, fortnightly)).toMatchObject({
      management_type: 'automatic',
      automatic_email_template_id: null,
      additional_information: { period_unit: 'weekly', month_quantity: null },
    })
    // What changes leaves the rest as it is, discounts and days without banks too.
    const [first, second] = before.services
    const due = { ...before.receivables_additional_information, day_number: 15 }
    const changed = await write(it, id, {
      ...before,
      services: [{ ...first, unit_value: '110' }, second],
      receivables_additional_information: due,
    })
    expect(changed.gross_value).toBe('393.0')
    expect((await it.api.get(`/v1/invoice-rules/rul_${id}`)).body.versions.at(-1)).toMatchObject({
      due: { day: 15, roll: 'next_business_day', installments: 2 },
      paymentMethod: 'pix',
      management: 'on_request',
      lines: [
        { unitPrice: '110', discountPercent: '10' },
        { unitPrice: '100', discountCents: 500, validUntil: '2026-12-31' },
      ],
    })
  })

  test('one that was deleted is made again, and goes on after what was billed, however often', async () => {
    const it = await company()
    const services = (price: number) => [{ service_item_id: it.services.support, units: 1, unit_value: price }]
    const from = (init_date: string) => ({ ...rule.additional_information, init_date })
    const coveredUntil = async (id: number) => (await it.api.get(`/v1/invoice-rules/rul_${id}`)).body.coveredUntil
    const remove = async (id: number) => expect((await it.client(`DELETE ${it.rules}/${id}`)).status).toBe(204)
    const first = await make(it, { services: services(40) })
    await it.api.moveClock('2025-10-12')
    expect(await coveredUntil(first)).toBe('2025-11-10')
    await remove(first)
    // Without a clock that moves in between, and with nothing billed of the one before.
    const second = await make(it, { services: services(60) })
    expect(await coveredUntil(second)).toBe('2025-11-10')
    await remove(second)
    const third = await make(it, { services: services(80) })
    expect(await staysWhenWrittenAgain(it, third)).toMatchObject({ additional_information: { init_date: '2025-09-10' } })
    await it.api.moveClock('2025-12-12')
    await remove(third)
    // On other days: the days up to its first occurrence are nobody's.
    const fourth = await make(it, { services: services(90), additional_information: from('01/12/2025') })
    expect(await coveredUntil(fourth)).toBe('2026-02-01')
    await it.api.moveClock('2026-02-02')
    const { data } = (await it.api.get(`/v1/invoices?contract=ctr_${it.contract}&limit=50`)).body
    const billed = data.map((each: { period: { startsOn: string; endsOn: string }; netCents: number }) => [
      each.period.startsOn,
      each.period.endsOn,
      each.netCents,
    ])
    expect(billed.toSorted()).toEqual([
      ['2025-09-10', '2025-10-10', 4000],
      ['2025-10-10', '2025-11-10', 4000],
      ['2025-11-10', '2025-12-10', 8000],
      ['2025-12-10', '2026-01-10', 8000],
      ['2026-02-01', '2026-03-01', 9000],
    ])
  })

  test('one beside another that lives, or that ends before what was billed, is still refused', async () => {
    const it = await company()
    const services = [{ service_item_id: it.services.support, units: 1, unit_value: 40 }]
    const id = await make(it, { services })
    await it.api.moveClock('2025-10-12')
    const again = (over: object = {}) => it.client(`POST ${it.rules}`, { invoice_rule: { ...rule, services, ...over } })
    expect(await again()).toMatchObject({ status: 422, text: expect.stringContaining('por outra regra deste contrato') })
    await it.client(`DELETE ${it.rules}/${id}`)
    const short = { ...rule.additional_information, init_date: '12/10/2025', end_date: '31/10/2025' }
    expect(await again({ additional_information: short })).toMatchObject({
      status: 422,
      text: expect.stringContaining('já foi faturado nestes dias'),
    })
    expect(await again()).toMatchObject({ status: 201 })
  })
})
