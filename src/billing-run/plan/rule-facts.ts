import type { ContractFacts } from '../../contracts/contract-facts-store.ts'
import type { EventPart } from '../../contracts/events/billing-event.ts'
import type { OpenPeriod } from '../../contracts/ledger/coverage-store.ts'
import type { Readjustment } from '../../contracts/readjustment/readjustment.ts'
import type { Terms } from '../../contracts/rules/terms.ts'
import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'

/** Everything that decides what a rule bills, as it is known now. Plans are functions of this and of a day. */
export interface RuleFacts {
  ruleId: number
  contractId: number
  organizationId: number
  customerId: number
  title: string
  archived: boolean
  /** End of the ledger; null while the contract is a draft. */
  coveredUntil: CivilDate | null
  contract: ContractFacts
  customerKind: 'company' | 'person'
  customerTaxId: string | null
  versions: readonly Terms[]
  /** What its next invoice gets beside its amounts. */
  detailsId: number | null
  /** Periods that stand open in the ledger, in order. */
  open: readonly OpenPeriod[]
  parts: readonly EventPart[]
  /** Clauses that live, by their next date: no period that begins on or after one is billed before it is applied. */
  readjustments: readonly Readjustment[]
  /** The last invoice that stands; where none does, the last one that was given up: what the next is measured by. */
  last: { grossCents: Cents; netCents: Cents } | null
}
