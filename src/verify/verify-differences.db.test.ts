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
      expect(await codesAfter(ctx, leftOver)).toEqual(['wrong_difference'])
    }
  })

  test('a difference of other than the days that are left is found, until validity makes them uncertain', async () => {
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
    expect(await codesAfter(ctx, oneCentMore)).toEqual(['wrong_difference'])
    await shop.post(`/v1/contracts/${contract.id}/cancel`, { on: '2026-01-20', reason: 'Fim' })
    expect((await verify(ctx, { full: true })).findings).toEqual([])
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
})
