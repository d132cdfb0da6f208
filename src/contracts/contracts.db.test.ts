import { describe, expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { aCnpj } from '../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../test/fixtures/verified.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { instant } from '../core/dates.ts'

const JUNE_10 = instant('2026-06-10T12:00:00.000Z')

interface Parties {
  organizationId: string
  customerId: string
  serviceItemId: string
}

async function parties(api: TestApi): Promise<Parties> {
  const cnpj = aCnpj()
  const organization = await api.post('/v1/organizations', { legalName: 'Prestadora', cnpj, taxRegime: 'simples_nacional' })
  const customer = await api.post('/v1/customers', { kind: 'company', name: 'Cliente', taxId: aCnpj() })
  const service = await api.post('/v1/service-items', { name: 'Suporte', unitPrice: '100' })
  expect([organization.status, customer.status, service.status]).toEqual([201, 201, 201])
  return { organizationId: organization.body.id, customerId: customer.body.id, serviceItemId: service.body.id }
}

function ruleOf({ serviceItemId }: Parties, rule: object = {}) {
  return {
    recurrence: { unit: 'month', anchorOn: '2026-06-10' },
    due: { kind: 'fixed_day', day: 20 },
    lines: [{ serviceItemId }],
    ...rule,
  }
}

function contractOf({ organizationId, customerId }: Parties, contract: object = {}) {
  return { name: 'Suporte mensal', organizationId, customerId, ...contract }
}

eachEngine('contracts', database => {
  const toVerify = verifiedAfterwards(database)

  async function june10() {
    const api = await testApi(database(), { now: JUNE_10 })
    toVerify(api.account)
    return { api, of: await parties(api) }
  }

  async function aContract(api: TestApi, of: Parties, contract: object = {}, rule: object = {}) {
    const made = await api.post('/v1/contracts', contractOf(of, { rules: [ruleOf(of, rule)], ...contract }))
    expect(made.body).toMatchObject({ id: expect.any(String) })
    return made
  }

  const faultsOf = (reply: { body: { faults: { path: string; code: string }[] } }) =>
    reply.body.faults.map(({ path, code }) => `${path} ${code}`).sort()

  describe('making one', () => {
    test('with its rule, it begins today and is due on its first occurrence', async () => {
      const { api, of } = await june10()
      const { status, body, headers } = await aContract(api, of, { code: 'C-1' })
      expect(status).toBe(201)
      expect(headers.location).toBe(`/v1/contracts/${body.id}`)
      expect(body).toMatchObject({
        code: 'C-1',
        kind: 'sale',
        state: 'active',
        startsOn: '2026-06-10',
        endsOn: null,
        billWhileOverdue: true,
        nextDueOn: '2026-06-10',
        suspensions: [],
      })
      expect(body.rules).toMatchObject([
        {
          title: 'Suporte',
          rhythm: 'todo mês no dia 10, adiantado',
          coveredUntil: '2026-06-10',
          nextDueOn: '2026-06-10',
          terms: {
            version: 1,
            timing: 'advance',
            cutStart: 'none',
            cutEnd: 'full',
            management: 'automatic',
            lines: [{ description: 'Suporte', quantity: '1', unitPrice: '100' }],
          },
        },
      ])
      const read = await api.get(`/v1/contracts/${body.id}`)
      expect(read.body).toEqual(body)
      expect(read.headers.etag).toBe('"v1"')
    })

    test('all faults of contract and rules are told at once, each with its place', async () => {
      const { api, of } = await june10()
      const reply = await api.post(
        '/v1/contracts',
        contractOf(of, {
          name: '  ',
          startsOn: '2026-07-01',
          endsOn: '2026-06-01',
          customerId: 'cus_999',
          rules: [
            ruleOf(of, { lines: [], due: { kind: 'fixed_day', installments: 1000 } }),
            ruleOf(of, {
              recurrence: { unit: 'month', every: 0, anchorOn: '2026-06-10' },
              due: { kind: 'day_quantity', days: 30, installments: 0 },
              withholdings: [
                { tax: 'irrf', rateMicros: 700_000 },
                { tax: 'iss', rateMicros: 400_000 },
                { tax: 'iss', rateMicros: 2_000_000 },
              ],
              lines: [
                { serviceItemId: of.serviceItemId, unitPrice: '-1' },
                { serviceItemId: of.serviceItemId, quantity: '1000000', unitPrice: '100' },
                { serviceItemId: of.serviceItemId, quantity: '1000000000', unitPrice: '1000000000' },
                { serviceItemId: of.serviceItemId, unitPrice: '10', discountCents: 1001 },
                { serviceItemId: of.serviceItemId, discountPercent: '100.01' },
                { serviceItemId: of.serviceItemId, discountPercent: '10', discountCents: 10 },
                { serviceItemId: of.serviceItemId, validFrom: '2026-02-01', validUntil: '2026-01-31' },
                { serviceItemId: 'svc_999', quantity: '0' },
              ],
            }),
          ],
        }),
      )
      expect(reply.status).toBe(422)
      expect(reply.body.code).toBe('invalid_input')
      expect(faultsOf(reply)).toEqual([
        '/customerId unknown_customer',
        '/endsOn ends_before_start',
        '/name blank',
        '/rules/0/due/day required',
        '/rules/0/due/installments installments_out_of_range',
        '/rules/0/lines rule_without_lines',
        '/rules/1/due/installments installments_out_of_range',
        '/rules/1/lines/0/unitPrice negative_amount',
        '/rules/1/lines/1 amount_too_large',
        '/rules/1/lines/2 amount_too_large',
        '/rules/1/lines/3/discountCents discount_above_line',
        '/rules/1/lines/4/discountPercent percent_out_of_range',
        '/rules/1/lines/5/discountCents two_discounts',
        '/rules/1/lines/6/validUntil ends_before_start',
        '/rules/1/lines/7/quantity quantity_not_positive',
        '/rules/1/lines/7/serviceItemId unknown_service_item',
        '/rules/1/recurrence/every recurrence_out_of_range',
        '/rules/1/withholdings withholdings_above_whole',
        '/rules/1/withholdings/2/rateMicros percent_out_of_range',
        '/rules/1/withholdings/2/tax tax_repeated',
      ])
    })

    test('what a schema refuses keeps its own codes: a day that does not exist, an unknown field', async () => {
      const { api, of } = await june10()
      const reply = await api.post('/v1/contracts', contractOf(of, { startsOn: '2026-02-30', price: 1 }))
      expect(reply.status).toBe(422)
      expect(faultsOf(reply)).toEqual(['/price unknown_field', '/startsOn invalid_format'])
    })

    test('a customer that is the organization itself is refused', async () => {
      const { api, of } = await june10()
      const organization = await api.get(`/v1/organizations/${of.organizationId}`)
      const self = await api.post('/v1/customers', { kind: 'company', name: 'Eu', taxId: organization.body.cnpj })
      const reply = await api.post('/v1/contracts', contractOf(of, { customerId: self.body.id }))
      expect(reply).toMatchObject({ status: 422, body: { code: 'customer_is_supplier', faults: [{ path: '/customerId' }] } })
    })

    test('a customer does not become the organization itself while a contract between them lives', async () => {
      const { api, of } = await june10()
      const contract = (await aContract(api, of)).body
      const organization = `/v1/organizations/${of.organizationId}`
      const customer = `/v1/customers/${of.customerId}`
      const { cnpj } = (await api.get(organization)).body
      const { taxId } = (await api.get(customer)).body
      const refusedAt = (path: string) => ({ status: 422, body: { code: 'customer_is_supplier', faults: [{ path }] } })
      expect(await api.patch(customer, { taxId: cnpj }, { version: 1 })).toMatchObject(refusedAt('/taxId'))
      expect(await api.patch(organization, { cnpj: taxId }, { version: 1 })).toMatchObject(refusedAt('/cnpj'))
      // Of another organization's, or none, nothing is asked; and the same one again is no change.
      expect((await api.patch(customer, { taxId: aCnpj() }, { version: 1 })).status).toBe(200)
      expect((await api.patch(organization, { cnpj, tradeName: 'P' }, { version: 1 })).status).toBe(200)

      await api.post(`/v1/contracts/${contract.id}/cancel`, { reason: 'x' })
      expect((await api.patch(customer, { taxId: cnpj }, { version: 2 })).status).toBe(200)
      expect(await api.post(`/v1/contracts/${contract.id}/reactivate`, {})).toMatchObject({
        status: 409,
        body: { code: 'customer_is_supplier' },
      })
    })

    test('a code belongs to one contract in use', async () => {
      const { api, of } = await june10()
      await aContract(api, of, { code: 'A' })
      const again = await api.post('/v1/contracts', contractOf(of, { code: 'A' }))
      expect(again).toMatchObject({ status: 422, body: { code: 'code_taken', faults: [{ path: '/code' }] } })
    })

    test('an archived party is refused', async () => {
      const { api, of } = await june10()
      await api.post(`/v1/customers/${of.customerId}/archive`)
      const reply = await api.post('/v1/contracts', contractOf(of))
      expect(faultsOf(reply)).toEqual(['/customerId archived_customer'])
    })

    test('a purchase is never due', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { kind: 'purchase' })
      expect(body).toMatchObject({ kind: 'purchase', nextDueOn: null })
      expect(body.rules[0].coveredUntil).toBe('2026-06-10')
    })

    test('an account sees its own alone', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of)
      const other = await testApi(database(), { now: JUNE_10 })
      expect((await other.get(`/v1/contracts/${body.id}`)).status).toBe(404)
      expect((await other.post(`/v1/contracts/${body.id}/suspend`, { reason: 'x' })).status).toBe(404)
      const borrowed = await other.post('/v1/contracts', contractOf(of))
      expect(faultsOf(borrowed)).toEqual(['/customerId unknown_customer', '/organizationId unknown_organization'])
    })
  })

  describe('finding it', () => {
    test('by state, parties, code, part of a name, and the id that it has elsewhere', async () => {
      const { api, of } = await june10()
      const first = (await aContract(api, of, { code: 'X-1', name: 'Hospedagem 100%' })).body.id
      const externalIds = [{ system: 'omie', id: '77' }]
      const second = (await aContract(api, of, { code: 'X-2', state: 'draft', externalIds })).body.id
      const ids = async (query: string) =>
        (await api.get(`/v1/contracts?${query}`)).body.data.map((each: { id: string }) => each.id)
      expect(await ids('')).toEqual([first, second])
      expect(await ids('state=draft')).toEqual([second])
      expect(await ids('code=X-1')).toEqual([first])
      expect(await ids('q=100%25')).toEqual([first])
      expect(await ids(`customerId=${of.customerId}&organizationId=${of.organizationId}`)).toEqual([first, second])
      expect(await ids('customerId=cus_999')).toEqual([])
      expect(await ids('externalSystem=omie&externalId=77')).toEqual([second])
      expect(await ids('archived=true')).toEqual([])
      const page = await api.get('/v1/contracts?limit=1')
      expect(page.body.data).toHaveLength(1)
      expect(await ids(`limit=1&cursor=${page.body.nextCursor}`)).toEqual([second])
    })
  })

  describe('changing it', () => {
    test('what does not come stays, what comes null is cleared, and two people do not overwrite each other', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { number: '12', title: 'Título' })
      const at = `/v1/contracts/${body.id}`
      expect((await api.patch(at, { title: null })).status).toBe(428)
      const changed = await api.patch(at, { title: null, endsOn: '2026-12-31' }, { version: 1 })
      expect(changed).toMatchObject({ status: 200, body: { title: null, number: '12', endsOn: '2026-12-31', version: 2 } })
      expect(await api.patch(at, { title: 'Outro' }, { version: 1 })).toMatchObject({
        status: 412,
        body: { code: 'stale_version' },
      })
      // What changes nothing makes no version.
      for (const same of [{}, { title: null, number: ' 12 ', endsOn: '2026-12-31', externalIds: [] }]) {
        expect(await api.patch(at, same, { version: 2 })).toMatchObject({ status: 200, body: changed.body })
      }
      const wrong = await api.patch(at, { name: ' ', startsOn: '2026-01-01', endsOn: '2026-06-09' }, { version: 2 })
      expect(faultsOf(wrong)).toEqual(['/endsOn ends_before_start', '/name blank', '/startsOn start_is_fixed'])
      const history = await api.get(`${at}/history`)
      expect(history.body.data.map((entry: { action: string }) => entry.action)).toEqual(['update', 'create'])
    })

    test('it ends by itself when the last day of its validity is over', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { endsOn: '2026-06-30' })
      const at = `/v1/contracts/${body.id}`
      await api.moveClock('2026-06-30')
      expect((await api.get(at)).body.state).toBe('active')
      await api.moveClock('2026-07-02')
      expect((await api.get(at)).body).toMatchObject({ state: 'ended', version: 2 })
      const extended = await api.patch(at, { endsOn: null }, { version: 2 })
      expect(extended).toMatchObject({ status: 409, body: { code: 'contract_state', details: { state: 'ended' } } })
      const history = await api.get(`${at}/history`)
      expect(history.body.data[0]).toMatchObject({ action: 'end', at: '2026-07-01T03:00:00.000Z' })
    })

    test('an end that is moved moves the day on which it ends by itself', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { endsOn: '2026-06-30' })
      const at = `/v1/contracts/${body.id}`
      await api.patch(at, { endsOn: '2026-07-05' }, { version: 1 })
      await api.moveClock('2026-07-02')
      expect((await api.get(at)).body.state).toBe('active')
      await api.moveClock('2026-07-06')
      expect((await api.get(at)).body.state).toBe('ended')
    })

    test('an end that is past when it is written ends it at once, and nothing is to come', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { startsOn: '2026-01-10', endsOn: '2026-06-01' })
      expect(body).toMatchObject({ state: 'ended', nextDueOn: null })
    })
  })

  describe('a draft', () => {
    test('bills nothing until it is activated, and begins then', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { state: 'draft' }, { recurrence: { unit: 'month', anchorOn: '2026-01-31' } })
      expect(body).toMatchObject({ state: 'draft', startsOn: null, nextDueOn: null })
      expect(body.rules[0]).toMatchObject({
        coveredUntil: null,
        rhythm: 'todo mês no dia 31 (ou no último dia do mês), adiantado',
      })
      const active = await api.post(`/v1/contracts/${body.id}/activate`)
      expect(active).toMatchObject({ status: 200, body: { state: 'active', startsOn: '2026-06-10', nextDueOn: '2026-06-30' } })
      const again = await api.post(`/v1/contracts/${body.id}/activate`)
      expect(again).toMatchObject({ status: 409, body: { code: 'contract_state' } })
    })

    test('planned to begin later, it begins later', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { state: 'draft', startsOn: '2026-08-01' })
      const active = await api.post(`/v1/contracts/${body.id}/activate`)
      expect(active.body).toMatchObject({ startsOn: '2026-08-01', state: 'active' })
    })

    test('is neither suspended nor cancelled', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { state: 'draft' })
      for (const verb of ['suspend', 'cancel']) {
        const refused = await api.post(`/v1/contracts/${body.id}/${verb}`, { reason: 'x' })
        expect(refused).toMatchObject({ status: 409, body: { code: 'contract_state', details: { state: 'draft' } } })
      }
    })
  })

  describe('suspending and resuming', () => {
    test('an interval from one day to another, told in the contract', async () => {
      const { api, of } = await june10()
      const at = `/v1/contracts/${(await aContract(api, of)).body.id}`
      const suspended = await api.post(`${at}/suspend`, { reason: 'Obra', chargeLater: true })
      expect(suspended.body).toMatchObject({
        state: 'suspended',
        version: 2,
        suspensions: [{ fromOn: '2026-06-10', untilOn: null, chargeLater: true, reason: 'Obra' }],
      })
      const twice = await api.post(`${at}/suspend`, { reason: 'Outra' })
      expect(twice).toMatchObject({ status: 409, body: { code: 'suspension_overlaps' } })
      await api.moveClock('2026-06-20')
      const resumed = await api.post(`${at}/resume`, {})
      expect(resumed.body).toMatchObject({ state: 'active', suspensions: [{ fromOn: '2026-06-10', untilOn: '2026-06-20' }] })
      expect((await api.post(`${at}/resume`, {})).status).toBe(409)
    })

    test('dated ahead, the state turns on the day', async () => {
      const { api, of } = await june10()
      const at = `/v1/contracts/${(await aContract(api, of)).body.id}`
      const planned = await api.post(`${at}/suspend`, { reason: 'Férias', fromOn: '2026-07-01' })
      expect(planned.body.state).toBe('active')
      await api.moveClock('2026-07-01')
      expect((await api.get(at)).body.state).toBe('suspended')
      const resumed = await api.post(`${at}/resume`, { on: '2026-07-20' })
      expect(resumed.body.state).toBe('suspended')
      await api.moveClock('2026-07-20')
      expect((await api.get(at)).body.state).toBe('active')
    })

    test('resumed before it began, it is a suspension of no day', async () => {
      const { api, of } = await june10()
      const at = `/v1/contracts/${(await aContract(api, of)).body.id}`
      await api.post(`${at}/suspend`, { reason: 'Férias', fromOn: '2026-07-01' })
      const resumed = await api.post(`${at}/resume`, {})
      expect(resumed.body).toMatchObject({ state: 'active', suspensions: [{ fromOn: '2026-07-01', untilOn: '2026-07-01' }] })
      const again = await api.post(`${at}/suspend`, { reason: 'Sim', fromOn: '2026-06-20' })
      expect(again.status).toBe(200)
    })

    test('what is forecast says which periods are not charged', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of)
      await api.post(`/v1/contracts/${body.id}/suspend`, { reason: 'x', fromOn: '2026-07-01' })
      await api.post(`/v1/contracts/${body.id}/resume`, { on: '2026-08-01' })
      const { forecast } = (await api.get(`/v1/invoice-rules/${body.rules[0].id}/periods`)).body
      expect(forecast).toMatchObject([
        { startsOn: '2026-06-10', endsOn: '2026-07-10', scheduledOn: '2026-06-10', expected: 'charged', days: 30, ofDays: 30 },
        { startsOn: '2026-07-10', expected: 'contract_suspended', days: null },
        { startsOn: '2026-08-10', expected: 'charged' },
      ])
    })
  })

  describe('cancelling and reactivating', () => {
    test('ends the validity that day, and nothing is to come afterwards', async () => {
      const { api, of } = await june10()
      const at = `/v1/contracts/${(await aContract(api, of)).body.id}`
      await api.post(`/v1/invoice-rules/${(await api.get(at)).body.rules[0].id}/periods/2026-06-10/waive`, { reason: 'Cortesia' })
      const cancelled = await api.post(`${at}/cancel`, { on: '2026-06-25', reason: 'Desistência' })
      expect(cancelled.body).toMatchObject({
        state: 'cancelled',
        endsOn: '2026-06-25',
        cancelledOn: '2026-06-25',
        cancelReason: 'Desistência',
        nextDueOn: null,
      })
      expect(await api.patch(at, { endsOn: null }, { version: cancelled.body.version })).toMatchObject({ status: 409 })
    })

    test('before its first day it is not cancelled, and on that day it is', async () => {
      const { api, of } = await june10()
      const at = `/v1/contracts/${(await aContract(api, of, { startsOn: '2026-07-01' })).body.id}`
      expect(await api.post(`${at}/cancel`, { reason: 'x' })).toMatchObject({ status: 422, body: { code: 'contract_not_begun' } })
      expect((await api.post(`${at}/cancel`, { reason: 'x', on: '2026-07-01' })).body.state).toBe('cancelled')
    })

    test('reactivating treats the gap as a suspension and restores the end that was agreed', async () => {
      const { api, of } = await june10()
      const at = `/v1/contracts/${(await aContract(api, of, { endsOn: '2026-06-30' })).body.id}`
      await api.post(`${at}/cancel`, { reason: 'x' })
      await api.moveClock('2026-06-25')
      const back = await api.post(`${at}/reactivate`, {})
      expect(back.body).toMatchObject({
        state: 'active',
        endsOn: '2026-06-30',
        cancelledOn: null,
        cancelReason: null,
        suspensions: [{ fromOn: '2026-06-11', untilOn: '2026-06-25', chargeLater: false }],
      })
      await api.moveClock('2026-07-01')
      expect((await api.get(at)).body.state).toBe('ended')
    })

    test('a suspension that was open ends with the cancellation', async () => {
      const { api, of } = await june10()
      const at = `/v1/contracts/${(await aContract(api, of)).body.id}`
      await api.post(`${at}/suspend`, { reason: 'x', fromOn: '2026-06-01' })
      await api.post(`${at}/cancel`, { reason: 'x' })
      const back = await api.post(`${at}/reactivate`, { on: '2026-06-11' })
      // For a day ahead: until then it rests.
      expect(back.body).toMatchObject({ state: 'suspended', suspensions: [{ fromOn: '2026-06-01', untilOn: '2026-06-11' }] })
      await api.moveClock('2026-06-11')
      expect((await api.get(at)).body.state).toBe('active')
    })

    test('only what is cancelled is reactivated', async () => {
      const { api, of } = await june10()
      const at = `/v1/contracts/${(await aContract(api, of)).body.id}`
      expect(await api.post(`${at}/reactivate`, {})).toMatchObject({ status: 409, body: { code: 'contract_state' } })
    })
  })

  describe('deleting it', () => {
    test('archives it with its rules while it has no invoices', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of, { code: 'A' })
      const at = `/v1/contracts/${body.id}`
      expect((await api.delete(at, { version: 1 })).status).toBe(204)
      const archived = (await api.get(at)).body
      expect(archived).toMatchObject({ archivedAt: expect.any(String), nextDueOn: null })
      expect(archived.rules[0].archivedAt).not.toBeNull()
      expect((await api.post(`${at}/suspend`, { reason: 'x' })).body.code).toBe('contract_archived')
      expect((await aContract(api, of, { code: 'A' })).status).toBe(201)
    })

    test('is refused once an invoice hangs on it', async () => {
      const { api, of } = await june10()
      const { body } = await aContract(api, of)
      await api.post('/v1/billing-runs', { day: '2026-06-10' })
      await api.settle()
      const kept = await api.get(`/v1/contracts/${body.id}`)
      expect(kept.body.rules[0].coveredUntil).toBe('2026-07-10')
      const refused = await api.delete(`/v1/contracts/${body.id}`, { version: kept.body.version })
      expect(refused).toMatchObject({ status: 422, body: { code: 'in_use' } })
    })
  })
})
