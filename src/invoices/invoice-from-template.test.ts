import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { aTemplate, oneOff, services } from '../../test/fixtures/templates.ts'
import type { InvoiceTemplate } from '../contracts/templates/invoice-template.ts'
import type { KnownTemplate } from '../contracts/templates/override.ts'
import { civilDate } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { cents, decimal, sum } from '../core/money.ts'
import { Refusal } from '../core/refusal.ts'
import { type InvoiceWish, invoiceFromTemplate } from './invoice-from-template.ts'
import { readInvoiceInput } from './manual-invoice.ts'

const TODAY = civilDate('2018-12-02')
const days = { today: TODAY, holidays: new Set<never>() }

function made(wish: Partial<InvoiceWish>, known: KnownTemplate | null = aTemplate(oneOff)) {
  const collected = new Faults()
  const { input, templateId, placeOf } = invoiceFromTemplate(known, { contractId: 1, ...wish }, days, collected)
  return { ...readInvoiceInput(input, services, TODAY, collected.placedBy(placeOf)), templateId, details: input.details }
}

function faultsOf(wish: Partial<InvoiceWish>, known: KnownTemplate | null = aTemplate(oneOff)): string[] {
  try {
    made(wish, known)
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.faults.map(({ path, code }) => `${path} ${code}`)
  }
}

const withDue = (due: object, over: Partial<InvoiceTemplate> = {}) =>
  aTemplate({ ...oneOff, ...over, due: { ...aTemplate().template.due, ...due } as InvoiceTemplate['due'] })

describe('an invoice of a template', () => {
  it('is what the template says, in its parcels by its due rule, and the cents add up', () => {
    expect(made({})).toMatchObject({
      templateId: 14,
      issueOn: TODAY,
      competence: '2018-11',
      paymentMethod: 'card',
      management: 'draft',
      approval: 'approved',
      description: 'teste',
      amounts: { grossCents: 6428, netCents: 6428 },
      lines: [
        { serviceItemId: 1, description: 'Serviço 1', quantity: '2.5', unitPrice: '5.75', grossCents: 1438 },
        { serviceItemId: 11, description: 'App', grossCents: 4990 },
      ],
      receivables: [
        { installment: 1, dueOn: '2019-03-12', amountCents: 1607 },
        { installment: 2, dueOn: '2019-04-12', amountCents: 1607 },
        { installment: 3, dueOn: '2019-05-12', amountCents: 1607 },
        { installment: 4, dueOn: '2019-06-12', amountCents: 1607 },
      ],
      details: aTemplate().details,
    })
  })

  it('is asked for at once where the template creates no parcels, and as the request says where it says it', () => {
    const atOnce = withDue({}, { createParcels: false })
    expect(made({}, atOnce).receivables).toEqual([{ installment: 1, dueOn: '2019-03-12', amountCents: 6428 }])
    expect(made({ due: { installments: 2 } }, atOnce).receivables).toHaveLength(2)
    const parts = [{ dueOn: civilDate('2019-12-02'), percent: decimal('100') }]
    expect(made({ receivables: parts }).receivables).toEqual([{ installment: 1, dueOn: '2019-12-02', amountCents: 6428 }])
    expect(made({ receivables: parts }, aTemplate({ ...oneOff, due: null })).receivables).toHaveLength(1)
  })

  it('counts its due dates from the day on which it is to be issued', () => {
    const later = made({ issueOn: civilDate('2019-02-20'), due: { kind: 'day_quantity', days: 10, installments: 2 } })
    expect(later.receivables.map(({ dueOn }) => dueOn)).toEqual(['2019-03-02', '2019-03-12'])
    expect(later.competence).toBe('2019-01')
  })

  it('takes what the request says in place of the template', () => {
    const wish: Partial<InvoiceWish> = {
      competence: '2018-12' as InvoiceWish['competence'],
      paymentMethod: 'boleto',
      management: 'automatic',
      description: null,
      details: { issueNfse: false },
      lines: [
        { templateLineId: 11210, remove: true },
        { templateLineId: 11209, quantity: decimal('2') },
        { description: 'Visita', unitPrice: decimal('100') },
      ],
    }
    expect(made(wish)).toMatchObject({
      competence: '2018-12',
      paymentMethod: 'boleto',
      management: 'automatic',
      description: null,
      details: { issueNfse: false, cardInstallments: null, nfseBody: '$DESCRICAO' },
      lines: [
        { serviceItemId: 11, grossCents: 9980 },
        { serviceItemId: null, description: 'Visita', grossCents: 10_000 },
      ],
    })
  })

  it('of a template that asks an amount and names no service has one line beside the catalogue', () => {
    const plain = (over: Partial<InvoiceTemplate> = {}) => aTemplate({ ...oneOff, lines: [], grossCents: cents(50_000), ...over })
    expect(made({}, plain()).lines).toMatchObject([{ serviceItemId: null, description: 'teste', grossCents: 50_000 }])
    expect(made({ description: 'Janeiro' }, plain()).lines).toMatchObject([{ description: 'Janeiro' }])
    expect(made({}, plain({ description: null })).lines).toMatchObject([{ description: 'Modelo completo' }])
    expect(made({ lines: [{ serviceItemId: 7 }] }, plain()).amounts.grossCents).toBe(100)
    expect(faultsOf({}, plain({ grossCents: null }))).toEqual(['/lines rule_without_lines'])
  })
})

