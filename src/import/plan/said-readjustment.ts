import {
  type ReadjustmentData,
  type ReadjustmentInput,
  readReadjustment,
} from '../../contracts/readjustment/read-readjustment.ts'
import { dateOf, firstNumberFrom, type Readjustment } from '../../contracts/readjustment/readjustment.ts'
import { warningsOf } from '../../contracts/readjustment/readjustment-words.ts'
import { addDays, addMonths, type CivilDate, formatDate, maxDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Fault } from '../../core/refusal.ts'
import { cellsOfClause } from '../file/cells-of.ts'
import { type Cells, type ColumnKey, showCell } from '../file/columns.ts'
import type { FileFaults } from '../file/fault.ts'
import type { RuleRows } from '../file/group-rows.ts'
import type { Heading } from '../file/read-rows.ts'
import type { FixedFound, Found } from './difference.ts'
import { faultsOf } from './refusals.ts'

// The readjustment that the cells of a rule tell: of all its lines, by one index. One that concerns a service alone is in no file.

interface Place {
  heading: Heading
  faults: FileFaults
}

/** A clause that is to be made. */
export interface PlannedClause {
  input: ReadjustmentInput
  data: ReadjustmentData
  /** Its dates count from this day on: what lies before is in the price, or nobody's here. */
  from: CivilDate
}

/** What rows would change of the clause that a rule has, or the one that they bring along. */
export type ClauseChange =
  | { create: ReadjustmentInput }
  | { update: Pick<Readjustment, 'id' | 'version'>; change: Partial<ReadjustmentInput> }

const USUAL_MONTHS = 12

/**
 * The clause that a rule is to be made with; null: none, or one with a fault. A last readjustment says which date comes next; without
 * one no date is applied on or before the contract's first day, on which its price was agreed.
 */
export function planClause(
  { line, cells }: RuleRows,
  of: { startsOn: CivilDate | null; today: CivilDate },
  { heading, faults }: Place,
): PlannedClause | null {
  const { readjustmentIndex: index, readjustmentBase: base, lastReadjustment: last } = cells
  const refuse = (key: ColumnKey, expected: string) => faults.add(line, heading.spelled(key), 'required', expected, '')
  if (index == null)
    return base == null && last == null ? null : refuse('readjustmentIndex', 'o índice do reajuste, como IGP-M ou IPCA')
  const everyMonths = cells.readjustmentMonths ?? USUAL_MONTHS
  const startsOn = anchorOf(cells, everyMonths)
  if (startsOn === null) return refuse('readjustmentBase', 'uma data, ou a coluna "ultimo_reajuste"')
  const input = { ...saidFields(cells), index, everyMonths, startsOn }
  const read = judge(input)
  if ('faults' in read) {
    refuseAll(read.faults, line, cells, heading, faults)
    return null
  }
  const done = last ?? of.startsOn
  return { input, data: read.value, from: done === null ? of.today : maxDate(of.today, addDays(done, 1)) }
}

/** As a verb takes it that begins with the first date from today on. */
export function beginningAt({ input, from }: Pick<PlannedClause, 'input' | 'from'>, today: CivilDate): ReadjustmentInput {
  return from <= today || from <= input.startsOn
    ? input
    : { ...input, startsOn: firstFrom(input.startsOn, input.everyMonths, from) }
}

/** Date 0: the base date; without one, what follows the last readjustment. */
function anchorOf({ readjustmentBase: base, lastReadjustment: last }: Cells, everyMonths: number): CivilDate | null {
  return base ?? (last == null ? null : addMonths(last, everyMonths))
}

function firstFrom(startsOn: CivilDate, everyMonths: number | undefined, day: CivilDate): CivilDate {
  const clause = { startsOn, everyMonths: everyMonths ?? USUAL_MONTHS }
  return dateOf(clause, firstNumberFrom(clause, day))
}

/** An empty cell says nothing: what is usual stands in for it in a new clause, and what stands stays. */
function saidFields(cells: Cells): Partial<ReadjustmentInput> {
  return {
    ...(cells.readjustmentIndex != null && { index: cells.readjustmentIndex }),
    ...(cells.readjustmentMonths != null && { everyMonths: cells.readjustmentMonths }),
    ...(cells.readjustmentLag != null && { lagMonths: cells.readjustmentLag }),
    ...(cells.readjustmentMethod != null && { method: cells.readjustmentMethod }),
    ...(cells.negativeReadjustment != null && { allowsNegative: cells.negativeReadjustment }),
    ...(cells.readjustmentApproval != null && { approvalWanted: cells.readjustmentApproval }),
    ...(cells.readjustmentNotice != null && { noticeDays: cells.readjustmentNotice }),
  }
}

function judge(input: ReadjustmentInput): { value: ReadjustmentData } | { faults: readonly Fault[] } {
  const judged = new Faults()
  return faultsOf(() => {
    const data = readReadjustment(input, new Set(), [], judged)
    judged.refuseIfAny()
    return data
  })
}

const columnOf: Readonly<Record<string, ColumnKey>> = {
  everyMonths: 'readjustmentMonths',
  method: 'readjustmentMethod',
  lagMonths: 'readjustmentLag',
  noticeDays: 'readjustmentNotice',
}

/** Tells what a clause is refused for where the file said it. */
function refuseAll(refused: readonly Fault[], line: number, cells: Cells, heading: Heading, faults: FileFaults): void {
  const ofDay = cells.readjustmentBase == null ? 'lastReadjustment' : 'readjustmentBase'
  for (const fault of refused) {
    const field = fault.path.replace('/', '')
    const key = field === 'startsOn' ? ofDay : (columnOf[field] ?? 'readjustmentIndex')
    faults.addRefused(line, heading.spelled(key), fault, showCell(key, cells[key]))
  }
}

