import { type RawBuilder, sql } from 'kysely'
import { expect, test } from 'vitest'
import { ctxOf } from '../verify/company.ts'
import { foundAfter } from '../verify/found-after.ts'
import { Shop, stories } from './story.ts'

stories('what is withheld of one line and not of another', database => {
  const iss = (percent: number) => ({ tax: 'iss', rateMicros: percent * 10_000 })

  /** Support with what the rule says, hosting with what it says itself, and an expense that is paid back with every period. */
  const twoServices = (shop: Shop, more: object = {}) => ({
    withholdings: [iss(2)],
    lines: [
      { serviceItemId: shop.serviceItemId, description: 'Suporte', unitPrice: '100' },
      { serviceItemId: shop.serviceItemId, description: 'Obra', unitPrice: '200', withholdings: [iss(5)], withheldCents: 1_050 },
      { serviceItemId: shop.serviceItemId, description: 'Estacionamento', unitPrice: '40', withholdings: [] },
    ],
    ...more,
  })
  const told = (invoice: { withholdings: { tax: string; rateMicros: number; baseCents: number; amountCents: number }[] }) =>
    invoice.withholdings.map(({ tax, rateMicros, baseCents, amountCents }) => [tax, rateMicros / 10_000, baseCents, amountCents])

  test('each goes by its own, to the cent; what comes besides is shared, and what is paid back is left out', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract(twoServices(shop))
    await shop.bill()
    const january = await shop.lastInvoice(contract)
    expect(january).toMatchObject({ grossCents: 34_000, withheldCents: 2_250, netCents: 31_750 })
    expect(january.withholdings).toEqual([
      { tax: 'iss', rateMicros: 20_000, baseCents: 10_000, amountCents: 200, lines: [1], fixedCents: null, leastBaseCents: null },
      {
        tax: 'iss',
        rateMicros: 50_000,
        baseCents: 20_000,
        amountCents: 1_000,
        lines: [2],
        fixedCents: null,
        leastBaseCents: null,
      },
      { tax: 'other', rateMicros: 0, baseCents: 20_000, amountCents: 1_050, lines: [2], fixedCents: 1_050, leastBaseCents: null },
    ])

    await shop.until('2026-02-10')
    await shop.event(contract, { kind: 'discount', amountCents: 3_400 })
    await shop.event(contract, { kind: 'surcharge', amountCents: 5_000, isReimbursement: true })
    const explained = await shop.get(`/v1/contracts/${contract.id}/explain?day=2026-02-10`)
    expect(JSON.stringify(explained)).toContain('outras retenções')
    await shop.bill()
    const february = await shop.lastInvoice(contract)
    expect(february).toMatchObject({ grossCents: 39_000, discountCents: 3_400, withheldCents: 2_130, netCents: 33_470 })
    expect(told(february)).toEqual([
      ['iss', 2, 9_000, 180],
      ['iss', 5, 18_000, 900],
      ['other', 0, 18_000, 1_050],
    ])
  })

  test('an adjustment is shared too, and what discounts leave bounds what was agreed upon', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract(twoServices(shop, { approvalWanted: true }))
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    const adjust = (kind: string, amountCents: number) =>
      shop.post(`/v1/invoices/${id}/adjustments`, { kind, amountCents, reason: 'Acerto' })
    expect(told(await adjust('surcharge', 3_400))).toEqual([
      ['iss', 2, 11_000, 220],
      ['iss', 5, 22_000, 1_100],
      ['other', 0, 22_000, 1_050],
    ])
    expect(told(await adjust('discount', 37_000))).toEqual([
      ['iss', 2, 118, 2],
      ['iss', 5, 235, 12],
      ['other', 0, 235, 235],
    ])
    expect(told(await adjust('surcharge', 37_000))).toContainEqual(['other', 0, 22_000, 1_050])
  })

  test('a month that is billed by its days withholds the amount by its days', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const line = { serviceItemId: shop.serviceItemId, unitPrice: '310', withholdings: [iss(5)], withheldCents: 1_001 }
    const contract = await shop.contract({ cutEnd: 'prorate', lines: [line] }, { endsOn: '2026-01-24' })
    await shop.bill()
    expect(told(await shop.lastInvoice(contract))).toEqual([
      ['iss', 5, 15_000, 750],
      ['other', 0, 15_000, 484],
    ])
  })

  test('a file of contracts says that it leaves it behind, and read again takes nothing away', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract(twoServices(shop))
    const file: string = (await shop.api.get('/v1/exports/contracts.csv')).body
    expect(file).toContain('o arquivo não leva os tributos retidos só deste serviço')
    expect(file).toContain('o arquivo não leva as outras retenções, de R$')
    await shop.import(Buffer.from(file))
    const { versions } = await shop.get(`/v1/invoice-rules/${contract.ruleId}`)
    expect(versions.at(-1).lines).toMatchObject([{}, { withholdings: [iss(5)], withheldCents: 1_050 }, { withholdings: [] }])
    await shop.bill()
  })

  test('whatever somebody changes of it beside the product is found', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract(twoServices(shop))
    await shop.event(contract, { amountCents: 5_000, isReimbursement: true })
    await shop.bill()
    const ctx = await ctxOf(shop)
    const found = async (statement: RawBuilder<unknown>) =>
      Object.keys((await foundAfter(ctx, tx => statement.execute(tx))).found).sort()
    expect(await found(sql`update invoice_withholding set lines = '[1, 2]' where rate_micros = 20000`)).toEqual(['wrong_amount'])
    expect(await found(sql`update invoice_withholding set fixed_cents = 1051 where tax = 'other'`)).toEqual([
      'cents_withheld',
      'wrong_amount',
    ])
    expect(await found(sql`update invoice_withholding set base_cents = 9999 where rate_micros = 20000`)).toEqual(['wrong_amount'])
    expect(await found(sql`delete from invoice_withholding where tax = 'other'`)).toEqual(['cents_withheld', 'wrong_amount'])
    const rates = sql`update rule_line set withholdings = '[{"tax": "iss", "rateMicros": 20000}]' where position = 2`
    expect(await found(rates)).toEqual(['terms_not_as_told', 'wrong_amount'])
    expect(await found(sql`update rule_line set withheld_cents = null where position = 2`)).toEqual([
      'terms_not_as_told',
      'wrong_amount',
    ])
    expect(await found(sql`update billing_event set is_reimbursement = false`)).toEqual(['event_not_as_told', 'wrong_amount'])
  })

  test('a change that says nothing of it leaves it, null takes it away, and what leaves nothing is refused at its place', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract(twoServices(shop))
    const terms = `/v1/invoice-rules/${contract.ruleId}/terms`
    const lines = (more: object = {}) => [
      { serviceItemId: shop.serviceItemId, description: 'Suporte', unitPrice: '110' },
      { serviceItemId: shop.serviceItemId, description: 'Obra', unitPrice: '220', ...more },
    ]
    const linesOf = async () => (await shop.get(`/v1/invoice-rules/${contract.ruleId}`)).versions.at(-1).lines
    await shop.post(terms, { validFrom: '2026-02-01', lines: lines() })
    expect(await linesOf()).toMatchObject([
      { withholdings: null, withheldCents: null },
      { withholdings: [iss(5)], withheldCents: 1_050 },
    ])
    await shop.post(terms, { validFrom: '2026-03-01', lines: lines({ withholdings: null, withheldCents: null }) })
    expect(await linesOf()).toMatchObject([{}, { withholdings: null, withheldCents: null }])
    for (const [more, fault] of [
      [{ withheldCents: 0 }, { path: '/lines/1/withheldCents', code: 'amount_not_positive' }],
      [
        { withheldCents: 20_900, withholdings: [iss(5)] },
        { path: '/lines/1/withheldCents', code: 'withheld_above_line' },
      ],
      // By the rates of the rule, where it says none.
      [
        { withheldCents: 21_560, withholdings: null },
        { path: '/lines/1/withheldCents', code: 'withheld_above_line' },
      ],
      [{ withholdings: [iss(5), iss(2)] }, { path: '/lines/1/withholdings/1/tax', code: 'tax_repeated' }],
      [{ withholdings: [iss(100)] }, { path: '/lines/1/withholdings', code: 'withholdings_above_whole' }],
    ] as const) {
      const { status, body } = await shop.api.post(terms, { lines: lines(more) })
      expect([status, body.faults]).toMatchObject([422, [fault]])
    }
    const refused = await shop.api.post(`/v1/invoice-rules/${contract.ruleId}/events`, {
      kind: 'discount',
      description: 'Desconto',
      amountCents: 1,
      isReimbursement: true,
    })
    expect(refused.body.faults).toMatchObject([{ path: '/isReimbursement', code: 'reimbursement_not_surcharge' }])
    await shop.bill()
  })
})
