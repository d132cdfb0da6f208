import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { testApi } from '../../test/http/test-api.ts'
import { sgsSource } from '../connectors/indices/sgs.ts'
import { instant, yearMonth } from '../core/dates.ts'
import { clockAt } from '../platform/clock.ts'
import { openLog } from '../platform/log.ts'
import { IndexRefresher } from './index-refresher.ts'

// A small SGS that listens: what it answers for a series, by its number.
const answers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>()
const asked: string[] = []
const sgs = createServer((request, response) => {
  asked.push(request.url ?? '')
  const series = /bcdata\.sgs\.(\d+)/.exec(request.url ?? '')?.[1] ?? ''
  const answer = answers.get(series)
  if (answer) answer(request, response)
  else response.writeHead(404).end('{"error":"Value(s) not found"}')
})
const json = (rows: unknown) => (_: IncomingMessage, response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(typeof rows === 'string' ? rows : JSON.stringify(rows))

let url = ''
beforeAll(async () => {
  await new Promise<void>(resolve => sgs.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(sgs.address() as AddressInfo).port}`
})
afterAll(() => new Promise(resolve => sgs.close(resolve)))
beforeEach(() => {
  answers.clear()
  asked.length = 0
})

const log = openLog({ level: 'silent' })
const inMonth = yearMonth('2026-05')

it('asks for a window of days as SGS wants them, and reads its months', async () => {
  answers.set(
    '433',
    json([
      { data: '01/05/2026', valor: '0.58' },
      { data: '01/06/2026', valor: '-0.32' },
    ]),
  )
  expect(await sgsSource({ baseUrl: url }).valuesOf(433, inMonth, yearMonth('2026-06'))).toEqual([
    { month: '2026-05', percent: '0.58' },
    { month: '2026-06', percent: '-0.32' },
  ])
  expect(decodeURIComponent(asked[0] ?? '')).toBe(
    '/dados/serie/bcdata.sgs.433/dados?formato=json&dataInicial=01/05/2026&dataFinal=30/06/2026',
  )
})

it('takes an empty window, which answers 404, for no months', async () => {
  expect(await sgsSource({ baseUrl: url }).valuesOf(189, inMonth, inMonth)).toEqual([])
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
  answers.set('189', json(rows))
  await expect(sgsSource({ baseUrl: url }).valuesOf(189, inMonth, inMonth)).rejects.toThrow(/SGS/)
})

it('gives up on a server that does not answer, fails, or sends elsewhere', async () => {
  answers.set('189', () => {})
  await expect(sgsSource({ baseUrl: url, timeoutMs: 50 }).valuesOf(189, inMonth, inMonth)).rejects.toThrow()
  answers.set('189', (_, response) => response.writeHead(503).end())
  await expect(sgsSource({ baseUrl: url }).valuesOf(189, inMonth, inMonth)).rejects.toThrow(/503/)
  answers.set('189', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
  await expect(sgsSource({ baseUrl: url }).valuesOf(189, inMonth, inMonth)).rejects.toThrow()
  sgs.closeAllConnections()
})

eachEngine('the refreshing of indices', database => {
  it('publishes what is new and revised for all accounts, wakes who waited, and leaves a series that fails for the next time', async () => {
    const api = await testApi(database(), { now: instant('2097-03-10T15:00:00Z') })
    const ids = await aWaitingReadjustment(api)
    answers.set(
      '193',
      json([
        { data: '01/01/2097', valor: '1' },
        { data: '01/02/2097', valor: '0.5' },
      ]),
    )
    answers.set('188', (_, response) => response.writeHead(500).end())
    const woken: number[] = []
    // Far from all that other tests of this database go by.
    const machinery = { db: database().db, clock: clockAt(instant('2097-03-10T15:00:00Z')), log }
    const refresher = new IndexRefresher(machinery, url, account => woken.push(account))
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
    answers.set(
      '193',
      json([
        { data: '01/01/2097', valor: '1' },
        { data: '01/02/2097', valor: '0.6' },
      ]),
    )
    expect((await refresher.refresh()).find(({ index }) => index === 'ipcfipe')?.changed).toBe(1)
    expect((await refresher.refresh()).find(({ index }) => index === 'ipcfipe')?.changed).toBe(0)
    // What was applied by the value before says so.
    answers.set('193', json([{ data: '01/01/2097', valor: '1.5' }]))
    await refresher.refresh()
    expect((await api.get(`/v1/readjustments/${ids.readjustment}`)).body.applications[0]).toMatchObject({
      values: [{ month: '2097-01', percent: '1' }],
      revised: [{ month: '2097-01', percent: '1.5' }],
    })
    expect((await api.get('/v1/indices/ipcfipe/2097-02')).body).toMatchObject({ percent: '0.6', published: [{}, {}] })
  })

  it('lets go of a question at once when the server stops', async () => {
    const arrived = Promise.withResolvers<void>()
    answers.set('189', () => arrived.resolve())
    const refresher = new IndexRefresher(
      { db: database().db, clock: clockAt(instant('2097-03-10T15:00:00Z')), log },
      url,
      () => {},
    )
    refresher.start()
    await arrived.promise
    await refresher.stop()
    expect(asked).toHaveLength(1)
    sgs.closeAllConnections()
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
