import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { balance, bill, codeOf, credit, events, oneInvoice } from '../../test/fixtures/invoices.ts'
import { ctxAt, later, rules } from '../../test/fixtures/rules.ts'
import { type CivilDate, civilDate } from '../core/dates.ts'
import { cents, mostCents } from '../core/money.ts'
import { getInvoice, searchInvoices } from '../invoices/read-invoice.ts'
import type { Ctx } from '../platform/context.ts'
import { abateReceivable } from './abate-receivable.ts'
import { changeDueDate } from './change-due-date.ts'
import { enterReceivables } from './enter-receivables.ts'
import { getReceivable, type ReceivableDetail, searchReceivables } from './read-receivable.ts'
import { receivePayment } from './receive-payment.ts'
import { undoReceipt } from './undo-receipt.ts'

const billingDay = '2026-01-31T12:00:00.000Z'
const dueDay = '2026-02-10T12:00:00.000Z'
const today = civilDate('2026-02-10')
const inTwo = { terms: { due: { kind: 'fixed_day', day: 10, installments: 2 } } } as const

function pay(ctx: Ctx, receivableId: number, amount: number, receivedOn: CivilDate = today): Promise<ReceivableDetail> {
  return receivePayment(ctx, { receivableId, amountCents: cents(amount), receivedOn })
}

