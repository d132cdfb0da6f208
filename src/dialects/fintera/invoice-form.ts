import type { Management, PaymentMethod } from '../../contracts/rules/terms.ts'
import type { CivilDate, YearMonth } from '../../core/dates.ts'
import { type Decimal, decimal, decimalOf, multiplyToCents } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import type { RewrittenLine, RewrittenPart } from '../../invoices/rewrite-invoice.ts'
import { detailFieldsOfTheirs } from './details.ts'
import type { Form } from './form.ts'
import { paymentMethods, readAccrual } from './invoice-facts.ts'
import type { ServiceSent } from './service-lines.ts'
import { readDay, showDecimal } from './values.ts'
import { blank, invalid, notNumeric, notThere, type Words } from './words.ts'

export const invoiceWords: Words = {
  shape: 'form',
  fields: {
    '/contractId': 'contract_id',
    '/issueOn': 'issue_date',
    '/lines': 'services',
    '/lines/*/serviceItemId': 'services.service_item_id',
    '/lines/*/description': 'services.description',
    '/lines/*/quantity': 'services.units',
    '/lines/*/unitPrice': 'services.unit_value',
    '/receivables/*/dueOn': 'receivables.due_date',
    '/dueOns/*': 'receivables.due_date',
    '/receivables/*/percent': 'receivables.value',
    '/receivables/*/amountCents': 'receivables.gross_value',
    '/receivables/*': 'receivables',
    '/templateId': 'invoice_template_id',
    // What a template does not say of due dates, receivables say.
    '/due/day': 'receivables',
    '/due/days': 'receivables',
    '/due/months': 'receivables',
    ...detailFieldsOfTheirs,
  },
  texts: {
    amounts_not_net: 'A soma dos vencimentos deve ser igual ao valor bruto.',
    percent_out_of_range: 'deve ser maior que 0',
    parts_mixed: 'Informe gross_value em todos os vencimentos, ou value em todos.',
    unknown_service_item: 'não existe',
    archived_service_item: 'não existe',
    rule_without_lines: blank,
  },
}

const notListed = 'não está incluído na lista'

/** An enumeration of theirs, null where nothing or nothing that exists was sent. */
export function readChoice<K extends string>(form: Form, name: string, choices: readonly K[]): K | null {
  const sent = form.text(name)
  if (given(sent) === null) return null
  const known = choices.find(choice => choice === sent)
  return known ?? (form.fault(name, notListed) as null)
}

export function readPaymentMethod(form: Form): PaymentMethod | null {
  const payment = form.child('payment_information')
  const sent = payment && readChoice(payment, 'payment_method', ['billet', 'payment_gateway', 'transfer'])
  return sent ? paymentMethods[sent] : null
}

/** Theirs ask for a template of the mail that goes out by itself; `mail` is said already. */
export function readManagement(form: Form, mail: number | null = null): Management | null {
  const sent = readChoice(form, 'management_type', ['manual', 'automatic'])
  if (sent === 'automatic' && (form.whole('automatic_email_template_id') ?? mail) === null) {
    form.fault('automatic_email_template_id', blank)
  }
  return sent && (sent === 'automatic' ? 'automatic' : 'draft')
}

/** A date without which nothing goes. */
export function neededDay(form: Form, name: string, isNew: boolean): CivilDate | undefined {
  if (!form.has(name) && !isNew) return undefined
  const sent = form.raw(name)
  const day = readDay(sent)
  if (day === null) form.fault(name, sent === undefined || sent === null || sent === '' ? blank : invalid)
  return day ?? undefined
}

export interface AccrualSent {
  competence: YearMonth | undefined
  hasNoAccrual: boolean | undefined
}

export function readAccrualSent(form: Form, isNew: boolean): AccrualSent {
  const month = form.has('accrual_date') ? readAccrual(form.raw('accrual_date')) : undefined
  if (month === undefined) return { competence: undefined, hasNoAccrual: isNew ? true : undefined }
  return { competence: month ?? undefined, hasNoAccrual: month === null }
}

