import { type Contract, checkValidity, readContract } from '../../contracts/contract.ts'
import type { RuleInput } from '../../contracts/rules/invoice-rule.ts'
import { readTermsChange, type Services, type TermsChange } from '../../contracts/rules/read-terms.ts'
import type { Line, Terms } from '../../contracts/rules/terms.ts'
import type { ContractChange } from '../../contracts/update-contract.ts'
import { Faults } from '../../core/faults.ts'
import { micros } from '../../core/money.ts'
import { cellsOfContract, cellsOfLine, cellsOfTerms } from '../file/cells-of.ts'
import { type Cells, type ColumnKey, showCell } from '../file/columns.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows, RuleRows } from '../file/group-rows.ts'
import { plain } from '../file/plain.ts'
import type { Heading, Row } from '../file/read-rows.ts'
import type { FixedFound, Found } from './difference.ts'
import { clauseOf, type KnownContract, type KnownRule, namedIds, showExternalId } from './known.ts'
import { earlierPriceNote, lineWords, type Note, plannedNotes } from './note-planned.ts'
import { pairLines } from './pair-lines.ts'
import { pairRules } from './pair-rules.ts'
import { refuseContract } from './plan-contract.ts'
import { earlierPrice } from './readjusted-price.ts'
import { faultsOf } from './refusals.ts'
import { saidLines } from './said-lines.ts'
import { type ClauseChange, compareClause } from './said-readjustment.ts'
import { isRecurrenceFault, saidRecurrence, saidTerms } from './said-terms.ts'
import { type Standing, standingFound, whyDayStays } from './standing.ts'

/** What the rows would change of a contract that stands. Services that the file brings along have ids below zero. */
export interface ChangeDraft {
  contract: ContractChange
  rules: RuleChange[]
  /** Rules of the file that the contract does not have. */
  newRules: RuleRows[]
  found: Found[]
  /** What no import changes: it is reported, with what to do instead. */
  unchangeable: FixedFound[]
  notes: Note[]
}

export interface RuleChange {
  known: KnownRule
  title: string | null
  /** Null: the terms stay. */
  terms: TermsChange | null
  /** Null: what readjusts its prices stays. */
  readjustment: ClauseChange | null
}

interface Place {
  group: ContractRows
  known: KnownContract
  standing: Standing
  serviceOf(row: Row): number
  services: ReadonlyMap<number, { name: string; code: string | null }> & Services
  heading: Heading
  faults: FileFaults
}

/** What the rows say otherwise than the contract that they are known by. What is wrong in itself is added to `faults`. */
export function planChange(place: Place): ChangeDraft {
  const { group, known } = place
  const draft: ChangeDraft = { contract: {}, rules: [], newRules: [], found: [], unchangeable: [], notes: [] }
  compareContract(place, draft)
  const pairs = pairRules(group.rules, known, place.serviceOf)
  draft.unchangeable.push(...standingFound(group, known, pairs, place.standing))
  for (const { rule, rows } of pairs) {
    if (rule === null) draft.newRules.push(rows)
    else compareRule(place, rule, rows, draft)
  }
  for (const rows of draft.newRules) {
    const to = rows.cells.ruleTitle ?? rows.rows[0]?.cells.service ?? ''
    draft.found.push({ line: rows.line, key: 'ruleTitle', from: '', to })
  }
  return draft
}

// --- The contract ---

function compareContract({ group, known, heading, faults }: Place, draft: ChangeDraft): void {
  const { contract } = known
  const said = saidContract(group, known)
  const after: Contract = { ...contract, ...withoutAbsent(said) }
  const isFixed = {
    startsOn: contract.state !== 'draft',
    // An end that has come, or that a cancellation set, is not moved by writing another one.
    endsOn: contract.state === 'ended' || contract.state === 'cancelled',
  }
  const [then, now]: [Cells, Cells] = [
    cellsOfContract(known),
    cellsOfContract({ contract: after, externalIds: said.externalIds ?? known.externalIds }),
  ]
  for (const key of ['code', 'number', 'name', 'startsOn', 'endsOn', 'billWhileOverdue', 'externalIds', 'comments'] as const) {
    const [from, to] = [showCell(key, then[key]), showCell(key, now[key])]
    if (from === to) continue
    const found = { line: group.line, key, from, to }
    if ((key === 'startsOn' || key === 'endsOn') && isFixed[key])
      draft.unchangeable.push({ ...found, whyNot: whyDayStays(key, known) })
    else draft.found.push(found)
  }
  const changed = new Set<string>(draft.found.map(({ key }) => key))
  draft.contract = Object.fromEntries(Object.entries(said).filter(([field]) => changed.has(field)))
  const judged = new Faults()
  const read = faultsOf(() => {
    readContract(after, '', judged)
    checkValidity(after.startsOn ?? null, after.endsOn ?? null, '', judged)
    judged.refuseIfAny()
  })
  if ('faults' in read) for (const fault of read.faults) refuseContract(group, fault, heading, faults)
}

