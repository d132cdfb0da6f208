// What rules and one-off invoices are made from: most of what they say, said once (*modelo de faturamento*).

import { civilDate, type Instant } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import { type Cents, type Decimal, multiplyToCents, sum } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import type { PriceIndex } from '../../indices/price-index.ts'
import { readReadjustment } from '../readjustment/read-readjustment.ts'
import { type DueRule, dueRuleBounds, type Roll } from '../rules/due-dates.ts'
import { MOST_CENTS_OF_A_LINE } from '../rules/line-amounts.ts'
import {
  type DueInput,
  fieldsOfDue,
  readCompetenceShift,
  readDue,
  readLines,
  readRecurrence,
  type Services,
} from '../rules/read-terms.ts'
import type { Recurrence } from '../rules/recurrence.ts'
import type { Management, PaymentMethod } from '../rules/terms.ts'

/** What a template is for: one invoice at a time, or rules (F: `type`). */
export const templateTypes = ['invoice', 'invoice_rule'] as const
export type TemplateType = (typeof templateTypes)[number]

export interface InvoiceTemplate extends TemplateData {
  id: number
  organizationId: number
  lines: TemplateLine[]
  readjustments: TemplateReadjustment[]
  /** What goes along and changes no amount (`details/`); null: nothing was said. */
  detailsId: number | null
  version: number
  createdAt: Instant
  updatedAt: Instant
  archivedAt: Instant | null
}

interface TemplateData {
  name: string
  /** Null: for one invoice at a time (*uma única vez*). */
  recurrence: Pick<Recurrence, 'unit' | 'every'> | null
  management: Management
  paymentMethod: PaymentMethod
  competenceShift: number
  description: string | null
  /** What is asked where there are no lines; null with lines, which say it, and where nothing was said. */
  grossCents: Cents | null
  due: TemplateDue | null
  /** Whether what is made of it is asked for in the installments of `due`, or at once. */
  createParcels: boolean
  /** Of readjustments: whether the customer is told, and whether a negative index lowers prices. */
  notifyCustomer: boolean
  allowsNegative: boolean
}

/** When things fall due, as far as it is said: the rest is said by whoever makes something of the template. */
export interface TemplateDue {
  kind: DueRule['kind']
  day: number | null
  days: number | null
  months: number | null
  onlyBusinessDays: boolean | null
  roll: Roll | null
  installments: number | null
}

export interface TemplateLine {
  /** Stays while the line stays in its template: overrides name it. */
  id: number
  serviceItemId: number
  /** Null: what the service is called when something is made of it. */
  description: string | null
  quantity: Decimal
  unitPrice: Decimal
}

/** A readjustment that nobody has given a start yet. */
export interface TemplateReadjustment {
  id: number
  /** Null: every line whose service has none of its own. */
  serviceItemId: number | null
  index: PriceIndex
  everyMonths: number | null
  noticeDays: number | null
}

export function typeOf({ recurrence }: Pick<InvoiceTemplate, 'recurrence'>): TemplateType {
  return recurrence === null ? 'invoice' : 'invoice_rule'
}

/** What each invoice of it asks before anybody overrides anything; null: nothing was said. */
export function grossOf({ lines, grossCents }: Pick<InvoiceTemplate, 'lines' | 'grossCents'>): Cents | null {
  return lines.length === 0 ? grossCents : sum(lines.map(({ quantity, unitPrice }) => multiplyToCents(quantity, unitPrice)))
}

// --- What was sent ---

/** As it was sent: shapes are right. What is absent stays as it is, or is as it usually is. */
export interface TemplateInput {
  name?: string
  recurrence?: { unit: Recurrence['unit']; every?: number } | null
  management?: Management
  paymentMethod?: PaymentMethod
  competenceShift?: number
  description?: string | null
  grossCents?: number | null
  due?: TemplateDueInput | null
  createParcels?: boolean
  notifyCustomer?: boolean
  allowsNegative?: boolean
  /** With the id of a line of the template it is that line, else a new one; what is not named goes. */
  lines?: readonly TemplateLineInput[]
  readjustments?: readonly TemplateReadjustmentInput[]
}

export type TemplateDueInput = Omit<DueInput, 'onlyBusinessDays' | 'roll'> & {
  onlyBusinessDays?: boolean | null
  roll?: Roll | null
}

export interface TemplateLineInput {
  id?: number
  serviceItemId: number
  description?: string | null
  quantity?: Decimal
  unitPrice?: Decimal | null
}

export interface TemplateReadjustmentInput {
  id?: number
  serviceItemId?: number | null
  index: PriceIndex
  everyMonths?: number | null
  noticeDays?: number | null
}

/** Without an id until it gets one. */
export type Unnumbered<T> = Omit<T, 'id'> & { id: number | null }

export interface ReadTemplate extends TemplateData {
  lines: Unnumbered<TemplateLine>[]
  readjustments: Unnumbered<TemplateReadjustment>[]
}

const nothingYet = {
  name: '',
  recurrence: null,
  paymentMethod: 'boleto',
  competenceShift: 0,
  description: null,
  grossCents: null,
  due: null,
  createParcels: true,
  notifyCustomer: false,
  allowsNegative: false,
  lines: [],
  readjustments: [],
} as const

