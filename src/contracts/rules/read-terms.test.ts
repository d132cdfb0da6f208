import { describe, expect, test } from 'vitest'
import { civilDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import { decimal } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { readTerms, readTermsChange, type Services, type TermsBody, type TermsInput } from './read-terms.ts'

const services: Services = new Map([
  [1, { name: 'Suporte', unitPrice: decimal('99.9'), archivedAt: null }],
  [2, { name: 'Antigo', unitPrice: null, archivedAt: '2026-01-01T00:00:00.000Z' }],
])

const plain: TermsInput = {
  recurrence: { unit: 'month', anchorOn: civilDate('2026-01-31') },
  due: { kind: 'fixed_day', day: 10 },
  lines: [{ serviceItemId: 1 }],
}

function read(input: Partial<TermsInput>) {
  const faults = new Faults()
  const terms = readTerms({ ...plain, ...input }, services, '', faults)
  faults.refuseIfAny()
  return terms
}

function faultsOf(input: Partial<TermsInput>): string[] {
  try {
    read(input)
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.faults.map(({ path, code }) => `${path} ${code}`)
  }
}

describe('what is not said', () => {
  test('is the usual', () => {
    expect(read({})).toMatchObject({
      recurrence: { unit: 'month', every: 1, anchor: '2026-01-31' },
      timing: 'advance',
      competenceShift: 0,
      due: { kind: 'fixed_day', day: 10, installments: 1, roll: 'none' },
      paymentMethod: 'boleto',
      management: 'automatic',
      approvalWanted: false,
      cutStart: 'none',
      cutEnd: 'full',
      priceChange: 'next_period',
      endsOn: null,
      maxAmountCents: null,
      maxGrowthPercent: null,
      withholdings: [],
      description: null,
    })
  })

  test('of a line is taken from its service, with the name it has now', () => {
    expect(read({}).lines).toEqual([
      {
        position: 1,
        serviceItemId: 1,
        description: 'Suporte',
        quantity: '1',
        unitPrice: '99.9',
        discountPercent: null,
        discountCents: null,
        validFrom: null,
        validUntil: null,
        categoryId: null,
        withholdings: null,
        withheldCents: null,
      },
    ])
  })

  test('of the cuts goes by the timing', () => {
    expect(read({ timing: 'arrears' })).toMatchObject({ cutStart: 'prorate', cutEnd: 'prorate' })
    expect(read({ timing: 'arrears', cutEnd: 'none' })).toMatchObject({ cutStart: 'prorate', cutEnd: 'none' })
  })

  test('of a due rule belongs to its kind: what would not count is refused, and null or false say nothing', () => {
    expect(faultsOf({ due: { kind: 'day_quantity', days: 30, day: 5, months: 2 } })).toEqual([
      '/due/day unknown_field',
      '/due/months unknown_field',
    ])
    // Its document sends it with every kind, and says that others ignore it.
    expect(faultsOf({ due: { kind: 'fixed_day', day: 3, onlyBusinessDays: true } })).toEqual([])
    expect(read({ due: { kind: 'day_quantity', days: 30, day: null, months: null } }).due).toEqual({
      kind: 'day_quantity',
      days: 30,
      onlyBusinessDays: false,
      installments: 1,
      roll: 'none',
    })
    expect(faultsOf({ due: { kind: 'fixed_day', day: 3, onlyBusinessDays: false } })).toEqual([])
  })
})

describe('what cannot be meant', () => {
  test.each([
    [{ lines: [] }, '/lines rule_without_lines'],
    [{ lines: Array.from({ length: 201 }, () => ({ serviceItemId: 1 })) }, '/lines too_many_items'],
    [
      { recurrence: { unit: 'week', every: 121, anchorOn: civilDate('2026-01-01') } },
      '/recurrence/every recurrence_out_of_range',
    ],
    [{ competenceShift: 2 }, '/competenceShift competence_out_of_range'],
    [{ due: { kind: 'fixed_day' } }, '/due/day required'],
    [{ due: { kind: 'fixed_day', day: 0 } }, '/due/day due_rule_out_of_range'],
    [{ due: { kind: 'fixed_day', day: 1, installments: 0 } }, '/due/installments installments_out_of_range'],
    [{ due: { kind: 'fixed_day', day: 1, installments: 1000 } }, '/due/installments installments_out_of_range'],
    [{ maxAmountCents: 0 }, '/maxAmountCents amount_not_positive'],
    [{ maxGrowthPercent: decimal('0.0001') }, '/maxGrowthPercent percent_out_of_range'],
    [{ withholdings: [{ tax: 'iss', rateMicros: 0 }] }, '/withholdings/0/rateMicros percent_out_of_range'],
    [{ withholdings: [{ tax: 'irrf', rateMicros: 1_000_000 }] }, '/withholdings withholdings_above_whole'],
    [
      { withholdings: (['iss', 'inss'] as const).map(tax => ({ tax, rateMicros: 500_000 })) },
      '/withholdings withholdings_above_whole',
    ],
    [{ lines: [{ serviceItemId: 9 }] }, '/lines/0/serviceItemId unknown_service_item'],
    [{ lines: [{ serviceItemId: 2, unitPrice: decimal('1') }] }, '/lines/0/serviceItemId archived_service_item'],
    [{ lines: [{ serviceItemId: 1, unitPrice: decimal('100000000') }] }, '/lines/0 amount_too_large'],
    [{ lines: [{ serviceItemId: 1, discountCents: 0 }] }, '/lines/0/discountCents amount_not_positive'],
    [{ lines: [{ serviceItemId: 1, discountPercent: decimal('0') }] }, '/lines/0/discountPercent percent_out_of_range'],
  ] satisfies [Partial<TermsInput>, string][])('%j', (input, fault) => {
    expect(faultsOf(input)).toEqual([fault])
  })

  test('begins just beyond what can: the largest boleto, a free service, the whole as discount, almost all withheld', () => {
    expect(faultsOf({ lines: [{ serviceItemId: 1, unitPrice: decimal('99999999.99') }] })).toEqual([])
    expect(faultsOf({ lines: [{ serviceItemId: 1, unitPrice: decimal('0') }] })).toEqual([])
    expect(faultsOf({ lines: [{ serviceItemId: 1, discountCents: 9990 }] })).toEqual([])
    expect(faultsOf({ lines: [{ serviceItemId: 1, discountPercent: decimal('100') }] })).toEqual([])
    expect(faultsOf({ withholdings: [{ tax: 'irrf', rateMicros: 999_999 }] })).toEqual([])
  })
})

describe('a change', () => {
  const change = (said: Parameters<typeof readTermsChange>[0]) => {
    const faults = new Faults()
    const apply = readTermsChange(said, read({}), services, faults)
    faults.refuseIfAny()
    const version: TermsBody & { validFrom?: unknown } = apply({ ...read({}), validFrom: civilDate('2026-01-31') })
    const { validFrom: _, ...after } = version
    return after
  }

  test('says only what it says', () => {
    expect(change({})).toEqual(read({}))
    expect(change({ paymentMethod: 'pix', description: ' Nova ' })).toEqual({
      ...read({}),
      paymentMethod: 'pix',
      description: 'Nova',
    })
    expect(change({ maxAmountCents: null, maxGrowthPercent: null })).toEqual(read({}))
  })

  test('of a recurrence may be a part of it', () => {
    expect(change({ recurrence: { every: 3 } }).recurrence).toEqual({ unit: 'month', every: 3, anchor: '2026-01-31' })
  })

  test('of the timing takes the usual cuts along', () => {
    expect(change({ timing: 'arrears' })).toMatchObject({ cutStart: 'prorate', cutEnd: 'prorate' })
    expect(change({ timing: 'arrears', cutStart: 'full' })).toMatchObject({ cutStart: 'full', cutEnd: 'prorate' })
  })
})
