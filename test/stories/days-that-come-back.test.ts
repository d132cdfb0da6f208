import { describe, expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('days that come back', database => {
  const change = async (shop: Shop, contract: Agreement, fields: Record<string, unknown>) => {
    const { version } = await shop.get(`/v1/contracts/${contract.id}`)
    const { status, body } = await shop.api.patch(`/v1/contracts/${contract.id}`, fields, { version })
    if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
  }
  const cancel = (shop: Shop, contract: Agreement, on: string) =>
    shop.post(`/v1/contracts/${contract.id}/cancel`, { on, reason: 'Fim' })
  const billOn = async (shop: Shop, ...days: string[]) => {
    for (const day of days) {
      await shop.until(day)
      await shop.bill()
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
    (await shop.all('/v1/billing-events')).map(({ kind, description, amountCents, openCents }) => ({
      kind,
      description,
      amountCents,
      openCents,
    }))
  const due = async (shop: Shop) => {
    const { id } = await shop.post('/v1/verifications', { full: true })
    await shop.api.settle()
    return (await shop.get(`/v1/verifications/${id}`)).result.due
  }

  /** 310 reais a month from 5 March in advance, for the days until 20 March alone: R$ 160. */
  const ending = async (wish: Record<string, unknown> = {}): Promise<[Shop, Agreement]> => {
    const shop = await Shop.open(database(), '2026-03-05')
    const contract = await shop.contract({ cutEnd: 'prorate', price: '310', ...wish }, { endsOn: '2026-03-20' })
    await shop.bill()
    await shop.until('2026-03-10')
    return [shop, contract]
  }

  test('renewed before its end, a contract pays the days that its invoice left out, with the next one', async () => {
    const [shop, contract] = await ending()
    await change(shop, contract, { endsOn: '2027-03-20' })
    expect(await events(shop)).toEqual([
      {
        kind: 'surcharge',
        description: 'Complemento de dias do período de 05/03/2026 a 04/04/2026',
        amountCents: 15_000,
        openCents: 15_000,
      },
    ])
    const { rules } = await shop.get(`/v1/contracts/${contract.id}/explain`)
    expect(rules[0].sentences.at(-1).replaceAll(/\s/g, ' ')).toBe(
      'Espera a próxima fatura: acréscimo de R$ 150,00 (Complemento de dias do período de 05/03/2026 a 04/04/2026).',
    )
    await billOn(shop, '2026-04-05', '2026-05-05')
    expect(await nets(shop, contract)).toEqual({ '2026-03-05': 16_000, '2026-04-05': 46_000, '2026-05-05': 31_000 })
  })

  test('the parts of a period sum to its price to the cent, however often its end is moved', async () => {
    const [shop, contract] = await ending({ price: '100.01' })
    for (const endsOn of ['2026-03-21', '2026-03-29', '2026-04-03', null]) await change(shop, contract, { endsOn })
    await billOn(shop, '2026-04-05')
    expect(await nets(shop, contract)).toEqual({ '2026-03-05': 5_162, '2026-04-05': 10_001 + 10_001 - 5_162 })
  })

  test('an end that is moved to and fro leaves nothing behind, or is balanced once it was billed', async () => {
    const [shop, contract] = await ending()
    await change(shop, contract, { endsOn: '2026-06-30' })
    await change(shop, contract, { endsOn: '2026-03-20' })
    expect(await events(shop)).toMatchObject([{ amountCents: 15_000, openCents: 0 }])
    await change(shop, contract, { endsOn: '2026-03-12' })
    expect((await events(shop)).at(-1)).toMatchObject({
      kind: 'discount',
      description: 'Desconto de dias do período de 05/03/2026 a 04/04/2026',
      openCents: 8_000,
    })
    await change(shop, contract, { endsOn: '2026-06-30' })
    await billOn(shop, '2026-04-05')
    expect(await nets(shop, contract)).toEqual({ '2026-03-05': 16_000, '2026-04-05': 46_000 })
  })

  test('the invoice that is redrafted bills all its days itself, and the complement is gone', async () => {
    const [shop, contract] = await ending()
    await change(shop, contract, { endsOn: null })
    await shop.post(`/v1/invoices/${(await shop.lastInvoice(contract)).id}/redraft`, { reason: 'Renovado' })
    await billOn(shop, '2026-03-10', '2026-04-05')
    expect(await nets(shop, contract)).toEqual({ '2026-03-05': 31_000, '2026-04-05': 31_000 })
  })

  test('of an invoice that is cancelled nothing is given back, though fewer days are left', async () => {
    const [shop, contract] = await ending()
    await change(shop, contract, { endsOn: '2026-03-12' })
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Não houve' })
    expect(await events(shop)).toMatchObject([{ kind: 'discount', openCents: 0 }])
    await shop.post(`/v1/invoices/${id}/undo-cancellation`, { reason: 'Houve' })
    expect((await events(shop)).at(-1)).toMatchObject({ kind: 'discount', openCents: 8_000 })
  })

  test('a last period that was not charged is billed once the contract goes on', async () => {
    const [shop, contract] = await ending({ cutEnd: 'none' })
    expect(await shop.ledger(contract)).toEqual(['2026-03-05 uncharged'])
    await change(shop, contract, { endsOn: null })
    expect(await due(shop)).toEqual({ valid_again: 1 })
    await billOn(shop, '2026-03-11', '2026-04-05')
    expect(await nets(shop, contract)).toEqual({ '2026-03-05': 31_000, '2026-04-05': 31_000 })
  })

  test('an end of the rule itself that is moved gives its days back likewise', async () => {
    const shop = await Shop.open(database(), '2026-03-05')
    const [prorated, left] = [
      await shop.contract({ cutEnd: 'prorate', price: '310', endsOn: '2026-03-20' }),
      await shop.contract({ cutEnd: 'none', price: '310', endsOn: '2026-03-20' }),
    ]
    await billOn(shop, '2026-03-05', '2026-03-10')
    for (const contract of [prorated, left]) await shop.changeTerms(contract, { endsOn: null })
    await billOn(shop, '2026-03-11', '2026-04-05')
    expect(await nets(shop, prorated)).toEqual({ '2026-03-05': 16_000, '2026-04-05': 46_000 })
    expect(await nets(shop, left)).toEqual({ '2026-03-05': 31_000, '2026-04-05': 31_000 })
  })

  test('a suspension that is taken back to before the period lets it be billed', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const contract = await shop.contract({ from: '2026-03-05' })
    await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-03-03', reason: 'Obra' })
    await billOn(shop, '2026-03-05')
    expect(await shop.ledger(contract)).toEqual(['2026-03-05 uncharged'])
    await shop.until('2026-03-10')
    await shop.post(`/v1/contracts/${contract.id}/resume`, { on: '2026-03-04' })
    await billOn(shop, '2026-03-11', '2026-04-05')
    expect(await nets(shop, contract)).toEqual({ '2026-03-05': 10_000, '2026-04-05': 10_000 })
  })

  test('taken back after the next period was billed, it waits for somebody to choose', async () => {
    const shop = await Shop.open(database(), '2026-03-05')
    const contract = await shop.contract()
    await shop.post(`/v1/contracts/${contract.id}/suspend`, { reason: 'Obra' })
    await billOn(shop, '2026-03-05')
    // It was told to end on the tenth; in truth it had never begun.
    await shop.post(`/v1/contracts/${contract.id}/resume`, { on: '2026-03-05' })
    await billOn(shop, '2026-04-05')
    expect(await shop.ledger(contract)).toEqual(['2026-03-05 open', '2026-04-05 billed'])
    expect(await due(shop)).toEqual({ needs_catch_up: 1 })
    await shop.bill({ filters: { catchUp: true } })
    expect(await nets(shop, contract)).toEqual({ '2026-03-05': 10_000, '2026-04-05': 10_000 })
  })

  describe('after a cancellation', () => {
    /** March, 310 reais in arrears, cancelled on the 10th and billed for ten days: R$ 100. */
    const cancelled = async (wish: Record<string, unknown> = {}): Promise<[Shop, Agreement]> => {
      const shop = await Shop.open(database(), '2026-03-01')
      const contract = await shop.contract({ timing: 'arrears', price: '310', ...wish })
      await shop.until('2026-03-10')
      await cancel(shop, contract, '2026-03-10')
      await billOn(shop, '2026-04-01')
      return [shop, contract]
    }

    test('a cancellation that is taken back for the day after it brings the rest of the month back', async () => {
      const [shop, contract] = await cancelled()
      await shop.post(`/v1/contracts/${contract.id}/reactivate`, { on: '2026-03-11' })
      await billOn(shop, '2026-05-01')
      expect(await nets(shop, contract)).toEqual({ '2026-03-01': 10_000, '2026-04-01': 31_000 + 21_000 })
    })

    test('taken back for a later day, the days in between do not come back', async () => {
      const [shop, contract] = await cancelled()
      await shop.post(`/v1/contracts/${contract.id}/reactivate`, { on: '2026-03-20' })
      expect(await events(shop)).toMatchObject([{ amountCents: 12_000, openCents: 12_000 }])
      await billOn(shop, '2026-05-01')
      expect(await nets(shop, contract)).toEqual({ '2026-03-01': 10_000, '2026-04-01': 31_000 + 12_000 })
    })

    test('a price that rose is asked for the days that were billed, and not for those of the gap', async () => {
      const [shop, contract] = await cancelled({ priceChange: 'prorate' })
      await shop.until('2026-04-10')
      await shop.post(`/v1/contracts/${contract.id}/reactivate`)
      const lines = [{ serviceItemId: shop.serviceItemId, unitPrice: '620' }]
      expect((await shop.changeTerms(contract, { lines, validFrom: '2026-03-02' })).differenceCents).toBe(9_000)
    })

    test('reactivated for good, and priced anew before, the days that come back cost what they cost now', async () => {
      const [shop, contract] = await cancelled({ priceChange: 'prorate' })
      await shop.post(`/v1/contracts/${contract.id}/reactivate`, { on: '2026-03-11' })
      const lines = [{ serviceItemId: shop.serviceItemId, unitPrice: '620' }]
      expect((await shop.changeTerms(contract, { lines, validFrom: '2026-03-02' })).differenceCents).toBe(30_000)
      await billOn(shop, '2026-05-01')
      expect(await nets(shop, contract)).toEqual({ '2026-03-01': 10_000, '2026-04-01': 62_000 + 21_000 + 30_000 })
    })
  })

  test('a price that rises in days that came back is asked for those days once', async () => {
    const [shop, contract] = await ending({ priceChange: 'prorate' })
    await change(shop, contract, { endsOn: null })
    const lines = [{ serviceItemId: shop.serviceItemId, unitPrice: '620' }]
    expect((await shop.changeTerms(contract, { lines, validFrom: '2026-03-21' })).differenceCents).toBe(15_000)
    await billOn(shop, '2026-04-05')
    expect(await nets(shop, contract)).toEqual({ '2026-03-05': 16_000, '2026-04-05': 62_000 + 15_000 + 15_000 })
  })

  test('a price that rose is not asked for the days after an end that came later', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const contract = await shop.contract({ cutEnd: 'prorate', price: '310', priceChange: 'prorate' })
    await shop.bill()
    const lines = [{ serviceItemId: shop.serviceItemId, unitPrice: '620' }]
    expect((await shop.changeTerms(contract, { lines, validFrom: '2026-03-02' })).differenceCents).toBe(30_000)
    await cancel(shop, contract, '2026-03-10')
    // Ten days are 10 + 9 × 20 = 190 reais of the 310 that were billed.
    expect(await events(shop)).toMatchObject([
      { kind: 'surcharge', openCents: 0 },
      { kind: 'discount', openCents: 12_000 },
    ])
  })

  test('to be charged later, the periods of a contract that ends while it rests wait for somebody to choose', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const [bills, waives] = [await shop.contract({}, { endsOn: '2026-05-31' }), await shop.contract()]
    await shop.bill()
    for (const contract of [bills, waives]) {
      await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-04-01', reason: 'Acordo', chargeLater: true })
    }
    await billOn(shop, '2026-04-01', '2026-05-01')
    await shop.until('2026-05-31')
    await cancel(shop, waives, '2026-05-31')
    await shop.until('2026-06-10')
    expect((await shop.bill()).outcomes).toEqual({ needs_catch_up: 4 })
    expect(await due(shop)).toEqual({ needs_catch_up: 4 })
    for (const startsOn of ['2026-04-01', '2026-05-01']) {
      await shop.post(`/v1/invoice-rules/${waives.ruleId}/periods/${startsOn}/waive`, { reason: 'Cortesia' })
    }
    await shop.bill({ filters: { catchUp: true } })
    expect(await shop.ledger(bills)).toEqual(['2026-03-01 billed', '2026-04-01 billed', '2026-05-01 billed'])
    expect(await shop.ledger(waives)).toEqual(['2026-03-01 billed', '2026-04-01 waived', '2026-05-01 waived'])
  })
})
