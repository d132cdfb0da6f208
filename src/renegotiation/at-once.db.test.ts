import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { balance, bill, codeOf, events } from '../../test/fixtures/invoices.ts'
import { ctxAt, later, rules } from '../../test/fixtures/rules.ts'
import { civilDate } from '../core/dates.ts'
import { cents } from '../core/money.ts'
import { cancelInvoice } from '../invoices/cancel-invoice.ts'
import { getInvoice } from '../invoices/read-invoice.ts'
import type { Ctx } from '../platform/context.ts'
import { getReceivable } from '../receivables/read-receivable.ts'
import { receivePayment } from '../receivables/receive-payment.ts'
import { undoReceipt } from '../receivables/undo-receipt.ts'
import { verify } from '../verify/verify.ts'
import { performRenegotiation } from './perform-renegotiation.ts'
import { getRenegotiation } from './read-renegotiation.ts'
import { undoRenegotiation } from './undo-renegotiation.ts'

// On PostgreSQL these really run side by side, each on its own connection.

const today = civilDate('2026-03-15')

/** One customer with four invoices of 100 reais in two parts, which are late. */
async function inDebt(ctx: Ctx): Promise<{ ctx: Ctx; invoiceIds: number[]; owed: number[] }> {
  await rules(ctx, 4, {
    customers: 1,
    terms: { due: { kind: 'day_quantity', days: 10, onlyBusinessDays: false, installments: 2 } },
  })
  const made = await bill(ctx)
  const owed = made.flatMap(({ receivables }) => receivables.map(({ id }) => id))
  return { ctx: later(ctx, '2026-03-15T12:00:00.000Z'), invoiceIds: made.map(({ invoice }) => invoice.id), owed }
}

const renegotiate = (ctx: Ctx, receivableIds: readonly number[], count = 2) =>
  performRenegotiation(ctx, { receivableIds, installments: { count, firstDueOn: today } })
const pay = (ctx: Ctx, receivableId: number, amount: number) =>
  receivePayment(ctx, { receivableId, amountCents: cents(amount), receivedOn: today })
const codesOf = async (acts: Promise<unknown>[]) => (await Promise.all(acts.map(codeOf))).sort()

