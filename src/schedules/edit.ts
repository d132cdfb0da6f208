// What somebody says otherwise of one occurrence, or of that one and all that follow. What was said before stays told: each change adds
// versions of the terms.

import { Faults } from '../core/faults.ts'
import { changedAutomation, changedText } from './automation.ts'
import { judgeAmount, judgeDays, type RecurrenceInput, readRecurrence, requireFirst, type TermsInput } from './said-schedule.ts'
import { isSameShares, judgeOwnShares, type OwnShares, readShares, sharesOfTotal } from './said-shares.ts'
import { type Ending, isWithin, restated, type Schedule } from './schedule.ts'
import {
  type Anchored,
  datesAt,
  type Interval,
  regularTermsAt,
  type Section,
  sectionsOf,
  type Terms,
  type TermsData,
  termsAt,
} from './terms.ts'

export const editScopes = ['one', 'following'] as const
export type EditScope = (typeof editScopes)[number]

/** What is absent stays. */
export interface TermsChange extends TermsInput {
  recurrence?: RecurrenceInput | undefined
}

export interface Edited {
  readonly schedule: Schedule
  /** All versions, the new ones last. */
  readonly versions: readonly Terms[]
  readonly added: readonly Terms[]
}

/**
 * The schedule and its terms after a change of the occurrence `number`, alone or with those that follow. Throws a Refusal that names every
 * fault, also those found before.
 */
export function edited(
  schedule: Schedule,
  versions: readonly Terms[],
  at: { number: number; scope: EditScope },
  change: TermsChange,
  enabled: boolean,
  faults = new Faults(),
): Edited {
  const isOfAll = at.scope === 'following' && schedule.kind === 'recurrence'
  const until = at.scope === 'one' ? at.number : isOfAll ? null : schedule.lastNumber
  const recurrence = recurrenceOf(schedule, isOfAll, change, faults)
  judgeDates(schedule, at, until, change, faults)
  judgeDays({ dueOn: change.dueOn, scheduledOn: change.scheduledOn, accrualOn: change.accrualOn }, '', faults)
  if (change.amountCents !== undefined) judgeAmount(change.amountCents, '/amountCents', faults)
  const moved = movedDates(termsAt(versions, at.number), at.number, change, recurrence?.interval ?? null)
  const ending = recurrence?.ending ?? schedule
  const added: Terms[] = []
  for (const section of sectionsOf(versions, at.number, until)) {
    // What is wrong with one section is most often wrong with all.
    if (faults.count > 0) break
    const data = changedData(section.terms, change, { isProportional: schedule.kind === 'installments', enabled }, faults)
    const version = schedule.termsVersion + added.length + 1
    added.push({
      ...data,
      ...moved,
      version,
      fromNumber: section.from,
      untilNumber: section.until,
      isOwn: isOwnStill(section, at.scope, isOfAll, moved),
      sharesVersion: sharesVersionOf(data, section.terms, added, version),
    })
  }
  const all = [...versions, ...added]
  // Where its own day is told alone, it is there as long as the recurrence has it.
  const dueOn = datesAt(regularTermsAt(all, at.number), at.number).dueOn
  if (schedule.kind === 'recurrence') requireFirst(ending, at.number, dueOn, faults, recurrence === null ? '/dueOn' : undefined)
  if (recurrence !== null && at.number > 1 && faults.count === 0) requireBefore(schedule, versions, ending, at.number, faults)
  faults.refuseIfAny()
  const termsVersion = schedule.termsVersion + added.length
  const { lastNumber, endsOn } = ending
  const after = restated({ ...schedule, lastNumber, endsOn, termsVersion, version: schedule.version + 1 }, all)
  return { schedule: after, versions: all, added }
}

