import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { balance, bill, codeOf, credit, events, oneInvoice } from '../../test/fixtures/invoices.ts'
import { ctxAt, later, rules } from '../../test/fixtures/rules.ts'
import { civilDate } from '../core/dates.ts'
import { cents, decimal } from '../core/money.ts'
import { getReceivable } from '../receivables/read-receivable.ts'
import { receivePayment } from '../receivables/receive-payment.ts'
import { undoReceipt } from '../receivables/undo-receipt.ts'
import { approveInvoice, blockInvoice } from './approve-invoice.ts'
import { emitInvoice } from './emit-invoice.ts'
import { getInvoice } from './read-invoice.ts'
import { undoEmission } from './undo-emission.ts'

const billingDay = '2026-01-31T12:00:00.000Z'
const draft = { terms: { management: 'draft' } } as const
const inThree = { kind: 'fixed_day', day: 10, installments: 3 } as const

eachEngine('emitting an invoice', database => {
  test('a draft goes out when its person says so: number, issue date and due dates are those of that day', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const made = await oneInvoice(ctx, draft, 'scheduler')
    expect(made.invoice).toMatchObject({ state: 'to_emit', number: null, issueOn: null, estimatedIssueOn: '2026-01-31' })
    expect(made.receivables).toMatchObject([{ dueOn: '2026-02-10', state: 'to_emit' }])

    const late = later(ctx, '2026-02-12T12:00:00.000Z')
    const { invoice, receivables } = await emitInvoice(late, { invoiceId: made.invoice.id })
    expect(invoice).toMatchObject({
      state: 'to_receive',
      number: 1,
      issueOn: '2026-02-12',
      estimatedIssueOn: '2026-01-31',
      version: 2,
    })
    expect(receivables).toMatchObject([{ dueOn: '2026-03-10', state: 'to_receive', version: 2 }])
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['create', 'emit'])
    expect(await codeOf(emitInvoice(late, { invoiceId: invoice.id }))).toBe('invoice_state')
  })

  test('due dates follow the version of the terms that the invoice was planned from, not the one of today', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const made = await oneInvoice(ctx, draft, 'scheduler')
    await ctx.transact(tx =>
      sql`insert into rule_terms select account_id, rule_id, 2, '2026-01-31', nextval('fact_seq'), known_at, 'update', recurrence_unit,
            recurrence_every, anchor_on, timing, competence_shift, due_kind, 25, due_days, due_months, due_only_business_days, due_roll,
            installments, payment_method, management, approval_wanted, cut_start, cut_end, price_change, max_amount_cents,
            max_growth_percent, withholdings, description from rule_terms where rule_id = 1 and version = 1`.execute(tx),
    )
    const { receivables } = await emitInvoice(ctx, { invoiceId: made.invoice.id })
    expect(receivables).toMatchObject([{ dueOn: '2026-02-10' }])
  })

  test('credit is spent on the oldest receivables first and changes neither gross nor net', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const made = await oneInvoice(ctx, { terms: { management: 'draft', due: inThree } }, 'scheduler')
    await credit(ctx, 5_000)
    const { invoice, receivables } = await emitInvoice(ctx, { invoiceId: made.invoice.id })
    expect(invoice).toMatchObject({ grossCents: 10_000, netCents: 10_000, state: 'to_receive' })
    expect(receivables).toMatchObject([
      {
        amountCents: 3_333,
        receivedCents: 3_333,
        state: 'received',
        receivedOn: '2026-01-31',
        receipts: [{ kind: 'credit', amountCents: 3_333 }],
      },
      { amountCents: 3_333, receivedCents: 1_667, state: 'to_receive', receipts: [{ kind: 'credit', amountCents: 1_667 }] },
      { amountCents: 3_334, receivedCents: 0, state: 'to_receive', receipts: [] },
    ])
    expect(await balance(ctx)).toBe(0)

    const back = await undoEmission(ctx, invoice.id, null)
    expect(back.invoice).toMatchObject({ state: 'to_emit', number: null, issueOn: null })
    expect(back.receivables.map(one => [one.state, one.receivedCents])).toEqual([
      ['to_emit', 0],
      ['to_emit', 0],
      ['to_emit', 0],
    ])
    expect(await balance(ctx)).toBe(5_000)
  })

  test('credit that pays it all makes it received, told once', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const made = await oneInvoice(ctx, draft, 'scheduler')
    await credit(ctx, 12_500)
    const { invoice } = await emitInvoice(ctx, { invoiceId: made.invoice.id })
    expect(invoice).toMatchObject({ state: 'received', version: 3 })
    expect(await balance(ctx)).toBe(2_500)
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['create', 'emit', 'confirm_receival'])
    expect((await undoEmission(ctx, invoice.id, null)).invoice.state).toBe('to_emit')
    expect(await balance(ctx)).toBe(12_500)
  })

  test('an invoice of zero is received at the instant of its emission, without a receipt', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const made = await oneInvoice(ctx, { ...draft, line: { discountPercent: decimal('100') } }, 'scheduler')
    const { invoice, receivables } = await emitInvoice(ctx, { invoiceId: made.invoice.id })
    expect(invoice).toMatchObject({ state: 'received', netCents: 0 })
    expect(receivables).toMatchObject([{ state: 'received', amountCents: 0, receivedOn: '2026-01-31', receipts: [] }])
  })

  test('a number that was taken back is not given again, and the draft waits for its person', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const made = await oneInvoice(ctx)
    expect(made.invoice).toMatchObject({ state: 'to_receive', number: 1, management: 'automatic', emitWanted: true })
    const { invoice } = await undoEmission(ctx, made.invoice.id, 'Valor errado')
    expect(invoice).toMatchObject({ state: 'to_emit', management: 'draft', emitWanted: false })
    expect(await bill(later(ctx, '2026-02-01T12:00:00.000Z'), 'scheduler')).toEqual([])
    expect((await getInvoice(ctx, invoice.id)).invoice.state).toBe('to_emit')
    expect((await emitInvoice(ctx, { invoiceId: invoice.id })).invoice.number).toBe(2)
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['emit', 'undo_emission', 'emit'])
  })

  test('an emission is not undone while a payment stands', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice, receivables } = await oneInvoice(ctx)
    const receivableId = receivables[0]?.id ?? 0
    const paid = await receivePayment(ctx, { receivableId, amountCents: cents(1), receivedOn: civilDate('2026-01-31') })
    expect(await codeOf(undoEmission(ctx, invoice.id, null))).toBe('receipt_stands')
    await undoReceipt(ctx, { receivableId, receiptId: paid.receipts[0]?.id ?? 0 })
    expect(await codeOf(undoEmission(ctx, invoice.id, null))).toBe('done')
  })
})

