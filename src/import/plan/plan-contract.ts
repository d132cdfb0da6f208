import { checkValidity, readContract } from '../../contracts/contract.ts'
import type { NewContract } from '../../contracts/judge-contracts.ts'
import { type RuleData, type RuleInput, readRule } from '../../contracts/rules/invoice-rule.ts'
import type { Services } from '../../contracts/rules/read-terms.ts'
import { faultServicesBilledTwice } from '../../contracts/rules/services-once.ts'
import type { CivilDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Fault } from '../../core/refusal.ts'
import type { OpenReceivable } from '../file/cells.ts'
import { type ColumnKey, showCell } from '../file/columns.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows, RuleRows } from '../file/group-rows.ts'
import type { Heading, Row } from '../file/read-rows.ts'
import type { SuspendedSpan } from '../file/spans.ts'
import { saidBeginning } from './begin-rule.ts'
import { noteEnd, noteEndedLines, notePast, noteStart, noteWholeEnd } from './note-days.ts'
import { noteGap } from './note-gap.ts'
import { faultsOf } from './refusals.ts'
import { saidLines } from './said-lines.ts'
import { noteClause, type PlannedClause, planClause } from './said-readjustment.ts'
import { isRecurrenceFault, saidRecurrence, saidTerms } from './said-terms.ts'

/** A contract that is to be made, but for its customer; services that are new too have ids below zero. */
export interface ContractDraft {
  contract: Omit<NewContract, 'customerId' | 'externalIds'>
  /** Of each rule, in order. */
  clauses: readonly (PlannedClause | null)[]
  /** Suspended from the day of the import on. */
  isSuspended: boolean
  /** When it was or will be suspended, where the file tells it. */
  suspensions: readonly SuspendedSpan[]
  /** The end of a contract that was suspended and has ended since, set once its suspensions are known. */
  endedOn: CivilDate | null
  openReceivables: readonly OpenReceivable[]
}

/** The contract that the rows tell, judged by the rules of contracts; null when something of it is wrong. */
export function planContract(
  group: ContractRows,
  today: CivilDate,
  serviceOf: (row: Row) => number,
  services: Services,
  heading: Heading,
  faults: FileFaults,
  warnings: FileFaults,
): ContractDraft | null {
  const { cells, organizationId } = group
  const situation = cells.situation ?? 'active'
  const isDraft = situation === 'draft'
  const rules = group.rules.map(rule => planRule(rule, group, { today, isDraft }, serviceOf, heading, faults))
  const startsOn = cells.startsOn ?? null
  const clauses = group.rules.map(rows => planClause(rows, { startsOn, today }, { heading, faults }))
  const endsOn = cells.endsOn ?? null
  const suspensions = cells.suspensions ?? []
  if (isDraft && suspensions.length > 0) {
    const shown = showCell('suspensions', suspensions)
    faults.add(group.line, heading.spelled('suspensions'), 'situation_unfit', 'a coluna vazia num rascunho', shown)
  }
  if (situation === 'suspended' && suspensions.length === 0 && endsOn !== null && endsOn < today) {
    faults.add(
      group.line,
      heading.spelled('situation'),
      'situation_unfit',
      'encerrado, pois o fim já passou',
      showCell('situation', situation),
    )
  }
  if ((situation === 'ended' || situation === 'cancelled') && (endsOn === null || endsOn > today)) {
    const expected = 'um fim que já passou, para um contrato encerrado'
    faults.add(group.line, heading.spelled('situation'), 'situation_unfit', expected, showCell('situation', situation))
  }
  const contract = {
    organizationId,
    code: cells.code ?? null,
    number: cells.number ?? null,
    name: cells.name ?? group.rules[0]?.rows[0]?.cells.service ?? '',
    comments: cells.comments ?? null,
    billWhileOverdue: cells.billWhileOverdue ?? true,
    startsOn,
    endsOn,
    state: situation === 'draft' ? 'draft' : 'active',
    rules,
  } satisfies ContractDraft['contract']
  const read = judge(contract, services)
  if ('faults' in read) for (const fault of read.faults) refuseContract(group, fault, heading, faults)
  if (group.lines.some(line => faults.has(line))) return null
  if ('value' in read && startsOn !== null && !isDraft) {
    noteStart(group, today, heading, warnings)
    // Who calls a contract ended knows of its end.
    const isKnownToEnd = situation === 'ended' || situation === 'cancelled'
    for (const [i, rule] of read.value.entries()) {
      const of = [group.rules[i]?.line ?? group.line, rule, { startsOn, endsOn }, today, heading, warnings] as const
      notePast(...of)
      const rows = group.rules[i]
      if (rows !== undefined) noteGap(rows, rule, { startsOn, endsOn }, suspensions, heading, warnings)
      if (isKnownToEnd) continue
      noteEnd(...of)
      if (rows !== undefined) noteWholeEnd(rows, rule, { startsOn, endsOn }, today, heading, warnings)
      noteEndedLines(rows?.rows ?? [], rule, { startsOn, endsOn }, today, heading, warnings)
    }
  }
  for (const [i, clause] of clauses.entries()) {
    const rows = group.rules[i]
    if (clause !== null && rows !== undefined) noteClause(rows, clause, today, heading, warnings)
  }
  const isOver = suspensions.length > 0 && endsOn !== null && endsOn < today
  return {
    contract: isOver ? { ...contract, endsOn: null } : contract,
    clauses,
    isSuspended: situation === 'suspended' && suspensions.length === 0,
    suspensions,
    endedOn: isOver ? endsOn : null,
    openReceivables: cells.openReceivables ?? [],
  }
}

