import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { codeOf, events, oneInvoice } from '../../test/fixtures/invoices.ts'
import { ctxAt, rules } from '../../test/fixtures/rules.ts'
import { civilDate, yearMonth } from '../core/dates.ts'
import { cents, decimal } from '../core/money.ts'
import { adjustInvoice } from './adjust-invoice.ts'
import { commentInvoice } from './comment-invoice.ts'
import { createInvoice } from './create-invoice.ts'
import { emitInvoice } from './emit-invoice.ts'
import type { InvoiceInput } from './manual-invoice.ts'
import { getInvoice, searchInvoices } from './read-invoice.ts'
import { updateInvoice } from './update-invoice.ts'

const billingDay = '2026-01-31T12:00:00.000Z'
const inThree = { kind: 'fixed_day', day: 10, installments: 3 } as const
const irrf = { tax: 'irrf', rateMicros: 15_000 } as const

eachEngine('adjusting an invoice', database => {
  const drafted = { terms: { management: 'draft', due: inThree, withholdings: [irrf] } } as const

  test('a surcharge raises gross, what is withheld, net and receivables together', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const made = await oneInvoice(ctx, drafted, 'scheduler')
    expect(made.invoice).toMatchObject({ grossCents: 10_000, withheldCents: 150, netCents: 9_850 })
    const ids = made.receivables.map(receivable => receivable.id)
    const adjusted = await adjustInvoice(ctx, {
      invoiceId: made.invoice.id,
      kind: 'surcharge',
      amountCents: cents(2_000),
      reason: 'Hora extra',
    })
    expect(adjusted.invoice).toMatchObject({ grossCents: 12_000, withheldCents: 180, netCents: 11_820, version: 2 })
    expect(adjusted.lines.at(-1)).toMatchObject({
      source: 'adjustment',
      description: 'Hora extra',
      grossCents: 2_000,
      unitPrice: '20',
    })
    expect(adjusted.withholdings).toEqual([{ ...irrf, baseCents: 12_000, amountCents: 180 }])
    expect(adjusted.receivables.map(one => [one.id, one.amountCents])).toEqual(ids.map(id => [id, 3_940]))
    expect(adjusted.adjustments).toMatchObject([
      { linePosition: 2, kind: 'surcharge', reason: 'Hora extra', madeBy: 'system:test' },
    ])
  })

  test('a discount never takes it below zero; down to zero it has one receivable of zero, and all of them again above', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, drafted, 'scheduler')
    const discount = (amount: number) =>
      adjustInvoice(ctx, { invoiceId: invoice.id, kind: 'discount', amountCents: cents(amount), reason: 'Cortesia' })
    expect(await codeOf(discount(10_001))).toBe('discount_exceeds_invoice')
    const free = await discount(10_000)
    expect(free.invoice).toMatchObject({ grossCents: 10_000, discountCents: 10_000, withheldCents: 0, netCents: 0 })
    expect(free.receivables).toMatchObject([{ amountCents: 0, dueOn: '2026-02-10', installments: 1 }])
    const again = await adjustInvoice(ctx, { invoiceId: invoice.id, kind: 'surcharge', amountCents: cents(300), reason: 'Taxa' })
    expect(again.receivables.map(one => [one.installment, one.installments, one.dueOn, one.amountCents])).toEqual([
      [1, 3, '2026-02-10', 98],
      [2, 3, '2026-03-10', 98],
      [3, 3, '2026-04-10', 100],
    ])
    expect((await emitInvoice(ctx, { invoiceId: invoice.id })).invoice).toMatchObject({ state: 'to_receive', netCents: 296 })
  })

  test('due dates that a person fixed stay while nothing is left to receive', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, drafted, 'scheduler')
    const dueOns = ['2026-02-11', '2026-03-11', '2026-04-11'].map(civilDate)
    const { version } = (await updateInvoice(ctx, invoice.id, invoice.version, { dueOns })).invoice
    expect(version).toBe(invoice.version + 1)
    const adjusted = (kind: 'discount' | 'surcharge') =>
      adjustInvoice(ctx, { invoiceId: invoice.id, kind, amountCents: cents(10_000), reason: 'Cortesia' })
    expect((await adjusted('discount')).receivables.map(one => [one.dueOn, one.amountCents])).toEqual(dueOns.map(on => [on, 0]))
    const again = await adjusted('surcharge')
    expect(again.receivables.map(one => one.dueOn)).toEqual(dueOns)
    expect(again.receivables.map(one => one.amountCents)).toEqual([3_283, 3_283, 3_284])
  })

  test('needs a reason and an invoice that is not issued', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    const adjust = (reason: string) =>
      adjustInvoice(ctx, { invoiceId: invoice.id, kind: 'discount', amountCents: cents(1), reason })
    expect(await codeOf(adjust('Cortesia'))).toBe('invoice_state')
  })
})