/** `said` holds no absent values; only its type allows for them. */
function withoutAbsent(said: ContractChange): Partial<Contract> {
  return Object.fromEntries(Object.entries(said).filter(([field, value]) => field !== 'externalIds' && value !== undefined))
}

/** An empty `numero`, `contrato` or `observacoes` says nothing; an empty `fim` says that there is none. */
function saidContract({ cells, code }: ContractRows, { externalIds }: KnownContract): ContractChange {
  const has = new Set(externalIds.map(showExternalId))
  const added = namedIds(cells).filter(id => !has.has(showExternalId(id)))
  return {
    ...(code !== null && { code }),
    ...(cells.number != null && { number: cells.number }),
    ...(cells.name != null && { name: cells.name }),
    ...(cells.comments != null && { comments: cells.comments }),
    ...(cells.billWhileOverdue !== undefined && { billWhileOverdue: cells.billWhileOverdue ?? true }),
    ...(cells.startsOn != null && { startsOn: cells.startsOn }),
    ...(cells.endsOn !== undefined && { endsOn: cells.endsOn }),
    ...(added.length > 0 && { externalIds: [...externalIds, ...added] }),
  }
}

// --- The rules ---

function compareRule(place: Place, known: KnownRule, rows: RuleRows, draft: ChangeDraft): void {
  const { group, heading, faults, services } = place
  const { terms } = known
  const title = rows.cells.ruleTitle ?? null
  const isRenamed = title !== null && plain(title) !== plain(known.rule.title)
  if (isRenamed) draft.found.push({ line: rows.line, key: 'ruleTitle', from: known.rule.title, to: title })

  const startsOn = place.known.contract.startsOn ?? group.cells.startsOn ?? null
  const recurrence = saidRecurrence(rows.cells, startsOn, terms)
  if (recurrence !== null && isRecurrenceFault(recurrence)) {
    const { column, code, expected } = recurrence
    faults.add(rows.line, heading.spelled(column), code, expected, showCell(column, rows.cells[column]))
    return
  }
  const places = pairLines(rows.rows, place.serviceOf, terms.lines)
  const goingOn = { places, today: place.known.organization.today }
  const { rows: asked, notes } = withoutEarlierPrices(rows.rows, known, places)
  draft.notes.push(...notes)
  const change: TermsChange = {
    ...saidTerms(rows.cells, terms),
    ...(recurrence !== null && { recurrence }),
    lines: saidLines(asked, place.serviceOf, terms.lines, places),
    goingOn,
  }
  const judged = new Faults()
  const after = faultsOf(() => {
    const apply = readTermsChange(change, terms, services, judged)
    judged.refuseIfAny()
    return apply(terms)
  })
  const at = group.rules.indexOf(rows)
  if ('faults' in after) {
    for (const fault of after.faults) refuseContract(group, { ...fault, path: `/rules/${at}${fault.path}` }, heading, faults)
    return
  }
  const found = [
    ...termsFound(rows, terms, after.value, heading),
    ...linesFound(rows, terms.lines, after.value.lines, places, services, heading),
  ]
  if (found.some(({ key }) => lineKeys.has(key))) draft.notes.push(...plannedNotes(known, rows.rows, after.value.lines, goingOn))
  const days = { startsOn, today: place.known.organization.today }
  const clause = compareClause(rows, clauseOf(known), days, { heading, faults })
  draft.found.push(...found, ...clause.found)
  draft.unchangeable.push(...clause.unchangeable)
  const changed = new Set(found.map(({ key }) => key))
  if (isRenamed || found.length > 0 || clause.change !== null) {
    const body = found.length > 0 ? onlyChanged(change, changed) : null
    draft.rules.push({ known, title: isRenamed ? title : null, terms: body, readjustment: clause.change })
  }
}

