import type { ReadjustmentInput } from '../../contracts/readjustment/read-readjustment.ts'
import type { RuleInput } from '../../contracts/rules/invoice-rule.ts'
import { formatDate } from '../../core/dates.ts'
import type { Customer } from '../../customers/customer.ts'
import type { CustomerChange } from '../../customers/update-customer.ts'
import type { ExternalId, SubjectExternalId } from '../../platform/external-ids.ts'
import { showCell } from '../file/columns.ts'
import { FileFaults } from '../file/fault.ts'
import { type ContractRows, refuseWhole } from '../file/group-rows.ts'
import type { Heading, Row } from '../file/read-rows.ts'
import { type CustomerRef, CustomersInFile, type FreshCustomer, refuseCustomer } from './customers-in-file.ts'
import { customerFindings, type Difference, type FixedFound, type Found } from './difference.ts'
import { ExternalIdsInFile } from './external-ids-in-file.ts'
import { standsAnyway } from './further-faults.ts'
import { codeKey, type Known, type KnownContract, type OrganizationToday, OWN_SYSTEM, rowKey } from './known.ts'
import { contractOf, isSameCustomer, unmarkedOf } from './match-contract.ts'
import { noteEndedLines, notePast, noteWholeEnd } from './note-days.ts'
import { noteGap } from './note-gap.ts'
import { noteLeftOut } from './note-left-out.ts'
import {
  noteDiscount,
  noteOtherName,
  notePrice,
  noteRepeated,
  noteSameService,
  noteSameUnderOtherCode,
  noteTwin,
} from './note-rows.ts'
import { Bystanders } from './note-standing.ts'
import { type ChangeDraft, isAddable, planChange } from './plan-change.ts'
import { type ContractDraft, judgeRule, planContract, planRule } from './plan-contract.ts'
import { beginningAt, noteClause, planClause } from './said-readjustment.ts'
import { type FreshService, ServicesInFile } from './services-in-file.ts'
import { whyPartyStays, whyRuleStays } from './standing.ts'

/** What an import will do, decided before anything is written: previewing it and doing it are one code. */
export interface ImportPlan {
  creations: Creation[]
  changes: Change[]
  customerChanges: CustomerChangeOf[]
  /** Ids that deleted contracts leave to those that are made anew. */
  inheritedIds: SubjectExternalId[]
  /** Customers and services that are new; a creation or change names them by number. */
  freshCustomers: FreshCustomer[]
  freshServices: FreshService[]
  differences: Difference[]
  warnings: FileFaults
  tally: Tally
}

/** How many rows ended how; the others were refused. */
export interface Tally {
  created: number
  updated: number
  unchanged: number
  /** Known, and other than what stands; left as it is. */
  differing: number
}

export interface Creation {
  group: ContractRows
  draft: ContractDraft
  customer: CustomerRef
  externalIds: ExternalId[]
}

export interface Change {
  known: KnownContract
  draft: ChangeDraft
  newRules: NewRule[]
  /** Our own key, when the contract was known by another one. */
  ownKey: string | null
}

/** With what readjusts its prices. */
export type NewRule = RuleInput & { readjustments?: readonly ReadjustmentInput[] }

export interface CustomerChangeOf {
  group: ContractRows
  before: Customer
  change: CustomerChange
}

export interface Choices {
  /** Known rows that differ are applied. */
  update: boolean
}

export function planImport(
  groups: readonly ContractRows[],
  known: Known,
  organizations: readonly OrganizationToday[],
  heading: Heading,
  faults: FileFaults,
  { update }: Choices,
): ImportPlan {
  const planner = new Planner(known, organizations, heading, faults, update)
  planner.planAll(groups.filter(({ unread }) => unread.size === 0))
  judgeUnread(
    groups.filter(({ unread }) => unread.size > 0),
    new Planner(known, organizations, heading, new FileFaults(), update),
    heading,
    faults,
  )
  return planner.finish(groups)
}

/** Adds what is wrong with rows besides the cells that could not be read. What would become of them is nobody's plan. */
function judgeUnread(groups: readonly ContractRows[], planner: Planner, heading: Heading, faults: FileFaults): void {
  if (groups.length === 0) return
  planner.planAll(groups.map(group => planner.withStart(group)))
  const unreadOf = new Map(groups.flatMap(({ lines, unread }) => lines.map(line => [line, unread] as const)))
  for (const fault of planner.faults.list) {
    if (standsAnyway(fault, unreadOf.get(fault.line) ?? new Set(), heading)) faults.take(fault)
  }
}

