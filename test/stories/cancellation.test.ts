import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('an invoice that is taken back', database => {
  const billed = async (wish: Record<string, unknown> = {}): Promise<[Shop, Agreement]> => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract(wish)
    await shop.bill()
    return [shop, contract]
  }

  test('cancelled it keeps its period; released the period is open; billed again it is another invoice', async () => {
    const [shop, contract] = await billed()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    expect((await shop.bill()).outcomes).toEqual({})
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 billed'])

    await shop.post(`/v1/invoices/${id}/release`)
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 open'])
    expect((await shop.bill()).outcomes).toEqual({ emitted: 1 })
    expect((await shop.invoices(contract)).map(({ state, number }) => [state, number])).toEqual([
      ['cancelled', 1],
      ['to_receive', 2],
    ])
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 billed'])
  })

  test('cancelled it says that its period stays closed; each verification tells of it until it is released or waived', async () => {
    const [shop, contract] = await billed()
    const { id } = await shop.lastInvoice(contract)
    const byHand = await shop.post('/v1/invoices', {
      contractId: contract.id,
      lines: [{ description: 'Visita', unitPrice: '50' }],
      receivables: [{ dueOn: '2026-01-20', percent: '100' }],
    })
    await shop.post(`/v1/invoices/${byHand.id}/cancel`, { reason: 'Engano' })
    const cancelled = await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    expect(cancelled.notes).toEqual([
      `O período de 10/01/2026 a 09/02/2026 continua fechado e não será faturado; para faturá-lo de novo, libere a ${id}.`,
    ])
    const told = async () => {
      const { due, information } = await shop.verification()
      return { due, sentences: information.map(({ sentence }: { sentence: string }) => sentence) }
    }
    await shop.verification()
    const again = await told()
    expect(again.due).toEqual({ invoice_cancelled: 1 })
    expect(again.sentences.join()).toContain(`a fatura dele (${id}, R$ 100,00) foi cancelada e ele continua fechado`)

    const redrafted = await shop.refusal(`/v1/invoices/${id}/redraft`, { reason: 'De novo' })
    expect(redrafted).toMatchObject({ status: 409, code: 'invoice_state' })
    expect(redrafted.detail).toContain(`invoices release ${id}`)
    expect(await shop.refusal(`/v1/invoices/${id}/release`, { waive: true })).toMatchObject({ code: 'reason_required' })
    const waived = await shop.post(`/v1/invoices/${id}/release`, { waive: true, reason: 'Cortesia' })
    expect(waived.notes).toEqual([])
    expect(await shop.periods(contract)).toMatchObject([{ disposition: 'waived', reason: 'Cortesia' }])
    expect((await told()).due).toEqual({})
    await shop.prove()
  })

  test('of a rule that was deleted since, the period can only be waived, and everybody says so', async () => {
    const [shop, contract] = await billed()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    const { version } = await shop.get(`/v1/invoice-rules/${contract.ruleId}`)
    expect((await shop.api.delete(`/v1/invoice-rules/${contract.ruleId}`, { version })).status).toBe(204)
    const cancelled = await shop.get(`/v1/invoices/${id}`)
    expect(cancelled.isRuleArchived).toBe(true)
    expect(cancelled.notes[0]).toContain('a regra foi excluída, e ele só pode ser dispensado')
    const { information } = await shop.verification()
    expect(information).toMatchObject([{ details: { isRuleArchived: true }, sentence: expect.stringContaining('dispense-o') }])
    expect(await shop.refusal(`/v1/invoices/${id}/release`)).toMatchObject({
      code: 'rule_archived',
      detail: expect.stringContaining('--waive'),
    })
    expect((await shop.post(`/v1/invoices/${id}/release`, { waive: true, reason: 'Acabou' })).notes).toEqual([])
    await shop.prove()
  })

  test('cancelled nothing of it is open, until that is undone', async () => {
    const [shop, contract] = await billed()
    const { id } = await shop.lastInvoice(contract)
    const open = async () => {
      const [inList] = await shop.all(`/v1/receivables?invoice=${id}`)
      const [ofInvoice] = (await shop.invoice(id)).receivables
      return [inList.amountCents, inList.outstandingCents, ofInvoice.outstandingCents]
    }
    expect(await open()).toEqual([10_000, 10_000, 10_000])
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    expect(await open()).toEqual([10_000, 0, 0])
    await shop.post(`/v1/invoices/${id}/undo-cancellation`)
    expect(await open()).toEqual([10_000, 10_000, 10_000])
  })

  test('a cancellation can be undone, but not once the invoice was released', async () => {
    const [shop, contract] = await billed()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    expect(await shop.post(`/v1/invoices/${id}/undo-cancellation`)).toMatchObject({ state: 'to_receive', number: 1 })
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Agora sim' })
    await shop.post(`/v1/invoices/${id}/release`)
    expect(await shop.refusal(`/v1/invoices/${id}/undo-cancellation`)).toMatchObject({ status: 409, code: 'already_released' })
  })

  test('released, its events wait for the next billing again', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { amountCents: 500 })
    await shop.event(contract, { kind: 'discount', amountCents: 3_000 })
    await shop.bill()
    const { id, netCents } = await shop.lastInvoice(contract)
    expect(netCents).toBe(7_500)
    await shop.post(`/v1/invoices/${id}/redraft`, { reason: 'Refazer' })
    await shop.bill()
    expect(await shop.lastInvoice(contract)).toMatchObject({ netCents: 7_500, state: 'to_receive' })
  })

  test('released, a discount that had carried on is whole again: the invoice comes back as it was', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { kind: 'discount', amountCents: 18_000 })
    await shop.bill()
    await shop.post(`/v1/invoices/${(await shop.lastInvoice(contract)).id}/redraft`, { reason: 'Refazer' })
    await shop.bill()
    for (const day of ['2026-02-10', '2026-03-10', '2026-04-10']) {
      await shop.until(day)
      await shop.bill()
    }
    const standing = (await shop.invoices(contract)).filter(({ state }) => state !== 'cancelled')
    expect(standing.map(({ netCents }) => netCents)).toEqual([0, 2_000, 10_000, 10_000])
  })

  test('released, what it gave back and what it had carried on are on one invoice, where that has room for both', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    const { id } = await shop.event(contract, { kind: 'discount', amountCents: 18_000 })
    await shop.bill()
    await shop.changeTerms(contract, {
      validFrom: '2026-01-10',
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '300' }],
    })
    await shop.post(`/v1/invoices/${(await shop.lastInvoice(contract)).id}/redraft`, { reason: 'Refazer' })
    await shop.bill()
    const again = await shop.lastInvoice(contract)
    expect(again.netCents).toBe(30_000 - 18_000)
    expect(again.lines.map(({ discountCents }: { discountCents: number }) => discountCents)).toEqual([0, 8_000, 10_000])
    expect(await shop.get(`/v1/billing-events/${id}`)).toMatchObject({ openCents: 0 })
  })

  test('released, the parts of a discount keep their order: never two of them on one invoice', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { kind: 'discount', amountCents: 24_000, parts: 2 })
    await shop.bill()
    await shop.post(`/v1/invoices/${(await shop.lastInvoice(contract)).id}/redraft`, { reason: 'Refazer' })
    await shop.bill()
    for (const day of ['2026-02-10', '2026-03-10', '2026-04-10']) {
      await shop.until(day)
      await shop.bill()
    }
    const standing = (await shop.invoices(contract)).filter(({ state }) => state !== 'cancelled')
    // 100 of the first part, its other 20, then 100 of the second part and its other 20.
    expect(standing.map(({ netCents }) => netCents)).toEqual([0, 8_000, 0, 8_000])
  })

  test('billed again in mid-life, an old period waits to be chosen', async () => {
    const [shop, contract] = await billed()
    const [first] = await shop.invoices(contract)
    await shop.until('2026-02-10')
    await shop.bill()
    await shop.post(`/v1/invoices/${first.id}/redraft`, { reason: 'Refazer' })
    expect((await shop.bill()).outcomes).toEqual({ needs_catch_up: 1 })
    expect((await shop.bill({ filters: { catchUp: true } })).outcomes).toEqual({ emitted: 1 })
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 billed', '2026-02-10 billed'])
  })

  test('undone, an emission leaves a draft; emitted again it has the day and the number of then', async () => {
    const [shop, contract] = await billed()
    const { id } = await shop.lastInvoice(contract)
    expect(await shop.post(`/v1/invoices/${id}/undo-emission`)).toMatchObject({ state: 'to_emit', number: null, issueOn: null })
    await shop.until('2026-01-12')
    expect(await shop.post(`/v1/invoices/${id}/emit`)).toMatchObject({ state: 'to_receive', number: 2, issueOn: '2026-01-12' })
  })

  test('nothing that was paid is cancelled or taken back, until the payment is undone', async () => {
    const [shop, contract] = await billed()
    const invoice = await shop.lastInvoice(contract)
    await shop.pay(invoice, 1_000)
    const cancel = `/v1/invoices/${invoice.id}/cancel`
    expect(await shop.refusal(cancel, { reason: 'Engano' })).toMatchObject({ status: 409, code: 'receipt_stands' })
    expect(await shop.refusal(`/v1/invoices/${invoice.id}/undo-emission`)).toMatchObject({ code: 'receipt_stands' })
    const receivable = invoice.receivables[0].id
    const { receipts } = await shop.get(`/v1/receivables/${receivable}`)
    await shop.post(`/v1/receivables/${receivable}/receipts/${receipts[0].id}/undo`)
    expect((await shop.post(cancel, { reason: 'Engano' })).state).toBe('cancelled')
  })

  test('an invoice never emitted can be deleted: its period is waived and its events wait', async () => {
    const shop = await Shop.openWithScheduler(database(), '2026-01-09')
    const contract = await shop.contract({ from: '2026-01-10', management: 'draft' })
    await shop.event(contract, { amountCents: 500 })
    await shop.until('2026-01-10')
    const { id, version } = await shop.lastInvoice(contract)
    expect((await shop.api.delete(`/v1/invoices/${id}`, { version })).status).toBe(204)
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 waived'])
    await shop.until('2026-02-10')
    expect((await shop.lastInvoice(contract)).netCents).toBe(10_500)
  })

  test('a rule can always be deleted: what it had open is waived, its invoices stay', async () => {
    const [shop, contract] = await billed()
    await shop.until('2026-03-10')
    expect((await shop.api.delete(`/v1/invoice-rules/${contract.ruleId}`, { version: 1 })).status).toBe(204)
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 billed', '2026-02-10 waived', '2026-03-10 waived'])
    expect((await shop.bill()).outcomes).toEqual({})
    const { id, state } = await shop.lastInvoice(contract)
    expect(state).toBe('to_receive')
    expect(await shop.refusal(`/v1/invoices/${id}/redraft`, { reason: 'Refazer' })).toMatchObject({ code: 'rule_archived' })
  })

  test('a contract that is deleted waives what was due of it by name, listed or not', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.until('2026-03-10')
    const { version } = await shop.get(`/v1/contracts/${contract.id}`)
    expect((await shop.api.delete(`/v1/contracts/${contract.id}`, { version })).status).toBe(204)
    const periods = await shop.periods(contract)
    expect(periods.map(({ startsOn, disposition, reason }) => [startsOn, disposition, reason])).toEqual([
      ['2026-01-10', 'waived', 'contract_deleted'],
      ['2026-02-10', 'waived', 'contract_deleted'],
      ['2026-03-10', 'waived', 'contract_deleted'],
    ])
  })

  test('an emission that was taken back waits: no run over all sends it out, only its person, or a run that names it', async () => {
    const [shop, contract] = await billed()
    const { id } = await shop.lastInvoice(contract)
    const takenBack = await shop.post(`/v1/invoices/${id}/undo-emission`, { reason: 'Valor errado' })
    expect(takenBack).toMatchObject({ state: 'to_emit', issueOn: null, emittedAt: expect.any(String) })
    const another = await shop.contract()
    const preview = await shop.preview()
    expect(preview).toMatchObject({ counters: { due: 1 }, emissions: { due: 0 } })
    const all = await shop.bill()
    expect(all).toMatchObject({ outcomes: { emitted: 1 }, emissions: { due: 0, emitted: 0 } })
    await shop.until('2026-01-12')
    expect((await shop.invoice(id)).state).toBe('to_emit')
    expect((await shop.bill({ filters: { contracts: [another.id] } })).emissions).toMatchObject({ due: 0 })

    for (const named of [{ contracts: [contract.id] }, { customers: [contract.customerId] }, { rules: [contract.ruleId] }]) {
      expect((await shop.preview({ filters: named })).emissions).toMatchObject({ due: 1, pendingCents: 10_000 })
    }
    expect((await shop.bill({ filters: { contracts: [contract.id] } })).emissions).toMatchObject({ due: 1, emitted: 1 })
    expect((await shop.invoice(id)).state).toBe('to_receive')
    await shop.post(`/v1/invoices/${id}/undo-emission`)
    expect((await shop.post(`/v1/invoices/${id}/emit`)).state).toBe('to_receive')
  })

  test('an emission that is taken back while a run stands still is not sent out by it', async () => {
    const shop = await Shop.open(database(), '2026-01-10', { runMaxInvoices: 1 })
    const [waiting] = [await shop.contract({ approvalWanted: true }), await shop.contract()]
    await shop.bill({ filters: { contracts: [waiting.id] } })
    const { id } = await shop.lastInvoice(waiting)
    await shop.contract()
    const run = await shop.bill()
    expect(run).toMatchObject({ state: 'paused', emissions: { due: 1 } })
    await shop.post(`/v1/invoices/${id}/approve`)
    await shop.post(`/v1/invoices/${id}/undo-emission`)
    expect(await shop.tellRun(run, 'resume')).toMatchObject({ state: 'done', emissions: { emitted: 0 } })
    expect((await shop.invoice(id)).state).toBe('to_emit')
  })
})
