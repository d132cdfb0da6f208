// A receivable: one amount that a customer owes on one day. What it stands at follows from its receipts that were not undone.

import { type CivilDate, formatDate, type Instant, isContractDay } from '../core/dates.ts'
import { showId } from '../core/ids.ts'
import { type Cents, cents, formatBrl, mostCents, sum, zeroCents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { nextState, type StateTable, statesOf } from '../core/states.ts'
import type { NewReceipt } from './receipt.ts'

export type ReceivableState = 'to_emit' | 'to_receive' | 'received' | 'cancelled' | 'renegotiated'
export type ReceivableVerb =
  | 'emit'
  | 'undo_emission'
  | 'settle'
  | 'reopen'
  | 'cancel'
  | 'restore_to_emit'
  | 'restore_to_receive'
  | 'renegotiate'
  | 'undo_renegotiation'

/**
 * `received` is left by undo_emission and cancel too: credit is given back by them, and a receivable of zero is received as it is
 * emitted. That no other receipt stands is the verb's to refuse.
 */
export const receivableStates: StateTable<ReceivableState, ReceivableVerb> = {
  to_emit: { emit: 'to_receive', cancel: 'cancelled' },
  to_receive: { settle: 'received', undo_emission: 'to_emit', cancel: 'cancelled', renegotiate: 'renegotiated' },
  received: { reopen: 'to_receive', undo_emission: 'to_emit', cancel: 'cancelled' },
  cancelled: { restore_to_emit: 'to_emit', restore_to_receive: 'to_receive' },
  renegotiated: { undo_renegotiation: 'to_receive' },
}

export const allReceivableStates = statesOf(receivableStates)

export interface Receivable extends Owed {
  readonly id: number
  /** Null: it came from another system, without its invoice, or a schedule or a renegotiation made it. */
  readonly invoiceId: number | null
  /** Null unless it is an occurrence of a schedule. */
  readonly scheduleId: number | null
  readonly organizationId: number
  readonly customerId: number
  readonly contractId: number | null
  /** i of n, counted from 1. */
  readonly installment: number
  readonly installments: number
  readonly dueOn: CivilDate
  readonly receivedOn: CivilDate | null
  readonly state: ReceivableState
  /** The renegotiation that made it. */
  readonly renegotiationId: number | null
  /** The one that replaced it, while that stands. */
  readonly renegotiatedBy: number | null
  /** Of a replaced one, the day on which all that replaced it was received; null before. */
  readonly settledOn: CivilDate | null
  readonly version: number
  readonly createdAt: Instant
}

/** Of one that no renegotiation made or replaced. */
export const notRenegotiated = { renegotiationId: null, renegotiatedBy: null, settledOn: null } satisfies Partial<Receivable>

/** What a decision about a receivable looks at. */
export type Owed = {
  readonly amountCents: Cents
  /** Sum of the payments and the credit that stand. */
  readonly receivedCents: Cents
  readonly abatedCents: Cents
}

/** What is left to pay, as long as it is asked for. */
export function outstandingOf(owed: Owed): Cents {
  return cents(owed.amountCents - owed.receivedCents - owed.abatedCents)
}

/** What is still to come of it: nothing of one that is asked for no more. */
export function stillOwedOf(receivable: Owed & Pick<Receivable, 'state'>): Cents {
  const { state } = receivable
  return state === 'cancelled' || state === 'renegotiated' ? zeroCents : outstandingOf(receivable)
}

/** Refuses to take back what an invoice asks for while something of it is asked for by a renegotiation. */
export function requireNoneRenegotiated(receivables: readonly Pick<Receivable, 'renegotiatedBy'>[]): void {
  const ids = [...new Set(receivables.flatMap(({ renegotiatedBy }) => renegotiatedBy ?? []))]
  const [latest] = ids.toSorted((a, b) => b - a)
  if (latest === undefined) return
  const renegotiations = ids.map(id => showId('renegotiation', id))
  refuse(
    'renegotiated',
    `Há parcelas desta fatura que foram renegociadas em ${renegotiations.join(', ')}: desfaça antes a renegociação (no comando, renegotiations undo ${showId('renegotiation', latest)}).`,
    { status: 409, details: { renegotiations } },
  )
}

export type Spending = { receivableIndex: number; amount: Cents }

/** How a customer's credit is spent on what is outstanding of each receivable, oldest first; what was not touched is not in the answer. */
export function spendCredit(outstanding: readonly Cents[], balance: Cents): Spending[] {
  const spendings: Spending[] = []
  let left = balance
  outstanding.forEach((open, receivableIndex) => {
    const amount = cents(Math.min(open, left))
    if (amount <= 0) return
    spendings.push({ receivableIndex, amount })
    left = cents(left - amount)
  })
  return spendings
}

/** The order in which credit is spent: by due date, then by installment. */
export function byAge(a: { dueOn: CivilDate; installment: number }, b: { dueOn: CivilDate; installment: number }): number {
  if (a.dueOn !== b.dueOn) return a.dueOn < b.dueOn ? -1 : 1
  return a.installment - b.installment
}

/** Refuses what nobody can have paid, such as a number of a document in place of an amount. */
export function requirePayable(paid: Cents): void {
  if (paid <= mostCents) return
  refuse('amount_too_large', `O valor recebido passa de ${formatBrl(cents(mostCents))}, o máximo: confira-o.`, {
    path: '/amountCents',
    details: { mostCents },
  })
}

/** A payment settles what is outstanding; what lies above becomes credit of the customer. */
export function dividePayment(owed: Owed, paid: Cents): { amountCents: Cents; surplusCents: Cents } {
  const amountCents = cents(Math.min(paid, outstandingOf(owed)))
  return { amountCents, surplusCents: cents(paid - amountCents) }
}

/** Of a receipt that stands, what decides where its receivable stands. */
export type StandingReceipt = Pick<NewReceipt, 'kind' | 'amountCents' | 'receivedOn'>

export type Reckoning = {
  receivedCents: Cents
  abatedCents: Cents
  /** The day of the last receipt once nothing is outstanding, otherwise null. */
  receivedOn: CivilDate | null
  state: 'to_receive' | 'received'
}

/**
 * Where an emitted receivable stands, from its receipts that were not undone. One of zero is received on `issueOn`, the day of
 * emission, without a receipt.
 */
export function reckon(amountCents: Cents, standing: readonly StandingReceipt[], issueOn: CivilDate | null): Reckoning {
  const abatedCents = sum(standing.filter(isAbatement).map(receipt => receipt.amountCents))
  const receivedCents = sum(standing.filter(receipt => !isAbatement(receipt)).map(receipt => receipt.amountCents))
  const outstanding = outstandingOf({ amountCents, receivedCents, abatedCents })
  if (outstanding < 0) throw new RangeError(`receipts exceed the receivable by ${-outstanding} cents`)
  if (outstanding > 0) return { receivedCents, abatedCents, receivedOn: null, state: 'to_receive' }
  const days = standing.map(receipt => receipt.receivedOn)
  const receivedOn = days.reduce((latest, day) => (latest !== null && day < latest ? latest : day), issueOn)
  return { receivedCents, abatedCents, receivedOn, state: 'received' }
}

function isAbatement(receipt: StandingReceipt): boolean {
  return receipt.kind === 'abatement'
}

/** An emitted receivable as its receipts make it. */
export function settled(receivable: Receivable, standing: readonly StandingReceipt[], issueOn: CivilDate | null): Receivable {
  return { ...receivable, ...reckon(receivable.amountCents, standing, issueOn) }
}

export function isLate(receivable: Pick<Receivable, 'state' | 'dueOn'>, until: CivilDate): boolean {
  return receivable.state === 'to_receive' && receivable.dueOn <= until
}

/** The state after a verb, or the refusal that says from which state it cannot be done. */
export function receivableAfter(state: ReceivableState, verb: ReceivableVerb): ReceivableState {
  return (
    nextState(receivableStates, state, verb) ??
    refuse('receivable_state', notFrom[state], { details: { state, verb }, status: 409 })
  )
}

const notFrom: Record<ReceivableState, string> = {
  to_emit: 'A parcela ainda não foi emitida: emita a fatura primeiro.',
  to_receive: 'A parcela está a receber.',
  received: 'A parcela já foi recebida.',
  cancelled: 'A parcela foi cancelada.',
  renegotiated: 'A parcela foi renegociada.',
}

/** Why a receivable cannot be replaced by others, as one of several that somebody names; null: it can. */
export function notReplaceable({ id, state, renegotiatedBy }: Named): { code: string; message: string } | null {
  if (nextState(receivableStates, state, 'renegotiate') !== null) return null
  const message = renegotiatedBy === null ? notFrom[state] : renegotiatedSentence(id, renegotiatedBy)
  return { code: state === 'received' ? 'already_received' : 'receivable_state', message }
}

/** Refuses unless money can be received, or abated, on it now. `next`: a sentence that says what to do with money that came again. */
export function requireToReceive(state: ReceivableState, next = ''): void {
  if (state === 'received') refuse('already_received', `${notFrom.received}${next}`, { status: 409 })
  receivableAfter(state, 'settle')
}

/** Refuses unless its receipts may change: those of a cancelled one do not stand, and of a renegotiated one what was left was agreed upon. */
export function requireReceiptsCount(state: ReceivableState): void {
  if (state !== 'to_receive' && state !== 'received') receivableAfter(state, 'reopen')
}

/** Refuses what belongs to a receivable itself once it was replaced, and says by which renegotiation. */
export function requireNotRenegotiated({ id, state, renegotiatedBy }: Named): void {
  if (renegotiatedBy === null) return
  const details = { state, renegotiation: showId('renegotiation', renegotiatedBy) }
  refuse('receivable_state', renegotiatedSentence(id, renegotiatedBy), { status: 409, details })
}

type Named = Pick<Receivable, 'id' | 'state' | 'renegotiatedBy'>

function renegotiatedSentence(id: number, renegotiatedBy: number): string {
  const shown = showId('renegotiation', renegotiatedBy)
  return `A parcela ${showId('receivable', id)} foi renegociada em ${shown}: o que se deve dela está nas parcelas da renegociação; para voltar a ela, desfaça antes a renegociação (no comando, renegotiations undo ${shown}).`
}

/** Refuses once it is received or asked for no more. */
export function requireOpen(state: ReceivableState): void {
  if (state !== 'to_emit') requireToReceive(state)
}

/** Refuses what the occurrence of a schedule says of it: there it is changed, while nothing of it was received. */
export function requireNoSchedule({ scheduleId }: Pick<Receivable, 'scheduleId'>): void {
  if (scheduleId === null) return
  const shown = showId('schedule', scheduleId)
  refuse('of_schedule', `Quem diz o vencimento desta parcela é o agendamento ${shown}: mude nele a ocorrência.`, {
    status: 409,
    details: { schedule: shown },
  })
}

/** A receipt happens between the day of emission, where there was one here, and today. */
export function requireReceiptDay(receivedOn: CivilDate, issueOn: CivilDate | null, today: CivilDate): void {
  if (receivedOn > today) {
    refuse('received_in_the_future', 'A data do pagamento está no futuro.', { path: '/receivedOn', details: { today } })
  }
  if (!isContractDay(receivedOn)) {
    refuse('date_out_of_range', 'A data do pagamento deve estar entre 1990 e 2099.', { path: '/receivedOn' })
  }
  if (issueOn !== null && receivedOn < issueOn) {
    refuse(
      'received_before_issue',
      `A data do pagamento é anterior à emissão da fatura: escreva um dia de ${formatDate(issueOn)} a ${formatDate(today)}; o de um pagamento adiantado é ${formatDate(issueOn)}.`,
      { path: '/receivedOn', details: { issueOn } },
    )
  }
}

/** Nothing falls due before the invoice is, or is going to be, issued. */
export function requireDueAfter(dueOn: CivilDate, issueOn: CivilDate | null, path: string): void {
  if (issueOn === null || dueOn >= issueOn) return
  refuse('due_before_issue', 'O vencimento é anterior à emissão da fatura.', { path, details: { issueOn } })
}

export function requireAbatement(owed: Owed, amountCents: Cents): void {
  const outstandingCents = outstandingOf(owed)
  if (amountCents <= outstandingCents) return
  refuse('abatement_exceeds_outstanding', `O abatimento é maior que o valor em aberto, ${formatBrl(outstandingCents)}.`, {
    path: '/amountCents',
    details: { outstandingCents },
  })
}

/** What a receipt put into the customer's credit can be taken back only while it is still there. */
export function requireSurplusUnspent(surplusCents: Cents, balanceCents: Cents): void {
  if (surplusCents <= balanceCents) return
  refuse(
    'credit_already_spent',
    'O crédito que esta baixa gerou já foi usado em outra cobrança: desfaça antes a baixa que o usou (no comando, customers show diz qual é; receivables receipts, a parcela dela).',
    {
      status: 409,
      details: { surplusCents, balanceCents },
    },
  )
}

/** Nothing of it is open any more: it was received, or replaced by what was received since. */
export function isSettled({ state, settledOn }: Pick<Receivable, 'state' | 'settledOn'>): boolean {
  return state === 'received' || (state === 'renegotiated' && settledOn !== null)
}

/** True when nothing of what a customer was asked for is open any more, here or in what replaced it; cancelled ones do not count. */
export function areAllReceived(receivables: readonly Pick<Receivable, 'state' | 'settledOn'>[]): boolean {
  const asked = receivables.filter(({ state }) => state !== 'cancelled')
  return asked.length > 0 && asked.every(isSettled)
}