/** What comes before is not spoken of, and stays: moved before it, the rest may end no sooner than that. */
function requireBefore(schedule: Schedule, versions: readonly Terms[], ending: Ending, number: number, faults: Faults): void {
  for (let before = 1; before < number; before++) {
    if (!isWithin(schedule, versions, before) || isWithin(ending, versions, before)) continue
    const message = `A recorrência terminaria antes da ocorrência ${before}, que vem antes desta: mude também aquela, ou até que dia ela vai.`
    return void faults.add('/recurrence/until', 'ends_before_it_begins', message)
  }
}

function recurrenceOf(
  { kind }: Schedule,
  isOfAll: boolean,
  { recurrence }: TermsChange,
  faults: Faults,
): { interval: Interval; ending: Ending } | null {
  if (recurrence === undefined) return null
  if (kind !== 'recurrence')
    faults.add('/recurrence', 'not_a_recurrence', 'Este agendamento não se repete; crie outro que se repita.')
  else if (!isOfAll)
    faults.add('/recurrence', 'recurrence_of_one', 'A recorrência muda para esta ocorrência e as seguintes, não para uma só.')
  return readRecurrence(recurrence, faults)
}

const dateFields = ['dueOn', 'scheduledOn', 'accrualOn'] as const

/** Installments each have their own dates. */
function judgeDates({ kind }: Schedule, at: { number: number }, until: number | null, change: TermsChange, faults: Faults): void {
  if (kind !== 'installments' || until === at.number) return
  for (const field of dateFields) {
    if (change[field] != null)
      faults.add(`/${field}`, 'each_has_its_own', 'Cada parcela tem as suas datas; mude uma parcela de cada vez.')
  }
}

type Moved = { interval?: Interval; due?: Anchored; scheduled?: Anchored; accrual?: Anchored }

/** Dates that were told count from this occurrence; with another interval all of them do, each from the day that it has there. */
function movedDates(terms: Terms, number: number, change: TermsChange, interval: Interval | null): Moved {
  const isOther = interval !== null && (interval.unit !== terms.interval?.unit || interval.every !== terms.interval.every)
  const days = datesAt(terms, number)
  const anchored = (field: (typeof dateFields)[number]) => {
    const told = change[field] ?? (isOther ? days[field] : null)
    return told === null ? null : { on: told, number }
  }
  const [due, scheduled, accrual] = [anchored('dueOn'), anchored('scheduledOn'), anchored('accrualOn')]
  return {
    ...(isOther && { interval }),
    ...(due && { due }),
    ...(scheduled && { scheduled }),
    ...(accrual && { accrual }),
  }
}

function changedData(
  before: Terms,
  change: TermsChange,
  { isProportional, enabled }: { isProportional: boolean; enabled: boolean },
  faults: Faults,
): TermsData {
  const amountCents = change.amountCents ?? before.amountCents
  const sharesOf = (kind: 'categories' | 'costCentres') => {
    const told = change[kind]
    if (told !== undefined) return readShares(told, `/${kind}`, faults)
    return isProportional ? before[kind] : sharesOfTotal(before[kind], amountCents)
  }
  const after = {
    ...before,
    ...changedAutomation(before, change, faults),
    amountCents,
    description: changedText(before.description, change.description),
    reference: changedText(before.reference, change.reference),
    isFlagged: change.isFlagged ?? before.isFlagged,
    categories: sharesOf('categories'),
    costCentres: sharesOf('costCentres'),
  }
  // What stays as it is, stays also where the organization does not divide any more.
  const isTold = change.categories !== undefined || change.costCentres !== undefined
  judgeOwnShares(after, { total: isProportional ? null : amountCents, enabled: enabled || !isTold }, faults)
  return after
}

function isOwnStill({ terms }: Section, scope: EditScope, isOfAll: boolean, moved: Moved): boolean {
  return scope === 'one' || (isOfAll && terms.isOwn && moved.due === undefined)
}

/** Those of the version before, or of another new one, where they are the same. */
function sharesVersionOf(shares: OwnShares, before: Terms, added: readonly Terms[], version: number): number {
  if (isSameShares(shares, before)) return before.sharesVersion
  return added.find(other => isSameShares(other, shares))?.sharesVersion ?? version
}
