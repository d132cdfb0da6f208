// A one-off invoice made of a template and of what is said in its place; what the request says wins, as in a rule.

import { type DueRule, dueDates } from '../contracts/rules/due-dates.ts'
import { readDue } from '../contracts/rules/read-terms.ts'
import { type InvoiceTemplate, typeOf } from '../contracts/templates/invoice-template.ts'
import {
  type DueWish,
  type KnownTemplate,
  type LineWish,
  onlySaid,
  overriddenDetails,
  overriddenDue,
  overriddenLines,
  placeIn,
} from '../contracts/templates/override.ts'
import type { CivilDate } from '../core/dates.ts'
import type { Faults, PlaceOf } from '../core/faults.ts'
import { decimalOf } from '../core/money.ts'
import { competenceOf } from './invoice.ts'
import type { InvoiceInput, ManualLineInput } from './manual-invoice.ts'

/** An invoice as somebody asks for it: whole, or what differs from a template and what a template does not say. */
export interface InvoiceWish extends Omit<InvoiceInput, 'lines' | 'dueOns'> {
  templateId?: number | null | undefined
  lines?: readonly LineWish[] | undefined
  /** In place of receivables: when they fall due, counted from `issueOn`, in equal parts. */
  due?: DueWish | undefined
}

export interface AskedInvoice {
  input: InvoiceInput
  templateId: number | null
  /** Where in the wish a fault of the input is told. */
  placeOf: PlaceOf
}

/**
 * The invoice that is asked for. Receivables that are named are those; else they fall due as the template says, completed and overridden
 * by the wish, in its installments where it creates parcels.
 */
export function invoiceFromTemplate(
  known: KnownTemplate | null,
  wish: InvoiceWish,
  days: { today: CivilDate; holidays: ReadonlySet<CivilDate> },
  faults: Faults,
): AskedInvoice {
  const template = known?.template ?? null
  if (template !== null && typeOf(template) === 'invoice_rule') {
    faults.add('/templateId', 'template_is_recurring', 'Este modelo tem recorrência: serve a regras, não a faturas avulsas.')
  }
  const { templateId: _, lines: lineWishes, due: dueWish, receivables, details: said, ...rest } = wish
  const issueOn = wish.issueOn ?? days.today
  if (template === null && lineWishes === undefined) faults.add('/lines', 'required', 'Este campo é obrigatório.')
  const lines = overriddenLines(template, lineWishes ?? [], faults)
  const whole = lines.length === 0 ? grossLine(template, wish.description) : null
  const due = receivables === undefined ? dueRuleOf(template, dueWish, faults) : null
  if (receivables !== undefined && dueWish !== undefined) {
    faults.add('/due', 'due_with_receivables', 'As parcelas já dizem quando vencem; retire due, ou as parcelas.')
  }
  const placeOfLine = placeIn('/lines', lines)
  const details = overriddenDetails(known?.details ?? null, said, wish.paymentMethod ?? template?.paymentMethod ?? 'boleto')
  const isMissing = template === null && lineWishes === undefined
  return {
    input: {
      ...(template && saidBy(template, issueOn)),
      ...onlySaid(rest),
      contractId: wish.contractId,
      lines: whole ?? lines.map(({ value }) => value),
      ...(receivables !== undefined && { receivables }),
      ...(due !== null && { dueOns: dueDates(due, issueOn, days.holidays) }),
      ...(details !== undefined && { details }),
    },
    templateId: template?.id ?? null,
    placeOf: path => (isMissing && path === '/lines' ? null : whole === null ? placeOfLine(path) : path),
  }
}

function saidBy(
  { competenceShift, paymentMethod, management, description }: InvoiceTemplate,
  issueOn: CivilDate,
): Partial<InvoiceInput> {
  return { competence: competenceOf(issueOn, competenceShift), paymentMethod, management, description }
}

/** Of a template that asks an amount and names no service: one line beside the catalogue. */
function grossLine(template: InvoiceTemplate | null, description: string | null | undefined): ManualLineInput[] | null {
  if (template === null || template.lines.length > 0 || template.grossCents === null) return null
  return [{ description: description ?? template.description ?? template.name, unitPrice: decimalOf(template.grossCents) }]
}

/** Null where it is not said, or not rightly: that was told. */
function dueRuleOf(template: InvoiceTemplate | null, wish: DueWish | undefined, faults: Faults): DueRule | null {
  const due = overriddenDue(template, wish)
  if (due !== null) {
    const before = faults.count
    const rule = readDue(due, '/due', faults)
    return faults.count === before ? rule : null
  }
  const place = wish === undefined ? '/receivables' : '/due/kind'
  return faults.add(place, 'required', 'Este campo é obrigatório.')
}
