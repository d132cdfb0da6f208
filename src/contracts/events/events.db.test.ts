import { describe, expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { aCnpj } from '../../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../../test/fixtures/verified.ts'
import { type Reply, type TestApi, testApi } from '../../../test/http/test-api.ts'
import { instant } from '../../core/dates.ts'

const JUNE_10 = instant('2026-06-10T12:00:00.000Z')

interface Made {
  api: TestApi
  rule: string
}

eachEngine('billing events', database => {
  const toVerify = verifiedAfterwards(database)

  /** A monthly rule at R$ 100 from 2026-06-10 on, billed on request. */
  async function aRule(rule: object = {}): Promise<Made> {
    const api = await testApi(database(), { now: JUNE_10 })
    toVerify(api.account)
    const organization = await api.post('/v1/organizations', { legalName: 'P', cnpj: aCnpj(), taxRegime: 'simples_nacional' })
    const customer = await api.post('/v1/customers', { kind: 'company', name: 'C', taxId: aCnpj() })
    const service = await api.post('/v1/service-items', { name: 'Suporte', unitPrice: '100' })
    const made = await api.post('/v1/contracts', {
      name: 'Suporte mensal',
      organizationId: organization.body.id,
      customerId: customer.body.id,
      rules: [
        {
          recurrence: { unit: 'month', anchorOn: '2026-06-10' },
          due: { kind: 'fixed_day', day: 20 },
          management: 'on_request',
          lines: [{ serviceItemId: service.body.id }],
          ...rule,
        },
      ],
    })
    expect(made.body).toMatchObject({ id: expect.any(String) })
    return { api, rule: made.body.rules[0].id }
  }

  const add = ({ api, rule }: Made, event: object): Promise<Reply> =>
    api.post(`/v1/invoice-rules/${rule}/events`, {
      kind: 'surcharge',
      description: 'Visita técnica',
      amountCents: 1000,
      ...event,
    })

  async function bill({ api }: Made, day: string): Promise<void> {
    await api.moveClock(`${day}T12:00:00.000Z`)
    await api.post('/v1/billing-runs', { day })
    await api.settle()
  }

  const netsOf = async ({ api }: Made): Promise<number[]> =>
    (await api.get('/v1/invoices')).body.data.map((invoice: { netCents: number }) => invoice.netCents).reverse()

  const partsOf = async ({ api }: Made, event: Reply): Promise<Reply['body'][]> =>
    (await api.get(`/v1/billing-events/${event.body.id}`)).body.parts

  describe('of one line', () => {
    test('it says of which, by a number that stays when lines are ordered anew, and what it is about', async () => {
      const made = await aRule()
      const { api, rule } = made
      const [first] = (await api.get(`/v1/invoice-rules/${rule}`)).body.terms.lines
      expect(first).toMatchObject({ position: 1, number: 1 })
      const other = (await api.post('/v1/service-items', { name: 'Link', unitPrice: '50' })).body.id
      await api.post(`/v1/invoice-rules/${rule}/terms`, {
        lines: [{ serviceItemId: other }, { serviceItemId: first.serviceItemId }],
      })
      const changed = (await api.get(`/v1/invoice-rules/${rule}`)).body
      expect(changed.versions.map((terms: Reply['body']) => terms.lines.map((line: Reply['body']) => line.number))).toEqual([
        [1],
        [2, 1],
      ])

      const type = await api.post('/v1/service-types', { name: 'Instalação', code: 'INST' })
      expect(type.status).toBe(201)
      const event = await add(made, { lineNumber: 1, serviceTypeId: type.body.id })
      expect(event).toMatchObject({
        status: 201,
        body: { lineNumber: 1, serviceTypeId: type.body.id, serviceItemId: first.serviceItemId },
      })
      expect((await add(made, { lineNumber: 2, serviceItemId: first.serviceItemId })).body).toMatchObject({
        lineNumber: 2,
        serviceItemId: first.serviceItemId,
        serviceTypeId: null,
      })
      // What an event names stays.
      expect((await api.delete(`/v1/service-types/${type.body.id}`, { version: 1 })).body).toMatchObject({ code: 'in_use' })
    })

    test('none that the rule bills no more, and no type that is out of use', async () => {
      const made = await aRule()
      const { api, rule } = made
      const other = (await api.post('/v1/service-items', { name: 'Link', unitPrice: '50' })).body.id
      await api.post(`/v1/invoice-rules/${rule}/terms`, { lines: [{ serviceItemId: other }] })
      const type = (await api.post('/v1/service-types', { name: 'Instalação' })).body.id
      await api.post(`/v1/service-types/${type}/archive`)
      const refused = await add(made, { lineNumber: 1, serviceTypeId: type })
      expect(refused.status).toBe(422)
      expect(refused.body.faults).toMatchObject([
        { path: '/lineNumber', code: 'unknown_line' },
        { path: '/serviceTypeId', code: 'archived_reference' },
      ])
      for (const lineNumber of [0, -1, 3, 99_999]) {
        expect((await add(made, { lineNumber })).body.faults).toMatchObject([{ code: 'unknown_line' }])
      }
      expect((await add(made, { serviceTypeId: 'sty_99' })).body.faults).toMatchObject([{ code: 'unknown_reference' }])
      expect((await add(made, { lineNumber: 2 })).status).toBe(201)
    })
  })

  describe('making one', () => {
    test('the amount is the whole, the rest is on the last part, and each is shown with its month', async () => {
      const made = await aRule()
      const event = await add(made, { amountCents: 1000, parts: 3, firstMonth: '2026-08' })
      expect(event).toMatchObject({ status: 201, body: { amountCents: 1000, openCents: 1000, firstMonth: '2026-08' } })
      expect(event.body.parts).toMatchObject([
        { number: 1, amountCents: 333, earliestMonth: '2026-08', state: 'open', origin: 'event' },
        { number: 2, amountCents: 333, earliestMonth: '2026-09' },
        { number: 3, amountCents: 334, earliestMonth: '2026-10' },
      ])
    })

    test('twice the same makes two events, and one with an Idempotency-Key', async () => {
      const made = await aRule()
      await add(made, {})
      await add(made, {})
      const keyed = () =>
        made.api.post(
          `/v1/invoice-rules/${made.rule}/events`,
          { kind: 'discount', description: 'x', amountCents: 5 },
          { once: 'k' },
        )
      expect((await keyed()).body.id).toBe((await keyed()).body.id)
      expect((await made.api.get(`/v1/billing-events?ruleId=${made.rule}`)).body.data).toHaveLength(3)
    })

    test('faults are told at their places', async () => {
      const made = await aRule()
      const codesOf = async (event: object) =>
        (await add(made, event)).body.faults.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`).sort()
      expect(await codesOf({ amountCents: 0, parts: 1000, description: ' ', serviceItemId: 'svc_999' })).toEqual([
        '/amountCents amount_not_positive',
        '/description blank',
        '/parts parts_out_of_range',
        '/serviceItemId unknown_service_item',
      ])
      expect(await codesOf({ amountCents: 10_000_000_000 })).toEqual(['/amountCents amount_too_large'])
      expect(await codesOf({ amountCents: 2, parts: 3 })).toEqual(['/parts part_below_one_cent'])
      expect(await codesOf({ firstMonth: '2026-13' })).toEqual(['/firstMonth invalid_format'])
    })
  })

  describe('a named month', () => {
    test('that is past, or all billed, is refused with the next open one', async () => {
      const made = await aRule()
      const past = await add(made, { firstMonth: '2026-05' })
      expect(past).toMatchObject({
        status: 422,
        body: { code: 'month_past', details: { nextMonth: '2026-06', nextScheduledOn: '2026-06-10' } },
      })
      await bill(made, '2026-06-10')
      const billed = await add(made, { firstMonth: '2026-06' })
      expect(billed).toMatchObject({ status: 422, body: { code: 'month_closed', details: { nextScheduledOn: '2026-07-10' } } })
      expect(billed.body.detail).toBe('Os faturamentos de 06/2026 já foram feitos; o próximo em aberto é o de 10/07/2026.')
    })

    test('that was billed elsewhere is closed too', async () => {
      const made = await aRule({ recurrence: { unit: 'month', anchorOn: '2026-06-01' }, billedThrough: '2026-06-15' })
      expect((await add(made, { firstMonth: '2026-06' })).body.code).toBe('month_closed')
      expect((await add(made, { firstMonth: '2026-07' })).status).toBe(201)
    })

    test('without an occurrence in it waits for the first one after', async () => {
      const made = await aRule({ recurrence: { unit: 'month', every: 3, anchorOn: '2026-06-10' } })
      await bill(made, '2026-06-10')
      const event = await add(made, { firstMonth: '2026-07' })
      expect(event.status).toBe(201)
      await bill(made, '2026-09-10')
      expect(await netsOf(made)).toEqual([10_000, 11_000])
    })

    test('when nothing is to come any more there is nothing to add to', async () => {
      const made = await aRule()
      const contract = (await made.api.get(`/v1/invoice-rules/${made.rule}`)).body.contractId
      await bill(made, '2026-06-10')
      await made.api.post(`/v1/contracts/${contract}/cancel`, { reason: 'x' })
      expect(await add(made, {})).toMatchObject({ status: 422, body: { code: 'nothing_to_bill' } })
    })
  })

  describe('being billed', () => {
    test('in three parts: one each billing from its month on', async () => {
      const made = await aRule()
      const event = await add(made, { amountCents: 1000, parts: 3, firstMonth: '2026-06' })
      for (const day of ['2026-06-10', '2026-07-10', '2026-08-10', '2026-09-10']) await bill(made, day)
      expect(await netsOf(made)).toEqual([10_333, 10_333, 10_334, 10_000])
      const parts = await partsOf(made, event)
      expect(parts.map(part => part.state)).toEqual(['consumed', 'consumed', 'consumed'])
      expect(new Set(parts.map(part => part.invoiceId)).size).toBe(3)
    })

    test('a discount larger than the invoice carries what it could not use on to the next', async () => {
      const made = await aRule()
      const event = await add(made, { kind: 'discount', amountCents: 25_000 })
      for (const day of ['2026-06-10', '2026-07-10', '2026-08-10']) await bill(made, day)
      expect(await netsOf(made)).toEqual([0, 0, 5000])
      expect(await partsOf(made, event)).toMatchObject([
        { amountCents: 25_000, origin: 'event', usedCents: 10_000, state: 'consumed' },
        { amountCents: 15_000, origin: 'carried', usedCents: 10_000, state: 'consumed' },
        { amountCents: 5000, origin: 'carried', usedCents: 5000, state: 'consumed' },
      ])
    })

    test('surcharges come before discounts, so that a discount may use them up', async () => {
      const made = await aRule()
      await add(made, { kind: 'discount', amountCents: 10_500 })
      await add(made, { amountCents: 500 })
      await bill(made, '2026-06-10')
      expect(await netsOf(made)).toEqual([0])
    })
  })

  describe('cancelling', () => {
    test('ends the open parts; what is billed stays', async () => {
      const made = await aRule()
      const event = await add(made, { amountCents: 300, parts: 3 })
      await bill(made, '2026-06-10')
      const cancelled = await made.api.post(`/v1/billing-events/${event.body.id}/cancel`)
      expect(cancelled.body).toMatchObject({ cancelledAt: expect.any(String), openCents: 0 })
      expect(cancelled.body.parts.map((part: { state: string }) => part.state)).toEqual(['consumed', 'cancelled', 'cancelled'])
      const again = await made.api.post(`/v1/billing-events/${event.body.id}/cancel`)
      expect(again).toMatchObject({ status: 409, body: { code: 'event_already_cancelled' } })
      await bill(made, '2026-07-10')
      expect(await netsOf(made)).toEqual([10_100, 10_000])
      const history = await made.api.get(`/v1/billing-events/${event.body.id}/history`)
      expect(history.body.data.map((entry: { action: string }) => entry.action)).toEqual(['cancel', 'create'])
    })

    test('is refused once all of it is billed', async () => {
      const made = await aRule()
      const event = await add(made, {})
      await bill(made, '2026-06-10')
      const refused = await made.api.post(`/v1/billing-events/${event.body.id}/cancel`)
      expect(refused).toMatchObject({ status: 409, body: { code: 'event_already_consumed' } })
    })
  })

  test('parts left when the rule ends are reported as unused', async () => {
    const made = await aRule()
    const event = await add(made, { parts: 2 })
    await bill(made, '2026-06-10')
    expect((await made.api.delete(`/v1/invoice-rules/${made.rule}`, { version: 1 })).status).toBe(204)
    expect((await partsOf(made, event)).map(part => part.state)).toEqual(['consumed', 'unused'])
    expect(await add(made, {})).toMatchObject({ status: 409, body: { code: 'rule_archived' } })
  })

  test('lists by rule, by kind and by whether something is open', async () => {
    const made = await aRule()
    const first = (await add(made, {})).body.id
    const second = (await add(made, { kind: 'discount' })).body.id
    await made.api.post(`/v1/billing-events/${first}/cancel`)
    const ids = async (query: string) =>
      (await made.api.get(`/v1/billing-events?${query}`)).body.data.map((event: { id: string }) => event.id)
    expect(await ids(`ruleId=${made.rule}`)).toEqual([first, second])
    expect(await ids('kind=discount')).toEqual([second])
    expect(await ids('open=true')).toEqual([second])
    expect(await ids('open=false')).toEqual([first])
  })
})
