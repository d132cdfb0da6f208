import { beforeAll, expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a year that the scheduler bills by itself, from 31 January', database => {
  // Lived once: 365 days are long on the embedded engine.
  let shop: Shop
  let agreed: Record<'monthly' | 'weekly' | 'two' | 'three' | 'six' | 'twelve' | 'arrears', Agreement>
  beforeAll(async () => {
    shop = await Shop.openWithScheduler(database(), '2026-01-31')
    agreed = {
      monthly: await shop.contract(),
      weekly: await shop.contract({ unit: 'week' }),
      two: await shop.contract({ every: 2 }),
      three: await shop.contract({ every: 3 }),
      six: await shop.contract({ every: 6 }),
      twelve: await shop.contract({ every: 12 }),
      arrears: await shop.contract({ timing: 'arrears' }),
    }
    // The scheduler begins on the next morning; what is due today is billed by hand.
    await shop.bill()
    await shop.until('2027-01-31')
  })

  const issuedOn = async (contract: Agreement) => {
    const invoices = await shop.all(`/v1/invoices?contract=${contract.id}`)
    return invoices.map(invoice => invoice.issueOn).reverse()
  }

  test('every month: short months end on their last day, and longer ones come back to 31', async () => {
    expect(await issuedOn(agreed.monthly)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
      '2026-06-30',
      '2026-07-31',
      '2026-08-31',
      '2026-09-30',
      '2026-10-31',
      '2026-11-30',
      '2026-12-31',
      '2027-01-31',
    ])
  })

  test('every week: fifty-three times, always on a Saturday', async () => {
    const days = await issuedOn(agreed.weekly)
    expect(days).toHaveLength(53)
    expect(days.slice(0, 5)).toEqual(['2026-01-31', '2026-02-07', '2026-02-14', '2026-02-21', '2026-02-28'])
    expect(days.at(-1)).toBe('2027-01-30')
    expect(new Set(days.map(day => new Date(day).getUTCDay()))).toEqual(new Set([6]))
  })

  test.each([
    ['two', ['2026-01-31', '2026-03-31', '2026-05-31', '2026-07-31', '2026-09-30', '2026-11-30', '2027-01-31']],
    ['three', ['2026-01-31', '2026-04-30', '2026-07-31', '2026-10-31', '2027-01-31']],
    ['six', ['2026-01-31', '2026-07-31', '2027-01-31']],
    ['twelve', ['2026-01-31', '2027-01-31']],
  ] as const)('every %s months', async (every, expected) => {
    expect(await issuedOn(agreed[every])).toEqual(expected)
  })

  test('in arrears: the first invoice comes a month later, for the month that has passed', async () => {
    const periods = await shop.periods(agreed.arrears)
    expect(periods).toHaveLength(12)
    expect(periods[0]).toMatchObject({ startsOn: '2026-01-31', endsOn: '2026-02-28', scheduledOn: '2026-02-28' })
    expect(periods.at(-1)).toMatchObject({ startsOn: '2026-12-31', endsOn: '2027-01-31', scheduledOn: '2027-01-31' })
    expect(await issuedOn(agreed.arrears)).toEqual(periods.map(period => period.scheduledOn))
  })

  test('numbers follow one another without a gap, and each morning had one run', async () => {
    const invoices = await shop.all('/v1/invoices')
    const numbers = invoices.map(invoice => invoice.number).sort((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    const mornings = (await shop.runs()).filter(run => run.cause === 'scheduler').map(run => run.day)
    expect(mornings).toHaveLength(365)
    expect(new Set(mornings).size).toBe(365)
  })
})

stories('the periods of a contract', database => {
  test('begin at the first occurrence on or after the day it was made, when its start lies in the past', async () => {
    const shop = await Shop.open(database(), '2026-04-10')
    const contract = await shop.contract({ from: '2026-01-31' })
    expect((await shop.bill()).outcomes).toEqual({})
    await shop.until('2026-04-30')
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })
    expect(await shop.ledger(contract)).toEqual(['2026-04-30 billed'])
  })

  test('that begin on or before billedThrough were billed elsewhere', async () => {
    const shop = await Shop.open(database(), '2026-04-10')
    const contract = await shop.contract({ from: '2026-01-31', billedThrough: '2026-03-31' })
    await shop.until('2026-04-30')
    await shop.bill()
    expect(await shop.ledger(contract)).toEqual(['2026-01-31 billed_elsewhere', '2026-04-30 billed'])
  })

  test('end with the validity: until 20 June and billed on the 25th, the last is that of May, in full', async () => {
    const shop = await Shop.open(database(), '2026-04-25')
    const contract = await shop.contract({}, { endsOn: '2026-06-20' })
    for (const day of ['2026-04-25', '2026-05-25', '2026-06-25', '2026-07-25']) {
      await shop.until(day)
      await shop.bill()
    }
    const invoices = await shop.invoices(contract)
    expect(invoices.map(invoice => [invoice.scheduledOn, invoice.netCents])).toEqual([
      ['2026-04-25', 10_000],
      ['2026-05-25', 10_000],
    ])
    expect((await shop.get(`/v1/contracts/${contract.id}`)).state).toBe('ended')
  })

  test('in arrears that the validity cuts are charged by the day', async () => {
    const shop = await Shop.open(database(), '2026-04-10')
    // Validity begins amid the first period of the anchor and ends amid the last one.
    const contract = await shop.contract(
      { from: '2026-04-01', timing: 'arrears', price: '300' },
      { startsOn: '2026-04-16', endsOn: '2026-06-10' },
    )
    for (const day of ['2026-05-01', '2026-06-01', '2026-07-01', '2026-08-01']) {
      await shop.until(day)
      await shop.bill()
    }
    expect((await shop.invoices(contract)).map(invoice => [invoice.scheduledOn, invoice.proration, invoice.netCents])).toEqual([
      ['2026-05-01', { days: 15, of: 30 }, 15_000], // 16 to 30 April
      ['2026-06-01', null, 30_000],
      ['2026-07-01', { days: 10, of: 30 }, 10_000], // 1 to 10 June
    ])
  })

  test('the competence is the month of the scheduled day, shifted, however late the invoice goes out', async () => {
    const shop = await Shop.open(database(), '2026-12-31')
    const before = await shop.contract({ competenceShift: -1 })
    const same = await shop.contract()
    const after = await shop.contract({ competenceShift: 1 })
    await shop.until('2027-01-20')
    await shop.bill()
    const said = async (contract: Agreement) => {
      const { competence, scheduledOn, issueOn } = await shop.lastInvoice(contract)
      return [competence, scheduledOn, issueOn]
    }
    expect(await said(before)).toEqual(['2026-11', '2026-12-31', '2027-01-20'])
    expect(await said(same)).toEqual(['2026-12', '2026-12-31', '2027-01-20'])
    expect(await said(after)).toEqual(['2027-01', '2026-12-31', '2027-01-20'])
  })
})
