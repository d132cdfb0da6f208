import { hash } from 'node:crypto'
// An invoice: what a customer is asked to pay for something, with its lines, what is withheld, and when it falls due.

import { type DueRule, dueDates } from '../contracts/rules/due-dates.ts'
import type { Management, PaymentMethod } from '../contracts/rules/terms.ts'
import { addToMonth, type CivilDate, type Instant, monthOf, type YearMonth } from '../core/dates.ts'
import { type Cents, cents, type Decimal, splitByWeights, splitEvenly, sum, zeroCents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { nextState, type StateTable, statesOf } from '../core/states.ts'
import { type Withheld, type WithheldLine, type Withholding, withhold } from './withholding.ts'

export type InvoiceState = 'to_emit' | 'to_receive' | 'received' | 'cancelled'
export type InvoiceVerb =
  | 'emit'
  | 'undo_emission'
  | 'confirm_receival'
  | 'undo_receival'
  | 'cancel'
  | 'restore_to_emit'
  | 'restore_to_receive'

/** `received` is left by undo_emission and cancel only while nothing but credit was received: credit is given back by them. */
export const invoiceStates: StateTable<InvoiceState, InvoiceVerb> = {
  to_emit: { emit: 'to_receive', cancel: 'cancelled' },
  to_receive: { confirm_receival: 'received', undo_emission: 'to_emit', cancel: 'cancelled' },
  received: { undo_receival: 'to_receive', undo_emission: 'to_emit', cancel: 'cancelled' },
  cancelled: { restore_to_emit: 'to_emit', restore_to_receive: 'to_receive' },
}

export const allInvoiceStates = statesOf(invoiceStates)

export const approvals = ['approved', 'blocked'] as const
export type Approval = (typeof approvals)[number]
export const managements = ['automatic', 'draft', 'on_request'] as const satisfies readonly Management[]
export const paymentMethods = ['boleto', 'pix', 'card', 'transfer', 'other'] as const satisfies readonly PaymentMethod[]
export const lineSources = ['rule', 'event', 'adjustment', 'manual'] as const
export type LineSource = (typeof lineSources)[number]
/** Why an approved invoice whose day has come is not emitted by itself. */
export const heldReasons = ['customer_overdue'] as const
export type HeldBy = (typeof heldReasons)[number]

export interface Invoice extends Amounts {
  readonly id: number
  readonly organizationId: number
  readonly customerId: number
  readonly contractId: number
  /** Null: made by hand. */
  readonly ruleId: number | null
  /** The version of the rule's terms that it was planned from. */
  readonly termsVersion: number | null
  /** Charged days of the interval's days; null when the whole was charged. */
  readonly proration: { readonly days: number; readonly of: number } | null
  readonly runId: number | null
  readonly state: InvoiceState
  readonly approval: Approval
  readonly management: Management
  /** A run asked to emit it. */
  readonly emitWanted: boolean
  readonly heldBy: HeldBy | null
  /** Given at emission, per organization; taken back with it. */
  readonly number: number | null
  /** The occurrence; the day on which a person planned it when it has no rule. */
  readonly scheduledOn: CivilDate
  /** Days [startsOn, endsOn) that it was made for, whatever became of them in the ledger. */
  readonly period: { readonly startsOn: CivilDate; readonly endsOn: CivilDate } | null
  readonly competence: YearMonth
  /** The forecast, fixed when it was made. */
  readonly estimatedIssueOn: CivilDate
  /** The day of emission in the organization's zone. */
  readonly issueOn: CivilDate | null
  readonly paymentMethod: PaymentMethod
  readonly description: string | null
  /** False once a person fixed a due date: they stay when the issue date moves. */
  readonly dueByRule: boolean
  /** What goes along with it and changes no amount (`contracts/details/`): its rule's as it was made; null: nothing. */
  readonly detailsId: number | null
  readonly cancelReason: string | null
  readonly cancelledFrom: 'to_emit' | 'to_receive' | null
  readonly releasedAt: Instant | null
  readonly version: number
  readonly createdAt: Instant
  /** Of its last emission; without an issue date, of one that a person took back. */
  readonly emittedAt: Instant | null
  readonly cancelledAt: Instant | null
}

export interface InvoiceLine {
  readonly source: LineSource
  readonly serviceItemId: number | null
  readonly eventPartId: number | null
  readonly description: string
  readonly quantity: Decimal
  readonly unitPrice: Decimal
  /** Never negative: a discount that is a line of its own has a gross of 0. */
  readonly grossCents: Cents
  readonly discountCents: Cents
  /** What it is for the books, as its rule's line said. */
  readonly categoryId: number | null
}

export type Amounts = {
  readonly grossCents: Cents
  readonly discountCents: Cents
  readonly withheldCents: Cents
  /** gross − discounts − withheld, never negative. */
  readonly netCents: Cents
}

// --- Amounts ---

/**
 * What it charges: gross less discounts. Of this the shares of departments and cost centres are parts: what a customer withholds for the tax
 * office is the organization's revenue too.
 */
export function chargedBy({ grossCents, discountCents }: Pick<Amounts, 'grossCents' | 'discountCents'>): Cents {
  return cents(grossCents - discountCents)
}

const WHOLE_RATE = 1_000_000

/** Lines and what is withheld of them become the four amounts in one step. Refuses what would fall below zero. */
export function amountsOf(
  lines: readonly WithheldLine[],
  withheld: readonly Withheld[],
): { amounts: Amounts; withholdings: Withholding[] } {
  const grossCents = sum(lines.map(line => line.grossCents))
  const discountCents = sum(lines.map(line => line.discountCents))
  const baseCents = cents(grossCents - discountCents)
  if (baseCents < 0) {
    refuse('discount_exceeds_invoice', 'Os descontos passam do valor da fatura.', { details: { grossCents, discountCents } })
  }
  // Terms with such rates are refused as they are written; nothing is billed by them if they come from elsewhere.
  if (highestRate(lines, withheld) >= WHOLE_RATE) {
    refuse(
      'withholding_exceeds_invoice',
      'As retenções somadas chegam a 100%: não sobraria o que receber. Reveja as alíquotas.',
      {
        details: { baseCents },
      },
    )
  }
  const withholdings = withhold(lines, withheld)
  const withheldCents = sum(withholdings.map(withholding => withholding.amountCents))
  const netCents = cents(baseCents - withheldCents)
  return { amounts: { grossCents, discountCents, withheldCents, netCents }, withholdings }
}

/** The most that the rates of one line come to. */
function highestRate(lines: readonly WithheldLine[], withheld: readonly Withheld[]): number {
  const rateOf = (isOf: (each: Withheld) => boolean) =>
    withheld.reduce((total, each) => (isOf(each) ? total + each.rateMicros : total), 0)
  const ofAll = rateOf(each => each.lines == null)
  if (withheld.every(each => each.lines == null)) return ofAll
  const positions = lines.map((line, i) => line.position ?? i + 1)
  return Math.max(ofAll, ...positions.map(position => ofAll + rateOf(each => each.lines?.includes(position) === true)))
}

// --- Receivables ---

export type PlannedReceivable = { installment: number; dueOn: CivilDate; amountCents: Cents }

/** One per due date, the rest on the last. An invoice of zero has exactly one of zero, on the first date. */
export function receivablesOf(netCents: Cents, dueOns: readonly CivilDate[]): PlannedReceivable[] {
  return receivablesOn(netCents, netCents === 0 ? dueOns.slice(0, 1) : dueOns)
}

/** As `receivablesOf`, on dates that a person chose: they stay, whatever is asked for. */
export function receivablesOn(netCents: Cents, dueOns: readonly CivilDate[]): PlannedReceivable[] {
  return planned(dueOns, splitEvenly(netCents, dueOns.length))
}

/**
 * As `receivablesOn`, in proportion to the amounts that a person chose before; each half up, the rest on the last. Of nothing each is
 * nothing, and where all were nothing no proportion is known: the parts are even.
 */
export function receivablesInProportion(
  netCents: Cents,
  before: readonly { dueOn: CivilDate; amountCents: Cents }[],
): PlannedReceivable[] {
  const dueOns = before.map(part => part.dueOn)
  const weights = before.map(part => part.amountCents)
  return weights.every(weight => weight === 0)
    ? receivablesOn(netCents, dueOns)
    : planned(dueOns, splitByWeights(netCents, weights))
}

function planned(dueOns: readonly CivilDate[], amounts: readonly Cents[]): PlannedReceivable[] {
  return dueOns.map((dueOn, i) => ({ installment: i + 1, dueOn, amountCents: amounts[i] ?? zeroCents }))
}

// --- Dates ---

/** The month of the scheduled date, shifted as the rule says; never the month of a late emission. */
export function competenceOf(scheduledOn: CivilDate, shift: number): YearMonth {
  return addToMonth(monthOf(scheduledOn), shift)
}

export type IssueDates = { issueOn: CivilDate; dueOns: CivilDate[] }

/**
 * What emission fixes: it is issued today, and what the rule derived falls due counted from today. Due dates that a person chose stay
 * (`dueRule` null). An invoice of zero keeps its single date although the rule has more installments.
 */
export function issueDates(
  today: CivilDate,
  dueRule: DueRule | null,
  plannedDueOns: readonly CivilDate[],
  holidays: ReadonlySet<CivilDate>,
): IssueDates {
  if (dueRule === null) return { issueOn: today, dueOns: [...plannedDueOns] }
  return { issueOn: today, dueOns: dueDates(dueRule, today, holidays).slice(0, plannedDueOns.length) }
}

// --- Decisions ---

/** Whether an invoice, once approved or no longer held, is emitted without a person: a draft waits for its person unless a run asked. */
export function emitsByItself(
  invoice: { readonly management: Management; readonly emitWanted: boolean; readonly estimatedIssueOn: CivilDate },
  today: CivilDate,
): boolean {
  return invoice.emitWanted || (invoice.management === 'automatic' && invoice.estimatedIssueOn <= today)
}

type SeenInvoice = Amounts &
  Pick<
    Invoice,
    'id' | 'emittedAt' | 'termsVersion' | 'competence' | 'paymentMethod' | 'description' | 'dueByRule' | 'estimatedIssueOn'
  >

/**
 * What somebody saw of an invoice that waits, and its customer will get: lines, amounts, and which part falls due when. Another one is
 * another invoice, or one that was changed since. Not whether it is approved or held, which is asked as it goes out, and not what goes
 * along with it (`contracts/details/`).
 */
export function seenHash(
  invoice: SeenInvoice,
  lines: readonly InvoiceLine[],
  receivables: readonly Pick<PlannedReceivable, 'dueOn' | 'amountCents'>[],
): string {
  const seen = [
    // Taken back since, it is not what was going to go out.
    [invoice.id, invoice.emittedAt],
    [invoice.grossCents, invoice.discountCents, invoice.withheldCents, invoice.netCents],
    // Due dates that the rule makes are counted from the day of emission, by these terms.
    [invoice.dueByRule, invoice.termsVersion, invoice.estimatedIssueOn, invoice.competence],
    [invoice.paymentMethod, invoice.description],
    lines.map(line => [
      line.source,
      line.serviceItemId,
      line.description,
      line.quantity,
      line.unitPrice,
      line.grossCents,
      line.discountCents,
    ]),
    receivables.map(({ dueOn, amountCents }) => [dueOn, amountCents]),
  ]
  return hash('sha256', JSON.stringify(seen), 'base64url')
}

/** The state after a verb, or the refusal that names the state which does not allow it. */
export function invoiceAfter(state: InvoiceState, verb: InvoiceVerb): InvoiceState {
  return (
    nextState(invoiceStates, state, verb) ??
    refuse('invoice_state', isRestoring(verb) ? notCancelled : sentenceOf[state], { status: 409, details: { state, verb } })
  )
}

const sentenceOf: Record<InvoiceState, string> = {
  to_emit: 'A fatura ainda não foi emitida.',
  to_receive: 'A fatura já foi emitida.',
  received: 'A fatura já foi recebida.',
  cancelled: 'A fatura já está cancelada.',
}

const notCancelled = 'A fatura não está cancelada: não há cancelamento a desfazer.'

function isRestoring(verb: InvoiceVerb): boolean {
  return verb === 'restore_to_emit' || verb === 'restore_to_receive'
}

/** What is planned can be changed only before it is issued. */
export function requireToEmit(state: InvoiceState): void {
  if (state !== 'to_emit') refuse('invoice_state', sentenceOf[state], { status: 409, details: { state } })
}