/** A gross value; null: none was sent. A text that is none is a mistake, since it would be asked for. */
export function readGross(form: Form): Decimal | null | undefined {
  const value = form.decimal('gross_value')
  const sent = form.raw('gross_value')
  if (value === null && sent !== null && sent !== '') form.fault('gross_value', notNumeric)
  if (value?.startsWith('-')) form.fault('gross_value', 'deve ser maior ou igual a 0')
  return value
}

/** Said to be nothing, or unreadable, which theirs read as 0. Undefined: nothing was said. */
export function readPayment(form: Form): Decimal | undefined {
  const sent = form.raw('payment_value')
  if (sent === undefined || sent === null || sent === '') return undefined
  return form.decimal('payment_value') ?? decimal('0')
}

/** Lines of ours: the services, or one line beside the catalogue with the gross value. */
export function linesFor(
  form: Form,
  services: readonly ServiceSent[],
  gross: Decimal | null,
  description: string,
): RewrittenLine[] {
  if (services.length > 0) return [...services]
  if (gross === null) form.fault('gross_value', blank)
  const whole = multiplyToCents(decimal('1'), gross ?? decimal('0'))
  return [{ description: given(description) ?? '-', unitPrice: decimalOf(whole) }]
}

// --- Receivables ---

/** What is asked for by now. */
export interface PartBefore {
  id: number
  dueOn: CivilDate
  percent: string
}

export interface PartsSent {
  parts: RewrittenPart[]
  /** As they were said, in the order of the parts; null: by amount. */
  percents: (string | null)[]
}

/** The receivables after what was sent of them, as `readServices` does it. */
export function readParts(form: Form, before: readonly PartBefore[], isNew: boolean): PartsSent | undefined {
  const sent = form.children('receivables')
  if (sent === undefined && !isNew) return undefined
  const left = new Map(before.map(part => [part.id, part]))
  const changed = new Map<number, Form>()
  const added: Form[] = []
  for (const entry of sent ?? []) {
    const id = entry.whole('id')
    if (id == null) added.push(entry)
    else changed.set((left.get(id) ?? notThere()).id, entry)
  }
  const going = (entry: Form | undefined) => entry?.flag('_destroy') === true
  const staying = before.filter(part => !going(changed.get(part.id))).map(part => ({ part, entry: changed.get(part.id) }))
  const all = [...staying, ...added.filter(entry => !going(entry)).map(entry => ({ part: null, entry }))]
  if (all.length === 0) {
    form.fault('receivables', blank)
    return undefined
  }
  const read = all.map(({ part, entry }) => readPart(entry, part, all.length === 1))
  return { parts: read.map(({ part }) => part), percents: read.map(({ percent }) => percent) }
}

/** `value` is its percent of the gross value and wins over `gross_value`; a single one is the whole. */
function readPart(
  entry: Form | undefined,
  before: PartBefore | null,
  isOnly: boolean,
): { part: RewrittenPart; percent: string | null } {
  const dueOn = (entry && neededDay(entry, 'due_date', before === null)) ?? before?.dueOn
  const value = entry?.decimal('value')
  if (value === null && entry?.raw('value') !== null && entry?.raw('value') !== '') entry?.fault('value', notNumeric)
  const gross = value == null ? entry?.decimal('gross_value') : null
  if (gross?.startsWith('-')) entry?.fault('gross_value', 'deve ser maior ou igual a 0')
  const base = { ...(before && { id: before.id }), dueOn: dueOn ?? unknownDay }
  if (gross != null) return { part: { ...base, amountCents: multiplyToCents(decimal('1'), gross) }, percent: null }
  const percent = value ?? (isOnly ? decimal('100') : before === null ? null : decimal(before.percent))
  if (percent === null) entry?.fault('value', blank)
  return { part: { ...base, percent: percent ?? decimal('0') }, percent: showDecimal(percent ?? decimal('0')) }
}

/** Stands where a day is missing; the form has said so. */
const unknownDay = '2000-01-01' as CivilDate
