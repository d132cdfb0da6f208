import { expect, test } from 'vitest'
import { type Agreement, Shop, stories } from './story.ts'

stories('a service that moves from one rule of a contract to another', database => {
  /** A shop that also sells a link, at 900 reais, and a contract for both, billed on the 10th. */
  const opened = async (today: string) => {
    const shop = await Shop.open(database(), today)
    const { id } = await shop.post('/v1/service-items', { name: 'Link' })
    return {
      shop,
      support: { serviceItemId: shop.serviceItemId, unitPrice: '100' },
      link: { serviceItemId: id, unitPrice: '900' },
    }
  }
  const rulesOf = (of: Agreement) => `/v1/contracts/${of.id}/invoice-rules`
  /** What is billed of the link: the periods, in order. */
  const linkBilled = async (shop: Shop, of: Agreement) =>
    (await shop.invoices(of))
      .filter(({ lines }) => lines.some(({ description }: { description: string }) => description === 'Link'))
      .map(({ period }) => `${period.startsOn} ${period.endsOn}`)
      .sort()

  test('in mid-period is refused: the first rule bills it whole until the 9th, and from the 10th it is possible', async () => {
    const { shop, support, link } = await opened('2026-06-01')
    const of = await shop.contract({ from: '2026-06-10', lines: [support, { ...link, validUntil: '2026-06-14' }] })
    const own = (from: string) => shop.rule({ from, lines: [link] })
    const { status, body } = await shop.api.post(rulesOf(of), own('2026-06-15'))
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'service_in_another_rule' })
    expect(body.detail).toContain('até 09/07/2026, por períodos inteiros: esta pode cobrá-lo a partir de 10/07/2026')

    await shop.post(rulesOf(of), own('2026-07-10'))
    for (const day of ['2026-06-10', '2026-07-10']) {
      await shop.until(day)
      await shop.bill()
    }
    expect(await linkBilled(shop, of)).toEqual(['2026-06-10 2026-07-10', '2026-07-10 2026-08-10'])
  })

  test('by terms planned for mid-period is refused likewise', async () => {
    const { shop, support, link } = await opened('2026-06-01')
    const of = await shop.contract({ from: '2026-06-10', lines: [support, link] })
    await shop.changeTerms(of, { lines: [support], validFrom: '2026-06-15' })
    expect(await shop.refusal(rulesOf(of), shop.rule({ from: '2026-06-15', lines: [link] }))).toMatchObject({
      code: 'service_in_another_rule',
      faults: [{ path: '/lines/0/serviceItemId' }],
    })
    expect((await shop.post(rulesOf(of), shop.rule({ from: '2026-07-10', lines: [link] }))).id).toMatch(/^rul_/)
  })

  test('and a rule that the end cuts bills as long as it is charged: whole where it is, until its end where it is prorated', async () => {
    const { shop, link } = await opened('2026-06-01')
    const next = { from: '2026-06-15', lines: [link] }
    const whole = await shop.contract({ from: '2026-06-10', lines: [link], endsOn: '2026-06-14' })
    expect((await shop.refusal(rulesOf(whole), shop.rule(next))).code).toBe('service_in_another_rule')
    for (const cutEnd of ['prorate', 'none']) {
      const cut = await shop.contract({ from: '2026-06-10', lines: [link], endsOn: '2026-06-14', cutEnd })
      expect((await shop.post(rulesOf(cut), shop.rule(next))).id).toMatch(/^rul_/)
    }
  })

  test('is billed for longer by another billing day, which is refused where it would reach into the other rule', async () => {
    const { shop, support, link } = await opened('2026-06-10')
    const of = await shop.contract({ lines: [support, { ...link, validUntil: '2026-07-20' }] })
    await shop.bill()
    // Its last period with the link is that of 10 July.
    await shop.post(rulesOf(of), shop.rule({ from: '2026-08-10', lines: [link] }))
    const terms = `/v1/invoice-rules/${of.ruleId}/terms`
    // From 15 July on it would be billed until 14 August.
    expect((await shop.refusal(terms, { recurrence: { anchorOn: '2026-07-15' } })).code).toBe('service_in_another_rule')
    // From 5 August on it is not in force any more.
    await shop.changeTerms(of, { recurrence: { anchorOn: '2026-08-05' } })
  })

  test('is not taken back for days that the other rule has billed', async () => {
    const { shop, support, link } = await opened('2026-05-15')
    const of = await shop.contract({ from: '2026-05-15', lines: [support, link] })
    await shop.bill()
    await shop.until('2026-05-20')
    await shop.changeTerms(of, { lines: [support] })
    const other = await shop.post('/v1/service-items', { name: 'Hospedagem' })
    const hosting = { serviceItemId: other.id, unitPrice: '50' }
    const second = await shop.post(rulesOf(of), shop.rule({ from: '2026-06-15', every: 3, lines: [link, hosting] }))
    await shop.until('2026-06-15')
    await shop.bill()
    await shop.changeTerms({ ...of, ruleId: second.id }, { lines: [hosting] })

    const back = { lines: [support, link] }
    const terms = `/v1/invoice-rules/${of.ruleId}/terms`
    const { status, body } = await shop.api.post(terms, back)
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'service_already_billed' })
    expect(body.detail).toContain('até 14/09/2026')
    expect(body.detail).toContain('a partir de 15/09/2026')
    await shop.changeTerms(of, { ...back, validFrom: '2026-09-15' })
    for (const day of ['2026-07-15', '2026-08-15', '2026-09-15']) {
      await shop.until(day)
      await shop.bill()
    }
    expect(await linkBilled(shop, of)).toEqual(['2026-05-15 2026-06-15', '2026-06-15 2026-09-15', '2026-09-15 2026-10-15'])
  })

  test('taken off for the future, and for none of the days billed since, is another rule’s from its next period on', async () => {
    const { shop, support, link } = await opened('2026-06-10')
    const of = await shop.contract({ lines: [support, { ...link, validUntil: '2026-06-09' }] })
    await shop.bill()
    // The period of 10 June was billed without it.
    await shop.post(rulesOf(of), shop.rule({ from: '2026-06-15', lines: [link] }))
    await shop.until('2026-06-15')
    await shop.bill()
    expect(await linkBilled(shop, of)).toEqual(['2026-06-15 2026-07-15'])
  })
})
