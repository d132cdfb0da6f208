import type { Reader } from '../platform/db/db.ts'

/** What those who come after a contract know of it; the app asks them. */
export interface ContractTies {
  /** Whether an invoice hangs on it that was emitted, or that still can be: all but those cancelled before their emission. */
  hasInvoices(tx: Reader, contractId: number): Promise<boolean>
}
