// A renegotiation: what is outstanding of some receivables of one customer, with what is added and let off, is owed by other receivables
// from now on.

import { addMonths, type CivilDate, daysBetween, formatDate, type Instant } from '../core/dates.ts'
import type { Faults } from '../core/faults.ts'
import { showId } from '../core/ids.ts'
import {
  type Cents,
  cents,
  decimal,
  formatBrl,
  mostCents,
  percentOf,
  splitEvenly,
  sum,
  sumOfShares,
  zeroCents,
} from '../core/money.ts'
import { given } from '../core/text.ts'
import { isLate, isSettled, notReplaceable, outstandingOf, type Receivable } from '../receivables/receivable.ts'

/** What is added to the debt, and what is let off of it. */
export interface Adjustments {
  readonly interestCents: Cents
  readonly fineCents: Cents
  readonly feeCents: Cents
  readonly discountCents: Cents
}

export interface Renegotiation extends Adjustments {
  readonly id: number
  readonly organizationId: number
  readonly customerId: number
  /** What was outstanding of those that it replaced, at that time. */
  readonly replacedCents: Cents
  readonly discountReason: string | null
  /** replaced + interest + fine + fee − discount: what the new receivables sum to. */
  readonly totalCents: Cents
  /** The first of the new receivables is the down payment; 0: there is none. */
  readonly downPaymentCents: Cents
  readonly note: string | null
  /** The day of its organization on which it was agreed. */
  readonly agreedOn: CivilDate
  readonly version: number
  readonly createdAt: Instant
  readonly undoneAt: Instant | null
  readonly undoReason: string | null
}

export const renegotiationStates = ['open', 'settled', 'undone'] as const
export type RenegotiationState = (typeof renegotiationStates)[number]

/** Settled once all that it made is; whether it is follows from those receivables and is kept nowhere else. */
export function stateOf({ undoneAt }: Pick<Renegotiation, 'undoneAt'>, made: readonly Receivable[]): RenegotiationState {
  if (undoneAt !== null) return 'undone'
  return made.every(isSettled) ? 'settled' : 'open'
}

// --- What is agreed ---

export interface Part {
  readonly dueOn: CivilDate
  readonly amountCents: Cents
}

export interface Wish extends Partial<Adjustments> {
  readonly discountReason?: string | null | undefined
  /** Due today unless said otherwise. */
  readonly downPayment?: { readonly amountCents: Cents; readonly dueOn?: CivilDate | undefined } | null | undefined
  /** So many, even with the rest on the last: the first on that day, the others monthly after it. */
  readonly installments?: { readonly count: number; readonly firstDueOn: CivilDate } | undefined
  /** In place of `installments`: they must sum to what is left. */
  readonly parts?: readonly Part[] | undefined
  /** What the caller saw as outstanding: anything else is refused. */
  readonly outstandingCents?: Cents | undefined
  readonly note?: string | null | undefined
}

export const mostReplaced = 100
export const mostInstallments = 120
/** Nobody agrees upon what falls due later; beyond it a slip of the pen is likelier. */
const MOST_YEARS = 20

export interface Agreement extends Adjustments {
  readonly replaced: readonly { readonly receivable: Receivable; readonly outstandingCents: Cents }[]
  readonly replacedCents: Cents
  readonly discountReason: string | null
  readonly totalCents: Cents
  readonly downPaymentCents: Cents
  /** The down payment first, if there is one. */
  readonly parts: readonly Part[]
  readonly note: string | null
}

/** What a wish makes of receivables that are owed, `lateUntil` being the latest due date that is late. Collects all that is wrong. */
export function agreementOf(owed: readonly Receivable[], wish: Wish, today: CivilDate, faults: Faults): Agreement {
  const replaced = owed.map(receivable => ({ receivable, outstandingCents: outstandingOf(receivable) }))
  judgeAmounts(
    replaced.map(({ outstandingCents }) => outstandingCents),
    wish,
    faults,
  )
  faults.refuseIfAny()
  const replacedCents = sum(replaced.map(({ outstandingCents }) => outstandingCents))
  if (wish.outstandingCents !== undefined && wish.outstandingCents !== replacedCents) {
    faults.add(
      '/outstandingCents',
      'outstanding_changed',
      `O que está em aberto é ${formatBrl(replacedCents)}, e não ${formatBrl(wish.outstandingCents)}: simule de novo antes de efetivar.`,
    )
  }
  const adjustments = adjustmentsOf(wish)
  const discountReason = given(wish.discountReason)
  if (adjustments.discountCents > 0 && discountReason === null) {
    faults.add('/discountReason', 'reason_required', 'Diga o motivo do desconto.')
  }
  if (adjustments.discountCents === 0 && discountReason !== null) {
    faults.add('/discountReason', 'discount_missing', 'Há um motivo, mas nenhum desconto: diga o valor dele em discountCents.')
  }
  const { interestCents, fineCents, feeCents, discountCents } = adjustments
  const totalCents = cents(replacedCents + interestCents + fineCents + feeCents - discountCents)
  const downPaymentCents = wish.downPayment?.amountCents ?? zeroCents
  const shared = { ...adjustments, replaced, replacedCents, discountReason, totalCents, downPaymentCents, note: given(wish.note) }
  if (totalCents <= 0) {
    faults.add('/discountCents', 'nothing_left', nothingLeft(totalCents))
    return { ...shared, parts: [] }
  }
  return { ...shared, parts: partsOf(totalCents, wish, today, faults) }
}

