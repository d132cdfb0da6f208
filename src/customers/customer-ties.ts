import type { TaxId } from '../core/brazil/tax-id.ts'
import type { Instant } from '../core/dates.ts'
import type { LeftToBill } from '../core/left-to-bill.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { HistoryEntry } from '../platform/history.ts'

/** What those who come after a customer know of it; the app asks them. */
export interface CustomerTies {
  /** Whether it is the other party of contracts that are a draft, active or suspended. */
  hasLiveContracts(tx: Reader, customerId: number): Promise<boolean>
  /** Whether schedules with it still have occurrences to make. */
  hasLiveSchedules(tx: Reader, customerId: number): Promise<boolean>
  /** What contracts with it that are over still have to bill, and what waits for emission. */
  leftToBill(tx: Reader, customerId: number): Promise<LeftToBill>
  /** Whether such contracts are with the organization in use that has this tax id. Whoever asks changes tax ids alone until it commits. */
  isBilledByItself(tx: Tx, customerId: number, taxId: TaxId['taxId']): Promise<boolean>
  /** Whether an invoice was emitted to it: the law obliges to keep whom that names. */
  hasFiscalRecord(tx: Reader, customerId: number): Promise<boolean>
  /** All else that is kept about it, by kind, for its own export. */
  recordsOf(tx: Reader, customerId: number): Promise<Record<string, unknown[]>>
  /** Before a customer is held for its erasure: waits for whoever may be writing of it elsewhere. */
  holdElsewhere(tx: Tx): Promise<void>
  /** Erases what others wrote of it in passing, and answers what the history is to tell of that. */
  eraseElsewhere(tx: Tx, customerId: number, at: Instant): Promise<HistoryEntry[]>
}
