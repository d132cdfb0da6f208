// A schedule as somebody sends it: read into its first terms, one version for each installment, or one of all occurrences.

import { type CivilDate, formatDate, isContractDay } from '../core/dates.ts'
import type { Faults } from '../core/faults.ts'
import { type Cents, cents, formatBrl, mostCents, sum } from '../core/money.ts'
import { given } from '../core/text.ts'
import { type AutomationInput, changedAutomation, noAutomation } from './automation.ts'
import { judgeOwnShares, readShares, type ShareInput } from './said-shares.ts'
import type { Ending, ScheduleKind } from './schedule.ts'
import { type Interval, mostUnits, type RecurrenceUnit, type Terms, type TermsData } from './terms.ts'

export const recurrenceEnds = ['never', 'after', 'until'] as const

/** As it was sent: shapes are right, meanings are not checked yet. */
export interface RecurrenceInput {
  unit: RecurrenceUnit
  every?: number | undefined
  ends?: (typeof recurrenceEnds)[number] | undefined
  maxOccurrences?: number | null | undefined
  until?: CivilDate | null | undefined
}

export interface InstallmentInput {
  amountCents: Cents
  dueOn: CivilDate
  scheduledOn?: CivilDate | null | undefined
  accrualOn?: CivilDate | null | undefined
  /** Absent: the schedule's. */
  description?: string | null | undefined
  reference?: string | null | undefined
}

export interface TermsInput extends AutomationInput {
  amountCents?: Cents | undefined
  dueOn?: CivilDate | undefined
  scheduledOn?: CivilDate | null | undefined
  accrualOn?: CivilDate | null | undefined
  description?: string | null | undefined
  reference?: string | null | undefined
  isFlagged?: boolean | undefined
  categories?: readonly ShareInput[] | undefined
  costCentres?: readonly ShareInput[] | undefined
}

export interface NewScheduleInput extends TermsInput {
  organizationId: number
  customerId: number
  installments?: readonly InstallmentInput[] | undefined
  recurrence?: RecurrenceInput | null | undefined
}

export interface NewScheduleData {
  kind: ScheduleKind
  ending: Ending
  terms: Terms[]
}

export const MOST_INSTALLMENTS = 100

/** Throws a Refusal that names every fault, also those found before. `enabled`: the organization divides amounts. */
export function readNewSchedule(input: NewScheduleInput, enabled: boolean, faults: Faults): NewScheduleData {
  const installments = input.installments ?? []
  if (installments.length > 0 && input.recurrence != null) {
    faults.add('/recurrence', 'installments_and_recurrence', 'Informe as parcelas ou a recorrência, não as duas.')
  }
  const common = {
    ...changedAutomation(noAutomation, input, faults),
    description: given(input.description),
    reference: given(input.reference),
    isFlagged: input.isFlagged ?? false,
    categories: readShares(input.categories ?? [], '/categories', faults),
    costCentres: readShares(input.costCentres ?? [], '/costCentres', faults),
  }
  if (installments.length > 0) {
    judgeOwnShares(common, { total: null, enabled }, faults)
    judgeInstallments(installments, faults)
    faults.refuseIfAny()
    const terms = installments.map((one, i) => ({ ...installment(common, one, i + 1), sharesVersion: 1 }))
    return { kind: 'installments', ending: { lastNumber: installments.length, endsOn: null }, terms }
  }
  const amountCents = input.amountCents ?? totalOf(input.categories ?? [], faults)
  const dueOn = input.dueOn ?? faults.add('/dueOn', 'due_date_needed', 'Informe o vencimento.')
  judgeOwnShares(common, { total: amountCents, enabled }, faults)
  const recurrence = input.recurrence == null ? null : readRecurrence(input.recurrence, faults)
  judgeDays({ dueOn, scheduledOn: input.scheduledOn, accrualOn: input.accrualOn }, '', faults)
  if (amountCents === null || dueOn === null) return faults.refuse()
  judgeAmount(amountCents, '/amountCents', faults)
  if (recurrence !== null) requireFirst(recurrence.ending, 1, dueOn, faults)
  faults.refuseIfAny()
  const first = (day: CivilDate | null | undefined) => ({ on: day ?? dueOn, number: 1 })
  const terms: Terms = {
    ...common,
    amountCents,
    interval: recurrence?.interval ?? null,
    due: first(dueOn),
    scheduled: first(input.scheduledOn),
    accrual: first(input.accrualOn),
    ...firstVersion,
    untilNumber: recurrence === null ? 1 : null,
  }
  return {
    kind: recurrence === null ? 'single' : 'recurrence',
    ending: recurrence?.ending ?? { lastNumber: 1, endsOn: null },
    terms: [terms],
  }
}