eachEngine('receiving', database => {
  test('in parts: the receivable and its invoice are received with the last one, and that is told once', async () => {
    const ctx = later(await ctxAt(database(), billingDay), dueDay)
    const { invoice, receivables } = await oneInvoice(later(ctx, billingDay), inTwo)
    const [first = 0, second = 0] = receivables.map(receivable => receivable.id)
    expect(await pay(ctx, first, 2_000)).toMatchObject({ state: 'to_receive', receivedCents: 2_000, receivedOn: null })
    expect(await pay(ctx, first, 3_000)).toMatchObject({ state: 'received', receivedCents: 5_000, receivedOn: '2026-02-10' })
    expect((await getInvoice(ctx, invoice.id)).invoice.state).toBe('to_receive')
    await pay(ctx, second, 5_000)
    expect((await getInvoice(ctx, invoice.id)).invoice.state).toBe('received')
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['emit', 'update', 'update', 'confirm_receival'])
    expect(await codeOf(pay(ctx, second, 1))).toBe('already_received')
  })

  test('more than is owed becomes credit, which the next emission spends', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { receivables } = await oneInvoice(ctx)
    const march = later(ctx, '2026-02-28T12:00:00.000Z')
    const paid = await pay(march, receivables[0]?.id ?? 0, 12_000)
    expect(paid).toMatchObject({
      state: 'received',
      receivedCents: 10_000,
      receipts: [{ amountCents: 10_000, surplusCents: 2_000 }],
    })
    expect(await balance(march)).toBe(2_000)
    const [next] = await bill(march)
    expect(next).toMatchObject({ invoice: { netCents: 10_000, state: 'to_receive' }, receivables: [{ receivedCents: 2_000 }] })
    expect(await balance(march)).toBe(0)
    // The surplus is spent: the payment that it came from can no longer be undone.
    expect(await codeOf(undoReceipt(march, { receivableId: paid.id, receiptId: paid.receipts[0]?.id ?? 0 }))).toBe(
      'credit_already_spent',
    )
  })

  test('never more than there are amounts, nor as credit in the end; what stood before that was refused is undone', async () => {
    const ctx = later(await ctxAt(database(), billingDay), dueDay)
    const { receivables } = await oneInvoice(later(ctx, billingDay), inTwo)
    const [first = 0, second = 0] = receivables.map(receivable => receivable.id)
    expect(await codeOf(pay(ctx, first, mostCents + 1))).toBe('amount_too_large')
    const paid = await pay(ctx, first, mostCents)
    expect(await codeOf(pay(ctx, second, mostCents))).toBe('credit_too_large')
    expect(await codeOf(credit(ctx, mostCents))).toBe('credit_too_large')
    expect(await balance(ctx)).toBe(mostCents - 5_000)
    // Of a time when nobody looked: it cannot be counted with, and is.
    await ctx.transact(tx => sql`update customer_credit set balance_cents = 9200000000000000`.execute(tx))
    expect(await codeOf(pay(ctx, second, 5_001))).toBe('credit_too_large')
    const receiptId = paid.receipts[0]?.id ?? 0
    expect(await undoReceipt(ctx, { receivableId: first, receiptId })).toMatchObject({ state: 'to_receive', receivedCents: 0 })
    expect(await pay(ctx, first, 5_000)).toMatchObject({ state: 'received' })
  })

  test('undone, everything is as before, and the receipt is kept with its reason', async () => {
    const ctx = later(await ctxAt(database(), billingDay), dueDay)
    const { invoice, receivables } = await oneInvoice(later(ctx, billingDay))
    const receivableId = receivables[0]?.id ?? 0
    const paid = await pay(ctx, receivableId, 10_700)
    const receiptId = paid.receipts[0]?.id ?? 0
    expect(await undoReceipt(ctx, { receivableId, receiptId, reason: 'Estorno do banco' })).toMatchObject({
      state: 'to_receive',
      receivedCents: 0,
      receivedOn: null,
      receipts: [{ amountCents: 10_000, surplusCents: 700, undoReason: 'Estorno do banco' }],
    })
    expect(await balance(ctx)).toBe(0)
    expect((await getInvoice(ctx, invoice.id)).invoice.state).toBe('to_receive')
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['emit', 'confirm_receival', 'undo_receival'])
    expect(await codeOf(undoReceipt(ctx, { receivableId, receiptId }))).toBe('receipt_already_undone')
    expect(await codeOf(undoReceipt(ctx, { receivableId, receiptId: 999 }))).toBe('not_found')
  })

  test('credit that was spent goes back to the customer when it is undone', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1)
    await credit(ctx, 4_000)
    const [made] = await bill(ctx)
    const receivable = made?.receivables[0]
    await undoReceipt(ctx, { receivableId: receivable?.id ?? 0, receiptId: receivable?.receipts[0]?.id ?? 0 })
    expect(await balance(ctx)).toBe(4_000)
  })

  test('happens neither in the future nor before the emission', async () => {
    const ctx = later(await ctxAt(database(), billingDay), dueDay)
    const { receivables } = await oneInvoice(later(ctx, billingDay))
    const id = receivables[0]?.id ?? 0
    expect(await codeOf(pay(ctx, id, 1, civilDate('2026-02-11')))).toBe('received_in_the_future')
    expect(await codeOf(pay(ctx, id, 1, civilDate('2026-01-30')))).toBe('received_before_issue')
    expect(await codeOf(pay(ctx, 999, 1))).toBe('not_found')
  })

  test('is refused before the emission', async () => {
    const ctx = later(await ctxAt(database(), billingDay), dueDay)
    const { receivables } = await oneInvoice(later(ctx, billingDay), { terms: { management: 'draft' } }, 'scheduler')
    expect(await codeOf(pay(ctx, receivables[0]?.id ?? 0, 1))).toBe('receivable_state')
  })
})

eachEngine('abating', database => {
  test('closes what is left without counting as received, and can be undone', async () => {
    const ctx = later(await ctxAt(database(), billingDay), dueDay)
    const { invoice, receivables } = await oneInvoice(later(ctx, billingDay))
    const receivableId = receivables[0]?.id ?? 0
    await pay(ctx, receivableId, 9_000)
    expect(await codeOf(abateReceivable(ctx, { receivableId, amountCents: cents(1_001), reason: 'x' }))).toBe(
      'abatement_exceeds_outstanding',
    )
    const abated = await abateReceivable(ctx, { receivableId, amountCents: cents(1_000), reason: 'Acordo' })
    expect(abated).toMatchObject({ state: 'received', receivedCents: 9_000, abatedCents: 1_000 })
    expect((await getInvoice(ctx, invoice.id)).invoice).toMatchObject({ state: 'received', netCents: 10_000 })
    const receiptId = abated.receipts.find(receipt => receipt.kind === 'abatement')?.id ?? 0
    expect(await undoReceipt(ctx, { receivableId, receiptId })).toMatchObject({ state: 'to_receive', abatedCents: 0 })
  })
})