/** In place of what a cell does not say, so that the rest of its row is judged too. */
const STAND_IN = { due: { kind: 'day_quantity', days: 0 }, recurrence: { unit: 'month', every: 1 } } as const

/** The rule that the cells tell; what is wrong with it is added to the faults, and what comes back then is not to be used. */
export function planRule(
  rule: RuleRows,
  group: ContractRows,
  { today, isDraft }: { today: CivilDate; isDraft: boolean },
  serviceOf: (row: Row) => number,
  heading: Heading,
  faults: FileFaults,
): RuleInput {
  const { line, cells } = rule
  const startsOn = group.cells.startsOn ?? null
  const { due, recurrence: _, lines: __, ...terms } = saidTerms(cells, null)
  const said = saidRecurrence(cells, startsOn, null)
  if (said !== null && isRecurrenceFault(said)) {
    const { column, code, expected } = said
    faults.add(line, heading.spelled(column), code, expected, showCell(column, cells[column]))
  }
  if (due === undefined) faults.add(line, heading.spelled('due'), 'required', 'uma regra de vencimento, como "dia 10"', '')
  const anchor = startsOn ?? today
  // Without a recurrence or a due rule the contract is refused already.
  const recurrence = said === null || isRecurrenceFault(said) ? { ...STAND_IN.recurrence, anchorOn: anchor } : said
  const rhythm = { unit: recurrence.unit, every: recurrence.every ?? 1, anchor: recurrence.anchorOn }
  const beginning = saidBeginning(
    cells,
    { recurrence: rhythm, timing: cells.timing ?? 'advance' },
    { startsOn, today, isDraft },
    { line, heading, faults },
  )
  const lines = saidLines(rule.rows, serviceOf, [], [])
  return { ...terms, title: cells.ruleTitle ?? null, ...beginning, recurrence, due: due ?? STAND_IN.due, lines }
}

/** The rules, judged together with their contract, or what is refused of it. */
function judge(contract: ContractDraft['contract'], services: Services): { value: RuleData[] } | { faults: readonly Fault[] } {
  const faults = new Faults()
  return faultsOf(() => {
    readContract(contract, '', faults)
    checkValidity(contract.startsOn ?? null, contract.endsOn ?? null, '', faults)
    const rules = (contract.rules ?? []).map((rule, i) => readRule(rule, services, `/rules/${i}`, faults))
    faultServicesBilledTwice(rules, '', faults)
    faults.refuseIfAny()
    return rules
  })
}

/** One rule that is added to a contract; null when something of it is refused. */
export function judgeRule(
  group: ContractRows,
  rows: RuleRows,
  rule: RuleInput,
  services: Services,
  heading: Heading,
  faults: FileFaults,
): RuleData | null {
  const at = `/rules/${group.rules.indexOf(rows)}`
  const judged = new Faults()
  const read = faultsOf(() => {
    const data = readRule(rule, services, at, judged)
    judged.refuseIfAny()
    return data
  })
  if ('value' in read) return read.value
  for (const fault of read.faults) refuseContract(group, fault, heading, faults)
  return null
}

/** Tells a fault where the file said it. */
export function refuseContract(group: ContractRows, fault: Fault, heading: Heading, faults: FileFaults): void {
  const { key, ruleIndex, lineIndex } = placeOf(fault.path)
  const rule = group.rules[ruleIndex ?? 0]
  const row = rule?.rows[lineIndex ?? 0]
  const cells = lineIndex !== null ? row?.cells : ruleIndex !== null ? rule?.cells : group.cells
  const line = lineIndex !== null ? row?.line : ruleIndex !== null ? rule?.line : group.line
  faults.addRefused(line ?? group.line, key && heading.spelled(key), fault, key === null ? '' : showCell(key, cells?.[key]))
}

/** Which cell a path of a contract's input stands for. */
function placeOf(path: string): { key: ColumnKey | null; ruleIndex: number | null; lineIndex: number | null } {
  const match = /^(?:\/rules\/(\d+))?(?:\/lines(?:\/(\d+))?)?(?:\/(.*))?$/.exec(path)
  const ruleIndex = match?.[1] === undefined ? null : Number(match[1])
  const isOfLines = path.includes('/lines')
  const lineIndex = isOfLines ? Number(match?.[2] ?? 0) : null
  const field = match?.[3]?.split('/')[0] ?? ''
  const key = isOfLines ? (lineFields[field] ?? 'unitPrice') : ruleIndex !== null ? ruleFields[field] : contractFields[field]
  return { key: key ?? null, ruleIndex, lineIndex }
}

const contractFields: Readonly<Record<string, ColumnKey>> = {
  name: 'name',
  code: 'code',
  startsOn: 'startsOn',
  endsOn: 'endsOn',
  customerId: 'taxId',
  organizationId: 'organization',
}

const ruleFields: Readonly<Record<string, ColumnKey>> = {
  recurrence: 'rhythm',
  competenceShift: 'competenceShift',
  due: 'due',
  maxAmountCents: 'maxAmountCents',
  maxGrowthPercent: 'maxGrowthPercent',
  withholdings: 'withholdings',
}

const lineFields: Readonly<Record<string, ColumnKey>> = {
  serviceItemId: 'service',
  description: 'description',
  quantity: 'quantity',
  unitPrice: 'unitPrice',
  discountPercent: 'discount',
  discountCents: 'discount',
  validFrom: 'lineFrom',
  validUntil: 'lineUntil',
}