/** Nothing that is said, or comes of it, is larger than the largest amount; what is could not be summed with others. */
function judgeAmounts(owed: readonly Cents[], wish: Wish, faults: Faults): void {
  const judge = (amount: Cents | bigint, path: string) => {
    if (amount <= mostCents) return true
    faults.add(path, 'amount_too_large', `O valor passa de ${formatBrl(cents(mostCents))}, o máximo: confira-o.`)
    return false
  }
  const { interestCents, fineCents, feeCents, discountCents } = adjustmentsOf(wish)
  const added = { interestCents, fineCents, feeCents, discountCents }
  const isEach = Object.entries(added).map(([name, amount]) => judge(amount, `/${name}`))
  if (wish.downPayment != null) judge(wish.downPayment.amountCents, '/downPayment/amountCents')
  for (const [i, { amountCents }] of (wish.parts ?? []).entries()) judge(amountCents, `/parts/${i}/amountCents`)
  const whole = [...owed, interestCents, fineCents, feeCents].reduce((all, amount) => all + BigInt(amount), 0n)
  if (isEach.every(Boolean)) judge(whole, '/receivables')
}

function nothingLeft(totalCents: Cents): string {
  const next = 'abata o que não será cobrado (no comando, receivables abate)'
  return totalCents === 0
    ? `O valor final é zero, e não haveria o que parcelar: ${next}.`
    : `O desconto passa do que se deve em ${formatBrl(cents(-totalCents))}: dê um menor, ou ${next}.`
}

function adjustmentsOf({ interestCents, fineCents, feeCents, discountCents }: Wish): Adjustments {
  return {
    interestCents: interestCents ?? zeroCents,
    fineCents: fineCents ?? zeroCents,
    feeCents: feeCents ?? zeroCents,
    discountCents: discountCents ?? zeroCents,
  }
}

function partsOf(totalCents: Cents, wish: Wish, today: CivilDate, faults: Faults): Part[] {
  const { downPayment, installments, parts } = wish
  const leftCents = cents(totalCents - (downPayment?.amountCents ?? 0))
  if (downPayment != null && leftCents <= 0) {
    faults.add(
      '/downPayment/amountCents',
      'down_payment_too_large',
      `A entrada tem de ser menor que o valor final, ${formatBrl(totalCents)}: para pagar tudo de uma vez, peça uma parcela só.`,
    )
    return []
  }
  if ((installments === undefined) === (parts === undefined)) {
    faults.add(
      installments === undefined ? '/installments' : '/parts',
      'installments_or_parts',
      'Diga quantas parcelas e o primeiro vencimento (installments), ou cada vencimento com o seu valor (parts), um dos dois.',
    )
    return []
  }
  const first = downPayment == null ? [] : [{ dueOn: downPayment.dueOn ?? today, amountCents: downPayment.amountCents }]
  for (const { dueOn } of first) requireDay(dueOn, today, '/downPayment/dueOn', faults)
  const others =
    parts === undefined ? evenParts(leftCents, installments, today, faults) : saidParts(leftCents, parts, today, faults)
  const [down, next] = [first[0], others[0]]
  if (down !== undefined && next !== undefined && down.dueOn > next.dueOn) {
    faults.add(
      '/downPayment/dueOn',
      'parts_out_of_order',
      `A entrada vence depois da primeira parcela, de ${formatDate(next.dueOn)}.`,
    )
  }
  return [...first, ...others]
}

function evenParts(leftCents: Cents, wish: Wish['installments'], today: CivilDate, faults: Faults): Part[] {
  if (wish === undefined) return []
  const { count, firstDueOn } = wish
  if (!requireDay(firstDueOn, today, '/installments/firstDueOn', faults)) return []
  if (leftCents < count) {
    faults.add('/installments/count', 'too_many_installments', `${formatBrl(leftCents)} não dá um centavo por parcela.`)
    return []
  }
  return splitEvenly(leftCents, count).map((amountCents, i) => ({ dueOn: addMonths(firstDueOn, i), amountCents }))
}

