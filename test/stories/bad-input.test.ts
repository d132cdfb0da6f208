import { beforeAll, expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

// What people and programs send by mistake, by name, and the code and place that they are told.

type Said = [code: string, path: string]

stories('bad input', database => {
  let shop: Shop
  let contract: Agreement
  beforeAll(async () => {
    shop = await Shop.open(database(), '2026-01-10')
    contract = await shop.contract()
  })

  const faultsOf = async (path: string, body: unknown): Promise<Said[]> => {
    const refused = await shop.refusal(path, body)
    expect(refused.status).toBe(422)
    return refused.faults.map(fault => [fault.code, fault.path])
  }
  const newContract = (rule: Record<string, unknown> = {}, fields: Record<string, unknown> = {}) => ({
    name: 'Contrato',
    organizationId: shop.organizationId,
    customerId: contract.customerId,
    rules: [{ ...shop.rule(), ...rule }],
    ...fields,
  })
  const line = (fields: Record<string, unknown>) => ({
    lines: [{ serviceItemId: 'svc_1', unitPrice: '100', ...fields }],
  })
  const due = (fields: Record<string, unknown>) => ({ due: { kind: 'fixed_day', day: 10, ...fields } })
  const recurrence = (fields: Record<string, unknown>) => ({ recurrence: { unit: 'month', anchorOn: '2026-01-10', ...fields } })

  test.each<[what: string, rule: Record<string, unknown>, said: Said]>([
    ['30 February', recurrence({ anchorOn: '2026-02-30' }), ['invalid_format', '/rules/0/recurrence/anchorOn']],
    [
      '29 February of a year without one',
      recurrence({ anchorOn: '2027-02-29' }),
      ['invalid_format', '/rules/0/recurrence/anchorOn'],
    ],
    [
      'a Brazilian date where ISO is spoken',
      recurrence({ anchorOn: '10/01/2026' }),
      ['invalid_format', '/rules/0/recurrence/anchorOn'],
    ],
    ['an ambiguous date', recurrence({ anchorOn: '01-02-2026' }), ['invalid_format', '/rules/0/recurrence/anchorOn']],
    ['a date of another century', recurrence({ anchorOn: '1926-01-10' }), ['date_out_of_range', '/rules/0/recurrence/anchorOn']],
    ['a recurrence that does not advance', recurrence({ every: 0 }), ['recurrence_out_of_range', '/rules/0/recurrence/every']],
    ['no lines', { lines: [] }, ['rule_without_lines', '/rules/0/lines']],
    ['a negative price', line({ unitPrice: '-1' }), ['negative_amount', '/rules/0/lines/0/unitPrice']],
    ['a price as a number', line({ unitPrice: 100 }), ['wrong_type', '/rules/0/lines/0/unitPrice']],
    ['a price in Brazilian', line({ unitPrice: '1.234,56' }), ['invalid_format', '/rules/0/lines/0/unitPrice']],
    ['a huge price', line({ unitPrice: '100000000' }), ['amount_too_large', '/rules/0/lines/0']],
    ['a price beyond counting', line({ unitPrice: '99999999999999999999' }), ['invalid_format', '/rules/0/lines/0/unitPrice']],
    ['a quantity of zero', line({ quantity: '0' }), ['quantity_not_positive', '/rules/0/lines/0/quantity']],
    ['a discount of 101 %', line({ discountPercent: '101' }), ['percent_out_of_range', '/rules/0/lines/0/discountPercent']],
    ['a negative discount', line({ discountCents: -1 }), ['amount_not_positive', '/rules/0/lines/0/discountCents']],
    ['a discount beyond the line', line({ discountCents: 10_001 }), ['discount_above_line', '/rules/0/lines/0/discountCents']],
    [
      'a line that ends before it starts',
      line({ validFrom: '2026-02-01', validUntil: '2026-01-01' }),
      ['ends_before_start', '/rules/0/lines/0/validUntil'],
    ],
    ['an unknown service', line({ serviceItemId: 'svc_999' }), ['unknown_service_item', '/rules/0/lines/0/serviceItemId']],
    ['an id of another noun', line({ serviceItemId: 'cus_1' }), ['invalid_format', '/rules/0/lines/0/serviceItemId']],
    ['0 installments', due({ installments: 0 }), ['installments_out_of_range', '/rules/0/due/installments']],
    ['1,000 installments', due({ installments: 1000 }), ['installments_out_of_range', '/rules/0/due/installments']],
    ['a due day 32', due({ day: 32 }), ['due_rule_out_of_range', '/rules/0/due/day']],
    ['a due rule without its day', due({ day: null }), ['required', '/rules/0/due/day']],
    [
      'a withholding of more than all',
      { withholdings: [{ tax: 'iss', rateMicros: 1_000_001 }] },
      ['percent_out_of_range', '/rules/0/withholdings/0/rateMicros'],
    ],
    ['an unknown tax', { withholdings: [{ tax: 'cpmf', rateMicros: 1 }] }, ['invalid_choice', '/rules/0/withholdings/0/tax']],
    ['a bound of nothing', { maxAmountCents: 0 }, ['amount_not_positive', '/rules/0/maxAmountCents']],
    ['half a cent', { maxAmountCents: 0.5 }, ['wrong_type', '/rules/0/maxAmountCents']],
    ['a field that does not exist', { vencimento: 10 }, ['unknown_field', '/rules/0/vencimento']],
    ['a name that is no field', { 'a/b~c': 1 }, ['unknown_field', '/rules/0/a~1b~0c']],
  ])('a rule with %s', async (_what, rule, said) => {
    expect(await faultsOf('/v1/contracts', newContract(rule))).toEqual([said])
  })

  test.each<[what: string, fields: Record<string, unknown>, said: Said]>([
    ['that ends before it starts', { startsOn: '2026-02-01', endsOn: '2026-01-31' }, ['ends_before_start', '/endsOn']],
    ['of an unknown customer', { customerId: 'cus_999' }, ['unknown_customer', '/customerId']],
    ['of an unknown organization', { organizationId: 'org_999' }, ['unknown_organization', '/organizationId']],
    ['without a name', { name: ' ' }, ['blank', '/name']],
    ['with a name too long', { name: 'x'.repeat(201) }, ['too_long', '/name']],
    ['with a letter that no database stores', { name: 'a\u0000b' }, ['invalid_text', '/name']],
  ])('a contract %s', async (_what, fields, said) => {
    expect(await faultsOf('/v1/contracts', newContract({}, fields))).toEqual([said])
  })

  test('all that is wrong with a body is told at once', async () => {
    const body = newContract(
      { ...line({ quantity: '0' }), ...due({ installments: 0 }) },
      { endsOn: '2026-01-01', customerId: 'cus_999' },
    )
    expect((await faultsOf('/v1/contracts', body)).sort()).toEqual([
      ['ends_before_start', '/endsOn'],
      ['installments_out_of_range', '/rules/0/due/installments'],
      ['quantity_not_positive', '/rules/0/lines/0/quantity'],
      ['unknown_customer', '/customerId'],
    ])
    expect(await shop.all(`/v1/contracts?customerId=${contract.customerId}`)).toHaveLength(1)
  })

  test('a customer that is also the supplier', async () => {
    const self = await shop.customer({ kind: 'company', taxId: '11.444.777/0001-61' })
    expect(await faultsOf('/v1/contracts', newContract({}, { customerId: self }))).toEqual([
      ['customer_is_supplier', '/customerId'],
    ])
  })

  test.each<[what: string, fields: Record<string, unknown>, said: Said]>([
    ['a CNPJ with a wrong digit', { kind: 'company', taxId: '11222333000182' }, ['invalid_format', '/taxId']],
    ['a CPF with a wrong digit', { kind: 'person', taxId: '529.982.247-26' }, ['invalid_format', '/taxId']],
    ['a CPF of eleven equal digits', { kind: 'person', taxId: '11111111111' }, ['invalid_format', '/taxId']],
    [
      'a CNPJ with letters among it that are not its own',
      { kind: 'company', taxId: '11222333000181 x' },
      ['invalid_format', '/taxId'],
    ],
    ['an e-mail that is none', { kind: 'person', billingEmails: ['fulano@'] }, ['invalid_format', '/billingEmails/0']],
  ])('a customer with %s', async (_what, fields, said) => {
    expect(await faultsOf('/v1/customers', { name: 'Fulano', ...fields })).toEqual([said])
  })

  test('a company with a CPF and a person with a CNPJ', async () => {
    for (const fields of [
      { kind: 'company', taxId: '52998224725' },
      { kind: 'person', taxId: '11222333000181' },
    ]) {
      const [[, path]] = (await faultsOf('/v1/customers', { name: 'Fulano', ...fields })) as [Said]
      expect(path).toBe('/taxId')
    }
  })

  test.each<[what: string, event: Record<string, unknown>, said: Said]>([
    ['of nothing', { amountCents: 0 }, ['amount_not_positive', '/amountCents']],
    ['of less than nothing', { amountCents: -500 }, ['amount_not_positive', '/amountCents']],
    ['of more than a boleto holds', { amountCents: 10_000_000_000 }, ['amount_too_large', '/amountCents']],
    ['in no parts', { amountCents: 500, parts: 0 }, ['parts_out_of_range', '/parts']],
    ['in 1,000 parts', { amountCents: 5000, parts: 1000 }, ['parts_out_of_range', '/parts']],
    ['in more parts than cents', { amountCents: 5, parts: 6 }, ['part_below_one_cent', '/parts']],
    ['in the 13th month', { amountCents: 5, firstMonth: '2026-13' }, ['invalid_format', '/firstMonth']],
  ])('an event %s', async (_what, event, said) => {
    const body = { kind: 'surcharge', description: 'Extra', ...event }
    expect(await faultsOf(`/v1/invoice-rules/${contract.ruleId}/events`, body)).toEqual([said])
  })

  test('a payment of nothing, of less, of too much, in the future', async () => {
    const own = await Shop.open(database(), '2026-01-10')
    const agreed = await own.contract()
    await own.bill()
    const [receivable] = (await own.lastInvoice(agreed)).receivables
    const refusal = async (payment: Record<string, unknown>) => {
      const { status, code, faults } = await own.refusal(`/v1/receivables/${receivable.id}/receive`, {
        amountCents: 100,
        receivedOn: '2026-01-10',
        ...payment,
      })
      return [status, code, faults[0]?.path]
    }
    expect(await refusal({ amountCents: 0 })).toEqual([422, 'invalid_input', '/amountCents'])
    expect(await refusal({ amountCents: -1 })).toEqual([422, 'invalid_input', '/amountCents'])
    expect(await refusal({ amountCents: 1e15 })).toEqual([422, 'invalid_input', '/amountCents'])
    expect(await refusal({ receivedOn: '2026-01-11' })).toEqual([422, 'received_in_the_future', '/receivedOn'])
    expect(await refusal({ receivedOn: '2026-01-09' })).toEqual([422, 'received_before_issue', '/receivedOn'])
  })

  test('unknown ids, and ids of another account, are not found', async () => {
    const other = await Shop.open(database(), '2026-01-10')
    await other.contract()
    const stranger = await Shop.open(database(), '2026-01-10')
    for (const path of [
      '/v1/contracts/ctr_1',
      '/v1/customers/cus_1',
      '/v1/invoice-rules/rul_1',
      '/v1/invoice-rules/rul_1/periods',
    ]) {
      expect((await other.api.get(path)).status).toBe(200)
      expect((await stranger.api.get(path)).body).toMatchObject({ status: 404, code: 'not_found' })
    }
    for (const path of [
      '/v1/contracts/ctr_999999',
      '/v1/contracts/1',
      '/v1/contracts/cus_1',
      '/v1/billing-runs/run_1',
      '/v1/nada',
    ]) {
      expect((await stranger.api.get(path)).status).toBe(404)
    }
    expect((await stranger.api.post('/v1/contracts/ctr_1/cancel', { reason: 'x' })).status).toBe(404)
    expect((await stranger.api.post('/v1/invoice-rules/rul_1/terms', { paymentMethod: 'pix' })).status).toBe(404)
    // In a body, what is another's is as unknown as what is nobody's.
    const body = { name: 'x', organizationId: stranger.organizationId, customerId: 'cus_1' }
    expect(await stranger.refusal('/v1/contracts', body)).toMatchObject({ faults: [{ code: 'unknown_customer' }] })
  })

  test('a filter that names what does not exist', async () => {
    const wrong = await shop.api.get('/v1/contracts?situacao=ativo&limit=1000')
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_query' } })
    expect(wrong.body.faults.map((fault: { path: string }) => fault.path).sort()).toEqual(['/limit', '/situacao'])
    expect((await shop.api.get('/v1/contracts?cursor=abc')).status).toBe(400)
  })

  test('a text of 10 MB', async () => {
    const sent = await shop.api.post('/v1/customers', { kind: 'person', name: 'x'.repeat(10 * 1024 * 1024) })
    expect(sent).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
  })

  test('a wrong content type, broken JSON and broken UTF-8', async () => {
    const send = (bytes: Buffer, type: string) => shop.api.post('/v1/customers', bytes, { headers: { 'content-type': type } })
    const json = Buffer.from(JSON.stringify({ kind: 'person', name: 'Fulano' }))
    expect(await send(json, 'text/plain')).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    expect(await send(json, 'application/json; charset=latin1')).toMatchObject({ status: 415 })
    expect(await send(json.subarray(0, -1), 'application/json')).toMatchObject({ status: 400, body: { code: 'malformed_json' } })
    const broken = Buffer.concat([Buffer.from('{"kind":"person","name":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])
    expect(await send(broken, 'application/json')).toMatchObject({ status: 400, body: { code: 'malformed_utf8' } })
    expect((await send(Buffer.from('[]'), 'application/json')).status).toBe(422)
    expect((await send(Buffer.from('null'), 'application/json')).status).toBe(422)
  })

  test('a clock asked to go back, or to a day that does not exist', async () => {
    const clock = (to: string) => shop.refusal('/v1/sandbox/clock', { to })
    expect(await clock('2026-01-09')).toMatchObject({ status: 422, code: 'clock_backwards', faults: [{ path: '/to' }] })
    expect(await clock('2026-02-30')).toMatchObject({ status: 422, code: 'invalid_input', faults: [{ path: '/to' }] })
  })

  test('terms that say nothing right, each at its place', async () => {
    const terms = `/v1/invoice-rules/${contract.ruleId}/terms`
    expect(await faultsOf(terms, { validFrom: '1980-01-01' })).toEqual([['date_out_of_range', '/validFrom']])
    expect(await faultsOf(terms, { lines: [] })).toEqual([['rule_without_lines', '/lines']])
    expect(await faultsOf(terms, { competenceShift: 2 })).toEqual([['competence_out_of_range', '/competenceShift']])
    expect(await faultsOf(terms, { billedThrough: '2026-01-01' })).toEqual([['unknown_field', '/billedThrough']])
  })
})