eachEngine('changing an invoice', database => {
  test('its description, its competence, and its due dates, which then stay when the issue date moves', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, { terms: { management: 'draft' } }, 'scheduler')
    const changed = await updateInvoice(ctx, invoice.id, 1, {
      description: 'Janeiro',
      competence: yearMonth('2025-12'),
      dueOns: [civilDate('2026-02-20')],
    })
    expect(changed.invoice).toMatchObject({ description: 'Janeiro', competence: '2025-12', dueByRule: false, version: 2 })
    expect(changed.receivables).toMatchObject([{ dueOn: '2026-02-20' }])
    const back = await updateInvoice(ctx, invoice.id, 2, { dueOns: null })
    expect(back).toMatchObject({ invoice: { dueByRule: true, description: 'Janeiro' }, receivables: [{ dueOn: '2026-02-10' }] })
    await updateInvoice(ctx, invoice.id, 3, { dueOns: [civilDate('2026-02-20')] })
    expect((await emitInvoice(ctx, { invoiceId: invoice.id })).receivables).toMatchObject([{ dueOn: '2026-02-20' }])
    expect(await events(ctx, 'invoice', invoice.id)).toEqual(['create', 'update', 'update', 'update', 'emit'])
  })

  test('refuses what does not fit, and what somebody else changed meanwhile', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx, { terms: { management: 'draft' } }, 'scheduler')
    const dueOns = (...days: string[]) => updateInvoice(ctx, invoice.id, 1, { dueOns: days.map(civilDate) })
    expect(await codeOf(dueOns('2026-02-20', '2026-03-20'))).toBe('due_dates_count')
    expect(await codeOf(dueOns('2026-01-30'))).toBe('due_before_issue')
    expect(await codeOf(updateInvoice(ctx, invoice.id, 7, { description: 'x' }))).toBe('stale_version')
    await emitInvoice(ctx, { invoiceId: invoice.id })
    expect(await codeOf(updateInvoice(ctx, invoice.id, 2, { description: 'x' }))).toBe('invoice_state')
  })

  test('comments may be added in any state and are no version of it', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    await commentInvoice(ctx, invoice.id, 'Cliente pediu segunda via')
    const { comments, invoice: now } = await getInvoice(ctx, invoice.id)
    expect(comments).toMatchObject([{ body: 'Cliente pediu segunda via', madeBy: 'system:test' }])
    expect(now.version).toBe(invoice.version)
    expect(await codeOf(commentInvoice(ctx, invoice.id, ' '))).toBe('blank_comment')
  })
})

