import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { balance, bill, codeOf, credit, event, eventParts, events, ledger, oneInvoice } from '../../test/fixtures/invoices.ts'
import { ctxAt, later, rules } from '../../test/fixtures/rules.ts'
import { civilDate } from '../core/dates.ts'
import { cents } from '../core/money.ts'
import { abateReceivable } from '../receivables/abate-receivable.ts'
import { receivePayment } from '../receivables/receive-payment.ts'
import { cancelInvoice, undoCancellation } from './cancel-invoice.ts'
import { getInvoice } from './read-invoice.ts'
import { deleteInvoice, redraftInvoice, releaseInvoice } from './release-invoice.ts'

const billingDay = '2026-01-31T12:00:00.000Z'

eachEngine('cancelling an invoice', database => {
  test('keeps its number, its period and its events, and can be undone', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    const cancelled = await cancelInvoice(ctx, invoice.id, 'Cliente desistiu')
    expect(cancelled.invoice).toMatchObject({ state: 'cancelled', number: 1, cancelReason: 'Cliente desistiu', releasedAt: null })
    expect(cancelled.receivables).toMatchObject([{ state: 'cancelled' }])
    expect(await ledger(ctx)).toMatchObject([{ disposition: 'billed', invoiceId: invoice.id }])
    expect(await bill(ctx)).toEqual([])

    const restored = await undoCancellation(ctx, invoice.id, null)
    expect(restored.invoice).toMatchObject({
      state: 'to_receive',
      number: 1,
      issueOn: '2026-01-31',
      cancelReason: null,
      cancelledAt: null,
    })
    expect(restored.receivables).toMatchObject([{ state: 'to_receive', dueOn: '2026-02-10' }])
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['emit', 'cancel', 'undo_cancellation'])
  })

  test('of a draft, goes back to a draft', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, { terms: { management: 'draft' } }, 'scheduler')
    await cancelInvoice(ctx, invoice.id, 'Engano')
    const { invoice: restored, receivables } = await undoCancellation(ctx, invoice.id, null)
    expect(restored).toMatchObject({ state: 'to_emit', number: null })
    expect(receivables).toMatchObject([{ state: 'to_emit' }])
  })

  test('gives spent credit back; undoing it spends what is still there', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1)
    await credit(ctx, 10_000)
    const [made] = await bill(ctx)
    const id = made?.invoice.id ?? 0
    expect(made?.invoice.state).toBe('received')
    expect(await balance(ctx)).toBe(0)
    expect((await cancelInvoice(ctx, id, 'Engano')).invoice.state).toBe('cancelled')
    expect(await balance(ctx)).toBe(10_000)
    expect((await undoCancellation(ctx, id, null)).invoice.state).toBe('received')
    expect(await balance(ctx)).toBe(0)
    expect(await events(ctx, 'invoice', id)).toEqual([
      'emit',
      'confirm_receival',
      'cancel',
      'undo_cancellation',
      'confirm_receival',
    ])
  })

  test('is refused while a payment or an abatement stands, and twice', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 2)
    const [paid, abated] = await bill(ctx)
    const receivableOf = (made: typeof paid) => made?.receivables[0]?.id ?? 0
    await receivePayment(ctx, { receivableId: receivableOf(paid), amountCents: cents(1), receivedOn: civilDate('2026-01-31') })
    await abateReceivable(ctx, { receivableId: receivableOf(abated), amountCents: cents(1), reason: 'Acordo' })
    expect(await codeOf(cancelInvoice(ctx, paid?.invoice.id ?? 0, 'x'))).toBe('receipt_stands')
    expect(await codeOf(cancelInvoice(ctx, abated?.invoice.id ?? 0, 'x'))).toBe('receipt_stands')
  })

  test('needs a reason, and an invoice that is not cancelled yet', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    expect(await codeOf(cancelInvoice(ctx, invoice.id, '  '))).toBe('reason_required')
    await cancelInvoice(ctx, invoice.id, 'Engano')
    expect(await codeOf(cancelInvoice(ctx, invoice.id, 'Engano'))).toBe('invoice_state')
    expect(await codeOf(cancelInvoice(ctx, 999, 'Engano'))).toBe('not_found')
  })
})

