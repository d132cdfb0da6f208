import type { Cents } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { Contract } from './contract.ts'

/** What those who come after a contract know of it; the app asks them. */
export interface ContractTies {
  /** Whether an invoice hangs on it that was emitted, or that still can be: all but those cancelled before their emission. */
  hasInvoices(tx: Reader, contractId: number): Promise<boolean>
  /** What each of the invoices asks for, net; those that were cancelled are absent. */
  standingAmounts(tx: Reader, invoiceIds: readonly number[]): Promise<ReadonlyMap<number, Cents>>
  /** Releases what was cancelled of it, so that nothing of it comes back, and waives the periods: another contract may bill them now. */
  releaseCancelled(tx: Tx, ctx: Ctx, contract: Contract): Promise<void>
  /**
   * Cancels what was taken over with it from another system, without an invoice: imported anew with the contract, it would be asked for
   * twice. Refuses where something of it was received or given up.
   */
  dropTakenOver(tx: Tx, ctx: Ctx, contract: Contract): Promise<void>
}
