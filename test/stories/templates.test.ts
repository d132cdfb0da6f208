import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('what is made of a template', database => {
  /** Two services, four parcels, two readjustments. */
  async function template(shop: Shop) {
    const hosting = await shop.post('/v1/service-items', { name: 'Hospedagem' })
    return shop.post('/v1/invoice-templates', {
      organizationId: shop.organizationId,
      name: 'Hospedagem com suporte',
      recurrence: { unit: 'month', every: 1 },
      description: 'Serviços do mês',
      due: { kind: 'fixed_day', installments: 4 },
      competenceShift: -1,
      lines: [
        { serviceItemId: hosting.id, quantity: '2.5', unitPrice: '5.75' },
        { serviceItemId: shop.serviceItemId, unitPrice: '1000' },
      ],
      readjustments: [
        { serviceItemId: hosting.id, index: 'ipca', everyMonths: 12 },
        { serviceItemId: shop.serviceItemId, index: 'igpm', noticeDays: 10 },
      ],
      details: { nfseBody: '$DESCRICAO' },
    })
  }

  async function ruleOf(shop: Shop, templateId: string, wish: Record<string, unknown>): Promise<Agreement> {
    const customerId = await shop.customer()
    const contract = await shop.post('/v1/contracts', { name: 'C', organizationId: shop.organizationId, customerId })
    const rule = await shop.post(`/v1/contracts/${contract.id}/invoice-rules`, { templateId, ...wish })
    return { id: contract.id, ruleId: rule.id, customerId }
  }

  const patched = async (shop: Shop, { id, version }: { id: string; version: number }, change: object) => {
    const reply = await shop.api.patch(`/v1/invoice-templates/${id}`, change, { version })
    expect(reply.status, JSON.stringify(reply.body)).toBe(200)
    return reply.body
  }

  test('a rule bills what it took from its template, whatever becomes of that afterwards', async () => {
    const shop = await Shop.open(database(), '2024-10-01')
    const model = await template(shop)
    const [hosting, support] = model.lines
    const [ipca, igpm] = model.readjustments
    const contract = await ruleOf(shop, model.id, {
      title: 'Hospedagem da loja',
      recurrence: { anchorOn: '2024-10-01' },
      due: { day: 10 },
      description: 'Hospedagem e suporte da loja',
      lines: [{ templateLineId: hosting.id, quantity: '4', unitPrice: '10' }],
      readjustments: [
        { templateReadjustmentId: ipca.id, remove: true },
        { templateReadjustmentId: igpm.id, startsOn: '2025-10-01' },
      ],
    })
    const billed = async (...days: string[]) => {
      for (const day of days) {
        await shop.until(day)
        await shop.bill()
      }
      return shop.lastInvoice(contract)
    }

    const first = await billed('2024-10-01')
    expect(first).toMatchObject({
      description: 'Hospedagem e suporte da loja',
      competence: '2024-09',
      grossCents: 104_000,
      lines: [
        { description: 'Hospedagem', quantity: '4', unitPrice: '10' },
        { description: 'Suporte', unitPrice: '1000' },
      ],
      details: { nfseBody: '$DESCRICAO' },
      templateId: null,
    })
    expect(
      first.receivables.map(({ dueOn, amountCents }: { dueOn: string; amountCents: number }) => [dueOn, amountCents]),
    ).toEqual([
      ['2024-10-10', 26_000],
      ['2024-11-10', 26_000],
      ['2024-12-10', 26_000],
      ['2025-01-10', 26_000],
    ])

    await billed('2024-11-01', '2024-12-01')
    const changed = await patched(shop, model, {
      name: 'Outro nome',
      due: { kind: 'day_quantity', days: 3 },
      lines: [{ id: support.id, serviceItemId: shop.serviceItemId, unitPrice: '1' }],
      readjustments: [{ id: igpm.id, serviceItemId: shop.serviceItemId, index: 'inpc' }],
      details: null,
    })
    await shop.post(`/v1/invoice-templates/${model.id}/archive`)
    const rule = await shop.get(`/v1/invoice-rules/${contract.ruleId}`)
    expect(rule).toMatchObject({ templateId: model.id, title: 'Hospedagem da loja', version: 1, versions: [{}] })
    expect(changed.grossCents).toBe(100)

    const later = await billed('2025-01-01', '2025-02-01')
    expect(later).toMatchObject({ grossCents: 104_000, receivables: [{ dueOn: '2025-02-10' }, {}, {}, {}] })
    const [clause] = (await shop.get(`/v1/invoice-rules/${contract.ruleId}/readjustments`)).data
    expect(clause).toMatchObject({ index: 'igpm', nextOn: '2025-10-01', remindOn: '2025-09-21' })
    // The readjustment that came with it is one like any other: 1000 × 1.02828436, the hosting as it was.
    await shop.until('2025-10-01')
    await shop.bill()
    expect((await shop.lastInvoice(contract)).grossCents).toBe(106_828)
  })

  test('a one-off invoice is asked for in the parcels of its template, and emitted by its person', async () => {
    const shop = await Shop.open(database(), '2026-01-15')
    const model = await shop.post('/v1/invoice-templates', {
      organizationId: shop.organizationId,
      name: 'Instalação',
      recurrence: null,
      description: 'Instalação e configuração',
      due: { kind: 'day_quantity', days: 30, installments: 3 },
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '100' }],
      details: { issueNfse: true },
    })
    const contract = await shop.contract({ management: 'on_request' })
    const made = await shop.post('/v1/invoices', {
      contractId: contract.id,
      templateId: model.id,
      lines: [{ description: 'Deslocamento', unitPrice: '0.01' }],
    })
    expect(made).toMatchObject({
      templateId: model.id,
      state: 'to_emit',
      ruleId: null,
      description: 'Instalação e configuração',
      grossCents: 10_001,
      details: { issueNfse: true },
    })
    const parts = made.receivables.map(({ dueOn, amountCents }: { dueOn: string; amountCents: number }) => [dueOn, amountCents])
    expect(parts).toEqual([
      ['2026-02-14', 3333],
      ['2026-03-16', 3333],
      ['2026-04-15', 3335],
    ])
    await patched(shop, model, { due: null, createParcels: false, lines: [], grossCents: 1 })
    await shop.until('2026-01-20')
    const emitted = await shop.post(`/v1/invoices/${made.id}/emit`)
    // Fixed when it was made, like due dates that a person gives.
    expect(emitted).toMatchObject({ state: 'to_receive', issueOn: '2026-01-20', receivables: [{ dueOn: '2026-02-14' }, {}, {}] })
    expect((await shop.get(`/v1/invoices/${made.id}/history`)).data.at(-1).after).toMatchObject({ templateId: 1 })
  })
})
