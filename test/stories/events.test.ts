import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('billing events', database => {
  /** Bills each of the days, and answers what the contract's invoices ask for. */
  const billedOn = async (shop: Shop, contract: Agreement, days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
    return (await shop.invoices(contract)).map(invoice => invoice.netCents)
  }

  test('a surcharge in three parts is on the next three invoices, the odd cent on the last', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const event = await shop.event(contract, { amountCents: 10_000, parts: 3 })
    expect(event.parts.map((part: { amountCents: number }) => part.amountCents)).toEqual([3_333, 3_333, 3_334])
    const nets = await billedOn(shop, contract, ['2026-01-10', '2026-02-10', '2026-03-10', '2026-04-10'])
    expect(nets).toEqual([13_333, 13_333, 13_334, 10_000])
    expect(await shop.get(`/v1/billing-events/${event.id}`)).toMatchObject({
      openCents: 0,
      parts: [
        { state: 'consumed', usedCents: 3_333 },
        { state: 'consumed', usedCents: 3_333 },
        { state: 'consumed', usedCents: 3_334 },
      ],
    })
  })

  test('an event never joins an invoice that exists already', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.bill()
    await shop.event(contract, { amountCents: 500 })
    expect(await billedOn(shop, contract, ['2026-01-20', '2026-02-10'])).toEqual([10_000, 10_500])
  })

  test('an event for a named month waits for it', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { amountCents: 500, firstMonth: '2026-03' })
    const nets = await billedOn(shop, contract, ['2026-01-10', '2026-02-10', '2026-03-10', '2026-04-10'])
    expect(nets).toEqual([10_000, 10_000, 10_500, 10_000])
  })

  test('a named month without an occurrence means the first one after, and never two parts on one invoice', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ every: 3 })
    // Part 1 looks from February on, part 2 from March on: April takes the first, July the second.
    await shop.event(contract, { amountCents: 1_000, parts: 2, firstMonth: '2026-02' })
    expect(await billedOn(shop, contract, ['2026-01-10', '2026-04-10', '2026-07-10', '2026-10-10'])).toEqual([
      10_000, 10_500, 10_500, 10_000,
    ])
  })

  test('a month that is past or billed is refused, and the answer names the next open one', async () => {
    const shop = await Shop.open(database(), '2026-03-10')
    const contract = await shop.contract()
    await shop.bill()
    const events = `/v1/invoice-rules/${contract.ruleId}/events`
    const event = { kind: 'discount', description: 'Cortesia', amountCents: 100 }
    const past = await shop.api.post(events, { ...event, firstMonth: '2026-02' })
    expect(past).toMatchObject({ status: 422, body: { code: 'month_past', faults: [{ path: '/firstMonth' }] } })
    expect(past.body.detail).toContain('10/04/2026')
    const closed = await shop.api.post(events, { ...event, firstMonth: '2026-03' })
    expect(closed.body).toMatchObject({ code: 'month_closed', faults: [{ path: '/firstMonth' }] })
    expect(closed.body.detail).toContain('10/04/2026')
  })

  test('a discount larger than the invoice makes it zero, received at once, and carries on', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const event = await shop.event(contract, { kind: 'discount', amountCents: 25_000 })
    expect(await billedOn(shop, contract, ['2026-01-10', '2026-02-10', '2026-03-10', '2026-04-10'])).toEqual([
      0, 0, 5_000, 10_000,
    ])
    const [zero] = await shop.invoices(contract)
    expect(zero).toMatchObject({
      state: 'received',
      grossCents: 10_000,
      discountCents: 10_000,
      receivables: [{ amountCents: 0, state: 'received' }],
    })
    const { parts } = await shop.get(`/v1/billing-events/${event.id}`)
    expect(parts).toMatchObject([
      { origin: 'event', amountCents: 25_000, usedCents: 10_000 },
      { origin: 'carried', amountCents: 15_000, usedCents: 10_000 },
      { origin: 'carried', amountCents: 5_000, usedCents: 5_000 },
    ])
  })

  test('surcharges apply before discounts, so that a discount reaches them too', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { kind: 'discount', amountCents: 12_000 })
    await shop.event(contract, { kind: 'surcharge', amountCents: 5_000 })
    expect(await billedOn(shop, contract, ['2026-01-10', '2026-02-10'])).toEqual([3_000, 10_000])
  })

  test('what is left of an event can be cancelled; what was billed stays', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const { id } = await shop.event(contract, { amountCents: 900, parts: 3 })
    await shop.bill()
    const cancelled = await shop.post(`/v1/billing-events/${id}/cancel`)
    expect(cancelled.parts.map((part: { state: string }) => part.state)).toEqual(['consumed', 'cancelled', 'cancelled'])
    expect(await billedOn(shop, contract, ['2026-02-10'])).toEqual([10_300, 10_000])
  })

  test('what was billed of a cancelled event does not come back when its invoice is given back', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const { id } = await shop.event(contract, { amountCents: 900, parts: 3 })
    await shop.bill()
    await shop.post(`/v1/billing-events/${id}/cancel`)
    const [invoice] = await shop.invoices(contract)
    await shop.post(`/v1/invoices/${invoice.id}/redraft`, { reason: 'Refazer' })
    const { parts, openCents } = await shop.get(`/v1/billing-events/${id}`)
    expect(parts.map((part: { state: string }) => part.state)).not.toContain('open')
    expect(openCents).toBe(0)
    expect((await billedOn(shop, contract, ['2026-01-10'])).at(-1)).toBe(10_000)
  })

  test('the same event twice is two events, unless its key says that it is one', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const event = { kind: 'surcharge', description: 'Visita', amountCents: 100 }
    for (let i = 0; i < 2; i++) await shop.event(contract, event)
    for (let i = 0; i < 2; i++) {
      await shop.api.post(`/v1/invoice-rules/${contract.ruleId}/events`, event, { once: 'visita-7' })
    }
    expect(await billedOn(shop, contract, ['2026-01-10'])).toEqual([10_300])
  })

  test('parts that are left when the contract ends are told as unused', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({}, { endsOn: '2026-02-09' })
    const { id } = await shop.event(contract, { amountCents: 900, parts: 3 })
    await shop.bill()
    await shop.until('2026-03-10')
    await shop.bill()
    const { parts, openCents } = await shop.get(`/v1/billing-events/${id}`)
    expect(parts.map((part: { state: string }) => part.state)).toEqual(['consumed', 'unused', 'unused'])
    expect(openCents).toBe(600)
  })
})
