import type { ServiceItem } from '../../catalog/service-item.ts'
import type { Contract } from '../../contracts/contract.ts'
import type { Readjustment } from '../../contracts/readjustment/readjustment.ts'
import type { Application } from '../../contracts/readjustment/readjustment-store.ts'
import type { InvoiceRule } from '../../contracts/rules/invoice-rule.ts'
import type { Terms } from '../../contracts/rules/terms.ts'
import type { TermsRecord } from '../../contracts/rules/terms-store.ts'
import type { Cnpj } from '../../core/brazil/cnpj.ts'
import type { CivilDate } from '../../core/dates.ts'
import type { Customer } from '../../customers/customer.ts'
import type { ExternalId } from '../../platform/external-ids.ts'
import type { Cells } from '../file/columns.ts'
import type { Bystander } from './note-standing.ts'
import type { Standing } from './standing.ts'

/** Ids that an import gave a contract without a code, to know it again. Nobody else may use the name. */
export const OWN_SYSTEM = 'bordero:import'

/** A contract as it stands, with all that a file can say of it. */
export interface KnownContract {
  contract: Contract
  /** Who bills it. */
  organization: OrganizationToday
  customer: Customer
  /** Those of other systems; our own keys are not among them. */
  externalIds: ExternalId[]
  /** Our own keys. */
  ownIds: ExternalId[]
  /** In use, by id. */
  rules: KnownRule[]
  /** Services that some rule of the contract, archived ones too, has ever named. */
  usedServiceIds: ReadonlySet<number>
}

export interface OrganizationToday {
  id: number
  cnpj: Cnpj
  /** The day that it is there. */
  today: CivilDate
}

export interface KnownRule {
  rule: InvoiceRule
  /** What it says of the first day that is not billed yet, or of today when that day lies ahead. */
  terms: Terms
  /** That day; null while the contract is a draft. */
  from: CivilDate | null
  /** All that were ever written, by version; of a rule with none planned for later, and none readjusted, `terms` alone. */
  versions: readonly TermsRecord[]
  /** Readjustments that changed its prices, undone ones too. */
  applications: readonly Application[]
  /** Those that live: at most one of the whole rule, and one for each service. */
  clauses: readonly Readjustment[]
}

/** What the account has of what a file speaks of. */
export interface Known {
  /** What this account's exports write beside its ids. */
  accountMark: string
  /** By `idKey`, `codeKey` and `rowKey`. */
  byKey: ReadonlyMap<string, KnownContract>
  customersByTaxId: ReadonlyMap<string, Customer>
  /** Lower-case name → those in use with that name. */
  customersByName: ReadonlyMap<string, readonly Customer[]>
  servicesByCode: ReadonlyMap<string, ServiceItem>
  /** Lower-case name → the service in use with that name. */
  servicesByName: ReadonlyMap<string, ServiceItem>
  services: ReadonlyMap<number, ServiceItem>
  /** `showExternalId` → the contract in use that has it. */
  contractOfExternalId: ReadonlyMap<string, number>
  /** As `contractOfExternalId`, ids of contracts that were deleted: whoever is made anew takes them over. */
  deletedOwnerOf: ReadonlyMap<string, number>
  standing: Standing
  /** Of customers of whom the rows bring new contracts along. */
  bystanders: readonly Bystander[]
}

/** Of a rule's clauses the one of which a file speaks: that of all its lines. */
export function clauseOf({ clauses }: Pick<KnownRule, 'clauses'>): Readjustment | null {
  return clauses.find(({ serviceItemId }) => serviceItemId === null) ?? null
}

export function showExternalId({ system, id }: ExternalId): string {
  return `${system}=${id}`
}

export const idKey = (id: number): string => `id ${id}`
export const codeKey = (code: string): string => `code ${code}`
export const rowKey = (key: string): string => `row ${key}`

/** The ids that rows give their contract in other systems; one without a system is of the system that another column names. */
export function namedIds({ externalIds, system }: Cells): ExternalId[] {
  return (externalIds ?? []).map(id => ({ system: id.system ?? system ?? '', id: id.id }))
}
