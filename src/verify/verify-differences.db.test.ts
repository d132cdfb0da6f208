import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { Shop } from '../../test/stories/story.ts'
import { ctxOf } from '../../test/verify/company.ts'
import { ruleOf } from '../../test/verify/faults.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { verify } from './verify.ts'

class Undone extends Error {}

/** The codes that are found after something was planted, which is then undone. */
async function codesAfter(ctx: Ctx, plant: (tx: Tx) => Promise<unknown>): Promise<string[]> {
  let codes: string[] = []
  const planted = ctx.transact(async tx => {
    await plant(tx)
    codes = Object.keys((await verify(ctx, { full: true })).found).sort()
    throw new Undone()
  })
  await expect(planted).rejects.toBeInstanceOf(Undone)
  return codes
}

eachEngine('what verify says of events whose periods came back', database => {
  const priced = (shop: Shop, unitPrice: string) => ({ lines: [{ serviceItemId: shop.serviceItemId, unitPrice }] })

  test('a difference that stays although its period was billed anew, or waived, is found', async () => {
    const shop = await Shop.open(database(), '2026-01-01')
    const wish = { priceChange: 'prorate' }
    const [anew, waived] = [await shop.contract(wish), await shop.contract(wish)]
    await shop.bill()
    await shop.until('2026-01-16')
    await shop.changeTerms(anew, { validFrom: '2026-01-01', ...priced(shop, '200') })
    await shop.changeTerms(waived, priced(shop, '200'))
    for (const contract of [anew, waived]) {
      await shop.post(`/v1/invoices/${(await shop.lastInvoice(contract)).id}/redraft`, { reason: 'Refazer' })
    }
    await shop.post(`/v1/invoice-rules/${waived.ruleId}/periods/2026-01-01/waive`, { reason: 'Cortesia' })
    await shop.bill()
    const ctx = await ctxOf(shop)
    expect((await verify(ctx, { full: true })).findings).toEqual([])

    for (const contract of [anew, waived]) {
      const leftOver = async (tx: Tx) => {
        const mine = sql`where rule_id = ${ruleOf(contract)}`
        await sql`update billing_event set cancelled_at = null ${mine}`.execute(tx)
        await sql`update billing_event_part set state = 'open', known_seq = nextval('fact_seq') ${mine}`.execute(tx)
        await sql`update price_difference set cancelled_cents = 0 ${mine}`.execute(tx)
      }
      expect(await codesAfter(ctx, leftOver)).toEqual(['event_not_as_told', 'wrong_difference'])
    }
  })

  test('what a cheaper price gives back of an invoice that was cancelled is given once it is owed again', async () => {
    const shop = await Shop.open(database(), '2026-01-01')
    const contract = await shop.contract({ priceChange: 'prorate' })
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Engano' })
    await shop.changeTerms(contract, { validFrom: '2026-01-16', ...priced(shop, '50') })
    expect((await verify(await ctxOf(shop), { full: true })).findings).toEqual([])
    await shop.post(`/v1/invoices/${id}/undo-cancellation`, {})
    // 16 days of 31, each a thirty-first of R$ 50 cheaper.
    const { data } = await shop.get(`/v1/billing-events?ruleId=${contract.ruleId}`)
    expect(data).toMatchObject([{ kind: 'discount', amountCents: 2_581 }])
    expect((await verify(await ctxOf(shop), { full: true })).findings).toEqual([])
  })

  test('a difference of other than the days that are left is found', async () => {
    const shop = await Shop.open(database(), '2026-01-01')
    const contract = await shop.contract({ priceChange: 'prorate' })
    await shop.bill()
    await shop.until('2026-01-16')
    await shop.changeTerms(contract, priced(shop, '33.33'))
    const ctx = await ctxOf(shop)
    expect((await verify(ctx, { full: true })).findings).toEqual([])
    const oneCentMore = async (tx: Tx) => {
      await sql`update billing_event set amount_cents = amount_cents + 1`.execute(tx)
      await sql`update billing_event_part set amount_cents = amount_cents + 1`.execute(tx)
      await sql`update price_difference set amount_cents = amount_cents + 1`.execute(tx)
    }
    expect(await codesAfter(ctx, oneCentMore)).toEqual(['event_not_as_told', 'wrong_difference'])
    await shop.post(`/v1/contracts/${contract.id}/cancel`, { on: '2026-01-20', reason: 'Fim' })
    expect((await verify(ctx, { full: true })).findings).toEqual([])
  })

  test('days that came back and that nobody is asked for are found, and days of a gap are not missed', async () => {
    const shop = await Shop.open(database(), '2026-03-01')
    const terms = { timing: 'arrears', price: '310' }
    const [whole, gap] = [await shop.contract(terms), await shop.contract(terms)]
    await shop.until('2026-03-10')
    for (const { id } of [whole, gap]) await shop.post(`/v1/contracts/${id}/cancel`, { on: '2026-03-10', reason: 'Fim' })
    await shop.until('2026-04-01')
    await shop.bill()
    await shop.post(`/v1/contracts/${whole.id}/reactivate`, { on: '2026-03-11' })
    await shop.post(`/v1/contracts/${gap.id}/reactivate`)
    const ctx = await ctxOf(shop)
    expect((await verify(ctx, { full: true })).findings).toEqual([])
    const forgotten = async (tx: Tx) => {
      await sql`delete from price_difference`.execute(tx)
      await sql`delete from billing_event_part`.execute(tx)
      await sql`delete from billing_event`.execute(tx)
    }
    expect(await codesAfter(ctx, forgotten)).toContain('wrong_difference')
    const withoutGap = (tx: Tx) =>
      sql`update contract_suspension set from_on = '2026-03-12' where contract_id = (
            select contract_id from invoice_rule where id = ${ruleOf(gap)})`.execute(tx)
    expect(await codesAfter(ctx, withoutGap)).toContain('wrong_difference')
  })

  test('an invoice that took what was given back of a discount, and left what had been carried on, is found', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { kind: 'discount', amountCents: 18_000 })
    await shop.bill()
    await shop.changeTerms(contract, { validFrom: '2026-01-10', ...priced(shop, '300') })
    await shop.post(`/v1/invoices/${(await shop.lastInvoice(contract)).id}/redraft`, { reason: 'Refazer' })
    await shop.bill()
    const ctx = await ctxOf(shop)
    expect((await verify(ctx, { full: true })).findings).toEqual([])

    const leftBehind = async (tx: Tx) => {
      const part = sql`(select id from billing_event_part where rule_id = ${ruleOf(contract)} and origin = 'carried')`
      const invoice = sql`(select invoice_id from coverage where rule_id = ${ruleOf(contract)} and starts_on = '2026-01-10')`
      await sql`delete from invoice_line where event_part_id = ${part}`.execute(tx)
      await sql`delete from event_consumption where part_id = ${part}`.execute(tx)
      await sql`update billing_event_part set state = 'open' where id = ${part}`.execute(tx)
      await sql`update invoice set discount_cents = discount_cents - 8000, net_cents = net_cents + 8000 where id = ${invoice}`.execute(
        tx,
      )
      await sql`update receivable set amount_cents = amount_cents + 8000 where invoice_id = ${invoice}`.execute(tx)
    }
    expect(await codesAfter(ctx, leftBehind)).toContain('event_skipped')
  })

  test('what waits on a rule that is over is told, until somebody cancels it', async () => {
    const shop = await Shop.open(database(), '2026-01-01')
    const raised = await shop.contract({ priceChange: 'prorate' })
    const ending = await shop.contract()
    const going = await shop.contract()
    await shop.bill()
    await shop.until('2026-01-16')
    await shop.changeTerms(raised, { validFrom: '2026-01-01', ...priced(shop, '200') })
    await shop.event(ending, { kind: 'discount', amountCents: 700 })
    await shop.event(going, { amountCents: 900 })
    const { version } = (await shop.api.get(`/v1/invoice-rules/${raised.ruleId}`)).body
    expect((await shop.api.delete(`/v1/invoice-rules/${raised.ruleId}`, { version })).status).toBe(204)
    await shop.post(`/v1/contracts/${ending.id}/cancel`, { on: '2026-01-20', reason: 'Fim' })
    const told = async () => (await verify(await ctxOf(shop))).information
    const [difference, discount] = await told()
    expect(await told()).toHaveLength(2)
    expect(difference).toMatchObject({ code: 'event_unused', details: { openCents: 10_000, rule: raised.ruleId } })
    expect(difference?.sentence).toMatch(/R\$\s100,00 não será faturado por ninguém, porque a regra foi arquivada: /)
    expect(discount?.sentence).toMatch(/R\$\s7,00 não será usado por ninguém, porque a regra não tem mais o que faturar: /)
    for (const one of [difference, discount]) await shop.post(`/v1/billing-events/${one?.subject}/cancel`)
    expect(await told()).toEqual([])
    expect((await verify(await ctxOf(shop), { full: true })).findings).toEqual([])
  })
})