function saidParts(leftCents: Cents, parts: readonly Part[], today: CivilDate, faults: Faults): Part[] {
  for (const [i, { dueOn }] of parts.entries()) {
    requireDay(dueOn, today, `/parts/${i}/dueOn`, faults)
    const before = parts[i - 1]
    if (before !== undefined && dueOn < before.dueOn) {
      faults.add(
        `/parts/${i}/dueOn`,
        'parts_out_of_order',
        `Vence antes da anterior, de ${formatDate(before.dueOn)}: escreva-as na ordem.`,
      )
    }
  }
  const givenCents = sum(parts.map(({ amountCents }) => amountCents))
  if (givenCents !== leftCents) {
    faults.add(
      '/parts',
      'parts_do_not_add_up',
      `As parcelas somam ${formatBrl(givenCents)}, e têm de somar ${formatBrl(leftCents)}.`,
    )
  }
  return [...parts]
}

function requireDay(dueOn: CivilDate, today: CivilDate, path: string, faults: Faults): boolean {
  const last = addMonths(today, 12 * MOST_YEARS)
  if (dueOn < today)
    faults.add(path, 'due_in_the_past', `O vencimento já passou: escreva um dia de ${formatDate(today)} em diante.`)
  else if (dueOn > last) faults.add(path, 'due_too_far', `O vencimento é longe demais: escreva um dia até ${formatDate(last)}.`)
  else return true
  return false
}

/** Says of each that is not to be received why it cannot be replaced. */
export function judgeOwed(receivables: readonly Receivable[], pathOf: (receivable: Receivable) => string, faults: Faults): void {
  for (const receivable of receivables) {
    const fault = notReplaceable(receivable)
    if (fault !== null) faults.add(pathOf(receivable), fault.code, fault.message)
  }
}

// --- What is worth knowing of it ---

/** Is said and refuses nothing. */
export interface Warning {
  readonly code: 'fine_above_limit' | 'interest_above_custom' | 'credit_unspent'
  readonly message: string
}

/** CDC (Lei 8.078/1990), art. 52 § 1º: a fine for arrears towards a consumer is at most two per cent of the installment. */
const MOST_FINE_PERCENT = decimal('2')
/** Interest on arrears of one per cent a month (CTN, art. 161 § 1º; Decreto 22.626/1933, art. 5º): a hundredth of the debt in thirty days. */
const DAYS_OF_WHOLE = 3000

export function warningsOf(
  agreement: Agreement,
  facts: { today: CivilDate; lateUntil: CivilDate; creditCents: Cents },
): Warning[] {
  const late = agreement.replaced.filter(({ receivable }) => isLate(receivable, facts.lateUntil))
  const mostFine = percentOf(sum(late.map(({ outstandingCents }) => outstandingCents)), MOST_FINE_PERCENT)
  const mostInterest = sumOfShares(
    late.map(({ receivable, outstandingCents }) => {
      return { amount: outstandingCents, days: daysBetween(receivable.dueOn, facts.today), of: DAYS_OF_WHOLE }
    }),
  ).cents
  const warnings: Warning[] = []
  if (agreement.fineCents > mostFine) {
    const message = `A multa passa de 2% do que está vencido (${formatBrl(mostFine)}), o máximo contra um consumidor (CDC, art. 52, § 1º).`
    warnings.push({ code: 'fine_above_limit', message })
  }
  if (agreement.interestCents > mostInterest) {
    const message = `Os juros passam de 1% ao mês sobre o que está vencido até hoje (${formatBrl(mostInterest)}), os de mora de costume (CTN, art. 161, § 1º).`
    warnings.push({ code: 'interest_above_custom', message })
  }
  if (facts.creditCents > 0) {
    const message = `O cliente tem ${formatBrl(facts.creditCents)} de crédito, que a renegociação não usa: fica para a próxima emissão dele.`
    warnings.push({ code: 'credit_unspent', message })
  }
  return warnings
}

// --- Undoing ---

/** What of the new receivables stands in the way of undoing; empty: nothing does. */
export function obstaclesOf(made: readonly Receivable[]): { receivables: string[]; renegotiations: string[] } {
  const isTouched = ({ receivedCents, abatedCents }: Receivable) => receivedCents > 0 || abatedCents > 0
  return {
    receivables: made.filter(one => one.renegotiatedBy === null && isTouched(one)).map(({ id }) => showId('receivable', id)),
    renegotiations: [...new Set(made.flatMap(({ renegotiatedBy }) => renegotiatedBy ?? []))].map(id =>
      showId('renegotiation', id),
    ),
  }
}
