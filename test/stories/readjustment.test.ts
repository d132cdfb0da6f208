import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a price that follows an index', database => {
  const opened = (today: string) => Shop.open(database(), today)
  const clause = (shop: Shop, of: Agreement, wish: Record<string, unknown> = {}) =>
    shop.post(`/v1/invoice-rules/${of.ruleId}/readjustments`, { index: 'igpm', startsOn: '2025-10-01', ...wish })
  const shown = (shop: Shop, { id }: { id: string }) => shop.get(`/v1/readjustments/${id}`)
  const billOn = async (shop: Shop, ...days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
  }
  const gross = async (shop: Shop, of: Agreement) =>
    (await shop.invoices(of)).map(({ period, grossCents }) => [period.startsOn, grossCents])
  const put = async (shop: Shop, path: string, body: unknown) => {
    const reply = await shop.api.put(path, body)
    if (reply.status >= 300) throw new Error(JSON.stringify(reply.body))
    await shop.api.settle()
    return reply.body
  }

  test('is readjusted on its date by the twelve months of IGP-M that end a month before, and by the next twelve a year later', async () => {
    const shop = await opened('2024-10-01')
    const contract = await shop.contract({ price: '1000' })
    const made = await clause(shop, contract, { noticeDays: 10 })
    expect(made).toMatchObject({ nextOn: '2025-10-01', remindOn: '2025-09-21', lagMonths: 1, everyMonths: 12, warnings: [] })
    expect(made.preview).toMatchObject({
      firstMonth: '2024-10',
      lastMonth: '2025-09',
      factor: '1.02828436',
      oldCents: 100_000,
      newCents: 102_828,
    })
    await billOn(shop, '2024-10-01', '2025-09-01')
    await billOn(shop, '2025-10-01', '2025-11-01')
    const invoices = (await shop.invoices(contract)).filter(({ period }) => period.startsOn >= '2025-09-01')
    expect(invoices.map(({ grossCents }) => grossCents)).toEqual([100_000, 102_828, 102_828])
    expect(invoices[0].lines[0].readjustment).toBeNull()
    expect(invoices[1].lines[0].readjustment).toEqual({
      index: 'igpm',
      method: 'monthly_product',
      date: '2025-10-01',
      firstMonth: '2024-10',
      lastMonth: '2025-09',
      factor: '1.02828436',
      oldUnitPrice: '1000',
      newUnitPrice: '1028.28',
      sentence:
        'Preço reajustado em 01/10/2025 pelo IGP-M (10/2024 a 09/2025), fator 1,02828436: de R$ 1.000,00 para R$ 1.028,28.',
    })
    const after = await shown(shop, made)
    expect(after).toMatchObject({ nextOn: '2026-10-01', waitsFor: null })
    expect(after.applications).toMatchObject([
      {
        dueOn: '2025-10-01',
        outcome: 'applied',
        termsVersion: 2,
        prices: [{ validFrom: '2025-10-01', oldUnitPrice: '1000', newUnitPrice: '1028.28' }],
        undone: null,
      },
    ])
    expect(after.applications[0].values).toHaveLength(12)
    expect(after.applications[0].values[0]).toMatchObject({ month: '2024-10', percent: '1.52', kind: 'official' })
    const { rules } = await shop.get(`/v1/contracts/${contract.id}/explain`)
    expect(rules[0].sentences.join(' ')).toContain('fator 1,02828436')
    expect(rules[0].sentences.join(' ')).toContain('o próximo é em 01/10/2026, pelos meses de 10/2025 a 09/2026')
  })

  test('is billed month by month for a year at the agreed price, and from its date on at the readjusted one', async () => {
    const shop = await opened('2024-10-01')
    const contract = await shop.contract({ price: '1000' })
    await clause(shop, contract)
    const months = Array.from(
      { length: 15 },
      (_, k) => `${k < 3 ? 2024 : 2025}-${String(((9 + k) % 12) + 1).padStart(2, '0')}-01`,
    )
    await billOn(shop, ...months)
    expect(await gross(shop, contract)).toEqual(months.map((month, k) => [month, k < 12 ? 100_000 : 102_828]))
  })

  test('is readjusted before the billing of its day, where days pass and bill by themselves', async () => {
    const shop = await Shop.openWithScheduler(database(), '2025-09-30')
    const contract = await shop.contract({ price: '1000', from: '2025-10-01' })
    await clause(shop, contract, { startsOn: '2025-10-01' })
    await shop.until('2025-10-02')
    expect(await gross(shop, contract)).toEqual([['2025-10-01', 102_828]])
    expect(await shop.lastInvoice(contract)).toMatchObject({ issueOn: '2025-10-01', state: 'to_receive' })
  })

  test('waits for a month that is not known: held, explained and told by verify, until somebody enters it', async () => {
    const shop = await opened('2025-04-01')
    const contract = await shop.contract({ price: '1000' })
    // IGP-DI is known until December 2025.
    const made = await clause(shop, contract, { index: 'igpdi', startsOn: '2026-04-01' })
    expect(made.lagMonths).toBe(2)
    expect(made.preview).toMatchObject({ missingMonths: ['2026-01', '2026-02'], factor: null, newCents: null })
    await billOn(shop, '2025-04-01', '2026-03-01')
    await shop.until('2026-04-01')
    const run = await shop.bill()
    expect(run.outcomes).toMatchObject({ index_missing: 1 })
    const item = (await shop.items(run)).find(({ outcome }: { outcome: string }) => outcome === 'index_missing')
    expect(item).toMatchObject({
      sentence: expect.stringContaining('Falta o IGP-DI de 01/2026 para o reajuste de 01/04/2026'),
      detail: { readjustment: made.id, index: 'igpdi', month: '2026-01', date: '2026-04-01' },
    })
    expect(await shown(shop, made)).toMatchObject({ waitsFor: 'index_missing', missingMonth: '2026-01' })
    const { rules } = await shop.get(`/v1/contracts/${contract.id}/explain`)
    expect(rules[0].periods.at(-1)).toMatchObject({ startsOn: '2026-04-01', verdict: 'hold', reason: 'index_missing' })
    expect(rules[0].sentences.join(' ')).toContain(
      'no comando, indices set igpdi 2026-01 --value <percentual> --source <fonte>; na API, PUT /v1/indices/igpdi/2026-01',
    )
    const preview = await shop.preview()
    expect(preview.outcomes).toMatchObject({ index_missing: 1 })
    const { id } = await shop.post('/v1/verifications', { full: true })
    await shop.api.settle()
    const { result } = await shop.get(`/v1/verifications/${id}`)
    expect(result.findings).toEqual([])
    expect(result.due).toMatchObject({ index_missing: 1 })
    expect(JSON.stringify(result.information)).toContain('IGP-DI de 01/2026, reajuste de 01/04/2026')

    await put(shop, '/v1/indices/igpdi/2026-01', { percent: '0.5', source: 'estimativa' })
    expect(await shown(shop, made)).toMatchObject({ waitsFor: 'index_missing', missingMonth: '2026-02' })
    const entered = await put(shop, '/v1/indices/igpdi/2026-02', { percent: '-0.25', source: 'estimativa' })
    expect(entered).toMatchObject({ kind: 'simulated', percent: '-0.25', version: 1 })
    const applied = await shown(shop, made)
    expect(applied).toMatchObject({ waitsFor: null, nextOn: '2027-04-01' })
    expect(applied.applications[0].values.slice(-2)).toMatchObject([
      { month: '2026-01', kind: 'simulated' },
      { month: '2026-02', kind: 'simulated' },
    ])
    const retried = await shop.tellRun(run, 'retry')
    expect(retried.outcomes).toMatchObject({ emitted: 1 })
    const [line] = (await shop.lastInvoice(contract)).lines
    expect(line.unitPrice).toBe(applied.applications[0].prices[0].newUnitPrice)
  })

  test('is found by itself the day after its value became known', async () => {
    const shop = await opened('2026-03-01')
    const contract = await shop.contract({ price: '1000' })
    const made = await clause(shop, contract, { index: 'ipcfipe', startsOn: '2026-04-01', everyMonths: 1 })
    expect(made.warnings).toMatchObject([{ code: 'under_12_months' }])
    await billOn(shop, '2026-03-01', '2026-04-01')
    expect(await gross(shop, contract)).toEqual([['2026-03-01', 100_000]])
    await put(shop, '/v1/indices/ipcfipe/2026-02', { percent: '1', source: 'x' })
    await put(shop, '/v1/indices/ipcfipe/2026-03', { percent: '2', source: 'x' })
    await billOn(shop, '2026-04-02', '2026-05-01')
    expect(await gross(shop, contract)).toEqual([
      ['2026-03-01', 100_000],
      ['2026-04-01', 101_000],
      ['2026-05-01', 103_020],
    ])
  })

  test('is undone while nothing was billed with it, waits for somebody to approve it anew, and is redone', async () => {
    const shop = await opened('2025-09-15')
    const contract = await shop.contract({ price: '1000', from: '2025-09-20' })
    const made = await clause(shop, contract, { startsOn: '2025-10-01' })
    await shop.until('2025-10-02')
    expect((await shown(shop, made)).applications).toHaveLength(1)
    const undone = await shop.post(`/v1/readjustments/${made.id}/undo`, { reason: 'Combinado com o cliente' })
    expect(undone).toMatchObject({ nextOn: '2025-10-01', waitsFor: 'readjustment_unapproved', isApproved: false })
    await billOn(shop, '2025-10-20')
    expect((await shop.runs()).at(-1)?.outcomes).toMatchObject({ readjustment_unapproved: 1 })
    expect((await shop.post('/v1/readjustments/approve', { ids: [made.id] })).data).toEqual([
      { id: made.id, date: '2025-10-01', factor: '1.02828436' },
    ])
    await shop.api.settle()
    await shop.bill()
    expect(await gross(shop, contract)).toEqual([['2025-10-20', 102_828]])
    const refused = await shop.refusal(`/v1/readjustments/${made.id}/undo`)
    expect(refused).toMatchObject({ status: 409, code: 'readjustment_billed' })
    const [{ id }] = await shop.invoices(contract)
    await shop.post(`/v1/invoices/${id}/redraft`, { reason: 'Refazer' })
    await shop.post(`/v1/readjustments/${made.id}/undo`, {})
    await shop.post(`/v1/readjustments/${made.id}/skip`, { reason: 'Sem reajuste neste ano' })
    await shop.bill()
    const standing = (await shop.invoices(contract)).filter(({ state }) => state !== 'cancelled')
    expect(standing).toMatchObject([{ grossCents: 100_000, lines: [{ readjustment: null }] }])
    expect(await shown(shop, made)).toMatchObject({ nextOn: '2026-10-01', applications: [{ outcome: 'skipped' }, {}, {}] })
  })

  test('is kept where the index fell, unless the clause lets it fall', async () => {
    const shop = await opened('2023-09-01')
    const kept = await shop.contract({ price: '1000' })
    const falls = await shop.contract({ price: '1000' })
    const first = await clause(shop, kept, { startsOn: '2023-10-01' })
    const second = await clause(shop, falls, { startsOn: '2023-10-01', allowsNegative: true })
    await billOn(shop, '2023-09-01', '2023-10-01')
    expect(await gross(shop, kept)).toEqual([
      ['2023-09-01', 100_000],
      ['2023-10-01', 100_000],
    ])
    expect(await gross(shop, falls)).toEqual([
      ['2023-09-01', 100_000],
      ['2023-10-01', 94_043],
    ])
    expect((await shown(shop, first)).applications).toMatchObject([
      { outcome: 'held_at_zero', factor: '0.94043286', termsVersion: null },
    ])
    expect((await shown(shop, second)).applications).toMatchObject([{ outcome: 'applied' }])
  })

  test('goes by the published twelve months where the clause says so, and waits for that figure', async () => {
    const shop = await opened('2025-09-01')
    const contract = await shop.contract({ price: '1000' })
    const made = await clause(shop, contract, { method: 'published_12m' })
    await billOn(shop, '2025-09-01', '2025-10-01')
    expect(await shown(shop, made)).toMatchObject({ waitsFor: 'index_missing', missingMonth: '2025-09' })
    await put(shop, '/v1/indices/igpm/2025-09', { percent: '2.82', source: 'FGV, nota de 29/09/2025', span: 'twelve_months' })
    await shop.bill()
    expect(await gross(shop, contract)).toEqual([
      ['2025-09-01', 100_000],
      ['2025-10-01', 102_820],
    ])
  })

  test('concerns the service of its clause; the clause of the whole rule all others', async () => {
    const shop = await opened('2025-09-01')
    const hosting = (await shop.post('/v1/service-items', { name: 'Hospedagem' })).id
    const lines = [
      { serviceItemId: shop.serviceItemId, unitPrice: '1000' },
      { serviceItemId: hosting, unitPrice: '0.123456', quantity: '1000' },
    ]
    const contract = await shop.contract({ lines })
    await clause(shop, contract, { serviceItemId: hosting, index: 'ipca' })
    await clause(shop, contract)
    expect(
      await shop.refusal(`/v1/invoice-rules/${contract.ruleId}/readjustments`, { index: 'inpc', startsOn: '2026-01-01' }),
    ).toMatchObject({
      faults: [{ path: '/serviceItemId', code: 'readjustment_exists' }],
    })
    expect(
      await shop.refusal(`/v1/invoice-rules/${contract.ruleId}/readjustments`, {
        index: 'inpc',
        startsOn: '2026-01-01',
        serviceItemId: hosting,
      }),
    ).toMatchObject({ faults: [{ code: 'readjustment_exists' }] })
    await billOn(shop, '2025-10-01')
    const [whole, hosted] = (await shop.lastInvoice(contract)).lines
    expect(whole).toMatchObject({ unitPrice: '1028.28', readjustment: { index: 'igpm' } })
    // IPCA from September 2024 to August 2025: 5.13 per cent; a price with parts of a cent keeps its decimals.
    expect(hosted).toMatchObject({
      unitPrice: '0.12979',
      grossCents: 12_979,
      readjustment: { index: 'ipca', lastMonth: '2025-08' },
    })
  })

  test('splits no period: a date in the middle of one waits for the next, and asks for no difference', async () => {
    const shop = await opened('2025-09-01')
    const advance = await shop.contract({ price: '1000', priceChange: 'prorate' })
    const arrears = await shop.contract({ price: '1000', timing: 'arrears', priceChange: 'prorate' })
    await clause(shop, advance, { startsOn: '2025-10-15' })
    await clause(shop, arrears, { startsOn: '2025-10-15' })
    await billOn(shop, '2025-09-01', '2025-10-01', '2025-11-01', '2025-12-01')
    expect(await gross(shop, advance)).toEqual([
      ['2025-09-01', 100_000],
      ['2025-10-01', 100_000],
      ['2025-11-01', 102_828],
      ['2025-12-01', 102_828],
    ])
    expect(await gross(shop, arrears)).toEqual([
      ['2025-09-01', 100_000],
      ['2025-10-01', 100_000],
      ['2025-11-01', 102_828],
    ])
    expect(await shop.all('/v1/billing-events')).toEqual([])
  })

  test('meets what a person changes: a price planned for later is readjusted too, one set since is not undone', async () => {
    const shop = await opened('2025-09-01')
    const contract = await shop.contract({ price: '1000' })
    const made = await clause(shop, contract)
    const priced = (unitPrice: string) => ({ lines: [{ serviceItemId: shop.serviceItemId, unitPrice }] })
    await shop.changeTerms(contract, { validFrom: '2025-12-01', ...priced('1200') })
    await shop.until('2025-10-01')
    const [{ prices }] = (await shown(shop, made)).applications
    expect(prices.map((one: { validFrom: string; newUnitPrice: string }) => [one.validFrom, one.newUnitPrice])).toEqual([
      ['2025-10-01', '1028.28'],
      ['2025-12-01', '1233.94'],
    ])
    await shop.changeTerms(contract, { validFrom: '2025-11-01', ...priced('1100') })
    expect(await shop.refusal(`/v1/readjustments/${made.id}/undo`)).toMatchObject({ status: 409, code: 'price_changed_since' })
    await billOn(shop, '2025-10-01', '2025-11-01', '2025-12-01')
    expect((await gross(shop, contract)).slice(-3)).toEqual([
      ['2025-10-01', 102_828],
      ['2025-11-01', 110_000],
      ['2025-12-01', 110_000],
    ])
    const notes = (await shop.invoices(contract)).map(({ lines }) => lines[0].readjustment?.newUnitPrice ?? null)
    expect(notes.slice(-3)).toEqual(['1028.28', null, null])
  })

  test('ends with its rule or contract, and goes on where that goes on', async () => {
    const shop = await opened('2025-09-01')
    const contract = await shop.contract({ price: '1000' }, { endsOn: '2025-09-30' })
    const archived = await shop.contract({ price: '1000' })
    const made = await clause(shop, contract)
    const gone = await clause(shop, archived)
    await billOn(shop, '2025-09-01')
    const rule = await shop.get(`/v1/invoice-rules/${archived.ruleId}`)
    await shop.api.delete(`/v1/invoice-rules/${archived.ruleId}`, { version: rule.version })
    await shop.until('2025-09-15')
    const { version } = await shop.get(`/v1/contracts/${contract.id}`)
    expect((await shop.api.patch(`/v1/contracts/${contract.id}`, { endsOn: '2025-11-30' }, { version })).status).toBe(200)
    await billOn(shop, '2025-10-01')
    expect((await shown(shop, made)).applications).toHaveLength(1)
    expect((await shown(shop, gone)).applications).toHaveLength(0)
    expect(await gross(shop, contract)).toEqual([
      ['2025-09-01', 100_000],
      ['2025-10-01', 102_828],
    ])
    await shop.until('2027-01-01')
    expect((await shown(shop, made)).applications).toHaveLength(1)
  })

  test('is shown for a window before it comes, and approved for many at once', async () => {
    const shop = await opened('2025-09-10')
    const contracts = []
    for (let i = 0; i < 3; i++) contracts.push(await shop.contract({ price: '1000', from: '2025-09-10' }))
    const clauses = []
    for (const contract of contracts) clauses.push(await clause(shop, contract, { startsOn: '2025-10-10', approvalWanted: true }))
    const { data } = await shop.get('/v1/readjustments?from=2025-10-01&to=2025-10-31&limit=2')
    expect(data).toMatchObject([
      { id: 'rdj_1', isApproved: false, preview: { oldCents: 100_000, newCents: 102_828 } },
      { id: 'rdj_2' },
    ])
    expect(await shop.all('/v1/readjustments?from=2025-11-01')).toEqual([])
    await shop.post('/v1/readjustments/approve', { ids: ['rdj_1'] })
    await shop.until('2025-10-10')
    const run = await shop.bill()
    expect(run.outcomes).toMatchObject({ readjustment_unapproved: 2 })
    expect(await shop.all('/v1/readjustments?waitsFor=readjustment_unapproved')).toHaveLength(2)
    const window = { from: '2025-10-01', to: '2025-10-31' }
    expect((await shop.post('/v1/readjustments/approve', window)).data).toHaveLength(2)
    expect((await shop.post('/v1/readjustments/approve', window)).data).toEqual([])
    await shop.api.settle()
    const retried = await shop.tellRun(run, 'retry')
    expect(retried.outcomes.readjustment_unapproved).toBeUndefined()
    for (const contract of contracts) expect((await gross(shop, contract)).at(-1)).toEqual(['2025-10-10', 102_828])
    for (const body of [{}, { from: '2025-10-01' }, { ids: ['rdj_1'], to: '2025-10-31' }]) {
      expect(await shop.refusal('/v1/readjustments/approve', body)).toMatchObject({ code: 'ids_or_window' })
    }
    expect(await shop.refusal('/v1/readjustments/approve', { ids: ['rdj_99'] })).toMatchObject({ status: 404 })
  })

  test('holds what is billed ahead of its date, and a forecast says so', async () => {
    const shop = await opened('2025-09-01')
    const contract = await shop.contract({ price: '1000' })
    await clause(shop, contract)
    await billOn(shop, '2025-09-01')
    const ahead = await shop.bill({ filters: { ahead: true, contracts: [contract.id] } })
    expect(ahead.outcomes).toMatchObject({ readjustment_pending: 1 })
    const forecast = await shop.preview({ day: '2025-10-01' })
    expect(forecast.outcomes).toMatchObject({ readjustment_pending: 1 })
    await billOn(shop, '2025-10-01')
    expect((await gross(shop, contract)).at(-1)).toEqual(['2025-10-01', 102_828])
  })

  test('of a draft waits until there is something to bill', async () => {
    const shop = await opened('2025-09-15')
    const contract = await shop.contract({ price: '1000' }, { state: 'draft' })
    const made = await clause(shop, contract)
    await shop.until('2025-10-02')
    expect((await shown(shop, made)).applications).toEqual([])
    await shop.post(`/v1/contracts/${contract.id}/activate`)
    await shop.api.settle()
    expect((await shown(shop, made)).applications).toMatchObject([{ dueOn: '2025-10-01' }])
    await billOn(shop, '2025-10-15')
    expect(await gross(shop, contract)).toEqual([['2025-10-15', 102_828]])
  })

  test('is not undone while another period stands that was billed with it, though one was released', async () => {
    const shop = await opened('2025-09-01')
    const contract = await shop.contract({ price: '1000' })
    const made = await clause(shop, contract)
    await billOn(shop, '2025-09-01', '2025-10-01', '2025-11-01')
    const [, october, november] = await shop.invoices(contract)
    const release = (id: string) => shop.post(`/v1/invoices/${id}/redraft`, { reason: 'Refazer' })
    await release(october.id)
    expect(await shop.refusal(`/v1/readjustments/${made.id}/undo`)).toMatchObject({ code: 'readjustment_billed' })
    await release(november.id)
    await shop.post(`/v1/readjustments/${made.id}/undo`, {})
    const held = await shop.bill({ filters: { catchUp: true } })
    expect(held.outcomes).toEqual({ readjustment_unapproved: 2 })
    await shop.post('/v1/readjustments/approve', { from: '2025-10-01', to: '2025-10-01' })
    await shop.api.settle()
    await shop.bill({ filters: { catchUp: true } })
    const standing = (await shop.invoices(contract)).filter(({ state }) => state !== 'cancelled')
    expect(standing.map(({ period, grossCents }) => [period.startsOn, grossCents])).toEqual([
      ['2025-09-01', 100_000],
      ['2025-10-01', 102_828],
      ['2025-11-01', 102_828],
    ])
    expect((await shown(shop, made)).applications).toMatchObject([{ undone: null }, { undone: { reason: null } }])
  })
})