eachEngine('renegotiated at the same time', database => {
  const start = async () => inDebt(await ctxAt(database(), '2026-01-31T12:00:00.000Z'))

  test('two people renegotiate the same receivable: one does, the other is told', async () => {
    const { ctx, owed } = await start()
    const [a = 0, b = 0, c = 0] = owed
    expect(await codesOf([renegotiate(ctx, [a, b]), renegotiate(ctx, [b, c])])).toEqual(['done', 'invalid_input'])
    expect((await getReceivable(ctx, b)).state).toBe('renegotiated')
    const states = [(await getReceivable(ctx, a)).state, (await getReceivable(ctx, c)).state].sort()
    expect(states).toEqual(['renegotiated', 'to_receive'])
  })

  test('a payment comes while it is renegotiated: it is on the old one and only the rest is asked for, or it is refused', async () => {
    const { ctx, owed } = await start()
    for (const id of owed) {
      const [paid, performed] = await Promise.all([codeOf(pay(ctx, id, 1_000)), renegotiate(ctx, [id])])
      expect([paid, performed.renegotiation.totalCents]).toEqual(paid === 'done' ? ['done', 4_000] : ['receivable_state', 5_000])
    }
  })

  test('a cancellation comes while it is renegotiated: whoever is first', async () => {
    const { ctx, invoiceIds } = await start()
    for (const invoiceId of invoiceIds) {
      const ids = (await getInvoice(ctx, invoiceId)).receivables.map(({ id }) => id)
      const [cancelled, performed] = await Promise.all([
        codeOf(cancelInvoice(ctx, invoiceId, 'Engano')),
        codeOf(renegotiate(ctx, ids)),
      ])
      expect([cancelled, performed]).toEqual(cancelled === 'done' ? ['done', 'invalid_input'] : ['renegotiated', 'done'])
    }
  })

  test('the last two installments are paid at once: the invoices are received once', async () => {
    const { ctx, owed, invoiceIds } = await start()
    const { receivables } = await renegotiate(ctx, owed)
    await Promise.all(receivables.map(({ id, amountCents }) => pay(ctx, id, amountCents)))
    for (const id of invoiceIds) {
      expect((await getInvoice(ctx, id)).invoice.state).toBe('received')
      const told = await events(ctx, 'invoice', id)
      expect(told.filter(event => event === 'confirm_receival')).toHaveLength(1)
    }
  })

  test('it is undone while something is paid on it: one of both', async () => {
    const { ctx, owed } = await start()
    for (const id of owed) {
      const { renegotiation, receivables } = await renegotiate(ctx, [id])
      const [undone, paid] = await Promise.all([
        codeOf(undoRenegotiation(ctx, renegotiation.id)),
        codeOf(pay(ctx, receivables[0]?.id ?? 0, 100)),
      ])
      expect([undone, paid]).toEqual(undone === 'done' ? ['done', 'receivable_state'] : ['receipt_stands', 'done'])
    }
  })

  test('two people undo it: one does', async () => {
    const { ctx, owed, invoiceIds } = await start()
    const { renegotiation } = await renegotiate(ctx, owed)
    const undo = () => undoRenegotiation(ctx, renegotiation.id)
    expect(await codesOf([undo(), undo(), undo()])).toEqual(['done', 'renegotiation_undone', 'renegotiation_undone'])
    expect(await events(ctx, 'renegotiation', renegotiation.id)).toEqual(['create', 'undo'])
    expect(await events(ctx, 'invoice', invoiceIds[0] ?? 0)).toEqual(['emit', 'update', 'update'])
  })

  test('whatever many people do with it, verify finds nothing, and what is undone is as it was', async () => {
    const { ctx, owed } = await start()
    let seed = 20_260_315
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    const performed: number[] = []
    const known = [...owed]
    const someId = () => known[random(known.length)] ?? 0
    const act = async (): Promise<unknown> => {
      switch (random(5)) {
        case 0: {
          const open = await openIds(ctx)
          const receivableIds = [...new Set([open[random(open.length)] ?? someId(), open[random(open.length)] ?? someId()])]
          const { renegotiation, receivables } = await renegotiate(ctx, receivableIds, 1 + random(3))
          performed.push(renegotiation.id)
          known.push(...receivables.map(({ id }) => id))
          return
        }
        case 1:
          return undoRenegotiation(ctx, performed[random(performed.length || 1)] ?? 999)
        case 2:
          return pay(ctx, someId(), 1 + random(6_000))
        case 3:
          return pay(ctx, known.at(-1) ?? 0, 1 + random(20_000))
        default: {
          const id = someId()
          const receipts = (await getReceivable(ctx, id)).receipts.filter(({ undoneAt }) => undoneAt === null)
          return undoReceipt(ctx, { receivableId: id, receiptId: receipts[random(receipts.length || 1)]?.id ?? 999 })
        }
      }
    }
    for (let round = 0; round < 15; round++) await Promise.all(Array.from({ length: 6 }, () => codeOf(act())))
    await balance(ctx)
    expect(performed.length).toBeGreaterThan(5)
    // The fixture writes contracts without their history: only what is of this story is asked for.
    const { findings } = await verify(ctx, { full: true })
    const ours = findings.filter(({ subject }) => /^(?:rec|ren|rcp|cus)_/.test(subject) || /receiv|cents|state/.test(subject))
    expect(ours.filter(({ code }) => code !== 'customer_not_as_told')).toEqual([])

    // All that can be undone is taken back: payments first, then the latest renegotiation.
    for (const id of known.toReversed()) {
      for (const { id: receiptId, undoneAt } of (await getReceivable(ctx, id)).receipts.toReversed()) {
        if (undoneAt === null) await codeOf(undoReceipt(ctx, { receivableId: id, receiptId }))
      }
    }
    for (const id of performed.toSorted((a, b) => b - a)) {
      for (const { id: made, receipts } of await madeBy(ctx, id)) {
        for (const receipt of receipts.filter(({ undoneAt }) => undoneAt === null)) {
          await codeOf(undoReceipt(ctx, { receivableId: made, receiptId: receipt.id }))
        }
      }
      await codeOf(undoRenegotiation(ctx, id))
    }
    for (const id of owed) {
      for (const { id: receiptId, undoneAt } of (await getReceivable(ctx, id)).receipts) {
        if (undoneAt === null) await undoReceipt(ctx, { receivableId: id, receiptId })
      }
      expect(await getReceivable(ctx, id)).toMatchObject({
        state: 'to_receive',
        receivedCents: 0,
        renegotiatedBy: null,
        settledOn: null,
      })
    }
    const open = await ctx.transact(tx =>
      sql`select id from receivable where state not in ('to_receive', 'cancelled')`.execute(tx),
    )
    expect(open.rows).toEqual([])
  })
})

async function openIds(ctx: Ctx): Promise<number[]> {
  const { rows } = await ctx.transact(tx =>
    sql<{ id: number }>`select id from receivable where state = 'to_receive' order by id`.execute(tx),
  )
  return rows.map(({ id }) => id)
}

async function madeBy(ctx: Ctx, id: number) {
  const { receivables } = await getRenegotiation(ctx, id)
  return Promise.all(receivables.map(one => getReceivable(ctx, one.id)))
}
