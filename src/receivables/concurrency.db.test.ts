import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { balance, bill, codeOf, credit, events, oneInvoice } from '../../test/fixtures/invoices.ts'
import { ctxAt, later, rules } from '../../test/fixtures/rules.ts'
import { civilDate } from '../core/dates.ts'
import { cents } from '../core/money.ts'
import { cancelInvoice, undoCancellation } from '../invoices/cancel-invoice.ts'
import { emitInvoice } from '../invoices/emit-invoice.ts'
import { getInvoice } from '../invoices/read-invoice.ts'
import { undoEmission } from '../invoices/undo-emission.ts'
import { updateInvoice } from '../invoices/update-invoice.ts'
import type { Ctx } from '../platform/context.ts'
import { getReceivable } from './read-receivable.ts'
import { receivePayment } from './receive-payment.ts'
import { undoReceipt } from './undo-receipt.ts'

// On PostgreSQL these really run side by side, each on its own connection.

const billingDay = '2026-01-31T12:00:00.000Z'
const today = civilDate('2026-01-31')
const draft = { terms: { management: 'draft' } } as const

function pay(ctx: Ctx, receivableId: number, amount: number) {
  return receivePayment(ctx, { receivableId, amountCents: cents(amount), receivedOn: today })
}

async function codesOf(acts: Promise<unknown>[]): Promise<string[]> {
  return (await Promise.all(acts.map(codeOf))).sort()
}

