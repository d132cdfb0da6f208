import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('what the customer keeps back for the tax office', database => {
  test('of two cents three taxes leave nothing, and the invoice is made like any other', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    // 32 % of 2 cents is 0.64, and rounds to a whole cent three times. Written in another order than the taxes have.
    const withholdings = ['iss', 'inss', 'irrf'].map(tax => ({ tax, rateMicros: 320_000 }))
    const contract = await shop.contract({ price: '0.02', management: 'draft', withholdings })
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })
    const invoice = await shop.lastInvoice(contract)
    expect(invoice).toMatchObject({ state: 'received', grossCents: 2, withheldCents: 2, netCents: 0 })
    expect(invoice.receivables).toMatchObject([{ amountCents: 0 }])
    const amounts = invoice.withholdings.map(({ tax, amountCents }: { tax: string; amountCents: number }) => [tax, amountCents])
    expect(Object.fromEntries(amounts)).toEqual({ irrf: 1, inss: 1, iss: 0 })
  })

  test('what a person puts on it is withheld from by the same order', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const withholdings = ['iss', 'inss', 'irrf'].map(tax => ({ tax, rateMicros: 320_000 }))
    const contract = await shop.contract({ price: '0.01', approvalWanted: true, withholdings })
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/adjustments`, { kind: 'surcharge', amountCents: 1, reason: 'Um centavo' })
    const adjusted = await shop.invoice(id)
    expect(adjusted).toMatchObject({ grossCents: 2, withheldCents: 2, netCents: 0 })
    const amounts = adjusted.withholdings.map(({ tax, amountCents }: { tax: string; amountCents: number }) => [tax, amountCents])
    expect(Object.fromEntries(amounts)).toEqual({ irrf: 1, inss: 1, iss: 0 })
  })
})
