import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a rule that ends before its contract does', database => {
  const billOn = async (shop: Shop, ...days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
  }
  /** What is billed of each period, by its first day. */
  const nets = async (shop: Shop, of: Agreement) =>
    (await shop.invoices(of)).map(({ period, netCents }) => [period.startsOn, netCents])
  const ruleOf = (shop: Shop, of: Agreement) => shop.get(`/v1/invoice-rules/${of.ruleId}`)

  test('in advance: the period that holds its last day is billed whole, and no other after it', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract({ endsOn: '2026-03-10' })
    expect((await ruleOf(shop, of)).rhythm).toBe('todo mês no dia 10, adiantado, até 10/03/2026')
    await shop.bill()
    await billOn(shop, '2026-02-10', '2026-03-10', '2026-04-10')
    expect(await nets(shop, of)).toEqual([
      ['2026-01-10', 10_000],
      ['2026-02-10', 10_000],
      ['2026-03-10', 10_000],
    ])
    expect((await ruleOf(shop, of)).nextDueOn).toBeNull()
    expect((await shop.get(`/v1/contracts/${of.id}`)).state).toBe('active')
    const { rules } = await shop.get(`/v1/contracts/${of.id}/explain?day=2026-04-10`)
    expect(rules[0].sentences).toContain('Todos os períodos da vigência já foram fechados.')
  })

  test('in arrears: its last days are charged by the day, as where the contract ends', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const ending = await shop.contract({ timing: 'arrears', price: '310', endsOn: '2026-03-24' })
    const ended = await shop.contract({ timing: 'arrears', price: '310' }, { endsOn: '2026-03-24' })
    await billOn(shop, '2026-02-10', '2026-03-10', '2026-04-10', '2026-05-10')
    // 10 to 24 March are 15 of 31 days.
    const expected = [
      ['2026-01-10', 31_000],
      ['2026-02-10', 31_000],
      ['2026-03-10', 15_000],
    ]
    expect(await nets(shop, ending)).toEqual(expected)
    expect(await nets(shop, ended)).toEqual(expected)
  })

  test('a period that it cuts is not charged where the rule says so', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract({ cutEnd: 'none', endsOn: '2026-02-20' })
    await shop.bill()
    await billOn(shop, '2026-02-10', '2026-03-10')
    expect((await shop.periods(of)).map(({ startsOn, disposition, reason }) => [startsOn, disposition, reason])).toEqual([
      ['2026-01-10', 'billed', null],
      ['2026-02-10', 'uncharged', 'outside_validity'],
    ])
  })

  test('whichever comes first is the end, and another rule may bill the service from then on', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract({ endsOn: '2026-12-31' }, { endsOn: '2026-02-28' })
    await shop.bill()
    await billOn(shop, '2026-02-10', '2026-03-10')
    expect(await shop.ledger(of)).toEqual(['2026-01-10 billed', '2026-02-10 billed'])

    const trial = await shop.contract({ endsOn: '2026-04-09' })
    const whole = shop.rule({ from: '2026-04-10', price: '200' })
    await shop.post(`/v1/contracts/${trial.id}/invoice-rules`, whole)
    const before = shop.rule({ from: '2026-04-01', price: '300' })
    expect(await shop.refusal(`/v1/contracts/${trial.id}/invoice-rules`, before)).toMatchObject({
      code: 'service_in_another_rule',
    })
    await shop.bill()
    await billOn(shop, '2026-04-10', '2026-05-10')
    expect((await nets(shop, trial)).map(([day, net]) => `${day} ${net}`)).toEqual([
      '2026-03-10 10000',
      '2026-04-10 20000',
      '2026-05-10 20000',
    ])
  })

  test('put off or taken away again it leaves no day out, and what was billed stays', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract()
    await shop.bill()
    await shop.changeTerms(of, { endsOn: '2026-01-20' })
    await billOn(shop, '2026-02-10', '2026-03-10')
    expect(await shop.ledger(of)).toEqual(['2026-01-10 billed'])
    const changed = await shop.changeTerms(of, { endsOn: null })
    expect(changed.effectiveOn).toBe('2026-03-10')
    await shop.bill()
    expect(await shop.ledger(of)).toEqual(['2026-01-10 billed', '2026-02-10 open', '2026-03-10 billed'])
    await shop.bill({ filters: { catchUp: true } })
    expect(await shop.ledger(of)).toEqual(['2026-01-10 billed', '2026-02-10 billed', '2026-03-10 billed'])
  })

  test('set while older periods stand open, those behind it are closed without charge', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract()
    await shop.until('2026-03-12')
    await shop.bill()
    expect(await shop.ledger(of)).toEqual(['2026-01-10 open', '2026-02-10 open', '2026-03-10 billed'])
    await shop.changeTerms(of, { endsOn: '2026-01-31' })
    await shop.bill({ filters: { catchUp: true } })
    expect(await shop.ledger(of)).toEqual(['2026-01-10 billed', '2026-02-10 uncharged', '2026-03-10 billed'])
  })

  test('a price that rises in its last period asks the difference of the days that are left of it', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract({ price: '310', timing: 'arrears', priceChange: 'prorate', endsOn: '2026-03-24' })
    await billOn(shop, '2026-02-10', '2026-03-10')
    await shop.until('2026-03-15')
    await shop.changeTerms(of, {
      validFrom: '2026-03-15',
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '620' }],
    })
    await billOn(shop, '2026-04-10')
    // 15 days at 10 reais, and 10 more for each of the ten from the 15th to the 24th.
    expect((await nets(shop, of)).at(-1)).toEqual(['2026-03-10', 25_000])
  })

  test('an end before the beginning is refused', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract()
    expect(await shop.refusal(`/v1/invoice-rules/${of.ruleId}/terms`, { endsOn: '2026-01-09' })).toMatchObject({
      status: 422,
      faults: [{ path: '/endsOn', code: 'ends_before_start' }],
    })
  })
})