// --- A rule that stands ---

/** Where the rows say otherwise than the clause that the rule has; one that they do not speak of stays as it is. */
export function compareClause(
  rows: RuleRows,
  clause: Readjustment | null,
  of: { startsOn: CivilDate | null; today: CivilDate },
  place: Place,
): { found: Found[]; unchangeable: FixedFound[]; change: ClauseChange | null } {
  const { line, cells } = rows
  if (clause === null) {
    const planned = planClause(rows, of, place)
    if (planned === null) return { found: [], unchangeable: [], change: null }
    const to = showCell('readjustmentIndex', planned.data.index)
    const create = beginningAt(planned, of.today)
    return { found: [{ line, key: 'readjustmentIndex', from: '', to }], unchangeable: [], change: { create } }
  }
  const standing: Cells = cellsOfClause(clause)
  const keys = Object.keys(standing) as ColumnKey[] // the table's keys are columns
  const found = keys
    .filter(key => key !== 'readjustmentBase' && key !== 'lastReadjustment' && cells[key] != null)
    .map(key => ({ line, key, from: showCell(key, standing[key]), to: showCell(key, cells[key]) }))
    .filter(({ from, to }) => from !== to)
  const days = otherDays(line, cells, clause, standing, of.startsOn)
  const hasCome = clause.nextOn <= of.today
  const whyNot = `o reajuste de ${formatDate(clause.nextOn)} chegou e ainda não foi aplicado: aprove-o ou dispense-o antes de mudar as datas`
  const unchangeable = days !== null && hasCome ? [{ ...days.found, whyNot }] : []
  if (days !== null && !hasCome) found.push(days.found)
  if (found.length === 0) return { found, unchangeable, change: null }
  const change = { ...saidFields(cells), ...(days !== null && !hasCome && { startsOn: days.startsOn }) }
  // A lag that nobody said becomes the usual one of another index, as the verb would have it.
  const lag = change.index !== undefined && change.index !== clause.index ? { lagMonths: undefined } : {}
  const read = judge({ ...clause, ...lag, ...change })
  if ('faults' in read) refuseAll(read.faults, line, cells, place.heading, place.faults)
  return { found, unchangeable, change: { update: { id: clause.id, version: clause.version }, change } }
}

/**
 * Other dates than those of the clause: another day or month, or a next one that comes later. The file that made the clause says the
 * same however many dates have come since.
 */
function otherDays(
  line: number,
  cells: Cells,
  clause: Readjustment,
  standing: Cells,
  contractStart: CivilDate | null,
): { found: Found; startsOn: CivilDate } | null {
  const everyMonths = cells.readjustmentMonths ?? clause.everyMonths
  const anchor = anchorOf(cells, everyMonths)
  if (anchor === null) return null
  const done = cells.lastReadjustment ?? contractStart
  const first = done === null ? anchor : firstFrom(anchor, everyMonths, addDays(done, 1))
  // Other months are a difference of their own, and count from the same day.
  const isSame =
    everyMonths !== clause.everyMonths || meet(anchor, clause) || meet(clause.startsOn, { ...clause, startsOn: anchor })
  if (isSame && first <= clause.nextOn) return null
  const key =
    cells.readjustmentBase == null || (isSame && cells.lastReadjustment != null) ? 'lastReadjustment' : 'readjustmentBase'
  const found = { line, key, from: showCell(key, standing[key]), to: showCell(key, cells[key]) } as const
  return { found, startsOn: first > clause.nextOn ? first : anchor }
}

/** Whether a day is one of the clause's dates. */
function meet(day: CivilDate, clause: Pick<Readjustment, 'startsOn' | 'everyMonths'>): boolean {
  return firstFrom(clause.startsOn, clause.everyMonths, day) === day
}

// --- What is worth a look ---

const MOST_MONTHS_UNTIL_NEXT = 12

/** Says of a clause that is made what of it may be meant otherwise. */
export function noteClause(
  { line, cells }: RuleRows,
  { data, from }: PlannedClause,
  today: CivilDate,
  heading: Heading,
  warnings: FileFaults,
): void {
  const { startsOn, everyMonths } = data
  const dayKey = cells.lastReadjustment == null ? 'readjustmentBase' : 'lastReadjustment'
  for (const { message } of warningsOf(data))
    warnings.note(line, heading.spelled('readjustmentMonths'), 'readjustment_under_12_months', message)
  const next = firstFrom(startsOn, everyMonths, from)
  const { lastReadjustment: last } = cells
  const missed = last == null ? null : firstFrom(startsOn, everyMonths, addDays(last, 1))
  if (missed !== null && missed < today) {
    const sentence = `Depois do último reajuste, de ${formatDate(last ?? missed)}, o de ${formatDate(missed)} já passou, e não é feito: o próximo é o de ${formatDate(next)}. Se o preço desta linha ainda não tem esse reajuste, escreva o preço reajustado.`
    warnings.note(line, heading.spelled(dayKey), 'readjustment_missed', sentence)
  }
  if (next > addMonths(today, everyMonths + MOST_MONTHS_UNTIL_NEXT)) {
    const sentence = `O próximo reajuste só vem em ${formatDate(next)}: até lá os preços ficam como estão. Confira o ano.`
    warnings.note(line, heading.spelled(dayKey), 'readjustment_far_ahead', sentence)
  }
}
