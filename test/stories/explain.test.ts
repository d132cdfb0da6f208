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
      'Suspenso de 01/02/2026 a 28/02/2026: os períodos que começam nesses dias não são cobrados.',
    ])
  })
})