/** The rows, but for prices that are older than a readjustment of them: those stay what it made of them. */
function withoutEarlierPrices(
  rows: readonly Row[],
  known: KnownRule,
  places: readonly (number | null)[],
): { rows: Row[]; notes: Note[] } {
  const notes: Note[] = []
  const asked = rows.map((row, at) => {
    const place = places[at] ?? null
    const stands = place === null ? undefined : known.terms.lines[place]
    const { unitPrice } = row.cells
    if (place === null || stands === undefined || unitPrice == null || micros(unitPrice) === micros(stands.unitPrice)) return row
    const earlier = earlierPrice(known, place, unitPrice)
    if (earlier === null) return row
    notes.push(earlierPriceNote(row, earlier, stands))
    return { ...row, cells: { ...row.cells, unitPrice: stands.unitPrice } }
  })
  return { rows: asked, notes }
}

type TermsBody = Omit<Terms, 'version' | 'validFrom'>

function termsFound(rows: RuleRows, before: TermsBody, after: TermsBody, heading: Heading): Found[] {
  const [then, now]: [Cells, Cells] = [cellsOfTerms(before), cellsOfTerms(after)]
  // The table's keys are columns.
  const keys = Object.keys(then) as ColumnKey[]
  return keys.filter(heading.has).flatMap(key => differing(rows.line, key, then, now))
}

function linesFound(
  rows: RuleRows,
  lines: readonly Line[],
  after: readonly Line[],
  places: readonly (number | null)[],
  services: Place['services'],
  heading: Heading,
): Found[] {
  const nameOf = (line: Line) => services.get(line.serviceItemId) ?? { name: line.description, code: null }
  const wordsOf = (line: Line) => lineWords(line, nameOf(line).name)
  const found = after.flatMap((line, i) => {
    const at = rows.rows[i]?.line ?? rows.line
    const before = lines[places[i] ?? -1]
    if (before === undefined) return [{ line: at, key: 'service' as const, from: '', to: wordsOf(line) }]
    const [then, now] = [cellsOfLine(before, nameOf(before)), cellsOfLine(line, nameOf(line))]
    // A service may be called otherwise by the file that finds it by its code, or in other capitals.
    const named = before.serviceItemId === line.serviceItemId ? [] : differing(at, 'service', then, now)
    const keys = ['description', 'quantity', 'unitPrice', 'discount', 'lineFrom', 'lineUntil'] as const
    return [...named, ...keys.filter(heading.has).flatMap(key => differing(at, key, then, now))]
  })
  const goneOn = new Set(places)
  const gone = lines.filter((_, place) => !goneOn.has(place))
  const last = rows.rows.at(-1)?.line ?? rows.line
  return [...found, ...gone.map(line => ({ line: last, key: 'service' as const, from: wordsOf(line), to: '' }))]
}

function differing(line: number, key: ColumnKey, then: Cells, now: Cells): Found[] {
  const [from, to] = [showCell(key, then[key]), showCell(key, now[key])]
  return from === to ? [] : [{ line, key, from, to }]
}

const fieldOf: Partial<Record<ColumnKey, keyof TermsChange>> = {
  rhythm: 'recurrence',
  billingDay: 'recurrence',
  anchor: 'recurrence',
  due: 'due',
  installments: 'due',
  invoiceDescription: 'description',
}
const lineKeys = new Set<ColumnKey>(['service', 'description', 'quantity', 'unitPrice', 'discount', 'lineFrom', 'lineUntil'])

/** What stays as it is is not said again: a version planned for later may say it otherwise. */
function onlyChanged(change: TermsChange, changed: ReadonlySet<ColumnKey>): TermsChange {
  const fields = new Set<string>([...changed].map(key => (lineKeys.has(key) ? 'lines' : (fieldOf[key] ?? key))))
  if (fields.has('lines')) fields.add('goingOn')
  return Object.fromEntries(Object.entries(change).filter(([field]) => fields.has(field)))
}

/** Whether a rule of the file may be added: none of its services was ever billed by another rule of the contract. */
export function isAddable(rule: RuleInput, { contract, usedServiceIds }: KnownContract): boolean {
  if (contract.state === 'ended' || contract.state === 'cancelled') return false
  return rule.lines.every(line => !usedServiceIds.has(line.serviceItemId))
}
