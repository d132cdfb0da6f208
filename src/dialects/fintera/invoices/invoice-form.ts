import { MOST_CENTS_OF_A_LINE } from '../../../contracts/rules/line-amounts.ts'
import type { Management, PaymentMethod } from '../../../contracts/rules/terms.ts'
import type { CivilDate, YearMonth } from '../../../core/dates.ts'
import {
  type Cents,
  type Decimal,
  decimal,
  decimalOf,
  isWholeCents,
  micros,
  multiplyToCents,
  zeroCents,
} from '../../../core/money.ts'
import { given } from '../../../core/text.ts'
import type { RewrittenLine } from '../../../invoices/rewrite-invoice.ts'
import { detailFieldsOfTheirs } from '../contracts/details.ts'
import type { Form } from '../form.ts'
import type { ServiceSent } from '../rules/service-lines.ts'
import { readDay } from '../values.ts'
import { blank, invalid, notNumeric, notThere, type Words } from '../words.ts'
import { paymentMethods, readAccrual } from './invoice-facts.ts'

export const notTheWhole = 'A soma dos vencimentos deve ser igual ao valor bruto.'
const mixed = 'Informe gross_value em todos os vencimentos, ou value em todos.'

export const invoiceWords: Words = {
  shape: 'form',
  fields: {
    '/contractId': 'contract_id',
    '/issueOn': 'issue_date',
    '/lines': 'services',
    // Too large, whichever of both makes it so.
    '/lines/*': 'services.value',
    '/lines/*/serviceItemId': 'services.service_item_id',
    '/lines/*/description': 'services.description',
    '/lines/*/quantity': 'services.units',
    '/lines/*/unitPrice': 'services.unit_value',
    '/lines/*/discountCents': 'services.value',
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
    amounts_not_net: notTheWhole,
    percent_out_of_range: 'deve ser maior que 0',
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

const tooFine = 'deve ter no máximo duas casas decimais'

/** An amount of reais and cents. Null: none was sent, or none that can be read. What is finer is refused: it would be rounded unseen. */
export function readMoney(form: Form, name: string, isSomething = false): Decimal | null | undefined {
  const value = form.amount(name)
  if (isSomething && (value === '0' || value?.startsWith('-'))) form.fault(name, 'deve ser maior que 0')
  else if (value?.startsWith('-')) form.fault(name, 'deve ser maior ou igual a 0')
  else if (value != null && !isWholeCents(ONE, value)) form.fault(name, tooFine)
  return value
}

const ONE = decimal('1')

export function centsOf(value: Decimal): Cents {
  return multiplyToCents(ONE, value)
}

/** A gross value; null: none was sent. A text that is none is a mistake, since it would be asked for. */
export function readGross(form: Form): Decimal | null | undefined {
  const value = readMoney(form, 'gross_value')
  const sent = form.raw('gross_value')
  if (value === null && sent !== null && sent !== '') form.faultOnce('gross_value', notNumeric)
  if (value != null && micros(value) > micros(mostGross)) form.fault('gross_value', tooLarge)
  return value
}

const mostGross = decimalOf(MOST_CENTS_OF_A_LINE)
const tooLarge = 'O valor passa de R$ 99.999.999,99, o máximo de um boleto.'

/** Where there is nothing else to bill. What was sent and cannot be read is told already. */
export function askForGross(form: Form): void {
  const sent = form.raw('gross_value')
  if (sent === undefined || sent === null || sent === '') form.fault('gross_value', blank)
}

/** Said to be nothing, or unreadable, which theirs read as 0. Undefined: nothing was said. */
export function readPayment(form: Form): Cents | undefined {
  const sent = form.raw('payment_value')
  if (sent === undefined || sent === null || sent === '') return undefined
  return centsOf(readMoney(form, 'payment_value') ?? decimal('0'))
}

/** Lines of ours: the services, or one line beside the catalogue with the gross value. */
export function linesFor(
  form: Form,
  services: readonly ServiceSent[],
  gross: Decimal | null,
  description: string,
): RewrittenLine[] {
  if (services.length > 0) return [...services]
  if (gross === null) askForGross(form)
  return [{ description: given(description) ?? '-', unitPrice: gross ?? decimal('0') }]
}

// --- Receivables ---

/** What is asked for by now, as it is shown. */
export interface PartBefore {
  id: number
  dueOn: CivilDate
  percent: string
  grossCents: Cents
}

/** In the order of the parts: those that were there before, then new ones. */
export type PartsSent =
  | { by: 'percents'; parts: (Part & { percent: Decimal })[] }
  | { by: 'grosses'; parts: (Part & { grossCents: Cents })[] }
  /** They are the same ones, and nothing was said of their amounts. */
  | { by: 'days'; parts: Part[] }

export interface Part {
  id?: number
  dueOn: CivilDate
}

/** The receivables after what was sent of them, as `readServices` does it. */
export function readParts(form: Form, before: readonly PartBefore[], isNew: boolean): PartsSent | undefined {
  const sent = form.children('receivables')
  if (sent === undefined && !isNew) return undefined
  const left = new Map(before.map(part => [part.id, part]))
  const changed = new Map<number, Form>()
  const added: Form[] = []
  for (const entry of sent ?? []) {
    const id = entry.id()
    if (id === null) added.push(entry)
    else changed.set((left.get(id) ?? notThere()).id, entry)
  }
  const going = (entry: Form | undefined) => entry?.flag('_destroy') === true
  const staying = before.filter(part => !going(changed.get(part.id))).map(part => ({ part, entry: changed.get(part.id) }))
  const all = [...staying, ...added.filter(entry => !going(entry)).map(entry => ({ part: null, entry }))]
  if (all.length === 0) {
    form.askFor('receivables')
    return undefined
  }
  const read = all.map(({ part, entry }) => readPart(entry, part))
  const isSaid = read.some(({ percent, gross }) => percent !== null || gross !== null)
  if (!isSaid && staying.length === before.length && all.length === before.length) {
    return { by: 'days', parts: read.map(({ base }) => base) }
  }
  return completed(form, read)
}

interface PartRead {
  entry: Form | undefined
  before: PartBefore | null
  base: Part
  percent: Decimal | null
  gross: Cents | null
}

/** `value` is its percent of the gross value and wins over `gross_value`. */
function readPart(entry: Form | undefined, before: PartBefore | null): PartRead {
  const dueOn = (entry && neededDay(entry, 'due_date', before === null)) ?? before?.dueOn ?? unknownDay
  const percent = entry?.decimal('value') ?? null
  const sent = entry?.raw('value') ?? ''
  if (percent === null && sent !== '') entry?.fault('value', notNumeric)
  const gross = percent === null && entry ? readMoney(entry, 'gross_value') : null
  return {
    entry,
    before,
    base: { ...(before && { id: before.id }), dueOn },
    percent,
    gross: gross == null ? null : centsOf(gross),
  }
}

/** What nothing was said of is the share that it was; a single one is the whole. */
function completed(form: Form, read: readonly PartRead[]): PartsSent {
  const byGross = read.some(({ gross }) => gross !== null)
  if (byGross && read.some(({ percent }) => percent !== null)) form.fault('receivables', mixed)
  const isOnly = read.length === 1
  for (const { entry, before, percent, gross } of read) {
    if (before === null && percent === null && gross === null && (byGross || !isOnly)) entry?.fault('value', blank)
  }
  if (byGross) {
    return {
      by: 'grosses',
      parts: read.map(({ base, before, gross }) => ({ ...base, grossCents: gross ?? before?.grossCents ?? zeroCents })),
    }
  }
  return {
    by: 'percents',
    parts: read.map(({ base, before, percent }) => ({
      ...base,
      percent: percent ?? decimal(isOnly ? '100' : (before?.percent ?? '0')),
    })),
  }
}

/** Stands where a day is missing; the form has said so. */
const unknownDay = '2000-01-01' as CivilDate