eachEngine('releasing an invoice', database => {
  test('opens its period again and gives its events back; the next run bills them anew', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1)
    await event(ctx, 'surcharge', 1_500)
    const [made] = await bill(ctx)
    const id = made?.invoice.id ?? 0
    expect(made?.invoice.netCents).toBe(11_500)
    expect(made?.periods).toMatchObject([{ startsOn: '2026-01-31', endsOn: '2026-02-28' }])
    expect(await codeOf(releaseInvoice(ctx, id, null))).toBe('not_cancelled')

    await cancelInvoice(ctx, id, 'Preço errado')
    const released = await releaseInvoice(ctx, id, null)
    expect(released.periods).toEqual([])
    expect(released.invoice.period).toEqual({ startsOn: '2026-01-31', endsOn: '2026-02-28' })
    expect(await ledger(ctx)).toMatchObject([{ disposition: 'open', invoiceId: null }])
    expect(await eventParts(ctx)).toEqual([
      { origin: 'event', amountCents: 1_500, state: 'consumed' },
      { origin: 'given_back', amountCents: 1_500, state: 'open' },
    ])
    expect(await codeOf(undoCancellation(ctx, id, null))).toBe('already_released')
    expect(await codeOf(releaseInvoice(ctx, id, null))).toBe('already_released')

    const [again] = await bill(ctx)
    expect(again?.invoice).toMatchObject({ netCents: 11_500, number: 2, scheduledOn: '2026-01-31' })
    expect(await ledger(ctx)).toMatchObject([{ disposition: 'billed', invoiceId: again?.invoice.id }])
  })

  test('gives back of a discount what the invoice had used; what it had carried on stays as it is', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1)
    await event(ctx, 'discount', 25_000)
    const [made] = await bill(ctx)
    expect(made?.invoice).toMatchObject({ netCents: 0, state: 'received' })
    await redraftInvoice(ctx, made?.invoice.id ?? 0, 'Refazer')
    expect(await eventParts(ctx)).toEqual([
      { origin: 'event', amountCents: 25_000, state: 'consumed' },
      { origin: 'carried', amountCents: 15_000, state: 'open' },
      { origin: 'given_back', amountCents: 10_000, state: 'open' },
    ])
  })

  test('redraft cancels and releases at once', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    const redrafted = await redraftInvoice(ctx, invoice.id, 'Refazer')
    expect(redrafted.invoice).toMatchObject({ state: 'cancelled', cancelReason: 'Refazer', version: invoice.version + 2 })
    expect(redrafted.invoice.releasedAt).not.toBeNull()
    expect(await bill(ctx)).toMatchObject([{ invoice: { state: 'to_receive', number: 2 } }])
  })

  test('an older period that was released waits for a choice, since a later one is billed already', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    const march = later(ctx, '2026-02-28T12:00:00.000Z')
    await bill(march)
    await redraftInvoice(march, invoice.id, 'Refazer')
    expect(await bill(march)).toEqual([])
    expect(await ledger(march)).toMatchObject([{ disposition: 'open' }, { disposition: 'billed' }])
  })
})

eachEngine('deleting an invoice', database => {
  test('that was never issued waives its period and gives its events back', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1, { terms: { management: 'draft' } })
    await event(ctx, 'discount', 500)
    const [made] = await bill(ctx, 'scheduler')
    const id = made?.invoice.id ?? 0
    await deleteInvoice(ctx, id, made?.invoice.version ?? 0, null)
    const { invoice } = await getInvoice(ctx, id)
    expect(invoice.state).toBe('cancelled')
    expect(invoice.releasedAt).not.toBeNull()
    expect(await ledger(ctx)).toMatchObject([{ disposition: 'waived', invoiceId: null }])
    expect(await eventParts(ctx)).toMatchObject([
      { state: 'consumed' },
      { origin: 'given_back', amountCents: 500, state: 'open' },
    ])
    expect(await codeOf(undoCancellation(ctx, id, null))).toBe('already_released')
    expect(await bill(ctx)).toEqual([])
  })

  test('is refused once it is issued, or when it changed since it was read', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    expect(await codeOf(deleteInvoice(ctx, invoice.id, invoice.version, null))).toBe('invoice_state')
    expect(await codeOf(deleteInvoice(ctx, invoice.id, invoice.version + 1, null))).toBe('stale_version')
  })
})
