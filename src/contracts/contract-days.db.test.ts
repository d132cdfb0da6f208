import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { aContract, ruleInput } from '../../test/fixtures/contracts.ts'
import { verifiedAfterwards } from '../../test/fixtures/verified.ts'
import { testApi } from '../../test/http/test-api.ts'
import { openSystemCtx } from '../app/context.ts'
import { civilDate, instant } from '../core/dates.ts'
import { showId } from '../core/ids.ts'
import { systemClock } from '../platform/clock.ts'
import { openLog } from '../platform/log.ts'

eachEngine('days of contracts', database => {
  const toVerify = verifiedAfterwards(database)

  /** Its verbs, without the schemas of the API: what an account may hold from before there were bounds. */
  async function anAccount() {
    const api = await testApi(database(), { now: instant('2026-06-10T12:00:00.000Z') })
    toVerify(api.account)
    const ctx = await openSystemCtx(
      { db: database().db, clock: systemClock, log: openLog({ level: 'silent' }) },
      api.account,
      'test',
    )
    if (ctx === null) throw new Error('the account was just made')
    return { api, ctx }
  }

  test('lie between 1990 and 2099, wherever somebody writes one', async () => {
    const { api, ctx } = await anAccount()
    const { contractId, ruleId, organizationId, customerId, serviceItemId } = await aContract(ctx)
    const contract = `/v1/contracts/${showId('contract', contractId)}`
    const rule = `/v1/invoice-rules/${showId('invoice_rule', ruleId)}`
    const due = { kind: 'fixed_day', day: 20 }
    const lines = [{ serviceItemId: showId('service_item', serviceItemId) }]
    const recurrence = { unit: 'month', anchorOn: '2026-06-10' }
    const parties = { organizationId: showId('organization', organizationId), customerId: showId('customer', customerId) }
    const late = '2199-12-31'
    const replies = {
      cancel: await api.post(`${contract}/cancel`, { on: late, reason: 'x' }),
      activate: await api.post(`${contract}/activate`, { on: late }),
      suspend: await api.post(`${contract}/suspend`, { fromOn: late, reason: 'x' }),
      resume: await api.post(`${contract}/resume`, { on: late }),
      reactivate: await api.post(`${contract}/reactivate`, { on: '1989-12-31', endsOn: '2100-01-01' }),
      patch: await api.patch(contract, { endsOn: '2100-01-01' }, { version: 1 }),
      create: await api.post('/v1/contracts', { name: 'x', ...parties, startsOn: '1989-12-31', endsOn: '2100-01-01' }),
      rule: await api.post(`${contract}/invoice-rules`, { recurrence, due, lines, billedThrough: late, endsOn: late }),
      terms: await api.post(`${rule}/terms`, { validFrom: late, recurrence: { anchorOn: late }, endsOn: late }),
      before: await api.post(`${rule}/events`, { kind: 'surcharge', description: 'x', amountCents: 1, firstMonth: '1900-01' }),
      after: await api.post(`${rule}/events`, { kind: 'surcharge', description: 'x', amountCents: 1, firstMonth: '2199-12' }),
      run: await api.post('/v1/billing-runs', { day: late }),
      explain: await api.get(`${contract}/explain?day=${late}`),
    }
    const told = Object.entries(replies).map(([name, { status, body }]) => [
      name,
      status,
      ...body.faults.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`).sort(),
    ])
    expect(told).toEqual([
      ['cancel', 422, '/on date_out_of_range'],
      ['activate', 422, '/on date_out_of_range'],
      ['suspend', 422, '/fromOn date_out_of_range'],
      ['resume', 422, '/on date_out_of_range'],
      ['reactivate', 422, '/endsOn date_out_of_range', '/on date_out_of_range'],
      ['patch', 422, '/endsOn date_out_of_range'],
      ['create', 422, '/endsOn date_out_of_range', '/startsOn date_out_of_range'],
      ['rule', 422, '/billedThrough date_out_of_range', '/endsOn date_out_of_range'],
      ['terms', 422, '/endsOn date_out_of_range', '/recurrence/anchorOn date_out_of_range', '/validFrom date_out_of_range'],
      ['before', 422, '/firstMonth date_out_of_range'],
      ['after', 422, '/firstMonth date_out_of_range'],
      ['run', 422, '/day date_out_of_range'],
      ['explain', 400, '/day date_out_of_range'],
    ])
    expect(replies.cancel.body.faults[0].message).toBe('A data deve estar entre 01/01/1990 e 31/12/2099.')
    expect(replies.after.body.faults[0].message).toBe('O mês deve estar entre 01/1990 e 12/2099.')
    expect((await api.post(`${contract}/cancel`, { on: '2026-02-30', reason: 'x' })).body.faults[0].code).toBe('invalid_format')
  })

  test('on the last of them everything is still reckoned, one period beyond it', async () => {
    const { api, ctx } = await anAccount()
    const { contractId, ruleId } = await aContract(ctx, {
      rule: { recurrence: { unit: 'month', every: 120, anchorOn: civilDate('2026-01-10') } },
    })
    const contract = `/v1/contracts/${showId('contract', contractId)}`
    const event = { kind: 'surcharge', description: 'x', amountCents: 1, firstMonth: '2099-12' }
    expect((await api.post(`/v1/invoice-rules/${showId('invoice_rule', ruleId)}/events`, event)).status).toBe(201)
    expect((await api.get(`${contract}/explain?day=2099-12-31`)).status).toBe(200)
    const cancelled = await api.post(`${contract}/cancel`, { on: '2099-12-31', reason: 'x' })
    expect(cancelled).toMatchObject({ status: 200, body: { endsOn: '2099-12-31' } })
    expect(await api.post(`${contract}/reactivate`, {})).toMatchObject({ status: 200, body: { state: 'active' } })
  })

  test('that were kept before there were bounds do not stop a contract', async () => {
    const { api, ctx } = await anAccount()
    const beyond = civilDate('2199-12-31')
    const { contractId, ruleId, organizationId, customerId, serviceItemId } = await aContract(ctx, { endsOn: beyond })
    const contract = `/v1/contracts/${showId('contract', contractId)}`
    const rule = `/v1/invoice-rules/${showId('invoice_rule', ruleId)}`
    const draft = await aContract(ctx, {
      organizationId,
      customerId,
      state: 'draft',
      startsOn: civilDate('2026-01-10'),
      endsOn: beyond,
      rules: [ruleInput(serviceItemId, { billedThrough: beyond })],
    })
    const replies = {
      shown: await api.get(contract),
      periods: await api.get(`${rule}/periods`),
      explained: await api.get(`${contract}/explain?day=2099-11-30`),
      activated: await api.post(`/v1/contracts/${showId('contract', draft.contractId)}/activate`, {}),
      cancelled: await api.post(`${contract}/cancel`, { reason: 'x' }),
      reactivated: await api.post(`${contract}/reactivate`, {}),
    }
    expect(Object.entries(replies).map(([name, { status }]) => [name, status])).toEqual(
      Object.keys(replies).map(name => [name, 200]),
    )
    expect(replies.reactivated.body).toMatchObject({ state: 'active', endsOn: beyond })
    await api.moveClock('2026-06-11')
    expect((await api.get('/v1/billing-runs')).body.data[0].counters.parked).toBe(0)
  })

  test('an item of a run is looked for after any number', async () => {
    const { api, ctx } = await anAccount()
    await aContract(ctx)
    const run = await api.post('/v1/billing-runs', {})
    await api.settle()
    for (const after of [2 ** 31, Number.MAX_SAFE_INTEGER, -(2 ** 40)]) {
      const cursor = Buffer.from(JSON.stringify([after])).toString('base64url')
      const reply = await api.get(`/v1/billing-runs/${run.body.id}/items?cursor=${cursor}`)
      expect(reply).toMatchObject({ status: 200, body: { data: after > 0 ? [] : expect.any(Array) } })
    }
  })
})
