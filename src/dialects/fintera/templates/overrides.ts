// What is sent in place of what a template says, by the seed's tables (F3203–3248). Nulls are gone by then (`template-sent.ts`).

import { fieldsOfDue } from '../../../contracts/rules/read-terms.ts'
import type { InvoiceTemplate } from '../../../contracts/templates/invoice-template.ts'
import { type DueWish, type LineWish, overriddenLines } from '../../../contracts/templates/override.ts'
import type { ReadjustmentWish, RuleWish } from '../../../contracts/templates/rule-from-template.ts'
import { Faults } from '../../../core/faults.ts'
import type { Decimal } from '../../../core/money.ts'
import type { Form } from '../form.ts'
import { neededDay, readChoice } from '../invoices/invoice-form.ts'
import { chargeTypes, months, noMonths, shifts, units } from '../rules/rule-form.ts'
import { indices } from '../rules/rule-updates.ts'
import { blank, notNumeric, notThere } from '../words.ts'

/** Table 1.1. Without a title and a first day there is no rule. */
export function readRhythmOver(
  form: Form,
  { recurrence }: InvoiceTemplate,
): Pick<RuleWish, 'title' | 'recurrence' | 'endsOn' | 'competenceShift'> {
  const info = form.child('additional_information')
  if (info == null) {
    form.askFor('additional_information')
    return {}
  }
  const title = info.needed('title', true, 200)
  const anchorOn = neededDay(info, 'init_date', true)
  const sentUnit = readChoice(info, 'period_unit', ['weekly', 'monthly', '0', '1'])
  const unit = sentUnit === null ? recurrence?.unit : units[sentUnit]
  const shift = readChoice(info, 'accrual_month_quantity', ['same_month', 'previous_month', 'next_month'])
  const endsOn = info.saidDay('end_date')
  // Of weeks they count none, whatever is sent.
  const every = unit === 'week' ? undefined : monthsIn(info)
  if (unit === 'month' && recurrence?.unit !== 'month' && !isSaid(info, 'month_quantity')) info.fault('month_quantity', noMonths)
  return {
    ...(title !== undefined && { title }),
    recurrence: {
      ...(sentUnit !== null && { unit: units[sentUnit] }),
      ...(every !== undefined && { every }),
      ...(anchorOn !== undefined && { anchorOn }),
    },
    ...(endsOn !== undefined && { endsOn }),
    ...(shift !== null && { competenceShift: shifts[shift] }),
  }
}

/** `charge_type` and table 1.2. Fields of other kinds are sent with every kind, and count for none. Undefined: as the template says. */
export function readDueOver(form: Form, { due }: InvoiceTemplate): DueWish | undefined {
  const info = form.child('receivables_additional_information') ?? null
  // Of a template theirs shows the kind within.
  const sent = readChoice(form, 'charge_type', chargeTypes) ?? (info && readChoice(info, 'charge_type', chargeTypes))
  const kind = sent ?? due?.kind
  if (kind === undefined) {
    if (!form.has('charge_type')) form.fault('charge_type', blank)
    return undefined
  }
  if (sent === null && info === null) return undefined
  const counts = (field: 'day' | 'days' | 'months') => fieldsOfDue[kind].includes(field)
  const day = info && counts('day') ? wholeIn(info, 'day_number') : undefined
  const days = info && counts('days') ? wholeIn(info, 'day_quantity') : undefined
  const inMonths = info && counts('months') ? wholeIn(info, 'month_quantity') : undefined
  const installments = info ? wholeIn(info, 'parcel_number') : undefined
  const onlyBusinessDays = info?.flag('only_business_days')
  return {
    ...(sent !== null && { kind: sent }),
    ...(day !== undefined && { day }),
    ...(days !== undefined && { days }),
    ...(inMonths !== undefined && { months: inMonths }),
    ...(onlyBusinessDays != null && !kind.startsWith('fixed_day') && { onlyBusinessDays }),
    ...(installments !== undefined && { installments }),
  }
}

export interface LinesOver {
  wishes: LineWish[]
  /** How many there will be. */
  count: number
  /** Services that will go by their name, since nobody described them. */
  undescribed: number[]
}

