import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('what somebody saw in a preview', database => {
  /** An invoice that was made, and waits: its emission was taken back. */
  async function openWithWaiting() {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.bill()
    const { id, version } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/undo-emission`)
    const named = { filters: { contracts: [contract.id] } }
    return { shop, id, version, named }
  }

  /** An invoice that a person made for today, in one part, and that waits. */
  async function openWithHandmade() {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ from: '2026-05-01' })
    const [first, second] = [
      { description: 'Visita', unitPrice: '50' },
      { description: 'Reparo', unitPrice: '25', quantity: '2' },
    ]
    const made = await shop.post('/v1/invoices', {
      contractId: contract.id,
      lines: [first, second],
      receivables: [{ dueOn: '2026-02-10', percent: '100' }],
      issueOn: '2026-01-10',
    })
    return { shop, made, first, second }
  }

  test('is what goes out: an invoice that was changed since stays, and says so', async () => {
    const { shop, id, named } = await openWithWaiting()
    const preview = await shop.preview(named)
    expect(preview.emissions).toMatchObject({ due: 1, pending: 1, pendingCents: 10_000 })
    await shop.post(`/v1/invoices/${id}/adjustments`, { kind: 'surcharge', amountCents: 999_900, reason: 'Engano' })
    const billed = await shop.tellRun(preview, 'bill', { planHash: preview.planHash })
    expect(billed).toMatchObject({ state: 'done', outcomes: { changed_since_preview: 1 } })
    expect(billed.emissions).toMatchObject({ emitted: 0, emittedCents: 0, notEmitted: 1 })
    const [item] = await shop.items(billed, 'outcome=changed_since_preview')
    expect(item).toMatchObject({ kind: 'emit', detail: { netCents: 1_009_900, seenNetCents: 10_000 } })
    expect(item.sentence).toContain('mudou depois da prévia')
    expect((await shop.invoice(id)).state).toBe('to_emit')

    // Seen as it is now it has another code, and goes out with its amount.
    const again = await shop.preview(named)
    expect(again.planHash).not.toBe(preview.planHash)
    const done = await shop.tellRun(again, 'bill', { planHash: again.planHash })
    expect(done.emissions).toMatchObject({ emitted: 1, emittedCents: 1_009_900 })
    expect((await shop.invoice(id)).state).toBe('to_receive')
    await shop.prove()
  })

  test.each<[string, (of: Awaited<ReturnType<typeof openWithHandmade>>) => { draft?: object; change?: object }]>([
    ['another text', ({ first, second }) => ({ draft: { lines: [{ ...first, description: 'Outra coisa' }, second] } })],
    [
      'the same sum of other quantities',
      ({ first, second }) => ({ draft: { lines: [{ ...first, unitPrice: '25', quantity: '2' }, second] } }),
    ],
    [
      'other lines of the same sum',
      ({ first }) => ({
        draft: {
          lines: [
            { ...first, unitPrice: '75' },
            { ...first, unitPrice: '25' },
          ],
        },
      }),
    ],
    [
      'another due date',
      ({ made }) => ({ draft: { receivables: [{ id: made.receivables[0].id, dueOn: '2026-12-10', percent: '100' }] } }),
    ],
    [
      'more parts of the same sum',
      () => ({
        draft: {
          receivables: [
            { dueOn: '2026-02-10', percent: '50' },
            { dueOn: '2026-12-10', percent: '50' },
          ],
        },
      }),
    ],
    ['another way to pay', () => ({ change: { paymentMethod: 'pix' } })],
    ['another month of competence', () => ({ change: { competence: '2025-12' } })],
    ['another description', () => ({ change: { description: 'Outra' } })],
  ])('is what the customer gets: with %s it does not go out', async (_, changed) => {
    const of = await openWithHandmade()
    const { shop, made } = of
    const preview = await shop.preview()
    expect(preview.emissions).toMatchObject({ due: 1, pendingCents: 10_000 })
    const { draft, change } = changed(of)
    const path = `/v1/invoices/${made.id}`
    const { status, body } = draft
      ? await shop.api.put(`${path}/draft`, draft, { version: made.version })
      : await shop.api.patch(path, change, { version: made.version })
    expect({ status, netCents: body.netCents }).toEqual({ status: 200, netCents: 10_000 })
    const billed = await shop.tellRun(preview, 'bill', { planHash: preview.planHash })
    expect(billed).toMatchObject({ outcomes: { changed_since_preview: 1 }, emissions: { emitted: 0 } })
    expect((await shop.invoice(made.id)).state).toBe('to_emit')
    const again = await shop.preview()
    expect(again.planHash).not.toBe(preview.planHash)
    expect((await shop.tellRun(again, 'bill', { planHash: again.planHash })).emissions).toMatchObject({ emitted: 1 })
  })

  test('is what the customer gets: that its due dates were fixed counts too, and its approval does not', async () => {
    const { shop, id, version, named } = await openWithWaiting()
    const first = await shop.preview(named)
    const fixed = (await shop.invoice(id)).receivables.map(({ dueOn }: { dueOn: string }) => dueOn)
    expect((await shop.api.patch(`/v1/invoices/${id}`, { dueOns: fixed }, { version: version + 1 })).status).toBe(200)
    expect(await shop.tellRun(first, 'bill', { planHash: first.planHash })).toMatchObject({
      outcomes: { changed_since_preview: 1 },
    })
    await shop.post(`/v1/invoices/${id}/block`)
    const blocked = await shop.preview(named)
    await shop.post(`/v1/invoices/${id}/approve`)
    expect(await shop.tellRun(blocked, 'bill', { planHash: blocked.planHash })).toMatchObject({ emissions: { emitted: 1 } })
  })

  test('is not there to go out any more, once it went out and was taken back', async () => {
    const { shop, made } = await openWithHandmade()
    const preview = await shop.preview({ filters: { contracts: [made.contractId] } })
    await shop.post(`/v1/invoices/${made.id}/emit`)
    await shop.post(`/v1/invoices/${made.id}/undo-emission`)
    const billed = await shop.tellRun(preview, 'bill', { planHash: preview.planHash })
    expect(billed).toMatchObject({ outcomes: { changed_since_preview: 1 }, emissions: { emitted: 0 } })
  })

  test('has another code once somebody else allowed more', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    await shop.contract()
    await shop.contract({ price: '18900', maxAmountCents: 15_000 })
    const preview = await shop.preview()
    const [held] = await shop.items(preview, 'outcome=above_safety_bound')
    const allowed = await shop.tellRun(preview, `items/${held.item}/allow`)
    expect(allowed.planHash).not.toBe(preview.planHash)
    expect(allowed.totals.plannedCents).toBe(1_900_000)
    expect(await shop.refusal(`/v1/billing-runs/${preview.id}/bill`, { planHash: preview.planHash })).toMatchObject({
      status: 409,
      code: 'plan_hash_differs',
    })
    expect((await shop.tellRun(preview, 'bill', { planHash: allowed.planHash })).outcomes).toEqual({ emitted: 2 })
    await shop.prove()
  })

  test('of coming months is what they will be, with what a discount leaves over', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { kind: 'discount', amountCents: 25_000 })
    const forecast = await shop.preview({ day: '2026-05-10' })
    const foreseen = (await shop.items(forecast)).map(item => item.netCents)
    expect(foreseen).toEqual([0, 0, 5_000, 10_000, 10_000])
    for (const day of ['2026-01-10', '2026-02-10', '2026-03-10', '2026-04-10', '2026-05-10']) {
      await shop.until(day)
      await shop.bill()
    }
    expect((await shop.invoices(contract)).map(invoice => invoice.netCents)).toEqual(foreseen)
    await shop.prove()
  })
})

stories('the bounds of an organization', database => {
  test('hold what is tried again too, until a person lets the run go on', async () => {
    const shop = await Shop.open(database(), '2026-01-10', { runMaxInvoices: 2 })
    const contracts = [await shop.contract({ maxAmountCents: 5_000 }), await shop.contract({ maxAmountCents: 5_000 })]
    contracts.push(await shop.contract({ maxAmountCents: 5_000 }))
    const run = await shop.bill()
    expect(run.outcomes).toEqual({ above_safety_bound: 3 })
    for (const contract of contracts) await shop.changeTerms(contract, { maxAmountCents: null })
    expect(await shop.tellRun(run, 'retry')).toMatchObject({
      state: 'paused',
      pauseReason: 'above_run_bounds',
      counters: { billed: 0 },
    })
    expect(await shop.tellRun(run, 'resume')).toMatchObject({ state: 'done', outcomes: { emitted: 3 } })
    await shop.prove()
  })

  test('hold what somebody allows beyond them', async () => {
    const shop = await Shop.open(database(), '2026-01-10', { runMaxTotalCents: 1_000_000 })
    await shop.contract({ price: '18900', maxAmountCents: 15_000 })
    const run = await shop.bill()
    const [held] = await shop.items(run)
    const allowed = await shop.tellRun(run, `items/${held.item}/allow`)
    expect(allowed).toMatchObject({ state: 'paused', pauseReason: 'above_run_bounds', counters: { billed: 0, pending: 1 } })
    expect((await shop.tellRun(run, 'resume')).outcomes).toEqual({ emitted: 1 })
    await shop.prove()
  })
})

stories('how much an invoice may grow', database => {
  test('is measured by the last one that stands; where none does, by the last one that was given up', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ maxGrowthPercent: '10' })
    const redraft = async () => shop.post(`/v1/invoices/${(await shop.lastInvoice(contract)).id}/redraft`, { reason: 'Refazer' })
    const priced = (unitPrice: string) => ({ validFrom: '2026-01-10', lines: [{ serviceItemId: shop.serviceItemId, unitPrice }] })
    await shop.bill()
    await redraft()
    await shop.changeTerms(contract, priced('10000'))
    const held = await shop.bill()
    expect(held.outcomes).toEqual({ above_safety_bound: 1 })
    expect(await shop.items(held)).toMatchObject([{ previousNetCents: 10_000, netCents: 1_000_000 }])
    await shop.changeTerms(contract, priced('105'))
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })

    // February was made wrong, was let through, and given up: January stands, and measures again.
    await shop.until('2026-02-10')
    await shop.changeTerms(contract, { ...priced('1000'), validFrom: '2026-02-10' })
    const wrong = await shop.bill()
    const [item] = await shop.items(wrong)
    await shop.tellRun(wrong, `items/${item.item}/allow`)
    await redraft()
    expect((await shop.bill()).outcomes).toEqual({ above_safety_bound: 1 })
  })
})