class Planner {
  readonly #known: Known
  readonly #organizations: ReadonlyMap<number, OrganizationToday>
  readonly #heading: Heading
  readonly #faults: FileFaults
  readonly #update: boolean
  readonly #warnings = new FileFaults()
  readonly #customers: CustomersInFile
  readonly #services: ServicesInFile
  readonly #externalIds: ExternalIdsInFile
  readonly #bystanders: Bystanders
  readonly #creations: Creation[] = []
  readonly #changes: Change[] = []
  readonly #customerChanges: CustomerChangeOf[] = []
  readonly #differences: Difference[] = []
  readonly #comparedCustomers = new Set<number>()
  /** Rows that are charged to a customer of the account. */
  readonly #ofKnownCustomers: { group: ContractRows; customer: Customer }[] = []
  readonly #lineOfContract = new Map<number, number>()
  readonly #tally: Tally = { created: 0, updated: 0, unchanged: 0, differing: 0 }

  constructor(known: Known, organizations: readonly OrganizationToday[], heading: Heading, faults: FileFaults, update: boolean) {
    this.#known = known
    this.#organizations = new Map(organizations.map(organization => [organization.id, organization]))
    this.#heading = heading
    this.#faults = faults
    this.#update = update
    this.#customers = new CustomersInFile(known, heading, faults, this.#warnings)
    this.#services = new ServicesInFile(known)
    this.#externalIds = new ExternalIdsInFile(known, heading, faults)
    this.#bystanders = new Bystanders(known.bystanders, known.accountMark)
  }

  get faults(): FileFaults {
    return this.#faults
  }

