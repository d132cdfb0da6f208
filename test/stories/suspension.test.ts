import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('a contract that rests', database => {
  const months = ['2026-01-10', '2026-02-10', '2026-03-10', '2026-04-10']

  test('suspended for two months, it pays for neither', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.bill()
    await shop.until('2026-02-01')
    expect((await shop.post(`/v1/contracts/${contract.id}/suspend`, { reason: 'Obra' })).state).toBe('suspended')
    for (const day of ['2026-02-10', '2026-03-10']) {
      await shop.until(day)
      expect((await shop.bill()).outcomes).toEqual({ contract_suspended: 1 })
    }
    await shop.until('2026-04-01')
    expect((await shop.post(`/v1/contracts/${contract.id}/resume`)).state).toBe('active')
    await shop.until('2026-04-10')
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })
    expect(await shop.ledger(contract)).toEqual([
      '2026-01-10 billed',
      '2026-02-10 uncharged',
      '2026-03-10 uncharged',
      '2026-04-10 billed',
    ])
  })

  test('to be charged later, the two months wait for somebody to choose', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.bill()
    await shop.until('2026-02-01')
    await shop.post(`/v1/contracts/${contract.id}/suspend`, { reason: 'Acordo', chargeLater: true })
    await shop.until('2026-03-10')
    expect((await shop.bill()).outcomes).toEqual({ contract_suspended: 2 })
    await shop.until('2026-04-01')
    await shop.post(`/v1/contracts/${contract.id}/resume`)
    expect((await shop.bill()).outcomes).toEqual({ needs_catch_up: 2 })
    await shop.until('2026-04-10')
    expect((await shop.bill()).outcomes).toEqual({ needs_catch_up: 2, emitted: 1 })
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 billed', '2026-02-10 open', '2026-03-10 open', '2026-04-10 billed'])
    expect((await shop.bill({ filters: { contracts: [contract.id], catchUp: true } })).outcomes).toEqual({ emitted: 2 })
    expect(await shop.ledger(contract)).toEqual(months.map(day => `${day} billed`))
  })

  test('or they are waived, one by one, with a reason', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.until('2026-03-10')
    await shop.bill()
    const waive = (startsOn: string) => `/v1/invoice-rules/${contract.ruleId}/periods/${startsOn}/waive`
    await shop.post(waive('2026-01-10'), { reason: 'Cortesia' })
    expect(await shop.refusal(waive('2026-01-10'), { reason: 'De novo' })).toMatchObject({ status: 409, code: 'period_not_open' })
    // The next one may be waived before its day, a later one would leave a hole.
    await shop.post(waive('2026-04-10'), { reason: 'Cortesia' })
    expect(await shop.refusal(waive('2026-06-10'), { reason: 'Cortesia' })).toMatchObject({ code: 'period_not_open' })
    expect((await shop.bill()).outcomes).toEqual({ needs_catch_up: 1 })
    expect(await shop.ledger(contract)).toEqual([
      '2026-01-10 waived',
      '2026-02-10 open',
      '2026-03-10 billed',
      '2026-04-10 waived',
    ])
  })

  test('a suspension that is dated ahead begins and ends on its days', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-02-10', reason: 'Férias' })
    await shop.post(`/v1/contracts/${contract.id}/resume`, { on: '2026-03-10' })
    const state = async () => (await shop.get(`/v1/contracts/${contract.id}`)).state
    const seen = [await state()]
    for (const day of months) {
      await shop.until(day)
      await shop.bill()
      seen.push(await state())
    }
    expect(seen).toEqual(['active', 'active', 'suspended', 'active', 'active'])
    expect(await shop.ledger(contract)).toEqual([
      '2026-01-10 billed',
      '2026-02-10 uncharged',
      '2026-03-10 billed',
      '2026-04-10 billed',
    ])
  })

  test('cancelled and reactivated: the days in between are not charged', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.bill()
    await shop.until('2026-01-20')
    expect((await shop.post(`/v1/contracts/${contract.id}/cancel`, { reason: 'Mudança' })).state).toBe('cancelled')
    await shop.until('2026-02-10')
    expect((await shop.bill()).outcomes).toEqual({})
    await shop.until('2026-04-01')
    await shop.post(`/v1/contracts/${contract.id}/reactivate`)
    await shop.until('2026-04-10')
    await shop.bill()
    expect(await shop.ledger(contract)).toEqual([
      '2026-01-10 billed',
      '2026-02-10 uncharged',
      '2026-03-10 uncharged',
      '2026-04-10 billed',
    ])
  })

  test('a draft begins to be billed when it is activated', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ from: '2026-02-10' }, { state: 'draft' })
    await shop.until('2026-03-01')
    expect((await shop.bill()).outcomes).toEqual({})
    await shop.post(`/v1/contracts/${contract.id}/activate`)
    await shop.until('2026-03-10')
    await shop.bill()
    expect(await shop.ledger(contract)).toEqual(['2026-03-10 billed'])
  })
})
