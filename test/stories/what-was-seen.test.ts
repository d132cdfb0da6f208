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
    return { shop, id, version }
  }

  test('is what goes out: an invoice that was changed since stays, and says so', async () => {
    const { shop, id } = await openWithWaiting()
    const preview = await shop.preview()
    expect(preview.emissions).toMatchObject({ due: 1, pending: 1, pendingCents: 10_000 })
    await shop.post(`/v1/invoices/${id}/adjustments`, { kind: 'surcharge', amountCents: 999_900, reason: 'Engano' })
    const billed = await shop.tellRun(preview, 'bill', { planHash: preview.planHash })
    expect(billed).toMatchObject({ state: 'done', outcomes: { changed_since_preview: 1 } })
    expect(billed.emissions).toMatchObject({ emitted: 0, emittedCents: 0, notEmitted: 1 })
    const [item] = await shop.items(billed)
    expect(item).toMatchObject({ kind: 'emit', detail: { netCents: 1_009_900, seenNetCents: 10_000 } })
    expect(item.sentence).toContain('mudou depois da prévia')
    expect((await shop.invoice(id)).state).toBe('to_emit')

    // Seen as it is now it has another code, and goes out with its amount.
    const again = await shop.preview()
    expect(again.planHash).not.toBe(preview.planHash)
    const done = await shop.tellRun(again, 'bill', { planHash: again.planHash })
    expect(done.emissions).toMatchObject({ emitted: 1, emittedCents: 1_009_900 })
    expect((await shop.invoice(id)).state).toBe('to_receive')
    await shop.prove()
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