describe('faults', () => {
  it('a template of rules makes no invoice', () => {
    expect(faultsOf({}, aTemplate())).toEqual(['/templateId template_is_recurring'])
  })

  it('come all at once, each where it was sent', () => {
    const wish: Partial<InvoiceWish> = {
      lines: [
        { templateLineId: 11209, quantity: decimal('0') },
        { templateLineId: 5, remove: true },
        { serviceItemId: null, unitPrice: decimal('1') },
      ],
      due: { day: 32 },
      withholdings: [{ tax: 'iss', rateMicros: 1_000_000 }],
    }
    expect(faultsOf(wish)).toEqual([
      '/lines/1/templateLineId unknown_in_template',
      '/due/day due_rule_out_of_range',
      '/lines/0/quantity quantity_not_positive',
      '/lines/2/description required',
      '/withholdings withholdings_above_whole',
    ])
    expect(faultsOf({ lines: aTemplate().template.lines.map(({ id }) => ({ templateLineId: id, remove: true })) })).toEqual([
      '/lines rule_without_lines',
    ])
  })

  it('what neither says is missing, and due dates are said in one way', () => {
    const dueless = aTemplate({ ...oneOff, due: null })
    expect(faultsOf({}, dueless)).toEqual(['/receivables required'])
    expect(faultsOf({ due: { day: 3 } }, dueless)).toEqual(['/due/kind required'])
    expect(faultsOf({ due: { day: 3 }, receivables: [{ dueOn: TODAY, percent: decimal('100') }] })).toEqual([
      '/due due_with_receivables',
    ])
    expect(faultsOf({}, null)).toEqual(['/lines required', '/receivables required'])
    const line = { serviceItemId: 7 }
    expect(made({ lines: [line], due: { kind: 'day_quantity', days: 0 } }, null)).toMatchObject({
      templateId: null,
      receivables: [{ dueOn: TODAY, amountCents: 100 }],
    })
  })
})

test('whatever it asks, its parcels sum to it, none below zero', () => {
  const price = fc.integer({ min: 0, max: 999_999 }).map(amount => decimal((amount / 100).toFixed(2)))
  fc.assert(
    fc.property(price, fc.integer({ min: 1, max: 120 }), (unitPrice, installments) => {
      const line = { id: 1, serviceItemId: 1, description: null, quantity: decimal('1'), unitPrice }
      const { receivables, amounts } = made({}, withDue({ installments }, { lines: [line] }))
      expect(sum(receivables.map(({ amountCents }) => amountCents))).toBe(amounts.netCents)
      expect(receivables).toHaveLength(amounts.netCents === 0 ? 1 : installments)
      expect(receivables.every(({ amountCents }) => amountCents >= 0)).toBe(true)
    }),
  )
})
