import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TAXES } from '../contracts/rules/terms.ts'
import { civilDate } from '../core/dates.ts'
import { cents, sum, taxOf } from '../core/money.ts'
import { Refusal } from '../core/refusal.ts'
import {
  amountsOf,
  competenceOf,
  emitsByItself,
  invoiceAfter,
  issueDates,
  receivablesInProportion,
  receivablesOf,
  requireToEmit,
} from './invoice.ts'
import { withhold } from './withholding.ts'

const noHolidays: ReadonlySet<never> = new Set()
const day = civilDate
const line = (gross: number, discount = 0) => ({ grossCents: cents(gross), discountCents: cents(discount) })

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return 'allowed'
}

describe('the four amounts', () => {
  test('net is gross minus discounts minus what is withheld', () => {
    const { amounts, withholdings } = amountsOf([line(100_000), line(20_000, 5_000)], [{ tax: 'irrf', rateMicros: 15_000 }])
    expect(amounts).toEqual({ grossCents: 120_000, discountCents: 5_000, withheldCents: 1_725, netCents: 113_275 })
    expect(withholdings).toEqual([{ tax: 'irrf', rateMicros: 15_000, baseCents: 115_000, amountCents: 1_725 }])
  })

  test('each tax is rounded by itself, half even', () => {
    // 0.65 % of R$ 100,00 is 65 cents; of R$ 10,00 it is 6.5 cents, which goes to the even 6.
    expect(withhold([line(1_000)], [{ tax: 'pis', rateMicros: 6_500 }])[0]?.amountCents).toBe(6)
    expect(withhold([line(3_000)], [{ tax: 'pis', rateMicros: 6_500 }])[0]?.amountCents).toBe(20)
  })

  test('a discount line may use the invoice up, and not more', () => {
    expect(amountsOf([line(1_000), line(0, 1_000)], []).amounts.netCents).toBe(0)
    expect(codeOf(() => amountsOf([line(1_000), line(0, 1_001)], []))).toBe('discount_exceeds_invoice')
  })

  test('taxes may not withhold more than the invoice', () => {
    const rates = [
      { tax: 'iss', rateMicros: 600_000 },
      { tax: 'inss', rateMicros: 500_000 },
    ] as const
    expect(codeOf(() => amountsOf([line(1_000)], rates))).toBe('withholding_exceeds_invoice')
  })

  test('of a few cents each tax takes as far as anything is left, whatever order somebody wrote them in', () => {
    // 32 % of 2 cents is 0.64, and rounds to 1: three of them would be a cent more than there is.
    const rates = (['iss', 'inss', 'irrf'] as const).map(tax => ({ tax, rateMicros: 320_000 }))
    const { amounts, withholdings } = amountsOf([line(2)], rates)
    expect(amounts).toEqual({ grossCents: 2, discountCents: 0, withheldCents: 2, netCents: 0 })
    expect(withholdings.map(({ tax, amountCents }) => `${tax} ${amountCents}`)).toEqual(['iss 0', 'inss 1', 'irrf 1'])
  })

  test('rates that leave something to receive never refuse an invoice, and are rounded by themselves wherever there is room', () => {
    const below100 = fc
      .tuple(
        fc.subarray([...TAXES], { minLength: 1 }),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 100_000, max: 400_000 })), {
          minLength: 6,
          maxLength: 6,
        }),
      )
      .map(([taxes, rates]) => taxes.map((tax, i) => ({ tax, rateMicros: rates[i] ?? 1 })))
      .filter(rates => rates.reduce((total, { rateMicros }) => total + rateMicros, 0) < 1_000_000)
    const base = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1e10 }))
    fc.assert(
      fc.property(base, below100, (gross, rates) => {
        const { amounts, withholdings } = amountsOf([line(gross)], rates)
        expect(amounts.netCents).toBeGreaterThanOrEqual(0)
        expect(amounts.netCents + amounts.withheldCents).toBe(gross)
        expect(sum(withholdings.map(w => w.amountCents))).toBe(amounts.withheldCents)
        expect(withholdings.map(w => w.tax)).toEqual(rates.map(rate => rate.tax))
        // Only where nothing is left does a tax get less than its own rounding, and never by more than the rounding added.
        const rounded = sum(rates.map(({ rateMicros }) => taxOf(cents(gross), rateMicros)))
        expect(amounts.withheldCents).toBe(Math.min(rounded, gross))
        const again = amountsOf([line(gross)], rates.toReversed())
        expect(again.amounts).toEqual(amounts)
        expect(again.withholdings.toReversed()).toEqual(withholdings)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('receivables', () => {
  test('the rest of a division goes to the last', () => {
    const dueOns = ['2026-02-10', '2026-03-10', '2026-04-10'].map(day)
    expect(receivablesOf(cents(10_000), dueOns).map(r => r.amountCents)).toEqual([3_333, 3_333, 3_334])
  })

  test('an invoice of zero has exactly one, of zero, on the first date', () => {
    const dueOns = ['2026-02-10', '2026-03-10'].map(day)
    expect(receivablesOf(cents(0), dueOns)).toEqual([{ installment: 1, dueOn: '2026-02-10', amountCents: 0 }])
  })

  test('those of a person stay when there is nothing to ask for, and are even when there is again', () => {
    const before = ['2026-02-10', '2026-03-10', '2026-04-10'].map((dueOn, i) => ({
      dueOn: day(dueOn),
      amountCents: cents(i * 10),
    }))
    const free = receivablesInProportion(cents(0), before)
    expect(free.map(r => [r.dueOn, r.amountCents])).toEqual(before.map(({ dueOn }) => [dueOn, 0]))
    expect(receivablesInProportion(cents(100), free).map(r => r.amountCents)).toEqual([33, 33, 34])
    expect(receivablesInProportion(cents(100), before).map(r => r.amountCents)).toEqual([0, 33, 67])
  })

  test('always sum to the net', () => {
    const parts = fc.integer({ min: 1, max: 120 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), parts, (net, count) => {
        const receivables = receivablesOf(cents(net), new Array(count).fill(day('2026-02-10')))
        expect(sum(receivables.map(r => r.amountCents))).toBe(net)
        expect(receivables.map(r => r.installment)).toEqual(receivables.map((_, i) => i + 1))
      }),
    )
  })
})

describe('dates', () => {
  test('competence is the month of the scheduled date, shifted as the rule says', () => {
    expect(competenceOf(day('2026-01-31'), 0)).toBe('2026-01')
    expect(competenceOf(day('2026-01-31'), -1)).toBe('2025-12')
    expect(competenceOf(day('2026-12-31'), 1)).toBe('2027-01')
  })

  test('a late emission moves the due dates that a rule derived', () => {
    const rule = { kind: 'day_quantity', days: 10, onlyBusinessDays: false, installments: 2 } as const
    expect(issueDates(day('2026-02-05'), rule, [day('2026-02-01'), day('2026-02-11')], noHolidays)).toEqual({
      issueOn: '2026-02-05',
      dueOns: ['2026-02-15', '2026-02-25'],
    })
  })

  test('due dates that a person chose stay', () => {
    expect(issueDates(day('2026-02-05'), null, [day('2026-02-20')], noHolidays)).toEqual({
      issueOn: '2026-02-05',
      dueOns: ['2026-02-20'],
    })
  })

  test('an invoice of zero keeps its single date although its rule has more installments', () => {
    const rule = { kind: 'fixed_day', day: 10, installments: 3 } as const
    expect(issueDates(day('2026-02-05'), rule, [day('2026-02-10')], noHolidays).dueOns).toEqual(['2026-02-10'])
  })
})

describe('who emits', () => {
  const invoice = { emitWanted: false, estimatedIssueOn: day('2026-02-05') }

  test('an automatic invoice goes out by itself once its day has come', () => {
    expect(emitsByItself({ ...invoice, management: 'automatic' }, day('2026-02-04'))).toBe(false)
    expect(emitsByItself({ ...invoice, management: 'automatic' }, day('2026-02-05'))).toBe(true)
  })

  test('a draft waits for its person, unless a run asked for it', () => {
    expect(emitsByItself({ ...invoice, management: 'draft' }, day('2026-02-06'))).toBe(false)
    expect(emitsByItself({ ...invoice, management: 'draft', emitWanted: true }, day('2026-02-06'))).toBe(true)
    expect(emitsByItself({ ...invoice, management: 'on_request' }, day('2026-02-06'))).toBe(false)
  })
})

describe('states', () => {
  test('each verb has its undo', () => {
    expect(invoiceAfter(invoiceAfter('to_emit', 'emit'), 'undo_emission')).toBe('to_emit')
    expect(invoiceAfter(invoiceAfter('to_receive', 'confirm_receival'), 'undo_receival')).toBe('to_receive')
    expect(invoiceAfter(invoiceAfter('to_emit', 'cancel'), 'restore_to_emit')).toBe('to_emit')
    expect(invoiceAfter(invoiceAfter('to_receive', 'cancel'), 'restore_to_receive')).toBe('to_receive')
  })

  test('what the table does not hold is refused', () => {
    expect(codeOf(() => invoiceAfter('to_receive', 'emit'))).toBe('invoice_state')
    expect(codeOf(() => invoiceAfter('cancelled', 'cancel'))).toBe('invoice_state')
    expect(codeOf(() => requireToEmit('to_receive'))).toBe('invoice_state')
  })
})
