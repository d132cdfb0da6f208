import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { testApi } from '../../test/http/test-api.ts'
import { sgsSource } from '../connectors/indices/sgs.ts'
import { instant, yearMonth } from '../core/dates.ts'
import { clockAt } from '../platform/clock.ts'
import { openLog } from '../platform/log.ts'
import { SimulatedSgs } from '../sandbox/indices/simulated-sgs.ts'
import { IndexRefresher } from './index-refresher.ts'

let sgs: SimulatedSgs
beforeEach(async () => {
  sgs = await SimulatedSgs.open()
})
afterEach(() => sgs.close())

const answering = (body: unknown) => (_: IncomingMessage, response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))

const log = openLog({ level: 'silent' })
const inMonth = yearMonth('2026-05')

it('asks for a window of days as SGS wants them, and reads its months', async () => {
  expect(await sgsSource({ baseUrl: sgs.url }).valuesOf(433, inMonth, yearMonth('2026-08'))).toEqual([
    { month: '2026-05', percent: '0.58' },
    { month: '2026-06', percent: '0.16' },
    { month: '2026-07', percent: '0.07' },
    { month: '2026-08', percent: '-0.32' },
  ])
  expect(decodeURIComponent(sgs.asked[0] ?? '')).toBe(
    '/dados/serie/bcdata.sgs.433/dados?formato=json&dataInicial=01/05/2026&dataFinal=31/08/2026',
  )
})

it('takes an empty window, which answers 404, for no months', async () => {
  expect(await sgsSource({ baseUrl: sgs.url }).valuesOf(189, inMonth, inMonth)).toEqual([])
})

it.each<[string, unknown]>([
  ['is no list', { error: 'x' }],
  ['is no JSON', '<html>'],
  ['has a day that is no month', [{ data: '02/05/2026', valor: '0.58' }]],
  ['has a decimal comma', [{ data: '01/05/2026', valor: '0,58' }]],
  [
    'has a month twice',
    [
      { data: '01/05/2026', valor: '1' },
      { data: '01/05/2026', valor: '2' },
    ],
  ],
  ['is larger than a series can be', `[${' '.repeat(1_100_000)}]`],
])('refuses an answer that %s', async (_, rows) => {
  sgs.misbehave(189, answering(rows))
  await expect(sgsSource({ baseUrl: sgs.url }).valuesOf(189, inMonth, inMonth)).rejects.toThrow(/SGS/)
})