eachEngine('at the same time', database => {
  test('two people receive the same receivable: one does, the other is told', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { receivables } = await oneInvoice(ctx)
    const id = receivables[0]?.id ?? 0
    expect(await codesOf([pay(ctx, id, 10_000), pay(ctx, id, 10_000)])).toEqual(['already_received', 'done'])
    expect(await getReceivable(ctx, id)).toMatchObject({
      receivedCents: 10_000,
      receipts: [{ amountCents: 10_000, surplusCents: 0 }],
    })
    expect(await balance(ctx)).toBe(0)
  })

  test('parts add up: what the last one brings too much is credit', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { receivables } = await oneInvoice(ctx)
    const id = receivables[0]?.id ?? 0
    expect(await codesOf([3_000, 3_000, 3_000, 3_000].map(amount => pay(ctx, id, amount)))).toEqual([
      'done',
      'done',
      'done',
      'done',
    ])
    expect(await getReceivable(ctx, id)).toMatchObject({ state: 'received', receivedCents: 10_000 })
    expect(await balance(ctx)).toBe(2_000)
  })

  test('a payment and a cancellation: whoever comes first', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 8)
    for (const { invoice, receivables } of await bill(ctx)) {
      const id = receivables[0]?.id ?? 0
      const [paid, cancelled] = await Promise.all([
        codeOf(pay(ctx, id, 10_000)),
        codeOf(cancelInvoice(ctx, invoice.id, 'Engano')),
      ])
      const { state } = (await getInvoice(ctx, invoice.id)).invoice
      expect([paid, cancelled, state]).toEqual(
        paid === 'done' ? ['done', 'receipt_stands', 'received'] : ['receivable_state', 'done', 'cancelled'],
      )
    }
  })

  test('two emissions of one invoice: one number', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, draft, 'scheduler')
    const emit = () => emitInvoice(ctx, { invoiceId: invoice.id })
    expect(await codesOf([emit(), emit(), emit()])).toEqual(['done', 'invoice_state', 'invoice_state'])
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['create', 'emit'])
    const { rows } = await ctx.transact(tx => sql`select next_id from id_range where noun = 'invoice_number'`.execute(tx))
    expect(rows).toEqual([{ next_id: 2 }])
  })

  test('two invoices of one customer do not spend the same credit', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 6, { ...draft, customers: 1 })
    const made = await bill(ctx, 'scheduler')
    await credit(ctx, 25_000)
    const emitted = await Promise.all(made.map(({ invoice }) => emitInvoice(ctx, { invoiceId: invoice.id })))
    const spent = emitted.flatMap(one => one.receivables).reduce((total, receivable) => total + receivable.receivedCents, 0)
    expect(spent).toBe(25_000)
    expect(await balance(ctx)).toBe(0)
    expect(new Set(emitted.map(({ invoice }) => invoice.number)).size).toBe(6)
  })

  test('a surplus is either spent by an emission or taken back, never both', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { receivables } = await oneInvoice(ctx)
    const paid = await pay(ctx, receivables[0]?.id ?? 0, 11_000)
    await ctx.transact(tx => sql`update rule_terms set management = 'draft'`.execute(tx))
    const march = later(ctx, '2026-02-28T12:00:00.000Z')
    const [next] = await bill(march, 'scheduler')
    const [undone] = await Promise.all([
      codeOf(undoReceipt(march, { receivableId: paid.id, receiptId: paid.receipts[0]?.id ?? 0 })),
      emitInvoice(march, { invoiceId: next?.invoice.id ?? 0 }),
    ])
    const spent = (await getInvoice(march, next?.invoice.id ?? 0)).receivables[0]?.receivedCents
    expect([undone, spent]).toEqual(undone === 'done' ? ['done', 0] : ['credit_already_spent', 1_000])
    expect(await balance(march)).toBe(0)
  })

  test('two changes of the version that both had seen: the second is told to read again', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, draft, 'scheduler')
    const describe = (description: string) => updateInvoice(ctx, invoice.id, invoice.version, { description })
    expect(await codesOf([describe('um'), describe('dois')])).toEqual(['done', 'stale_version'])
  })

  test('whatever many people do to the invoices of one customer, the books stay true', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 4, { customers: 2, billWhileOverdue: false })
    const made = await bill(ctx)
    await credit(ctx, 3_000)
    let seed = 20_260_131
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    const act = async (): Promise<unknown> => {
      const { invoice, receivables } = made[random(made.length)] ?? { invoice: { id: 0 }, receivables: [] }
      const receivableId = receivables[0]?.id ?? 0
      switch (random(6)) {
        case 0:
          return cancelInvoice(ctx, invoice.id, 'Engano')
        case 1:
          return undoCancellation(ctx, invoice.id, null)
        case 2:
          return undoEmission(ctx, invoice.id, null)
        case 3:
          return emitInvoice(ctx, { invoiceId: invoice.id, reason: 'Agora' })
        case 4:
          return pay(ctx, receivableId, 1 + random(12_000))
        default: {
          const receipts = (await getReceivable(ctx, receivableId)).receipts.filter(receipt => receipt.undoneAt === null)
          return undoReceipt(ctx, { receivableId, receiptId: receipts[random(receipts.length || 1)]?.id ?? 999 })
        }
      }
    }
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 6 }, () => codeOf(act())))
    await balance(ctx, 1)
    await balance(ctx, 2)
    expect(await brokenBooks(ctx)).toEqual([])
  })
})

/** Told from the rows alone: what does not agree with what. */
async function brokenBooks(ctx: Ctx): Promise<unknown[]> {
  const { rows } = await ctx.transact(tx =>
    sql`
      with standing as (
        select receivable_id, coalesce(sum(amount_cents) filter (where kind <> 'abatement'), 0) as received
          from receipt where undone_at is null group by 1
      )
      select 'receipts' as fault, r.id from receivable r left join standing s on s.receivable_id = r.id
       where r.received_cents <> coalesce(s.received, 0)
      union all
      select 'settled', r.id from receivable r
       where r.state in ('to_receive', 'received') and (r.state = 'received') <> (r.received_cents + r.abated_cents = r.amount_cents)
      union all
      select 'invoice', i.id from invoice i join receivable r on r.invoice_id = i.id and r.installments = 1 where i.state <> r.state
      union all
      select 'net', i.id from invoice i join receivable r on r.invoice_id = i.id group by i.id, i.net_cents having sum(r.amount_cents) <> i.net_cents
      union all
      select 'history', i.id from invoice i
       where i.version <> (select max(h.subject_version) from history h where h.noun = 'invoice' and h.subject_id = i.id)
      union all
      select 'outbox', i.id from invoice i
       where i.version <> (select count(*) from outbox o where o.noun = 'invoice' and o.subject_id = i.id)`.execute(tx),
  )
  return rows
}