eachEngine('approval', database => {
  test('what is blocked is not emitted by anybody, and an automatic one goes out as it is approved', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, { terms: { approvalWanted: true } }, 'scheduler')
    expect(invoice).toMatchObject({ state: 'to_emit', approval: 'blocked' })
    expect(await codeOf(emitInvoice(ctx, { invoiceId: invoice.id }))).toBe('awaiting_approval')
    const approved = await approveInvoice(later(ctx, '2026-02-03T12:00:00.000Z'), invoice.id)
    expect(approved.invoice).toMatchObject({ state: 'to_receive', approval: 'approved', issueOn: '2026-02-03', number: 1 })
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['create', 'update', 'emit'])
  })

  test('an approved draft waits for its person, unless a run asked to emit it', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, { terms: { approvalWanted: true, management: 'draft' } }, 'scheduler')
    expect((await approveInvoice(ctx, invoice.id)).invoice).toMatchObject({ state: 'to_emit', approval: 'approved' })
    expect((await blockInvoice(ctx, invoice.id, 'Conferir')).invoice.approval).toBe('blocked')
    await bill(ctx, 'person')
    expect((await getInvoice(ctx, invoice.id)).invoice).toMatchObject({ state: 'to_emit', emitWanted: true })
    expect((await approveInvoice(ctx, invoice.id)).invoice.state).toBe('to_receive')
  })

  test('only what is to be emitted can be blocked or approved', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    expect(await codeOf(blockInvoice(ctx, invoice.id, null))).toBe('invoice_state')
    expect(await codeOf(approveInvoice(ctx, invoice.id))).toBe('invoice_state')
  })
})