/** Table 1.3. What names nothing of the template is one more beside it. */
export function readLinesOver(form: Form, template: InvoiceTemplate): LinesOver {
  const known = new Map(template.lines.map(line => [line.id, line]))
  const faultTwice = faultingTwice('invoice_template_service_item_id')
  const wishes = (form.children('services') ?? []).flatMap((entry): LineWish[] => {
    // What is made of a template has no services yet that an `id` could name.
    if (entry.has('id')) notThere()
    const named = entry.has('invoice_template_service_item_id')
    const line = named ? (known.get(entry.whole('invoice_template_service_item_id') ?? 0) ?? notThere()) : null
    faultTwice(entry, line)
    if (entry.flag('_destroy') === true) return line ? [{ templateLineId: line.id, remove: true }] : []
    return [{ ...(line && { templateLineId: line.id }), ...readLine(entry, line === null) }]
  })
  const outcomes = overriddenLines(template, wishes, new Faults())
  const undescribed = outcomes.flatMap(({ value }) => (value.description?.trim() ? [] : (value.serviceItemId ?? [])))
  return { wishes, count: outcomes.length, undescribed: [...new Set(undescribed)] }
}

function readLine(entry: Form, isNew: boolean): LineWish {
  const serviceItemId = wholeIn(entry, 'service_item_id')
  if (isNew && !isSaid(entry, 'service_item_id')) entry.fault('service_item_id', blank)
  const amounts = isNew ? ['units', 'unit_value'] : []
  for (const name of amounts) if (!isSaid(entry, name)) entry.fault(name, notNumeric)
  const description = entry.text('description', 500)
  const quantity = decimalIn(entry, 'units')
  const unitPrice = decimalIn(entry, 'unit_value')
  return {
    ...(serviceItemId !== undefined && { serviceItemId }),
    ...(description != null && { description }),
    ...(quantity !== undefined && { quantity }),
    ...(unitPrice !== undefined && { unitPrice }),
  }
}

/** Table 1.4. Each of the template needs its first day here, or goes; the core tells which of them nobody named. */
export function readUpdatesOver(form: Form, template: InvoiceTemplate): ReadjustmentWish[] {
  const known = new Map(template.readjustments.map(one => [one.id, one]))
  const faultTwice = faultingTwice('invoice_template_scheduled_update_id')
  const allowsNegative = form.flag('apply_negative_updates')
  return (form.children('scheduled_updates') ?? []).flatMap((entry): ReadjustmentWish[] => {
    if (entry.has('id')) notThere()
    const named = entry.has('invoice_template_scheduled_update_id')
    const clause = named ? (known.get(entry.whole('invoice_template_scheduled_update_id') ?? 0) ?? notThere()) : null
    faultTwice(entry, clause)
    if (entry.flag('_destroy') === true) return clause ? [{ templateReadjustmentId: clause.id, remove: true }] : []
    const startsOn = neededDay(entry, 'init_date', true)
    const index = readChoice(entry, 'price_index', indices)
    if (index === null && clause === null && !entry.has('price_index')) entry.fault('price_index', blank)
    const everyMonths = monthsIn(entry)
    if (clause?.everyMonths == null && !isSaid(entry, 'month_quantity')) {
      entry.fault('month_quantity', noMonths)
    }
    const noticeDays = wholeIn(entry, 'days_until_update')
    const serviceItemId = wholeIn(entry, 'service_item_id')
    return [
      {
        ...(clause && { templateReadjustmentId: clause.id }),
        ...(startsOn !== undefined && { startsOn }),
        ...(index !== null && { index }),
        ...(everyMonths !== undefined && { everyMonths }),
        ...(noticeDays !== undefined && { noticeDays }),
        ...(serviceItemId !== undefined && { serviceItemId }),
        ...(allowsNegative != null && { allowsNegative }),
      },
    ]
  })
}

/** Of two entries for one thing of the template nobody can tell which was meant. */
function faultingTwice(field: string) {
  const named = new Set<number>()
  return (entry: Form, one: { id: number } | null): void => {
    if (one === null) return
    if (named.has(one.id)) entry.fault(field, 'foi informado mais de uma vez')
    named.add(one.id)
  }
}

// --- Single values: what was sent and cannot be read is no way to say nothing, since the template would be believed instead ---

function isSaid(form: Form, name: string): boolean {
  return form.has(name) && form.raw(name) !== ''
}

function wholeIn(form: Form, name: string): number | undefined {
  if (!isSaid(form, name)) return undefined
  const number = form.whole(name)
  if (number == null) form.fault(name, notNumeric)
  return number ?? undefined
}

function decimalIn(form: Form, name: string): Decimal | undefined {
  if (!isSaid(form, name)) return undefined
  const number = form.factor(name)
  if (number == null) form.faultOnce(name, notNumeric)
  return number ?? undefined
}

function monthsIn(form: Form): number | undefined {
  if (!isSaid(form, 'month_quantity')) return undefined
  const number = form.whole('month_quantity')
  if (number == null || !months.includes(number)) form.fault('month_quantity', noMonths)
  return number ?? undefined
}