  /** Without a start nothing else of a rhythm would be looked at. */
  withStart(group: ContractRows): ContractRows {
    if (group.cells.startsOn != null || !group.unread.has(this.#heading.spelled('startsOn'))) return group
    return { ...group, cells: { ...group.cells, startsOn: this.#organizationOf(group).today } }
  }

  planAll(groups: readonly ContractRows[]): void {
    const isNew = (group: ContractRows) => contractOf(group, this.#known) === null
    // Rows with a tax id introduce their customers first: a row without one may mean the same.
    const creations = groups
      .filter(isNew)
      .sort((a, b) => Number(a.cells.taxId == null) - Number(b.cells.taxId == null) || a.line - b.line)
    for (const group of creations) this.#create(group)
    for (const group of groups) {
      const contract = contractOf(group, this.#known)
      if (contract !== null) this.#compare(group, contract)
    }
    noteSameUnderOtherCode(groups, isNew, this.#warnings)
  }

  #create(group: ContractRows): void {
    this.#refuseUnmarked(group)
    const organization = this.#organizationOf(group)
    const customer = this.#customers.find(group)
    const isSupplier =
      group.cells.taxId?.taxId === organization.cnpj ||
      (customer !== null && 'known' in customer && customer.known.taxId === organization.cnpj)
    if (isSupplier) {
      const column = this.#heading.spelled('taxId')
      this.#faults.add(
        group.line,
        column,
        'customer_is_supplier',
        'o CPF ou CNPJ de quem recebe a cobrança',
        showCell('taxId', group.cells.taxId),
      )
    }
    const externalIds = this.#externalIds.check(group, null)
    const serviceOf = (row: Parameters<ServicesInFile['find']>[0]) => this.#services.find(row)
    const draft = planContract(
      group,
      organization.today,
      serviceOf,
      this.#services.services,
      this.#heading,
      this.#faults,
      this.#warnings,
    )
    const ofCustomer = customer !== null && 'known' in customer ? this.#compareCustomer(group, customer.known) : []
    noteTwin(group, this.#warnings)
    if (customer !== null && 'known' in customer)
      this.#bystanders.note(group, customer.known.id, serviceOf, this.#heading, this.#warnings)
    this.#noteAmounts(group, () => true)
    if (draft === null || customer === null || this.#isRefused(group)) return

    for (const each of ofCustomer) this.#differences.push(this.#show(each, this.#update))
    const own = group.code === null ? [{ system: OWN_SYSTEM, id: group.ownKey }] : []
    const ids = [...externalIds, ...own]
    this.#externalIds.inherit(ids)
    this.#creations.push({ group, draft, customer, externalIds: ids })
    this.#tally.created += group.lines.length
  }

  #compare(group: ContractRows, known: KnownContract): void {
    const { contract } = known
    this.#requireOnce(group, known)
    const draft = planChange({
      group,
      known,
      standing: this.#known.standing,
      serviceOf: row => this.#services.find(row),
      services: this.#services.services,
      heading: this.#heading,
      faults: this.#faults,
    })
    for (const { line, key, code, sentence, isOfUpdate } of draft.notes)
      if (this.#update || !isOfUpdate) this.#warnings.note(line, key === null ? null : this.#heading.spelled(key), code, sentence)
    const others = this.#otherParties(group, known)
    this.#externalIds.check(group, contract.id)
    const newRules = draft.newRules.flatMap(rows => this.#newRule(group, rows, known, draft))
    const ofCustomer = this.#isOf(group, known.customer) ? this.#compareCustomer(group, known.customer) : []
    this.#refuseOtherParties(others)
    const differing = new Set(draft.found.map(({ line }) => line))
    // Of rows that stand as they are it was said when they came.
    this.#noteAmounts(group, ({ line }) => differing.has(line))
    if (this.#isRefused(group)) return

    const found = [...draft.found, ...ofCustomer]
    const fixed = [...draft.unchangeable, ...others]
    for (const each of found) this.#differences.push(this.#show(each, this.#update))
    for (const each of fixed) this.#differences.push({ ...this.#show(each, false), whyNot: each.whyNot })
    const ownKey =
      group.code === null && contract.code === null && !this.#known.byKey.has(rowKey(group.ownKey)) ? group.ownKey : null
    if (this.#update && (draft.found.length > 0 || ownKey !== null)) this.#changes.push({ known, draft, newRules, ownKey })
    const isApplied = this.#update && found.length > 0
    const outcome = isApplied ? 'updated' : found.length + fixed.length === 0 ? 'unchanged' : 'differing'
    this.#tally[outcome] += group.lines.length
  }

  finish(groups: readonly ContractRows[]): ImportPlan {
    for (const group of groups) refuseWhole(group.lines, this.#faults)
    const customerChanges = this.#customerChanges.filter(({ group }) => !this.#isRefused(group))
    this.#noteOtherNames(customerChanges)
    noteLeftOut(
      this.#creations.map(({ group }) => group),
      this.#warnings,
    )
    return {
      creations: this.#creations.sort((a, b) => a.group.line - b.group.line),
      changes: this.#changes,
      inheritedIds: this.#externalIds.inherited,
      customerChanges,
      freshCustomers: this.#customers.fresh,
      freshServices: this.#services.fresh,
      differences: this.#differences.sort((a, b) => a.line - b.line),
      warnings: this.#warnings,
      tally: this.#tally,
    }
  }

  /** Made anew it might be billed twice, and taken for the one with its id, it might overwrite another. */
  #refuseUnmarked(group: ContractRows): void {
    const other = unmarkedOf(group, this.#known)
    if (other === null) return
    const { code, startsOn } = other.contract
    const its = [
      code === null ? 'sem código' : `código ${code}`,
      ...(startsOn === null ? [] : [`início ${formatDate(startsOn)}`]),
    ]
    const expected = `o contrato daqui (${its.join(', ')}), uma exportação feita agora, ou a célula vazia para um contrato novo`
    const found = showCell('contractId', group.cells.contractId)
    this.#faults.add(group.line, this.#heading.spelled('contractId'), 'unmarked_id', expected, found)
  }

  /** One contract may be known by several keys, and a code may be another contract's. */
  #requireOnce(group: ContractRows, { contract }: KnownContract): void {
    const earlier = this.#lineOfContract.get(contract.id)
    if (earlier !== undefined) this.#faults.add(group.line, null, 'repeated_contract', `só a linha ${earlier}`, '')
    this.#lineOfContract.set(contract.id, earlier ?? group.line)
    const owner = group.code === null ? undefined : this.#known.byKey.get(codeKey(group.code))
    if (owner !== undefined && owner.contract.id !== contract.id) {
      this.#faults.add(group.line, this.#heading.spelled('code'), 'code_taken', 'um código livre', group.code ?? '')
    }
  }

  #organizationOf({ organizationId }: ContractRows): OrganizationToday {
    const organization = this.#organizations.get(organizationId)
    if (organization === undefined) throw new Error(`rows of an unknown organization ${organizationId}`)
    return organization
  }

  #isRefused(group: ContractRows): boolean {
    return group.lines.some(line => this.#faults.has(line))
  }

  #show({ line, key, from, to }: Found, isApplied: boolean): Difference {
    return { line, column: this.#heading.spelled(key), from, to, isApplied, whyNot: null }
  }

  /** Nobody knows whether the rest of such a row is meant for the contract that it names. */
  #refuseOtherParties(others: readonly FixedFound[]): void {
    if (!this.#update) return
    for (const { line, key, from, to } of others) this.#faults.add(line, this.#heading.spelled(key), 'cannot_change', from, to)
  }

  // --- Parties ---

  #otherParties(group: ContractRows, { contract, organization, customer }: KnownContract): FixedFound[] {
    const others: Found[] = []
    const { line, cells, organizationId } = group
    if (contract.kind !== 'sale') others.push({ line, key: 'code', from: 'contrato de compra', to: contract.code ?? '' })
    if (organizationId !== contract.organizationId) {
      const from = organization.cnpj
      others.push({ line, key: 'organization', from, to: this.#organizationOf(group).cnpj })
    }
    if (!this.#isOf(group, customer)) {
      const key = cells.taxId == null ? 'customerName' : 'taxId'
      const to = cells.taxId == null ? (cells.customerName ?? '') : cells.taxId.taxId
      others.push({ line, key, from: (key === 'taxId' ? customer.taxId : null) ?? customer.name, to })
    }
    return others.map(each => ({ ...each, whyNot: whyPartyStays }))
  }

  /** A tax id that completes a customer must not be another's. */
  #isOf(group: ContractRows, customer: Customer): boolean {
    const { taxId } = group.cells
    if (!isSameCustomer(group, customer)) return false
    return taxId == null || customer.taxId !== null || !this.#customers.isTaken(taxId.taxId, customer)
  }

  /** A customer of several contracts is compared once, with the first row that names it. */
  #compareCustomer(group: ContractRows, before: Customer): Found[] {
    this.#ofKnownCustomers.push({ group, customer: before })
    if (this.#comparedCustomers.has(before.id)) return []
    this.#comparedCustomers.add(before.id)
    const { found, change, refused } = customerFindings(group.line, group.cells, before)
    refuseCustomer(group, refused, this.#heading, this.#faults)
    if (found.length > 0 && this.#update) this.#customerChanges.push({ group, before, change })
    return found
  }

  /** Once all is told, since one row may rename the customer of others. */
  #noteOtherNames(changes: readonly CustomerChangeOf[]): void {
    const renamed = new Map(changes.map(({ before, change }) => [before.id, change.name ?? before.name]))
    for (const { group, customer } of this.#ofKnownCustomers)
      noteOtherName(group, renamed.get(customer.id) ?? customer.name, { update: this.#update }, this.#heading, this.#warnings)
  }

  // --- Rules ---

  #noteAmounts(group: ContractRows, isFresh: (row: Row) => boolean): void {
    noteRepeated(group, isFresh, this.#warnings)
    noteSameService(group, isFresh, this.#warnings)
    for (const row of group.rules.flatMap(({ rows }) => rows).filter(isFresh)) {
      notePrice(row, this.#heading, this.#warnings)
      noteDiscount(row, this.#heading, this.#warnings)
    }
  }

  #newRule(group: ContractRows, rows: ContractRows['rules'][number], known: KnownContract, draft: ChangeDraft): NewRule[] {
    const { today } = this.#organizationOf(group)
    const { state, startsOn, endsOn } = known.contract
    const isDraft = state === 'draft'
    const rule = planRule(rows, group, { today, isDraft }, row => this.#services.find(row), this.#heading, this.#faults)
    const clause = planClause(rows, { startsOn, today }, { heading: this.#heading, faults: this.#faults })
    if (isAddable(rule, known)) {
      const read = judgeRule(group, rows, rule, this.#services.services, this.#heading, this.#faults)
      if (this.#update && read !== null && startsOn !== null && !isDraft) {
        notePast(rows.line, read, { startsOn, endsOn }, today, this.#heading, this.#warnings)
        noteGap(rows, read, { startsOn, endsOn }, [], this.#heading, this.#warnings)
        noteWholeEnd(rows, read, { startsOn, endsOn }, today, this.#heading, this.#warnings)
        noteEndedLines(rows.rows, read, { startsOn, endsOn }, today, this.#heading, this.#warnings)
      }
      if (clause === null) return [rule]
      noteClause(rows, clause, today, this.#heading, this.#warnings)
      return [{ ...rule, readjustments: [beginningAt(clause, today)] }]
    }
    const isOfRule = ({ key, line }: Found) => key === 'ruleTitle' && line === rows.line
    const whyNot = whyRuleStays(known)
    draft.unchangeable.push(...draft.found.filter(isOfRule).map(each => ({ ...each, whyNot })))
    draft.found = draft.found.filter(each => !isOfRule(each))
    return []
  }
}
