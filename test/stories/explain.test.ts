import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('what would be billed of a contract on a day', database => {
  test('says gross, discounts, each tax that is kept back, and net', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const withholdings = [
      { tax: 'irrf', rateMicros: 15_000 },
      { tax: 'iss', rateMicros: 50_000 },
    ]
    const contract = await shop.contract({ withholdings })
    await shop.event(contract, { kind: 'discount', amountCents: 1_000 })
    const { rules } = await shop.get(`/v1/contracts/${contract.id}/explain`)
    expect(rules[0].sentences.join('\n')).toContain(
      'seria faturado. Bruto R$ 100,00; descontos R$ 10,00; retenção de IRRF R$ 1,35; retenção de ISS R$ 4,50; líquido R$ 84,15;',
    )
    expect(rules[0].periods).toMatchObject([
      {
        grossCents: 10_000,
        discountCents: 1_000,
        withholdings: [
          { tax: 'irrf', amountCents: 135 },
          { tax: 'iss', amountCents: 450 },
        ],
        netCents: 8_415,
      },
    ])
  })

  test('of a day to come tells what each day until then bills, as a preview of it does', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.until('2026-02-10')
    const { rules } = await shop.get(`/v1/contracts/${contract.id}/explain?day=2026-04-10`)
    const told = rules[0].periods.map((it: { startsOn: string; verdict: string }) => `${it.startsOn} ${it.verdict}`)
    expect(told).toEqual(['2026-01-10 hold', '2026-02-10 bill', '2026-03-10 bill', '2026-04-10 bill'])
    const forecast = await shop.items(await shop.preview({ day: '2026-04-10' }))
    expect(forecast.map(({ periodStart, outcome }) => `${periodStart} ${outcome === null ? 'bill' : 'hold'}`)).toEqual(told)
  })

  test('says days from the first to the last one, both counted', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract({}, { endsOn: '2026-12-31' })
    await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-02-01', reason: 'Obra' })
    await shop.until('2026-03-01')
    await shop.post(`/v1/contracts/${contract.id}/resume`, { on: '2026-03-01' })
    const { sentences } = await shop.get(`/v1/contracts/${contract.id}/explain`)
    expect(sentences).toEqual([
      'Vigência: de 10/01/2026 a 31/12/2026.',
      'Suspenso de 01/02/2026 a 28/02/2026: os períodos que começam nesses dias não são cobrados. Motivo: Obra.',
    ])
  })

  test('names the events that it would bill, what is left of a discount, and the turn of each part that waits', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { amountCents: 5_000, description: 'Visita' })
    await shop.event(contract, { kind: 'discount', amountCents: 18_000, description: 'Bônus' })
    await shop.event(contract, { amountCents: 3_000, parts: 3, description: 'Roteador' })
    const said = async () => (await shop.get(`/v1/contracts/${contract.id}/explain`)).rules[0].sentences.join('\n')
    expect(await said()).toContain(
      'Inclui o acréscimo "Visita", R$ 50,00; o acréscimo "Roteador", 1ª de 3 partes, R$ 10,00; o desconto "Bônus", R$ 160,00 (sobram R$ 20,00 para a fatura seguinte).',
    )
    expect(await said()).toContain(
      'O acréscimo "Roteador" espera: 2ª parte, R$ 10,00 na próxima fatura; 3ª parte, R$ 10,00 na seguinte.',
    )
    await shop.bill()
    expect(await said()).toContain('Espera a próxima fatura: desconto de R$ 20,00 (Bônus).')
  })

  test('of a billed day tells the invoice and its own price, and that it was cancelled and why', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    await shop.changeTerms(contract, {
      validFrom: '2026-01-20',
      lines: [{ serviceItemId: shop.serviceItemId, unitPrice: '300' }],
    })
    const said = async () => {
      const [rule] = (await shop.get(`/v1/contracts/${contract.id}/explain?day=2026-01-25`)).rules
      expect(rule.invoiceId).toBe(id)
      return rule.sentences.join('\n')
    }
    expect(await said()).toContain(`já foi faturado (${id}, emitida em 10/01/2026, líquido R$ 100,00).`)
    expect(await said()).toContain(': R$ 100,00')
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Mudou' })
    expect(await said()).toContain(', e a fatura foi cancelada em 10/01/2026 (Mudou): ele continua fechado')
  })

  test('says why a period was waived and a contract cancelled, and of a past day nothing of who is late today', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.bill()
    await shop.post(`/v1/invoice-rules/${contract.ruleId}/periods/2026-02-10/waive`, { reason: 'Cortesia' })
    const said = async (day: string) => {
      const { sentences, rules } = await shop.get(`/v1/contracts/${contract.id}/explain?day=${day}`)
      return [...sentences, ...rules[0].sentences].join('\n')
    }
    expect(await said('2026-02-10')).toContain('foi dispensado: Cortesia.')
    await shop.until('2026-03-09')
    expect(await said('2026-03-09')).toContain('Hoje o cliente tem parcela vencida')
    expect(await said('2026-03-08')).not.toContain('parcela vencida')
    await shop.post(`/v1/contracts/${contract.id}/cancel`, { reason: 'Mudou de cidade' })
    expect(await said('2026-03-09')).toContain('Cancelado com 09/03/2026 como último dia: Mudou de cidade.')
  })
})
