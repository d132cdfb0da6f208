import { addDays, type CivilDate, formatDate } from '../../core/dates.ts'
import { type EmissionWait, type OutcomeCode, outcomeSentence } from '../plan/outcomes.ts'

/** In the order in which the board shows them. */
export const columns = ['due_today', 'expiring', 'billed_this_month', 'suspended', 'ended'] as const
/** Where a contract stands today: a reading of its ledger, validity and suspensions, kept nowhere. */
export type Column = (typeof columns)[number]

export const columnLabels: Record<Column, string> = {
  due_today: 'Faturar hoje',
  expiring: 'Vence em 90 dias',
  billed_this_month: 'Faturado no mês',
  suspended: 'Suspenso',
  ended: 'Encerrado',
}

/** How many days before its last one a contract is about to end. */
export const EXPIRES_WITHIN_DAYS = 90

/** What of a contract a run would decide today, or did and left undone. */
export interface DueThing {
  kind: 'period' | 'invoice'
  ruleId: number | null
  invoiceId: number | null
  startsOn: CivilDate | null
  endsOn: CivilDate | null
  scheduledOn: CivilDate
  netCents: number
  /** What keeps a run from billing it or sending it out; null: nothing does. */
  heldBy: Exclude<OutcomeCode, 'billed' | 'emitted'> | EmissionWait | null
  /** The run closes it, and no invoice is made. */
  isUncharged: boolean
  detail: Record<string, unknown> | null
}

export interface Reason {
  code: string
  sentence: string
}

export function reasonOf(thing: DueThing): Reason {
  const { kind, heldBy, isUncharged, detail } = thing
  if (isUncharged) return { code: 'closes_uncharged', sentence: unchargedSentence(thing) }
  if (kind === 'period') {
    if (heldBy !== null) return { code: heldBy, sentence: outcomeSentence('bill', heldBy, detail) }
    return { code: 'period_due', sentence: `Período ${spanOf(thing)}, a faturar desde ${formatDate(thing.scheduledOn)}.` }
  }
  if (heldBy !== null) return { code: heldBy, sentence: outcomeSentence('emit', heldBy, detail) }
  return { code: 'invoice_to_emit', sentence: 'A fatura já foi feita e o dia de emiti-la chegou: a próxima execução a emite.' }
}

/** What a run does first, then what waits for somebody, then what is only closed: the first says why the card stands here. */
export function inOrderOfReason(things: readonly DueThing[]): DueThing[] {
  const rank = ({ heldBy, isUncharged }: DueThing) => (isUncharged ? 2 : heldBy === null ? 0 : 1)
  return things.toSorted(
    (a, b) => rank(a) - rank(b) || (a.scheduledOn < b.scheduledOn ? -1 : a.scheduledOn > b.scheduledOn ? 1 : 0),
  )
}

/** What stands on a card beside its reason: '' where no other period waits. */
export function earlierSentence(others: number): string {
  if (others === 0) return ''
  return others === 1
    ? ' Mais 1 período anterior em aberto, que só se fatura por escolha.'
    : ` Mais ${others} períodos anteriores em aberto, que só se faturam por escolha.`
}

function spanOf({ startsOn, endsOn, scheduledOn }: DueThing): string {
  if (startsOn === null || endsOn === null) return `de ${formatDate(scheduledOn)}`
  // The end of a period is the first day of the next one.
  return `de ${formatDate(startsOn)} a ${formatDate(addDays(endsOn, -1))}`
}

function unchargedSentence(thing: DueThing): string {
  const why = thing.detail?.reason === 'contract_suspended' ? 'começa numa suspensão' : 'está fora da vigência'
  return `O período ${spanOf(thing)} ${why}: a próxima execução o fecha sem cobrança.`
}

/** Days and facts that the other columns tell. */
export interface StandingFacts {
  endsOn: CivilDate | null
  cancelledOn: CivilDate | null
  suspendedFrom: CivilDate | null
  suspendedUntil: CivilDate | null
  billedOn: CivilDate | null
}

/** Why a card stands in any column but the first. */
export function standingReason(column: Exclude<Column, 'due_today'>, facts: StandingFacts): Reason {
  const day = (date: CivilDate | null) => (date === null ? '' : formatDate(date))
  switch (column) {
    case 'ended':
      return facts.cancelledOn === null
        ? { code: 'validity_over', sentence: `A vigência terminou em ${day(facts.endsOn)}.` }
        : { code: 'contract_cancelled', sentence: `O contrato foi cancelado: vale até ${day(facts.cancelledOn)}.` }
    case 'suspended':
      return {
        code: 'contract_suspended',
        sentence: `O contrato está suspenso desde ${day(facts.suspendedFrom)}${facts.suspendedUntil === null ? '' : ` e volta em ${day(facts.suspendedUntil)}`}.`,
      }
    case 'expiring':
      return { code: 'validity_ends_soon', sentence: `A vigência termina em ${day(facts.endsOn)}.` }
    case 'billed_this_month':
      return { code: 'invoice_emitted', sentence: `Faturado em ${day(facts.billedOn)}; nada mais vence hoje.` }
  }
}
