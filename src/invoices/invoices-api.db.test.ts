import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { bill } from '../../test/fixtures/invoices.ts'
import { ctxAt, type RuleOptions, rules } from '../../test/fixtures/rules.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { instant } from '../core/dates.ts'

const now = '2026-01-31T12:00:00.000Z'

/** An account with one billed rule, through its API. */
async function billed(
  database: TestDatabase,
  options: RuleOptions = {},
  by: 'person' | 'scheduler' = 'person',
): Promise<TestApi> {
  const api = await testApi(database, { now: instant(now) })
  const ctx = await ctxAt(database, now, api.account)
  await rules(ctx, 1, options)
  await bill(ctx, by)
  return api
}

const draft = { terms: { management: 'draft' } } as const

eachEngine('the API of invoices', database => {
  test('shows an invoice with all that is its own, and lists it', async () => {
    const api = await billed(database())
    const { status, body, headers } = await api.get('/v1/invoices/inv_1')
    expect(status).toBe(200)
    expect(headers.etag).toBe('"v1"')
    expect(body).toMatchObject({
      id: 'inv_1',
      organizationId: 'org_1',
      customerId: 'cus_1',
      contractId: 'ctr_1',
      ruleId: 'rul_1',
      runId: 'run_1',
      state: 'to_receive',
      isLate: false,
      number: 1,
      competence: '2026-01',
      period: { startsOn: '2026-01-31', endsOn: '2026-02-28' },
      netCents: 10_000,
      lines: [{ position: 1, source: 'rule', serviceItemId: 'svc_1', quantity: '1', unitPrice: '100', grossCents: 10_000 }],
      receivables: [{ id: 'rec_1', dueOn: '2026-02-10', outstandingCents: 10_000, receipts: [] }],
      periods: [{ startsOn: '2026-01-31', scheduledOn: '2026-01-31' }],
      links: { history: '/v1/invoices/inv_1/history' },
    })
    expect((await api.get('/v1/invoices?state=to_receive&customer=cus_1&q=Contrato')).body).toMatchObject({
      data: [{ id: 'inv_1' }],
      nextCursor: null,
    })
    expect((await api.get('/v1/invoices?late=true')).body.data).toEqual([])
    expect((await api.get(body.links.history)).body.data).toMatchObject([{ action: 'emit' }])
    expect((await api.get('/v1/invoices?estado=x')).status).toBe(400)
    expect((await api.get('/v1/invoices/inv_2')).body).toMatchObject({ status: 404, code: 'not_found' })
    expect((await api.get('/v1/invoices/cus_1')).status).toBe(404)
  })

  test('pages are complete and without repetition', async () => {
    const api = await testApi(database(), { now: instant(now) })
    const ctx = await ctxAt(database(), now, api.account)
    await rules(ctx, 5)
    await bill(ctx)
    const seen: string[] = []
    for (let path: string | null = '/v1/invoices?limit=2'; path !== null; ) {
      const { data, nextCursor }: { data: { id: string }[]; nextCursor: string | null } = (await api.get(path)).body
      seen.push(...data.map(({ id }) => id))
      path = nextCursor === null ? null : `/v1/invoices?limit=2&cursor=${nextCursor}`
    }
    expect(seen).toEqual(['inv_5', 'inv_4', 'inv_3', 'inv_2', 'inv_1'])
    const byDue = (await api.get('/v1/receivables?limit=3')).body
    const rest = (await api.get(`/v1/receivables?limit=3&cursor=${byDue.nextCursor}`)).body
    expect([...byDue.data, ...rest.data].map(({ id }) => id)).toEqual(['rec_1', 'rec_2', 'rec_3', 'rec_4', 'rec_5'])
  })

  test('leads an invoice through its life', async () => {
    const api = await billed(database(), draft, 'scheduler')
    const patched = await api.patch('/v1/invoices/inv_1', { description: 'Janeiro', dueOns: ['2026-02-20'] }, { version: 1 })
    expect(patched).toMatchObject({ status: 200, headers: { etag: '"v2"' }, body: { description: 'Janeiro', dueByRule: false } })
    expect((await api.patch('/v1/invoices/inv_1', { description: 'x' })).status).toBe(428)
    expect((await api.patch('/v1/invoices/inv_1', { description: 'x' }, { version: 1 })).body).toMatchObject({
      status: 412,
      code: 'stale_version',
    })
    const adjustment = { kind: 'surcharge', amountCents: 500, reason: 'Deslocamento' }
    expect((await api.post('/v1/invoices/inv_1/adjustments', adjustment)).body).toMatchObject({ netCents: 10_500 })
    expect((await api.post('/v1/invoices/inv_1/comments', { body: 'Conferida' })).body).toMatchObject({
      id: 'cmt_1',
      body: 'Conferida',
    })
    expect((await api.post('/v1/invoices/inv_1/block', { reason: 'Esperar' })).body.approval).toBe('blocked')
    expect((await api.post('/v1/invoices/inv_1/emit')).body).toMatchObject({ status: 409, code: 'awaiting_approval' })
    expect((await api.post('/v1/invoices/inv_1/approve')).body).toMatchObject({ approval: 'approved', state: 'to_emit' })
    expect((await api.post('/v1/invoices/inv_1/emit')).body).toMatchObject({ state: 'to_receive', number: 1 })
    expect((await api.post('/v1/invoices/inv_1/undo-emission')).body).toMatchObject({ state: 'to_emit', number: null })
    expect((await api.post('/v1/invoices/inv_1/emit')).body).toMatchObject({ state: 'to_receive', number: 2 })
    expect((await api.post('/v1/invoices/inv_1/cancel', {})).body.faults).toMatchObject([{ path: '/reason', code: 'required' }])
    expect((await api.post('/v1/invoices/inv_1/cancel', { reason: 'Engano' })).body.state).toBe('cancelled')
    expect((await api.post('/v1/invoices/inv_1/undo-cancellation')).body.state).toBe('to_receive')
    expect((await api.post('/v1/invoices/inv_1/redraft', { reason: 'Refazer' })).body).toMatchObject({
      state: 'cancelled',
      periods: [],
    })
    expect((await api.post('/v1/invoices/inv_1/release')).body.code).toBe('already_released')
  })

  test('makes an invoice by hand, and names every fault of a wrong one', async () => {
    const api = await billed(database())
    const body = {
      contractId: 'ctr_1',
      lines: [{ serviceItemId: 'svc_1', quantity: '2', unitPrice: '50.25' }],
      receivables: [{ dueOn: '2026-03-10', percent: '100' }],
    }
    const made = await api.post('/v1/invoices', body)
    expect(made).toMatchObject({ status: 201, body: { state: 'to_emit', netCents: 10_050, ruleId: null } })
    expect(made.headers.location).toBe(`/v1/invoices/${made.body.id}`)
    const wrong = await api.post('/v1/invoices', {
      ...body,
      cor: 'azul',
      lines: [],
      receivables: [{ dueOn: '2026-02-30', percent: '101' }],
    })
    expect(wrong.status).toBe(422)
    expect(wrong.body.faults.map((fault: { path: string }) => fault.path).sort()).toEqual([
      '/cor',
      '/lines',
      '/receivables/0/dueOn',
      '/receivables/0/percent',
    ])
    const deleted = await api.delete(`/v1/invoices/${made.body.id}`, { version: 1 })
    expect(deleted.status).toBe(204)
    expect((await api.get(`/v1/invoices/${made.body.id}`)).body.state).toBe('cancelled')
  })

  test('happens once per Idempotency-Key', async () => {
    const api = await billed(database())
    const payment = { amountCents: 4_000, receivedOn: '2026-01-31', method: 'pix' }
    const first = await api.post('/v1/receivables/rec_1/receive', payment, { once: 'pix-1' })
    const again = await api.post('/v1/receivables/rec_1/receive', payment, { once: 'pix-1' })
    expect(first).toMatchObject({ status: 200, body: { receivedCents: 4_000, outstandingCents: 6_000, state: 'to_receive' } })
    expect(again.body).toEqual(first.body)
    expect((await api.get('/v1/receivables/rec_1')).body.receipts).toHaveLength(1)
  })

  test('leads a receivable through its life', async () => {
    const api = await billed(database())
    const moved = await api.patch('/v1/receivables/rec_1', { dueOn: '2026-02-12' }, { version: 1 })
    expect(moved).toMatchObject({ status: 200, headers: { etag: '"v2"' }, body: { dueOn: '2026-02-12' } })
    await api.moveClock('2026-02-20')
    expect((await api.get('/v1/receivables?late=true')).body.data).toMatchObject([{ id: 'rec_1', isLate: true }])
    expect((await api.get('/v1/invoices?late=true')).body.data).toMatchObject([{ id: 'inv_1', isLate: true }])
    const abated = await api.post('/v1/receivables/rec_1/abate', { amountCents: 1_000, reason: 'Acordo' })
    expect(abated.body).toMatchObject({
      abatedCents: 1_000,
      outstandingCents: 9_000,
      receipts: [{ id: 'rcp_1', kind: 'abatement' }],
    })
    const paid = await api.post('/v1/receivables/rec_1/receive', { amountCents: 9_000, receivedOn: '2026-02-19' })
    expect(paid.body).toMatchObject({ state: 'received', receivedOn: '2026-02-20' })
    expect((await api.get('/v1/invoices/inv_1')).body.state).toBe('received')
    const undone = await api.post('/v1/receivables/rec_1/receipts/rcp_2/undo', { reason: 'Estorno' })
    expect(undone.body).toMatchObject({ state: 'to_receive', receivedCents: 0 })
    expect((await api.get('/v1/receivables/rec_1/history')).body.data.map((entry: { action: string }) => entry.action)).toEqual([
      'undo_receipt',
      'receive',
      'abate',
      'change_due_date',
    ])
    expect((await api.post('/v1/receivables/rec_1/receive', { amountCents: 0, receivedOn: '2026-02-19' })).status).toBe(422)
  })

  test('shows nothing of one account to another, and nothing to a key without the area', async () => {
    const api = await billed(database())
    const other = await testApi(database())
    expect((await other.get('/v1/invoices/inv_1')).status).toBe(404)
    expect((await other.post('/v1/invoices/inv_1/cancel', { reason: 'x' })).status).toBe(404)
    expect((await other.post('/v1/receivables/rec_1/receive', { amountCents: 1, receivedOn: '2026-01-31' })).status).toBe(404)
    const reader = await api.keyWith(['invoices:read'])
    expect((await api.get('/v1/invoices/inv_1', { key: reader })).status).toBe(200)
    expect((await api.post('/v1/invoices/inv_1/cancel', { reason: 'x' }, { key: reader })).status).toBe(403)
    expect((await api.get('/v1/receivables/rec_1', { key: reader })).status).toBe(403)
  })
})
