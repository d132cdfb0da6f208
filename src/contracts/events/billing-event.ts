import { addToMonth, type CivilDate, formatDate, formatMonth, type Instant, monthOf, type YearMonth } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import { type Cents, splitEvenly } from '../../core/money.ts'
import { refuse } from '../../core/refusal.ts'
import { given } from '../../core/text.ts'
import { MOST_CENTS_OF_A_LINE } from '../rules/line-amounts.ts'

export const eventKinds = ['surcharge', 'discount'] as const
export type EventKind = (typeof eventKinds)[number]
export type PartState = 'open' | 'consumed' | 'cancelled'
/** What a discount could not use is `carried` on, a release gives back another part, and what was taken back in part lives on `reduced`. */
export type PartOrigin = 'event' | 'carried' | 'given_back' | 'reduced'

/** A surcharge or a discount of a rule, for the next billing or from a named month on, in one or more parts. */
export interface BillingEvent extends EventData {
  id: number
  ruleId: number
  createdAt: Instant
  cancelledAt: Instant | null
  version: number
}

export interface EventData {
  kind: EventKind
  description: string
  /** The whole, over all parts. */
  amountCents: Cents
  parts: number
  /** Null: the next invoice that is made. */
  firstMonth: YearMonth | null
  serviceItemId: number | null
  /** Of which line of its rule it is, by the line's number there; null: of the rule as a whole. */
  lineNumber: number | null
  /** What it is about. */
  serviceTypeId: number | null
  /** What the customer pays back of an expense: no revenue, and nothing is withheld of it. */
  isReimbursement: boolean
}

export interface EventInput {
  kind: EventKind
  description: string
  amountCents: number
  parts?: number
  firstMonth?: YearMonth | null
  serviceItemId?: number | null
  lineNumber?: number | null
  serviceTypeId?: number | null
  isReimbursement?: boolean
}

export const MOST_PARTS = 120

/** What is wrong is added to `faults`; what comes back then is not to be used. */
export function readEvent(input: EventInput, faults: Faults): EventData {
  const { amountCents } = input
  const parts = input.parts ?? 1
  if (!isWhole(parts, 1, MOST_PARTS)) faults.add('/parts', 'parts_out_of_range', `São de 1 a ${MOST_PARTS} parcelas.`)
  if (!isWhole(amountCents, 1, Number.MAX_SAFE_INTEGER)) {
    faults.add('/amountCents', 'amount_not_positive', 'O valor do evento deve ser maior que zero.')
  } else if (amountCents > MOST_CENTS_OF_A_LINE) {
    faults.add('/amountCents', 'amount_too_large', 'O valor do evento passa de R$ 99.999.999,99, o máximo de um boleto.')
  } else if (amountCents < parts) {
    faults.add('/parts', 'part_below_one_cent', 'Cada parcela precisa de ao menos um centavo.')
  }
  const isReimbursement = input.isReimbursement ?? false
  if (isReimbursement && input.kind !== 'surcharge') {
    faults.add('/isReimbursement', 'reimbursement_not_surcharge', 'Só um acréscimo pode ser reembolso de despesa.')
  }
  return {
    kind: input.kind,
    description: given(input.description) ?? faults.add('/description', 'blank', 'Informe a descrição do evento.') ?? '',
    amountCents: amountCents as Cents, // whole and safe, or refused by a fault above
    parts,
    firstMonth: input.firstMonth ?? null,
    serviceItemId: input.serviceItemId ?? null,
    lineNumber: input.lineNumber ?? null,
    serviceTypeId: input.serviceTypeId ?? null,
    isReimbursement,
  }
}

function isWhole(n: number, least: number, most: number): boolean {
  return Number.isSafeInteger(n) && n >= least && n <= most
}

// --- Parts ---

