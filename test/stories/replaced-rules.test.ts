import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a rule that takes the place of another', database => {
  const replace = async (shop: Shop, of: Agreement, wish: Record<string, unknown>): Promise<Agreement> => {
    const rule = shop.rule({ ...wish, replacesRuleId: of.ruleId })
    return { ...of, ruleId: (await shop.post(`/v1/contracts/${of.id}/invoice-rules`, rule)).id }
  }
  const billOn = async (shop: Shop, ...days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
    }
  }
  const named = async (shop: Shop, of: Agreement) =>
    (await shop.periods(of)).map(({ startsOn, endsOn, disposition, reason }) => [startsOn, endsOn, reason ?? disposition])
  const nets = async (shop: Shop, of: Agreement) =>
    (await shop.invoices(of)).map(({ period, netCents }) => `${period.startsOn} ${period.endsOn} ${netCents}`)

  test('in arrears bills the month that was served before it, too', async () => {
    const shop = await Shop.open(database(), '2026-05-01')
    const of = await shop.contract({ timing: 'arrears', price: '500' })
    await billOn(shop, '2026-06-01')
    await shop.until('2026-06-28')
    const next = await replace(shop, of, { from: '2026-07-01', timing: 'arrears', price: '510' })
    await billOn(shop, '2026-07-01', '2026-08-01')
    expect(await nets(shop, of)).toEqual([
      '2026-05-01 2026-06-01 50000',
      '2026-06-01 2026-07-01 51000',
      '2026-07-01 2026-08-01 51000',
    ])
    // The old rule says by name that June is not its own any more.
    expect(await named(shop, of)).toEqual([
      ['2026-05-01', '2026-06-01', 'billed'],
      ['2026-06-01', '2026-07-01', 'rule_replaced'],
    ])
    expect(await named(shop, next)).toEqual([
      ['2026-06-01', '2026-07-01', 'billed'],
      ['2026-07-01', '2026-08-01', 'billed'],
    ])
  })

  test('begins with what was served before anything was billed, up to its own billing day by days', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const of = await shop.contract({ timing: 'arrears', price: '300' })
    await shop.until('2026-06-28')
    const next = await replace(shop, of, { from: '2026-07-11', timing: 'arrears', price: '300' })
    await shop.until('2026-08-11')
    await shop.bill({ filters: { catchUp: true } })
    // The interval of its rhythm that holds the first of June goes from 11 May to 11 June: ten of its 31 days.
    expect((await nets(shop, next)).sort()).toEqual([
      '2026-06-01 2026-06-11 9677',
      '2026-06-11 2026-07-11 30000',
      '2026-07-11 2026-08-11 30000',
    ])
  })

  test('has what was due of the other and not billed, to be billed by choice', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const of = await shop.contract({ price: '500' })
    await shop.until('2026-06-10')
    const next = await replace(shop, of, { from: '2026-06-01', price: '310' })
    await shop.until('2026-07-01')
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1, needs_catch_up: 1 })
    expect(await shop.ledger(next)).toEqual(['2026-06-01 open', '2026-07-01 billed'])
  })

  test('bills nothing that a person waived of the other, nor what that one had only been going to bill', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const of = await shop.contract()
    await shop.bill()
    await shop.post(`/v1/invoice-rules/${of.ruleId}/periods/2026-07-01/waive`, { reason: 'Cortesia' })
    const next = await replace(shop, of, { from: '2026-06-15' })
    expect((await shop.get(`/v1/invoice-rules/${next.ruleId}`)).coveredUntil).toBe('2026-08-01')

    const planned = await shop.contract({ from: '2026-06-20' })
    const other = await replace(shop, planned, { from: '2026-07-05' })
    expect((await shop.get(`/v1/invoice-rules/${other.ruleId}`)).coveredUntil).toBe('2026-07-05')
  })

  test('leaves no day out where it was to begin later; one that had ended by itself leaves none', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const of = await shop.contract()
    await shop.bill()
    const next = await replace(shop, of, { from: '2026-07-15' })
    expect((await shop.get(`/v1/invoice-rules/${next.ruleId}`)).coveredUntil).toBe('2026-07-01')

    const ended = await shop.contract({ endsOn: '2026-06-30' })
    await shop.bill()
    const after = await replace(shop, ended, { from: '2026-09-01' })
    expect((await shop.get(`/v1/invoice-rules/${after.ruleId}`)).coveredUntil).toBe('2026-09-01')
  })

  test('and is replaced itself before it has billed anything: the third goes on where the first one ended', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const of = await shop.contract()
    await shop.bill()
    for (const from of ['2026-07-15', '2026-06-20']) {
      const second = await replace(shop, of, { from: '2026-07-01' })
      const third = await replace(shop, second, { from })
      expect((await shop.get(`/v1/invoice-rules/${third.ruleId}`)).coveredUntil).toBe('2026-07-01')
      of.ruleId = third.ruleId
    }
  })

  test('another rhythm before its first period does not make it begin later', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const of = await shop.contract()
    await shop.bill()
    const next = await replace(shop, of, { from: '2026-07-01' })
    await shop.changeTerms(next, { recurrence: { anchorOn: '2026-07-20' } })
    expect((await shop.get(`/v1/invoice-rules/${next.ruleId}`)).coveredUntil).toBe('2026-07-01')
  })

  test('a rule in arrears that is deleted says of the month that was running that it waives it', async () => {
    const shop = await Shop.open(database(), '2026-06-01')
    const of = await shop.contract({ timing: 'arrears' })
    await shop.until('2026-06-28')
    await shop.api.delete(`/v1/invoice-rules/${of.ruleId}`, { version: 1 })
    expect(await named(shop, of)).toEqual([['2026-06-01', '2026-07-01', 'rule_deleted']])
  })

  test('verify sees the days between the two, if there are any', async () => {
    const shop = await Shop.open(database(), '2026-05-01')
    const of = await shop.contract({ timing: 'arrears' })
    await billOn(shop, '2026-06-01')
    const next = await replace(shop, of, { from: '2026-07-01', timing: 'arrears' })
    const number = (id: string) => Number(id.slice(4))
    const seedAt = (day: string) =>
      shop.database.asOwner(owner =>
        owner.query('update coverage set ends_on = $3 where account_id = $1 and rule_id = $2', [
          shop.api.account,
          number(next.ruleId),
          day,
        ]),
      )
    await seedAt('2026-07-01')
    const { id } = await shop.post('/v1/verifications', { full: true })
    await shop.api.settle()
    const { result } = await shop.get(`/v1/verifications/${id}`)
    expect(result.findings).toContainEqual(
      expect.objectContaining({ code: 'gap', period: { startsOn: '2026-06-01', endsOn: '2026-07-01' } }),
    )
    await seedAt('2026-06-01')
  })
})
