import type { Reader } from '../platform/db/db.ts'

/** What those who come after an organization know of it; the app asks them. */
export interface OrganizationTies {
  /** Whether it has contracts that are a draft, active or suspended. */
  hasLiveContracts(tx: Reader, organizationId: number): Promise<boolean>
}
