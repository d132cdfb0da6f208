import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { aContract } from '../../test/fixtures/contracts.ts'
import { ctxAt } from '../../test/fixtures/rules.ts'
import { verifiedAfterwards } from '../../test/fixtures/verified.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { instant } from '../core/dates.ts'

const now = '2026-01-05T12:00:00.000Z'
const two = [
  { dueOn: '2026-02-10', percent: '33.33' },
  { dueOn: '2026-03-10', percent: '66.67' },
]

eachEngine('an invoice made by hand', database => {
  const verified = verifiedAfterwards(database)

  /** Of R$ 100,00 in two parts. */
  async function made(
    body: object = {},
  ): Promise<{ api: TestApi; draft: (body: object, id?: string) => ReturnType<TestApi['put']> }> {
    const api = await testApi(database(), { now: instant(now) })
    verified(api.account)
    await aContract(await ctxAt(database() as TestDatabase, now, api.account))
    const first = { contractId: 'ctr_1', lines: [{ serviceItemId: 'svc_1' }], receivables: two, ...body }
    expect((await api.post('/v1/invoices', first)).status).toBe(201)
    const draft = async (change: object, id = 'inv_1') => {
      const { version } = (await api.get(`/v1/invoices/${id}`)).body
      return api.put(`/v1/invoices/${id}/draft`, change, { version })
    }
    return { api, draft }
  }
  const amounts = (body: { receivables: { amountCents: number }[] }) => body.receivables.map(part => part.amountCents)

  test('may have lines beside the catalogue, and parts of an amount each', async () => {
    const { api } = await made({
      lines: [{ description: 'Avulso', unitPrice: '70.5' }],
      receivables: [
        { dueOn: '2026-02-10', amountCents: 7000 },
        { dueOn: '2026-03-10', amountCents: 50 },
      ],
    })
    const { body } = await api.get('/v1/invoices/inv_1')
    expect(body).toMatchObject({ netCents: 7050, lines: [{ serviceItemId: null, description: 'Avulso' }] })
    expect(amounts(body)).toEqual([7000, 50])
    const wrong = {
      contractId: 'ctr_1',
      lines: [{ unitPrice: '1' }, { description: 'x' }],
      receivables: [{ dueOn: '2026-02-10' }],
    }
    expect(
      (await api.post('/v1/invoices', wrong)).body.faults.map(({ path, code }: Record<string, string>) => `${path} ${code}`),
    ).toEqual([
      '/lines/1/unitPrice required',
      '/lines/0/description required',
      '/receivables/0 part_unclear',
      '/receivables percents_not_100',
    ])
    const mixed = [two[0], { dueOn: '2026-03-10', amountCents: 5 }]
    expect(
      (await api.post('/v1/invoices', { contractId: 'ctr_1', lines: [{ serviceItemId: 'svc_1' }], receivables: mixed })).body
        .faults,
    ).toMatchObject([{ code: 'parts_mixed' }])
    const short = [{ dueOn: '2026-03-10', amountCents: 5 }]
    expect(
      (await api.post('/v1/invoices', { contractId: 'ctr_1', lines: [{ serviceItemId: 'svc_1' }], receivables: short })).body,
    ).toMatchObject({
      code: 'amounts_not_net',
      details: { netCents: 10_000, givenCents: 5 },
    })
  })

  test('is said anew: lines keep their places, receivables their ids', async () => {
    const { api, draft } = await made()
    const more = await draft({
      lines: [
        { serviceItemId: 'svc_1', position: 1, quantity: '2' },
        { description: 'Frete', unitPrice: '50' },
      ],
    })
    expect(more).toMatchObject({ status: 200, body: { grossCents: 25_000, netCents: 25_000, version: 2 } })
    expect(more.body.lines).toMatchObject([
      { position: 1, quantity: '2' },
      { position: 2, description: 'Frete' },
    ])
    expect(amounts(more.body)).toEqual([8333, 16_667])
    const fewer = await draft({ lines: [{ description: 'Frete', unitPrice: '50', position: 2 }], issueOn: '2026-01-20' })
    expect(fewer.body).toMatchObject({ netCents: 5000, estimatedIssueOn: '2026-01-20', lines: [{ position: 2 }] })
    const parts = await draft({
      receivables: [
        { id: 'rec_2', dueOn: '2026-04-10', percent: '50' },
        { dueOn: '2026-05-10', percent: '50' },
      ],
    })
    expect(parts.body.receivables).toMatchObject([
      { id: 'rec_2', installment: 1, dueOn: '2026-04-10', amountCents: 2500 },
      { installment: 2, dueOn: '2026-05-10', amountCents: 2500 },
    ])
    expect((await api.get('/v1/receivables/rec_1')).status).toBe(404)
    expect((await api.get('/v1/invoices/inv_1/history')).body.data).toHaveLength(4)
  })

  test('keeps its adjustment, and the rates that are withheld', async () => {
    const { api, draft } = await made({ withholdings: [{ tax: 'iss', rateMicros: 50_000 }] })
    await api.post('/v1/invoices/inv_1/adjustments', { kind: 'discount', amountCents: 1000, reason: 'Cortesia' })
    const { body } = await draft({ lines: [{ serviceItemId: 'svc_1', position: 1, quantity: '3' }] })
    expect(body).toMatchObject({ grossCents: 30_000, discountCents: 1000, withheldCents: 1450, netCents: 27_550 })
    expect(body.lines.map((line: { source: string }) => line.source)).toEqual(['manual', 'adjustment'])
  })

  test('keeps its receivables while it is worth nothing; then they are even, unless their parts are said', async () => {
    const { api, draft } = await made()
    const free = await draft({ lines: [{ serviceItemId: 'svc_1', position: 1, unitPrice: '0' }] })
    expect(free.body).toMatchObject({ netCents: 0, receivables: [{ id: 'rec_1' }, { id: 'rec_2', dueOn: '2026-03-10' }] })
    expect(amounts(free.body)).toEqual([0, 0])
    const again = await draft({ lines: [{ serviceItemId: 'svc_1', position: 1, unitPrice: '10.01' }] })
    expect(again.body.receivables).toMatchObject([
      { id: 'rec_1', installment: 1, installments: 2, amountCents: 500 },
      { id: 'rec_2', installment: 2, installments: 2, amountCents: 501 },
    ])
    const said = two.map((part, i) => ({ ...part, id: `rec_${i + 1}` }))
    expect(amounts((await draft({ receivables: said })).body)).toEqual([334, 667])
    // A discount of the whole takes none of them away either, and all are received as it is emitted.
    await api.post('/v1/invoices/inv_1/adjustments', { kind: 'discount', amountCents: 1001, reason: 'Cortesia' })
    const emitted = await api.post('/v1/invoices/inv_1/emit')
    expect(emitted.body).toMatchObject({
      state: 'received',
      receivables: [
        { id: 'rec_1', amountCents: 0, state: 'received' },
        { id: 'rec_2', amountCents: 0, state: 'received' },
      ],
    })
    expect((await api.post('/v1/invoices/inv_1/undo-emission')).body.receivables).toHaveLength(2)
  })

  test('that is made of nothing has the parts that were asked for', async () => {
    const { api } = await made({ lines: [{ serviceItemId: 'svc_1', unitPrice: '0' }] })
    expect(amounts((await api.get('/v1/invoices/inv_1')).body)).toEqual([0, 0])
    // Days that say no parts make one of it, as a rule does.
    const lines = [{ serviceItemId: 'svc_1', unitPrice: '0' }]
    const due = { kind: 'fixed_day', day: 10, installments: 2 }
    const other = await api.post('/v1/invoices', { contractId: 'ctr_1', lines, due })
    expect([other.status, other.body.receivables?.length]).toEqual([201, 1])
  })

  test('is refused what it does not have, with all that is wrong', async () => {
    const { draft } = await made()
    const refused = await draft({
      lines: [
        { serviceItemId: 'svc_9', position: 7 },
        { serviceItemId: 'svc_1', position: 1 },
        { serviceItemId: 'svc_1', position: 1 },
      ],
      receivables: [{ id: 'rec_9', dueOn: '2026-01-04', percent: '99' }],
    })
    expect(refused.body.faults.map(({ path, code }: Record<string, string>) => `${path} ${code}`)).toEqual([
      '/lines/0/serviceItemId unknown_service_item',
      '/lines/0/position unknown_line',
      '/lines/2/position line_repeated',
      '/receivables/0/dueOn due_before_issue',
      '/receivables percents_not_100',
      '/receivables/0/id unknown_receivable',
    ])
  })

  test('stays as it is once it is issued, and what a rule made is not said anew', async () => {
    const { api, draft } = await made()
    await api.post('/v1/invoices/inv_1/emit')
    expect(await draft({ lines: [{ serviceItemId: 'svc_1' }] })).toMatchObject({ status: 409, body: { code: 'invoice_state' } })
    await api.moveClock('2026-01-10')
    await api.post('/v1/billing-runs', {})
    await api.settle()
    const made2 = (await api.get('/v1/invoices')).body.data[0]
    await api.post(`/v1/invoices/${made2.id}/undo-emission`)
    expect(await draft({ issueOn: '2026-01-11' }, made2.id)).toMatchObject({ status: 409, body: { code: 'made_by_rule' } })
  })
})