eachEngine('an invoice made by hand', database => {
  const input: InvoiceInput = {
    contractId: 1,
    lines: [
      { serviceItemId: 1, quantity: decimal('2.5'), unitPrice: decimal('5.75') },
      { serviceItemId: 1, description: 'Visita', unitPrice: decimal('100'), discountPercent: decimal('10') },
    ],
    withholdings: [irrf],
    receivables: [
      { dueOn: civilDate('2026-03-10'), percent: decimal('33.33') },
      { dueOn: civilDate('2026-04-10'), percent: decimal('66.67') },
    ],
    issueOn: civilDate('2026-02-15'),
  }

  test('has its lines, amounts and parts as asked, closes no period, and keeps its dates when it is issued', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1)
    const made = await createInvoice(ctx, input)
    // 2.5 × 5.75 = 14.375, half up.
    expect(made.lines).toMatchObject([
      { source: 'manual', description: 'Suporte', grossCents: 1_438, discountCents: 0 },
      { description: 'Visita', grossCents: 10_000, discountCents: 1_000 },
    ])
    expect(made.invoice).toMatchObject({
      state: 'to_emit',
      ruleId: null,
      management: 'draft',
      grossCents: 11_438,
      discountCents: 1_000,
      withheldCents: 157,
      netCents: 10_281,
      competence: '2026-02',
      estimatedIssueOn: '2026-02-15',
      dueByRule: false,
    })
    expect(made.receivables.map(one => one.amountCents)).toEqual([3_427, 6_854])
    expect(made.periods).toEqual([])
    const emitted = await emitInvoice(ctx, { invoiceId: made.invoice.id })
    expect(emitted).toMatchObject({
      invoice: { number: 1, issueOn: '2026-01-31' },
      receivables: [{ dueOn: '2026-03-10' }, { dueOn: '2026-04-10' }],
    })
  })

  test('an adjustment keeps the proportion of its parts', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1)
    const { invoice } = await createInvoice(ctx, {
      ...input,
      withholdings: [],
      lines: [{ serviceItemId: 1, unitPrice: decimal('100') }],
    })
    const adjusted = await adjustInvoice(ctx, {
      invoiceId: invoice.id,
      kind: 'surcharge',
      amountCents: cents(10_000),
      reason: 'Dobro',
    })
    expect(adjusted.receivables.map(one => one.amountCents)).toEqual([6_666, 13_334])
  })

  test('parts that do not total exactly 100 per cent are refused, with every other fault', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1)
    const thirds = ['2026-03-10', '2026-04-10', '2026-05-10'].map(day => ({ dueOn: civilDate(day), percent: decimal('33.33') }))
    const wrong = createInvoice(ctx, {
      ...input,
      lines: [{ serviceItemId: 77, quantity: decimal('-1'), unitPrice: decimal('1') }],
      receivables: thirds,
      withholdings: [irrf, irrf],
    })
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid_input',
      faults: expect.arrayContaining([
        expect.objectContaining({ path: '/receivables', code: 'percents_not_100' }),
        expect.objectContaining({ path: '/lines/0/serviceItemId', code: 'unknown_service_item' }),
        expect.objectContaining({ path: '/lines/0/quantity', code: 'quantity_not_positive' }),
        expect.objectContaining({ path: '/withholdings/1/tax', code: 'tax_repeated' }),
      ]),
    })
  })

  test('needs a contract of sale that is not a draft, and a customer whose tax id is known', async () => {
    const ctx = await ctxAt(database(), billingDay)
    await rules(ctx, 1, { taxId: null })
    expect(await codeOf(createInvoice(ctx, input))).toBe('invalid_tax_id')
    expect(await codeOf(createInvoice(ctx, { ...input, contractId: 9 }))).toBe('not_found')
  })
})

eachEngine('searching invoices', database => {
  test('by each filter, newest first', async () => {
    const ctx = await ctxAt(database(), billingDay)
    const { invoice } = await oneInvoice(ctx)
    const found = async (filter: Parameters<typeof searchInvoices>[1]) =>
      (await searchInvoices(ctx, filter, null, 10)).map(one => one.invoice.id)
    const yes = [invoice.id]
    expect(await found({})).toEqual(yes)
    expect(
      await found({ state: 'to_receive', approval: 'approved', organizationId: 1, customerId: 1, contractId: 1, ruleId: 1 }),
    ).toEqual(yes)
    expect(await found({ state: 'received' })).toEqual([])
    expect(await found({ runId: invoice.runId ?? 0 })).toEqual(yes)
    expect(await found({ issueFrom: civilDate('2026-01-31'), issueUntil: civilDate('2026-01-31') })).toEqual(yes)
    expect(await found({ scheduledFrom: civilDate('2026-02-01') })).toEqual([])
    expect(await found({ dueFrom: civilDate('2026-02-10') })).toEqual(yes)
    expect(await found({ dueUntil: civilDate('2026-02-09') })).toEqual([])
    expect(await found({ late: false })).toEqual(yes)
    for (const q of ['1', 'cliente 1', '11.222.333/0001-81', 'CONTRATO']) expect(await found({ q })).toEqual(yes)
    expect(await found({ q: '%' })).toEqual([])
  })
})
