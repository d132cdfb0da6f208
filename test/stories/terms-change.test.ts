import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('terms that change in the life of a rule', database => {
  /** Bills each of the days, and answers the invoices as [first day of the period, net]. */
  const billedOn = async (shop: Shop, contract: Agreement, days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
    return (await shop.invoices(contract)).map(invoice => [invoice.period.startsOn, invoice.netCents])
  }
  const priced = (shop: Shop, unitPrice: string) => ({ lines: [{ serviceItemId: shop.serviceItemId, unitPrice }] })

  test('from months to quarters: what is billed stays, the rest up to the next quarter is a short period by days', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await billedOn(shop, contract, ['2026-01-10', '2026-02-10'])
    const changed = await shop.changeTerms(contract, { recurrence: { every: 3 }, ...priced(shop, '300') })
    expect(changed.effectiveOn).toBe('2026-03-10')
    expect(await billedOn(shop, contract, ['2026-03-10', '2026-04-10', '2026-07-10'])).toEqual([
      ['2026-01-10', 10_000],
      ['2026-02-10', 10_000],
      ['2026-03-10', 10_333], // 31 days of the quarter's 90, of 300 reais
      ['2026-04-10', 30_000],
      ['2026-07-10', 30_000],
    ])
  })

  test('from the 10th to the 25th: fifteen days by themselves, then months from the 25th', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await billedOn(shop, contract, ['2026-01-10', '2026-02-10'])
    await shop.changeTerms(contract, { recurrence: { anchorOn: '2026-03-25' } })
    expect(await billedOn(shop, contract, ['2026-03-10', '2026-03-25', '2026-04-25'])).toEqual([
      ['2026-01-10', 10_000],
      ['2026-02-10', 10_000],
      ['2026-03-10', 5_357], // 15 days of the 28 from 25 February to 25 March
      ['2026-03-25', 10_000],
      ['2026-04-25', 10_000],
    ])
    const periods = await shop.periods(contract)
    expect(periods.slice(1).map(period => period.startsOn)).toEqual(periods.slice(0, -1).map(period => period.endsOn))
  })

  test('before the first billing another anchor is simply another beginning', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.changeTerms(contract, { recurrence: { anchorOn: '2026-01-20' } })
    expect(await billedOn(shop, contract, ['2026-01-10', '2026-01-20', '2026-02-20'])).toEqual([
      ['2026-01-20', 10_000],
      ['2026-02-20', 10_000],
    ])
  })

  test('before the first billing, but with days served, another billing day leaves them as they are', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const contract = await shop.contract({ timing: 'arrears', price: '310' })
    await shop.until('2026-06-25')
    await shop.changeTerms(contract, { recurrence: { anchorOn: '2026-07-05' } })
    await shop.until('2026-08-05')
    await shop.bill({ filters: { catchUp: true } })
    expect(
      (await shop.invoices(contract)).map(({ period, netCents }) => [period.startsOn, period.endsOn, netCents]).sort(),
    ).toEqual([
      ['2026-06-01', '2026-07-01', 31_000],
      ['2026-07-01', '2026-07-05', 4_133], // four of the thirty days from 5 June
      ['2026-07-05', '2026-08-05', 31_000],
    ])
  })

  test('what is due and was not billed stays due under another billing day, however long the new terms are said to speak', async () => {
    for (const validFrom of [undefined, '2026-06-01']) {
      const shop = await Shop.open(database(), '2026-06-01')
      const contract = await shop.contract({ management: 'on_request', price: '310' })
      await shop.until('2026-06-20')
      await shop.changeTerms(contract, { recurrence: { anchorOn: '2026-07-05' }, ...(validFrom && { validFrom }) })
      await shop.bill({ filters: { catchUp: true } })
      const [first] = await shop.periods(contract)
      expect(first).toMatchObject({ startsOn: '2026-06-01', disposition: 'billed' })
      expect(first?.endsOn).toBe(validFrom === undefined ? '2026-07-01' : '2026-06-05')
    }
  })

  test('a price changed in mid-period begins with the next period', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const contract = await shop.contract({ price: '300' })
    await shop.bill()
    await shop.until('2026-06-16')
    const changed = await shop.changeTerms(contract, priced(shop, '600'))
    expect(changed).toMatchObject({ effectiveOn: '2026-07-01', differenceCents: 0, eventId: null })
    expect(await billedOn(shop, contract, ['2026-07-01'])).toEqual([
      ['2026-06-01', 30_000],
      ['2026-07-01', 60_000],
    ])
  })

  test('where the rule prorates, the difference of the days that are left is on the next billing', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const dearer = await shop.contract({ price: '300', priceChange: 'prorate' })
    const cheaper = await shop.contract({ price: '300', priceChange: 'prorate' })
    await shop.bill()
    await shop.until('2026-06-16')
    // 16 to 30 June: half of the month.
    expect(await shop.changeTerms(dearer, priced(shop, '600'))).toMatchObject({ differenceCents: 15_000 })
    expect(await shop.changeTerms(cheaper, priced(shop, '200'))).toMatchObject({ differenceCents: -5_000 })
    expect(await billedOn(shop, dearer, ['2026-07-01', '2026-08-01'])).toEqual([
      ['2026-06-01', 30_000],
      ['2026-07-01', 75_000],
      ['2026-08-01', 60_000],
    ])
    const [june, july] = await shop.invoices(cheaper)
    expect([june.netCents, july.netCents, july.discountCents]).toEqual([30_000, 15_000, 5_000])
    expect(july.lines[1].description).toContain('16/06/2026')
  })

  test('in arrears a prorated price of mid-month is on the invoice of that month', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const contract = await shop.contract({ price: '300', priceChange: 'prorate', timing: 'arrears' })
    await shop.until('2026-06-16')
    await shop.changeTerms(contract, priced(shop, '600'))
    expect(await billedOn(shop, contract, ['2026-07-01', '2026-08-01'])).toEqual([
      ['2026-06-01', 45_000],
      ['2026-07-01', 60_000],
    ])
  })

  test('a price planned for June is kept by a change of March, which lasts beyond June', async () => {
    const shop = await Shop.open(database(), '2026-02-01')
    const contract = await shop.contract()
    await shop.bill()
    await shop.changeTerms(contract, { validFrom: '2026-06-01', ...priced(shop, '200') })
    await shop.until('2026-02-20')
    await shop.changeTerms(contract, { validFrom: '2026-03-01', paymentMethod: 'pix' })
    await billedOn(shop, contract, ['2026-03-01', '2026-04-01', '2026-05-01', '2026-06-01', '2026-07-01'])
    const said = (await shop.invoices(contract)).map(({ netCents, paymentMethod }) => [netCents, paymentMethod])
    expect(said).toEqual([
      [10_000, 'boleto'],
      [10_000, 'pix'],
      [10_000, 'pix'],
      [10_000, 'pix'],
      [20_000, 'pix'],
      [20_000, 'pix'],
    ])
  })

  test('a price said for the past changes no invoice that exists, and counts from the first open period', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await billedOn(shop, contract, ['2026-01-10', '2026-02-10'])
    const changed = await shop.changeTerms(contract, { validFrom: '2026-01-01', ...priced(shop, '150') })
    expect(changed.effectiveOn).toBe('2026-03-10')
    expect(await billedOn(shop, contract, ['2026-03-10'])).toEqual([
      ['2026-01-10', 10_000],
      ['2026-02-10', 10_000],
      ['2026-03-10', 15_000],
    ])
  })

  test('an invoice that waits to be emitted goes out as it was planned', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-09')
    const contract = await shop.contract({ from: '2026-01-10', management: 'draft' })
    await shop.until('2026-01-10')
    await shop.changeTerms(contract, { ...priced(shop, '999'), due: { kind: 'day_quantity', days: 3 } })
    const { id } = await shop.lastInvoice(contract)
    await shop.until('2026-01-12')
    expect(await shop.post(`/v1/invoices/${id}/emit`)).toMatchObject({
      netCents: 10_000,
      issueOn: '2026-01-12',
      receivables: [{ dueOn: '2026-02-10' }],
    })
  })

  test('a rule that replaces another goes on where that one ended; without naming it, it is refused', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.bill()
    const rules = `/v1/contracts/${contract.id}/invoice-rules`
    const rule = shop.rule({ from: '2026-01-20', price: '120' })
    expect(await shop.refusal(rules, rule)).toMatchObject({
      status: 422,
      code: 'service_already_billed',
      faults: [{ path: '/lines/0/serviceItemId' }],
    })
    const other = await shop.post(rules, { ...rule, replacesRuleId: contract.ruleId })
    expect((await shop.get(`/v1/invoice-rules/${contract.ruleId}`)).archivedAt).not.toBeNull()
    await shop.until('2026-02-20')
    await shop.bill({ filters: { catchUp: true } })
    const periods = await shop.periods({ ...contract, ruleId: other.id })
    expect(periods.map(({ startsOn, endsOn }) => [startsOn, endsOn])).toEqual([
      ['2026-02-10', '2026-02-20'], // where the other's coverage ends, up to the new rhythm
      ['2026-02-20', '2026-03-20'],
    ])
  })

  // --- Given back, and then another recurrence ---

  /** January to March billed by the month, 100 reais each; one of them is given back. */
  const givenBack = async (month: number) => {
    const shop = await Shop.open(database(), '2026-01-01')
    const contract = await shop.contract()
    await billedOn(shop, contract, ['2026-01-01', '2026-02-01', '2026-03-01'])
    const [invoice] = (await shop.invoices(contract)).filter(({ period }) => period.startsOn === `2026-0${month}-01`)
    await shop.post(`/v1/invoices/${invoice.id}/cancel`, { reason: 'Acerto' })
    await shop.post(`/v1/invoices/${invoice.id}/release`, { reason: 'Acerto' })
    return { shop, contract }
  }
  const billAll = async (shop: Shop, contract: Agreement) => {
    await shop.bill({ filters: { catchUp: true } })
    const standing = (await shop.invoices(contract)).filter(invoice => invoice.state !== 'cancelled')
    return standing.map(({ period, netCents }) => `${period.startsOn} ${period.endsOn} ${netCents}`).sort()
  }

  test('a January that was given back between closed months costs its days of the year that is in force now', async () => {
    const { shop, contract } = await givenBack(1)
    await shop.changeTerms(contract, { validFrom: '2026-01-01', recurrence: { every: 12 }, ...priced(shop, '1200') })
    expect(await billAll(shop, contract)).toEqual([
      '2026-01-01 2026-02-01 10192', // 31 of 365 days
      '2026-02-01 2026-03-01 10000',
      '2026-03-01 2026-04-01 10000',
    ])
  })

  test('the last month, given back, begins the year that is in force now', async () => {
    const { shop, contract } = await givenBack(3)
    await shop.changeTerms(contract, { validFrom: '2026-01-01', recurrence: { every: 12 }, ...priced(shop, '1200') })
    expect(await shop.ledger(contract)).toEqual(['2026-01-01 billed', '2026-02-01 billed', '2026-03-01 open'])
    expect(await billAll(shop, contract)).toEqual([
      '2026-01-01 2026-02-01 10000',
      '2026-02-01 2026-03-01 10000',
      '2026-03-01 2027-01-01 100603', // 306 of 365 days
    ])
  })

  test('a year that is given back after the rule went over to months is billed as months, none of them lost', async () => {
    const shop = await Shop.open(database(), '2026-01-01')
    const contract = await shop.contract({ every: 12, price: '1200' })
    await billedOn(shop, contract, ['2026-01-01', '2027-01-01'])
    await shop.changeTerms(contract, { validFrom: '2026-01-01', recurrence: { every: 1 }, ...priced(shop, '100') })
    const [first] = await shop.invoices(contract)
    await shop.post(`/v1/invoices/${first.id}/redraft`, { reason: 'Acerto' })
    const billed = await billAll(shop, contract)
    expect(billed).toHaveLength(13)
    expect(billed.filter(row => row.endsWith(' 10000'))).toHaveLength(12)
    expect(billed.at(-1)).toBe('2027-01-01 2028-01-01 120000')
  })
})
