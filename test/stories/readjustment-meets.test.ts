import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

// IGP-M is known until April 2026; from October 2024 to September 2025 it makes 1.02828436. IGP-DI is known until December 2025.

stories('a readjustment meets what people do besides', database => {
  const opened = (today: string) => Shop.open(database(), today)
  const clause = (shop: Shop, of: Agreement, wish: Record<string, unknown> = {}) =>
    shop.post(`/v1/invoice-rules/${of.ruleId}/readjustments`, { index: 'igpm', startsOn: '2025-10-01', ...wish })
  const shown = (shop: Shop, { id }: { id: string }) => shop.get(`/v1/readjustments/${id}`)
  const outcomes = async (shop: Shop, of: { id: string }) =>
    (await shown(shop, of)).applications.map((it: { dueOn: string; outcome: string }) => `${it.dueOn} ${it.outcome}`)
  const patch = async (shop: Shop, path: string, change: Record<string, unknown>) => {
    const { version } = await shop.get(path)
    const reply = await shop.api.patch(path, change, { version })
    expect(reply.status, JSON.stringify(reply.body)).toBe(200)
    await shop.api.settle()
    return reply.body
  }
  const enter = async (shop: Shop, index: string, month: string, percent: string) => {
    const reply = await shop.api.put(`/v1/indices/${index}/${month}`, { percent, source: 'Boletim' })
    expect(reply.status, JSON.stringify(reply.body)).toBe(200)
    await shop.api.settle()
  }
  const billOn = async (shop: Shop, ...days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
  }
  const approve = async (shop: Shop, wish: Record<string, unknown>) => {
    const { data } = await shop.post('/v1/readjustments/approve', wish)
    await shop.api.settle()
    return data.map((one: { id: string; date: string }) => `${one.id} ${one.date}`)
  }
  const gross = async (shop: Shop, of: Agreement) =>
    (await shop.invoices(of))
      .filter(({ state }) => state !== 'cancelled')
      .map(({ period, grossCents }) => `${period.startsOn} ${grossCents}`)
  const replace = async (shop: Shop, of: Agreement, wish: Record<string, unknown> = {}): Promise<Agreement> => {
    const rule = shop.rule({ price: '2000', ...wish, replacesRuleId: of.ruleId })
    return { ...of, ruleId: (await shop.post(`/v1/contracts/${of.id}/invoice-rules`, rule)).id }
  }
  const clausesOf = (shop: Shop, of: Agreement) => shop.all(`/v1/invoice-rules/${of.ruleId}/readjustments`)

  // --- A rule that takes the place of another ---

  test('a rule that replaces another goes on with its readjustments, on the same dates and by its own price', async () => {
    const shop = await opened('2024-10-01')
    const of = await shop.contract({ price: '1000' })
    const before = await clause(shop, of, { noticeDays: 10, allowsNegative: true })
    await billOn(shop, '2024-10-01', '2025-09-01')
    await shop.until('2025-09-20')
    const next = await replace(shop, of, { from: '2025-10-01' })
    const [carried, ...none] = await clausesOf(shop, next)
    expect(none).toEqual([])
    const same = {
      index: 'igpm',
      startsOn: '2025-10-01',
      nextOn: '2025-10-01',
      noticeDays: 10,
      allowsNegative: true,
      lagMonths: 1,
    }
    expect(carried).toMatchObject({ ...same, waitsFor: null, version: 1 })
    expect(carried.id).not.toBe(before.id)
    const [made] = (await shop.get(`/v1/readjustments/${carried.id}/history`)).data
    expect(made).toMatchObject({ action: 'create', after: { carriedFrom: 1 } })
    await billOn(shop, '2025-10-01')
    expect((await gross(shop, of)).at(-1)).toBe('2025-10-01 205657')
    expect(await outcomes(shop, before)).toEqual([])
    // What the other rule applied is not undone from here, and what is undone here is this one's.
    expect(await outcomes(shop, carried)).toEqual(['2025-10-01 applied'])
  })

  test('a date that had come waits in the new rule until a person says whether its price holds it already', async () => {
    const shop = await opened('2026-03-01')
    const [mended, agreed] = [await shop.contract({ price: '1000' }), await shop.contract({ price: '1000' })]
    for (const of of [mended, agreed]) await clause(shop, of, { index: 'igpdi', startsOn: '2026-04-01' })
    await billOn(shop, '2026-03-01', '2026-04-01')
    const nexts = [await replace(shop, mended, { from: '2026-04-01' }), await replace(shop, agreed, { from: '2026-04-01' })]
    const clauses = (await Promise.all(nexts.map(next => clausesOf(shop, next)))).flat()
    expect(clauses).toMatchObject([{ waitsFor: 'readjustment_unapproved' }, { waitsFor: 'readjustment_unapproved' }])
    expect((await shop.bill()).outcomes).toMatchObject({ readjustment_unapproved: 2 })
    await shop.post(`/v1/readjustments/${clauses[1].id}/skip`, { reason: 'O preço novo já inclui o reajuste' })
    expect(await approve(shop, { ids: [clauses[0].id] })).toEqual([`${clauses[0].id} 2026-04-01`])
    await enter(shop, 'igpdi', '2026-01', '0')
    await enter(shop, 'igpdi', '2026-02', '0')
    await shop.bill()
    // IGP-DI from March 2025 to December fell by 2.58 per cent: the clause keeps the price.
    expect(await outcomes(shop, clauses[0])).toEqual(['2026-04-01 held_at_zero'])
    expect(await gross(shop, mended)).toEqual(['2026-03-01 100000', '2026-04-01 200000'])
    expect(await gross(shop, agreed)).toEqual(['2026-03-01 100000', '2026-04-01 200000'])
  })

  test('a new rule that says its readjustments, or that it has none, takes over none; nor of a service that it has not', async () => {
    const shop = await opened('2025-09-01')
    const hosting = (await shop.post('/v1/service-items', { name: 'Hospedagem' })).id
    const lines = [{ serviceItemId: shop.serviceItemId, unitPrice: '1000' }]
    const both = [...lines, { serviceItemId: hosting, unitPrice: '10' }]
    const [first, second, third] = [
      await shop.contract({ lines: both }),
      await shop.contract({ lines: both }),
      await shop.contract({ lines: both }),
    ]
    for (const of of [first, second, third]) {
      await clause(shop, of, { serviceItemId: hosting, index: 'ipca' })
      await clause(shop, of)
    }
    const next = await replace(shop, first, { lines })
    expect(await clausesOf(shop, next)).toMatchObject([{ serviceItemId: null, index: 'igpm' }])
    const said = await replace(shop, second, { lines, readjustments: [{ index: 'inpc', startsOn: '2026-01-01' }] })
    expect(await clausesOf(shop, said)).toMatchObject([{ index: 'inpc', nextOn: '2026-01-01' }])
    expect(await clausesOf(shop, await replace(shop, third, { lines, readjustments: [] }))).toEqual([])
    // One that had ended by itself was waited for by nobody: its dates go on from today.
    const { version } = await shop.get(`/v1/invoice-rules/${next.ruleId}`)
    await shop.api.delete(`/v1/invoice-rules/${next.ruleId}`, { version })
    await shop.until('2025-11-05')
    const late = await replace(shop, next, { lines, from: '2025-12-01' })
    expect(await clausesOf(shop, late)).toMatchObject([{ nextOn: '2026-10-01', waitsFor: null }])
  })

  // --- Approvals ---

  test('an approval is of the factor that was seen: a month entered anew by then is approved anew', async () => {
    const shop = await opened('2026-03-01')
    const of = await shop.contract({ price: '1000' })
    const made = await clause(shop, of, { index: 'igpdi', startsOn: '2026-04-01', everyMonths: 3, approvalWanted: true })
    // December is published; January and February are not.
    await enter(shop, 'igpdi', '2026-01', '1')
    await enter(shop, 'igpdi', '2026-02', '1')
    const window = { from: '2026-04-01', to: '2026-04-01' }
    const { data } = await shop.post('/v1/readjustments/approve', window)
    expect(data).toEqual([{ id: made.id, date: '2026-04-01', factor: '1.0211201' }])
    await enter(shop, 'igpdi', '2026-02', '9')
    await billOn(shop, '2026-03-01', '2026-04-01')
    expect(await shown(shop, made)).toMatchObject({ waitsFor: 'readjustment_unapproved', isApproved: false })
    expect(await gross(shop, of)).toEqual(['2026-03-01 100000'])
    expect(await approve(shop, { ids: [made.id] })).toEqual([`${made.id} 2026-04-01`])
    await shop.bill()
    expect((await gross(shop, of)).at(-1)).toBe('2026-04-01 110200')
    // A value that changes after it was applied changes no price, and is shown.
    await enter(shop, 'igpdi', '2026-02', '2')
    const [application] = (await shown(shop, made)).applications
    expect(application).toMatchObject({ prices: [{ newUnitPrice: '1102' }], revised: [{ month: '2026-02', percent: '2' }] })
  })

  test('who approves second approves nothing, and not the date of the year after', async () => {
    const shop = await opened('2025-09-01')
    const of = await shop.contract({ price: '1000' })
    const made = await clause(shop, of, { approvalWanted: true })
    await billOn(shop, '2025-09-01')
    const window = { from: '2025-10-01', to: '2025-10-31' }
    expect(await approve(shop, { ids: [made.id], from: '2025-11-01', to: '2025-11-30' })).toEqual([])
    expect(await approve(shop, { ids: [made.id], ...window })).toEqual([`${made.id} 2025-10-01`])
    await billOn(shop, '2025-10-01')
    expect(await outcomes(shop, made)).toEqual(['2025-10-01 applied'])
    expect(await approve(shop, { ids: [made.id] })).toEqual([])
    expect(await approve(shop, { ids: [made.id], ...window })).toEqual([])
    expect(await approve(shop, window)).toEqual([])
    expect(await shown(shop, made)).toMatchObject({ nextOn: '2026-10-01', isApproved: false })
    // Whoever names the day approves what nobody knows yet, by whatever it will be.
    expect(await approve(shop, { ids: [made.id], from: '2026-10-01', to: '2026-10-01' })).toEqual([`${made.id} 2026-10-01`])
  })

  // --- What a date finds ---

  test('two clauses of one day are each applied to its own, and undone alone', async () => {
    const shop = await opened('2025-09-01')
    const hosting = (await shop.post('/v1/service-items', { name: 'Hospedagem' })).id
    const lines = [
      { serviceItemId: shop.serviceItemId, unitPrice: '1000' },
      { serviceItemId: hosting, unitPrice: '100' },
    ]
    const of = await shop.contract({ lines })
    const own = await clause(shop, of, { serviceItemId: hosting, index: 'ipca' })
    const whole = await clause(shop, of)
    await shop.until('2025-10-01')
    const prices = async () =>
      (await shop.get(`/v1/invoice-rules/${of.ruleId}`)).terms.lines.map((line: { unitPrice: string }) => line.unitPrice)
    await shop.bill({ filters: { catchUp: true } })
    expect((await shop.lastInvoice(of)).lines.map((line: { unitPrice: string }) => line.unitPrice)).toEqual(['1028.28', '105.13'])
    expect(await prices()).toEqual(['1028.28', '105.13'])
    const october = (await shop.invoices(of)).at(-1)
    await shop.post(`/v1/invoices/${october.id}/redraft`, { reason: 'Refazer' })
    await shop.post(`/v1/readjustments/${whole.id}/undo`, {})
    expect(await prices()).toEqual(['1000', '105.13'])
    await shop.post(`/v1/readjustments/${whole.id}/skip`, {})
    await shop.bill({ filters: { catchUp: true } })
    expect((await shop.lastInvoice(of)).lines.map((line: { unitPrice: string }) => line.unitPrice)).toEqual(['1000', '105.13'])
    expect(await outcomes(shop, own)).toEqual(['2025-10-01 applied'])
  })

  test('the clause of a service that has ended is passed over by itself, and holds up none of the others', async () => {
    const shop = await opened('2026-03-01')
    const hosting = (await shop.post('/v1/service-items', { name: 'Hospedagem' })).id
    const of = await shop.contract({
      lines: [
        { serviceItemId: shop.serviceItemId, unitPrice: '1000' },
        { serviceItemId: hosting, unitPrice: '100', validUntil: '2026-03-31' },
      ],
    })
    // Neither its months are known nor is it approved.
    const wish = { serviceItemId: hosting, index: 'igpdi', startsOn: '2026-04-01', approvalWanted: true }
    const ended = await clause(shop, of, wish)
    await billOn(shop, '2026-03-01', '2026-04-01')
    expect(await gross(shop, of)).toEqual(['2026-03-01 110000', '2026-04-01 100000'])
    const after = await shown(shop, ended)
    expect(after).toMatchObject({ nextOn: '2027-04-01', waitsFor: null })
    expect(after.applications).toMatchObject([{ outcome: 'skipped', reason: expect.stringContaining('Nenhuma linha') }])
  })

  test('a price that changes on the very day is readjusted where it was said before, and stands where it was said after', async () => {
    const shop = await opened('2025-09-01')
    const [said, since] = [
      await shop.contract({ price: '1000', priceChange: 'prorate' }),
      await shop.contract({ price: '1000', priceChange: 'prorate' }),
    ]
    for (const of of [said, since]) await clause(shop, of, { startsOn: '2025-10-16' })
    const priced = { validFrom: '2025-10-16', lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '1310' }] }
    await shop.changeTerms(said, priced)
    await billOn(shop, '2025-09-01', '2025-10-01')
    await shop.until('2025-10-16')
    await shop.changeTerms(since, priced)
    await billOn(shop, '2025-11-01')
    // Sixteen of October's 31 days cost R$ 310 a month more: a difference of R$ 160 with the next billing, once.
    expect(await gross(shop, said)).toEqual(['2025-09-01 100000', `2025-10-01 ${100_000 + 16_000}`, '2025-11-01 134705'])
    expect(await gross(shop, since)).toEqual(['2025-09-01 100000', '2025-10-01 100000', `2025-11-01 ${131_000 + 16_000}`])
  })

  // --- Dates ---

  test('a date that has come and waits is not lost when the dates are changed: only passing it over does that', async () => {
    const shop = await opened('2026-03-01')
    const of = await shop.contract({ price: '1000' })
    const made = await clause(shop, of, { index: 'igpdi', startsOn: '2026-04-01' })
    await billOn(shop, '2026-03-01', '2026-04-01')
    await shop.until('2026-04-10')
    expect(await patch(shop, `/v1/readjustments/${made.id}`, { everyMonths: 6 })).toMatchObject({ nextOn: '2026-04-01' })
    expect((await shop.bill()).outcomes).toMatchObject({ index_missing: 1 })
    expect(await patch(shop, `/v1/readjustments/${made.id}`, { startsOn: '2026-04-05' })).toMatchObject({ nextOn: '2026-04-05' })
    await shop.post(`/v1/readjustments/${made.id}/skip`, {})
    expect(await shown(shop, made)).toMatchObject({ nextOn: '2026-10-05' })
    await shop.bill()
    expect(await gross(shop, of)).toEqual(['2026-03-01 100000', '2026-04-01 100000'])
  })

  test('the last readjustment is the one that is undone, however the dates are counted since', async () => {
    const shop = await opened('2025-09-20')
    const of = await shop.contract({ price: '1000' })
    const made = await clause(shop, of)
    await shop.until('2025-10-02')
    const path = `/v1/readjustments/${made.id}`
    // On another anchor the date that was applied is none, and could not be waited for.
    expect(await patch(shop, path, { startsOn: '2025-12-15' })).toMatchObject({ nextOn: '2025-12-15' })
    expect(await shop.refusal(`${path}/undo`)).toMatchObject({ status: 409, code: 'dates_changed_since' })
    expect(await patch(shop, path, { startsOn: '2025-04-01', everyMonths: 6 })).toMatchObject({ nextOn: '2026-04-01' })
    const undone = await shop.post(`${path}/undo`, {})
    expect(undone).toMatchObject({ nextOn: '2025-10-01', waitsFor: 'readjustment_unapproved' })
    await shop.post(`${path}/skip`, {})
    expect(await shown(shop, made)).toMatchObject({ nextOn: '2026-04-01' })
    await billOn(shop, '2025-10-20')
    expect((await gross(shop, of)).at(-1)).toBe('2025-10-20 100000')
  })

  test('one that waited for a month when its contract ended waits for it again when that goes on', async () => {
    const shop = await opened('2026-03-01')
    const of = await shop.contract({ price: '1000' })
    const made = await clause(shop, of, { index: 'igpdi', startsOn: '2026-04-01' })
    await billOn(shop, '2026-03-01', '2026-04-01')
    await shop.until('2026-04-02')
    await shop.post(`/v1/contracts/${of.id}/cancel`, { on: '2026-03-31', reason: 'Fim' })
    await shop.until('2026-04-10')
    await shop.post(`/v1/contracts/${of.id}/reactivate`, { on: '2026-04-10' })
    await shop.api.settle()
    // It looks again every day, or `verify` would tell that nothing is dated.
    expect(await shown(shop, made)).toMatchObject({ waitsFor: 'index_missing', missingMonth: '2026-01' })
  })
})
