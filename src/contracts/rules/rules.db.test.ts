import { describe, expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { aCnpj } from '../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../test/fixtures/verified.ts'
import { type Reply, type TestApi, testApi } from '../../../test/http/test-api.ts'
import { instant } from '../../core/dates.ts'

const JUNE_10 = instant('2026-06-10T12:00:00.000Z')

/** A contract of 2026-06-10 with one rule, through the API. */
interface Made {
  api: TestApi
  contract: string
  rule: string
  service: string
}

eachEngine('invoice rules', database => {
  const toVerify = verifiedAfterwards(database)

  async function aRule(rule: object = {}, contract: object = {}): Promise<Made> {
    const api = await testApi(database(), { now: JUNE_10 })
    toVerify(api.account)
    const organization = await api.post('/v1/organizations', { legalName: 'P', cnpj: aCnpj(), taxRegime: 'simples_nacional' })
    const customer = await api.post('/v1/customers', { kind: 'company', name: 'C', taxId: aCnpj() })
    const service = await api.post('/v1/service-items', { name: 'Suporte' })
    const made = await api.post('/v1/contracts', {
      name: 'Suporte mensal',
      organizationId: organization.body.id,
      customerId: customer.body.id,
      ...contract,
      rules: [{ ...newRule(service.body.id), ...rule }],
    })
    expect(made.body).toMatchObject({ id: expect.any(String) })
    return { api, contract: made.body.id, rule: made.body.rules[0].id, service: service.body.id }
  }

  function newRule(serviceItemId: string, price = '100') {
    return {
      recurrence: { unit: 'month', anchorOn: '2026-06-10' },
      due: { kind: 'fixed_day', day: 20 },
      management: 'on_request',
      lines: [{ serviceItemId, unitPrice: price }],
    }
  }

  const priced = (serviceItemId: string, unitPrice: string) => ({ lines: [{ serviceItemId, unitPrice }] })

  async function bill({ api }: Made, day: string): Promise<void> {
    await api.moveClock(`${day}T12:00:00.000Z`)
    const run = await api.post('/v1/billing-runs', { day })
    expect(run.status).toBe(202)
    await api.settle()
  }

  async function periodsOf({ api, rule }: Made): Promise<Reply['body']> {
    return (await api.get(`/v1/invoice-rules/${rule}/periods`)).body
  }

  async function invoicesOf({ api }: Made): Promise<{ scheduledOn: string; netCents: number }[]> {
    const { body } = await api.get('/v1/invoices')
    return body.data
      .map(({ scheduledOn, netCents }: { scheduledOn: string; netCents: number }) => ({ scheduledOn, netCents }))
      .reverse()
  }

  describe('where it begins', () => {
    test('a start in the past begins at the first occurrence from the day it was made on, and keeps its anchor', async () => {
      const made = await aRule({ recurrence: { unit: 'month', anchorOn: '2026-01-31' } }, { startsOn: '2026-01-31' })
      expect((await periodsOf(made)).forecast.map((period: { startsOn: string }) => period.startsOn)).toEqual([
        '2026-06-30',
        '2026-07-31',
        '2026-08-31',
      ])
    })

    test('what was billed elsewhere is closed by name, and what is due since then is due', async () => {
      const made = await aRule(
        { recurrence: { unit: 'month', anchorOn: '2026-01-10' }, billedThrough: '2026-04-20' },
        { startsOn: '2026-01-10' },
      )
      const { data, forecast } = await periodsOf(made)
      expect(data).toMatchObject([{ startsOn: '2026-01-10', endsOn: '2026-05-10', disposition: 'billed_elsewhere' }])
      expect(forecast[0]).toMatchObject({ startsOn: '2026-05-10', scheduledOn: '2026-05-10', expected: 'charged' })
    })

    test('a service without a price needs one on the line', async () => {
      const { api, contract, service } = await aRule()
      const reply = await api.post(`/v1/contracts/${contract}/invoice-rules`, {
        ...newRule(service),
        lines: [{ serviceItemId: service }],
      })
      expect(reply.body.faults).toMatchObject([{ path: '/lines/0/unitPrice', code: 'required' }])
    })
  })

  describe('another rule for what is billed', () => {
    test('is refused while the service is billed for the same days, and takes over when it names the rule it replaces', async () => {
      const made = await aRule()
      const { api, contract, rule, service } = made
      await bill(made, '2026-06-10')
      const another = { ...newRule(service, '150'), recurrence: { unit: 'month', anchorOn: '2026-06-20' } }
      const refused = await api.post(`/v1/contracts/${contract}/invoice-rules`, another)
      expect(refused).toMatchObject({
        status: 422,
        body: { code: 'service_already_billed', faults: [{ path: '/lines/0/serviceItemId' }] },
      })
      const replacing = await api.post(`/v1/contracts/${contract}/invoice-rules`, { ...another, replacesRuleId: rule })
      expect(replacing).toMatchObject({ status: 201, body: { replacesRuleId: rule, coveredUntil: '2026-07-10' } })
      expect((await api.get(`/v1/invoice-rules/${rule}`)).body.archivedAt).not.toBeNull()
      const { forecast } = (await api.get(`/v1/invoice-rules/${replacing.body.id}/periods`)).body
      // The days until the new billing day are a short first period.
      expect(forecast[0]).toMatchObject({ startsOn: '2026-07-10', endsOn: '2026-07-20', days: 10, ofDays: 30 })
    })

    test('of another service, or after the billed days, is a rule like any other', async () => {
      const made = await aRule()
      const { api, contract, rule, service } = made
      await bill(made, '2026-06-10')
      const other = await api.post('/v1/service-items', { name: 'Hospedagem' })
      expect((await api.post(`/v1/contracts/${contract}/invoice-rules`, newRule(other.body.id))).status).toBe(201)
      const after = { ...newRule(service), recurrence: { unit: 'month', anchorOn: '2026-07-10' } }
      const rules = `/v1/contracts/${contract}/invoice-rules`
      // The rule that stands goes on billing beyond them.
      expect((await api.post(rules, after)).body.code).toBe('service_in_another_rule')
      expect((await api.delete(`/v1/invoice-rules/${rule}`, { version: 1 })).status).toBe(204)
      expect((await api.post(rules, after)).status).toBe(201)
    })

    test('must replace a rule of the same contract', async () => {
      const { api, contract, service } = await aRule()
      const reply = await api.post(`/v1/contracts/${contract}/invoice-rules`, { ...newRule(service), replacesRuleId: 'rul_999' })
      expect(reply.body.faults).toMatchObject([{ path: '/replacesRuleId', code: 'unknown_rule' }])
    })
  })

  describe('the same service in two rules', () => {
    const anotherRule = ({ api, contract }: Made, rule: unknown) => api.post(`/v1/contracts/${contract}/invoice-rules`, rule)
    const refusedAt = (path: string) => ({ status: 422, body: { code: 'service_in_another_rule', faults: [{ path }] } })

    test('is refused before anything is billed, of a contract and of a draft', async () => {
      for (const contract of [{}, { state: 'draft' }]) {
        const made = await aRule({}, contract)
        expect(await anotherRule(made, newRule(made.service, '80'))).toMatchObject(refusedAt('/lines/0/serviceItemId'))
      }
    })

    test('is refused in a contract that is made with both', async () => {
      const { api, contract, service } = await aRule()
      const { organizationId, customerId } = (await api.get(`/v1/contracts/${contract}`)).body
      const rules = [newRule(service), { ...newRule(service), recurrence: { unit: 'week', anchorOn: '2026-06-11' } }]
      const both = await api.post('/v1/contracts', { name: 'Dois', organizationId, customerId, rules })
      expect(both.body.faults).toMatchObject([{ path: '/rules/1/lines/0/serviceItemId', code: 'service_in_another_rule' }])
    })

    test('is refused where a change of terms brings it along, and where a change lets a line go on', async () => {
      const made = await aRule()
      const { api, rule, service } = made
      const other = (await api.post('/v1/service-items', { name: 'Hospedagem' })).body.id
      const second = (await anotherRule(made, newRule(other))).body.id
      const taken = { lines: [...priced(other, '50').lines, ...priced(service, '50').lines] }
      expect(await api.post(`/v1/invoice-rules/${second}/terms`, taken)).toMatchObject(refusedAt('/lines/1/serviceItemId'))
      // Handed over with the period of 10 September: no day is billed by both.
      const until = { serviceItemId: service, unitPrice: '100', validUntil: '2026-08-31' }
      expect((await api.post(`/v1/invoice-rules/${rule}/terms`, { lines: [until] })).status).toBe(201)
      const from = { serviceItemId: service, unitPrice: '50', validFrom: '2026-09-01' }
      expect((await api.post(`/v1/invoice-rules/${second}/terms`, { lines: [from] })).status).toBe(201)
      expect(
        await api.post(`/v1/invoice-rules/${rule}/terms`, { lines: [{ ...until, validUntil: '2026-09-10' }] }),
      ).toMatchObject(refusedAt('/lines/0/serviceItemId'))
    })

    test('that a rule of before has billed is refused to a change of terms for those days', async () => {
      const made = await aRule()
      const { api, rule, service } = made
      const other = (await api.post('/v1/service-items', { name: 'Hospedagem' })).body.id
      const second = (await anotherRule(made, { ...newRule(other), recurrence: { unit: 'month', anchorOn: '2026-06-20' } })).body
        .id
      await bill(made, '2026-06-10')
      expect((await api.delete(`/v1/invoice-rules/${rule}`, { version: 1 })).status).toBe(204)
      const switched = await api.post(`/v1/invoice-rules/${second}/terms`, { ...priced(service, '50'), validFrom: '2026-06-20' })
      expect(switched).toMatchObject({ status: 422, body: { code: 'service_already_billed' } })
      const later = await api.post(`/v1/invoice-rules/${second}/terms`, { ...priced(service, '50'), validFrom: '2026-07-10' })
      expect(later).toMatchObject({ status: 201, body: { effectiveOn: '2026-07-20' } })
    })

    test('is another supply under another description: two sites, each with its own price that may change', async () => {
      const made = await aRule()
      const branch = {
        ...newRule(made.service),
        lines: [{ serviceItemId: made.service, unitPrice: '80', description: 'Filial Centro' }],
      }
      const second = await anotherRule(made, branch)
      expect(second.status).toBe(201)
      const dearer = { lines: [{ ...branch.lines[0], unitPrice: '90' }] }
      expect((await made.api.post(`/v1/invoice-rules/${second.body.id}/terms`, dearer)).status).toBe(201)
    })

    test('of two who add it at once, one does', async () => {
      const made = await aRule()
      const other = (await made.api.post('/v1/service-items', { name: 'Hospedagem' })).body.id
      const replies = await Promise.all([1, 2, 3].map(() => anotherRule(made, newRule(other))))
      expect(replies.map(({ status }) => status).sort()).toEqual([201, 422, 422])
    })
  })

  describe('its terms', () => {
    test('change from a day on: the period that is billed stays, the next one has the new price', async () => {
      const made = await aRule()
      const { api, rule, service } = made
      await bill(made, '2026-06-10')
      const changed = await api.post(`/v1/invoice-rules/${rule}/terms`, {
        ...priced(service, '120'),
        cause: 'Reajuste combinado',
      })
      expect(changed).toMatchObject({
        status: 201,
        body: {
          effectiveOn: '2026-07-10',
          differenceCents: 0,
          eventId: null,
          rule: { terms: { version: 2, cause: 'Reajuste combinado' } },
        },
      })
      await bill(made, '2026-07-10')
      expect(await invoicesOf(made)).toEqual([
        { scheduledOn: '2026-06-10', netCents: 10_000 },
        { scheduledOn: '2026-07-10', netCents: 12_000 },
      ])
    })

    test('that were to change later change then too, with what was changed in between', async () => {
      const { api, rule, service } = await aRule()
      await api.post(`/v1/invoice-rules/${rule}/terms`, { validFrom: '2026-09-10', ...priced(service, '200') })
      const { body } = await api.post(`/v1/invoice-rules/${rule}/terms`, { validFrom: '2026-08-10', paymentMethod: 'pix' })
      const versions = body.rule.versions.map((each: Reply['body']) => [
        each.version,
        each.validFrom,
        each.paymentMethod,
        each.lines[0].unitPrice,
      ])
      expect(versions).toEqual([
        [1, '2026-06-10', 'boleto', '100'],
        [2, '2026-09-10', 'boleto', '200'],
        [3, '2026-08-10', 'pix', '100'],
        [4, '2026-09-10', 'pix', '200'],
      ])
    })

    test('with proration, the rest of the billed period is charged with the next billing', async () => {
      const made = await aRule({ priceChange: 'prorate' })
      const { api, rule, service } = made
      await bill(made, '2026-06-10')
      // 20 of 30 days at R$ 30 more.
      const changed = await api.post(`/v1/invoice-rules/${rule}/terms`, { validFrom: '2026-06-20', ...priced(service, '130') })
      expect(changed.body).toMatchObject({ differenceCents: 2000, effectiveOn: '2026-07-10', eventId: expect.any(String) })
      const event = await api.get(`/v1/billing-events/${changed.body.eventId}`)
      expect(event.body).toMatchObject({
        kind: 'surcharge',
        amountCents: 2000,
        description: 'Diferença de preço a partir de 20/06/2026',
      })
      await bill(made, '2026-07-10')
      expect(await invoicesOf(made)).toEqual([
        { scheduledOn: '2026-06-10', netCents: 10_000 },
        { scheduledOn: '2026-07-10', netCents: 15_000 },
      ])
    })

    test('with proration, a lower price is a discount, and a second change counts from the first', async () => {
      const made = await aRule({ priceChange: 'prorate' })
      const { api, rule, service } = made
      await bill(made, '2026-06-10')
      const first = await api.post(`/v1/invoice-rules/${rule}/terms`, { validFrom: '2026-06-20', ...priced(service, '130') })
      const second = await api.post(`/v1/invoice-rules/${rule}/terms`, { validFrom: '2026-06-25', ...priced(service, '70') })
      expect([first.body.differenceCents, second.body.differenceCents]).toEqual([2000, -3000])
      await bill(made, '2026-07-10')
      // 70 + 20 − 30
      expect((await invoicesOf(made)).at(-1)).toEqual({ scheduledOn: '2026-07-10', netCents: 6000 })
    })

    test('in arrears with proration, the period still to be billed carries its own difference', async () => {
      const made = await aRule({ timing: 'arrears', priceChange: 'prorate' })
      const { api, rule, service } = made
      const changed = await api.post(`/v1/invoice-rules/${rule}/terms`, { validFrom: '2026-06-25', ...priced(service, '160') })
      expect(changed.body).toMatchObject({ differenceCents: 3000, effectiveOn: '2026-07-10' })
      await bill(made, '2026-07-10')
      expect(await invoicesOf(made)).toEqual([{ scheduledOn: '2026-07-10', netCents: 13_000 }])
    })

    test('a new billing day after the first billing leaves a short period between', async () => {
      const made = await aRule()
      const { api, rule } = made
      await bill(made, '2026-06-10')
      const changed = await api.post(`/v1/invoice-rules/${rule}/terms`, { recurrence: { anchorOn: '2026-06-25' } })
      expect(changed.body.effectiveOn).toBe('2026-07-10')
      expect((await periodsOf(made)).forecast).toMatchObject([
        { startsOn: '2026-07-10', endsOn: '2026-07-25', days: 15, ofDays: 30 },
        { startsOn: '2026-07-25', endsOn: '2026-08-25' },
        {},
      ])
    })

    test('another start before the first billing moves the start', async () => {
      const made = await aRule({ recurrence: { unit: 'month', anchorOn: '2026-07-01' } })
      const { api, rule } = made
      const changed = await api.post(`/v1/invoice-rules/${rule}/terms`, { recurrence: { every: 3, anchorOn: '2026-06-15' } })
      expect(changed.body).toMatchObject({
        effectiveOn: '2026-06-15',
        rule: { coveredUntil: '2026-06-15', nextDueOn: '2026-06-15' },
      })
      expect((await periodsOf(made)).forecast[0]).toMatchObject({
        startsOn: '2026-06-15',
        endsOn: '2026-09-15',
        days: 92,
        ofDays: 92,
      })
    })

    test('the usual cuts follow the timing, chosen ones stay', async () => {
      const { api, rule } = await aRule()
      const { body } = await api.post(`/v1/invoice-rules/${rule}/terms`, { timing: 'arrears' })
      expect(body.rule.terms).toMatchObject({ timing: 'arrears', cutStart: 'prorate', cutEnd: 'prorate' })
      await api.post(`/v1/invoice-rules/${rule}/terms`, { cutEnd: 'none' })
      const back = await api.post(`/v1/invoice-rules/${rule}/terms`, { timing: 'advance' })
      expect(back.body.rule.terms).toMatchObject({ timing: 'advance', cutStart: 'prorate', cutEnd: 'none' })
    })

    test('faults of a change are told at their places', async () => {
      const { api, rule } = await aRule()
      const reply = await api.post(`/v1/invoice-rules/${rule}/terms`, {
        recurrence: { every: 500 },
        due: { kind: 'fixed_day', day: 32 },
        lines: [],
      })
      expect(reply.body.faults.map((fault: { path: string }) => fault.path).sort()).toEqual([
        '/due/day',
        '/lines',
        '/recurrence/every',
      ])
      expect((await api.get(`/v1/invoice-rules/${rule}`)).body.versions).toHaveLength(1)
    })

    test('of a draft change for its whole life', async () => {
      const made = await aRule({}, { state: 'draft' })
      const { api, rule, service } = made
      const { body } = await api.post(`/v1/invoice-rules/${rule}/terms`, priced(service, '250'))
      expect(body).toMatchObject({ effectiveOn: null, rule: { terms: { version: 2, lines: [{ unitPrice: '250' }] } } })
      await api.post(`/v1/contracts/${made.contract}/activate`)
      await bill(made, '2026-06-10')
      expect(await invoicesOf(made)).toEqual([{ scheduledOn: '2026-06-10', netCents: 25_000 }])
    })
  })

  describe('its periods', () => {
    test('are read page by page, with the next three to come', async () => {
      const made = await aRule()
      const { api, rule } = made
      await bill(made, '2026-06-10')
      await bill(made, '2026-07-10')
      const first = await api.get(`/v1/invoice-rules/${rule}/periods?limit=1`)
      expect(first.body.data).toMatchObject([
        { startsOn: '2026-06-10', endsOn: '2026-07-10', disposition: 'billed', invoiceId: expect.any(String), termsVersion: 1 },
      ])
      expect(first.body.forecast).toHaveLength(3)
      const second = await api.get(`/v1/invoice-rules/${rule}/periods?limit=1&cursor=${first.body.nextCursor}`)
      expect(second.body).toMatchObject({ data: [{ startsOn: '2026-07-10' }], nextCursor: null })
    })

    test('the next one is waived, a later one is not', async () => {
      const made = await aRule()
      const { api, rule } = made
      const later = await api.post(`/v1/invoice-rules/${rule}/periods/2026-07-10/waive`, { reason: 'Cortesia' })
      expect(later).toMatchObject({ status: 409, body: { code: 'period_not_open' } })
      const waived = await api.post(`/v1/invoice-rules/${rule}/periods/2026-06-10/waive`, { reason: 'Cortesia' })
      expect(waived.body).toMatchObject({ coveredUntil: '2026-07-10', nextDueOn: '2026-07-10' })
      expect((await periodsOf(made)).data).toMatchObject([{ startsOn: '2026-06-10', disposition: 'waived', reason: 'Cortesia' }])
      expect((await api.post(`/v1/invoice-rules/${rule}/periods/2026-06-10/waive`, { reason: 'x' })).status).toBe(409)
      expect((await api.post(`/v1/invoice-rules/${rule}/periods/2026-02-30/waive`, { reason: 'x' })).status).toBe(404)
    })

    test('that were missed and listed are waived one by one', async () => {
      const made = await aRule()
      const { api, rule } = made
      await bill(made, '2026-07-10')
      expect((await periodsOf(made)).data).toMatchObject([{ disposition: 'open' }, { disposition: 'billed' }])
      const waived = await api.post(`/v1/invoice-rules/${rule}/periods/2026-06-10/waive`, { reason: 'Cortesia' })
      expect(waived.body.nextDueOn).toBe('2026-08-10')
    })
  })

  describe('archiving it', () => {
    test('waives what was open and what was due, and keeps the invoices', async () => {
      const made = await aRule()
      const { api, rule } = made
      await bill(made, '2026-06-10')
      await api.moveClock('2026-07-12T12:00:00.000Z')
      expect((await api.delete(`/v1/invoice-rules/${rule}`)).status).toBe(428)
      expect((await api.delete(`/v1/invoice-rules/${rule}`, { version: 7 })).body.code).toBe('stale_version')
      expect((await api.delete(`/v1/invoice-rules/${rule}`, { version: 1 })).status).toBe(204)
      expect((await api.delete(`/v1/invoice-rules/${rule}`, { version: 1 })).status).toBe(204)
      expect((await periodsOf(made)).data).toMatchObject([
        { startsOn: '2026-06-10', disposition: 'billed' },
        { startsOn: '2026-07-10', disposition: 'waived', reason: 'rule_deleted' },
      ])
      expect((await api.get(`/v1/invoice-rules/${rule}`)).body).toMatchObject({ archivedAt: expect.any(String), nextDueOn: null })
      expect(await invoicesOf(made)).toHaveLength(1)
      const refused = await api.post(`/v1/invoice-rules/${rule}/terms`, { paymentMethod: 'pix' })
      expect(refused).toMatchObject({ status: 409, body: { code: 'rule_archived' } })
    })
  })

  test('its title changes with If-Match, and what was done stands in its history', async () => {
    const { api, rule } = await aRule()
    const changed = await api.patch(`/v1/invoice-rules/${rule}`, { title: 'Mensalidade' }, { version: 1 })
    expect(changed).toMatchObject({ status: 200, body: { title: 'Mensalidade', version: 2 } })
    expect((await api.patch(`/v1/invoice-rules/${rule}`, { title: ' ' }, { version: 2 })).status).toBe(422)
    await api.post(`/v1/invoice-rules/${rule}/terms`, { paymentMethod: 'pix' })
    const history = await api.get(`/v1/invoice-rules/${rule}/history`)
    expect(history.body.data.map((entry: { action: string }) => entry.action)).toEqual(['change_terms', 'update', 'create'])
  })

  test('rules are listed by contract and by the day on which they are due', async () => {
    const { api, contract, rule, service } = await aRule()
    const lines = [{ serviceItemId: service, unitPrice: '100', description: 'Suporte da filial' }]
    const later = { ...newRule(service), recurrence: { unit: 'month', anchorOn: '2026-09-01' }, lines }
    const second = (await api.post(`/v1/contracts/${contract}/invoice-rules`, later)).body.id
    const ids = async (query: string) =>
      (await api.get(`/v1/invoice-rules?${query}`)).body.data.map((each: { id: string }) => each.id)
    expect(await ids(`contractId=${contract}`)).toEqual([rule, second])
    expect(await ids('dueBy=2026-06-30')).toEqual([rule])
    expect(await ids('contractId=ctr_999')).toEqual([])
  })
})
