import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a party that leaves while something is left to bill', database => {
  const cancel = (shop: Shop, contract: Agreement, on: string) =>
    shop.post(`/v1/contracts/${contract.id}/cancel`, { on, reason: 'Fim' })
  const archive = (shop: Shop) => `/v1/organizations/${shop.organizationId}/archive`
  const erase = ({ customerId }: Agreement) => `/v1/customers/${customerId}/erase`
  /** What the refusal says, which the archive of the organization and the erasure of the customer must both get. */
  const left = async (shop: Shop, contract: Agreement) => {
    const told = []
    for (const path of [archive(shop), erase(contract)]) {
      const { status, body } = await shop.api.post(path)
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'in_use' })
      told.push(body)
    }
    return { ...told[0].details, says: told.map(({ detail }) => detail) }
  }

  test('its last period in arrears comes first: it is billed ahead, or waived', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const [billed, waived] = [await shop.contract({ timing: 'arrears' }), await shop.contract({ timing: 'arrears' })]
    await shop.until('2026-03-11')
    for (const contract of [billed, waived]) await cancel(shop, contract, '2026-03-11')
    await shop.until('2026-03-12')
    expect(await left(shop, billed)).toMatchObject({
      says: [expect.stringContaining('por vencer em ctr_1, ctr_2 '), expect.stringContaining('por vencer em ctr_1 ')],
    })
    await shop.bill({ filters: { contracts: [billed.id], ahead: true } })
    await shop.post(erase(billed))
    await shop.post(`/v1/invoice-rules/${waived.ruleId}/periods/2026-03-01/waive`, { reason: 'Cortesia' })
    await shop.post(erase(waived))
    await shop.post(archive(shop))
  })

  test('so does an invoice that nobody has emitted', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const contract = await shop.contract({ approvalWanted: true })
    await shop.bill()
    await cancel(shop, contract, '2026-03-01')
    await shop.until('2026-03-02')
    const { id } = await shop.lastInvoice(contract)
    expect(await left(shop, contract)).toMatchObject({ contracts: [], invoices: [id] })
    await shop.post(`/v1/invoices/${id}/approve`)
    await shop.post(archive(shop))
    await shop.post(erase(contract))
  })

  test('so does a period that was given back', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const contract = await shop.contract({}, { endsOn: '2026-03-31' })
    await shop.bill()
    await shop.post(`/v1/invoices/${(await shop.lastInvoice(contract)).id}/redraft`, { reason: 'Refazer' })
    await cancel(shop, contract, '2026-03-01')
    expect(await left(shop, contract)).toMatchObject({ contracts: [contract.id], invoices: [] })
    await shop.bill({ filters: { catchUp: true } })
    await shop.post(archive(shop))
    await shop.post(erase(contract))
  })

  test('whose data was erased it is never asked for anything more: what was cancelled stays so', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const contract = await shop.contract({ approvalWanted: true })
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    await cancel(shop, contract, '2026-03-01')
    await shop.until('2026-03-02')
    await shop.post(erase(contract))
    for (const verb of ['undo-cancellation', 'release'])
      expect(await shop.refusal(`/v1/invoices/${id}/${verb}`)).toMatchObject({ status: 409, code: 'erased_customer' })
    expect(await shop.ledger(contract)).toEqual(['2026-03-01 billed'])
    await shop.post(`/v1/invoices/${id}/release`, { waive: true, reason: 'Cliente saiu' })
  })

  test('whose data was erased it pays what is out: that is received or cancelled, and nothing is made of it anew', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const contract = await shop.contract()
    await shop.bill()
    await cancel(shop, contract, '2026-03-01')
    await shop.until('2026-03-02')
    await shop.post(erase(contract))
    const { id, receivables } = await shop.lastInvoice(contract)
    for (const verb of ['undo-emission', 'redraft']) {
      const refused = await shop.refusal(`/v1/invoices/${id}/${verb}`, { reason: 'Refazer' })
      expect(refused).toMatchObject({ status: 409, code: 'erased_customer' })
      expect(refused.detail).toContain('apagados (LGPD)')
    }
    const byHand = { contractId: contract.id, lines: [{ description: 'Visita', unitPrice: '50' }] }
    const made = { ...byHand, receivables: [{ dueOn: '2026-03-20', percent: '100' }] }
    expect(await shop.refusal('/v1/invoices', made)).toMatchObject({ status: 409, code: 'erased_customer' })
    // What was received by mistake is owed again: that is no new demand.
    const paid = await shop.pay({ receivables }, 10_000)
    await shop.post(`/v1/receivables/${paid.id}/receipts/${paid.receipts[0].id}/undo`, { reason: 'Devolvido' })
    expect((await shop.invoice(id)).state).toBe('to_receive')
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Cliente saiu' })
    expect(await shop.refusal(`/v1/invoices/${id}/undo-cancellation`)).toMatchObject({ code: 'erased_customer' })
  })

  test('once archived it comes back first, and then what was cancelled', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const contract = await shop.contract()
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    await cancel(shop, contract, '2026-03-01')
    await shop.until('2026-03-02')
    await shop.post(`/v1/customers/${contract.customerId}/archive`)
    for (const verb of ['undo-cancellation', 'release']) {
      const refused = await shop.refusal(`/v1/invoices/${id}/${verb}`)
      expect(refused).toMatchObject({ status: 409, code: 'archived_customer' })
      expect(refused.detail).toContain('desarquive-o antes')
    }
    await shop.post(`/v1/customers/${contract.customerId}/unarchive`)
    expect((await shop.post(`/v1/invoices/${id}/undo-cancellation`)).state).toBe('to_receive')
  })
})
