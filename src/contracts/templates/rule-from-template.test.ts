import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { aTemplate, oneOff, services } from '../../../test/fixtures/templates.ts'
import { civilDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import { type Decimal, decimal, multiplyToCents, sum } from '../../core/money.ts'
import { Refusal } from '../../core/refusal.ts'
import { readReadjustments } from '../readjustment/read-readjustment.ts'
import { readRule } from '../rules/invoice-rule.ts'
import { priceOf } from '../rules/line-amounts.ts'
import { grossOf, type InvoiceTemplate } from './invoice-template.ts'
import type { KnownTemplate, LineWish } from './override.ts'
import { type RuleWish, ruleFromTemplate } from './rule-from-template.ts'

const START = civilDate('2018-12-20')
const UPDATE = civilDate('2019-12-20')

/** What the template does not say, so that a rule comes of it as it is. */
const least: RuleWish = {
  title: 'Regra nova',
  recurrence: { anchorOn: START },
  readjustments: [
    { templateReadjustmentId: 475, startsOn: UPDATE },
    { templateReadjustmentId: 481, startsOn: UPDATE },
  ],
}

/** The rule and its clauses as the verb makes them, or the faults. */
function made(wish: RuleWish, known: KnownTemplate | null = aTemplate()) {
  const collected = new Faults()
  const { input, readjustments, placeOf } = ruleFromTemplate(known, wish, collected)
  const faults = collected.placedBy(placeOf)
  const { terms, title, templateId } = readRule(input, services, '', faults)
  const named = new Set(terms.lines.map(line => line.serviceItemId))
  const clauses = readReadjustments(readjustments, named, faults)
  faults.refuseIfAny()
  return { ...terms, title, templateId, clauses, details: input.details }
}

function faultsOf(wish: RuleWish, known: KnownTemplate | null = aTemplate()): string[] {
  try {
    made(wish, known)
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.faults.map(({ path, code }) => `${path} ${code}`)
  }
}

const clause = (templateReadjustmentId: number, over: object) => ({ templateReadjustmentId, startsOn: UPDATE, ...over })
const clauses = (over: object) => ({ ...least, readjustments: [clause(475, over), clause(481, {})] })
const line = (over: LineWish) => ({ ...least, lines: [{ templateLineId: 11210, ...over }] })

describe('without anything said in its place', () => {
  it('the rule is what the template says, begun when it was told to begin', () => {
    expect(made(least)).toMatchObject({
      title: 'Regra nova',
      templateId: 14,
      recurrence: { unit: 'month', every: 12, anchor: START },
      competenceShift: -1,
      due: { kind: 'fixed_day_and_month_quantity', day: 12, months: 3, installments: 4 },
      paymentMethod: 'card',
      management: 'automatic',
      description: 'teste',
      endsOn: null,
      lines: [
        { position: 1, serviceItemId: 1, description: 'Serviço 1', quantity: '2.5', unitPrice: '5.75' },
        { position: 2, serviceItemId: 11, description: 'App', quantity: '1', unitPrice: '49.9' },
      ],
      clauses: [
        { serviceItemId: 1, index: 'igpm', everyMonths: 12, noticeDays: null, allowsNegative: true, startsOn: UPDATE },
        { serviceItemId: 11, index: 'igpdi', everyMonths: 12, noticeDays: 7, allowsNegative: true, startsOn: UPDATE },
      ],
      details: aTemplate().details,
    })
    // F3773: 2,5 × 5,75 + 49,90.
    expect(grossOf(aTemplate().template)).toBe(6428)
    expect(priceOf(made(least), START)).toBe(6428)
  })

  it('twelve months are not twelve weeks: with another unit the number is said anew', () => {
    const weekly = (every?: number) =>
      made({ ...least, recurrence: { anchorOn: START, unit: 'week', ...(every !== undefined && { every }) } }).recurrence
    expect(weekly()).toMatchObject({ unit: 'week', every: 1 })
    expect(weekly(2)).toMatchObject({ unit: 'week', every: 2 })
  })

  it('null parcels are one, and so are those of a template that creates none', () => {
    const { template } = aTemplate()
    const withDue = (due: object, over: object = {}) =>
      aTemplate({ ...over, due: { ...template.due, ...due } } as InvoiceTemplate)
    expect(made(least, withDue({ installments: null })).due.installments).toBe(1)
    expect(made(least, withDue({}, { createParcels: false })).due.installments).toBe(1)
    expect(made({ ...least, due: { installments: 2 } }, withDue({}, { createParcels: false })).due.installments).toBe(2)
  })
})

/**
 * The seed's tables of what overrides what (F3203–3248), row by row: what each field does to the rule. Where a row says that a field is
 * needed, what it is called where it is missing.
 */
describe("Fintera's tables", () => {
  const other = (due: object) => ({ ...least, due })
  const without = (wish: RuleWish, field: keyof RuleWish) => {
    const { [field]: _, ...rest } = wish
    return rest
  }

  test.each<[field: string, wish: RuleWish, made: object]>([
    [
      'charge_type: overrides',
      other({ kind: 'day_quantity', days: 10 }),
      { due: { kind: 'day_quantity', days: 10, installments: 4 } },
    ],
    ['1.1 title', least, { title: 'Regra nova' }],
    ['1.1 init_date', least, { recurrence: { anchor: START } }],
    ['1.1 end_date', { ...least, endsOn: UPDATE }, { endsOn: UPDATE }],
    ['1.1 month_quantity', { ...least, recurrence: { anchorOn: START, every: 3 } }, { recurrence: { unit: 'month', every: 3 } }],
    ['1.1 accrual_month_quantity', { ...least, competenceShift: 1 }, { competenceShift: 1 }],
    ['1.2 day_number', other({ day: 5 }), { due: { kind: 'fixed_day_and_month_quantity', day: 5, months: 3 } }],
    ['1.2 day_number of fixed_day', other({ kind: 'fixed_day', day: 5 }), { due: { kind: 'fixed_day', day: 5 } }],
    ['1.2 day_quantity', other({ kind: 'day_quantity', days: 30 }), { due: { days: 30 } }],
    ['1.2 month_quantity', other({ months: 1 }), { due: { day: 12, months: 1 } }],
    ['1.2 parcel_number', other({ installments: 2 }), { due: { day: 12, months: 3, installments: 2 } }],
    [
      '1.2 only_business_days of last_day_of_month',
      other({ kind: 'last_day_of_month', onlyBusinessDays: true }),
      { due: { kind: 'last_day_of_month', onlyBusinessDays: true } },
    ],
    [
      '1.2 only_business_days of day_quantity',
      other({ kind: 'day_quantity', days: 5, onlyBusinessDays: true }),
      { due: { kind: 'day_quantity', days: 5, onlyBusinessDays: true } },
    ],
    [
      '1.3 service_item_id',
      { ...line({ serviceItemId: 7 }), readjustments: [{ templateReadjustmentId: 475, remove: true }, clause(481, {})] },
      { lines: [{ serviceItemId: 7, description: 'Serviço 7', quantity: '2.5', unitPrice: '5.75' }, { serviceItemId: 11 }] },
    ],
    ['1.3 description', line({ description: 'Suporte' }), { lines: [{ description: 'Suporte', quantity: '2.5' }, {}] }],
    ['1.3 units', line({ quantity: decimal('3') }), { lines: [{ quantity: '3', unitPrice: '5.75' }, {}] }],
    ['1.3 unit_value', line({ unitPrice: decimal('6') }), { lines: [{ quantity: '2.5', unitPrice: '6' }, {}] }],
    [
      '1.3 invoice_template_service_item_id: the second line, as it is named',
      { ...least, lines: [{ templateLineId: 11209, quantity: decimal('9') }] },
      { lines: [{ quantity: '2.5' }, { quantity: '9' }] },
    ],
    [
      '1.3 without invoice_template_service_item_id: one more',
      { ...least, lines: [{ serviceItemId: 7, unitPrice: decimal('2') }] },
      { lines: [{ serviceItemId: 1 }, { serviceItemId: 11 }, { position: 3, serviceItemId: 7, quantity: '1', unitPrice: '2' }] },
    ],
    [
      '1.3 _destroy',
      { ...line({ remove: true }), readjustments: [{ templateReadjustmentId: 475, remove: true }, clause(481, {})] },
      { lines: [{ position: 1, serviceItemId: 11 }], clauses: [{ serviceItemId: 11 }] },
    ],
    [
      '1.4 service_item_id',
      { ...clauses({ serviceItemId: null }) },
      { clauses: [{ serviceItemId: null }, { serviceItemId: 11 }] },
    ],
    [
      '1.4 init_date',
      clauses({ startsOn: civilDate('2020-01-01') }),
      { clauses: [{ startsOn: '2020-01-01' }, { startsOn: UPDATE }] },
    ],
    ['1.4 month_quantity', clauses({ everyMonths: 6 }), { clauses: [{ everyMonths: 6 }, { everyMonths: 12 }] }],
    ['1.4 price_index', clauses({ index: 'ipca' }), { clauses: [{ index: 'ipca', lagMonths: 2 }, { index: 'igpdi' }] }],
    ['1.4 days_until_update', clauses({ noticeDays: 10 }), { clauses: [{ noticeDays: 10 }, { noticeDays: 7 }] }],
    [
      '1.4 _destroy',
      { ...least, readjustments: [{ templateReadjustmentId: 475, remove: true }, clause(481, {})] },
      { clauses: [{ serviceItemId: 11 }] },
    ],
    [
      '1.4 without invoice_template_scheduled_update_id: one more',
      { ...least, readjustments: [clause(475, {}), clause(481, {}), { index: 'inpc', startsOn: UPDATE }] },
      { clauses: [{ serviceItemId: 1 }, { serviceItemId: 11 }, { serviceItemId: null, index: 'inpc', allowsNegative: true }] },
    ],
  ])('%s', (_, wish, expected) => {
    expect(made(wish)).toMatchObject(expected)
  })

  test.each<[field: string, wish: RuleWish, of: Partial<InvoiceTemplate>, faults: string[]]>([
    ['invoice_template_id: none of one time', without(least, 'readjustments'), oneOff, ['/templateId template_is_one_off']],
    ['additional_information', without(least, 'recurrence'), {}, ['/recurrence/anchorOn required']],
    ['charge_type: completes', least, { due: null }, ['/due required']],
    ['1.1 title', without(least, 'title'), {}, ['/title required']],
    ['1.1 init_date', { ...least, recurrence: { every: 3 } }, {}, ['/recurrence/anchorOn required']],
    ['1.2 day_number', other({ kind: 'fixed_day' }), { due: null }, ['/due/day required']],
    ['1.2 day_quantity', other({ kind: 'day_quantity' }), {}, ['/due/days required']],
    ['1.2 month_quantity', other({ kind: 'fixed_day_and_month_quantity', day: 1 }), { due: null }, ['/due/months required']],
    ['1.2 day_number of another charge_type', other({ kind: 'day_quantity', days: 3, day: 5 }), {}, ['/due/day unknown_field']],
    [
      '1.3 service_item_id of one more',
      { ...least, lines: [{ quantity: decimal('1') }] },
      {},
      ['/lines/0/serviceItemId required'],
    ],
    [
      '1.3 invoice_template_service_item_id',
      { ...least, lines: [{ templateLineId: 3, quantity: decimal('1') }] },
      {},
      ['/lines/0/templateLineId unknown_in_template'],
    ],
    ['1.3 _destroy of nothing', { ...least, lines: [{ remove: true }] }, {}, ['/lines/0/templateLineId required']],
    [
      '1.4 service_item_id that is in no line',
      clauses({ serviceItemId: 7 }),
      {},
      ['/readjustments/0/serviceItemId service_not_in_rule'],
    ],
    [
      '1.4 init_date',
      { ...least, readjustments: [{ templateReadjustmentId: 475 }, clause(481, {})] },
      {},
      ['/readjustments/0/startsOn required'],
    ],
    ['1.4 init_date of one that nobody named', { ...least, readjustments: [clause(481, {})] }, {}, ['/readjustments required']],
    ['1.4 month_quantity', clauses({ everyMonths: 121 }), {}, ['/readjustments/0/everyMonths months_out_of_range']],
    [
      '1.4 price_index of one more',
      { ...least, readjustments: [...(least.readjustments ?? []), { startsOn: UPDATE }] },
      {},
      ['/readjustments/2/index required'],
    ],
    [
      '1.4 invoice_template_scheduled_update_id',
      { ...least, readjustments: [...(least.readjustments ?? []), clause(9, {})] },
      {},
      ['/readjustments/2/templateReadjustmentId unknown_in_template'],
    ],
  ])('%s: what is missing or wrong', (_, wish, of, faults) => {
    expect(faultsOf(wish, aTemplate(of))).toEqual(faults)
  })

  it('what a template lacks is completed', () => {
    // F3971–3978: a template by days that says no number of them.
    const due = {
      kind: 'day_quantity',
      day: null,
      days: null,
      months: null,
      onlyBusinessDays: true,
      roll: null,
      installments: null,
    } as const
    expect(faultsOf(least, aTemplate({ due }))).toEqual(['/due/days required'])
    expect(made({ ...least, due: { days: 15 } }, aTemplate({ due })).due).toEqual({
      kind: 'day_quantity',
      days: 15,
      onlyBusinessDays: true,
      installments: 1,
      roll: 'none',
    })
  })
})

describe('faults', () => {
  it('come all at once, each where it was sent', () => {
    const wish: RuleWish = {
      recurrence: { every: 0 },
      competenceShift: 2,
      due: { day: 40 },
      lines: [
        { templateLineId: 11209, quantity: decimal('0') },
        { serviceItemId: 99 },
        { templateLineId: 11210, unitPrice: decimal('-1') },
      ],
      readjustments: [clause(481, { noticeDays: 900 })],
    }
    expect(faultsOf(wish).sort()).toEqual([
      '/competenceShift competence_out_of_range',
      '/due/day due_rule_out_of_range',
      '/lines/0/quantity quantity_not_positive',
      '/lines/1/serviceItemId unknown_service_item',
      '/lines/2/unitPrice negative_amount',
      '/readjustments required',
      '/readjustments/0/noticeDays notice_out_of_range',
      '/recurrence/anchorOn required',
      '/recurrence/every recurrence_out_of_range',
      '/title required',
    ])
  })

  it('of what the template alone says are told where it was chosen', () => {
    const lines = aTemplate().template.lines.map(one => ({ ...one, serviceItemId: one.id === 11210 ? 99 : 11 }))
    expect(faultsOf({ ...least, readjustments: [clause(481, {})] }, aTemplate({ lines, readjustments: [] }))).toContain(
      '/templateId unknown_service_item',
    )
  })

  it('without a template a rule is whole, as ever', () => {
    expect(faultsOf({}, null)).toEqual(['/lines required', '/recurrence required', '/due required'])
    expect(faultsOf({ recurrence: {}, due: {}, lines: [{}] }, null)).toEqual([
      '/recurrence/unit required',
      '/recurrence/anchorOn required',
      '/due/kind required',
      '/lines/0/serviceItemId required',
    ])
    const whole: RuleWish = {
      recurrence: { unit: 'month', anchorOn: START },
      due: { kind: 'fixed_day', day: 1 },
      lines: [{ serviceItemId: 1 }],
      readjustments: [{ index: 'igpm', startsOn: UPDATE }],
    }
    expect(made(whole, null)).toMatchObject({ title: 'Serviço 1', templateId: null, clauses: [{ index: 'igpm' }] })
    expect(faultsOf({ ...whole, lines: [{ serviceItemId: 1, templateLineId: 5 }] }, null)).toContain(
      '/lines/0/templateLineId unknown_in_template',
    )
  })
})

describe('what goes along', () => {
  const detailsOf = (wish: Partial<RuleWish>, known = aTemplate()) => made({ ...least, ...wish }, known).details

  it('is overridden field by field, or not wanted at all', () => {
    expect(detailsOf({ details: { issueNfse: false } })).toMatchObject({ issueNfse: false, nfseBody: '$DESCRICAO' })
    expect(detailsOf({ details: { nfseBody: null } })).toMatchObject({ nfseBody: null, notificationRulerId: 57 })
    expect(detailsOf({ details: null })).toBeNull()
  })

  it('loses what another payment or another account makes senseless', () => {
    expect(detailsOf({ paymentMethod: 'boleto' })).toMatchObject({ cardInstallments: null, nfseTemplateId: 65 })
    const known = aTemplate()
    const onAccount = { ...known, details: known.details && { ...known.details, financialAccountId: 51 } }
    expect(detailsOf({ details: { chargingAccountId: 3 } }, onAccount)).toMatchObject({
      financialAccountId: null,
      chargingAccountId: 3,
    })
  })
})

describe('properties', () => {
  const amount = fc.integer({ min: 1, max: 9_999_999 }).map(micros => decimal((micros / 1000).toFixed(3)))
  const lines = fc.array(fc.record({ quantity: amount, unitPrice: amount }), { minLength: 1, maxLength: 6 })
  const wishes = fc.array(
    fc.record({
      of: fc.option(fc.nat(5), { nil: null }),
      remove: fc.constantFrom(undefined, false, true),
      quantity: fc.option(amount, { nil: undefined }),
      unitPrice: fc.option(amount, { nil: undefined }),
    }),
    { maxLength: 8 },
  )
  type Amounts = { quantity: Decimal; unitPrice: Decimal }
  const templateOf = (list: Amounts[]) =>
    aTemplate({ readjustments: [], lines: list.map((one, i) => ({ id: 100 + i, serviceItemId: 1, description: null, ...one })) })
  const bare: RuleWish = { title: 'R', recurrence: { anchorOn: START } }

  test('each line is kept, overridden, removed or added, and what the rule asks adds up', () => {
    fc.assert(
      fc.property(lines, wishes, (list, asked) => {
        const entries = asked
          .filter(({ of, remove }) => (of === null ? remove !== true : of < list.length))
          .map(
            ({ of, remove, quantity, unitPrice }): LineWish => ({
              ...(of === null ? { serviceItemId: 7 } : { templateLineId: 100 + of }),
              ...(remove !== undefined && { remove }),
              ...(quantity !== undefined && { quantity }),
              ...(unitPrice !== undefined && { unitPrice }),
            }),
          )
        // Once more, in the plainest way.
        const expected = list.flatMap((one, i) => {
          const own = entries.filter(entry => entry.templateLineId === 100 + i)
          const last = <T>(values: (T | undefined)[], otherwise: T) => values.findLast(value => value !== undefined) ?? otherwise
          if (
            last(
              own.map(({ remove }) => remove),
              false,
            )
          )
            return []
          return [
            {
              quantity: last(
                own.map(({ quantity }) => quantity),
                one.quantity,
              ),
              unitPrice: last(
                own.map(({ unitPrice }) => unitPrice ?? undefined),
                one.unitPrice,
              ),
            },
          ]
        })
        const added = entries.filter(entry => entry.serviceItemId === 7)
        const all = [
          ...expected,
          ...added.map(({ quantity = decimal('1'), unitPrice }) => ({ quantity, unitPrice: unitPrice ?? decimal('1') })),
        ]
        fc.pre(all.length > 0)
        const rule = made({ ...bare, lines: entries }, templateOf(list))
        expect(rule.lines.map(({ quantity, unitPrice }) => ({ quantity, unitPrice }))).toEqual(all)
        expect(priceOf(rule, START)).toBe(sum(all.map(({ quantity, unitPrice }) => multiplyToCents(quantity, unitPrice))))
      }),
    )
  })

  test('saying nothing in its place is the template, and of two sayings the last one counts', () => {
    fc.assert(
      fc.property(lines, amount, amount, (list, first, second) => {
        const known = templateOf(list)
        const rule = made(bare, known)
        expect(rule.lines.map(({ quantity, unitPrice }) => ({ quantity, unitPrice }))).toEqual(list)
        expect(priceOf(rule, START)).toBe(grossOf(known.template))
        const said = (...prices: Decimal[]) =>
          made({ ...bare, lines: prices.map(unitPrice => ({ templateLineId: 100, unitPrice })) }, known)
        expect(said(first, second)).toEqual(said(second))
      }),
    )
  })
})