it('gives up on a server that does not answer, fails, or sends elsewhere', async () => {
  sgs.misbehave(189, () => {})
  await expect(sgsSource({ baseUrl: sgs.url, timeoutMs: 50 }).valuesOf(189, inMonth, inMonth)).rejects.toThrow()
  sgs.misbehave(189, (_, response) => response.writeHead(503).end())
  await expect(sgsSource({ baseUrl: sgs.url }).valuesOf(189, inMonth, inMonth)).rejects.toThrow(/503/)
  sgs.misbehave(189, (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
  await expect(sgsSource({ baseUrl: sgs.url }).valuesOf(189, inMonth, inMonth)).rejects.toThrow()
})

eachEngine('the refreshing of indices', database => {
  it('finds nothing new in what the repository has, and the published twelve months of IPCA besides', async () => {
    const api = await testApi(database())
    sgs.publish(13522, '2026-08', '4.22')
    const machinery = { db: database().db, clock: clockAt(instant('2026-10-10T15:00:00Z')), log }
    const refresher = new IndexRefresher(machinery, sgs.url, () => {})
    expect(await refresher.refresh()).toEqual(
      ['igpm', 'ipca', 'igpdi', 'inpc', 'ipcfipe'].map(index => ({ index, changed: index === 'ipca' ? 1 : 0, error: null })),
    )
    const twelve = await api.get('/v1/indices/ipca/2026-08?span=twelve_months')
    expect(twelve.body).toMatchObject({
      percent: '4.22',
      kind: 'official',
      source: 'SGS 13522',
      knownAt: '2026-10-10T15:00:00.000Z',
    })
  })

  it('publishes what is new and revised for all accounts, wakes who waited, and leaves a series that fails for the next time', async () => {
    const api = await testApi(database(), { now: instant('2097-03-10T15:00:00Z') })
    const ids = await aWaitingReadjustment(api)
    sgs.publish(193, '2097-01', '1')
    sgs.publish(193, '2097-02', '0.5')
    sgs.misbehave(188, (_, response) => response.writeHead(500).end())
    const woken: number[] = []
    // Far from all that other tests of this database go by.
    const machinery = { db: database().db, clock: clockAt(instant('2097-03-10T15:00:00Z')), log }
    const refresher = new IndexRefresher(machinery, sgs.url, account => woken.push(account))
    const first = await refresher.refresh()
    expect(first).toMatchObject([
      { index: 'igpm', changed: 0, error: null },
      { index: 'ipca' },
      { index: 'igpdi' },
      { index: 'inpc', error: expect.stringContaining('500') },
      { index: 'ipcfipe', changed: 2, error: null },
    ])
    expect(woken).toContain(api.account)
    await api.settle()
    expect((await api.get(`/v1/readjustments/${ids.readjustment}`)).body).toMatchObject({
      waitsFor: null,
      applications: [{ values: [{ month: '2097-01', percent: '1', kind: 'official', source: 'SGS 193' }] }],
    })
    sgs.publish(193, '2097-02', '0.6')
    expect((await refresher.refresh()).find(({ index }) => index === 'ipcfipe')?.changed).toBe(1)
    expect((await refresher.refresh()).find(({ index }) => index === 'ipcfipe')?.changed).toBe(0)
    // What was applied by the value before says so.
    sgs.publish(193, '2097-01', '1.5')
    await refresher.refresh()
    expect((await api.get(`/v1/readjustments/${ids.readjustment}`)).body.applications[0]).toMatchObject({
      values: [{ month: '2097-01', percent: '1' }],
      revised: [{ month: '2097-01', percent: '1.5' }],
    })
    expect((await api.get('/v1/indices/ipcfipe/2097-02')).body).toMatchObject({ percent: '0.6', published: [{}, {}] })
  })

  it('lets go of a question at once when the server stops', async () => {
    const arrived = Promise.withResolvers<void>()
    sgs.misbehave(189, () => arrived.resolve())
    const refresher = new IndexRefresher(
      { db: database().db, clock: clockAt(instant('2097-03-10T15:00:00Z')), log },
      sgs.url,
      () => {},
    )
    refresher.start()
    await arrived.promise
    await refresher.stop()
    expect(sgs.asked).toHaveLength(1)
  })

  it('is asked for by the operator alone, and refused where the server has no source', async () => {
    const api = await testApi(database())
    expect((await api.post('/v1/indices/refresh')).status).toBe(403)
  })
})

/** One whose date has come, of a month that nobody knows yet. */
async function aWaitingReadjustment(api: Awaited<ReturnType<typeof testApi>>): Promise<{ readjustment: string }> {
  const made = async (path: string, body: object) => {
    const reply = await api.post(path, body)
    expect(reply.status, JSON.stringify(reply.body)).toBe(201)
    return reply.body
  }
  const organization = await made('/v1/organizations', {
    legalName: 'Prestadora Ltda',
    cnpj: '11444777000161',
    taxRegime: 'simples_nacional',
  })
  const service = await made('/v1/service-items', { name: 'Suporte', unitPrice: '100' })
  const customer = await made('/v1/customers', { kind: 'person', name: 'Cliente', taxId: '11144477735' })
  const contract = await made('/v1/contracts', {
    name: 'Contrato',
    organizationId: organization.id,
    customerId: customer.id,
    rules: [
      {
        recurrence: { unit: 'month', anchorOn: '2097-03-10' },
        due: { kind: 'fixed_day', day: 10 },
        lines: [{ serviceItemId: service.id }],
      },
    ],
  })
  const readjustment = await made(`/v1/invoice-rules/${contract.rules[0].id}/readjustments`, {
    index: 'ipcfipe',
    startsOn: '2097-03-10',
    everyMonths: 1,
  })
  await api.settle()
  expect((await api.get(`/v1/readjustments/${readjustment.id}`)).body.waitsFor).toBe('index_missing')
  return { readjustment: readjustment.id }
}
