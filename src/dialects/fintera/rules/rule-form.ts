import type { DueInput, RecurrenceInput } from '../../../contracts/rules/read-terms.ts'
import type { Terms } from '../../../contracts/rules/terms.ts'
import { parseDecimal } from '../../../core/money.ts'
import type { Form } from '../form.ts'
import { invoiceWords, neededDay, readChoice, readManagement, readPaymentMethod } from '../invoices/invoice-form.ts'
import { blank, type Words } from '../words.ts'

export const noMonths = 'valor deve ser 1, 2, 3, 6 ou 12 (em meses)'

export const ruleWords: Words = {
  shape: 'form',
  fields: {
    ...invoiceWords.fields,
    '/title': 'additional_information.title',
    '/recurrence/anchorOn': 'additional_information.init_date',
    '/recurrence/every': 'additional_information.month_quantity',
    '/endsOn': 'additional_information.end_date',
    '/competenceShift': 'additional_information.accrual_month_quantity',
    '/due': 'charge_type',
    '/due/day': 'receivables_additional_information.day_number',
    '/due/days': 'receivables_additional_information.day_quantity',
    '/due/months': 'receivables_additional_information.month_quantity',
    '/due/installments': 'receivables_additional_information.parcel_number',
    '/due/kind': 'charge_type',
    '/serviceItemId': 'scheduled_updates.service_item_id',
    '/everyMonths': 'scheduled_updates.month_quantity',
    '/startsOn': 'scheduled_updates.init_date',
    '/noticeDays': 'scheduled_updates.days_until_update',
    '/readjustments/*/serviceItemId': 'scheduled_updates.service_item_id',
    '/readjustments/*/everyMonths': 'scheduled_updates.month_quantity',
    '/readjustments/*/startsOn': 'scheduled_updates.init_date',
    '/readjustments/*/noticeDays': 'scheduled_updates.days_until_update',
    // One of the template that nobody gave a day.
    '/readjustments': 'scheduled_updates.init_date',
  },
  // What a template says and nobody repeats is seen by us where the template is named.
  fieldsByCode: {
    service_not_in_rule: 'scheduled_updates.service_item_id',
    readjustment_exists: 'scheduled_updates.service_item_id',
  },
  texts: {
    ...invoiceWords.texts,
    readjustment_exists: 'não pode ter mais de um reajuste sem serviço',
    service_not_in_rule: 'deve estar presente na regra',
    months_out_of_range: noMonths,
    // Our own sentences name fields that theirs does not have.
    service_in_another_rule:
      'já é cobrado nos mesmos dias por outra regra deste contrato: exclua-a, dê um fim a uma das duas ou outra descrição ao serviço',
    service_already_billed: 'já foi faturado nestes dias por outra regra deste contrato: informe um início posterior',
  },
}

export const months = [1, 2, 3, 6, 12]
export const chargeTypes = ['fixed_day', 'last_day_of_month', 'day_quantity', 'fixed_day_and_month_quantity'] as const
export const shifts = { previous_month: -1, same_month: 0, next_month: 1 } as const

export interface RhythmSent {
  title: string | undefined
  recurrence: RecurrenceInput | undefined
  endsOn: Terms['endsOn'] | undefined
  competenceShift: number | undefined
}

/** `additional_information`: what the rule is called and when it bills. Of a change only what is said otherwise than it stands. */
export function readRhythm(form: Form, before: Pick<Terms, 'recurrence' | 'endsOn' | 'competenceShift'> | null): RhythmSent {
  const isNew = before === null
  const info = form.child('additional_information')
  if (info == null) {
    if (isNew) form.askFor('additional_information')
    return { title: undefined, recurrence: undefined, endsOn: undefined, competenceShift: undefined }
  }
  const title = info.needed('title', isNew, 200)
  const anchorOn = neededDay(info, 'init_date', isNew)
  const shift = readChoice(info, 'accrual_month_quantity', ['same_month', 'previous_month', 'next_month'])
  if (shift === null && isNew && !info.has('accrual_month_quantity')) info.fault('accrual_month_quantity', blank)
  const endsOn = info.saidDay('end_date')
  const months = shift === null ? undefined : shifts[shift]
  return {
    title,
    recurrence: readRecurrence(info, anchorOn, before?.recurrence ?? null),
    endsOn: endsOn === before?.endsOn ? undefined : endsOn,
    competenceShift: months === before?.competenceShift ? undefined : months,
  }
}

/** The number of the enumeration stands for its name too. */
export const units = { weekly: 'week', monthly: 'month', '0': 'month', '1': 'week' } as const

