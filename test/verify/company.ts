import { openSystemCtx } from '../../src/app/context.ts'
import { systemClock } from '../../src/platform/clock.ts'
import type { Ctx } from '../../src/platform/context.ts'
import { openLog } from '../../src/platform/log.ts'
import type { TestDatabase } from '../database/test-database.ts'
import { type Agreement, Shop } from '../stories/story.ts'

const log = openLog({ level: 'silent' })

export async function ctxOf(shop: Shop): Promise<Ctx> {
  const ctx = await openSystemCtx({ db: shop.database.db, clock: systemClock, log }, shop.api.account, 'test')
  if (ctx === null) throw new Error('the account of a test is open')
  return ctx
}

/** A year's start of a small company: everything that verify looks at happens in it. */
export interface Company {
  shop: Shop
  ctx: Ctx
  /** 1000 reais and 2.5 × 5.75 less 10 %, income tax withheld, in three installments. */
  full: Agreement
  /** 100 reais, a single receivable; a surcharge of 30 is on February's. */
  plain: Agreement
  /** 100 reais, with a discount of 250 that takes three invoices. */
  discounted: Agreement
  /** Suspended in February. */
  resting: Agreement
  /** Waits for approval; somebody put R$ 7,77 on January's. */
  adjusted: Agreement
}

export async function openCompany(database: TestDatabase): Promise<Company> {
  const shop = await Shop.open(database, '2026-01-10', { apportionmentEnabled: true })
  const line = { serviceItemId: shop.serviceItemId }
  const full = await shop.contract({
    lines: [
      { ...line, unitPrice: '1000' },
      { ...line, quantity: '2.5', unitPrice: '5.75', discountPercent: '10' },
    ],
    withholdings: [{ tax: 'irrf', rateMicros: 15_000 }],
    due: { kind: 'fixed_day', day: 20, installments: 3 },
  })
  const plain = await shop.contract()
  const discounted = await shop.contract()
  const resting = await shop.contract()
  const adjusted = await shop.contract({ approvalWanted: true })
  await shop.event(full, { amountCents: 10_000, parts: 4 })
  await shop.event(discounted, { kind: 'discount', amountCents: 25_000 })
  await shop.bill()
  const january = await shop.lastInvoice(full)
  await shop.pay(january, 10_000)
  // Twice what is asked: the rest is credit.
  await shop.pay(await shop.lastInvoice(plain), 15_000)
  const waiting = await shop.lastInvoice(adjusted)
  await shop.post(`/v1/invoices/${waiting.id}/adjustments`, { kind: 'surcharge', amountCents: 777, reason: 'Hora extra' })
  await shop.post(`/v1/contracts/${resting.id}/suspend`, { reason: 'Obra', fromOn: '2026-02-01' })

  await shop.until('2026-02-10')
  await shop.event(plain, { amountCents: 3_000 })
  await shop.bill()
  await shop.post(`/v1/contracts/${resting.id}/resume`, { on: '2026-03-01' })

  await shop.until('2026-03-10')
  await shop.bill()
  const wrong = await shop.lastInvoice(resting)
  await shop.post(`/v1/invoices/${wrong.id}/cancel`, { reason: 'Engano' })
  await shop.post(`/v1/invoices/${wrong.id}/release`, {})
  await shop.bill()
  return { shop, ctx: await ctxOf(shop), full, plain, discounted, resting, adjusted }
}
