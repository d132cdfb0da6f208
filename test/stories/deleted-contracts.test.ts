import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a contract that is deleted', database => {
  const byHand = (of: Agreement) => ({
    contractId: of.id,
    lines: [{ description: 'Visita', unitPrice: '50' }],
    receivables: [{ dueOn: '2026-02-10', percent: '100' }],
  })
  const erase = async (shop: Shop, of: Agreement) => {
    const { version } = await shop.get(`/v1/contracts/${of.id}`)
    return shop.api.delete(`/v1/contracts/${of.id}`, { version })
  }
  /** A draft of its rule, cancelled before anybody emitted it. */
  const withCancelled = async (wish: Record<string, unknown> = {}) => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ approvalWanted: true, ...wish })
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Cadastro errado' })
    return { shop, contract, id }
  }

  test('takes what was cancelled of it along: made anew it bills the period, and nothing comes back beside it', async () => {
    const { shop, contract, id } = await withCancelled()
    expect((await erase(shop, contract)).status).toBe(204)
    const again = await shop.contract({}, { customerId: contract.customerId })
    await shop.bill()
    for (const verb of ['undo-cancellation', 'undo-emission', 'emit', 'release', 'redraft'])
      expect((await shop.refusal(`/v1/invoices/${id}/${verb}`, { reason: 'Volta' })).status).toBe(409)
    const refused = await shop.refusal(`/v1/invoices/${id}/undo-cancellation`)
    expect(refused).toMatchObject({ status: 409, code: 'contract_archived' })
    expect(refused.detail).toContain('faça uma fatura nova em um contrato em vigor')
    const asked = (await shop.all('/v1/receivables')).filter(({ state }: { state: string }) => state !== 'cancelled')
    expect(asked).toMatchObject([{ contractId: again.id, amountCents: 10_000 }])
  })

  test('leaves no period that waits for somebody to choose', async () => {
    const { shop, contract, id } = await withCancelled()
    expect((await shop.verification()).due).toEqual({ invoice_cancelled: 1 })
    await erase(shop, contract)
    expect((await shop.verification()).due).toEqual({})
    expect(await shop.periods(contract)).toMatchObject([{ disposition: 'waived', reason: 'contract_deleted', invoiceId: null }])
    expect(await shop.invoice(id)).toMatchObject({ state: 'cancelled', notes: [] })
  })

  test('takes along what was made by hand and cancelled, too', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({ from: '2026-05-01' })
    const { id } = await shop.post('/v1/invoices', byHand(contract))
    expect((await erase(shop, contract)).body).toMatchObject({ code: 'in_use' })
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    expect((await erase(shop, contract)).status).toBe(204)
    expect(await shop.refusal(`/v1/invoices/${id}/undo-cancellation`)).toMatchObject({ status: 409, code: 'contract_archived' })
    expect(await shop.refusal('/v1/invoices', byHand(contract))).toMatchObject({ code: 'contract_not_active' })
  })
})
