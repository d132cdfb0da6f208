import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { testApi } from '../../test/http/test-api.ts'
import { instant, yearMonth } from '../core/dates.ts'
import { decimal } from '../core/money.ts'
import { publishValues } from './index-store.ts'
import { priceIndices } from './price-index.ts'

const at = instant('2026-12-01T12:00:00Z')

eachEngine('price indices', database => {
  const publish = (month: string, percent: string, index: 'igpdi' | 'inpc' = 'igpdi') =>
    database().db.transact('dispatch', tx =>
      publishValues(tx, [{ index, month: yearMonth(month), months: 1, percent: decimal(percent), source: 'SGS' }], at),
    )

  it.each(priceIndices)('the database has the series %s of the repository, month by month', async index => {
    const api = await testApi(database())
    const lines = readFileSync(new URL(`../../db/indices/${index}.csv`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
    const told = lines.map(line => [line.slice(0, 7), decimal(line.split(',')[1] ?? ''), line.slice(line.indexOf(',', 8) + 1)])
    const { body } = await api.get(`/v1/indices/${index}?limit=200`)
    const shown = [...body.data]
    for (let next = body.nextCursor; next !== null; ) {
      const page = await api.get(`/v1/indices/${index}?limit=200&cursor=${next}`)
      shown.push(...page.body.data)
      next = page.body.nextCursor
    }
    // Other tests of this database publish months after the last one.
    expect(shown.slice(0, told.length).map(one => [one.month, one.percent, one.source])).toEqual(told)
  })

  it('are listed with who publishes them and the last month that is known', async () => {
    const api = await testApi(database())
    const { data } = (await api.get('/v1/indices')).body
    expect(data.map((one: { index: string }) => one.index)).toEqual([...priceIndices])
    expect(data[0]).toMatchObject({ name: 'IGP-M', institute: 'FGV', usualLagMonths: 1, latest: { month: '2026-04' } })
    expect((await api.get('/v1/indices/igpm?from=2025-08&to=2025-09')).body.data).toMatchObject([
      { month: '2025-08', percent: '0.36', kind: 'official' },
      { month: '2025-09', percent: '0.42', kind: 'official' },
    ])
    expect((await api.get('/v1/indices/selic')).status).toBe(404)
  })

  it('have months that an account enters by hand, with their source and their history, for itself alone', async () => {
    const api = await testApi(database(), { mode: 'live' })
    const stranger = await testApi(database(), { mode: 'sandbox', now: instant('2026-04-01T15:00:00.000Z') })
    const month = '/v1/indices/igpdi/2026-02'
    expect((await api.get(month)).status).toBe(404)
    const entered = await api.put(month, { percent: '0.40', source: 'Boletim da Fipe' })
    expect(entered).toMatchObject({ status: 200, body: { percent: '0.4', kind: 'by_hand', version: 1 } })
    expect((await api.put(month, { percent: '0.4', source: 'Boletim da Fipe' })).body.version).toBe(1)
    expect((await api.put(month, { percent: '0.41', source: 'Boletim, corrigido' })).body.version).toBe(2)
    expect((await api.get(month)).body).toMatchObject({ percent: '0.41', kind: 'by_hand', published: [], replaced: null })
    expect((await stranger.get(month)).status).toBe(404)
    expect((await stranger.put(month, { percent: '1', source: 'x' })).body.kind).toBe('simulated')
    expect((await api.get(`${month}/history`)).body.data).toMatchObject([{ action: 'update' }, { action: 'create' }])
    expect((await api.delete(month)).status).toBe(204)
    expect((await api.get(month)).status).toBe(404)
    expect((await api.delete(month)).status).toBe(404)
  })

  it('refuse what is published, what has no source and what cannot be', async () => {
    const api = await testApi(database())
    const put = async (path: string, body: object) => {
      const { status, body: problem } = await api.put(path, body)
      return [status, problem.code, ...(problem.faults ?? []).map((fault: { path: string }) => fault.path)]
    }
    expect(await put('/v1/indices/igpm/2025-09', { percent: '0.5', source: 'x' })).toEqual([409, 'index_published'])
    expect(await put('/v1/indices/igpm/2030-01', { percent: '0.5', source: '  ' })).toEqual([422, 'invalid_input', '/source'])
    expect(await put('/v1/indices/igpm/2030-01', { percent: '-100', source: 'x' })).toEqual([
      422,
      'percent_out_of_range',
      '/percent',
    ])
    expect(await put('/v1/indices/igpm/2030-01', { percent: '0,5', source: 'x' })).toEqual([422, 'invalid_input', '/percent'])
    expect(await put('/v1/indices/igpm/2030-13', { percent: '0.5', source: 'x' })).toEqual([404, 'not_found'])
    expect(await put('/v1/indices/igpm/2030-01', {})).toEqual([422, 'invalid_input', '/percent', '/source'])
  })

  it('are not entered before their prices are collected, on the clock of the account', async () => {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2098-10-20T15:00:00.000Z') })
    const put = async (path: string) => (await api.put(path, { percent: '0.5', source: 'x' })).body
    expect(await put('/v1/indices/inpc/2098-10')).toMatchObject({
      code: 'month_not_over',
      detail: expect.stringContaining('só estão todos coletados em 01/11/2098'),
    })
    expect(await put('/v1/indices/igpm/2098-10')).toMatchObject({ code: 'month_not_over' })
    await api.moveClock('2098-10-21')
    // The IGP-M of a month closes on its 20th day, and is published before the month ends.
    expect(await put('/v1/indices/igpm/2098-10')).toMatchObject({ percent: '0.5' })
    expect(await put('/v1/indices/inpc/2098-10')).toMatchObject({ code: 'month_not_over' })
    await api.moveClock('2098-11-01')
    expect(await put('/v1/indices/inpc/2098-10')).toMatchObject({ percent: '0.5' })
  })

  it('are spoken for by what is published, which replaces what was entered and shows it', async () => {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2098-03-01T15:00:00.000Z') })
    const month = '/v1/indices/igpdi/2098-01'
    await api.put(month, { percent: '0.3', source: 'prévia' })
    expect(await publish('2098-01', '0.25')).toBe(1)
    expect((await api.get(month)).body).toMatchObject({
      percent: '0.25',
      kind: 'official',
      replaced: { percent: '0.3', kind: 'simulated', source: 'prévia' },
    })
  })

  it('keep every value that was published of a month: told again the same is nothing, another is a revision', async () => {
    const api = await testApi(database())
    expect(await publish('2098-05', '0.31', 'inpc')).toBe(1)
    expect(await publish('2098-05', '0.31', 'inpc')).toBe(0)
    expect(await publish('2098-05', '0.29', 'inpc')).toBe(1)
    expect((await api.get('/v1/indices/inpc/2098-05')).body).toMatchObject({
      percent: '0.29',
      published: [{ percent: '0.29' }, { percent: '0.31' }],
    })
  })

  it('are published by the dispatcher alone: no account writes what all others go by', async () => {
    const account = await database().freshAccount()
    const refused = /permission denied/
    await expect(database().db.transact({ account }, tx => sql`update index_value set percent = 0`.execute(tx))).rejects.toThrow(
      refused,
    )
    await expect(
      database().db.transact({ account }, tx =>
        publishValues(tx, [{ index: 'igpm', month: yearMonth('2030-01'), months: 1, percent: decimal('1'), source: 'x' }], at),
      ),
    ).rejects.toThrow(refused)
  })
})