/** What of an event is billed at once, with what a line of an invoice needs to know of the event. */
export interface EventPart {
  id: number
  eventId: number
  ruleId: number
  kind: EventKind
  /** i of k, counted from 1; a part that was carried on or given back keeps the number of the one before it. */
  number: number
  parts: number
  description: string
  serviceItemId: number | null
  isReimbursement: boolean
  amountCents: Cents
  /** Looks for an occurrence scheduled in this month or later; null: any. */
  earliestMonth: YearMonth | null
}

/**
 * The parts of a new event. The amount is the whole: each part is cut down to cents, the rest is on the last. Part i looks from
 * the i-th month on; without a named month each takes the next billing that the parts before it left.
 */
export function partsOf(event: Pick<EventData, 'amountCents' | 'parts' | 'firstMonth'>): {
  number: number
  amountCents: Cents
  earliestMonth: YearMonth | null
}[] {
  return splitEvenly(event.amountCents, event.parts).map((amountCents, i) => ({
    number: i + 1,
    amountCents,
    earliestMonth: event.firstMonth === null ? null : addToMonth(event.firstMonth, i),
  }))
}

/**
 * The parts that a billing scheduled in `scheduledMonth` takes, in the order in which they apply: surcharges before discounts, each
 * by event, older ones first. Of one event never two numbers: the lowest goes first, with all that is open of it, for what a release
 * gave back and what the same invoice had carried on were one part before.
 */
export function eligibleParts<T extends Pick<EventPart, 'id' | 'eventId' | 'kind' | 'number' | 'earliestMonth'>>(
  parts: readonly T[],
  scheduledMonth: YearMonth,
): T[] {
  const looking = parts.filter(({ earliestMonth }) => earliestMonth === null || earliestMonth <= scheduledMonth)
  const lowest = new Map<number, number>()
  for (const { eventId, number } of looking) lowest.set(eventId, Math.min(number, lowest.get(eventId) ?? number))
  return looking
    .filter(({ eventId, number }) => number === lowest.get(eventId))
    .sort((a, b) => rank(a.kind) - rank(b.kind) || a.eventId - b.eventId || a.id - b.id)
}

function rank(kind: EventKind): number {
  return kind === 'surcharge' ? 0 : 1
}

// --- The month that is named ---

/** What a rule's ledger says of its occurrences, as far as a named month is concerned. */
export interface Occurrences {
  /** Scheduled days that are not closed yet, listed or to come, from the earliest to the first one after the named month. */
  open: readonly CivilDate[]
  /** Whether an occurrence of the named month is closed: billed, waived or not charged. */
  isClosedIn: boolean
}

/**
 * A named month is the month of an occurrence's scheduled day: its first open occurrence; without any occurrence in it, the first
 * one after. Refused when the month is past or all of it is closed, naming the next open one; and when nothing is to come.
 */
export function requireBillingToCome(firstMonth: YearMonth | null, today: CivilDate, { open, isClosedIn }: Occurrences): void {
  const month = firstMonth ?? monthOf(today)
  const from = month > monthOf(today) ? month : monthOf(today)
  const next = open.find(day => monthOf(day) >= from) ?? null
  if (firstMonth !== null && firstMonth < monthOf(today)) {
    refuseMonth('month_past', `${formatMonth(firstMonth)} já passou`, next)
  }
  if (firstMonth !== null && isClosedIn && (next === null || monthOf(next) !== firstMonth)) {
    refuseMonth('month_closed', `Os faturamentos de ${formatMonth(firstMonth)} já foram feitos`, next)
  }
  if (open.length === 0) {
    refuse('nothing_to_bill', 'A regra não tem mais nenhum faturamento previsto.', { path: '/firstMonth' })
  }
}

function refuseMonth(code: string, why: string, next: CivilDate | null): never {
  const instead = next === null ? 'a regra não tem mais nenhum previsto' : `o próximo em aberto é o de ${formatDate(next)}`
  return refuse(code, `${why}; ${instead}.`, {
    path: '/firstMonth',
    details: { nextScheduledOn: next, nextMonth: next && monthOf(next) },
  })
}
