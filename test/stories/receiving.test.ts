import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('what a customer pays', database => {
  const billed = async (wish: Record<string, unknown> = {}): Promise<[Shop, Agreement]> => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract(wish)
    await shop.bill()
    return [shop, contract]
  }

  test('in two parts settles the invoice, and undone opens it again', async () => {
    const [shop, contract] = await billed()
    const invoice = await shop.lastInvoice(contract)
    const [receivable] = invoice.receivables
    expect(await shop.pay(invoice, 4_000)).toMatchObject({ state: 'to_receive', outstandingCents: 6_000 })
    const settled = await shop.pay(invoice, 6_000)
    expect(settled).toMatchObject({ state: 'received', outstandingCents: 0, receivedOn: '2026-01-10' })
    expect((await shop.lastInvoice(contract)).state).toBe('received')
    expect(
      await shop.refusal(`/v1/receivables/${receivable.id}/receive`, { amountCents: 1, receivedOn: '2026-01-10' }),
    ).toMatchObject({
      status: 409,
      code: 'already_received',
    })
    const undo = `/v1/receivables/${receivable.id}/receipts/${settled.receipts[1].id}/undo`
    expect(await shop.post(undo, { reason: 'Cheque devolvido' })).toMatchObject({ state: 'to_receive', outstandingCents: 6_000 })
    expect((await shop.lastInvoice(contract)).state).toBe('to_receive')
    expect(await shop.refusal(undo)).toMatchObject({ status: 409, code: 'receipt_already_undone' })
  })

  test('of three parcels leaves the invoice open until the last', async () => {
    const [shop, contract] = await billed({ due: { kind: 'day_quantity', days: 30, installments: 3 } })
    const { id, receivables } = await shop.lastInvoice(contract)
    const states: string[] = []
    for (const { id: receivable, amountCents } of receivables) {
      await shop.post(`/v1/receivables/${receivable}/receive`, { amountCents, receivedOn: '2026-01-10' })
      states.push((await shop.invoice(id)).state)
    }
    expect(states).toEqual(['to_receive', 'to_receive', 'received'])
  })

  test('beyond what is owed becomes credit, and pays the next invoice', async () => {
    const [shop, contract] = await billed()
    await shop.pay(await shop.lastInvoice(contract), 13_000)
    expect(await shop.creditCents(contract.customerId)).toBe(3_000)
    await shop.until('2026-02-10')
    await shop.bill()
    const next = await shop.lastInvoice(contract)
    // Credit is a receipt, never a discount: the amounts of the invoice stay.
    expect(next).toMatchObject({ grossCents: 10_000, discountCents: 0, netCents: 10_000, state: 'to_receive' })
    expect(next.receivables).toMatchObject([{ outstandingCents: 7_000, receipts: [{ kind: 'credit', amountCents: 3_000 }] }])
    expect(await shop.creditCents(contract.customerId)).toBe(0)
  })

  test('beyond what is owed cannot be undone once that credit was spent', async () => {
    const [shop, contract] = await billed()
    const { receipts, id } = await shop.pay(await shop.lastInvoice(contract), 13_000)
    await shop.until('2026-02-10')
    await shop.bill()
    expect(await shop.refusal(`/v1/receivables/${id}/receipts/${receipts[0].id}/undo`)).toMatchObject({
      status: 409,
      code: 'credit_already_spent',
    })
  })

  test('as credit is spent by two contracts of one customer, the oldest receivable first, not a cent twice', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const one = await shop.contract({ due: { kind: 'fixed_day', day: 25 } })
    const two = await shop.contract({ due: { kind: 'fixed_day', day: 15 } }, { customerId: one.customerId })
    const credit = { organizationId: shop.organizationId, amountCents: 15_000, reason: 'Pagamento adiantado' }
    await shop.post(`/v1/customers/${one.customerId}/credit`, credit)
    await shop.bill()
    const invoices = [await shop.lastInvoice(one), await shop.lastInvoice(two)]
    const received = invoices.map(({ receivables }) => receivables[0].receivedCents)
    expect(received.toSorted((a, b) => a - b)).toEqual([5_000, 10_000])
    expect(await shop.creditCents(one.customerId)).toBe(0)

    // What a cancelled invoice had spent is credit again, for whichever comes next.
    const settled = invoices.find(({ state }) => state === 'received')
    await shop.post(`/v1/invoices/${settled.id}/cancel`, { reason: 'Engano' })
    expect(await shop.creditCents(one.customerId)).toBe(10_000)
  })

  test('as credit of one customer is not another’s', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const rich = await shop.contract()
    const poor = await shop.contract()
    const credit = { organizationId: shop.organizationId, amountCents: 50_000, reason: 'Pagamento adiantado' }
    await shop.post(`/v1/customers/${rich.customerId}/credit`, credit)
    await shop.bill()
    expect([(await shop.lastInvoice(rich)).state, (await shop.lastInvoice(poor)).state]).toEqual(['received', 'to_receive'])
    expect(await shop.creditCents(rich.customerId)).toBe(40_000)
  })

  test('less an abatement settles the invoice, whose amounts stay', async () => {
    const [shop, contract] = await billed()
    const invoice = await shop.lastInvoice(contract)
    await shop.post(`/v1/receivables/${invoice.receivables[0].id}/abate`, { amountCents: 1_000, reason: 'Queda do sinal' })
    await shop.pay(invoice, 9_000)
    expect(await shop.lastInvoice(contract)).toMatchObject({ state: 'received', netCents: 10_000, discountCents: 0 })
  })

  test('is late the day after, and not on the weekend between', async () => {
    const [shop, contract] = await billed({ due: { kind: 'fixed_day', day: 24 } }) // Saturday 24 January
    const isLate = async (day: string) => {
      await shop.until(day)
      return (await shop.lastInvoice(contract)).isLate
    }
    expect([await isLate('2026-01-25'), await isLate('2026-01-26'), await isLate('2026-01-27')]).toEqual([false, false, true])
  })

  test('is net of what is withheld, split over the parcels without losing a cent', async () => {
    const withholdings = [
      { tax: 'iss', rateMicros: 50_000 },
      { tax: 'irrf', rateMicros: 15_000 },
    ]
    const [shop, contract] = await billed({
      price: '1000.01',
      withholdings,
      due: { kind: 'day_quantity', days: 30, installments: 3 },
    })
    const { grossCents, withheldCents, netCents, receivables } = await shop.lastInvoice(contract)
    // 5 % of 1.000,01 is 50,0005 → 50,00; 1,5 % is 15,00015 → 15,00.
    expect([grossCents, withheldCents, netCents]).toEqual([100_001, 6_500, 93_501])
    expect(receivables.map((receivable: { amountCents: number }) => receivable.amountCents)).toEqual([31_167, 31_167, 31_167])
  })
})
