import type { Cnpj } from '../core/brazil/cnpj.ts'
import type { LeftToBill } from '../core/left-to-bill.ts'
import type { Reader, Tx } from '../platform/db/db.ts'

/** What those who come after an organization know of it; the app asks them. */
export interface OrganizationTies {
  /** Whether it has contracts that are a draft, active or suspended. */
  hasLiveContracts(tx: Reader, organizationId: number): Promise<boolean>
  /** Whether it has schedules with occurrences that are still to be made. */
  hasLiveSchedules(tx: Reader, organizationId: number): Promise<boolean>
  /** What contracts that are over still have to bill for it, and what waits for emission. */
  leftToBill(tx: Reader, organizationId: number): Promise<LeftToBill>
  /** Whether such contracts are with the customer in use that has this tax id. Whoever asks changes tax ids alone until it commits. */
  wouldBillItself(tx: Tx, organizationId: number, cnpj: Cnpj): Promise<boolean>
}