eachEngine('a due date', database => {
  test('can be moved while it is open, and then no rule moves it again', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice, receivables } = await oneInvoice(ctx)
    const id = receivables[0]?.id ?? 0
    const version = receivables[0]?.version ?? 0
    const moved = await changeDueDate(ctx, id, version, { dueOn: civilDate('2026-03-15'), reason: 'Acordo' })
    expect(moved).toMatchObject({ dueOn: '2026-03-15', version: version + 1 })
    expect((await getInvoice(ctx, invoice.id)).invoice.dueByRule).toBe(false)
    expect(await codeOf(changeDueDate(ctx, id, version, { dueOn: civilDate('2026-03-16') }))).toBe('stale_version')
    expect(await codeOf(changeDueDate(ctx, id, version + 1, { dueOn: civilDate('2026-01-30') }))).toBe('due_before_issue')
    await pay(ctx, id, 10_000, civilDate('2026-01-31'))
    expect(await codeOf(changeDueDate(ctx, id, version + 2, { dueOn: civilDate('2026-03-16') }))).toBe('already_received')
  })

  test('is late only after the next business day: a Saturday may be paid on Monday', async () => {
    const ctx = await ctxAt(database(), billingDay)
    // 28 February 2026 is a Saturday.
    const { invoice, receivables } = await oneInvoice(ctx, { terms: { due: { kind: 'fixed_day', day: 28, installments: 1 } } })
    const id = receivables[0]?.id ?? 0
    const isLateAt = async (now: string) => {
      const at = later(ctx, now)
      const known = (await getReceivable(at, id)).isLate
      const invoices = await searchInvoices(at, { late: true }, null, 10)
      const open = await searchReceivables(at, { late: true }, null, 10)
      const onTime = await searchReceivables(at, { late: false }, null, 10)
      // One definition, wherever it is asked.
      expect([invoices.length, open.length, onTime.length]).toEqual(known ? [1, 1, 0] : [0, 0, 1])
      expect((await getInvoice(at, invoice.id)).isLate).toBe(known)
      return known
    }
    expect(await isLateAt('2026-03-02T12:00:00.000Z')).toBe(false)
    expect(await isLateAt('2026-03-03T12:00:00.000Z')).toBe(true)
    // Two o'clock in the morning of the 3rd in UTC is still the 2nd in São Paulo.
    expect(await isLateAt('2026-03-03T02:00:00.000Z')).toBe(false)
  })
})

eachEngine('what came from another system', database => {
  test('is to be received without an invoice, counts as late, and is received like any other', async () => {
    const ctx = later(await ctxAt(database(), billingDay), dueDay)
    await rules(later(ctx, billingDay), 1)
    const open = { organizationId: 1, customerId: 1, contractId: null, dueOn: civilDate('2025-12-10'), amountCents: cents(5_000) }
    const [entered] = await ctx.transact(tx => enterReceivables(tx, ctx, [open]))
    const id = entered?.id ?? 0
    expect(await getReceivable(ctx, id)).toMatchObject({ state: 'to_receive', isLate: true, invoiceId: null })
    const paid = await pay(ctx, id, 5_100, civilDate('2025-12-20'))
    expect(paid).toMatchObject({ state: 'received', receivedOn: '2025-12-20' })
    expect(await balance(ctx)).toBe(100)
    await undoReceipt(ctx, { receivableId: id, receiptId: paid.receipts[0]?.id ?? 0 })
    expect(await getReceivable(ctx, id)).toMatchObject({ state: 'to_receive' })
  })
})
