import { addDays, type CivilDate, type Instant, maxDate, minDate } from '../core/dates.ts'
import type { Faults } from '../core/faults.ts'
import { refuse } from '../core/refusal.ts'
import { nextState, type StateTable, statesOf } from '../core/states.ts'
import { given } from '../core/text.ts'
import type { Suspension, Validity } from './ledger/coverage.ts'

export const contractKinds = ['sale', 'purchase'] as const
/** Only sales are billed; a purchase is what the organization pays for. */
export type ContractKind = (typeof contractKinds)[number]

export type ContractState = 'draft' | 'active' | 'suspended' | 'ended' | 'cancelled'
export type ContractVerb = 'activate' | 'suspend' | 'resume' | 'end' | 'cancel' | 'reactivate'

export const contractStates: StateTable<ContractState, ContractVerb> = {
  draft: { activate: 'active' },
  active: { suspend: 'suspended', end: 'ended', cancel: 'cancelled' },
  suspended: { resume: 'active', end: 'ended', cancel: 'cancelled' },
  ended: {},
  cancelled: { reactivate: 'active' },
}

export const allContractStates = statesOf(contractStates)

/** What is agreed with a customer. Its rules say what is billed and when; its validity and suspensions, which periods are. */
export interface Contract extends ContractData {
  id: number
  kind: ContractKind
  organizationId: number
  /** The other party: the customer of a sale, the supplier of a purchase. Neither party changes in a contract's life. */
  customerId: number
  state: ContractState
  /** Today's validity, both ends counted; a draft's is only planned. */
  startsOn: CivilDate | null
  endsOn: CivilDate | null
  cancelledOn: CivilDate | null
  cancelReason: string | null
  version: number
  createdAt: Instant
  archivedAt: Instant | null
}

export interface ContractData {
  /** The user's own, unique among contracts that are not archived. */
  code: string | null
  number: string | null
  name: string
  title: string | null
  description: string | null
  comments: string | null
  /** When false, an invoice for a customer with a late receivable is made, but not emitted by scheduler or run. */
  billWhileOverdue: boolean
}

/** As it was sent: shapes are right, meanings are not checked yet. */
export interface ContractInput {
  code?: string | null
  number?: string | null
  name: string
  title?: string | null
  description?: string | null
  comments?: string | null
  billWhileOverdue?: boolean
}

/** Adds what is wrong to `faults`; what comes back then is not to be used. */
export function readContract(input: ContractInput, path: string, faults: Faults): ContractData {
  return {
    code: given(input.code),
    number: given(input.number),
    name: given(input.name) ?? faults.add(`${path}/name`, 'blank', 'Informe o nome do contrato.') ?? '',
    title: given(input.title),
    description: given(input.description),
    comments: given(input.comments),
    billWhileOverdue: input.billWhileOverdue ?? true,
  }
}

/** Both ends of a validity, or of a planned one. */
export function checkValidity(startsOn: CivilDate | null, endsOn: CivilDate | null, path: string, faults: Faults): void {
  if (startsOn !== null && endsOn !== null && endsOn < startsOn) {
    faults.add(`${path}/endsOn`, 'ends_before_start', 'O contrato termina antes de começar.')
  }
}

// --- States ---

/** What decides a contract's state on a day. */
export interface Standing {
  validity: Validity | null
  suspensions: readonly Suspension[]
  cancelledOn: CivilDate | null
}

/**
 * The state is a reading of what is known: nothing is kept that a day by itself could make untrue. A cancellation counts from
 * when it is known, whatever its day: it is the validity that says until when is billed.
 */
export function stateOn(today: CivilDate, standing: Standing): ContractState {
  if (standing.validity === null) return 'draft'
  if (standing.cancelledOn !== null) return 'cancelled'
  if (standing.validity.endsOn !== null && standing.validity.endsOn < today) return 'ended'
  return standing.suspensions.some(suspension => isWithin(suspension, today)) ? 'suspended' : 'active'
}

/** The next day on which `stateOn` may answer otherwise without anybody's doing; null when there is none. */
export function nextTurn(today: CivilDate, standing: Standing): CivilDate | null {
  const state = stateOn(today, standing)
  if (state !== 'active' && state !== 'suspended') return null
  const days = standing.suspensions.flatMap(({ fromOn, untilOn }) => (untilOn === null ? [fromOn] : [fromOn, untilOn]))
  const endsOn = standing.validity?.endsOn ?? null
  if (endsOn !== null) days.push(addDays(endsOn, 1))
  return earliest(days.filter(day => day > today))
}

/** The state after a verb, or the refusal that says why the present one does not allow it. */
export function contractAfter(state: ContractState, verb: ContractVerb): ContractState {
  return nextState(contractStates, state, verb) ?? refuseState(state, verb)
}

export function refuseState(state: ContractState, verb: string): never {
  return refuse('contract_state', sentenceOf[state], { status: 409, details: { state, verb } })
}

const sentenceOf: Record<ContractState, string> = {
  draft: 'O contrato ainda é um rascunho; ative-o antes.',
  active: 'O contrato está ativo.',
  suspended: 'O contrato está suspenso.',
  ended: 'A vigência do contrato terminou; para continuar, cadastre outro contrato.',
  cancelled: 'O contrato foi cancelado; reative-o antes.',
}

// --- Suspensions ---

function isWithin({ fromOn, untilOn }: Suspension, day: CivilDate): boolean {
  return fromOn <= day && (untilOn === null || day < untilOn)
}

/** A suspension that covers a day on or after `fromOn`, if there is one: another one from that day would overlap it. */
export function suspensionFrom(fromOn: CivilDate, suspensions: readonly Suspension[]): Suspension | null {
  return suspensions.find(({ fromOn: from, untilOn }) => untilOn === null || (fromOn < untilOn && from < untilOn)) ?? null
}

/** The days between a cancellation and the day of reactivation, which counts again; null when there are none. */
export function gapOf(cancelledOn: CivilDate, reactivatedOn: CivilDate): { fromOn: CivilDate; untilOn: CivilDate } | null {
  const fromOn = addDays(cancelledOn, 1)
  return fromOn < reactivatedOn ? { fromOn, untilOn: reactivatedOn } : null
}

/** A draft begins on the day of its activation, or on the later day that was planned for it. */
export function activationDay(today: CivilDate, plannedOn: CivilDate | null): CivilDate {
  return plannedOn === null ? today : maxDate(today, plannedOn)
}

function earliest(days: readonly CivilDate[]): CivilDate | null {
  const [first, ...others] = days
  return first === undefined ? null : minDate(first, ...others)
}
