import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { customerTies } from '../../src/app/ties.ts'
import { startRun } from '../../src/billing-run/start-run.ts'
import { workRun } from '../../src/billing-run/work-run.ts'
import { civilDate, instantFromMillis } from '../../src/core/dates.ts'
import { type Noun, readId } from '../../src/core/ids.ts'
import { cents } from '../../src/core/money.ts'
import { eraseCustomer } from '../../src/customers/erase-customer.ts'
import { grantCredit } from '../../src/customers/grant-credit.ts'
import { emitInvoice } from '../../src/invoices/emit-invoice.ts'
import { undoEmission } from '../../src/invoices/undo-emission.ts'
import { type Ctx, openCtx } from '../../src/platform/context.ts'
import { receivePayment } from '../../src/receivables/receive-payment.ts'
import { undoReceipt } from '../../src/receivables/undo-receipt.ts'
import { verify } from '../../src/verify/verify.ts'
import { Shop, stories } from '../stories/story.ts'
import { ctxOf } from './company.ts'
import { foundAfter } from './found-after.ts'

// What verbs move is told so that verify believes it. Each of these is verified in full when it ends, as every story is.

stories('what the history tells of money', database => {
  test('holds where money went to and fro by the API', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract({ management: 'draft', due: { kind: 'fixed_day', day: 20, installments: 2 } })
    await shop.post(`/v1/customers/${of.customerId}/credit`, {
      ...grant,
      amountCents: 15_000,
      organizationId: shop.organizationId,
    })
    await shop.bill()
    const { id } = await shop.lastInvoice(of)
    await shop.post(`/v1/invoices/${id}/comments`, { body: 'Cliente avisado.' })
    await shop.post(`/v1/invoices/${id}/undo-emission`, { reason: 'Cedo demais' })
    await shop.post(`/v1/invoices/${id}/emit`, {})
    const spent = await shop.invoice(id)
    await shop.post(`/v1/receivables/${spent.receivables[0].id}/receipts/${spent.receivables[0].receipts.at(-1).id}/undo`, {})
    await shop.pay(spent, 99_999)
    await shop.post(`/v1/invoices/${id}/comments`, { body: 'Pagou.' })
  })

  test('holds where terms were planned ahead and changed again, and holidays entered, taken back and entered anew', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract({ maxGrowthPercent: '12.5', endsOn: '2027-12-31' })
    const priced = (unitPrice: string) => [
      { serviceItemId: shop.serviceItemId, unitPrice, quantity: '2.50', discountPercent: '10' },
    ]
    await shop.changeTerms(of, { validFrom: '2026-06-10', lines: priced('120.00'), due: { kind: 'last_day_of_month' } })
    await shop.changeTerms(of, { validFrom: '2026-03-10', competenceShift: 1, endsOn: null })
    expect((await shop.get(`/v1/invoice-rules/${of.ruleId}`)).versions).toHaveLength(4)
    const holidays = `/v1/organizations/${shop.organizationId}/holidays`
    for (const name of ['Aniversário', 'Aniversário da cidade']) {
      await shop.post(holidays, { date: '2026-01-25', name, scope: 'city' })
      if (name === 'Aniversário') await shop.api.delete(`${holidays}/2026-01-25`)
    }
    await shop.post(holidays, { date: '2026-07-09', name: 'Revolução', scope: 'state' })
    await shop.api.delete(`${holidays}/2026-07-09`)
    await shop.bill()

    // Each of the versions is told, also those that the second change wrote once more for later.
    const ctx = await ctxOf(shop)
    for (const version of [1, 2, 3, 4]) {
      const planted = await foundAfter(ctx, tx =>
        sql`update rule_line set unit_price = unit_price + 1 where rule_id = ${idOf('invoice_rule', of.ruleId)} and terms_version = ${version}`.execute(
          tx,
        ),
      )
      expect(planted.found).toMatchObject({ terms_not_as_told: 1 })
    }
  })

  test('holds where the clock runs on within a transaction', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const of = await shop.contract({ due: { kind: 'fixed_day', day: 20, installments: 2 } })
    const gone = idOf('customer', await shop.customer())
    const ctx = ticking(await ctxOf(shop))
    await grantCredit(ctx, gone, { ...grant, organizationId: idOf('organization', shop.organizationId) })
    await eraseCustomer(ctx, customerTies, gone)
    await grantCredit(ctx, idOf('customer', of.customerId), {
      ...grant,
      organizationId: idOf('organization', shop.organizationId),
    })
    const run = await startRun(ctx, { day: civilDate('2026-01-10'), cause: 'person' })
    await workRun(ctx, run.id)
    const { id, receivables } = await shop.lastInvoice(of)
    expect(receivables[0].receipts).toMatchObject([{ kind: 'credit', amountCents: 5_000 }])
    await undoEmission(ctx, idOf('invoice', id), null)
    await emitInvoice(ctx, { invoiceId: idOf('invoice', id) })
    const receivableId = idOf('receivable', receivables[1].id)
    const paid = await receivePayment(ctx, { receivableId, amountCents: cents(7_000), receivedOn: civilDate('2026-01-10') })
    await undoReceipt(ctx, { receivableId, receiptId: paid.receipts[0]?.id ?? 0 })
  })

  test('holds where a customer was erased (LGPD), but not for what is done to it by hand since then', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const ctx = await ctxOf(shop)
    const customer = await shop.customer()
    await shop.post(`/v1/customers/${customer}/credit`, { ...grant, organizationId: shop.organizationId })
    await shop.post(`/v1/customers/${customer}/erase`)
    expect((await verify(ctx, { full: true })).findings).toEqual([])
    const { found } = await foundAfter(ctx, async tx => {
      await sql`insert into customer_credit_entry (account_id, id, customer_id, organization_id, amount_cents, cause, created_at)
                select account_id, id + 1, customer_id, organization_id, amount_cents, cause, created_at from customer_credit_entry`.execute(
        tx,
      )
      await sql`update customer_credit set balance_cents = balance_cents * 2`.execute(tx)
    })
    expect(found).toEqual({ credit_not_as_told: 2, ids_given_again: 1 })
    const named = await foundAfter(ctx, tx => sql`update customer set name = 'Outro'`.execute(tx))
    expect(named.found).toEqual({ customer_not_as_told: 1 })
  })
})

const grant = { amountCents: cents(5_000), reason: 'Pagamento adiantado' }

/** As in a live account: no two looks at the clock say the same. */
function ticking(ctx: Ctx): Ctx {
  let now = Date.parse(ctx.clock.now())
  return openCtx({ ...ctx, clock: { now: () => instantFromMillis(now++) } })
}

function idOf(noun: Noun, text: string): number {
  return readId(noun, text) ?? 0
}
