import { expect, it } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { aCnpj } from '../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../test/fixtures/verified.ts'
import { type TestApi, testApi } from '../../../test/http/test-api.ts'
import { vendorApi } from '../../../test/http/vendor-api.ts'
import { instant } from '../../core/dates.ts'

type Client = ReturnType<typeof vendorApi>

interface Company {
  api: TestApi
  client: Client
  organization: number
  service: number
  contract: number
  invoices: string
  rules: string
  receivables: string
}

const invoice = {
  description: 'Mensalidade',
  nfe_body: '$DESCRICAO',
  issue_date: '10/01/2026',
  gross_value: '100',
  receivables: [{ due_date: '2026-01-20' }],
}

eachEngine('a client of Fintera bills', database => {
  const verified = verifiedAfterwards(database)

  async function company(contract: object = {}): Promise<Company> {
    const api = await testApi(database(), { now: instant('2026-01-05T12:00:00Z') })
    verified(api.account)
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const service = (await client('POST /api/v1/service_items', { name: 'Suporte', description: 'x', value: '40' })).body
      .service_item.id
    const parties = { customer_id: customer, customer_type: 'Company', supplier_id: organization, supplier_type: 'Company' }
    const made = await client('POST /api/v1/contracts', {
      kind: 'sale',
      name: 'Contrato',
      title: 'Contrato',
      ...parties,
      ...contract,
    })
    const { id } = made.body.contract
    const at = `/api/v1/contracts/${id}`
    return {
      api,
      client,
      organization,
      service,
      contract: id,
      invoices: `${at}/invoices`,
      rules: `${at}/invoice_rules`,
      receivables: `${at}/receivables`,
    }
  }

  const make = async ({ client, invoices }: Company, body: object = {}) => {
    const reply = await client(`POST ${invoices}`, { invoice: { ...invoice, ...body } })
    expect([reply.status, reply.text]).toEqual([201, expect.anything()])
    return reply.body.invoice
  }

  it('in parts by percent or by value, of a gross value or of services', async () => {
    const it = await company()
    const thirds = await make(it, {
      receivables: [
        { due_date: '20/01/2026', value: '33.33' },
        { due_date: '20-02-2026', value: 33.33 },
        { due_date: '2026-03-20', value: '33,34', gross_value: 5 },
      ],
    })
    const seen = (each: { receivables: Record<string, string>[] }) =>
      each.receivables.map(({ value, gross_value, payment_value }) => [value, gross_value, payment_value])
    expect(seen(thirds)).toEqual([
      ['33.33', '33.33', '33.33'],
      ['33.33', '33.33', '33.33'],
      ['33.34', '33.34', '33.34'],
    ])
    const byValue = await make(it, {
      services: [{ service_item_id: String(it.service), units: 2, unit_value: 40 }],
      receivables: [
        { due_date: '20/01/2026', gross_value: 30 },
        { due_date: '20/02/2026', gross_value: '50.0' },
      ],
    })
    expect(byValue).toMatchObject({
      gross_value: '80.0',
      services: [{ name: 'Suporte', unit_value: '40.0', units: '2.0', value: '80.0' }],
    })
    expect(seen(byValue)).toEqual([
      ['37.5', '30.0', '30.0'],
      ['62.5', '50.0', '50.0'],
    ])
    for (const [receivables, errors] of [
      [[{ due_date: '20/01/2026', gross_value: 30 }], { receivables: 'A soma dos vencimentos deve ser igual ao valor bruto.' }],
      [
        [
          { due_date: '20/01/2026', gross_value: 30 },
          { due_date: '20/02/2026', value: 50 },
        ],
        { receivables: 'Informe gross_value em todos os vencimentos, ou value em todos.' },
      ],
      [[{ due_date: '01/01/2026' }], { 'receivables.due_date': 'O vencimento é anterior à data de emissão prevista.' }],
      [[], { receivables: 'não pode ficar em branco' }],
      [[{ due_date: 'x', value: 'x' }], { 'receivables.due_date': 'inválido', 'receivables.value': 'deve ser numérico' }],
      [
        [
          { due_date: '20/01/2026', gross_value: 150 },
          { due_date: '20/02/2026', gross_value: -50 },
        ],
        { 'receivables.gross_value': 'deve ser maior ou igual a 0' },
      ],
    ] as const) {
      const refused = await it.client(`POST ${it.invoices}`, { invoice: { ...invoice, receivables } })
      expect([refused.status, refused.body]).toEqual([422, { errors }])
    }
    // The price of the catalogue, or what stood, is no reading of a price that cannot be read.
    const services = [{ service_item_id: it.service, unit_value: 'R$ 1.500,00', units: '2 h' }]
    const errors = { 'services.units': 'deve ser numérico', 'services.unit_value': 'deve ser numérico' }
    const refused = await it.client(`POST ${it.invoices}`, { invoice: { ...invoice, services } })
    expect([refused.status, refused.body]).toEqual([422, { errors }])
  })

  it('and is asked for no more than what is to be paid', async () => {
    const it = await company()
    const made = await make(it, { payment_value: '95.00' })
    expect(made).toMatchObject({
      gross_value: '100.0',
      payment_value: '95.0',
      services: [],
      receivables: [{ value: '100.0', gross_value: '100.0', payment_value: '95.0' }],
    })
    expect((await it.api.get(`/v1/invoices/inv_${made.id}`)).body).toMatchObject({
      grossCents: 10_000,
      discountCents: 500,
      netCents: 9500,
    })
    const changed = (await it.client(`PATCH ${it.invoices}/${made.id}`, { gross_value: 200 })).body.invoice
    expect(changed).toMatchObject({ gross_value: '200.0', payment_value: '200.0' })
    const more = await it.client(`PATCH ${it.invoices}/${made.id}`, { payment_value: 201 })
    expect(more).toMatchObject({ status: 422, body: { errors: 'O valor a receber não pode ser maior que o valor bruto.' } })
  })

  it('and changes an invoice by the numbers of its parts', async () => {
    const it = await company()
    const made = await make(it, {
      services: [
        { service_item_id: it.service, units: 1, unit_value: 40 },
        { service_item_id: it.service, description: 'Extra', units: 1, unit_value: 10 },
      ],
    })
    const [first, second] = made.services
    const at = `${it.invoices}/${made.id}`
    const added = (
      await it.client(`PUT ${at}`, {
        invoice: {
          services: [
            { id: first.id, _destroy: 'true' },
            { id: second.id, units: '3' },
            { service_item_id: it.service, units: 1, unit_value: 40 },
          ],
          receivables: [
            { id: made.receivables[0].id, value: 50 },
            { due_date: '20/02/2026', value: 50 },
          ],
          accrual_date: '02/2026',
        },
      })
    ).body.invoice
    expect(added.services.map(({ id, value }: Record<string, unknown>) => [id === second.id, value])).toEqual([
      [true, '30.0'],
      [false, '40.0'],
    ])
    expect(added).toMatchObject({
      gross_value: '70.0',
      accrual_date: '2026-02-01',
      receivables: [{ id: made.receivables[0].id, gross_value: '35.0' }, { gross_value: '35.0' }],
    })
    const [one, two] = added.receivables
    const swapped = (
      await it.client(`PATCH ${at}`, {
        receivables: [
          { id: one.id, _destroy: true },
          { id: two.id, value: 100 },
        ],
      })
    ).body.invoice
    expect(swapped.receivables).toMatchObject([{ id: two.id, value: '100.0', gross_value: '70.0' }])
    const without = (
      await it.client(`PATCH ${at}`, { services: added.services.map(({ id }: { id: number }) => ({ id, _destroy: 1 })) })
    ).body.invoice
    // The gross value that was said when it was made counts again.
    expect(without).toMatchObject({ gross_value: '100.0', services: [] })
    expect((await it.client(`PATCH ${at}`, { services: [{ id: 999_999, units: 1 }] })).status).toBe(404)
    expect((await it.client(`PATCH ${at}`, { management_type: 'automatic', automatic_email_template_id: 1 })).body).toEqual({
      errors: { management_type: 'não pode ser alterado' },
    })
  })

  it('receives, undoes it, and finds what is late', async () => {
    const it = await company()
    const made = await make(it)
    const receivable = `${it.receivables}/${made.receivables[0].id}`
    expect(await it.client(`PATCH ${receivable}/receive`, { received_value: 1, received_at: '10/01/2026' })).toMatchObject({
      status: 422,
    })
    await it.api.moveClock('2026-01-12')
    await it.api.post(`/v1/invoices/inv_${made.id}/emit`)
    await it.api.moveClock('2026-01-22')
    const overdue = async () => (await it.client(`GET /api/v1/contracts/search?name=Contrato`)).body.contracts[0].overdue
    expect((await it.client(`GET ${it.invoices}/late`)).body.invoices).toMatchObject([
      { id: made.id, state: 'to_receive', issue_date: '12/01/2026' },
    ])
    expect(await overdue()).toBe(true)
    const late = (await it.client(`GET /api/v1/organizations/${it.organization}/invoices/search?q[state]=late`)).body
    expect(late).toMatchObject({ total_pages: 1, invoices: [{ id: made.id }] })
    const short = (
      await it.client(`PUT ${receivable}/receive`, { receivable: { received_value: '99.5', received_at: '22-01-2026' } })
    ).body.receivable
    expect(short).toMatchObject({ state: 'received', received_value: '99.5', received_at: '22/01/2026' })
    expect((await it.client(`PATCH ${receivable}/receive`, {})).status).toBe(422)
    expect(await overdue()).toBe(false)
    const undone = (await it.client(`PATCH ${receivable}/undo_receipt`)).body.receivable
    expect(undone).toMatchObject({ state: 'to_receive', received_value: '99.5' })
    for (const body of [{ received_value: 'x' }, { received_value: -1 }, { received_at: 'x' }, { received_at: '23/01/2026' }]) {
      expect((await it.client(`PATCH ${receivable}/receive`, body)).status).toBe(422)
    }
    const searched = await it.client(`GET ${it.receivables}/search?due_date_from=2026-01-01&due_date_to=31/01/2026`)
    expect(searched.body.receivables).toMatchObject([{ state: 'to_receive', invoice: { id: made.id } }])
    expect((await it.client(`DELETE ${it.invoices}/${made.id}`)).body).toEqual({ errors: 'O faturamento não pode ser excluído.' })
  })

  it('takes back a receiving, and not the credit that was spent when it was issued', async () => {
    const it = await company()
    const issued = async () => {
      const made = await make(it)
      await it.api.post(`/v1/invoices/inv_${made.id}/emit`)
      return `${it.receivables}/${made.receivables[0].id}`
    }
    await it.api.moveClock('2026-01-12')
    const overpaid = await issued()
    await it.client(`PATCH ${overpaid}/receive`, { received_value: 130 })
    const receivable = await issued()
    const credit = async () => {
      const [customer] = (await it.api.get('/v1/customers')).body.data
      return (await it.api.get(`/v1/customers/${customer.id}/credit`)).body.balances[0].balanceCents
    }
    const refused = { status: 422, body: { errors: 'O recebimento não pode ser desfeito.' } }
    expect(await it.client(`PATCH ${receivable}/undo_receipt`)).toMatchObject(refused)
    for (const sent of [{ received_value: 70 }, { received_value: 50 }, { received_at: '12/01/2026' }]) {
      const received = await it.client(`PATCH ${receivable}/receive`, sent)
      expect(received).toMatchObject({ status: 200, body: { receivable: { state: 'received' } } })
      const undone = await it.client(`PATCH ${receivable}/undo_receipt`)
      expect(undone).toMatchObject({ status: 200, body: { receivable: { state: 'to_receive' } } })
      expect(await credit()).toBe(0)
    }
    expect(await it.client(`PATCH ${receivable}/undo_receipt`)).toMatchObject(refused)
  })

  it('refuses to receive what nobody has', async () => {
    const it = await company()
    const made = await make(it)
    await it.api.moveClock('2026-01-12')
    await it.api.post(`/v1/invoices/inv_${made.id}/emit`)
    const receivable = `${it.receivables}/${made.receivables[0].id}`
    expect(await it.client(`PATCH ${receivable}/receive`, { received_value: '999999999999.99' })).toMatchObject({
      status: 422,
      body: { errors: { received_value: 'O valor recebido passa de R$ 10.000.000.000,00, o máximo: confira-o.' } },
    })
  })

  it('page by page, each invoice once', async () => {
    const it = await company()
    const made: number[] = []
    for (let i = 0; i < 5; i++)
      made.unshift((await make(it, { issue_date: `1${i}/01/2026`, receivables: [{ due_date: `2${i}/01/2026` }] })).id)
    await it.client(`DELETE ${it.invoices}/${made[0]}`)
    const at = `GET /api/v1/organizations/${it.organization}/invoices/search`
    const ids = async (query: string) => (await it.client(`${at}?${query}`)).body.invoices.map(({ id }: { id: number }) => id)
    const [, second, third, fourth, fifth] = made
    expect(await ids('')).toEqual([second, third, fourth, fifth])
    expect(await ids('per_page=3&page=1')).toEqual([second, third, fourth])
    expect(await ids('per_page=3&page=2')).toEqual([fifth])
    expect(await ids('per_page=3&page=9')).toEqual([])
    expect(await ids('q[issue_date_gteq]=11/01/2026&q[issue_date_lteq]=2026-01-12')).toEqual([third, fourth])
    expect(await ids('q[receivables_due_date_gteq]=21-01-2026&q[receivables_due_date_lteq]=21-01-2026')).toEqual([fourth])
    expect(await ids(`q[id_in][]=${second}&q[id_in][]=${fifth}`)).toEqual([second, fifth])
    expect(await ids(`q[id_not_in][]=${second}&q[state_not_eq]=cancelled`)).toEqual([third, fourth, fifth])
    expect(await ids('q[state_in][]=late&q[state_in][]=to_receive')).toEqual([])
    expect((await it.client(`${at}?per_page=1000`)).body.per_page).toBe(100)
    for (const wrong of ['q[issue_date_eq]=x', 'q[state_eq]=open', 'page=x', 'q[nothing_eq]=1', 'q[id]=1%27']) {
      expect((await it.client(`${at}?${wrong}`)).status, wrong).toBe(400)
    }
    expect((await it.client(`GET ${it.invoices}/${made[0]}`)).status).toBe(404)
  })

  const rule = {
    description: 'Plano',
    nfe_body: '$DESCRICAO',
    charge_type: 'day_quantity',
    gross_value: 50,
    additional_information: {
      title: 'Plano',
      init_date: '10/01/2026',
      month_quantity: 1,
      accrual_month_quantity: 'previous_month',
    },
    receivables_additional_information: { day_quantity: 5, parcel_number: 2, day_number: 3 },
    payment_information: { payment_method: 'transfer', financial_account_id: 51 },
  }

  it('by rules, with services and without, and its invoices say what the rule says', async () => {
    const it = await company()
    const plain = await it.client(`POST ${it.rules}`, { invoice_rule: rule })
    expect(plain).toMatchObject({
      status: 201,
      body: {
        invoice_rule: {
          gross_value: '50.0',
          services: [],
          receivables_additional_information: { day_number: null, day_quantity: 5, parcel_number: 2 },
        },
      },
    })
    const twice = await it.client(`POST ${it.rules}`, { invoice_rule: rule })
    expect(twice.status).toBe(201)
    // What stands behind them is no service that anybody sees.
    expect((await it.client('GET /api/v1/service_items')).body.service_items).toHaveLength(1)
    const services = [{ service_item_id: it.service, units: 2, unit_value: 40 }]
    const third = (
      await it.client(`POST ${it.rules}`, { ...rule, services, management_type: 'automatic', automatic_email_template_id: 3 })
    ).body.invoice_rule
    const change = { services: [{ id: third.services[0].id, unit_value: '45' }], additional_information: { title: 'Outro' } }
    expect((await it.client(`PATCH ${it.rules}/${third.id}`, change)).body.invoice_rule).toMatchObject({
      gross_value: '90.0',
      services: [{ id: third.services[0].id, unit_value: '45.0' }],
      additional_information: { title: 'Outro', period_unit: 'monthly', month_quantity: 1 },
    })
    expect(
      (
        await it.client(`PUT ${it.rules}/${plain.body.invoice_rule.id}`, {
          gross_value: '60',
          charge_type: 'fixed_day',
          receivables_additional_information: { day_number: 25 },
        })
      ).body.invoice_rule,
    ).toMatchObject({
      gross_value: '60.0',
      receivables_additional_information: { day_number: 25, day_quantity: null, parcel_number: 2 },
    })
    expect((await it.client(`DELETE ${it.rules}/${twice.body.invoice_rule.id}`)).status).toBe(204)
    await it.api.moveClock('2026-01-11')
    await it.api.settle()
    const { invoices } = (await it.client(`GET ${it.invoices}`)).body
    expect(
      invoices.map(({ gross_value, management_type }: Record<string, string>) => [gross_value, management_type]).sort(),
    ).toEqual([
      ['60.0', 'manual'],
      ['90.0', 'automatic'],
    ])
    expect(invoices.find(({ gross_value }: { gross_value: string }) => gross_value === '60.0')).toMatchObject({
      nfe_body: '$DESCRICAO',
      services: [],
      accrual_date: '2025-12-01',
      payment_information: { payment_method: 'transfer', financial_account_id: 51 },
      receivables: [{ due_date: '25/01/2026', value: '50.0' }, { due_date: '25/02/2026' }],
    })
  })

  it('refuses by rule what cannot be, field by field', async () => {
    const it = await company()
    const refused = async (body: object) =>
      (await it.client(`POST ${it.rules}`, { invoice_rule: { ...rule, ...body } })).body.errors
    expect(await refused({ charge_type: 'fixed_day', receivables_additional_information: {} })).toEqual({
      'receivables_additional_information.day_number': 'não pode ficar em branco',
    })
    expect(await refused({ charge_type: 'sometimes' })).toEqual({ charge_type: 'não está incluído na lista' })
    expect(await refused({ additional_information: {} })).toMatchObject({
      'additional_information.title': 'não pode ficar em branco',
      'additional_information.init_date': 'não pode ficar em branco',
      'additional_information.accrual_month_quantity': 'não pode ficar em branco',
    })
    expect(await refused({ services: [{ service_item_id: 77, units: 1, unit_value: 1 }] })).toEqual({
      'services.service_item_id': 'não existe',
    })
    expect(await refused({ scheduled_updates: [{ init_date: '10/01/2027', month_quantity: 12, price_index: 'selic' }] })).toEqual(
      {
        'scheduled_updates.price_index': 'não está incluído na lista',
      },
    )
    const weekly = { additional_information: { ...rule.additional_information, period_unit: 'weekly', month_quantity: 4 } }
    expect((await it.client(`POST ${it.rules}`, { ...rule, ...weekly })).body.invoice_rule.additional_information).toMatchObject({
      period_unit: 'weekly',
      month_quantity: null,
    })
  })

  it('plans updates of a rule, one of the whole or one for each service', async () => {
    const it = await company()
    const clause = { init_date: '10/01/2027', month_quantity: 12, price_index: 'igpm', days_until_update: 30 }
    const services = [{ service_item_id: it.service, units: 1, unit_value: 40 }]
    const made = (await it.client(`POST ${it.rules}`, { ...rule, services, scheduled_updates: [clause] })).body.invoice_rule
    const [whole] = made.scheduled_updates
    expect(whole).toMatchObject({
      invoice_rule_id: made.id,
      execution_date: '2027-01-10',
      remind_at: '2026-12-11',
      notified: false,
      service_item_id: null,
    })
    const change = async (...scheduled_updates: object[]) => {
      const { status, body } = await it.client(`PATCH ${it.rules}/${made.id}`, { scheduled_updates })
      return body?.invoice_rule?.scheduled_updates ?? body?.errors ?? status
    }
    expect(await change(clause)).toEqual({
      'scheduled_updates.service_item_id': 'não pode ter mais de um reajuste sem serviço',
    })
    expect(await change({ id: whole.id, month_quantity: 4 })).toEqual({
      'scheduled_updates.month_quantity': 'valor deve ser 1, 2, 3, 6 ou 12 (em meses)',
    })
    expect(await change({ ...clause, service_item_id: 77 })).toEqual({
      'scheduled_updates.service_item_id': 'deve estar presente na regra',
    })
    expect(await change({ id: 999, _destroy: true })).toBe(404)
    expect(await change({ id: whole.id, price_index: 'ipca', init_date: '2027-02-10' })).toMatchObject([
      { id: whole.id, price_index: 'ipca', execution_date: '2027-02-10', month_quantity: 12 },
    ])
    // One that comes takes the place of one that goes.
    const [next, ...others] = await change(clause, { id: whole.id, _destroy: '1' })
    expect([next, others]).toMatchObject([{ price_index: 'igpm', execution_date: '2027-01-10' }, []])
    expect(await change({ id: next.id, _destroy: true }, { ...clause, service_item_id: it.service })).toMatchObject([
      { service_item_id: it.service },
    ])
    const negative = await it.client(`PATCH ${it.rules}/${made.id}`, { apply_negative_updates: true })
    expect(negative.body.invoice_rule.apply_negative_updates).toBe(true)
    expect((await it.api.get(`/v1/invoice-rules/rul_${made.id}/readjustments`)).body.data).toMatchObject([
      { serviceItemId: `svc_${it.service}`, allowsNegative: true },
    ])
    // One that comes later, without a word about it, goes by what the rule is shown to say.
    const [sole] = negative.body.invoice_rule.scheduled_updates
    await change({ id: sole.id, _destroy: true }, { ...clause, price_index: 'igpdi' })
    expect((await it.api.get(`/v1/invoice-rules/rul_${made.id}/readjustments`)).body.data).toMatchObject([
      { index: 'igpdi', allowsNegative: true },
    ])
  })

  it('buys too, and is told which side is its own', async () => {
    const it = await company()
    const seller = (await it.client('POST /api/v1/people', { name: 'Ana', cpf: '82868688977' })).body.person.id
    const sides = { customer_id: it.organization, customer_type: 'Company', supplier_id: seller, supplier_type: 'Person' }
    const bought = await it.client('POST /api/v1/contracts', {
      contract: { kind: 'purchase', name: 'Compra', title: 'x', init_date: '01-02-2026', ...sides },
    })
    expect(bought).toMatchObject({ status: 201, body: { contract: { ...sides, kind: 'purchase', init_date: '01/02/2026' } } })
    expect((await it.client(`POST /api/v1/contracts/${bought.body.contract.id}/invoices`, { invoice })).status).toBe(422)
    const found = async (query: string) =>
      (await it.client(`GET /api/v1/contracts/search?${query}`)).body.contracts.map(({ name }: { name: string }) => name)
    expect(await found(`customer_id=${it.organization}`)).toEqual(['Compra'])
    expect(await found(`customer_id=${seller}`)).toEqual([])
    expect(await found('name=Co')).toEqual(['Contrato', 'Compra'])
    expect(await it.client(`PATCH /api/v1/contracts/${bought.body.contract.id}`, { supplier_id: 1, kind: 'sale' })).toMatchObject(
      {
        status: 422,
        body: { errors: { kind: ['não pode ser alterado'], supplier_id: ['não pode ser alterado'] } },
      },
    )
    expect((await it.client(`DELETE /api/v1/organizations/${it.organization}`)).status).toBe(422)
  })

  it('shows nothing of it to another account', async () => {
    const it = await company()
    const made = await make(it)
    const other = await testApi(database(), { now: instant('2026-01-05T12:00:00Z') })
    const stranger = vendorApi(other, { authorization: `Token token=${other.key}` })
    for (const request of [
      `GET ${it.invoices}/${made.id}`,
      `GET ${it.invoices}/late`,
      `PATCH ${it.invoices}/${made.id}/block`,
      `DELETE ${it.invoices}/${made.id}`,
      `GET ${it.rules}`,
      `PATCH ${it.receivables}/${made.receivables[0].id}/receive`,
      `GET /api/v1/organizations/${it.organization}/contracts/${it.contract}`,
      `GET /api/v1/organizations/${it.organization}/nfses/search`,
      `GET /api/v1/organizations/${it.organization}/email_templates`,
    ]) {
      const reply = await stranger(request, request.startsWith('PATCH') ? {} : undefined)
      expect([reply.status, reply.text], request).toEqual([404, ''])
    }
  })
})
