import { expect, test } from 'vitest'
import { textsOfPdf } from '../fixtures/pdf-text.ts'
import { Shop, stories } from './story.ts'

stories('what a customer reads of an invoice', database => {
  test('says of a price that follows an index what became of it, and of one before that nothing', async () => {
    const shop = await Shop.open(database(), '2025-09-01')
    const contract = await shop.contract({ price: '1000' })
    await shop.post(`/v1/invoice-rules/${contract.ruleId}/readjustments`, { index: 'igpm', startsOn: '2025-10-01' })
    await shop.bill()
    await shop.until('2025-10-01')
    await shop.bill()
    const printed = async ({ id }: { id: string }) => {
      const { rawPayload } = await shop.api.app.inject({
        url: `/v1/invoices/${id}/pdf`,
        headers: { authorization: `Bearer ${shop.api.key}` },
      })
      return textsOfPdf(rawPayload).flat().join(' ')
    }
    const [before, after] = await Promise.all((await shop.invoices(contract)).map(printed))
    expect(before).toContain('1.000,00')
    expect(before).not.toContain('reajustado')
    expect(after).toContain(
      'Preço reajustado em 01/10/2025 pelo IGP-M (10/2024 a 09/2025), fator 1,02828436: de R$ 1.000,00 para R$ 1.028,28.',
    )
    expect(after).toContain('R$ 1.028,28')
  })
})