function readRecurrence(
  info: Form,
  anchorOn: RecurrenceInput['anchorOn'] | undefined,
  before: Terms['recurrence'] | null,
): RecurrenceInput | undefined {
  const sent = readChoice(info, 'period_unit', ['weekly', 'monthly', '0', '1'])
  const unit = sent ? units[sent] : (before?.unit ?? 'month')
  const quantity = info.whole('month_quantity')
  const stands = before?.unit === unit ? before.every : undefined
  const isKnown = quantity != null && (months.includes(quantity) || quantity === stands)
  if (unit === 'month' && (before === null || info.has('month_quantity')) && !isKnown) {
    info.fault('month_quantity', noMonths)
  }
  // Of weeks they show no number.
  const every = (unit === 'week' ? stands : (quantity ?? stands)) ?? 1
  const anchor = anchorOn ?? before?.anchor
  const isTheSame = unit === before?.unit && every === before.every && anchor === before.anchor
  return anchor === undefined || isTheSame ? undefined : { unit, every, anchorOn: anchor }
}

/** When what is billed falls due, where it is said otherwise than it stands. Fields of other kinds are sent with every kind, and count for none. */
export function readDue(form: Form, before: Terms['due'] | null): DueInput | undefined {
  const sent = readChoice(form, 'charge_type', chargeTypes)
  const info = form.child('receivables_additional_information')
  if (before === null && sent === null && !form.has('charge_type')) form.fault('charge_type', blank)
  if (sent === null && info == null) return undefined
  const kind = sent ?? before?.kind
  if (kind === undefined) return undefined
  const known = before?.kind === kind ? dueValues(before) : null
  const day = info?.whole('day_number') ?? known?.day ?? null
  const days = info?.whole('day_quantity') ?? known?.days ?? null
  const inMonths = info?.whole('month_quantity') ?? known?.months ?? null
  const read: DueInput = {
    kind,
    ...(kind.startsWith('fixed_day') && { day }),
    ...(kind === 'day_quantity' && { days }),
    ...(kind === 'fixed_day_and_month_quantity' && { months: inMonths }),
    ...((kind === 'day_quantity' || kind === 'last_day_of_month') && {
      onlyBusinessDays: info?.flag('only_business_days') ?? known?.onlyBusinessDays ?? false,
    }),
    installments: info?.has('parcel_number') ? (info.whole('parcel_number') ?? null) : (before?.installments ?? null),
    // Days without banks are a matter of ours alone.
    ...(before?.roll && { roll: before.roll }),
  }
  return before !== null && isSameDue(read, before) ? undefined : read
}

function isSameDue({ kind, installments, day, days, months, onlyBusinessDays }: DueInput, before: Terms['due']): boolean {
  const known = dueValues(before)
  return (
    kind === before.kind &&
    (installments ?? 1) === before.installments &&
    (day ?? null) === known.day &&
    (days ?? null) === known.days &&
    (months ?? null) === known.months &&
    (onlyBusinessDays ?? false) === known.onlyBusinessDays
  )
}

// --- What stands, sent again as it was shown ---

/** Undefined: as it stands. Whoever makes a rule automatic is asked for the template of its mail, not who finds it so. */
export function readManagementOver(form: Form, { management }: Terms, mail: number | null): 'automatic' | 'draft' | undefined {
  const stands = management === 'automatic' ? 'automatic' : 'draft'
  const isSameMail = !form.has('automatic_email_template_id') || form.whole('automatic_email_template_id') === mail
  if (stands === 'automatic' && mail === null && isSameMail && form.raw('management_type') === 'automatic') return undefined
  const sent = readManagement(form, mail)
  return sent === null || sent === stands ? undefined : sent === 'automatic' ? 'automatic' : 'draft'
}

/** Undefined: as it stands. What they have no name for is a transfer to them. */
export function readPaymentMethodOver(form: Form, { paymentMethod }: Terms): Terms['paymentMethod'] | undefined {
  const sent = readPaymentMethod(form)
  const isShownSo = sent === 'transfer' && paymentMethod !== 'boleto' && paymentMethod !== 'card'
  return sent === null || sent === paymentMethod || isShownSo ? undefined : sent
}

export function dueValues(due: Terms['due']) {
  return {
    day: 'day' in due ? due.day : null,
    days: 'days' in due ? due.days : null,
    months: 'months' in due ? due.months : null,
    onlyBusinessDays: 'onlyBusinessDays' in due && due.onlyBusinessDays,
  }
}

export const accrualNames = ['previous_month', 'same_month', 'next_month'] as const

/** A stored gross value, of facts. */
export function storedGross(value: unknown) {
  return typeof value === 'string' ? parseDecimal(value) : null
}
