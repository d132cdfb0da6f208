import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, addMonths, type CivilDate, civilDate, daysBetween } from '../../src/core/dates.ts'
import { type Agreement, Shop, stories } from './story.ts'

const asked = process.env.BORDERO_LIVES
const lives = asked === undefined ? { numRuns: 5, seed: 20_260_116 } : { numRuns: Number(asked) }

stories('a prorated price whose periods come back', database => {
  const priced = (shop: Shop, unitPrice: string) => ({ lines: [{ serviceItemId: shop.serviceItemId, unitPrice }] })

  /** 100 reais a month from 1 January, billed in advance on each of the days. */
  const billed = async (days: string[], wish: Record<string, unknown> = {}): Promise<[Shop, Agreement]> => {
    const shop = await Shop.open(database(), '2026-01-01')
    const contract = await shop.contract({ priceChange: 'prorate', ...wish })
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
    return [shop, contract]
  }
  const invoiceOf = async (shop: Shop, contract: Agreement, startsOn: string) =>
    (await shop.invoices(contract)).find(({ period, state }) => period.startsOn === startsOn && state !== 'cancelled')
  const redraft = async (shop: Shop, contract: Agreement, startsOn: string) =>
    shop.post(`/v1/invoices/${(await invoiceOf(shop, contract, startsOn)).id}/redraft`, { reason: 'Refazer' })
  const waive = (shop: Shop, contract: Agreement, startsOn: string) =>
    shop.post(`/v1/invoice-rules/${contract.ruleId}/periods/${startsOn}/waive`, { reason: 'Cortesia' })
  const billAllOn = async (shop: Shop, ...days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill({ filters: { catchUp: true } })
    }
  }
  /** What the invoices that stand ask for, by the first day of their period. */
  const nets = async (shop: Shop, contract: Agreement) =>
    Object.fromEntries(
      (await shop.invoices(contract))
        .filter(({ state }) => state !== 'cancelled')
        .map(({ period, netCents }) => [period.startsOn, netCents]),
    )
  const events = async (shop: Shop) =>
    (await shop.all('/v1/billing-events')).map(({ kind, amountCents, openCents, cancelledAt }) => ({
      kind,
      amountCents,
      openCents,
      isCancelled: cancelledAt !== null,
    }))

  test('redrafted, a January whose price rose for all of it is billed at that price, without the difference', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.until('2026-01-16')
    const changed = await shop.changeTerms(contract, { validFrom: '2026-01-01', ...priced(shop, '200') })
    expect(changed.differenceCents).toBe(10_000)
    await redraft(shop, contract, '2026-01-01')
    expect(await events(shop)).toEqual([{ kind: 'surcharge', amountCents: 10_000, openCents: 0, isCancelled: true }])
    await billAllOn(shop, '2026-01-16', '2026-02-01')
    expect(await nets(shop, contract)).toEqual({ '2026-01-01': 20_000, '2026-02-01': 20_000 })
  })

  test('redrafted, a January whose price rose in it is billed with the difference of its days, once', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.until('2026-01-16')
    expect((await shop.changeTerms(contract, priced(shop, '200'))).differenceCents).toBe(5_161)
    await redraft(shop, contract, '2026-01-01')
    await billAllOn(shop, '2026-01-16', '2026-02-01')
    expect(await nets(shop, contract)).toEqual({ '2026-01-01': 15_161, '2026-02-01': 20_000 })
  })

  test('released and waived, it costs nothing: the difference goes with it', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.until('2026-01-16')
    await shop.changeTerms(contract, priced(shop, '200'))
    await redraft(shop, contract, '2026-01-01')
    await waive(shop, contract, '2026-01-01')
    expect(await events(shop)).toEqual([{ kind: 'surcharge', amountCents: 5_161, openCents: 0, isCancelled: true }])
    await billAllOn(shop, '2026-02-01', '2026-03-01')
    expect(await nets(shop, contract)).toEqual({ '2026-02-01': 20_000, '2026-03-01': 20_000 })
  })

  test('a draft that is deleted takes its difference along, though another invoice had it', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.until('2026-01-16')
    await shop.changeTerms(contract, priced(shop, '200'))
    await billAllOn(shop, '2026-02-01')
    const { id, version } = await shop.post(`/v1/invoices/${(await invoiceOf(shop, contract, '2026-01-01')).id}/undo-emission`)
    expect((await shop.api.delete(`/v1/invoices/${id}`, { version })).status).toBe(204)
    await billAllOn(shop, '2026-03-01')
    expect(await nets(shop, contract)).toEqual({ '2026-02-01': 25_161, '2026-03-01': 14_839 })
  })

  test('used by February, the difference of a January that is redrafted is given back by a discount', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.until('2026-01-16')
    await shop.changeTerms(contract, { validFrom: '2026-01-01', ...priced(shop, '200') })
    await billAllOn(shop, '2026-02-01')
    await redraft(shop, contract, '2026-01-01')
    expect(await events(shop)).toEqual([
      { kind: 'surcharge', amountCents: 10_000, openCents: 0, isCancelled: false },
      { kind: 'discount', amountCents: 10_000, openCents: 10_000, isCancelled: false },
    ])
    await billAllOn(shop, '2026-02-01', '2026-03-01')
    expect(await nets(shop, contract)).toEqual({ '2026-01-01': 10_000, '2026-02-01': 30_000, '2026-03-01': 20_000 })
  })

  test('given back by a discount, and then by the release of February too, it is charged not a cent', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.until('2026-01-16')
    await shop.changeTerms(contract, priced(shop, '200'))
    await billAllOn(shop, '2026-02-01')
    await redraft(shop, contract, '2026-01-01')
    await waive(shop, contract, '2026-01-01')
    await redraft(shop, contract, '2026-02-01')
    await billAllOn(shop, '2026-02-01', '2026-03-01')
    expect(await nets(shop, contract)).toEqual({ '2026-02-01': 20_000, '2026-03-01': 20_000 })
  })

  test('of three months that it settles, the one that is redrafted is taken out of it', async () => {
    const [shop, contract] = await billed(['2026-01-01', '2026-02-01', '2026-03-01'])
    await shop.until('2026-03-10')
    const { eventId } = await shop.changeTerms(contract, { validFrom: '2026-01-01', ...priced(shop, '200') })
    await redraft(shop, contract, '2026-02-01')
    expect((await shop.get(`/v1/billing-events/${eventId}`)).parts).toMatchObject([
      { origin: 'event', amountCents: 30_000, state: 'cancelled' },
      { origin: 'reduced', amountCents: 20_000, state: 'open' },
    ])
    await billAllOn(shop, '2026-03-10', '2026-04-01')
    expect(await nets(shop, contract)).toEqual({
      '2026-01-01': 10_000,
      '2026-02-01': 40_000, // its 200, and 100 for each of the others
      '2026-03-01': 10_000,
      '2026-04-01': 20_000,
    })
  })

  test('a discount that was used in part is taken back as far as it waits; the rest is charged again', async () => {
    const [shop, contract] = await billed(['2026-01-01', '2026-02-01', '2026-03-01'])
    await shop.until('2026-03-10')
    // 3 × 80 less: April, at 20, uses 20 of them.
    await shop.changeTerms(contract, { validFrom: '2026-01-01', ...priced(shop, '20') })
    await billAllOn(shop, '2026-04-01')
    expect(await nets(shop, contract)).toMatchObject({ '2026-04-01': 0 })
    for (const month of ['2026-01-01', '2026-02-01', '2026-03-01']) {
      await redraft(shop, contract, month)
      await waive(shop, contract, month)
    }
    expect(await events(shop)).toEqual([
      { kind: 'discount', amountCents: 24_000, openCents: 0, isCancelled: false },
      { kind: 'surcharge', amountCents: 2_000, openCents: 2_000, isCancelled: false },
    ])
    await billAllOn(shop, '2026-05-01')
    expect(await nets(shop, contract)).toEqual({ '2026-04-01': 0, '2026-05-01': 4_000 })
  })

  test('two changes in one month: redrafted by a third for all of it, only that one counts', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.until('2026-01-11')
    await shop.changeTerms(contract, priced(shop, '200'))
    await shop.until('2026-01-21')
    expect((await shop.changeTerms(contract, priced(shop, '50'))).differenceCents).toBe(-5_322)
    await shop.changeTerms(contract, { validFrom: '2026-01-01', ...priced(shop, '150') })
    await redraft(shop, contract, '2026-01-01')
    await billAllOn(shop, '2026-01-21', '2026-02-01')
    expect(await nets(shop, contract)).toEqual({ '2026-01-01': 15_000, '2026-02-01': 15_000 })
  })

  test('a month in arrears that is not charged after all leaves no difference', async () => {
    const [shop, contract] = await billed([], { timing: 'arrears' })
    await shop.until('2026-01-16')
    await shop.changeTerms(contract, priced(shop, '200'))
    await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-01-01', reason: 'Obra', chargeLater: false })
    await shop.post(`/v1/contracts/${contract.id}/resume`, { on: '2026-01-31' })
    await billAllOn(shop, '2026-02-01', '2026-03-01')
    expect(await shop.ledger(contract)).toEqual(['2026-01-01 uncharged', '2026-02-01 billed'])
    expect(await nets(shop, contract)).toEqual({ '2026-02-01': 20_000 })
  })

  test('a price planned in the middle of June moves with the recurrence, and ends with the contract', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.changeTerms(contract, { validFrom: '2026-06-16', ...priced(shop, '200') })
    expect(await events(shop)).toEqual([{ kind: 'surcharge', amountCents: 5_000, openCents: 5_000, isCancelled: false }])
    // June is no period any more; the quarter from April on is: 15 days of its 91.
    await shop.changeTerms(contract, { validFrom: '2026-02-01', recurrence: { every: 3 } })
    const [june, quarter] = await events(shop)
    expect(june).toMatchObject({ openCents: 0, isCancelled: true })
    expect(quarter).toMatchObject({ kind: 'surcharge', amountCents: 1_648, openCents: 1_648 })
    await shop.post(`/v1/contracts/${contract.id}/cancel`, { on: '2026-03-31', reason: 'Fim' })
    expect((await events(shop)).map(({ openCents }) => openCents)).toEqual([0, 0])
  })

  test('what a person cancelled of it is neither asked again nor given back', async () => {
    const [shop, contract] = await billed(['2026-01-01'])
    await shop.until('2026-01-16')
    const { eventId } = await shop.changeTerms(contract, priced(shop, '200'))
    await shop.post(`/v1/billing-events/${eventId}/cancel`)
    await redraft(shop, contract, '2026-01-01')
    expect(await events(shop)).toHaveLength(1)
    await waive(shop, contract, '2026-01-01')
    expect(await events(shop)).toHaveLength(1)
  })

  // --- Any life ---

  type Step =
    | { do: 'pass'; days: number }
    | { do: 'bill'; catchUp: boolean }
    | { do: 'price'; from: number; cents: number }
    | { do: 'redraft' | 'waive'; at: number }

  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), days: fc.integer({ min: 5, max: 40 }) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('bill' as const), catchUp: fc.boolean() }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('price' as const),
        from: fc.integer({ min: -70, max: 40 }),
        cents: fc.integer({ min: 0, max: 30_000 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('redraft' as const, 'waive' as const), at: fc.nat(100) }) },
  )

  test('whatever is changed, redrafted and waived: the sum of the invoices is what the days of charged months cost', async () => {
    const life = fc.record({
      timing: fc.constantFrom('advance', 'arrears'),
      steps: fc.array(step, { minLength: 12, maxLength: 25, size: 'max' }),
    })
    await fc.assert(
      fc.asyncProperty(life, async ({ timing, steps }) => {
        const [shop, contract] = await billed([], { timing })
        /** The price of each day in cents, by the changes in the order in which they became known. */
        const prices: { from: CivilDate; cents: number }[] = [{ from: civilDate('2026-01-01'), cents: 10_000 }]
        for (const step of steps) {
          const today = civilDate(shop.today)
          if (step.do === 'pass') await shop.until(addDays(today, step.days))
          if (step.do === 'bill') await shop.bill({ filters: { catchUp: step.catchUp } })
          if (step.do === 'price') {
            const from = addDays(today, step.from)
            await shop.changeTerms(contract, { validFrom: from, ...priced(shop, (step.cents / 100).toFixed(2)) })
            prices.push({ from, cents: step.cents })
          }
          if (step.do === 'redraft') {
            // An invoice of nothing is received at once, and is taken back likewise.
            const standing = (await shop.invoices(contract)).filter(({ state }) => state !== 'cancelled')
            const one = standing[step.at % Math.max(1, standing.length)]
            if (one) await shop.api.post(`/v1/invoices/${one.id}/redraft`, { reason: 'Refazer' })
          }
          if (step.do === 'waive') {
            const open = (await shop.periods(contract)).filter(({ disposition }) => disposition === 'open')
            const one = open[step.at % Math.max(1, open.length)]
            if (one) await waive(shop, contract, one.startsOn)
          }
        }
        // Every period in which a price changes is closed by then.
        await billAllOn(shop, addMonths(civilDate(shop.today), 4))

        const priceOf = (day: CivilDate) => prices.findLast(({ from }) => from <= day)?.cents ?? prices.at(-1)?.cents ?? 0
        const costOf = (startsOn: string, endsOn: string, billedCents: number) => {
          const days = daysBetween(civilDate(startsOn), civilDate(endsOn))
          let more = 0
          for (let i = 0; i < days; i++) more += priceOf(addDays(civilDate(startsOn), i)) - billedCents
          return billedCents + Math.sign(more) * Math.floor((2 * Math.abs(more) + days) / (2 * days))
        }
        let cost = 0
        let charged = 0
        const invoices = (await shop.invoices(contract)).filter(({ state }) => state !== 'cancelled')
        for (const { period, netCents, lines } of invoices) {
          cost += costOf(
            period.startsOn,
            addDays(civilDate(period.endsOn), period.endsOn.endsWith('-01') ? 0 : 1),
            lines[0].grossCents,
          )
          charged += netCents
        }
        const left = await shop.all('/v1/billing-events')
        for (const { kind, openCents } of left) charged += kind === 'surcharge' ? openCents : -openCents
        expect(charged).toBe(cost)
      }),
      { ...lives, endOnFailure: true },
    )
  }, 600_000)
})