/** @param services that the lines which were sent name. What is wrong is added to `faults`; what comes back then is not to be used. */
export function readTemplate(
  input: TemplateInput,
  before: InvoiceTemplate | null,
  services: Services,
  faults: Faults,
): ReadTemplate {
  const known = before ?? nothingYet
  const recurrence = input.recurrence === undefined ? known.recurrence : readRhythm(input.recurrence, faults)
  const name = input.name === undefined ? known.name : (given(input.name) ?? '')
  if (name === '') faults.add('/name', 'blank', 'Informe o nome do modelo.')
  const lines = input.lines === undefined ? [...known.lines] : readTemplateLines(input.lines, known.lines, services, faults)
  return {
    name,
    recurrence,
    // A rule bills by itself, an invoice waits for its person, as where no template says it.
    management: input.management ?? before?.management ?? (recurrence === null ? 'draft' : 'automatic'),
    paymentMethod: input.paymentMethod ?? known.paymentMethod,
    competenceShift:
      input.competenceShift === undefined ? known.competenceShift : readCompetenceShift(input.competenceShift, '', faults),
    description: input.description === undefined ? known.description : given(input.description),
    grossCents: readGross(input.grossCents, known.grossCents, lines.length, faults),
    due: input.due === undefined ? known.due : readTemplateDue(input.due, faults),
    createParcels: input.createParcels ?? known.createParcels,
    notifyCustomer: input.notifyCustomer ?? known.notifyCustomer,
    allowsNegative: input.allowsNegative ?? known.allowsNegative,
    lines,
    readjustments: readTemplateReadjustments(input.readjustments, known.readjustments, { recurrence, lines }, faults),
  }
}

/** Stands where a day must be that a template does not have. */
const ANY_DAY = civilDate('2000-01-01')

function readRhythm(input: TemplateInput['recurrence'], faults: Faults): TemplateData['recurrence'] {
  if (input == null) return null
  const { unit, every } = readRecurrence({ ...input, anchorOn: ANY_DAY }, '/recurrence', faults)
  return { unit, every }
}

/** Lines say what is asked; beside them another figure would only contradict them. */
function readGross(sent: number | null | undefined, before: Cents | null, lines: number, faults: Faults): Cents | null {
  if (lines > 0) {
    if (sent != null) {
      faults.add('/grossCents', 'gross_with_lines', 'Com serviços o valor bruto é a soma deles; retire grossCents.')
    }
    return null
  }
  if (sent === undefined) return before
  if (sent !== null && sent > MOST_CENTS_OF_A_LINE) {
    faults.add('/grossCents', 'amount_too_large', 'O valor passa de R$ 99.999.999,99, o máximo de um boleto.')
  }
  return sent as Cents | null // whole by its schema
}

function readTemplateDue(input: TemplateDueInput | null, faults: Faults): TemplateDue | null {
  if (input === null) return null
  const { kind, onlyBusinessDays = null, roll = null } = input
  // What is not said yet stands at its least meanwhile, so that what is said is judged as in a rule.
  const missing = fieldsOfDue[kind].filter(field => input[field] == null)
  const filled = Object.fromEntries(missing.map(field => [field, dueRuleBounds[field].minimum]))
  readDue({ ...dueInput(input), ...filled }, '/due', faults)
  const { day = null, days = null, months = null, installments = null } = input
  return { kind, day, days, months, onlyBusinessDays, roll, installments }
}

/** Without what is null where a rule knows it only as absent. */
export function dueInput({ onlyBusinessDays, roll, ...due }: TemplateDueInput): DueInput {
  return { ...due, ...(onlyBusinessDays != null && { onlyBusinessDays }), ...(roll != null && { roll }) }
}

function readTemplateLines(
  sent: readonly TemplateLineInput[],
  before: readonly { id: number }[],
  services: Services,
  faults: Faults,
): Unnumbered<TemplateLine>[] {
  if (sent.length === 0) return []
  const ids = idsOf(sent, before, '/lines', faults)
  return readLines(sent, services, '/lines', faults).map(({ serviceItemId, quantity, unitPrice }, i) => ({
    id: ids[i] ?? null,
    serviceItemId,
    description: given(sent[i]?.description),
    quantity,
    unitPrice,
  }))
}

function readTemplateReadjustments(
  sent: readonly TemplateReadjustmentInput[] | undefined,
  before: readonly TemplateReadjustment[],
  { recurrence, lines }: Pick<ReadTemplate, 'recurrence' | 'lines'>,
  faults: Faults,
): Unnumbered<TemplateReadjustment>[] {
  const asked = sent ?? before
  const ids = sent === undefined ? before.map(({ id }) => id) : idsOf(sent, before, '/readjustments', faults)
  if (asked.length > 0 && recurrence === null) {
    faults.add(
      '/readjustments',
      'readjustment_of_one_off',
      'Um modelo de uma única vez não tem reajustes; informe a recorrência.',
    )
  }
  const services = new Set(lines.map(line => line.serviceItemId))
  const read: Unnumbered<TemplateReadjustment>[] = []
  asked.forEach((one, i) => {
    const { serviceItemId = null, index, everyMonths = null, noticeDays = null } = one
    // Judged as in a rule, where what is not said yet is usual.
    const usual = { serviceItemId, index, noticeDays, startsOn: ANY_DAY, ...(everyMonths !== null && { everyMonths }) }
    readReadjustment(usual, services, read, faults, `/readjustments/${i}`)
    read.push({ id: ids[i] ?? null, serviceItemId, index, everyMonths, noticeDays })
  })
  return read
}

/** Those of the template that go on; null where one is new. */
function idsOf(
  sent: readonly { id?: number }[],
  before: readonly { id: number }[],
  path: string,
  faults: Faults,
): (number | null)[] {
  const left = new Set(before.map(({ id }) => id))
  return sent.map(({ id }, i) => {
    if (id === undefined) return null
    if (!left.delete(id)) {
      faults.add(`${path}/${i}/id`, 'unknown_in_template', 'O modelo não tem este item, ou ele já veio antes; sem id ele é novo.')
    }
    return id
  })
}