eachEngine('a customer who is late', database => {
  const strict = { billWhileOverdue: false } as const
  const march = '2026-02-28T12:00:00.000Z'

  test('holds the next invoice back; it goes out by itself once all is paid', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const first = await oneInvoice(ctx, strict)
    const now = later(ctx, march)
    const [held] = await bill(now, 'scheduler')
    expect(held?.invoice).toMatchObject({ state: 'to_emit', heldBy: 'customer_overdue' })
    expect(await codeOf(emitInvoice(now, { invoiceId: held?.invoice.id ?? 0 }))).toBe('customer_overdue')

    const receivableId = first.receivables[0]?.id ?? 0
    await receivePayment(now, { receivableId, amountCents: cents(4_000), receivedOn: civilDate('2026-02-28') })
    expect((await getInvoice(now, held?.invoice.id ?? 0)).invoice.state).toBe('to_emit')
    await receivePayment(now, { receivableId, amountCents: cents(6_500), receivedOn: civilDate('2026-02-28') })
    const freed = await getInvoice(now, held?.invoice.id ?? 0)
    // The run kept no number for what it held: there is no gap.
    expect(freed.invoice).toMatchObject({ state: 'to_receive', heldBy: null, issueOn: '2026-02-28', number: 2 })
    // What was paid in excess is credit, and is spent by the very emission that the payment freed.
    expect(freed.receivables).toMatchObject([{ receivedCents: 500 }])
    expect(await balance(now)).toBe(0)
  })

  test('a person may emit it all the same, with a reason that the history keeps', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await oneInvoice(ctx, strict)
    const now = later(ctx, march)
    const [held] = await bill(now)
    const emitted = await emitInvoice(now, { invoiceId: held?.invoice.id ?? 0, reason: 'Acordo com o cliente' })
    expect(emitted.invoice).toMatchObject({ state: 'to_receive', heldBy: null })
    const { rows } = await now.transact(tx =>
      sql<{
        reason: string
      }>`select after ->> 'reason' as reason from history_payload where after ->> 'reason' is not null`.execute(tx),
    )
    expect(rows).toEqual([{ reason: 'Acordo com o cliente' }])
  })

  test('approved while its customer is late, an automatic invoice is held', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const first = await oneInvoice(ctx, { ...strict, terms: { approvalWanted: true } })
    await approveInvoice(ctx, first.invoice.id)
    const now = later(ctx, march)
    const [second] = await bill(now, 'scheduler')
    const id = second?.invoice.id ?? 0
    expect((await approveInvoice(now, id)).invoice).toMatchObject({
      state: 'to_emit',
      approval: 'approved',
      heldBy: 'customer_overdue',
    })
    await blockInvoice(now, id, null)
    const receivableId = first.receivables[0]?.id ?? 0
    await receivePayment(now, { receivableId, amountCents: cents(10_000), receivedOn: civilDate('2026-02-28') })
    expect((await getInvoice(now, id)).invoice).toMatchObject({ state: 'to_emit', approval: 'blocked', heldBy: null })
  })

  test('lateness is per customer: another one is emitted meanwhile', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 2, strict)
    const [one] = await bill(ctx)
    const now = later(ctx, march)
    const receivableId = one?.receivables[0]?.id ?? 0
    await receivePayment(now, { receivableId, amountCents: cents(10_000), receivedOn: civilDate('2026-02-20') })
    const second = await bill(now, 'scheduler')
    expect(second.map(({ invoice }) => [invoice.customerId, invoice.state])).toEqual([
      [1, 'to_receive'],
      [2, 'to_emit'],
    ])
    expect((await getReceivable(now, receivableId)).isLate).toBe(false)
  })
})