const firstVersion = { version: 1, fromNumber: 1, isOwn: false, sharesVersion: 1 } as const

type Common = Omit<TermsData, 'amountCents' | 'interval' | 'due' | 'scheduled' | 'accrual'>

function installment(common: Common, one: InstallmentInput, number: number): Terms {
  const own = (day: CivilDate | null | undefined) => ({ on: day ?? one.dueOn, number })
  return {
    ...common,
    ...firstVersion,
    amountCents: one.amountCents,
    interval: null,
    due: own(one.dueOn),
    scheduled: own(one.scheduledOn),
    accrual: own(one.accrualOn),
    description: one.description === undefined ? common.description : given(one.description),
    reference: one.reference === undefined ? common.reference : given(one.reference),
    version: number,
    fromNumber: number,
    untilNumber: number,
  }
}

/** Of one that does not say what it asks for: what its categories are worth together. */
function totalOf(categories: readonly ShareInput[], faults: Faults): Cents | null {
  const values = categories.flatMap(({ valueCents }) => valueCents ?? [])
  // What is too large by itself is told of itself.
  if (values.some(value => value > mostCents)) return null
  if (values.length > 0 && values.length === categories.length) return sum(values)
  return faults.add('/amountCents', 'amount_needed', 'Informe o valor, ou o de cada categoria.')
}

function judgeInstallments(installments: readonly InstallmentInput[], faults: Faults): void {
  for (const [i, { amountCents, dueOn, scheduledOn, accrualOn }] of installments.entries()) {
    judgeDays({ dueOn, scheduledOn, accrualOn }, `/installments/${i}`, faults)
    judgeAmount(amountCents, `/installments/${i}/amountCents`, faults)
  }
  if (faults.count === 0) judgeAmount(sum(installments.map(({ amountCents }) => amountCents)), '/installments', faults)
}

/** Whoever says them: other years are slips of the pen, and leave the calendar after some occurrences. */
export function judgeDays(days: Readonly<Record<string, CivilDate | null | undefined>>, path: string, faults: Faults): void {
  for (const [name, day] of Object.entries(days)) {
    if (day != null && !isContractDay(day))
      faults.add(`${path}/${name}`, 'date_out_of_range', 'A data deve estar entre 1990 e 2099.')
  }
}

export function judgeAmount(amountCents: Cents, path: string, faults: Faults): void {
  if (amountCents <= 0) faults.add(path, 'amount_not_positive', 'O valor deve ser maior que zero.')
  else if (amountCents > mostCents) {
    faults.add(path, 'amount_too_large', `O valor passa de ${formatBrl(cents(mostCents))}, o máximo: confira-o.`)
  }
}

/** A maximum, or a day, that the way of ending does not use is ignored. */
export function readRecurrence(input: RecurrenceInput, faults: Faults): { interval: Interval; ending: Ending } {
  const { unit, every = 1, ends = 'never' } = input
  const most = mostUnits[unit]
  if (every > most) {
    faults.add('/recurrence/every', 'interval_too_long', `O intervalo vai de 1 a ${most} nesta unidade.`)
  }
  const missing = (path: string, message: string) => faults.add(`/recurrence/${path}`, 'end_needed', message)
  const lastNumber =
    ends === 'after' ? (input.maxOccurrences ?? missing('maxOccurrences', 'Diga depois de quantas ocorrências termina.')) : null
  const endsOn = ends === 'until' ? (input.until ?? missing('until', 'Diga até que dia vai a recorrência.')) : null
  judgeDays({ until: endsOn }, '/recurrence', faults)
  return { interval: { unit, every }, ending: { lastNumber, endsOn } }
}

/** What is said from an occurrence on must hold for that one at least. `until`: where the last day, or what passes it, was sent. */
export function requireFirst(
  { lastNumber, endsOn }: Ending,
  number: number,
  dueOn: CivilDate,
  faults: Faults,
  until = '/recurrence/until',
): void {
  if (lastNumber !== null && lastNumber < number) {
    const message = `A recorrência terminaria antes da ocorrência ${number}; exclua as ocorrências que não valem mais.`
    faults.add('/recurrence/maxOccurrences', 'ends_before_it_begins', message)
  }
  if (endsOn !== null && endsOn < dueOn) {
    const message = `A recorrência terminaria em ${formatDate(endsOn)}, antes do vencimento da ocorrência ${number}, ${formatDate(dueOn)}: mude até que dia ela vai, ou exclua o que não vale mais.`
    faults.add(until, 'ends_before_it_begins', message)
  }
}
