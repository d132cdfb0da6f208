import { checkValidity, readContract } from '../../contracts/contract.ts'
import type { NewContract } from '../../contracts/judge-contracts.ts'
import { type RuleInput, readRule } from '../../contracts/rules/invoice-rule.ts'
import type { Services } from '../../contracts/rules/read-terms.ts'
import { faultServicesBilledTwice } from '../../contracts/rules/services-once.ts'
import type { CivilDate } from '../../core/dates.ts'
import { addMonths, formatDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Fault } from '../../core/refusal.ts'
import type { OpenReceivable } from '../file/cells.ts'
import { type ColumnKey, showCell } from '../file/columns.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows, RuleRows } from '../file/group-rows.ts'
import type { Heading, Row } from '../file/read-rows.ts'
import { faultsOf } from './refusals.ts'
import { saidLines } from './said-lines.ts'
import { isRecurrenceFault, saidRecurrence, saidTerms } from './said-terms.ts'

/** A contract that is to be made, but for its customer; services that are new too have ids below zero. */
export interface ContractDraft {
  contract: Omit<NewContract, 'customerId' | 'externalIds'>
  /** Suspended from the day of the import on. */
  isSuspended: boolean
  openReceivables: readonly OpenReceivable[]
}

/** Billed further ahead than this is a slip of the pen, and would bill nothing for years. */
const MOST_MONTHS_AHEAD = 24

/** The contract that the rows tell, judged by the rules of contracts; null when something of it is wrong. */
export function planContract(
  group: ContractRows,
  today: CivilDate,
  serviceOf: (row: Row) => number,
  services: Services,
  heading: Heading,
  faults: FileFaults,
): ContractDraft | null {
  const { cells, organizationId } = group
  const rules = group.rules.flatMap(rule => planRule(rule, group, today, serviceOf, heading, faults) ?? [])
  const startsOn = cells.startsOn ?? null
  const endsOn = cells.endsOn ?? null
  const situation = cells.situation ?? 'active'
  if (situation === 'suspended' && endsOn !== null && endsOn < today) {
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
  const refused = refusedBy(contract, services)
  for (const fault of refused) refuseContract(group, fault, heading, faults)
  if (group.lines.some(line => faults.has(line))) return null
  return { contract, isSuspended: situation === 'suspended', openReceivables: cells.openReceivables ?? [] }
}

/** Null when it says too little to bill anything. */
export function planRule(
  rule: RuleRows,
  group: ContractRows,
  today: CivilDate,
  serviceOf: (row: Row) => number,
  heading: Heading,
  faults: FileFaults,
): RuleInput | null {
  const { line, cells } = rule
  const terms = saidTerms(cells, null)
  const recurrence = saidRecurrence(cells, group.cells.startsOn ?? null, null)
  if (recurrence !== null && isRecurrenceFault(recurrence)) {
    const { column, code, expected } = recurrence
    return faults.add(line, heading.spelled(column), code, expected, showCell(column, cells[column]))
  }
  if (terms.due === undefined)
    return faults.add(line, heading.spelled('due'), 'required', 'uma regra de vencimento, como "dia 10"', '')
  const billedThrough = cells.billedThrough ?? null
  if (billedThrough !== null && billedThrough > addMonths(today, MOST_MONTHS_AHEAD)) {
    const expected = `até ${formatDate(addMonths(today, MOST_MONTHS_AHEAD))}`
    return faults.add(
      line,
      heading.spelled('billedThrough'),
      'invalid_billed_through',
      expected,
      showCell('billedThrough', billedThrough),
    )
  }
  // Without a start the contract is refused already.
  if (recurrence === null) return null
  const { due, recurrence: _, lines: __, ...said } = terms
  return { ...said, title: cells.ruleTitle ?? null, billedThrough, recurrence, due, lines: saidLines(rule.rows, serviceOf, []) }
}

function refusedBy(contract: ContractDraft['contract'], services: Services): readonly Fault[] {
  const faults = new Faults()
  const read = faultsOf(() => {
    readContract(contract, '', faults)
    checkValidity(contract.startsOn ?? null, contract.endsOn ?? null, '', faults)
    const rules = (contract.rules ?? []).map((rule, i) => readRule(rule, services, `/rules/${i}`, faults))
    faultServicesBilledTwice(rules, '', faults)
    faults.refuseIfAny()
  })
  return 'faults' in read ? read.faults : []
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
